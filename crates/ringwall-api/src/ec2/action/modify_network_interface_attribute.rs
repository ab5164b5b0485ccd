//! `ModifyNetworkInterfaceAttribute`: changes one property of an interface (ENI-16).

use std::sync::Arc;

use ringwall_model::id::{AttachmentId, NetworkInterfaceId, SecurityGroupId};
use ringwall_model::resource::network_interface::{Attachment, ConnectionTracking};
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{Named, parse, parse_all};
use crate::ec2::operation::network_interface::find_own;
use crate::ec2::operation::security_group::check_for_interface;
use crate::ec2::shape::Done;
use crate::ec2::shape::connection_tracking::ConnectionTrackingInput;
use crate::ec2::shape::value::{Attribute, one_attribute};
use crate::error::ApiError;

/// The action.
pub struct ModifyNetworkInterfaceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    description: Option<Attribute<String>>,
    source_dest_check: Option<Attribute<bool>>,
    #[serde(default, rename = "SecurityGroupId")]
    group_ids: Vec<String>,
    attachment: Option<AttachmentInput>,
    connection_tracking_specification: Option<ConnectionTrackingInput>,
}

/// A change of an attachment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttachmentInput {
    attachment_id: Option<String>,
    delete_on_termination: Option<bool>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    change: Change,
}

enum Change {
    Description(String),
    SourceDestCheck(bool),
    Groups(Vec<SecurityGroupId>),
    DeleteOnTermination(AttachmentId, bool),
    ConnectionTracking(ConnectionTracking),
}

impl Action for ModifyNetworkInterfaceAttribute {
    const NAME: &'static str = "ModifyNetworkInterfaceAttribute";
    const UNBUILT: &'static [&'static str] = &[
        "EnaSrdSpecification",
        "EnablePrimaryIpv6",
        "AssociatePublicIpAddress",
        "AssociatedSubnetId",
        "Attachment.DefaultEnaQueueCount",
        "Attachment.EnaQueueCount",
    ];

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let groups = Some(input.group_ids).filter(|ids| !ids.is_empty());
        let changes = vec![
            ("description", input.description.map(|description| Ok(Change::Description(description.value)))),
            ("sourceDestCheck", input.source_dest_check.map(|check| Ok(Change::SourceDestCheck(check.value)))),
            ("groupSet", groups.map(|ids| parse_all(&ids).map(Change::Groups))),
            ("attachment", input.attachment.map(|attachment| attachment.parse())),
            (
                "connectionTrackingSpecification",
                input.connection_tracking_specification.map(|input| input.parse().map(Change::ConnectionTracking)),
            ),
        ];
        Ok(Request { id: parse(&input.network_interface_id)?, change: one_attribute(changes)?? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut interface = Arc::unwrap_or_clone(find_own(&call.state(), request.id)?);
        match request.change {
            Change::Description(text) => interface.description = text,
            Change::SourceDestCheck(check) => interface.source_dest_check = check,
            Change::Groups(ids) => {
                interface.groups = Arc::new(check_for_interface(call, &ids, interface.vpc, interface.subnet)?);
            }
            Change::DeleteOnTermination(id, delete_on_termination) => {
                let attachment = interface.attachment.filter(|attachment| attachment.id == id);
                let attachment = attachment.ok_or_else(|| AttachmentId::not_found(&[id.to_string()]))?;
                interface.attachment = Some(Attachment { delete_on_termination, ..attachment });
            }
            Change::ConnectionTracking(changed) => {
                let old = interface.connection_tracking;
                interface.connection_tracking = ConnectionTracking {
                    tcp_established: changed.tcp_established.or(old.tcp_established),
                    udp: changed.udp.or(old.udp),
                    udp_stream: changed.udp_stream.or(old.udp_stream),
                };
            }
        }
        call.put(interface);
        Ok(Done::OK)
    }
}

impl AttachmentInput {
    fn parse(self) -> Result<Change, ApiError> {
        let id = self.attachment_id.ok_or_else(|| missing_parameter("Attachment.AttachmentId"))?;
        let delete = self.delete_on_termination.ok_or_else(|| missing_parameter("Attachment.DeleteOnTermination"))?;
        Ok(Change::DeleteOnTermination(parse(&id)?, delete))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, interface, interface_record, primary, region};

    fn modify(bench: &mut Bench, parameters: &str) -> Result<(), String> {
        let result = bench.call("ModifyNetworkInterfaceAttribute", parameters);
        result.map(drop).map_err(|error| error.code.into_owned())
    }

    #[test]
    fn each_property_is_changed_by_itself() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = primary(&bench, instance).id;
        let attachment = primary(&bench, instance).attachment.unwrap().id;
        let mut set = |parameters: &str| {
            modify(&mut bench, &format!("NetworkInterfaceId={id}&{parameters}")).unwrap();
            interface_record(&bench, id)
        };
        assert_eq!(set("Description.Value=new").description, "new");
        assert!(!set("SourceDestCheck.Value=false").source_dest_check);
        let kept = set(&format!("Attachment.AttachmentId={attachment}&Attachment.DeleteOnTermination=false"));
        assert!(!kept.attachment.unwrap().delete_on_termination);
        assert_eq!(set("ConnectionTrackingSpecification.UdpTimeout=60").connection_tracking.udp, Some(60));
        let both = set("ConnectionTrackingSpecification.UdpStreamTimeout=90").connection_tracking;
        assert_eq!((both.udp, both.udp_stream), (Some(60), Some(90)));
        assert_eq!((kept.description.as_str(), kept.source_dest_check), ("new", false));
    }

    #[test]
    fn groups_are_replaced_as_a_whole_and_never_none() {
        // SG-9, SG-10, SG-39, SG-83
        let mut bench = Bench::new();
        bench.settings.quotas.groups_per_interface = 2;
        let id = interface(&mut bench, "");
        let vpc = interface_record(&bench, id).vpc;
        let own = *interface_record(&bench, id).groups.first().unwrap();
        bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16");
        let foreign = region(&bench).security_groups.iter().find(|group| group.vpc != vpc).unwrap().clone();
        let others: Vec<_> = (1..=2u8)
            .map(|number| {
                let mut group = (*foreign).clone();
                group.id = format!("sg-0000000000000f00{number}").parse().unwrap();
                (group.vpc, group.name) = (vpc, format!("g{number}"));
                bench.work(|transaction, region, _| transaction.put(region, group.clone()));
                group.id
            })
            .collect();
        let set = |ids: &[ringwall_model::id::SecurityGroupId]| {
            let list: Vec<String> =
                ids.iter().enumerate().map(|(place, id)| format!("SecurityGroupId.{}={id}", place + 1)).collect();
            format!("NetworkInterfaceId={id}&{}", list.join("&"))
        };
        assert_eq!(modify(&mut bench, &set(&others)), Ok(()));
        assert_eq!(interface_record(&bench, id).groups.iter().copied().collect::<Vec<_>>(), others);
        assert_eq!(modify(&mut bench, &set(&[foreign.id])), Err("InvalidParameter".into()));
        let too_many = set(&[own, others[0], others[1]]);
        assert_eq!(modify(&mut bench, &too_many), Err("SecurityGroupsPerInterfaceLimitExceeded".into()));
        assert_eq!(interface_record(&bench, id).groups.len(), 2);
    }

    #[test]
    fn none_or_several_properties_are_refused() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        let mut set =
            |parameters: &str| modify(&mut bench, &format!("NetworkInterfaceId={id}{parameters}")).unwrap_err();
        assert_eq!(set(""), "InvalidParameterCombination");
        assert_eq!(set("&Description.Value=x&SourceDestCheck.Value=false"), "InvalidParameterCombination");
        assert_eq!(set("&AssociatePublicIpAddress=true"), "UnsupportedOperation");
        assert_eq!(set("&Attachment.DeleteOnTermination=true"), "MissingParameter");
        let foreign = "&Attachment.AttachmentId=eni-attach-00000000000000001&Attachment.DeleteOnTermination=true";
        assert_eq!(set(foreign), "InvalidAttachmentID.NotFound");
        assert_eq!(set("&ConnectionTrackingSpecification.UdpTimeout=29"), "InvalidParameterValue");
    }
}
