//! An action of WAF, ready to be called by name.

use ringwall_waf::document::Node;
use ringwall_wire::json;

use crate::action::{Action, unbuilt_parameter};
use crate::call::Call;
use crate::error::ApiError;

/// An action, ready to be called by name.
#[derive(Clone, Copy)]
pub struct Handler {
    /// the action's name
    pub name: &'static str,
    /// reads the body of a call, applies, and writes the body of the answer
    pub run: fn(&[u8], &mut Call<'_>) -> Result<String, ApiError>,
}

impl Handler {
    /// The handler of an action.
    pub const fn of<A: Action>() -> Handler {
        Handler { name: A::NAME, run: run::<A> }
    }
}

fn run<A: Action>(body: &[u8], call: &mut Call<'_>) -> Result<String, ApiError> {
    let unreadable = |reason: String| ApiError::new("SerializationException", reason);
    // Documents are taken as they are, and of a member that stands there twice only one would be looked at.
    if !body.trim_ascii().is_empty() {
        Node::parse(body).map_err(|refusal| unreadable(format!("The body {}", refusal.reason)))?;
    }
    let decoded = json::decode::<A::Input>(body).map_err(|error| unreadable(error.to_string()))?;
    if let Some(name) = decoded.unknown.first() {
        let own = name.split(['.', '[']).next().unwrap_or_default();
        if A::UNBUILT.contains(&own) {
            return Err(unbuilt_parameter(own));
        }
        return Err(ApiError::new("ValidationException", format!("`{name}` is no member that {} has.", A::NAME)));
    }
    let request = A::parse(decoded.value)?;
    let output = A::apply(request, call)?;
    json::encode(&output)
        .map_err(|error| ApiError::new("WAFInternalErrorException", error.to_string()).with_status(500))
}
