//! What a node shall have: instances, and a link for each of their interfaces.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ringwall_model::dns_name::private_domain;
use ringwall_model::id::{InstanceId, NetworkInterfaceId, VpcEndpointId, VpcId};
use ringwall_model::reserved::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6};
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::network_interface::{Attachment, InterfaceKind};
use ringwall_model::resource::subnet::HostnameType;
use ringwall_model::resource::{Instance, NetworkInterface};
use ringwall_net::{MacAddress, Prefix};
use ringwall_store::{Region, Snapshot};

/// What shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// the instances that shall run
    pub instances: BTreeMap<InstanceId, DesiredInstance>,
    /// the links that shall be there
    pub links: BTreeMap<NetworkInterfaceId, DesiredLink>,
    /// the VPCs that shall have a link to their services, with the addresses of those: all in which there is anybody to ask
    pub services: BTreeMap<VpcId, Vec<Prefix>>,
}

/// Who is at the end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// an instance
    Instance(InstanceId),
    /// an interface endpoint
    Endpoint(VpcEndpointId),
}

impl LinkEnd {
    /// The instance, if it is one.
    pub fn instance(self) -> Option<InstanceId> {
        match self {
            LinkEnd::Instance(id) => Some(id),
            LinkEnd::Endpoint(_) => None,
        }
    }
}

/// An instance that shall run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredInstance {
    /// its Region
    pub region: String,
    /// its state: to be started, or running already
    pub state: InstanceState,
    /// how often it was rebooted: another number means another run
    pub run: u32,
    /// its name inside
    pub hostname: String,
    /// who resolves names for it, and in which domain it looks for them first (DNS-14)
    pub resolver: Option<(Ipv4Addr, String)>,
    /// what runs when it starts, in base64
    pub user_data: Option<String>,
}

/// A link that shall be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredLink {
    /// who is at its end
    pub end: LinkEnd,
    /// its place there
    pub device_index: u16,
    /// its hardware address there
    pub mac: MacAddress,
    /// its IPv4 addresses, with the length of the subnet's block
    pub ipv4: Vec<(Ipv4Addr, u8)>,
    /// its IPv6 addresses, with the length of the subnet's block
    pub ipv6: Vec<(Ipv6Addr, u8)>,
    /// the router of its subnet
    pub router: Ipv4Addr,
}

/// What a node shall have at a snapshot.
pub fn desired(snapshot: &Snapshot) -> Node {
    let mut node = Node::default();
    for (name, region) in &snapshot.regions {
        for instance in region.instances.iter().filter(|instance| instance.state.has_links()) {
            let desired = DesiredInstance {
                region: name.clone(),
                state: instance.state,
                run: instance.reboots,
                hostname: hostname(region, instance),
                resolver: resolver(name, region, instance),
                user_data: instance.user_data.clone(),
            };
            node.instances.insert(instance.id, desired);
        }
        for interface in region.network_interfaces.iter() {
            let (end, device_index) = match (interface.kind, interface.attachment) {
                (InterfaceKind::VpcEndpoint(endpoint), _) => (LinkEnd::Endpoint(endpoint), 0),
                (InterfaceKind::Interface, Some(attachment)) if node.instances.contains_key(&attachment.instance) => {
                    (LinkEnd::Instance(attachment.instance), attachment.device_index)
                }
                _ => continue,
            };
            node.services.entry(interface.vpc).or_insert_with(|| service_addresses(region, interface.vpc));
            let Some(subnet) = region.subnets.get(&interface.subnet) else { continue };
            let v4 = |address: &Ipv4Addr| (*address, subnet.ipv4.0.length());
            let v6_length = subnet.ipv6.as_ref().map_or(64, |own| own.block.0.length());
            let desired = DesiredLink {
                end,
                device_index,
                mac: interface.mac.0,
                ipv4: interface.ipv4.iter().map(v4).collect(),
                ipv6: interface.ipv6.iter().map(|address| (*address, v6_length)).collect(),
                router: Ipv4Addr::from(u32::from(subnet.ipv4.0.network()) + 1),
            };
            node.links.insert(interface.id, desired);
        }
    }
    node
}

/// The addresses that are services in a VPC: its resolver, metadata, and what gateway endpoints may lead to.
fn service_addresses(region: &Region, vpc: VpcId) -> Vec<Prefix> {
    let resolver = region.vpcs.get(&vpc).and_then(|vpc| vpc.ipv4.first()).and_then(|own| own.block.0.nth(2));
    let link_local: [IpAddr; 4] = [RESOLVER_V4.into(), METADATA_V4.into(), RESOLVER_V6.into(), METADATA_V6.into()];
    let hosts = resolver.map(IpAddr::V4).into_iter().chain(link_local).map(Prefix::host);
    let lists = region.prefix_lists.iter().filter(|list| list.is_aws);
    let blocks: Vec<Prefix> =
        lists.flat_map(|list| list.entries().map(|(block, _)| block.0).collect::<Vec<_>>()).collect();
    hosts.chain(blocks).collect()
}

/// The name of an instance inside: after its primary address or after its id, as its subnet said at launch (DNS-8, DNS-13).
fn hostname(region: &Region, instance: &Instance) -> String {
    match (instance.hostname_type, primary(region, instance).and_then(|interface| interface.ipv4.first())) {
        (HostnameType::IpName, Some(address)) => format!("ip-{}", address.to_string().replace('.', "-")),
        _ => instance.id.to_string(),
    }
}

/// The resolver of the instance's VPC, at the base of its primary block and two, and the domain of its Region (DNS-1, DNS-14).
fn resolver(name: &str, region: &Region, instance: &Instance) -> Option<(Ipv4Addr, String)> {
    let vpc = region.vpcs.get(&primary(region, instance)?.vpc)?;
    Some((vpc.ipv4.first()?.block.0.nth(2)?, private_domain(name)))
}

/// The interface of an instance at device index 0.
fn primary<'r>(region: &'r Region, instance: &Instance) -> Option<&'r Arc<NetworkInterface>> {
    let is_primary = |attachment: Attachment| attachment.instance == instance.id && attachment.device_index == 0;
    region.network_interfaces.iter().find(|interface| interface.attachment.is_some_and(is_primary))
}
