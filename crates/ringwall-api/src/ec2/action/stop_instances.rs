//! `StopInstances`: running instances are stopping, all or none, and give back their automatic public addresses at once
//! (EIP-2, INST-11, INST-13).

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::instance::{asked_for, give_back_public_address, wrong_state};
use crate::ec2::shape::instance_state::{StateChangeShape, StateChanges};
use crate::ec2::shape::value::only;
use crate::error::ApiError;

/// The action.
pub struct StopInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
    /// A forced stop lets processes end by themselves first, and kills them after a time: every stop does.
    #[serde(rename = "Force")]
    _force: Option<bool>,
    skip_os_shutdown: Option<bool>,
    hibernate: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<InstanceId>,
    at_once: bool,
}

impl Action for StopInstances {
    const NAME: &'static str = "StopInstances";

    type Input = Input;
    type Request = Request;
    type Output = StateChanges;

    fn parse(input: Input) -> Result<Request, ApiError> {
        only("Hibernate", input.hibernate, false)?;
        if input.ids.is_empty() {
            return Err(missing_parameter("InstanceId"));
        }
        Ok(Request { ids: parse_all(&input.ids)?, at_once: input.skip_os_shutdown.unwrap_or(false) })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<StateChanges, ApiError> {
        let instances = find_all::<Instance>(&call.state(), &request.ids)?;
        let changes = instances.into_iter().map(|instance| stop(call, instance, request.at_once));
        changes.collect::<Result<StateChanges, ApiError>>()
    }
}

/// Stops an instance; one that is stopped stays as it is, one that is stopping can be hurried.
fn stop(call: &mut Call<'_>, instance: Arc<Instance>, at_once: bool) -> Result<StateChangeShape, ApiError> {
    let previous = instance.state;
    match previous {
        InstanceState::Stopped => return Ok(StateChangeShape::new(instance.id, previous, previous)),
        InstanceState::Pending if !instance.has_run => {
            let message =
                format!("Instance '{}' cannot be stopped as it has never reached the 'running' state.", instance.id);
            return Err(Code::IncorrectInstanceState.with(message));
        }
        InstanceState::ShuttingDown | InstanceState::Terminated => return Err(wrong_state(instance.id, "stopped")),
        InstanceState::Pending | InstanceState::Running | InstanceState::Stopping => {}
    }
    if instance.disable_api_stop && previous != InstanceState::Stopping {
        let message = format!(
            "The instance '{}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.",
            instance.id
        );
        return Err(Code::OperationNotPermitted.with(message));
    }
    let stopping = Instance {
        state: InstanceState::Stopping,
        state_reason: asked_for(),
        shutdown_asked: instance.shutdown_asked.or(Some(call.now)),
        shutdown_at_once: instance.shutdown_at_once || at_once,
        ..Arc::unwrap_or_clone(instance)
    };
    let id = stopping.id;
    call.put(stopping);
    give_back_public_address(call.transaction, call.region, id);
    Ok(StateChangeShape::new(id, previous, InstanceState::Stopping))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ringwall_model::resource::instance::InstanceState;

    use crate::bench::Bench;
    use crate::ec2::scene::{
        associate, end, instance, instance_record, pending_instance, primary, processes_end, region,
    };

    #[test]
    fn a_stopping_instance_keeps_all_but_its_automatic_public_address() {
        // EIP-2, INST-11
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let before = primary(&bench, id);
        assert!(before.auto_public.is_some());
        let answer = bench.ok("StopInstances", &format!("InstanceId.1={id}&Force=true"));
        assert_eq!(answer.all("name"), ["stopping", "running"]);
        let after = primary(&bench, id);
        assert_eq!((after.auto_public, &after.ipv4, after.id), (None, &before.ipv4, before.id));
        let answer = bench.ok("DescribeInstances", "");
        assert!(answer.has("<code>Client.UserInitiatedShutdown</code>") && !answer.has("<ipAddress>"));
        assert_eq!(answer.get("reason"), "User initiated (2023-11-14 22:13:22 GMT)");
        assert!(processes_end(&mut bench, id));
        assert_eq!(instance_record(&bench, id).state, InstanceState::Stopped);
        assert_eq!(bench.ok("StopInstances", &format!("InstanceId.1={id}")).all("name"), ["stopped", "stopped"]);
    }

    #[test]
    fn an_elastic_address_stays() {
        // EIP-15
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let own = primary(&bench, id);
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), own.id, own.ipv4[0]);
        bench.ok("StopInstances", &format!("InstanceId.1={id}"));
        assert!(region(&bench).addresses.get(&elastic).unwrap().association.is_some());
    }

    #[test]
    fn a_stop_can_be_hurried_but_not_slowed_down() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        bench.ok("StopInstances", &format!("InstanceId.1={id}"));
        assert!(!instance_record(&bench, id).shutdown_at_once);
        bench.ok("StopInstances", &format!("InstanceId.1={id}&SkipOsShutdown=true"));
        bench.ok("StopInstances", &format!("InstanceId.1={id}"));
        assert!(instance_record(&bench, id).shutdown_at_once);
        assert_eq!(
            bench.refused("StopInstances", &format!("InstanceId.1={id}&Hibernate=true")),
            "UnsupportedOperation"
        );
    }

    #[test]
    fn all_stop_or_none() {
        let mut bench = Bench::new();
        let [free, kept, gone] = [(); 3].map(|()| instance(&mut bench, ""));
        let pending = pending_instance(&mut bench, "");
        bench.ok("ModifyInstanceAttribute", &format!("InstanceId={kept}&DisableApiStop.Value=true"));
        end(&mut bench, gone);
        for (other, code) in
            [(kept, "OperationNotPermitted"), (gone, "IncorrectInstanceState"), (pending, "IncorrectInstanceState")]
        {
            let both = format!("InstanceId.1={free}&InstanceId.2={other}");
            assert_eq!(bench.refused("StopInstances", &both), code);
            assert_eq!(instance_record(&bench, free).state, InstanceState::Running);
        }
        assert_eq!(bench.refused("StopInstances", "InstanceId.1=x"), "InvalidInstanceID.Malformed");
    }

    #[test]
    fn one_that_is_started_again_can_be_stopped_before_it_runs() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        assert!(processes_end(&mut bench, id));
        bench.ok("StartInstances", &format!("InstanceId.1={id}"));
        assert_eq!(bench.ok("StopInstances", &format!("InstanceId.1={id}")).all("name"), ["stopping", "pending"]);
    }
}
