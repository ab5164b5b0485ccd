//! What shapes and filters of interfaces and instances look at beside the record.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::dns_name;
use ringwall_model::id::{InstanceId, NetworkInterfaceId, SecurityGroupId, VpcId};
use ringwall_model::resource::{NetworkInterface, Subnet};
use ringwall_store::Region;
use serde::Serialize;

use super::security_group::Owner;
use super::subnet::zone_id;
use crate::ec2::operation::public_address::{self, PublicAddress};

/// A Region, with what belongs together found once.
pub struct View<'c> {
    /// whose it is, and its name
    pub owner: Owner<'c>,
    /// its records
    pub region: &'c Region,
    public: BTreeMap<(NetworkInterfaceId, Ipv4Addr), PublicAddress>,
    attached: BTreeMap<InstanceId, Vec<Arc<NetworkInterface>>>,
}

/// A group by id and name.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GroupShape {
    group_id: String,
    group_name: String,
}

/// Who manages a resource: its owner, for nothing here is managed by a service.
#[derive(Debug, Serialize)]
pub struct OperatorShape {
    managed: bool,
}

impl OperatorShape {
    /// The owner manages it.
    pub const OWNER: OperatorShape = OperatorShape { managed: false };
}

impl<'c> View<'c> {
    /// A view of a Region.
    pub fn new(owner: Owner<'c>, region: &'c Region) -> View<'c> {
        let mut attached: BTreeMap<InstanceId, Vec<Arc<NetworkInterface>>> = BTreeMap::new();
        for interface in region.network_interfaces.iter() {
            if let Some(attachment) = interface.attachment {
                attached.entry(attachment.instance).or_default().push(interface.clone());
            }
        }
        for interfaces in attached.values_mut() {
            interfaces.sort_by_key(|interface| interface.attachment.map(|attachment| attachment.device_index));
        }
        View { owner, region, public: public_address::by_private(region), attached }
    }

    /// The interfaces of an instance, by device index.
    pub fn attached(&self, instance: InstanceId) -> &[Arc<NetworkInterface>] {
        self.attached.get(&instance).map_or(&[], Vec::as_slice)
    }

    /// The interface of an instance at device index 0.
    pub fn primary(&self, instance: InstanceId) -> Option<&NetworkInterface> {
        self.attached(instance).first().map(|interface| &**interface)
    }

    /// The public address that stands for a private one.
    pub fn public(&self, interface: NetworkInterfaceId, private: Ipv4Addr) -> Option<PublicAddress> {
        self.public.get(&(interface, private)).copied()
    }

    /// Whether names are given to the addresses of a VPC (DNS-6, DNS-7).
    pub fn has_names(&self, vpc: VpcId) -> bool {
        self.region.vpcs.get(&vpc).is_some_and(|vpc| vpc.enable_dns_support && vpc.enable_dns_hostnames)
    }

    /// The name of a private address, if its VPC gives names (DNS-7, DNS-8).
    pub fn private_name(&self, vpc: VpcId, address: Ipv4Addr) -> Option<String> {
        self.has_names(vpc).then(|| dns_name::ip_name(self.owner.region, address))
    }

    /// The name of a public address, if the VPC gives names (DNS-6, DNS-9).
    pub fn public_name(&self, vpc: VpcId, address: Ipv4Addr) -> Option<String> {
        self.has_names(vpc).then(|| dns_name::public_name(self.owner.region, address))
    }

    /// The subnet of an interface.
    pub fn subnet(&self, interface: &NetworkInterface) -> Option<&Arc<Subnet>> {
        self.region.subnets.get(&interface.subnet)
    }

    /// The id of a zone.
    pub fn zone_id(&self, zone: &str) -> String {
        zone_id(self.owner.region, zone)
    }

    /// Groups with their names.
    pub fn groups<'g>(&self, ids: impl IntoIterator<Item = &'g SecurityGroupId>) -> Vec<GroupShape> {
        let shape = |id: &SecurityGroupId| GroupShape { group_id: id.to_string(), group_name: self.group_name(*id) };
        ids.into_iter().map(shape).collect()
    }

    /// The name of a group.
    pub fn group_name(&self, id: SecurityGroupId) -> String {
        self.region.security_groups.get(&id).map(|group| group.name.clone()).unwrap_or_default()
    }
}
