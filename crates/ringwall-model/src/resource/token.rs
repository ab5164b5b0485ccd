//! Client tokens: what makes a repeated call one call (API-31).

use serde::{Deserialize, Serialize};

use super::Milliseconds;

/// A call that carried a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientToken {
    /// action and token, as `Action/token`
    pub id: String,
    /// a digest of the call's other parameters
    pub fingerprint: String,
    /// the answer
    pub answer: String,
    /// the request id in that answer
    pub request_id: String,
    /// when the call was made
    pub made: Milliseconds,
}
