//! Conditions: an operator, a key of the request, and the values that it is compared with (IAM-32 to IAM-37).
//!
//! All conditions of a statement have to hold. The values of one are alternatives; behind a negation, none of them may fit. What
//! holds of a key that the request does not have depends on the operator (IAM-33, IAM-35).

mod comparison;
mod operator;

use crate::malformed::{Malformed, Reason};
use crate::node::Node;
use crate::template::NoValue;
use crate::{Keys, Version};
use comparison::Comparison;
pub use operator::{Base, Operator, Order, Quantifier};

/// One condition of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// the operator
    pub operator: Operator,
    /// the key as it was written
    pub key: String,
    comparison: Comparison,
}

impl Condition {
    /// Reads the whole `Condition` element.
    pub(crate) fn read_all(node: &Node, version: Version) -> Result<Vec<Condition>, Malformed> {
        let mut conditions: Vec<Condition> = Vec::new();
        for (name, inner) in node.map()? {
            let operator = Operator::parse(name).ok_or_else(|| Reason::UnknownOperator(name.clone()))?;
            if conditions.iter().any(|earlier| earlier.operator == operator) {
                return Err(Reason::Twice(name.clone()).into());
            }
            let entries = inner.map().map_err(|wrong| wrong.at(name))?;
            for (key, values) in entries {
                let read = Condition::read(operator, key, values, version);
                let condition = read.map_err(|wrong| wrong.at(key).at(name))?;
                let is_same = |earlier: &Condition| {
                    earlier.operator == operator && earlier.key.eq_ignore_ascii_case(&condition.key)
                };
                if conditions.iter().any(is_same) {
                    return Err(Malformed::from(Reason::Twice(key.clone())).at(name));
                }
                conditions.push(condition);
            }
        }
        Ok(conditions)
    }

    fn read(operator: Operator, key: &str, values: &Node, version: Version) -> Result<Condition, Malformed> {
        let (vendor, name) = key.split_once(':').unwrap_or_default();
        if vendor.is_empty() || name.is_empty() || !key.chars().all(|character| character.is_ascii_graphic()) {
            return Err(Malformed::unexpected("a condition key such as `aws:SourceVpce`", key));
        }
        let comparison = Comparison::read(operator.base, values, version)?;
        Ok(Condition { operator, key: key.to_owned(), comparison })
    }

    /// The keys that it looks at: its own, and those of its variables.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str()).chain(self.comparison.keys())
    }

    /// Whether the request fulfils the condition.
    ///
    /// A key that is not there fulfils negated operators, those with `IfExists` and `ForAllValues`, and no others; never
    /// `ForAnyValue` without `IfExists` (IAM-33, IAM-35). A value that is none of the operator's type, such as a word where a number is
    /// compared, fits nothing. Where a key has several values and the operator has no quantifier, one that fits is
    /// enough, and behind a negation none may.
    pub(crate) fn holds(&self, keys: &Keys) -> Result<bool, NoValue> {
        let values = keys.get(&self.key).unwrap_or_default();
        let Operator { quantifier, negated, if_exists, .. } = self.operator;
        if let Comparison::Absent(expected) = &self.comparison {
            return Ok(expected.contains(&values.is_empty()));
        }
        if values.is_empty() {
            return Ok(match quantifier {
                Some(Quantifier::All) => true,
                Some(Quantifier::Any) => if_exists,
                None => negated || if_exists,
            });
        }
        let fits: Vec<bool> = values
            .iter()
            .map(|value| Ok(self.comparison.fits(value, keys)? != negated))
            .collect::<Result<_, NoValue>>()?;
        Ok(match quantifier {
            Some(Quantifier::All) => fits.iter().all(|fits| *fits),
            Some(Quantifier::Any) => fits.iter().any(|fits| *fits),
            None if negated => fits.iter().all(|fits| *fits),
            None => fits.iter().any(|fits| *fits),
        })
    }
}
