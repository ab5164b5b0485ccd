//! `TerminateInstances`: instances are shutting down, for good, all or none (INST-12 to INST-14).

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::instance::{asked_for, give_back_public_address};
use crate::ec2::shape::instance_state::{StateChangeShape, StateChanges};
use crate::error::ApiError;

/// The action.
pub struct TerminateInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
    /// A forced end lets processes end by themselves first, and kills them after a time: every end does.
    #[serde(rename = "Force")]
    _force: Option<bool>,
    skip_os_shutdown: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<InstanceId>,
    at_once: bool,
}

impl Action for TerminateInstances {
    const NAME: &'static str = "TerminateInstances";

    type Input = Input;
    type Request = Request;
    type Output = StateChanges;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.ids.is_empty() {
            return Err(missing_parameter("InstanceId"));
        }
        Ok(Request { ids: parse_all(&input.ids)?, at_once: input.skip_os_shutdown.unwrap_or(false) })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<StateChanges, ApiError> {
        let instances = find_all::<Instance>(&call.state(), &request.ids)?;
        let changes = instances.into_iter().map(|instance| terminate(call, instance, request.at_once));
        changes.collect::<Result<StateChanges, ApiError>>()
    }
}

/// Ends an instance; one that ended stays as it is (INST-13).
fn terminate(call: &mut Call<'_>, instance: Arc<Instance>, at_once: bool) -> Result<StateChangeShape, ApiError> {
    let previous = instance.state;
    if previous == InstanceState::Terminated {
        return Ok(StateChangeShape::new(instance.id, previous, previous));
    }
    if instance.disable_api_termination {
        let message = format!(
            "The instance '{}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
            instance.id
        );
        return Err(Code::OperationNotPermitted.with(message));
    }
    let is_first = previous != InstanceState::ShuttingDown;
    let shutting_down = Instance {
        state: InstanceState::ShuttingDown,
        state_reason: asked_for(),
        shutdown_asked: if is_first { Some(call.now) } else { instance.shutdown_asked },
        shutdown_at_once: instance.shutdown_at_once || at_once,
        ..Arc::unwrap_or_clone(instance)
    };
    let id = shutting_down.id;
    call.put(shutting_down);
    give_back_public_address(call.transaction, call.region, id);
    Ok(StateChangeShape::new(id, previous, InstanceState::ShuttingDown))
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::instance::InstanceState;

    use crate::bench::Bench;
    use crate::ec2::scene::{end, instance, instance_record, pending_instance, processes_end};

    #[test]
    fn an_instance_in_any_state_can_be_ended() {
        let mut bench = Bench::new();
        let [running, stopping, stopped] = [(); 3].map(|()| instance(&mut bench, ""));
        let pending = pending_instance(&mut bench, "");
        bench.ok("StopInstances", &format!("InstanceId.1={stopping}"));
        assert!(processes_end(&mut bench, stopped));
        let ids = [(running, "running"), (stopping, "stopping"), (stopped, "stopped"), (pending, "pending")];
        for (id, previous) in ids {
            let answer = bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
            assert_eq!(answer.all("name"), ["shutting-down", previous]);
        }
    }

    #[test]
    fn ending_it_again_succeeds() {
        // INST-13, API-32
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
        let answer = bench.ok("TerminateInstances", &format!("InstanceId.1={id}&SkipOsShutdown=true&Force=true"));
        assert_eq!(answer.all("name"), ["shutting-down", "shutting-down"]);
        assert!(instance_record(&bench, id).shutdown_at_once);
        end(&mut bench, id);
        let answer = bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
        assert_eq!(answer.all("name"), ["terminated", "terminated"]);
    }

    #[test]
    fn a_protected_instance_protects_the_others_of_the_call() {
        // INST-14
        let mut bench = Bench::new();
        let free = instance(&mut bench, "");
        let kept = instance(&mut bench, "&DisableApiTermination=true");
        let both = format!("InstanceId.1={free}&InstanceId.2={kept}");
        let error = bench.call("TerminateInstances", &both).unwrap_err();
        assert_eq!(error.code, "OperationNotPermitted");
        assert!(error.message.contains(&format!("The instance '{kept}' may not be terminated.")), "{error}");
        assert_eq!(instance_record(&bench, free).state, InstanceState::Running);
        bench.ok("ModifyInstanceAttribute", &format!("InstanceId={kept}&DisableApiTermination.Value=false"));
        bench.ok("TerminateInstances", &both);
        let absent = format!("InstanceId.1={free}&InstanceId.2=i-00000000000000001");
        assert_eq!(bench.refused("TerminateInstances", &absent), "InvalidInstanceID.NotFound");
        assert_eq!(bench.refused("TerminateInstances", ""), "MissingParameter");
    }
}
