//! Times and sizes that the gates go by, each with the fact that it comes from.

/// Idle time of an established TCP connection unless the interface says otherwise: five days (SG-18).
pub const TCP_ESTABLISHED_TIMEOUT: u32 = 432_000;
/// Idle time of a UDP flow seen in one direction or in a single exchange (SG-19).
pub const UDP_TIMEOUT: u32 = 30;
/// Idle time of a UDP flow with more than one exchange (SG-19).
pub const UDP_STREAM_TIMEOUT: u32 = 180;
/// Idle time of protocols other than TCP, UDP and ICMP (SG-16).
pub const OTHER_TIMEOUT: u32 = 600;
/// Idle time of an ICMP query. AWS names none; the time of a single UDP exchange.
pub const ICMP_TIMEOUT: u32 = 30;
/// How long a TCP connection may stay half open. AWS names none.
pub const TCP_HALF_OPEN_TIMEOUT: u32 = 60;
/// How long a closed or reset TCP connection is remembered, so that its last segments pass. AWS names none.
pub const TCP_CLOSED_TIMEOUT: u32 = 30;
/// How long the first fragment of a packet is remembered for the later ones.
pub const FRAGMENT_TIMEOUT: u32 = 30;

/// Idle time of a connection through a NAT gateway (NAT-9), of whatever protocol (NAT-10).
pub const NAT_TIMEOUT: u32 = 350;
/// Connections of one address of a NAT gateway to one destination: address, port and protocol (NAT-7).
pub const NAT_CONNECTIONS_PER_DESTINATION: u32 = 55_000;
/// The lowest port that a NAT gateway uses outside (NAT-6).
pub const NAT_FIRST_PORT: u16 = 1024;
/// How many ports a NAT gateway looks at for a new connection on each of its addresses, before it says that there is none.
pub const NAT_ATTEMPTS: u32 = 128;
/// Addresses of a NAT gateway (NAT-8, NAT-21).
pub const ADDRESSES_PER_NAT_GATEWAY: usize = 32;
/// The largest packet that a NAT gateway takes (NAT-16).
pub const NAT_GATEWAY_MTU: u32 = 8500;
/// Packets that an interface may send in a second to the link-local services (DNS-3).
pub const LINK_LOCAL_PACKETS_PER_SECOND: u32 = 1024;

/// The largest packet inside a VPC (ENI-24).
pub const VPC_MTU: u32 = 9001;
/// The largest packet that passes an internet gateway (IGW-14).
pub const INTERNET_GATEWAY_MTU: u32 = 1500;

/// Rules per direction and family on one interface: rules per group times groups per interface (SG-39).
pub const RULES_PER_INTERFACE: usize = 1000;
/// Entries per direction and family of a network ACL, the final deny not counted: the adjustable maximum is 40 with it (NACL-25).
pub const ENTRIES_PER_ACL: usize = 39;
/// Groups per interface, the adjustable maximum (SG-39).
pub const GROUPS_PER_INTERFACE: usize = 16;
/// Tracked sessions per interface unless the node says otherwise.
pub const SESSIONS_PER_INTERFACE: u32 = 65_536;
