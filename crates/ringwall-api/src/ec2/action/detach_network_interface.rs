//! `DetachNetworkInterface`: takes an interface from an instance (ENI-2, ENI-6). It takes effect at once.

use ringwall_model::id::AttachmentId;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::parse;
use crate::ec2::operation::network_interface::{by_attachment, detach};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DetachNetworkInterface;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    attachment_id: String,
    /// An interface goes at once, whatever the instance does about it, so that every detachment is a forced one.
    #[serde(rename = "Force")]
    _force: Option<bool>,
}

impl Action for DetachNetworkInterface {
    const NAME: &'static str = "DetachNetworkInterface";

    type Input = Input;
    type Request = AttachmentId;
    type Output = Done;

    fn parse(input: Input) -> Result<AttachmentId, ApiError> {
        // What attaches the interfaces of NAT gateways and endpoints is not the owner's (ENI-11).
        if input.attachment_id.starts_with("ela-attach-") {
            return Err(Code::OperationNotPermitted.with("You are not allowed to manage 'ela-attach' attachments."));
        }
        parse(&input.attachment_id)
    }

    fn apply(id: AttachmentId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let (interface, attachment) = by_attachment(&call.state(), id)?;
        if attachment.device_index == 0 {
            let message = "The network interface at device index 0 and networkCard index 0 cannot be detached.";
            return Err(Code::OperationNotPermitted.with(message));
        }
        detach(call.transaction, call.region, &interface);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::scene::{associate, instance, interface, interface_record, primary, region};

    #[test]
    fn an_interface_keeps_what_it_has() {
        // ENI-3
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = interface(&mut bench, "&SecondaryPrivateIpAddressCount=1");
        let call = format!("NetworkInterfaceId={id}&InstanceId={instance}&DeviceIndex=1");
        let attachment = bench.ok("AttachNetworkInterface", &call).get("attachmentId");
        let before = interface_record(&bench, id);
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), id, before.ipv4[1]);
        bench.ok("DetachNetworkInterface", &format!("AttachmentId={attachment}&Force=true"));
        let after = interface_record(&bench, id);
        assert!(after.attachment.is_none());
        assert_eq!((&after.ipv4, after.mac, &after.groups), (&before.ipv4, before.mac, &before.groups));
        assert!(region(&bench).addresses.get(&elastic).unwrap().association.is_some());
        let again = bench.refused("DetachNetworkInterface", &format!("AttachmentId={attachment}"));
        assert_eq!(again, "InvalidAttachmentID.NotFound");
    }

    #[test]
    fn the_primary_interface_stays() {
        // ENI-2
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let attachment = primary(&bench, instance).attachment.unwrap().id;
        assert_eq!(
            bench.refused("DetachNetworkInterface", &format!("AttachmentId={attachment}")),
            "OperationNotPermitted"
        );
        assert_eq!(bench.refused("DetachNetworkInterface", "AttachmentId=eni-1"), "InvalidAttachmentID.Malformed");
    }
}
