//! From a canonical request to a signature, and to the header of a request of our own.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{ALGORITHM, PathStyle, Request, SignatureError, canonical_request};
use crate::Timestamp;

/// An access key.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// such as `AKIAIOSFODNN7EXAMPLE`
    pub access_key_id: &'a str,
    /// what only its owner and AWS know
    pub secret_access_key: &'a str,
}

/// What a signature is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// the day, as in `20260131`
    pub date: &'a str,
    /// such as `eu-central-1`
    pub region: &'a str,
    /// such as `ec2`
    pub service: &'a str,
}

impl std::fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

/// The SHA-256 of a body, in hexadecimal.
pub fn payload_hash(body: &[u8]) -> String {
    hexadecimal(&Sha256::digest(body))
}

/// The string to sign: algorithm, time, scope, and the hash of the canonical request.
pub fn string_to_sign(signed_at: Timestamp, scope: Scope<'_>, canonical_request: &[u8]) -> String {
    format!("{ALGORITHM}\n{}\n{scope}\n{}", signed_at.basic(), payload_hash(canonical_request))
}

/// The signature of a string to sign, in hexadecimal.
pub fn signature(secret_access_key: &str, scope: Scope<'_>, string_to_sign: &str) -> String {
    hexadecimal(&authenticator(secret_access_key, scope, string_to_sign).finalize().into_bytes())
}

/// The code that authenticates a string to sign: its key comes from the secret by way of each part of the scope.
pub(super) fn authenticator(secret_access_key: &str, scope: Scope<'_>, string_to_sign: &str) -> Hmac<Sha256> {
    let mut key = keyed(format!("AWS4{secret_access_key}").as_bytes(), scope.date);
    for part in [scope.region, scope.service, "aws4_request", string_to_sign] {
        key = keyed(&key.finalize().into_bytes(), part);
    }
    key
}

fn keyed(key: &[u8], message: &str) -> Hmac<Sha256> {
    let mut code = Hmac::new_from_slice(key).expect("HMAC takes keys of every length");
    code.update(message.as_bytes());
    code
}

/// Signs a request of our own: the value for its `Authorization` header.
///
/// All its headers are signed but those that change on the way. It must have `host`, and `x-amz-date` with the time of signing in
/// basic form; if it has `x-amz-content-sha256`, that goes for the body's hash.
pub fn sign(
    request: Request<'_>,
    credentials: Credentials<'_>,
    region: &str,
    service: &str,
    signed_at: Timestamp,
) -> Result<String, SignatureError> {
    if request.header("x-amz-date") != Some(signed_at.basic().as_str()) {
        return Err(SignatureError::Incomplete("`x-amz-date` is not the time of signing"));
    }
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| !changes_on_the_way(name));
    names.sort_unstable();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if !names.contains(&"host") {
        return Err(SignatureError::Incomplete("`host` is not signed"));
    }
    let hash = request.header("x-amz-content-sha256").map_or_else(|| payload_hash(request.body), str::to_owned);
    let date = signed_at.basic();
    let scope = Scope { date: date.get(..8).unwrap_or_default(), region, service };
    let canonical = canonical_request(request, &names, &hash, PathStyle::of(service));
    let signature = signature(credentials.secret_access_key, scope, &string_to_sign(signed_at, scope, &canonical));
    let access_key_id = credentials.access_key_id;
    let names = names.join(";");
    Ok(format!("{ALGORITHM} Credential={access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"))
}

fn changes_on_the_way(header: &str) -> bool {
    const CHANGING: [&str; 6] =
        ["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];
    CHANGING.contains(&header)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
