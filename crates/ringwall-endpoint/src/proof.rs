//! Who sends a request, by its signature.

use http::request::Parts;
use ringwall_policy::Caller;
use ringwall_s3::Identities;
use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Claim, Request as SignedRequest, SignatureError, UNSIGNED_PAYLOAD};

use crate::refusal::Refusal;

/// Who sends a request, and the Region that the signature names.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) caller: Caller,
    pub(crate) region: String,
}

/// Verifies the signature of a request. A body that is given is verified with it; one that is still to come is verified by who reads
/// it, which only S3 knows how to.
pub(crate) fn prove(
    identities: &dyn Identities,
    service: &str,
    head: &Parts,
    body: Option<&[u8]>,
    now: Timestamp,
) -> Result<Proof, Refusal> {
    let headers: Vec<(&str, &[u8])> =
        head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let request =
        SignedRequest { method: head.method.as_str(), path, query, headers: &headers, body: body.unwrap_or_default() };
    let claim = Claim::read(&request).map_err(Refusal::Unproved)?;
    if claim.service != service {
        return Err(Refusal::Unproved(SignatureError::Mismatch));
    }
    let identity = identities.find(&claim.access_key_id).ok_or(Refusal::UnknownKey)?;
    let is_unsigned =
        head.headers.get("x-amz-content-sha256").is_some_and(|hash| hash.as_bytes() == UNSIGNED_PAYLOAD.as_bytes());
    let verified = match body {
        // What is asked for stands in the body: a signature that leaves it out would fit anything.
        Some(_) if is_unsigned => Err(SignatureError::Mismatch),
        Some(_) => claim.verify(&request, &identity.secret_access_key, now),
        None => claim.verify_head(&request, &identity.secret_access_key, now),
    };
    verified.map_err(Refusal::Unproved)?;
    if claim.session_token != identity.session_token {
        return Err(Refusal::UnknownKey);
    }
    Ok(Proof { caller: identity.caller, region: claim.region })
}
