//! `ModifyInstanceAttribute`: changes one property of an instance, named by a parameter of its own or by `Attribute` and
//! `Value` (INST-16, SG-83).

use std::sync::Arc;

use ringwall_model::id::{InstanceId, SecurityGroupId};
use ringwall_model::resource::instance::{InstanceState, ShutdownBehavior};
use ringwall_model::resource::{Instance, NetworkInterface};
use serde::Deserialize;

use crate::action::{Action, missing_parameter, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{find, parse, parse_all};
use crate::ec2::operation::instance::refuse_ended;
use crate::ec2::operation::instance_type::{self, InstanceType};
use crate::ec2::operation::network_interface::{attached_to, only_one_of};
use crate::ec2::operation::security_group::check_for_interface;
use crate::ec2::shape::Done;
use crate::ec2::shape::instance_attribute::InstanceAttribute;
use crate::ec2::shape::launch_option::shutdown_behavior;
use crate::ec2::shape::user_data;
use crate::ec2::shape::value::{Attribute, one_attribute};
use crate::error::ApiError;

/// The action.
pub struct ModifyInstanceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    instance_id: String,
    attribute: Option<String>,
    value: Option<String>,
    source_dest_check: Option<Attribute<bool>>,
    #[serde(default, rename = "GroupId")]
    group_ids: Vec<String>,
    disable_api_termination: Option<Attribute<bool>>,
    disable_api_stop: Option<Attribute<bool>>,
    instance_initiated_shutdown_behavior: Option<Attribute<String>>,
    user_data: Option<UserDataInput>,
    instance_type: Option<Attribute<String>>,
}

/// User data, which is none without a value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserDataInput {
    value: Option<String>,
}

/// What is asked.
pub struct Request {
    id: InstanceId,
    change: Change,
}

enum Change {
    SourceDestCheck(bool),
    Groups(Vec<SecurityGroupId>),
    DisableApiTermination(bool),
    DisableApiStop(bool),
    ShutdownBehavior(ShutdownBehavior),
    UserData(Option<String>),
    InstanceType(&'static InstanceType),
}

impl Action for ModifyInstanceAttribute {
    const NAME: &'static str = "ModifyInstanceAttribute";
    const UNBUILT: &'static [&'static str] =
        &["BlockDeviceMapping", "EbsOptimized", "EnaSupport", "Kernel", "Ramdisk", "SriovNetSupport"];

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let named = input.attribute.map(|name| Change::named(&name, input.value));
        let groups = Some(input.group_ids).filter(|ids| !ids.is_empty());
        let behavior = input.instance_initiated_shutdown_behavior;
        let user_data = input.user_data.map(|input| user_data::parse(&input.value.unwrap_or_default()));
        let changes = vec![
            ("attribute", named),
            ("sourceDestCheck", input.source_dest_check.map(|check| Ok(Change::SourceDestCheck(check.value)))),
            ("groupSet", groups.map(|ids| parse_all(&ids).map(Change::Groups))),
            (
                "disableApiTermination",
                input.disable_api_termination.map(|disable| Ok(Change::DisableApiTermination(disable.value))),
            ),
            ("disableApiStop", input.disable_api_stop.map(|disable| Ok(Change::DisableApiStop(disable.value)))),
            (
                "instanceInitiatedShutdownBehavior",
                behavior.map(|behavior| shutdown_behavior(&behavior.value).map(Change::ShutdownBehavior)),
            ),
            ("userData", user_data.map(|parsed| parsed.map(Change::UserData))),
            (
                "instanceType",
                input.instance_type.map(|name| instance_type::find(&name.value).map(Change::InstanceType)),
            ),
        ];
        Ok(Request { id: parse(&input.instance_id)?, change: one_attribute(changes)?? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let mut instance = Arc::unwrap_or_clone(find::<Instance>(&region, &request.id)?);
        refuse_ended(&instance)?;
        match request.change {
            Change::SourceDestCheck(check) => {
                let interface = only_one_of(&region, &instance)?;
                call.put(NetworkInterface { source_dest_check: check, ..(*interface).clone() });
            }
            Change::Groups(ids) => {
                let interface = only_one_of(&region, &instance)?;
                let groups = Arc::new(check_for_interface(call, &ids, interface.vpc, interface.subnet)?);
                call.put(NetworkInterface { groups, ..(*interface).clone() });
            }
            Change::DisableApiTermination(disable) => instance.disable_api_termination = disable,
            Change::DisableApiStop(disable) => instance.disable_api_stop = disable,
            Change::ShutdownBehavior(behavior) => instance.shutdown_behavior = behavior,
            Change::UserData(text) => {
                refuse_unless_stopped(&instance)?;
                instance.user_data = text;
            }
            Change::InstanceType(kind) => {
                refuse_unless_stopped(&instance)?;
                let attached = attached_to(&region, instance.id);
                kind.check_interfaces(attached.len())?;
                for interface in attached {
                    kind.check_addresses(interface.ipv4.len(), interface.ipv6.len())?;
                }
                kind.name.clone_into(&mut instance.instance_type);
            }
        }
        call.put(instance);
        Ok(Done::OK)
    }
}

impl Change {
    fn named(name: &str, value: Option<String>) -> Result<Change, ApiError> {
        let attribute = InstanceAttribute::parse(name)?;
        let value = value.ok_or_else(|| missing_parameter("value"))?;
        let flag = || value.parse().map_err(|_| invalid_value("value", &value, "Expected true or false."));
        match attribute {
            InstanceAttribute::SourceDestCheck => flag().map(Change::SourceDestCheck),
            InstanceAttribute::DisableApiTermination => flag().map(Change::DisableApiTermination),
            InstanceAttribute::DisableApiStop => flag().map(Change::DisableApiStop),
            InstanceAttribute::ShutdownBehavior => shutdown_behavior(&value).map(Change::ShutdownBehavior),
            InstanceAttribute::UserData => user_data::parse(&value).map(Change::UserData),
            InstanceAttribute::InstanceType => instance_type::find(&value).map(Change::InstanceType),
            other => Err(unbuilt_parameter(&format!("Attribute={}", other.name()))),
        }
    }
}

fn refuse_unless_stopped(instance: &Instance) -> Result<(), ApiError> {
    if instance.state != InstanceState::Stopped {
        let message = format!("The instance '{}' is not in the 'stopped' state.", instance.id);
        return Err(Code::IncorrectInstanceState.with(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::instance::ShutdownBehavior;

    use crate::bench::Bench;
    use crate::ec2::scene::{end, instance, instance_record, interface, primary, processes_end};

    #[test]
    fn each_property_is_changed_by_itself_in_either_form() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let mut set = |parameters: &str| {
            bench.ok("ModifyInstanceAttribute", &format!("InstanceId={id}&{parameters}"));
            (instance_record(&bench, id), primary(&bench, id))
        };
        assert!(set("DisableApiTermination.Value=true").0.disable_api_termination);
        assert!(!set("Attribute=disableApiTermination&Value=false").0.disable_api_termination);
        assert!(set("DisableApiStop.Value=true").0.disable_api_stop);
        assert!(!set("Attribute=disableApiStop&Value=false").0.disable_api_stop);
        assert!(!set("SourceDestCheck.Value=false").1.source_dest_check);
        assert!(set("Attribute=sourceDestCheck&Value=true").1.source_dest_check);
        let terminate = ShutdownBehavior::Terminate;
        assert_eq!(set("InstanceInitiatedShutdownBehavior.Value=terminate").0.shutdown_behavior, terminate);
        let stop = set("Attribute=instanceInitiatedShutdownBehavior&Value=stop").0.shutdown_behavior;
        assert_eq!(stop, ShutdownBehavior::Stop);
    }

    #[test]
    fn user_data_and_type_are_changed_while_stopped() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "&UserData=IyEvYmluL3No");
        for change in ["UserData.Value=eA==", "InstanceType.Value=t3.nano"] {
            let call = format!("InstanceId={id}&{change}");
            assert_eq!(bench.refused("ModifyInstanceAttribute", &call), "IncorrectInstanceState", "{change}");
        }
        assert!(processes_end(&mut bench, id));
        let mut set = |parameters: &str| {
            bench.ok("ModifyInstanceAttribute", &format!("InstanceId={id}&{parameters}"));
            instance_record(&bench, id)
        };
        assert_eq!(set("UserData.Value=eA==").user_data.as_deref(), Some("eA=="));
        assert_eq!(set("UserData.Value=").user_data, None);
        assert_eq!(set("Attribute=userData&Value=eQ==").user_data.as_deref(), Some("eQ=="));
        assert_eq!(set("InstanceType.Value=t3.nano").instance_type, "t3.nano");
    }

    #[test]
    fn a_smaller_type_must_hold_the_interfaces_and_addresses_there_are() {
        // ENI-13
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let own = primary(&bench, id).id;
        bench.ok("AssignPrivateIpAddresses", &format!("NetworkInterfaceId={own}&SecondaryPrivateIpAddressCount=3"));
        assert!(processes_end(&mut bench, id));
        let call = |kind: &str| format!("InstanceId={id}&InstanceType.Value={kind}");
        assert_eq!(bench.refused("ModifyInstanceAttribute", &call("t3.micro")), "PrivateIpAddressLimitExceeded");
        assert_eq!(bench.refused("ModifyInstanceAttribute", &call("t3.huge")), "InvalidParameterValue");
        for index in 1..=2 {
            let more = interface(&mut bench, "");
            bench.ok(
                "AttachNetworkInterface",
                &format!("NetworkInterfaceId={more}&InstanceId={id}&DeviceIndex={index}"),
            );
        }
        assert_eq!(bench.refused("ModifyInstanceAttribute", &call("m1.small")), "AttachmentLimitExceeded");
        bench.ok("ModifyInstanceAttribute", &call("t3.small"));
    }

    #[test]
    fn an_instance_with_several_interfaces_is_asked_which_one() {
        // INST-16, SG-83
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let group = *primary(&bench, id).groups.first().unwrap();
        bench.ok("ModifyInstanceAttribute", &format!("InstanceId={id}&GroupId.1={group}"));
        assert_eq!(
            bench.refused("ModifyInstanceAttribute", &format!("InstanceId={id}&GroupId.1=sg-00000000000000001")),
            "InvalidGroup.NotFound"
        );
        let more = interface(&mut bench, "");
        bench.ok("AttachNetworkInterface", &format!("NetworkInterfaceId={more}&InstanceId={id}&DeviceIndex=1"));
        for change in ["SourceDestCheck.Value=false".to_owned(), format!("GroupId.1={group}")] {
            let call = format!("InstanceId={id}&{change}");
            assert_eq!(bench.refused("ModifyInstanceAttribute", &call), "InvalidInstanceID", "{change}");
        }
    }

    #[test]
    fn none_or_several_and_what_has_no_effect_are_refused() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let mut refused =
            |parameters: &str| bench.refused("ModifyInstanceAttribute", &format!("InstanceId={id}{parameters}"));
        assert_eq!(refused(""), "InvalidParameterCombination");
        assert_eq!(refused("&DisableApiStop.Value=true&SourceDestCheck.Value=true"), "InvalidParameterCombination");
        assert_eq!(refused("&EbsOptimized.Value=true"), "UnsupportedOperation");
        assert_eq!(refused("&Attribute=kernel&Value=aki-1"), "UnsupportedOperation");
        assert_eq!(refused("&Attribute=colour&Value=red"), "InvalidParameterValue");
        assert_eq!(refused("&Attribute=disableApiStop&Value=maybe"), "InvalidParameterValue");
        assert_eq!(refused("&Attribute=disableApiStop"), "MissingParameter");
        assert_eq!(refused("&InstanceInitiatedShutdownBehavior.Value=explode"), "InvalidParameterValue");
        end(&mut bench, id);
        let ended = format!("InstanceId={id}&DisableApiStop.Value=true");
        assert_eq!(bench.refused("ModifyInstanceAttribute", &ended), "IncorrectInstanceState");
    }
}
