//! What can be wrong with a request's parameters, and with which of them.

use std::fmt;

use serde::de;

use super::tree::Node;

/// A parameter that keeps a request from being an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameter `{parameter}` {problem}")]
pub struct DecodeError {
    /// its full name on the wire, such as `IpPermissions.1.FromPort`
    pub parameter: String,
    /// what is wrong with it
    pub problem: Problem,
}

/// What is wrong with a parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is required and was not given: `MissingParameter` (API-15).
    #[error("is missing")]
    Missing,
    /// Its value is not of the parameter's type, or it is a structure where a list or a value belongs: `InvalidParameterValue`.
    #[error("has the value `{value}`, which is not {expected}")]
    Invalid {
        /// what was given
        value: String,
        /// what was asked for, with its article
        expected: &'static str,
    },
    /// Its type reads such values but refuses this one: `InvalidParameterValue`, or the code that the type's API has for it.
    #[error("has the value `{value}`, which is refused: {reason}")]
    Refused {
        /// what was given; empty if it is a structure
        value: String,
        /// the type's own words
        reason: String,
    },
    /// The number of a list's item is 0, begins with 0, or exceeds [`super::MOST_ITEMS`].
    #[error("has a number that no list counts")]
    Index,
    /// Its name has more than [`super::MOST_LEVELS`] parts.
    #[error("is nested too deeply")]
    TooDeep,
    /// Its structure takes no parameters but its own: `UnknownParameter`.
    #[error("is unknown")]
    Unknown,
}

/// A problem on its way up to where its parameter's name is known.
#[derive(Debug)]
pub(super) struct Failure {
    place: Place,
    problem: Problem,
}

#[derive(Debug)]
enum Place {
    /// the parameter being read
    Here,
    /// a field of the structure being read
    Field(String),
    /// the parameter of this name
    At(String),
}

impl Failure {
    pub(super) fn at(parameter: &str, problem: Problem) -> Failure {
        Failure { place: Place::At(parameter.to_owned()), problem }
    }

    /// Names the place, if it has no name yet: the node was being read.
    pub(super) fn within(mut self, node: Node<'_, '_>) -> Failure {
        let path = node.path();
        self.place = match self.place {
            Place::Here => {
                if let (Problem::Refused { value, .. }, Some(given)) = (&mut self.problem, node.value()) {
                    given.clone_into(value);
                }
                Place::At(path.to_owned())
            }
            Place::Field(field) if path.is_empty() => Place::At(field),
            Place::Field(field) => Place::At(format!("{path}.{field}")),
            at => at,
        };
        self
    }
}

impl From<Failure> for DecodeError {
    fn from(failure: Failure) -> Self {
        let parameter = match failure.place {
            Place::Here => String::new(),
            Place::Field(name) | Place::At(name) => name,
        };
        DecodeError { parameter, problem: failure.problem }
    }
}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        let problem = Problem::Refused { value: String::new(), reason: reason.to_string() };
        Failure { place: Place::Here, problem }
    }

    fn missing_field(field: &'static str) -> Self {
        Failure { place: Place::Field(field.to_owned()), problem: Problem::Missing }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Failure { place: Place::Field(field.to_owned()), problem: Problem::Unknown }
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Self {
        let expected = "one of the values that the parameter takes";
        Failure { place: Place::Here, problem: Problem::Invalid { value: variant.to_owned(), expected } }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.problem, f)
    }
}

impl std::error::Error for Failure {}
