//! STS: who calls.

use ringwall_wire::form::Form;
use ringwall_wire::query::Dialect;
use serde::{Deserialize, Serialize};

use crate::action::{Action, DryRun, QueryHandler, read, render};
use crate::call::Call;
use crate::error::ApiError;

/// The version of the API that clients name.
pub const VERSION: &str = "2011-06-15";

/// Every action that AWS's STS has.
pub const KNOWN_ACTIONS: &str = include_str!("known_actions.txt");

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The actions.
pub const ACTIONS: &[QueryHandler] = &[QueryHandler::query::<GetCallerIdentity>(run::<GetCallerIdentity>)];

fn run<A: Action>(form: &Form, call: &mut Call<'_>, _: DryRun) -> Result<String, ApiError> {
    let request = A::parse(read::<A>(form, Dialect::Query)?)?;
    let output = A::apply(request, call)?;
    render(Dialect::Query, A::NAME, NAMESPACE, call.request_id, &output)
}

/// `GetCallerIdentity`: whose key signed the call.
pub struct GetCallerIdentity;

/// It has no parameters.
#[derive(Debug, Deserialize)]
pub struct Input {}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    arn: String,
    user_id: String,
    account: String,
}

impl Action for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";

    type Input = Input;
    type Request = ();
    type Output = Output;

    fn parse(_: Input) -> Result<(), ApiError> {
        Ok(())
    }

    fn apply((): (), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let caller = call.caller;
        Ok(Output { arn: caller.arn.clone(), user_id: caller.principal.clone(), account: caller.account.clone() })
    }
}
