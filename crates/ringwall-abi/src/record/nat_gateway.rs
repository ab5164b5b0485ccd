//! What a NAT gateway is, what it has lent, and to whom.

use crate::layout::records;

records! {
    /// A NAT gateway, by the slot of its interface and the bank.
    struct NatGatewayRecord = "nat_gateway" {
        /// a number that nobody outside knows, by which ports are scattered
        port_seed: u32 = "__u32",
        /// connections of each address to one destination at most
        connection_limit: u32 = "__u32",
        /// how many addresses take new connections
        address_count: u32 = "__u32",
        /// those addresses, in network order
        addresses: [[u8; 4]; 32] = "__u8" ["32][4"],
    }

    /// A connection at a NAT gateway, as its sender knows it.
    struct NatKey = "nat_key" {
        /// number of the gateway's interface
        gateway: u32 = "__u32",
        /// the sender, in network order
        source: [u8; 4] = "__u8" ["4"],
        /// the other end, in network order
        destination: [u8; 4] = "__u8" ["4"],
        /// the sender's port, or the identifier of an ICMP query
        source_port: u16 = "__u16",
        /// the other port, or the type of the query
        destination_port: u16 = "__u16",
        /// protocol
        protocol: u8 = "__u8",
        /// zero
        reserved: [u8; 3] = "__u8" ["3"],
    }

    /// How the packets of a connection go on from a NAT gateway.
    struct NatWay = "nat_way" {
        /// slot of the interface from which they come, or `TARGET_…`
        from: u16 = "__u16",
        /// slot of the interface to which they go, or `TARGET_…`
        target: u16 = "__u16",
        /// the public IPv4 address that they get, in network order
        public_v4: [u8; 4] = "__u8" ["4"],
        /// the route that they take
        route: u16 = "__u16",
        /// the length of that route's block
        route_length: u8 = "__u8",
        /// the entry of the ACL towards the gateway, or 255 if it was not asked
        acl_in: u8 = "__u8",
        /// the entry of the ACL from there, or 255 if it was not asked
        acl_out: u8 = "__u8",
        /// whether they are turned round at the internet gateway
        reflected: u8 = "__u8",
        /// zero
        reserved: [u8; 2] = "__u8" ["2"],
    }

    /// What a NAT gateway has lent to a connection, and how its packets were judged.
    struct NatMapping = "nat_mapping" {
        /// second of its last packet
        last_seen: u32 = "__u32",
        /// the gateway's address, in network order
        address: [u8; 4] = "__u8" ["4"],
        /// epoch in which the way out was judged
        epoch_out: u32 = "__u32",
        /// epoch in which the way back was judged
        epoch_in: u32 = "__u32",
        /// the port that is lent
        port: u16 = "__u16",
        /// `NAT_…`
        flags: u8 = "__u8",
        /// unused
        reserved: u8 = "__u8",
        /// the way out
        out: NatWay = "struct nat_way",
        /// the way back
        back: NatWay = "struct nat_way",
        /// packets that went out
        packets_out: u32 = "__u32",
        /// packets that came back
        packets_in: u32 = "__u32",
        /// slot of the gateway's interface
        slot: u32 = "__u32",
        /// nanosecond of its first packet
        begun: u64 = "__u64",
        /// their bytes
        bytes_out: u64 = "__u64",
        /// their bytes
        bytes_in: u64 = "__u64",
        /// TCP segments with FIN, SYN, RST, SYN and ACK, that came back and that went out
        tcp: [[u8; 4]; 2] = "__u8" ["2][4"],
        /// the kernel's timer, which ends it
        timer: [u64; 2] = "struct bpf_timer",
    }

    /// A port that a NAT gateway has lent, as the other end knows it.
    struct NatPortKey = "nat_port_key" {
        /// number of the gateway's interface
        gateway: u32 = "__u32",
        /// the gateway's address, in network order
        address: [u8; 4] = "__u8" ["4"],
        /// the other end, in network order
        remote: [u8; 4] = "__u8" ["4"],
        /// the port that is lent
        port: u16 = "__u16",
        /// the other port, or the type of an ICMP query
        remote_port: u16 = "__u16",
        /// protocol
        protocol: u8 = "__u8",
        /// zero
        reserved: [u8; 3] = "__u8" ["3"],
    }
}
