//! `DescribeInstanceAttribute`: one property of an instance.

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_interface::only_one_of;
use crate::ec2::shape::instance_attribute::InstanceAttribute;
use crate::ec2::shape::launch_option::shutdown_behavior_name;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::value::AttributeShape;
use crate::ec2::shape::view::{GroupShape, View};
use crate::error::ApiError;

/// The action.
pub struct DescribeInstanceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    instance_id: String,
    attribute: Option<String>,
}

/// What is asked.
pub struct Request {
    id: InstanceId,
    attribute: InstanceAttribute,
}

/// A property that has no value.
#[derive(Debug, Default, Serialize)]
pub struct OptionalShape {
    value: Option<String>,
}

/// Whether an instance has enclaves: none has.
#[derive(Debug, Serialize)]
pub struct EnclaveShape {
    enabled: bool,
}

/// Its answer: one of the properties.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_id: String,
    block_device_mapping: Option<Vec<()>>,
    disable_api_stop: Option<AttributeShape<bool>>,
    disable_api_termination: Option<AttributeShape<bool>>,
    ebs_optimized: Option<AttributeShape<bool>>,
    ena_support: Option<OptionalShape>,
    enclave_options: Option<EnclaveShape>,
    group_set: Option<Vec<GroupShape>>,
    instance_initiated_shutdown_behavior: Option<AttributeShape<&'static str>>,
    instance_type: Option<AttributeShape<String>>,
    kernel: Option<OptionalShape>,
    product_codes: Option<Vec<()>>,
    ramdisk: Option<OptionalShape>,
    root_device_name: Option<OptionalShape>,
    source_dest_check: Option<AttributeShape<bool>>,
    sriov_net_support: Option<OptionalShape>,
    user_data: Option<OptionalShape>,
}

impl Action for DescribeInstanceAttribute {
    const NAME: &'static str = "DescribeInstanceAttribute";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let attribute = input.attribute.ok_or_else(|| missing_parameter("attribute"))?;
        Ok(Request { id: parse(&input.instance_id)?, attribute: InstanceAttribute::parse(&attribute)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let instance = find::<Instance>(&region, &request.id)?;
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &region);
        let nothing = || Some(OptionalShape::default());
        let mut output = Output { instance_id: request.id.to_string(), ..Output::default() };
        match request.attribute {
            InstanceAttribute::BlockDeviceMapping => output.block_device_mapping = Some(Vec::new()),
            InstanceAttribute::DisableApiStop => output.disable_api_stop = value(instance.disable_api_stop),
            InstanceAttribute::DisableApiTermination => {
                output.disable_api_termination = value(instance.disable_api_termination);
            }
            InstanceAttribute::EbsOptimized => output.ebs_optimized = value(false),
            InstanceAttribute::EnaSupport => output.ena_support = nothing(),
            InstanceAttribute::EnclaveOptions => output.enclave_options = Some(EnclaveShape { enabled: false }),
            InstanceAttribute::GroupSet => {
                output.group_set = Some(view.groups(&*only_one_of(&region, &instance)?.groups));
            }
            InstanceAttribute::ShutdownBehavior => {
                output.instance_initiated_shutdown_behavior = value(shutdown_behavior_name(instance.shutdown_behavior));
            }
            InstanceAttribute::InstanceType => output.instance_type = value(instance.instance_type.clone()),
            InstanceAttribute::Kernel => output.kernel = nothing(),
            InstanceAttribute::ProductCodes => output.product_codes = Some(Vec::new()),
            InstanceAttribute::Ramdisk => output.ramdisk = nothing(),
            InstanceAttribute::RootDeviceName => output.root_device_name = nothing(),
            InstanceAttribute::SourceDestCheck => {
                output.source_dest_check = value(only_one_of(&region, &instance)?.source_dest_check);
            }
            InstanceAttribute::SriovNetSupport => output.sriov_net_support = nothing(),
            InstanceAttribute::UserData => {
                output.user_data = Some(OptionalShape { value: instance.user_data.clone() });
            }
        }
        Ok(output)
    }
}

fn value<T>(value: T) -> Option<AttributeShape<T>> {
    Some(AttributeShape { value })
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, interface};

    #[test]
    fn one_property_is_told_at_a_time() {
        let mut bench = Bench::new();
        let id = instance(&mut bench, "&UserData=IyEvYmluL3No&DisableApiTermination=true");
        let mut ask = |attribute: &str| {
            let answer = bench.ok("DescribeInstanceAttribute", &format!("InstanceId={id}&Attribute={attribute}"));
            assert_eq!(answer.get("instanceId"), id.to_string());
            answer.get(attribute)
        };
        for (attribute, expected) in [
            ("disableApiStop", "<value>false</value>"),
            ("disableApiTermination", "<value>true</value>"),
            ("ebsOptimized", "<value>false</value>"),
            ("enclaveOptions", "<enabled>false</enabled>"),
            ("instanceInitiatedShutdownBehavior", "<value>stop</value>"),
            ("instanceType", "<value>m5.large</value>"),
            ("sourceDestCheck", "<value>true</value>"),
            ("userData", "<value>IyEvYmluL3No</value>"),
        ] {
            assert_eq!(ask(attribute), expected, "{attribute}");
        }
        assert!(ask("groupSet").contains("<groupName>default</groupName>"));
        let answer = bench.ok("DescribeInstanceAttribute", &format!("InstanceId={id}&Attribute=blockDeviceMapping"));
        assert!(answer.has("<blockDeviceMapping/>") && !answer.has("userData"));
        let answer = bench.ok("DescribeInstanceAttribute", &format!("InstanceId={id}&Attribute=kernel"));
        assert!(answer.has("<kernel/>"));
    }

    #[test]
    fn what_an_instance_cannot_tell_is_refused() {
        // INST-16
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let second = interface(&mut bench, "");
        bench.ok("AttachNetworkInterface", &format!("NetworkInterfaceId={second}&InstanceId={id}&DeviceIndex=1"));
        let mut refused = |parameters: &str| bench.refused("DescribeInstanceAttribute", parameters);
        for attribute in ["sourceDestCheck", "groupSet"] {
            assert_eq!(refused(&format!("InstanceId={id}&Attribute={attribute}")), "InvalidInstanceID");
        }
        assert_eq!(refused(&format!("InstanceId={id}&Attribute=colour")), "InvalidParameterValue");
        assert_eq!(refused(&format!("InstanceId={id}")), "MissingParameter");
        assert_eq!(refused("InstanceId=i-00000000000000001&Attribute=userData"), "InvalidInstanceID.NotFound");
    }
}
