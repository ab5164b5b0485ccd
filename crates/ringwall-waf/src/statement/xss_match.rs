//! XssMatchStatement: scripts that were not meant to be there (WAF-34).

use super::Subject;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::{Condition, Inspection};

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XssMatch {
    /// what is looked at
    pub subject: Subject,
}

impl XssMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<XssMatch, Refusal> {
        super::needs_detector(entry, context)?;
        let mut members = entry.members()?;
        let subject = Subject::read(&mut members, context)?;
        members.finish()?;
        Ok(XssMatch { subject })
    }

    /// Whether a value has a script in it.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let detector = inspection.environment.detector;
        let is_match = self.subject.any(inspection, |text| detector.xss(text));
        if is_match {
            inspection.detail(Condition::Xss, &self.subject);
        }
        is_match
    }

    /// Forty units (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(40)
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches};
    use crate::testing::Sent;

    const BODY: &str = r#"{"XssMatchStatement": {"FieldToMatch": {"Body": {"OversizeHandling": "CONTINUE"}},
        "TextTransformations": [{"Priority": 0, "Type": "HTML_ENTITY_DECODE"}]}}"#;

    #[test]
    fn the_detector_is_asked_about_transformed_values() {
        assert!(matches(BODY, &Sent::get("/").body("x&#115;s")), "the detector of the tests knows `xss`");
        assert!(!matches(BODY, &Sent::get("/xss").body("y")));
        assert_eq!(capacity(BODY), 50, "WAF-25");
    }
}
