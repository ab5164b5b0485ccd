//! OrStatement: at least one of several statements holds (WAF-46).

use super::Statement;
use crate::compiled::Choice;
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug)]
pub struct Or {
    pub(crate) statements: Vec<Statement>,
    /// what a compiled web ACL knows of them
    pub(crate) choice: Option<Choice>,
}

impl Or {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Or, Refusal> {
        super::read_several(entry, context).map(|statements| Or { statements, choice: None })
    }

    /// Asks them in the order of the document, until one holds.
    ///
    /// A compiled web ACL knows most of those that do not hold beforehand.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let chosen = self.choice.as_ref().zip(inspection.memo.as_ref()).and_then(|(choice, memo)| choice.chosen(memo));
        match chosen {
            Some(chosen) => chosen.iter().any(|own| self.statements[own].matches(inspection)),
            None => self.statements.iter().any(|statement| statement.matches(inspection)),
        }
    }

    /// What they cost together (WAF-28).
    pub fn capacity(&self) -> u64 {
        self.statements.iter().map(Statement::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, contains, matches, read};
    use crate::testing::Sent;

    #[test]
    fn two_statements_are_one() {
        let statement = format!(r#"{{"OrStatement": {{"Statements": [{}, {}]}}}}"#, contains("a"), contains("b"));
        for (path, is_match) in [("/ab", true), ("/a", true), ("/b", true), ("/", false)] {
            assert_eq!(matches(&statement, &Sent::get(path)), is_match, "{path}");
        }
        assert_eq!(capacity(&statement), 20, "WAF-28");
    }

    #[test]
    fn one_statement_alone_is_refused() {
        assert!(read(&format!(r#"{{"OrStatement": {{"Statements": [{}]}}}}"#, contains("a"))).is_err(), "WAF-46");
    }
}
