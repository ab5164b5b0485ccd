//! AWS Signature Version 4: who signed a request, and whether that is true (API-1, API-16).
//!
//! A request carries a claim: the id of an access key, a scope (date, region, service) and a signature, in the `Authorization`
//! header or, presigned, in the query string. [`Claim::read`] takes it apart; the caller finds the key's secret; [`Claim::verify`]
//! computes the signature anew, from the request as it came, and compares in constant time.
//!
//! Three texts lead to a signature: the [canonical request](canonical_request), which every sender and receiver writes alike;
//! the [string to sign](string_to_sign), its hash with time and scope; the [signature], keyed by secret and scope.
//!
//! Whether the key exists, is allowed to do what is asked, and goes with the session token is the caller's to say.

mod canonical;
mod claim;
mod refusal;
mod sign;
mod verify;

#[cfg(test)]
mod tests;

pub use canonical::{PathStyle, canonical_request};
pub use claim::Claim;
pub use refusal::SignatureError;
pub use sign::{Credentials, Scope, payload_hash, sign, signature, string_to_sign};

/// The one algorithm that is spoken here.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a request says in place of its body's hash if its body is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// How many seconds the clocks of sender and receiver may differ (API-16).
pub const MOST_SKEW: i64 = 15 * 60;

/// For how many seconds a presigned request may be valid: a week.
pub const MOST_EXPIRES: i64 = 7 * 24 * 60 * 60;

/// A request as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// such as `POST`
    pub method: &'a str,
    /// the path, still encoded
    pub path: &'a str,
    /// what is behind the `?`, still encoded
    pub query: &'a str,
    /// names in any case, values as they came; one name may come several times
    pub headers: &'a [(&'a str, &'a [u8])],
    /// the whole body
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The values of a header, in the order they came.
    fn values(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The value of a header that is text and comes once. A header twice is no header: who could say which one is meant?
    fn header(self, name: &str) -> Option<&'a str> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (Some(value), None) => std::str::from_utf8(value).ok().map(str::trim),
            _ => None,
        }
    }
}
