//! Who calls, and what: the signature names the key, the Region and the service, and proves that all of it is meant.

use ringwall_api::ApiError;
use ringwall_api::call::Caller;
use ringwall_api::ec2::operation::region::is_region;
use ringwall_api::service::Service;
use ringwall_wire::sigv4::{Claim, SignatureError, UNSIGNED_PAYLOAD};
use ringwall_wire::timestamp::Timestamp;

use super::read::Received;
use crate::options::RootKey;

/// The keys that calls may be signed with.
#[derive(Clone, Debug)]
pub struct Keys {
    root: RootKey,
    account: String,
}

/// What a signature says, as far as it could be read.
#[derive(Debug)]
pub struct Signed {
    /// the Region, if it was named
    pub region: Option<String>,
    /// the service as it was named
    pub scope: Option<String>,
    /// the service, if it was named and is one of ours
    pub service: Option<Service>,
    /// who called, or why that is not proved
    pub caller: Result<Caller, ApiError>,
}

impl Keys {
    /// The root user's key, of an account.
    pub fn new(root: RootKey, account: String) -> Keys {
        Keys { root, account }
    }

    /// Reads and checks the signature of a request.
    pub fn authenticate(&self, request: &Received, now: Timestamp) -> Signed {
        let headers = request.header_list();
        let signed = request.signed(&headers);
        let claim = match Claim::read(&signed) {
            Ok(claim) => claim,
            Err(error) => {
                return Signed { region: None, scope: None, service: None, caller: Err(refusal(None, error)) };
            }
        };
        let service = Service::by_scope(&claim.service);
        let caller = self.check(request, &claim, service, now);
        let region = is_region(&claim.region).then(|| claim.region.clone());
        Signed { region, scope: Some(claim.service), service, caller }
    }

    fn check(
        &self,
        request: &Received,
        claim: &Claim,
        service: Option<Service>,
        now: Timestamp,
    ) -> Result<Caller, ApiError> {
        if claim.access_key_id != self.root.id || claim.session_token.is_some() {
            return Err(unknown_key(service));
        }
        // Parameters are in the body: a signature that leaves it out would fit any call.
        if request.header("x-amz-content-sha256") == Some(UNSIGNED_PAYLOAD) {
            return Err(refusal(service, SignatureError::Mismatch));
        }
        let headers = request.header_list();
        claim.verify(&request.signed(&headers), &self.root.secret, now).map_err(|error| refusal(service, error))?;
        if service.is_none() {
            let message = format!("The service `{}` is not one of Ringwall's.", claim.service);
            return Err(ApiError::new("UnsupportedOperation", message));
        }
        if !is_region(&claim.region) {
            let message = format!("Credential should be scoped to a valid region, not `{}`.", claim.region);
            return Err(ApiError::new("SignatureDoesNotMatch", message).with_status(403));
        }
        Ok(Caller::root(&self.account, &claim.access_key_id))
    }
}

/// EC2 has codes and a status of its own for what others answer with 403 (API-11, API-16).
fn refusal(service: Option<Service>, error: SignatureError) -> ApiError {
    let is_ec2 = service == Some(Service::Ec2);
    match error {
        SignatureError::Missing => ApiError::new("MissingAuthenticationToken", error.to_string()).with_status(403),
        SignatureError::Mismatch | SignatureError::PayloadMismatch if is_ec2 => {
            let message = "AWS was not able to validate the provided access credentials";
            ApiError::new("AuthFailure", message).with_status(401)
        }
        error => {
            let status = if is_ec2 && error != SignatureError::Expired { 401 } else { 403 };
            let status = if is_ec2 && error == SignatureError::Expired { 400 } else { status };
            ApiError::new(error.code(), error.to_string()).with_status(status)
        }
    }
}

fn unknown_key(service: Option<Service>) -> ApiError {
    match service {
        Some(Service::Ec2) => {
            let message = "AWS was not able to validate the provided access credentials";
            ApiError::new("AuthFailure", message).with_status(401)
        }
        _ => {
            let message = "The security token included in the request is invalid.";
            ApiError::new("InvalidClientTokenId", message).with_status(403)
        }
    }
}
