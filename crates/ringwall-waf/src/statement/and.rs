//! AndStatement: all of several statements hold (WAF-46).

use super::Statement;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug)]
pub struct And(pub(crate) Vec<Statement>);

impl And {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<And, Refusal> {
        super::read_several(entry, context).map(And)
    }

    /// Asks them in the order of the document, until one does not hold.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        self.0.iter().all(|statement| statement.matches(inspection))
    }

    /// What they cost together (WAF-28).
    pub fn capacity(&self) -> u64 {
        self.0.iter().map(Statement::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, contains, matches, read};
    use crate::testing::Sent;

    #[test]
    fn two_statements_are_one() {
        let statement = format!(r#"{{"AndStatement": {{"Statements": [{}, {}]}}}}"#, contains("a"), contains("b"));
        for (path, is_match) in [("/ab", true), ("/a", false), ("/b", false), ("/", false)] {
            assert_eq!(matches(&statement, &Sent::get(path)), is_match, "{path}");
        }
        assert_eq!(capacity(&statement), 20, "WAF-28");
    }

    #[test]
    fn one_statement_alone_is_refused() {
        assert!(read(&format!(r#"{{"AndStatement": {{"Statements": [{}]}}}}"#, contains("a"))).is_err(), "WAF-46");
    }
}
