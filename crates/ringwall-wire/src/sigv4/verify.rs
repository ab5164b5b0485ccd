//! Whether a claim is true.

use hmac::Mac;

use super::canonical::canonical_without;
use super::sign::authenticator;
use super::{Claim, MOST_SKEW, PathStyle, Request, SignatureError, UNSIGNED_PAYLOAD, payload_hash, string_to_sign};
use crate::Timestamp;

impl Claim {
    /// Checks time and signature, the path in the style of the claimed service. `request` is the one that the claim was read from.
    pub fn verify(&self, request: &Request<'_>, secret_access_key: &str, now: Timestamp) -> Result<(), SignatureError> {
        self.verify_with(request, secret_access_key, now, PathStyle::of(&self.service))
    }

    /// The same, with the path in a style of the caller's.
    pub fn verify_with(
        &self,
        request: &Request<'_>,
        secret_access_key: &str,
        now: Timestamp,
        style: PathStyle,
    ) -> Result<(), SignatureError> {
        let hash = self.stated_hash(*request)?;
        self.verify_hash(request, secret_access_key, now, style, &hash)
    }

    /// The same for a request of S3 whose body is still to come: its hash is what `x-amz-content-sha256` states, also that the
    /// body comes in signed pieces. Whoever reads the body has to compare. A presigned request states nothing.
    pub fn verify_head(
        &self,
        request: &Request<'_>,
        secret_access_key: &str,
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        let stated = match request.values("x-amz-content-sha256").count() {
            0 if self.expires.is_some() => UNSIGNED_PAYLOAD,
            _ => request.header("x-amz-content-sha256").ok_or(SignatureError::PayloadMismatch)?,
        };
        self.verify_hash(request, secret_access_key, now, PathStyle::of(&self.service), stated)
    }

    fn verify_hash(
        &self,
        request: &Request<'_>,
        secret_access_key: &str,
        now: Timestamp,
        style: PathStyle,
        hash: &str,
    ) -> Result<(), SignatureError> {
        self.check_time(now)?;
        self.check_headers(*request)?;
        let agrees = |left_out: &[&str]| {
            let names: Vec<&str> = self.signed_headers().collect();
            let canonical = canonical_without(*request, &names, hash, style, left_out);
            let text = string_to_sign(self.signed_at, self.scope(), &canonical);
            authenticator(secret_access_key, self.scope(), &text).verify_slice(&self.signature).is_ok()
        };
        // Some services have the token of a presigned request signed, others have it added afterwards.
        let token_added_afterwards = || {
            self.expires.is_some()
                && self.session_token.is_some()
                && agrees(&["X-Amz-Signature", "X-Amz-Security-Token"])
        };
        if agrees(&["X-Amz-Signature"]) || token_added_afterwards() { Ok(()) } else { Err(SignatureError::Mismatch) }
    }

    fn check_time(&self, now: Timestamp) -> Result<(), SignatureError> {
        let end = self.signed_at.plus_seconds(self.expires.unwrap_or(MOST_SKEW));
        let begin = self.signed_at.plus_seconds(-MOST_SKEW);
        if (begin..=end).contains(&now) { Ok(()) } else { Err(SignatureError::Expired) }
    }

    /// What is signed must be there, and what speaks to AWS must be signed: `x-amz-target` alone would choose another action.
    /// The session token is exempt, since some clients add it after signing.
    fn check_headers(&self, request: Request<'_>) -> Result<(), SignatureError> {
        if self.signed_headers.iter().any(|name| request.values(name).next().is_none()) {
            return Err(SignatureError::Incomplete("a signed header is not in the request"));
        }
        let unsigned = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.starts_with("x-amz-") && name != "x-amz-security-token" && !self.signed_headers.contains(&name)
        };
        if request.headers.iter().any(|(name, _)| unsigned(name)) {
            return Err(SignatureError::Incomplete("a header that begins with `x-amz-` is not signed"));
        }
        Ok(())
    }

    /// What stands for the body in the canonical request. A hash that the request states must be the body's own.
    fn stated_hash(&self, request: Request<'_>) -> Result<String, SignatureError> {
        let stated = match request.values("x-amz-content-sha256").count() {
            0 if self.expires.is_some() && PathStyle::of(&self.service) == PathStyle::Verbatim => {
                Some(UNSIGNED_PAYLOAD)
            }
            0 => None,
            _ => Some(request.header("x-amz-content-sha256").ok_or(SignatureError::PayloadMismatch)?),
        };
        if stated == Some(UNSIGNED_PAYLOAD) {
            return Ok(UNSIGNED_PAYLOAD.to_owned());
        }
        let own = payload_hash(request.body);
        if stated.is_none_or(|stated| stated == own) { Ok(own) } else { Err(SignatureError::PayloadMismatch) }
    }
}
