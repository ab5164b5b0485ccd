//! An interface and what its packets are asked by.

use ringwall_abi::code::INTERFACE_CHECKS_ADDRESSES;
use ringwall_abi::record::InterfaceRecord;
use ringwall_model::world::{Interface, Subnet};

/// The numbers by which the record refers to other tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct References {
    /// its own number
    pub id: u32,
    /// the fabric's end of its link
    pub ifindex: u32,
    /// the slot of its VPC
    pub vpc: u32,
    /// the number of its subnet
    pub subnet: u32,
    /// the number of its set of groups
    pub identity: u32,
    /// rule sets of its groups, by family and direction
    pub group_rules: [[u32; 2]; 2],
    /// rule sets of its subnet's ACL, by family and direction
    pub acl_rules: [[u32; 2]; 2],
    /// the route table of its subnet
    pub route_table: u32,
}

/// The record of an interface.
pub fn record(interface: &Interface, subnet: &Subnet, references: References) -> InterfaceRecord {
    let References { id, ifindex, vpc, subnet: subnet_number, identity, group_rules, acl_rules, route_table } =
        references;
    InterfaceRecord {
        id,
        ifindex,
        vpc,
        subnet: subnet_number,
        identity,
        flags: if interface.source_dest_check { INTERFACE_CHECKS_ADDRESSES } else { 0 },
        group_rules,
        acl_rules,
        route_table,
        tcp_established: interface.timeouts.tcp_established,
        udp: interface.timeouts.udp,
        udp_stream: interface.timeouts.udp_stream,
        session_limit: interface.session_limit,
        mac: interface.mac.0,
        router: subnet.router.0,
        subnet_v4: subnet.ipv4.network().octets(),
        subnet_v4_length: subnet.ipv4.length(),
        subnet_v6_length: subnet.ipv6.map_or(0, |block| block.length()),
        reserved: [0; 2],
        subnet_v6: subnet.ipv6.map_or([0; 16], |block| block.network().octets()),
    }
}
