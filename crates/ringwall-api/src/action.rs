//! What an action is.

use ringwall_wire::form::Form;
use ringwall_wire::query::{DecodeError, Decoded, Dialect, Problem, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::ApiError;

/// One action of a service.
pub trait Action {
    /// Its name on the wire.
    const NAME: &'static str;
    /// Parameters that AWS has and that would have no effect here. They are refused by name.
    const UNBUILT: &'static [&'static str] = &[];
    /// Whether the call may carry a client token that makes its repetition the same call (API-31).
    const TAKES_TOKEN: bool = false;

    /// The parameters as they are on the wire.
    type Input: DeserializeOwned;
    /// The parameters with everything parsed: no invalid value can be in them.
    type Request;
    /// The answer as it is on the wire.
    type Output: Serialize;

    /// Turns strings into values, or says which parameter is wrong. Changes nothing.
    fn parse(input: Self::Input) -> Result<Self::Request, ApiError>;

    /// Does what is asked, on the transaction alone. After an error the transaction is thrown away.
    fn apply(request: Self::Request, call: &mut Call<'_>) -> Result<Self::Output, ApiError>;
}

/// An action of a query service, ready to be called by name.
#[derive(Clone, Copy)]
pub struct QueryHandler {
    /// the action's name
    pub name: &'static str,
    /// whether it takes a client token
    pub takes_token: bool,
    /// reads parameters, applies, and renders the answer
    pub run: fn(&Form, &mut Call<'_>, DryRun) -> Result<String, ApiError>,
}

/// Whether the call is only to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    /// check only
    Yes,
    /// do it
    No,
}

impl QueryHandler {
    /// The handler of an EC2 action.
    pub const fn ec2<A: Action>() -> QueryHandler {
        QueryHandler { name: A::NAME, takes_token: A::TAKES_TOKEN, run: run_ec2::<A> }
    }

    /// The handler of an action of another query service.
    pub const fn query<A: Action>(run: fn(&Form, &mut Call<'_>, DryRun) -> Result<String, ApiError>) -> QueryHandler {
        QueryHandler { name: A::NAME, takes_token: A::TAKES_TOKEN, run }
    }
}

/// The namespace of EC2's answers (API-7).
pub const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

fn run_ec2<A: Action>(form: &Form, call: &mut Call<'_>, dry_run: DryRun) -> Result<String, ApiError> {
    let request = A::parse(read::<A>(form, Dialect::Ec2)?)?;
    if dry_run == DryRun::Yes {
        // Parameters of the wrong form come first; what depends on what is there is not asked (API-12, API-13).
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(ApiError::new("DryRunOperation", message).with_status(412));
    }
    let output = A::apply(request, call)?;
    render(Dialect::Ec2, A::NAME, EC2_NAMESPACE, call.request_id, &output)
}

/// Reads the parameters of an action, and refuses those that it does not have.
pub fn read<A: Action>(form: &Form, dialect: Dialect) -> Result<A::Input, ApiError> {
    let Decoded { value, unknown } = decode::<A::Input>(form, dialect).map_err(refuse_parameter)?;
    match unknown.into_iter().find(|name| !is_handled_before(name)) {
        None => Ok(value),
        Some(name) if is_unbuilt::<A>(&name) => Err(unbuilt_parameter(&name)),
        Some(name) => Err(unknown_parameter(&name)),
    }
}

/// What a client is told of a parameter that cannot be read (API-15).
fn refuse_parameter(error: DecodeError) -> ApiError {
    let DecodeError { parameter, problem } = error;
    match problem {
        Problem::Missing => missing_parameter(&parameter),
        Problem::Invalid { value, expected } => {
            let message = format!("Value ({value}) for parameter {parameter} is invalid. Expected {expected}.");
            ApiError::new("InvalidParameterValue", message)
        }
        Problem::Refused { value, reason } => {
            let message = format!("Value ({value}) for parameter {parameter} is invalid. {reason}");
            ApiError::new("InvalidParameterValue", message)
        }
        Problem::Index | Problem::TooDeep => {
            ApiError::new("MalformedQueryString", format!("The parameter {parameter} {problem}"))
        }
        Problem::Unknown => unknown_parameter(&parameter),
    }
}

fn unknown_parameter(name: &str) -> ApiError {
    ApiError::new("UnknownParameter", format!("The parameter {name} is not recognized"))
}

/// Writes an answer.
pub fn render<T: Serialize>(
    dialect: Dialect,
    action: &str,
    namespace: &str,
    request_id: &str,
    output: &T,
) -> Result<String, ApiError> {
    ringwall_wire::xml::response(dialect, action, namespace, request_id, output)
        .map_err(|error| ApiError::new("InternalError", error.to_string()).with_status(500))
}

/// A required parameter is missing (API-15).
pub fn missing_parameter(name: &str) -> ApiError {
    ApiError::new("MissingParameter", format!("The request must contain the parameter {name}"))
}

/// A parameter that AWS has and that would have no effect here.
pub fn unbuilt_parameter(name: &str) -> ApiError {
    ApiError::new(
        "UnsupportedOperation",
        format!("The parameter {name} is not supported by Ringwall: it would have no effect."),
    )
}

fn is_handled_before(name: &str) -> bool {
    name == "DryRun" || name == "ClientToken"
}

fn is_unbuilt<A: Action>(name: &str) -> bool {
    // `BlockDeviceMapping.1.DeviceName` is a part of `BlockDeviceMapping`; `NetworkInterface.N.Foo` names a part of lists.
    let pattern: Vec<&str> = name.split('.').map(|part| if part.parse::<u32>().is_ok() { "N" } else { part }).collect();
    A::UNBUILT.iter().any(|unbuilt| {
        let parts: Vec<&str> = unbuilt.split('.').collect();
        pattern.starts_with(&parts)
    })
}
