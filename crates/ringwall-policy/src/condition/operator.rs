//! The names of condition operators (IAM-32).

use std::fmt;

/// A condition operator with all that its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// how several values of a key are taken
    pub quantifier: Option<Quantifier>,
    /// what is compared, and how
    pub base: Base,
    /// whether the comparison must fail
    pub negated: bool,
    /// whether a key that is not there fulfils the condition
    pub if_exists: bool,
}

/// How several values of a key are taken (IAM-35).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// `ForAllValues`: each of them must do
    All,
    /// `ForAnyValue`: one of them must do
    Any,
}

/// What is compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// text, to the letter
    Text,
    /// text, whatever the capitals
    TextIgnoringCase,
    /// text, with wildcards
    TextLike,
    /// numbers
    Number(Order),
    /// moments
    Date(Order),
    /// true or false
    Flag,
    /// bytes
    Binary,
    /// addresses in blocks
    Address,
    /// ARNs, with wildcards: `ArnEquals` (IAM-36)
    Arn,
    /// the same by its other name, `ArnLike`
    ArnLike,
    /// whether the key is not there
    Null,
}

/// How numbers and moments of a request stand to those of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// equal
    Equal,
    /// below
    Less,
    /// below or equal
    LessOrEqual,
    /// above
    Greater,
    /// above or equal
    GreaterOrEqual,
}

impl Order {
    /// Whether the request's value, compared with the policy's, is of this order.
    pub(crate) fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Order::Equal => ordering.is_eq(),
            Order::Less => ordering.is_lt(),
            Order::LessOrEqual => ordering.is_le(),
            Order::Greater => ordering.is_gt(),
            Order::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// Every name without quantifier and `IfExists`: what it compares, and whether it is negated.
const NAMES: [(&str, Base, bool); 27] = [
    ("StringEquals", Base::Text, false),
    ("StringNotEquals", Base::Text, true),
    ("StringEqualsIgnoreCase", Base::TextIgnoringCase, false),
    ("StringNotEqualsIgnoreCase", Base::TextIgnoringCase, true),
    ("StringLike", Base::TextLike, false),
    ("StringNotLike", Base::TextLike, true),
    ("NumericEquals", Base::Number(Order::Equal), false),
    ("NumericNotEquals", Base::Number(Order::Equal), true),
    ("NumericLessThan", Base::Number(Order::Less), false),
    ("NumericLessThanEquals", Base::Number(Order::LessOrEqual), false),
    ("NumericGreaterThan", Base::Number(Order::Greater), false),
    ("NumericGreaterThanEquals", Base::Number(Order::GreaterOrEqual), false),
    ("DateEquals", Base::Date(Order::Equal), false),
    ("DateNotEquals", Base::Date(Order::Equal), true),
    ("DateLessThan", Base::Date(Order::Less), false),
    ("DateLessThanEquals", Base::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Base::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Base::Date(Order::GreaterOrEqual), false),
    ("Bool", Base::Flag, false),
    ("BinaryEquals", Base::Binary, false),
    ("IpAddress", Base::Address, false),
    ("NotIpAddress", Base::Address, true),
    ("ArnEquals", Base::Arn, false),
    ("ArnNotEquals", Base::Arn, true),
    ("ArnLike", Base::ArnLike, false),
    ("ArnNotLike", Base::ArnLike, true),
    ("Null", Base::Null, false),
];

impl Operator {
    /// Reads a name such as `ForAnyValue:StringLikeIfExists`. `Null` takes neither addition (IAM-33).
    pub fn parse(name: &str) -> Option<Operator> {
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (rest, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |rest| (rest, true));
        let (_, base, negated) = *NAMES.iter().find(|(known, ..)| *known == rest)?;
        let is_plain = quantifier.is_none() && !if_exists;
        (base != Base::Null || is_plain).then_some(Operator { quantifier, base, negated, if_exists })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quantifier {
            Some(Quantifier::All) => f.write_str("ForAllValues:")?,
            Some(Quantifier::Any) => f.write_str("ForAnyValue:")?,
            None => {}
        }
        let known = NAMES.iter().find(|(_, base, negated)| (*base, *negated) == (self.base, self.negated));
        f.write_str(known.map_or("", |(name, ..)| name))?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_alike() {
        for (name, ..) in NAMES {
            for quantifier in ["", "ForAllValues:", "ForAnyValue:"] {
                for addition in ["", "IfExists"] {
                    let whole = format!("{quantifier}{name}{addition}");
                    let read = Operator::parse(&whole).map(|operator| operator.to_string());
                    let takes = name != "Null" || whole == "Null";
                    assert_eq!(read, takes.then_some(whole));
                }
            }
        }
    }

    #[test]
    fn other_names_are_none() {
        for name in ["", "StringEqual", "stringequals", "IfExists", "ForAllValues", "For:Bool", "BoolIfExistsIfExists"]
        {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
