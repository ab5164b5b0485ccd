//! SqliMatchStatement: SQL that was not meant to be there (WAF-34).

use super::Subject;
use crate::document::{Context, Entry, Refusal};
use crate::environment::Sensitivity;
use crate::inspection::{Condition, Inspection};

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliMatch {
    /// what is looked at
    pub subject: Subject,
    /// how readily
    pub sensitivity: Sensitivity,
}

impl SqliMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<SqliMatch, Refusal> {
        super::needs_detector(entry, context)?;
        let mut members = entry.members()?;
        let subject = Subject::read(&mut members, context)?;
        let levels = [("LOW", Sensitivity::Low), ("HIGH", Sensitivity::High)];
        let sensitivity = members.take("SensitivityLevel").map(|own| own.choice(&levels)).transpose()?;
        members.finish()?;
        Ok(SqliMatch { subject, sensitivity: sensitivity.unwrap_or_default() })
    }

    /// Whether a value is an injection.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let detector = inspection.environment.detector;
        let is_match = self.subject.any(inspection, |text| detector.sqli(text, self.sensitivity));
        if is_match {
            inspection.detail(Condition::SqlInjection(self.sensitivity), &self.subject);
        }
        is_match
    }

    /// Twenty units, or thirty at the high level (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(if self.sensitivity == Sensitivity::High { 30 } else { 20 })
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::Sent;

    const HIGH: &str = r#"{"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}},
        "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}], "SensitivityLevel": "HIGH"}}"#;

    #[test]
    fn the_detector_is_asked_about_transformed_values_at_the_level() {
        assert!(matches(HIGH, &Sent::get("/?a=x&b=%73%71%6Ci")), "the detector of the tests knows `sqli`");
        assert!(!matches(HIGH, &Sent::get("/?sqli=x")));
        assert!(matches(HIGH, &Sent::get("/?a=maybe")), "what only the high level sees");
        assert!(!matches(&HIGH.replace("HIGH", "LOW"), &Sent::get("/?a=maybe")));
    }

    #[test]
    fn it_costs_what_aws_says() {
        assert_eq!(capacity(HIGH), 30 + 10 + 10, "WAF-25");
        assert_eq!(capacity(&HIGH.replace("HIGH", "LOW")), 20 + 10 + 10);
        assert!(read(&HIGH.replace("HIGH", "MEDIUM")).is_err());
    }
}
