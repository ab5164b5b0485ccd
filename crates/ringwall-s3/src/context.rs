//! What a request brings along besides its bytes.

use std::sync::Arc;

use ringwall_policy::{Caller, Origin, Policy, StatementJudgement};

/// Where a request came from, and what stands between there and here. Told by who took the connection; nothing of it is read from the
/// request (IFE-25).
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// where it came from
    pub origin: Origin,
    /// the policy of the endpoint that it came through, if it came through one
    pub endpoint_policy: Option<Arc<Policy>>,
}

/// Why a request was not authorised. It goes with the answer as an extension, for logs and explanations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// the type of the policy that refused, such as `a VPC endpoint policy`
    pub policy: &'static str,
    /// the action
    pub action: String,
    /// the resource
    pub resource: String,
    /// what each of the policy's statements has to do with it
    pub statements: Vec<StatementJudgement>,
}

/// A request that was let in: what the operations know of it.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) context: RequestContext,
    pub(crate) caller: Caller,
    /// the Region that the signature names
    pub(crate) region: String,
    pub(crate) asked: crate::asked::Asked,
    /// the condition keys of the request
    pub(crate) keys: ringwall_policy::Keys,
}
