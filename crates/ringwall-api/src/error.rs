//! Refused calls.

use std::borrow::Cow;
use std::fmt;

/// Why a call is refused, as the client is told: AWS's code, AWS's status, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// AWS's error code
    pub code: Cow<'static, str>,
    /// the status of the HTTP answer
    pub status: u16,
    /// the sentence
    pub message: String,
    /// what the error has beside code and sentence in the JSON protocols, such as `Field` of a WAF error
    pub members: Vec<(&'static str, String)>,
}

impl ApiError {
    /// A client's error with status 400, as most are (API-11).
    pub fn new(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError { code: Cow::Borrowed(code), status: 400, message: message.into(), members: Vec::new() }
    }

    /// The same with another status.
    pub fn with_status(self, status: u16) -> ApiError {
        ApiError { status, ..self }
    }

    /// The same with a further member.
    pub fn with_member(mut self, name: &'static str, value: impl Into<String>) -> ApiError {
        self.members.push((name, value.into()));
        self
    }

    /// Whether the client is at fault.
    pub fn is_clients_fault(&self) -> bool {
        self.status < 500
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
