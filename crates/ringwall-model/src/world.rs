//! The immutable picture of a network at one revision: everything that the fate of a packet depends on, and nothing else.
//!
//! Names, tags and descriptions stay in the records of the store. Parts that several interfaces share are behind [`Arc`],
//! and carry the revision at which they last changed, so that whoever derives something from a part knows when to do it
//! again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, MacAddress, PortRange, Prefix, Protocol};

use crate::id::{
    EgressOnlyInternetGatewayId, InternetGatewayId, NatGatewayId, NetworkAclId, NetworkInterfaceId, PrefixListId,
    RouteTableId, SecurityGroupId, SecurityGroupRuleId, SubnetId, VpcEndpointId, VpcId,
};
use crate::session::Timeouts;

/// A network at one revision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// the revision of the store that it was made from
    pub revision: u64,
    /// virtual private clouds
    pub vpcs: BTreeMap<VpcId, Vpc>,
    /// subnets
    pub subnets: BTreeMap<SubnetId, Subnet>,
    /// route tables
    pub route_tables: BTreeMap<RouteTableId, Arc<RouteTable>>,
    /// network ACLs
    pub network_acls: BTreeMap<NetworkAclId, Arc<NetworkAcl>>,
    /// security groups
    pub security_groups: BTreeMap<SecurityGroupId, Arc<SecurityGroup>>,
    /// prefix lists
    pub prefix_lists: BTreeMap<PrefixListId, Arc<PrefixList>>,
    /// network interfaces
    pub interfaces: BTreeMap<NetworkInterfaceId, Interface>,
    /// NAT gateways that are available
    pub nat_gateways: BTreeMap<NatGatewayId, NatGateway>,
    /// gateway endpoints
    pub gateway_endpoints: BTreeMap<VpcEndpointId, GatewayEndpoint>,
}

/// A virtual private cloud: an address space of its own. Those of two VPCs may overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// whether an internet gateway is attached
    pub internet_gateway: Option<InternetGatewayId>,
    /// the address of its resolver, two above the base of its first block (DNS-1); none without DNS support (DNS-5)
    pub resolver: Option<Ipv4Addr>,
}

/// A NAT gateway. VPC and subnet are those of its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    /// its interface, which is up as long as the gateway is there, and has no groups (NAT-13)
    pub interface: NetworkInterfaceId,
    /// those of the interface's addresses that take new connections, the primary one first (NAT-21)
    pub addresses: Vec<Ipv4Addr>,
    /// connections of each address to one destination at most (NAT-7)
    pub connection_limit: u32,
    /// a number that nobody outside knows, by which ports are scattered
    pub port_seed: u32,
}

/// A gateway endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayEndpoint {
    /// its VPC
    pub vpc: VpcId,
    /// whether flows to its service are tracked however open the rules are (SG-17)
    pub always_tracked: bool,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// the VPC that it is part of
    pub vpc: VpcId,
    /// its IPv4 block
    pub ipv4: Ipv4Prefix,
    /// its IPv6 block; a subnet has at most one
    pub ipv6: Option<Ipv6Prefix>,
    /// the table that routes what its interfaces send to the router
    pub route_table: RouteTableId,
    /// the ACL at its edge
    pub network_acl: NetworkAclId,
    /// the hardware address of its router
    pub router: MacAddress,
}

impl Subnet {
    /// The router's IPv4 address: the first one after the network's own (VPC-6).
    pub fn router_v4(&self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.ipv4.network()) + 1)
    }

    /// The address after the network's own in the IPv6 block, which the router has beside its link-local one (VPC-8).
    pub fn router_v6(&self) -> Option<Ipv6Addr> {
        self.ipv6.and_then(|block| block.nth(1))
    }

    /// Whether the address lies in one of the subnet's blocks.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.ipv4.contains(address),
            IpAddr::V6(address) => self.ipv6.is_some_and(|block| block.contains(address)),
        }
    }
}

/// A route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// the revision at which it last changed
    pub changed: u64,
    /// its routes; no two have the same destination
    pub routes: Vec<Route>,
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// what it is for
    pub destination: RouteDestination,
    /// where it leads
    pub target: RouteTarget,
}

/// What a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteDestination {
    /// one block
    Prefix(Prefix),
    /// every block of a prefix list (RT-3)
    PrefixList(PrefixListId),
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteTarget {
    /// to the interface that has the destination address
    Local,
    /// to an internet gateway
    InternetGateway(InternetGatewayId),
    /// to an egress-only internet gateway
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// to a network interface, whatever the destination address
    NetworkInterface(NetworkInterfaceId),
    /// to a NAT gateway
    NatGateway(NatGatewayId),
    /// to a gateway endpoint
    GatewayEndpoint(VpcEndpointId),
    /// nowhere: the target is gone or of no use (RT-26)
    Blackhole,
}

/// A network ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAcl {
    /// the revision at which it last changed
    pub changed: u64,
    /// what may come into its subnets
    pub ingress: Vec<AclEntry>,
    /// what may leave them
    pub egress: Vec<AclEntry>,
}

/// One entry of a network ACL. The final deny is none of them: it is what happens when no entry selects a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AclEntry {
    /// its place in the order, 1 to 32766
    pub number: u16,
    /// what happens to the packets that it selects
    pub allow: bool,
    /// source block of an ingress entry, destination block of an egress entry
    pub prefix: Prefix,
    /// protocol and ports
    pub traffic: Traffic,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// the revision at which it last changed
    pub changed: u64,
    /// what may come in
    pub ingress: Vec<SecurityGroupRule>,
    /// what may go out
    pub egress: Vec<SecurityGroupRule>,
}

/// One rule of a security group: it can only allow (SG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityGroupRule {
    /// its id
    pub id: SecurityGroupRuleId,
    /// whom it names at the other end
    pub peer: Peer,
    /// protocol and ports
    pub traffic: Traffic,
}

/// Whom a rule names at the other end (SG-24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// the addresses of a block
    Prefix(Prefix),
    /// the addresses of every block of a prefix list
    PrefixList(PrefixListId),
    /// the private addresses of the interfaces that hold the group (SG-27)
    Group(SecurityGroupId),
}

/// Protocol and ports that a rule selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    /// everything
    All,
    /// everything of a protocol (SG-46)
    Protocol(Protocol),
    /// TCP or UDP to certain destination ports
    Ports {
        /// TCP or UDP
        protocol: Protocol,
        /// destination ports
        ports: PortRange,
    },
    /// ICMP messages of one type and, if given, one code (SG-48)
    Icmp {
        /// the family, which tells ICMP from ICMPv6 (SG-50)
        family: Family,
        /// type
        kind: u8,
        /// code
        code: Option<u8>,
    },
}

/// A prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// the revision at which it last changed
    pub changed: u64,
    /// its blocks
    pub prefixes: Vec<Prefix>,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// the VPC of its subnet
    pub vpc: VpcId,
    /// its subnet, for life (ENI-1)
    pub subnet: SubnetId,
    /// its hardware address, for life
    pub mac: MacAddress,
    /// whether it is attached to an instance that runs; if not, nothing reaches it
    pub up: bool,
    /// its private IPv4 addresses, the primary one first
    pub ipv4: Vec<PrivateAddress>,
    /// its IPv6 addresses
    pub ipv6: Vec<Ipv6Addr>,
    /// its security groups
    pub groups: Arc<BTreeSet<SecurityGroupId>>,
    /// whether it sends from and takes for its own addresses alone (ENI-5)
    pub source_dest_check: bool,
    /// its idle times
    pub timeouts: Timeouts,
    /// how many tracked sessions it may have at once (SG-21)
    pub session_limit: u32,
}

impl Interface {
    /// Whether the address is one of its private ones.
    pub fn owns(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.ipv4.iter().any(|own| own.address == address),
            IpAddr::V6(address) => self.ipv6.contains(&address),
        }
    }

    /// All its private addresses.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.ipv4.iter().map(|own| IpAddr::V4(own.address)).chain(self.ipv6.iter().map(|own| IpAddr::V6(*own)))
    }
}

/// A private IPv4 address and the public one that stands for it outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivateAddress {
    /// the private address
    pub address: Ipv4Addr,
    /// its public or Elastic IP address
    pub public: Option<Ipv4Addr>,
}
