//! SizeConstraintStatement: how long a value is, after transformations (WAF-35).

use super::Subject;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;

/// How the length is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// equal
    Equal,
    /// not equal
    NotEqual,
    /// less or equal
    AtMost,
    /// less
    Less,
    /// greater or equal
    AtLeast,
    /// greater
    Greater,
}

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeConstraint {
    /// what is looked at
    pub subject: Subject,
    /// how
    pub comparison: Comparison,
    /// with what, in bytes
    pub size: u64,
}

impl SizeConstraint {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<SizeConstraint, Refusal> {
        let mut members = entry.members()?;
        let subject = Subject::read(&mut members, context)?;
        let comparison = members.require("ComparisonOperator")?.choice(&[
            ("EQ", Comparison::Equal),
            ("NE", Comparison::NotEqual),
            ("LE", Comparison::AtMost),
            ("LT", Comparison::Less),
            ("GE", Comparison::AtLeast),
            ("GT", Comparison::Greater),
        ])?;
        let size = members.require("Size")?.integer(0..=21_474_836_480)?;
        members.finish()?;
        Ok(SizeConstraint { subject, comparison, size })
    }

    /// Whether a value has such a length. Of a body counts what is inspected of it.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        self.subject.any(inspection, |text| self.is_met(text.len() as u64).then_some(0..text.len()))
    }

    fn is_met(&self, length: u64) -> bool {
        match self.comparison {
            Comparison::Equal => length == self.size,
            Comparison::NotEqual => length != self.size,
            Comparison::AtMost => length <= self.size,
            Comparison::Less => length < self.size,
            Comparison::AtLeast => length >= self.size,
            Comparison::Greater => length > self.size,
        }
    }

    /// One unit (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(1)
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::Sent;

    fn statement(field: &str, operator: &str, size: u64) -> String {
        format!(
            r#"{{"SizeConstraintStatement": {{"FieldToMatch": {field}, "ComparisonOperator": "{operator}", "Size": {size},
                "TextTransformations": [{{"Priority": 0, "Type": "URL_DECODE"}}]}}}}"#
        )
    }

    #[test]
    fn lengths_are_compared_after_transformations() {
        let path = r#"{"UriPath": {}}"#;
        for (operator, at_three, at_four) in [
            ("EQ", true, false),
            ("NE", false, true),
            ("LE", true, false),
            ("LT", false, false),
            ("GE", true, true),
            ("GT", false, true),
        ] {
            assert_eq!(matches(&statement(path, operator, 3), &Sent::get("/%41b")), at_three, "WAF-36: {operator}");
            assert_eq!(matches(&statement(path, operator, 3), &Sent::get("/abc")), at_four, "{operator}");
        }
    }

    #[test]
    fn of_a_body_counts_what_is_inspected() {
        let body = r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#;
        let sent = Sent::get("/").body(&"x".repeat(70_000));
        assert!(!matches(&statement(body, "GT", 8192), &sent), "WAF-35");
        assert!(matches(&statement(body, "EQ", 8192), &sent));
    }

    #[test]
    fn a_part_that_is_not_there_has_no_length() {
        let query = r#"{"QueryString": {}}"#;
        assert!(!matches(&statement(query, "LE", 10), &Sent::get("/")), "WAF-61");
        assert!(matches(&statement(query, "LE", 10), &Sent::get("/?")));
    }

    #[test]
    fn sizes_have_limits_and_it_costs_one() {
        assert!(read(&statement(r#"{"Method": {}}"#, "EQ", 21_474_836_480)).is_ok());
        assert!(read(&statement(r#"{"Method": {}}"#, "EQ", 21_474_836_481)).is_err(), "WAF-35");
        assert_eq!(capacity(&statement(r#"{"Method": {}}"#, "EQ", 1)), 11, "WAF-25");
    }
}
