//! Keys and values of the maps. Addresses are IPv6, IPv4 ones mapped (`::ffff:a.b.c.d`). Ports are in the machine's order,
//! except where a trie reads them from the most significant bit.

mod nat_gateway;

pub use nat_gateway::{NatGatewayRecord, NatKey, NatMapping, NatPortKey, NatWay};

use crate::layout::{Layout, records};

/// Every structure, in an order in which C can declare them.
pub fn layouts() -> impl Iterator<Item = &'static Layout> {
    LAYOUTS.iter().chain(nat_gateway::LAYOUTS)
}

records! {
    /// What the whole program goes by.
    struct Control = "control" {
        /// which of the two banks of tables holds the current revision: the one word that is flipped
        bank: u32 = "__u32",
        /// what is reported to the ring of events
        watch: u32 = "__u32",
        /// the fabric's end of the uplink
        uplink: u32 = "__u32",
        /// the hardware address of the internet's end
        uplink_mac: [u8; 6] = "__u8" ["6"],
        /// unused
        reserved: [u8; 2] = "__u8" ["2"],
        /// whether packets without a session and sessions that end are counted for whoever collects flows
        collect: u32 = "__u32",
    }

    /// A network interface, by bank and slot.
    struct InterfaceRecord = "interface" {
        /// a number that no other interface ever had; 0 where there is none
        id: u32 = "__u32",
        /// the fabric's end of its link
        ifindex: u32 = "__u32",
        /// the slot of its VPC
        vpc: u32 = "__u32",
        /// the number of its subnet
        subnet: u32 = "__u32",
        /// the number of its set of groups
        identity: u32 = "__u32",
        /// `INTERFACE_…`
        flags: u32 = "__u32",
        /// rule sets of its groups, by family and direction
        group_rules: [[u32; 2]; 2] = "__u32" ["2][2"],
        /// rule sets of its subnet's ACL, by family and direction
        acl_rules: [[u32; 2]; 2] = "__u32" ["2][2"],
        /// the route table of its subnet
        route_table: u32 = "__u32",
        /// idle seconds of established TCP connections
        tcp_established: u32 = "__u32",
        /// idle seconds of UDP flows
        udp: u32 = "__u32",
        /// idle seconds of UDP streams
        udp_stream: u32 = "__u32",
        /// tracked sessions at most
        session_limit: u32 = "__u32",
        /// its hardware address
        mac: [u8; 6] = "__u8" ["6"],
        /// its router's hardware address
        router: [u8; 6] = "__u8" ["6"],
        /// its subnet's IPv4 block, in network order
        subnet_v4: [u8; 4] = "__u8" ["4"],
        /// the length of that block
        subnet_v4_length: u8 = "__u8",
        /// the length of the IPv6 block; 0 without one
        subnet_v6_length: u8 = "__u8",
        /// unused
        reserved: [u8; 2] = "__u8" ["2"],
        /// its subnet's IPv6 block
        subnet_v6: [u8; 16] = "__u8" ["16"],
    }

    /// A VPC, by bank and slot.
    struct VpcRecord = "vpc" {
        /// the revision at which anything last changed that its flows were judged by
        epoch: u32 = "__u32",
        /// the fabric's end of the link to its services, or 0
        services: u32 = "__u32",
        /// the address of its resolver, in network order, or zero
        resolver: [u8; 4] = "__u8" ["4"],
    }

    /// A private address.
    struct EndpointKey = "endpoint_key" {
        /// slot of the VPC, shifted left by one, and the bank
        vpc: u32 = "__u32",
        /// the address
        address: [u8; 16] = "__u8" ["16"],
    }

    /// Who has a private address.
    struct EndpointRecord = "endpoint" {
        /// the slot of the interface; 0 if it is down
        slot: u32 = "__u32",
        /// the number of its set of groups
        identity: u32 = "__u32",
        /// its public IPv4 address, in network order, or zero
        public_v4: [u8; 4] = "__u8" ["4"],
    }

    /// A hardware address in a subnet.
    struct NeighbourKey = "neighbour_key" {
        /// number of the subnet, shifted left by one, and the bank
        subnet: u32 = "__u32",
        /// the hardware address
        mac: [u8; 6] = "__u8" ["6"],
        /// zero
        reserved: [u8; 2] = "__u8" ["2"],
    }

    /// An address as the internet knows it.
    struct PublicKey = "public_key" {
        /// the bank
        bank: u32 = "__u32",
        /// the address
        address: [u8; 16] = "__u8" ["16"],
    }

    /// Who holds an address of the internet.
    struct PublicRecord = "public_address" {
        /// the slot of the interface
        slot: u32 = "__u32",
        /// its private address
        private: [u8; 16] = "__u8" ["16"],
    }

    /// One bit for each rule of a set.
    struct Bits = "bits" {
        /// rule 0 is the lowest bit of the first word
        words: [u64; 16] = "__u64" ["16"],
    }

    /// What is known of a rule set as a whole.
    struct RuleSetRecord = "rule_set" {
        /// `RULE_SET_…`
        flags: u32 = "__u32",
        /// how many rules it has
        rules: u32 = "__u32",
        /// the rules that allow; the others deny
        allow: Bits = "struct bits",
        /// the rules that admit everybody
        open: Bits = "struct bits",
    }

    /// A block of addresses that rules name; looked up by longest prefix.
    struct RulePrefixKey = "rule_prefix_key" {
        /// significant bits of what follows
        prefix_length: u32 = "__u32",
        /// number of the rule set
        rule_set: u32 = "__u32",
        /// the address
        address: [u8; 16] = "__u8" ["16"],
    }

    /// A block of ports that rules name; looked up by longest prefix.
    struct RulePortKey = "rule_port_key" {
        /// significant bits of what follows
        prefix_length: u32 = "__u32",
        /// number of the rule set
        rule_set: u32 = "__u32",
        /// protocol
        protocol: u8 = "__u8",
        /// port in network order, or ICMP type and code
        port: [u8; 2] = "__u8" ["2"],
        /// zero
        reserved: u8 = "__u8",
    }

    /// A rule set and a set of groups at the other end.
    struct RuleIdentityKey = "rule_identity_key" {
        /// number of the rule set
        rule_set: u32 = "__u32",
        /// number of the set of groups
        identity: u32 = "__u32",
    }

    /// A block of addresses that a route is for; looked up by longest prefix.
    struct RouteKey = "route_key" {
        /// significant bits of what follows
        prefix_length: u32 = "__u32",
        /// number of the route table, shifted left by one, and the family: `::/0` covers mapped addresses too
        table: u32 = "__u32",
        /// the address
        address: [u8; 16] = "__u8" ["16"],
    }

    /// Where a route leads.
    struct RouteRecord = "route" {
        /// `ROUTE_…`
        kind: u8 = "__u8",
        /// the length of the block, in its own family
        prefix_length: u8 = "__u8",
        /// its place in the table
        index: u16 = "__u16",
        /// the slot of the target interface
        slot: u32 = "__u32",
    }

    /// A flow at an interface.
    struct SessionKeyRecord = "session_key" {
        /// number of the interface
        interface: u32 = "__u32",
        /// address on its side
        local: [u8; 16] = "__u8" ["16"],
        /// the other address
        remote: [u8; 16] = "__u8" ["16"],
        /// port on its side
        local_port: u16 = "__u16",
        /// the other port
        remote_port: u16 = "__u16",
        /// protocol
        protocol: u8 = "__u8",
        /// `ICMP_…`
        icmp: u8 = "__u8",
        /// zero
        reserved: [u8; 2] = "__u8" ["2"],
    }

    /// What an interface remembers of a flow. The first cache line is all that an established flow touches.
    struct SessionRecord = "session" {
        /// second of its last packet
        last_seen: u32 = "__u32",
        /// epoch in which its way out was judged
        epoch_out: u32 = "__u32",
        /// epoch in which its way in was judged
        epoch_in: u32 = "__u32",
        /// slot of the interface to which its packets go, or `TARGET_INTERNET`
        target: u16 = "__u16",
        /// slot of the interface from which its packets come, or `TARGET_INTERNET`
        from: u16 = "__u16",
        /// the public IPv4 address of its packets, in network order
        public_v4: [u8; 4] = "__u8" ["4"],
        /// the route that its packets take
        route: u16 = "__u16",
        /// the length of that route's block
        route_length: u8 = "__u8",
        /// `STATE_…`
        state: u8 = "__u8",
        /// `SESSION_…`
        flags: u8 = "__u8",
        /// the entry of the ACL outwards, or 255 if it was not asked
        acl_out: u8 = "__u8",
        /// the entry of the ACL inwards, or 255 if it was not asked
        acl_in: u8 = "__u8",
        /// unused
        reserved: u8 = "__u8",
        /// untracked: the rule outwards
        rule_out: u16 = "__u16",
        /// untracked: the rule inwards
        rule_in: u16 = "__u16",
        /// packets that the interface sent
        packets_out: u32 = "__u32",
        /// packets that it received
        packets_in: u32 = "__u32",
        /// their bytes
        bytes_out: u64 = "__u64",
        /// their bytes
        bytes_in: u64 = "__u64",
        /// nanosecond of its first packet, which tells it from others of the same key
        begun: u64 = "__u64",
        /// slot of the interface
        slot: u32 = "__u32",
        /// TCP segments by direction and flag: FIN, SYN, RST, SYN with ACK; they begin again after 255
        tcp: [[u8; 4]; 2] = "__u8" ["2][4"],
        /// unused
        spare: u32 = "__u32",
        /// the kernel's timer, which ends the session
        timer: [u64; 2] = "struct bpf_timer",
    }

    /// How many sessions an interface has.
    struct SessionCounts = "session_counts" {
        /// tracked ones
        tracked: u32 = "__u32",
        /// entries for untracked flows
        untracked: u32 = "__u32",
    }

    /// What a session had counted when it ended.
    struct EndedRecord = "ended" {
        /// nanosecond of its first packet
        begun: u64 = "__u64",
        /// bytes that the interface sent
        bytes_out: u64 = "__u64",
        /// bytes that it received
        bytes_in: u64 = "__u64",
        /// packets that it sent
        packets_out: u32 = "__u32",
        /// packets that it received
        packets_in: u32 = "__u32",
        /// second of the last packet
        last_seen: u32 = "__u32",
        /// TCP segments, as in the session
        tcp: [[u8; 4]; 2] = "__u8" ["2][4"],
        /// `SESSION_…`
        flags: u8 = "__u8",
        /// zero
        reserved: u8 = "__u8",
        /// the port that a NAT gateway had lent to it, if it is what a NAT gateway had counted, else 0
        nat_port: u16 = "__u16",
        /// the session; at a NAT gateway, whoever began it is `local`
        key: SessionKeyRecord = "struct session_key",
        /// the NAT gateway's address, in network order
        nat_address: [u8; 4] = "__u8" ["4"],
    }

    /// Packets of a kind that have no session: what was refused, and what passed without one.
    struct StrayKey = "stray_key" {
        /// number of the interface
        interface: u32 = "__u32",
        /// source address
        source: [u8; 16] = "__u8" ["16"],
        /// destination address
        destination: [u8; 16] = "__u8" ["16"],
        /// source port, or 0
        source_port: u16 = "__u16",
        /// destination port, or 0
        destination_port: u16 = "__u16",
        /// protocol
        protocol: u8 = "__u8",
        /// `DIRECTION_…`
        direction: u8 = "__u8",
        /// `STRAY_…`
        verdict: u8 = "__u8",
        /// zero
        reserved: u8 = "__u8",
    }

    /// How many of them there were.
    struct StrayRecord = "stray" {
        /// nanosecond of the first one
        begun: u64 = "__u64",
        /// packets
        packets: u64 = "__u64",
        /// their bytes
        bytes: u64 = "__u64",
        /// second of the last one
        last_seen: u32 = "__u32",
        /// TCP segments by flag, as in the session
        tcp: [u8; 4] = "__u8" ["4"],
    }

    /// What all fragments of a packet have in common.
    struct FragmentKeyRecord = "fragment_key" {
        /// number of the interface that sends them, 0 for the internet
        interface: u32 = "__u32",
        /// identification
        identification: u32 = "__u32",
        /// source address
        source: [u8; 16] = "__u8" ["16"],
        /// destination address
        destination: [u8; 16] = "__u8" ["16"],
        /// protocol, for IPv4
        protocol: u8 = "__u8",
        /// zero
        reserved: [u8; 3] = "__u8" ["3"],
    }

    /// What the first fragment said.
    struct FragmentValue = "fragment" {
        /// second in which it came
        seen: u32 = "__u32",
        /// source port, or ICMP type and code
        source_port: u16 = "__u16",
        /// destination port, or ICMP identifier
        destination_port: u16 = "__u16",
        /// protocol
        protocol: u8 = "__u8",
        /// `TRANSPORT_…` of the program
        transport: u8 = "__u8",
        /// zero
        reserved: [u8; 2] = "__u8" ["2"],
    }

    /// What the gates found on a way: by rule set and place in it.
    struct FindingsRecord = "findings" {
        /// rule set of the sender's groups
        group_out_set: u32 = "__u32",
        /// rule set of the receiver's groups
        group_in_set: u32 = "__u32",
        /// rule set of the sender's ACL
        acl_out_set: u32 = "__u32",
        /// rule set of the receiver's ACL
        acl_in_set: u32 = "__u32",
        /// route table
        route_table: u32 = "__u32",
        /// the rule of the sender's groups
        group_out_rule: u16 = "__u16",
        /// the rule of the receiver's groups
        group_in_rule: u16 = "__u16",
        /// the entry of the sender's ACL
        acl_out_rule: u16 = "__u16",
        /// the entry of the receiver's ACL
        acl_in_rule: u16 = "__u16",
        /// the route's place in its table
        route: u16 = "__u16",
        /// `GROUP_…` of the sender
        group_out: u8 = "__u8",
        /// `GROUP_…` of the receiver
        group_in: u8 = "__u8",
        /// `ACL_…` of the sender's subnet
        acl_out: u8 = "__u8",
        /// `ACL_…` of the receiver's subnet
        acl_in: u8 = "__u8",
        /// `ROUTED_…`
        routed: u8 = "__u8",
        /// the length of the route's block
        route_length: u8 = "__u8",
    }

    /// What became of a packet: the kernel's form of an outcome, reported by the ring of events.
    struct OutcomeRecord = "outcome" {
        /// nanoseconds since the machine started
        time: u64 = "__u64",
        /// number of the sending interface, 0 for the internet and for services
        from: u32 = "__u32",
        /// number of the receiving interface, 0 for the internet and for services
        to: u32 = "__u32",
        /// number of the interface of the NAT gateway through which it came, or 0
        through: u32 = "__u32",
        /// largest packet that the path carries, if that was the reason
        mtu: u32 = "__u32",
        /// length of the packet
        length: u32 = "__u32",
        /// what the gates found, since the NAT gateway if it came through one
        found: FindingsRecord = "struct findings",
        /// what they found before
        before: FindingsRecord = "struct findings",
        /// source port, or ICMP type and code
        source_port: u16 = "__u16",
        /// destination port, or ICMP identifier
        destination_port: u16 = "__u16",
        /// `VERDICT_…`
        verdict: u8 = "__u8",
        /// the code of the reason
        reason: u8 = "__u8",
        /// `ANSWER_…`
        answer: u8 = "__u8",
        /// `SERVICE_…`
        service: u8 = "__u8",
        /// `FAMILY_…`
        family: u8 = "__u8",
        /// protocol
        protocol: u8 = "__u8",
        /// whether the packet began a session
        begins: u8 = "__u8",
        /// zero
        reserved: [u8; 1] = "__u8" ["1"],
        /// source address as the packet came
        source: [u8; 16] = "__u8" ["16"],
        /// destination address as the packet came
        destination: [u8; 16] = "__u8" ["16"],
        /// destination address by which the NAT gateway sends it on, if it came through one
        onward: [u8; 16] = "__u8" ["16"],
    }

    /// How many packets an interface has sent to link-local services.
    struct LinkLocalCount = "link_local_count" {
        /// number of the interface
        interface: u32 = "__u32",
        /// in which second
        second: u32 = "__u32",
        /// how many
        packets: u32 = "__u32",
    }

    /// A number on its own.
    struct Number = "number" {
        /// the number
        value: u32 = "__u32",
    }
}
