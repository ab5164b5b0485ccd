//! Why a document is no policy, and where.

use std::fmt;

/// A document that is no policy. AWS answers with `MalformedPolicyDocument`, S3 with `MalformedPolicy`; the code is the caller's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Malformed {
    /// where, such as `Statement[1].Condition.StringEquals`; empty for the whole document
    pub place: String,
    /// why
    pub reason: Reason,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "{}", self.reason),
            place => write!(f, "{place}: {}", self.reason),
        }
    }
}

/// What is wrong at a place of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// longer than policies of its kind may be
    #[error("the policy has more than {most} characters")]
    TooLong {
        /// in characters
        most: usize,
    },
    /// no JSON, or nested too deeply
    #[error("syntax error at line {line}, column {column}: {message}")]
    Syntax {
        /// from 1
        line: usize,
        /// from 1
        column: usize,
        /// in the words of the reader
        message: String,
    },
    /// an element that the language does not have there
    #[error("there is no element `{0}`")]
    UnknownElement(String),
    /// an element that comes twice, or comes with its opposite
    #[error("`{0}` is given more than once")]
    Twice(String),
    /// an element that is not there
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// an element that policies of this kind do not have
    #[error("a policy of this kind has no `{0}`")]
    NotHere(&'static str),
    /// another type of value, or a value that the element does not take
    #[error("`{found}` is not {expected}")]
    Unexpected {
        /// what would be right
        expected: &'static str,
        /// what is there
        found: String,
    },
    /// a list with nothing in it
    #[error("there is nothing in it")]
    Empty,
    /// two statements of one name
    #[error("the statement id `{0}` is not unique")]
    RepeatedSid(String),
    /// a condition operator that the language does not have
    #[error("there is no condition operator `{0}`")]
    UnknownOperator(String),
}

impl Malformed {
    /// The same at another place of the document, outside of the one that is known so far.
    pub(crate) fn at(mut self, outer: &str) -> Malformed {
        self.place = match self.place.as_str() {
            "" => outer.to_owned(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        self
    }

    /// Something unexpected, of which not more is shown than fits in a line.
    pub(crate) fn unexpected(expected: &'static str, found: &str) -> Malformed {
        Reason::Unexpected { expected, found: shown(found) }.into()
    }
}

/// The beginning of a text, for messages.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 100;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

impl From<Reason> for Malformed {
    fn from(reason: Reason) -> Malformed {
        Malformed { place: String::new(), reason }
    }
}
