//! `ResetInstanceAttribute`: has the one interface of an instance check source and destination again (ENI-5).

use ringwall_model::id::InstanceId;
use ringwall_model::resource::{Instance, NetworkInterface};
use serde::Deserialize;

use crate::action::{Action, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::instance::refuse_ended;
use crate::ec2::operation::network_interface::only_one_of;
use crate::ec2::shape::Done;
use crate::ec2::shape::instance_attribute::InstanceAttribute;
use crate::error::ApiError;

/// The action.
pub struct ResetInstanceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    instance_id: String,
    attribute: String,
}

impl Action for ResetInstanceAttribute {
    const NAME: &'static str = "ResetInstanceAttribute";

    type Input = Input;
    type Request = InstanceId;
    type Output = Done;

    fn parse(input: Input) -> Result<InstanceId, ApiError> {
        match InstanceAttribute::parse(&input.attribute)? {
            InstanceAttribute::SourceDestCheck => parse(&input.instance_id),
            other => Err(unbuilt_parameter(&format!("Attribute={}", other.name()))),
        }
    }

    fn apply(id: InstanceId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let instance = find::<Instance>(&region, &id)?;
        refuse_ended(&instance)?;
        let interface = only_one_of(&region, &instance)?;
        call.put(NetworkInterface { source_dest_check: true, ..(*interface).clone() });
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, interface, primary};

    #[test]
    fn the_check_is_on_again() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        bench.ok("ModifyInstanceAttribute", &format!("InstanceId={id}&SourceDestCheck.Value=false"));
        let mut refused = |attribute: &str| {
            bench.refused("ResetInstanceAttribute", &format!("InstanceId={id}&Attribute={attribute}"))
        };
        assert_eq!(refused("kernel"), "UnsupportedOperation");
        assert_eq!(refused("colour"), "InvalidParameterValue");
        assert!(!primary(&bench, id).source_dest_check);
        bench.ok("ResetInstanceAttribute", &format!("InstanceId={id}&Attribute=sourceDestCheck"));
        assert!(primary(&bench, id).source_dest_check);
    }

    #[test]
    fn an_instance_with_several_interfaces_is_asked_which_one() {
        // INST-16
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let more = interface(&mut bench, "");
        bench.ok("AttachNetworkInterface", &format!("NetworkInterfaceId={more}&InstanceId={id}&DeviceIndex=1"));
        let call = format!("InstanceId={id}&Attribute=sourceDestCheck");
        assert_eq!(bench.refused("ResetInstanceAttribute", &call), "InvalidInstanceID");
    }
}
