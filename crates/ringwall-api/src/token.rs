//! Client tokens: the same call again is the same call, and makes no second thing (API-31).

use ringwall_model::resource::{ClientToken, Milliseconds};
use ringwall_wire::form::Form;
use sha2::{Digest, Sha256};

use crate::action::{DryRun, QueryHandler, unbuilt_parameter};
use crate::call::Call;
use crate::error::ApiError;

/// How long a token is remembered.
const LIFETIME: Milliseconds = 24 * 60 * 60 * 1000;
const LONGEST: usize = 64;

/// Runs an action, or answers as it answered the same call before.
pub fn run(handler: &QueryHandler, form: &Form, call: &mut Call<'_>, dry_run: DryRun) -> Result<String, ApiError> {
    let Some(token) = form.get("ClientToken") else { return (handler.run)(form, call, dry_run) };
    if !handler.takes_token {
        return Err(unbuilt_parameter("ClientToken"));
    }
    if token.is_empty() || token.len() > LONGEST || !token.is_ascii() {
        let message =
            format!("Value ({token}) for parameter clientToken is invalid. Expected up to {LONGEST} ASCII characters.");
        return Err(ApiError::new("InvalidParameterValue", message));
    }
    let id = format!("{}/{token}", handler.name);
    let fingerprint = fingerprint(form);
    if let Some(known) = call.state().client_tokens.get(&id)
        && call.now - known.made < LIFETIME
    {
        if known.fingerprint != fingerprint {
            let message = "The client token you have provided is associated with a resource with different parameters.";
            return Err(ApiError::new("IdempotentParameterMismatch", message));
        }
        return Ok(known.answer.replace(&known.request_id, call.request_id));
    }
    let answer = (handler.run)(form, call, dry_run)?;
    let expired: Vec<String> = call
        .state()
        .client_tokens
        .iter()
        .filter(|old| call.now - old.made >= LIFETIME)
        .map(|old| old.id.clone())
        .collect();
    for old in expired {
        call.delete::<ClientToken>(&old);
    }
    let request_id = call.request_id.to_owned();
    call.put(ClientToken { id, fingerprint, answer: answer.clone(), request_id, made: call.now });
    Ok(answer)
}

/// A digest of everything but the token and what changes with each request.
fn fingerprint(form: &Form) -> String {
    let mut hash = Sha256::new();
    for (name, value) in form.iter().filter(|(name, _)| *name != "ClientToken" && !name.starts_with("X-Amz-")) {
        for part in [name, value] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
