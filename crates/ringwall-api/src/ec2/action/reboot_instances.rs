//! `RebootInstances`: the processes of running instances are started anew; everything else stays.

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::instance::wrong_state;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct RebootInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
}

impl Action for RebootInstances {
    const NAME: &'static str = "RebootInstances";

    type Input = Input;
    type Request = Vec<InstanceId>;
    type Output = Done;

    fn parse(input: Input) -> Result<Vec<InstanceId>, ApiError> {
        if input.ids.is_empty() {
            return Err(missing_parameter("InstanceId"));
        }
        parse_all(&input.ids)
    }

    fn apply(ids: Vec<InstanceId>, call: &mut Call<'_>) -> Result<Done, ApiError> {
        for instance in find_all::<Instance>(&call.state(), &ids)? {
            match instance.state {
                InstanceState::Running => {
                    let mut instance = Arc::unwrap_or_clone(instance);
                    instance.reboots += 1;
                    call.put(instance);
                }
                // AWS takes no notice of instances that are gone.
                InstanceState::Terminated => {}
                _ => return Err(wrong_state(instance.id, "rebooted")),
            }
        }
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{end, instance, instance_record, pending_instance, primary};

    #[test]
    fn a_reboot_is_counted_and_changes_nothing_else() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let before = primary(&bench, id);
        for _ in 0..2 {
            bench.ok("RebootInstances", &format!("InstanceId.1={id}"));
        }
        let after = primary(&bench, id);
        assert_eq!(instance_record(&bench, id).reboots, 2);
        assert_eq!((after.auto_public, &after.ipv4), (before.auto_public, &before.ipv4));
    }

    #[test]
    fn only_running_instances_are_rebooted() {
        let mut bench = Bench::new();
        let [running, gone] = [(); 2].map(|()| instance(&mut bench, ""));
        let pending = pending_instance(&mut bench, "");
        let both = format!("InstanceId.1={running}&InstanceId.2={pending}");
        assert_eq!(bench.refused("RebootInstances", &both), "IncorrectInstanceState");
        assert_eq!(instance_record(&bench, running).reboots, 0);
        end(&mut bench, gone);
        bench.ok("RebootInstances", &format!("InstanceId.1={running}&InstanceId.2={gone}"));
        assert_eq!((instance_record(&bench, running).reboots, instance_record(&bench, gone).reboots), (1, 0));
        assert_eq!(bench.refused("RebootInstances", ""), "MissingParameter");
    }
}
