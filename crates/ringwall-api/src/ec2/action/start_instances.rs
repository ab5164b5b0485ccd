//! `StartInstances`: stopped instances are pending again, all or none (INST-11, INST-13).

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::instance::{give_public_address, wrong_state};
use crate::ec2::shape::instance_state::{StateChangeShape, StateChanges};
use crate::error::ApiError;

/// The action.
pub struct StartInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
}

impl Action for StartInstances {
    const NAME: &'static str = "StartInstances";
    const UNBUILT: &'static [&'static str] = &["AdditionalInfo"];

    type Input = Input;
    type Request = Vec<InstanceId>;
    type Output = StateChanges;

    fn parse(input: Input) -> Result<Vec<InstanceId>, ApiError> {
        if input.ids.is_empty() {
            return Err(missing_parameter("InstanceId"));
        }
        parse_all(&input.ids)
    }

    fn apply(ids: Vec<InstanceId>, call: &mut Call<'_>) -> Result<StateChanges, ApiError> {
        let instances = find_all::<Instance>(&call.state(), &ids)?;
        instances.into_iter().map(|instance| start(call, instance)).collect::<Result<StateChanges, ApiError>>()
    }
}

/// Starts an instance; one that runs or is about to stays as it is.
fn start(call: &mut Call<'_>, instance: Arc<Instance>) -> Result<StateChangeShape, ApiError> {
    let previous = instance.state;
    match previous {
        InstanceState::Pending | InstanceState::Running => {
            return Ok(StateChangeShape::new(instance.id, previous, previous));
        }
        InstanceState::Stopped => {}
        _ => return Err(wrong_state(instance.id, "started")),
    }
    let started = Instance {
        state: InstanceState::Pending,
        state_reason: None,
        launched: call.now,
        shutdown_asked: None,
        shutdown_at_once: false,
        ..Arc::unwrap_or_clone(instance)
    };
    call.put(started.clone());
    // EIP-2
    give_public_address(call, &started)?;
    Ok(StateChangeShape::new(started.id, previous, started.state))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ringwall_model::resource::instance::InstanceState;

    use crate::bench::Bench;
    use crate::ec2::scene::{
        associate, instance, instance_record, interface, pending_instance, primary, processes_end,
    };

    #[test]
    fn a_stopped_instance_gets_another_public_address() {
        // EIP-2, INST-11
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        bench.ok("StopInstances", &format!("InstanceId.1={id}"));
        assert!(processes_end(&mut bench, id));
        let taken = instance(&mut bench, "");
        let private = primary(&bench, id).ipv4.clone();
        let answer = bench.ok("StartInstances", &format!("InstanceId.1={id}"));
        assert_eq!(answer.all("name"), ["pending", "stopped"]);
        assert_eq!(answer.all("code"), ["0", "80"]);
        let record = instance_record(&bench, id);
        assert_eq!(
            (record.state, record.state_reason.clone(), record.launched),
            (InstanceState::Pending, None, bench.now)
        );
        assert_eq!(primary(&bench, id).ipv4, private);
        let public = primary(&bench, id).auto_public;
        assert!(public.is_some() && public != primary(&bench, taken).auto_public);
    }

    #[test]
    fn several_interfaces_or_an_elastic_address_leave_no_room_for_one() {
        // EIP-2
        let mut bench = Bench::new();
        let [several, elastic] = [(); 2].map(|()| instance(&mut bench, ""));
        for id in [several, elastic] {
            assert!(processes_end(&mut bench, id));
        }
        let second = interface(&mut bench, "");
        let call = format!("NetworkInterfaceId={second}&InstanceId={several}&DeviceIndex=1");
        bench.ok("AttachNetworkInterface", &call);
        let own = primary(&bench, elastic);
        associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), own.id, own.ipv4[0]);
        bench.ok("StartInstances", &format!("InstanceId.1={several}&InstanceId.2={elastic}"));
        for id in [several, elastic] {
            assert_eq!(primary(&bench, id).auto_public, None);
        }
    }

    #[test]
    fn all_start_or_none() {
        let mut bench = Bench::new();
        let [stopped, stopping, pending] = [(); 3].map(|()| instance(&mut bench, ""));
        assert!(processes_end(&mut bench, stopped));
        bench.ok("StopInstances", &format!("InstanceId.1={stopping}"));
        let both = format!("InstanceId.1={stopped}&InstanceId.2={stopping}");
        assert_eq!(bench.refused("StartInstances", &both), "IncorrectInstanceState");
        assert_eq!(instance_record(&bench, stopped).state, InstanceState::Stopped);
        // One that runs stays as it is.
        let answer = bench.ok("StartInstances", &format!("InstanceId.1={pending}"));
        assert_eq!(answer.all("name"), ["running", "running"]);
        let new = pending_instance(&mut bench, "");
        assert_eq!(bench.ok("StartInstances", &format!("InstanceId.1={new}")).all("name"), ["pending", "pending"]);
        assert_eq!(bench.refused("StartInstances", ""), "MissingParameter");
        assert_eq!(bench.refused("StartInstances", "InstanceId.1=i-00000000000000001"), "InvalidInstanceID.NotFound");
    }
}
