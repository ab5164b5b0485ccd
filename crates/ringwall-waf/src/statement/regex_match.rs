//! RegexMatchStatement: a regular expression somewhere in a value (WAF-44).

use super::Subject;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;
use crate::pattern::Pattern;

/// The statement.
#[derive(Clone, Debug)]
pub struct RegexMatch {
    /// what is looked at
    pub subject: Subject,
    /// what is searched for
    pub pattern: Pattern,
}

impl RegexMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<RegexMatch, Refusal> {
        let mut members = entry.members()?;
        let pattern = Pattern::read(&members.require("RegexString")?)?;
        let subject = Subject::read(&mut members, context)?;
        members.finish()?;
        Ok(RegexMatch { subject, pattern })
    }

    /// Whether a value has it.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        self.subject.any(inspection, |text| self.pattern.find(text))
    }

    /// Three units (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(3)
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::Sent;

    const STATEMENT: &str = r#"{"RegexMatchStatement": {"RegexString": "^/api/v[0-9]+/", "FieldToMatch": {"UriPath": {}},
        "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}"#;

    #[test]
    fn a_value_is_searched() {
        assert!(matches(STATEMENT, &Sent::get("/API/v12/x")));
        assert!(!matches(STATEMENT, &Sent::get("/x/api/v1/")));
        assert_eq!(capacity(STATEMENT), 13, "WAF-25");
    }

    #[test]
    fn a_pattern_is_at_most_512_characters_and_one_that_can_be_run() {
        assert!(read(&STATEMENT.replace("^/api/v[0-9]+/", &"a".repeat(512))).is_ok());
        assert!(read(&STATEMENT.replace("^/api/v[0-9]+/", &"a".repeat(513))).is_err(), "WAF-44");
        let refusal = read(&STATEMENT.replace("^/api", "(?=a)")).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "WAFInvalidParameterException: `RegexMatchStatement.RegexString` has a zero-width assertion at byte 0, which is not supported"
        );
    }
}
