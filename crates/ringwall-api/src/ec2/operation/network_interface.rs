//! Network interfaces: making, attaching, detaching and deleting them (ENI-6 to ENI-13).

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ringwall_model::id::{AttachmentId, InstanceId, NetworkInterfaceId, SecurityGroupId, VpcId};
use ringwall_model::resource::flow_log::Scope;
use ringwall_model::resource::network_interface::{Attachment, ConnectionTracking, InterfaceKind};
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{Instance, NetworkInterface, Subnet, Tags};
use ringwall_net::MacAddress;
use ringwall_store::{Region, Transaction};

use super::instance_type::{self, InstanceType};
use super::interface_address::{Wanted, WantedIpv4, check_number, take_ipv6_addresses, wanted_ipv6};
use super::{flow_log, public_address, security_group, subnet};
use crate::call::Call;
use crate::ec2::error::{Code, not_permitted};
use crate::ec2::id::{Named, find};
use crate::error::ApiError;

/// What a new interface shall be.
#[derive(Clone, Debug, Default)]
pub struct NewInterface {
    /// its description
    pub description: String,
    /// its private IPv4 addresses
    pub ipv4: WantedIpv4,
    /// its IPv6 addresses; what its subnet says unless given
    pub ipv6: Option<Wanted<Ipv6Addr>>,
    /// its groups; the VPC's default one unless given (SG-8)
    pub groups: Vec<SecurityGroupId>,
    /// its idle times
    pub tracking: ConnectionTracking,
    /// its tags
    pub tags: Tags,
}

impl NewInterface {
    /// Whether an IPv6 address is named, which only one interface can have.
    pub fn names_ipv6(&self) -> bool {
        matches!(self.ipv6, Some(Wanted::Named(_)))
    }
}

/// Makes an interface in a subnet, for an instance of a type or for none so far. It is attached to nothing.
pub fn create(
    call: &mut Call<'_>,
    new: NewInterface,
    subnet: &Subnet,
    kind: Option<&InstanceType>,
) -> Result<NetworkInterface, ApiError> {
    let region = call.state();
    check_quota(call, &region)?;
    let groups = security_group::for_new_interface(call, &new.groups, subnet.vpc, subnet.id)?;
    let ipv6 = wanted_ipv6(new.ipv6, subnet);
    check_number(kind, new.ipv4.number(), ipv6.number())?;
    let interface = NetworkInterface {
        id: call.new_id(),
        subnet: subnet.id,
        vpc: subnet.vpc,
        mac: Text(new_mac(call, subnet.vpc)),
        description: new.description,
        ipv4: new.ipv4.take(&region, subnet)?,
        ipv6: take_ipv6_addresses(call, subnet, &ipv6)?,
        groups: Arc::new(groups),
        source_dest_check: true,
        connection_tracking: new.tracking,
        attachment: None,
        kind: InterfaceKind::Interface,
        auto_public: None,
        tags: new.tags,
    };
    call.put(interface.clone());
    Ok(interface)
}

/// Makes the interface that another resource brings with it, with addresses that were taken for it (ENI-11).
pub fn create_for(
    call: &mut Call<'_>,
    kind: InterfaceKind,
    subnet: &Subnet,
    ipv4: Vec<Ipv4Addr>,
    groups: BTreeSet<SecurityGroupId>,
) -> Result<NetworkInterface, ApiError> {
    check_quota(call, &call.state())?;
    let (description, source_dest_check) = match kind {
        InterfaceKind::Interface => (String::new(), true),
        InterfaceKind::NatGateway(id) => (format!("Interface for NAT Gateway {id}"), false),
        InterfaceKind::VpcEndpoint(id) => (format!("VPC Endpoint Interface {id}"), true),
    };
    let interface = NetworkInterface {
        id: call.new_id(),
        subnet: subnet.id,
        vpc: subnet.vpc,
        mac: Text(new_mac(call, subnet.vpc)),
        kind,
        description,
        ipv4,
        ipv6: Vec::new(),
        groups: Arc::new(groups),
        source_dest_check,
        connection_tracking: ConnectionTracking::default(),
        attachment: None,
        auto_public: None,
        tags: Tags::new(),
    };
    call.put(interface.clone());
    Ok(interface)
}

fn check_quota(call: &Call<'_>, region: &Region) -> Result<(), ApiError> {
    if region.network_interfaces.len() >= call.settings.quotas.network_interfaces as usize {
        let message = "The maximum number of network interfaces has been reached.";
        return Err(Code::NetworkInterfaceLimitExceeded.with(message));
    }
    Ok(())
}

/// An interface that its owner may change: none that another resource brought with it (ENI-11).
pub fn find_own(region: &Region, id: NetworkInterfaceId) -> Result<Arc<NetworkInterface>, ApiError> {
    let interface = find::<NetworkInterface>(region, &id)?;
    if interface.kind.is_requester_managed() {
        return Err(not_permitted());
    }
    Ok(interface)
}

/// Whether another resource than an instance has the interface.
pub fn is_requesters(region: &Region, id: NetworkInterfaceId) -> bool {
    region.network_interfaces.get(&id).is_some_and(|interface| interface.kind.is_requester_managed())
}

/// A hardware address that is unique in the VPC (ENI-20).
fn new_mac(call: &mut Call<'_>, vpc: VpcId) -> MacAddress {
    let region = call.state();
    let interfaces = region.network_interfaces.iter().filter(|other| other.vpc == vpc).map(|other| other.mac.0);
    let routers = region.subnets.iter().filter(|other| other.vpc == vpc).map(|other| other.router_mac.0);
    let used: BTreeSet<MacAddress> = interfaces.chain(routers).collect();
    loop {
        let mac = subnet::new_mac(call);
        if !used.contains(&mac) {
            return mac;
        }
    }
}

/// The interfaces of an instance, by device index.
pub fn attached_to(region: &Region, instance: InstanceId) -> Vec<Arc<NetworkInterface>> {
    let is_own = |interface: &&Arc<NetworkInterface>| {
        interface.attachment.is_some_and(|attachment| attachment.instance == instance)
    };
    let mut own: Vec<Arc<NetworkInterface>> = region.network_interfaces.iter().filter(is_own).cloned().collect();
    own.sort_by_key(|interface| interface.attachment.map(|attachment| attachment.device_index));
    own
}

/// The one interface of an instance, for calls that name the instance and mean its interface (INST-16, SG-83, EIP-9).
pub fn only_one_of(region: &Region, instance: &Instance) -> Result<Arc<NetworkInterface>, ApiError> {
    let mut own = attached_to(region, instance.id);
    match (own.pop(), own.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            let message = format!(
                "There are multiple interfaces attached to instance '{}'. Please specify an interface ID for the operation instead.",
                instance.id
            );
            Err(Code::InvalidInstanceId.with(message))
        }
        (None, _) => {
            let message = format!("The instance '{}' has no network interface any more.", instance.id);
            Err(Code::IncorrectInstanceState.with(message))
        }
    }
}

/// The interface of an attachment (ENI-14).
pub fn by_attachment(region: &Region, id: AttachmentId) -> Result<(Arc<NetworkInterface>, Attachment), ApiError> {
    let mut attached = region.network_interfaces.iter().filter_map(|one| Some((one.clone(), one.attachment?)));
    attached.find(|(_, attachment)| attachment.id == id).ok_or_else(|| AttachmentId::not_found(&[id.to_string()]))
}

/// Where an interface is to be attached.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// the instance
    pub instance: InstanceId,
    /// the place there
    pub device_index: u16,
    /// whether the interface goes with the instance
    pub delete_on_termination: bool,
}

/// Attaches an interface that is free to an instance that has room for it (ENI-6, ENI-10, ENI-13).
pub fn attach(call: &mut Call<'_>, id: NetworkInterfaceId, place: Place) -> Result<AttachmentId, ApiError> {
    let region = call.state();
    let mut interface = Arc::unwrap_or_clone(find::<NetworkInterface>(&region, &id)?);
    let instance = find::<Instance>(&region, &place.instance)?;
    if interface.attachment.is_some() || interface.kind.is_requester_managed() {
        return Err(Code::InvalidNetworkInterfaceInUse.with(format!("Interface: [{id}] in use.")));
    }
    let subnet = find::<Subnet>(&region, &interface.subnet)?;
    if subnet.zone != instance.zone {
        let message =
            "You may not attach a network interface to an instance if they are not in the same availability zone";
        return Err(Code::InvalidParameterCombination.with(message));
    }
    let others = attached_to(&region, instance.id);
    let index = place.device_index;
    if others.iter().filter_map(|other| other.attachment).any(|other| other.device_index == index) {
        let message =
            format!("Instance '{}' already has an interface attached at device index '{index}'.", instance.id);
        return Err(Code::InvalidParameterValue.with(message));
    }
    let kind = instance_type::find(&instance.instance_type)?;
    kind.check_interfaces(others.len() + 1)?;
    kind.check_addresses(interface.ipv4.len(), interface.ipv6.len())?;
    let attachment = Attachment {
        id: call.new_id(),
        instance: instance.id,
        device_index: index,
        delete_on_termination: place.delete_on_termination,
        attached: call.now,
    };
    interface.attachment = Some(attachment);
    call.put(interface);
    Ok(attachment.id)
}

/// Detaches an interface; the public address that it was given at launch is given back. Its Elastic ones stay (ENI-3).
pub fn detach(transaction: &mut Transaction, region: &str, interface: &NetworkInterface) {
    let detached = NetworkInterface { attachment: None, auto_public: None, ..interface.clone() };
    transaction.put(region, detached);
}

/// Deletes an interface; its Elastic IP addresses stand for nothing any more, and stay allocated (EIP-15).
pub fn delete(transaction: &mut Transaction, region: &str, id: NetworkInterfaceId) {
    public_address::disassociate(transaction, region, id, |_| true);
    flow_log::forget(transaction, region, Scope::NetworkInterface(id));
    transaction.delete::<NetworkInterface>(region, &id);
}
