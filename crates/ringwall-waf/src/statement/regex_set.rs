//! RegexPatternSetReferenceStatement: one of several regular expressions somewhere in a value (WAF-44).

use std::sync::Arc;

use super::Subject;
use crate::document::{Code, Context, Entry, Refusal, RegexSet};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug)]
pub struct RegexSetReference {
    /// what is looked at
    pub subject: Subject,
    /// what is searched for
    pub set: Arc<RegexSet>,
}

impl RegexSetReference {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<RegexSetReference, Refusal> {
        let mut members = entry.members()?;
        let arn = members.require("ARN")?;
        let set = context.references.regex_set(arn.text()?);
        let set = set.ok_or_else(|| arn.refused(Code::NonexistentItem, "is no regex pattern set that exists"))?;
        let subject = Subject::read(&mut members, context)?;
        members.finish()?;
        Ok(RegexSetReference { subject, set })
    }

    /// Whether a value has one of them.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        self.subject.any_where(inspection, &|text, may_have| {
            let mut patterns = self.set.patterns.iter().enumerate().filter(|(part, _)| may_have(*part));
            patterns.find_map(|(_, pattern)| pattern.find(text))
        })
    }

    /// Twenty-five units (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(25)
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::{REGEX_SET, Sent};

    fn statement(arn: &str) -> String {
        format!(
            r#"{{"RegexPatternSetReferenceStatement": {{"ARN": "{arn}", "FieldToMatch": {{"SingleHeader": {{"Name": "user-agent"}}}},
                "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}"#
        )
    }

    #[test]
    fn any_pattern_of_the_set_may_match() {
        let sent = |agent| Sent::get("/").header("User-Agent", agent);
        assert!(matches(&statement(REGEX_SET), &sent("curl/8")), "the set of the tests has `^curl` and `bot$`");
        assert!(matches(&statement(REGEX_SET), &sent("a bot")));
        assert!(!matches(&statement(REGEX_SET), &sent("bot curl")));
        assert_eq!(capacity(&statement(REGEX_SET)), 25, "WAF-25");
        assert!(read(&statement("arn:aws:wafv2:us-east-1:1:regional/regexpatternset/x/y")).is_err());
    }
}
