//! `DescribeNetworkInterfaceAttribute`: one property of an interface.

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::resource::NetworkInterface;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::invalid_value;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::network_interface::AttachmentShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::value::AttributeShape;
use crate::ec2::shape::view::{GroupShape, View};
use crate::error::ApiError;

/// The action.
pub struct DescribeNetworkInterfaceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    attribute: Option<String>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    attribute: Attribute,
}

/// The properties that can be asked for.
#[derive(Clone, Copy)]
enum Attribute {
    Attachment,
    Description,
    Groups,
    SourceDestCheck,
}

/// Its answer: one of the properties.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_interface_id: String,
    attachment: Option<AttachmentShape>,
    description: Option<AttributeShape<String>>,
    group_set: Option<Vec<GroupShape>>,
    source_dest_check: Option<AttributeShape<bool>>,
}

impl Action for DescribeNetworkInterfaceAttribute {
    const NAME: &'static str = "DescribeNetworkInterfaceAttribute";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let attribute = match input.attribute.as_deref() {
            Some("attachment") => Attribute::Attachment,
            Some("description") => Attribute::Description,
            Some("groupSet") => Attribute::Groups,
            Some("sourceDestCheck") => Attribute::SourceDestCheck,
            Some("associatePublicIpAddress") => return Err(unbuilt_parameter("Attribute=associatePublicIpAddress")),
            Some(other) => return Err(invalid_value("attribute", other, "There is no such attribute.")),
            None => return Err(missing_parameter("attribute")),
        };
        Ok(Request { id: parse(&input.network_interface_id)?, attribute })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let interface = find::<NetworkInterface>(&region, &request.id)?;
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &region);
        let mut output = Output { network_interface_id: request.id.to_string(), ..Output::default() };
        match request.attribute {
            Attribute::Attachment => {
                output.attachment = interface.attachment.map(|attachment| AttachmentShape::new(&attachment, &view));
            }
            Attribute::Description => {
                output.description = Some(AttributeShape { value: interface.description.clone() });
            }
            Attribute::Groups => output.group_set = Some(view.groups(&*interface.groups)),
            Attribute::SourceDestCheck => {
                output.source_dest_check = Some(AttributeShape { value: interface.source_dest_check });
            }
        }
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, interface, primary};

    #[test]
    fn one_property_is_told_at_a_time() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = primary(&bench, instance).id;
        let mut ask = |attribute: &str| {
            bench.ok("DescribeNetworkInterfaceAttribute", &format!("NetworkInterfaceId={id}&Attribute={attribute}"))
        };
        assert_eq!(ask("attachment").get("instanceId"), instance.to_string());
        assert!(ask("description").has("<description><value/></description>"));
        let groups = ask("groupSet");
        assert!(groups.get("groupId").starts_with("sg-") && groups.get("groupName") == "default");
        let check = ask("sourceDestCheck");
        assert!(check.has("<sourceDestCheck><value>true</value></sourceDestCheck>") && !check.has("groupSet"));
    }

    #[test]
    fn other_properties_and_interfaces_are_refused() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        let mut refused = |parameters: &str| bench.refused("DescribeNetworkInterfaceAttribute", parameters);
        assert_eq!(refused(&format!("NetworkInterfaceId={id}")), "MissingParameter");
        assert_eq!(refused(&format!("NetworkInterfaceId={id}&Attribute=colour")), "InvalidParameterValue");
        let unbuilt = format!("NetworkInterfaceId={id}&Attribute=associatePublicIpAddress");
        assert_eq!(refused(&unbuilt), "UnsupportedOperation");
        let absent = "NetworkInterfaceId=eni-00000000000000001&Attribute=description";
        assert_eq!(refused(absent), "InvalidNetworkInterfaceID.NotFound");
    }
}
