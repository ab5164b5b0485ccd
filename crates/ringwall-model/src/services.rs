//! What the worker process of names and metadata is to know: a plain picture, computed from records, with nothing in it that
//! it would have to ask for. It lives in that process alone and outlives the control plane (DNS-1, DNS-17).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::id::{InstanceId, NetworkInterfaceId, ReservationId, SecurityGroupId, SubnetId, VpcId};
use crate::resource::instance::MetadataOptions;
use crate::resource::subnet::{HostnameType, ResourceNameRecords};
use crate::resource::traffic::{Ipv4Text, Ipv6Text, MacText};
use crate::resource::{Milliseconds, Tags};

pub use crate::reserved::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6};

/// Everything that the worker serves, at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicesConfiguration {
    /// the store's revision that it was computed from
    pub revision: u64,
    /// what all VPCs share
    pub shared: SharedServices,
    /// each VPC
    pub vpcs: BTreeMap<VpcId, VpcServices>,
}

/// What all VPCs share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedServices {
    /// whose instances these are: twelve digits
    pub account: String,
    /// where names that are not Ringwall's are asked for; nowhere means that they are refused
    pub resolvers: Vec<SocketAddr>,
    /// names that every VPC resolves: public names of services, regional and zonal names of endpoints (IFE-9)
    pub names: Vec<NameRecord>,
    /// the blocks that public addresses are taken from
    pub public_blocks: Vec<Ipv4Text>,
    /// the public addresses that have names (DNS-6), with their Regions
    pub public_names: BTreeMap<Ipv4Addr, String>,
}

/// A name and what it resolves to. One that begins with `*.` stands for every name below the rest of it, but not for the
/// rest itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRecord {
    /// the name, without a dot at its end
    pub name: String,
    /// its addresses, which are given in turns
    pub addresses: Vec<IpAddr>,
}

/// What is served in one VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpcServices {
    /// the Region
    pub region: String,
    /// the IPv4 blocks, the primary one first
    pub ipv4: Vec<Ipv4Text>,
    /// the IPv6 blocks
    pub ipv6: Vec<Ipv6Text>,
    /// whether names resolve inside (DNS-5)
    pub dns_support: bool,
    /// whether instances have names; means nothing without `dns_support` (DNS-6, DNS-7)
    pub dns_hostnames: bool,
    /// names that resolve in this VPC alone: private names of endpoints (IFE-11)
    pub names: Vec<NameRecord>,
    /// public addresses that stand for private ones here (DNS-10)
    pub public: BTreeMap<Ipv4Addr, Ipv4Addr>,
    /// the instances
    pub instances: BTreeMap<InstanceId, InstanceServices>,
}

impl VpcServices {
    /// Whether private and public names of instances resolve (DNS-6, DNS-7).
    pub fn has_names(&self) -> bool {
        self.dns_support && self.dns_hostnames
    }

    /// Where the resolver listens: at the primary block's base and two (DNS-1).
    pub fn resolver(&self) -> Option<Ipv4Addr> {
        self.ipv4.first()?.0.nth(2)
    }
}

/// What an instance is told about itself, and others about its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceServices {
    /// its image
    pub image: String,
    /// the call that started it
    pub reservation: ReservationId,
    /// its place among the instances of that call
    pub launch_index: u32,
    /// its type
    pub instance_type: String,
    /// its processor architecture
    pub architecture: String,
    /// when it was last started
    pub launched: Milliseconds,
    /// its Availability Zone
    pub zone: String,
    /// what it is named after (DNS-13)
    pub hostname_type: HostnameType,
    /// the records that its resource name has (DNS-13)
    pub resource_name_records: ResourceNameRecords,
    /// how metadata may be asked for
    pub options: MetadataOptions,
    /// its tags
    pub tags: Tags,
    /// its user data, in base64
    pub user_data: Option<String>,
    /// its interfaces, by device index
    pub interfaces: Vec<InterfaceServices>,
}

/// An interface of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceServices {
    /// its id
    pub id: NetworkInterfaceId,
    /// its place at the instance
    pub device_index: u16,
    /// its hardware address
    pub mac: MacText,
    /// its VPC
    pub vpc: VpcId,
    /// its subnet
    pub subnet: SubnetId,
    /// the subnet's IPv4 block
    pub subnet_ipv4: Ipv4Text,
    /// the subnet's IPv6 block
    pub subnet_ipv6: Option<Ipv6Text>,
    /// its private IPv4 addresses, the primary one first, each with the public one that stands for it
    pub ipv4: Vec<(Ipv4Addr, Option<Ipv4Addr>)>,
    /// its IPv6 addresses
    pub ipv6: Vec<Ipv6Addr>,
    /// its security groups, with their names
    pub groups: Vec<(SecurityGroupId, String)>,
}
