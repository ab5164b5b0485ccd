//! NotStatement: a statement does not hold (WAF-46).

use super::Statement;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug)]
pub struct Not(pub(crate) Box<Statement>);

impl Not {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Not, Refusal> {
        let mut members = entry.members()?;
        let inner = Statement::read(&members.require("Statement")?, context)?;
        members.finish()?;
        Ok(Not(Box::new(inner)))
    }

    /// Whether it does not hold. What it found is no reason for a match.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let (evidence, details) = (inspection.evidence.len(), inspection.details.len());
        let holds = self.0.matches(inspection);
        inspection.evidence.truncate(evidence);
        inspection.details.truncate(details);
        !holds
    }

    /// What it costs (WAF-28).
    pub fn capacity(&self) -> u64 {
        self.0.capacity()
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, contains, matches};
    use crate::testing::Sent;

    #[test]
    fn what_holds_does_not_and_what_is_not_there_does() {
        let statement = format!(r#"{{"NotStatement": {{"Statement": {}}}}}"#, contains("a"));
        assert!(!matches(&statement, &Sent::get("/a")));
        assert!(matches(&statement, &Sent::get("/b")));
        let query = statement.replace("UriPath", "QueryString");
        assert!(matches(&query, &Sent::get("/a")), "WAF-61: a request without a query string");
        assert_eq!(capacity(&statement), 10, "WAF-28");
    }
}
