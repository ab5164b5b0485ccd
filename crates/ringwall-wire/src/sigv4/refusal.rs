//! Why a request's signature is not accepted.

/// The request does not prove who sent it. Each case has a code of AWS's (API-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// there is no signature
    #[error("Request is missing Authentication Token")]
    Missing,
    /// there is something of a signature, but not one that can be checked
    #[error("the signature cannot be checked: {0}")]
    Incomplete(&'static str),
    /// the signature is for another request, by another key, or for another time
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
         signing method. Consult the service documentation for details."
    )]
    Mismatch,
    /// the body's hash is not the one that the request states
    #[error("the body is not the one that `x-amz-content-sha256` describes")]
    PayloadMismatch,
    /// the request was signed too long ago, or too far in the future
    #[error("Request has expired.")]
    Expired,
}

impl SignatureError {
    /// AWS's code. That a key does not exist (`InvalidClientTokenId`, EC2's `AuthFailure`) is the caller's to find out.
    pub fn code(self) -> &'static str {
        match self {
            SignatureError::Missing => "MissingAuthenticationToken",
            SignatureError::Incomplete(_) => "IncompleteSignature",
            SignatureError::Mismatch | SignatureError::PayloadMismatch => "SignatureDoesNotMatch",
            SignatureError::Expired => "RequestExpired",
        }
    }
}
