//! `GetConsoleOutput`: the end of what an instance wrote to its console.

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_wire::blob::Blob;
use ringwall_wire::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::instance_type::{Hypervisor, by_name};
use crate::error::ApiError;

/// The action.
pub struct GetConsoleOutput;

/// How much of a console is told.
const MOST_BYTES: usize = 64 * 1024;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    instance_id: String,
    latest: Option<bool>,
}

/// What is asked.
pub struct Request {
    id: InstanceId,
    latest: bool,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_id: String,
    timestamp: Timestamp,
    output: Option<Blob>,
}

impl Action for GetConsoleOutput {
    const NAME: &'static str = "GetConsoleOutput";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { id: parse(&input.instance_id)?, latest: input.latest.unwrap_or(false) })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let instance = find::<Instance>(&call.state(), &request.id)?;
        // What is told is always the latest; AWS takes the wish on Nitro alone.
        let is_nitro = by_name(&instance.instance_type).is_some_and(|kind| kind.hypervisor == Hypervisor::Nitro);
        if request.latest && !is_nitro {
            let message = format!(
                "The instance type '{}' does not support retrieving the latest console output.",
                instance.instance_type
            );
            return Err(Code::UnsupportedOperation.with(message));
        }
        let read = call.console.read(request.id);
        let written = read.as_ref().map_or(call.now, |output| output.written);
        let end = read.map(|output| {
            let start = output.bytes.len().saturating_sub(MOST_BYTES);
            Blob(output.bytes[start..].to_vec())
        });
        Ok(Output { instance_id: request.id.to_string(), timestamp: Timestamp::from_millis(written), output: end })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::call::ConsoleOutput;
    use crate::ec2::scene::{instance, pending_instance};

    #[test]
    fn the_end_of_the_console_is_told() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let silent = bench.ok("GetConsoleOutput", &format!("InstanceId={id}"));
        assert!(!silent.has("<output>"));
        let mut bytes = vec![b'x'; 3];
        bytes.extend(vec![b'a'; 64 * 1024]);
        bench.consoles.0.insert(id, ConsoleOutput { bytes, written: 1_700_000_000_000 });
        let answer = bench.ok("GetConsoleOutput", &format!("InstanceId={id}&Latest=true"));
        assert_eq!(answer.get("timestamp"), "2023-11-14T22:13:20.000Z");
        let told = ringwall_wire::blob::Blob::parse(&answer.get("output")).unwrap();
        assert_eq!(told.0, vec![b'a'; 64 * 1024]);
    }

    #[test]
    fn the_latest_is_asked_for_on_nitro_alone() {
        let mut bench = Bench::new();
        let id = pending_instance(&mut bench, "&InstanceType=t2.micro");
        bench.ok("GetConsoleOutput", &format!("InstanceId={id}&Latest=false"));
        assert_eq!(bench.refused("GetConsoleOutput", &format!("InstanceId={id}&Latest=true")), "UnsupportedOperation");
        assert_eq!(bench.refused("GetConsoleOutput", "InstanceId=i-00000000000000001"), "InvalidInstanceID.NotFound");
    }
}
