//! `AttachNetworkInterface`: gives an instance another interface (ENI-6). It takes effect at once.

use ringwall_model::id::{InstanceId, NetworkInterfaceId};
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_interface::{Place, attach};
use crate::ec2::shape::launch_interface::device_index;
use crate::ec2::shape::value::only;
use crate::error::ApiError;

/// The action.
pub struct AttachNetworkInterface;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    instance_id: String,
    device_index: i64,
    network_card_index: Option<i64>,
}

/// What is asked.
pub struct Request {
    interface: NetworkInterfaceId,
    instance: InstanceId,
    device_index: u16,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    attachment_id: String,
    network_card_index: u16,
}

impl Action for AttachNetworkInterface {
    const NAME: &'static str = "AttachNetworkInterface";
    const UNBUILT: &'static [&'static str] = &["EnaSrdSpecification", "EnaQueueCount"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        only("NetworkCardIndex", input.network_card_index, 0)?;
        Ok(Request {
            interface: parse(&input.network_interface_id)?,
            instance: parse(&input.instance_id)?,
            device_index: device_index(input.device_index)?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let instance = find::<Instance>(&call.state(), &request.instance)?;
        if !matches!(instance.state, InstanceState::Running | InstanceState::Stopped) {
            let message = format!("Instance '{}' is not 'running' or 'stopped'.", instance.id);
            return Err(Code::IncorrectState.with(message));
        }
        let Request { interface, instance, device_index } = request;
        // ENI-8
        let place = Place { instance, device_index, delete_on_termination: false };
        let attachment = attach(call, interface, place)?;
        Ok(Output { attachment_id: attachment.to_string(), network_card_index: 0 })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, interface, interface_record, pending_instance, processes_end, subnet};

    fn attach(
        bench: &mut Bench,
        interface: impl ToString,
        instance: impl ToString,
        index: i64,
    ) -> Result<String, String> {
        let (interface, instance) = (interface.to_string(), instance.to_string());
        let call = format!("NetworkInterfaceId={interface}&InstanceId={instance}&DeviceIndex={index}");
        let result = bench.call("AttachNetworkInterface", &call);
        result.map(|answer| answer.get("attachmentId")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_interface_is_attached_at_once_and_stays_after_the_instance() {
        // ENI-6 to ENI-8
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = interface(&mut bench, "");
        let attachment = attach(&mut bench, id, instance, 1).unwrap();
        let record = interface_record(&bench, id).attachment.unwrap();
        assert_eq!((record.id.to_string(), record.instance, record.device_index), (attachment, instance, 1));
        assert!(!record.delete_on_termination);
        let answer = bench.ok("DescribeInstances", "");
        assert_eq!(answer.all("attachmentId").len(), 2);
    }

    #[test]
    fn one_in_use_or_a_taken_place_is_refused() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let (one, other) = (interface(&mut bench, ""), interface(&mut bench, ""));
        attach(&mut bench, one, instance, 1).unwrap();
        // ENI-10
        let in_use = format!("InvalidNetworkInterface.InUse: Interface: [{one}] in use.");
        assert_eq!(attach(&mut bench, one, instance, 2), Err(in_use));
        for index in [0, 1] {
            let taken = format!("Instance '{instance}' already has an interface attached at device index '{index}'.");
            assert_eq!(attach(&mut bench, other, instance, index), Err(format!("InvalidParameterValue: {taken}")));
        }
        assert!(attach(&mut bench, other, instance, -1).unwrap_err().starts_with("InvalidParameterValue"));
        let absent = attach(&mut bench, other, "i-00000000000000001", 1).unwrap_err();
        assert!(absent.starts_with("InvalidInstanceID.NotFound"), "{absent}");
    }

    #[test]
    fn the_type_limits_interfaces_and_their_addresses() {
        // ENI-13
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let crowded = interface(&mut bench, "&SecondaryPrivateIpAddressCount=10");
        assert!(attach(&mut bench, crowded, instance, 1).unwrap_err().starts_with("PrivateIpAddressLimitExceeded"));
        for index in 1..=2 {
            let id = interface(&mut bench, "");
            attach(&mut bench, id, instance, index).unwrap();
        }
        let id = interface(&mut bench, "");
        let error = attach(&mut bench, id, instance, 3).unwrap_err();
        assert_eq!(error, "AttachmentLimitExceeded: Interface count 4 exceeds the limit for m5.large");
    }

    #[test]
    fn zones_are_not_crossed() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let elsewhere = subnet(&mut bench, 'b');
        let answer = bench.ok("CreateNetworkInterface", &format!("SubnetId={elsewhere}"));
        let error = attach(&mut bench, answer.get("networkInterfaceId"), instance, 1).unwrap_err();
        assert!(error.starts_with("InvalidParameterCombination"), "{error}");
    }

    #[test]
    fn the_instance_is_running_or_stopped() {
        let mut bench = Bench::new();
        let pending = pending_instance(&mut bench, "");
        let id = interface(&mut bench, "");
        assert!(attach(&mut bench, id, pending, 1).unwrap_err().starts_with("IncorrectState"));
        let stopped = instance(&mut bench, "");
        assert!(processes_end(&mut bench, stopped));
        attach(&mut bench, id, stopped, 1).unwrap();
    }
}
