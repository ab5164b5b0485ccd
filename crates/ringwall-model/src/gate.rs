//! The closed set of places where a packet can be stopped, and the closed set of reasons for it.

use std::fmt;

/// A check on a packet's way, in the order of the journey (PATH-1, PATH-2, PATH-4, PATH-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// the frame is one that the interface may send
    Frame,
    /// the source address belongs to the sending interface
    SourceCheck,
    /// security groups of the sender
    SecurityGroupOut,
    /// network ACL of the sender's subnet
    NetworkAclOut,
    /// route table of the sender's subnet
    RouteTable,
    /// the services at link-local addresses: resolver and instance metadata
    LinkLocalServices,
    /// NAT gateway
    NatGateway,
    /// gateway endpoint
    GatewayEndpoint,
    /// internet gateway
    InternetGateway,
    /// egress-only internet gateway
    EgressOnlyInternetGateway,
    /// network ACL of the receiver's subnet
    NetworkAclIn,
    /// the destination address belongs to the receiving interface
    DestinationCheck,
    /// security groups of the receiver
    SecurityGroupIn,
    /// the size of the packet
    PathMtu,
    /// the tables of the data plane, which drop when they are incomplete
    Tables,
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Gate::Frame => "frame",
            Gate::SourceCheck => "source check",
            Gate::SecurityGroupOut => "security group, outbound",
            Gate::NetworkAclOut => "network ACL, outbound",
            Gate::RouteTable => "route table",
            Gate::LinkLocalServices => "link-local services",
            Gate::NatGateway => "NAT gateway",
            Gate::GatewayEndpoint => "gateway endpoint",
            Gate::InternetGateway => "internet gateway",
            Gate::EgressOnlyInternetGateway => "egress-only internet gateway",
            Gate::NetworkAclIn => "network ACL, inbound",
            Gate::DestinationCheck => "destination check",
            Gate::SecurityGroupIn => "security group, inbound",
            Gate::PathMtu => "path MTU",
            Gate::Tables => "tables",
        })
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $gate:ident, $slug:literal, $text:literal;)*) => {
        /// Why a packet was stopped. The number is the code that the kernel program reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Reason {
            $($(#[$doc])* #[doc = concat!("\n\n", $text, ".")] $name = $code,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// The gate that gives this reason.
            pub fn gate(self) -> Gate {
                match self { $(Reason::$name => Gate::$gate,)* }
            }

            /// A short name for machines.
            pub fn slug(self) -> &'static str {
                match self { $(Reason::$name => $slug,)* }
            }

            /// One sentence for people.
            pub fn text(self) -> &'static str {
                match self { $(Reason::$name => $text,)* }
            }

            /// The reason with this code.
            pub fn from_code(code: u8) -> Option<Reason> {
                match code { $($code => Some(Reason::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// No frame, or none whose headers can be read.
    MalformedPacket = 1, Frame, "malformed-packet", "the packet is cut short or contradicts itself";
    /// ENI-22
    TaggedFrame = 2, Frame, "tagged-frame", "VLAN tags have no meaning in a VPC";
    /// ENI-22
    UnsupportedEtherType = 3, Frame, "unsupported-ethertype", "only ARP, IPv4 and IPv6 are carried";
    /// ENI-22
    ForeignSourceMac = 4, Frame, "foreign-source-mac", "the hardware source address is not the interface's own";
    /// RT-33
    UnknownDestinationMac = 5, Frame, "unknown-destination-mac", "the hardware destination is neither the router nor an interface of the subnet";
    /// ENI-22
    GroupDestination = 6, Frame, "group-destination", "broadcast and multicast are not carried";
    /// ARP answers, router solicitations, probes for one's own address.
    NothingToAnswer = 7, Frame, "nothing-to-answer", "the router has no answer to this ARP or neighbour-discovery message";
    /// The first fragment, which holds the ports, did not come before it.
    FragmentWithoutFirst = 8, Frame, "fragment-without-first", "the fragment came without, or before, the first one of its packet";
    /// ENI-5
    SourceNotOfInterface = 9, SourceCheck, "source-not-of-interface", "the source address is none of the interface's, and its source/destination check is on";
    /// SG-5, SG-2
    SecurityGroupOut = 10, SecurityGroupOut, "security-group-out", "no egress rule of the sender's security groups admits it";
    /// A rule would admit a new connection, but this segment does not open one.
    NoConnectionOut = 11, SecurityGroupOut, "no-connection-out", "the segment belongs to no connection that the sender's interface tracks";
    /// SG-21
    SessionTableFullOut = 12, SecurityGroupOut, "session-table-full-out", "the sender's interface tracks as many sessions as it may";
    /// NACL-4, NACL-6
    NetworkAclOut = 13, NetworkAclOut, "network-acl-out", "the network ACL of the sender's subnet denies it";
    /// RT-10
    NeverRouted = 14, RouteTable, "never-routed", "no route forwards to this address";
    /// No route selects the destination.
    NoRoute = 15, RouteTable, "no-route", "the route table has no route to the destination";
    /// RT-26
    BlackholeRoute = 16, RouteTable, "blackhole-route", "the route's target is gone or of no use";
    /// The sender is its own next hop.
    RouteToSender = 17, RouteTable, "route-to-sender", "the route leads back to the interface that sent the packet";
    /// A local route, and nobody there.
    NoSuchAddress = 18, RouteTable, "no-such-address", "no interface of the VPC has the destination address";
    /// ENI-7
    InterfaceDown = 19, RouteTable, "interface-down", "the interface with the destination address is not attached to a running instance";
    /// ENI-5
    DestinationNotOfInterface = 20, DestinationCheck, "destination-not-of-interface", "the destination address is none of the receiving interface's, and its source/destination check is on";
    /// IGW-4
    SourceWithoutPublicAddress = 21, InternetGateway, "source-without-public-address", "the source address has no public address";
    /// IGW-5
    DestinationNotPublic = 22, InternetGateway, "destination-not-public", "the destination is no address of the internet";
    /// IGW-5
    SourceNotPublic = 23, InternetGateway, "source-not-public", "the source is no address of the internet";
    /// IGW-6
    UnknownPublicAddress = 24, InternetGateway, "unknown-public-address", "no attached interface holds the public destination address";
    /// IGW-5
    SpoofedSource = 25, InternetGateway, "spoofed-source", "the source address is held by an interface that did not send the packet";
    /// IGW-3
    NoInternetRoute = 26, InternetGateway, "no-internet-route", "the receiver's route table leads to no internet gateway for this source";
    /// IGW-17
    InboundThroughEgressOnly = 27, EgressOnlyInternetGateway, "inbound-through-egress-only", "an egress-only internet gateway lets nothing in but answers";
    /// NACL-4, NACL-6
    NetworkAclIn = 28, NetworkAclIn, "network-acl-in", "the network ACL of the receiver's subnet denies it";
    /// SG-3, SG-2
    SecurityGroupIn = 29, SecurityGroupIn, "security-group-in", "no ingress rule of the receiver's security groups admits it";
    /// A rule would admit a new connection, but this segment does not open one.
    NoConnectionIn = 30, SecurityGroupIn, "no-connection-in", "the segment belongs to no connection that the receiver's interface tracks";
    /// SG-21
    SessionTableFullIn = 31, SecurityGroupIn, "session-table-full-in", "the receiver's interface tracks as many sessions as it may";
    /// ENI-24, IGW-14
    PacketTooBig = 32, PathMtu, "packet-too-big", "the packet is larger than the path carries";
    /// Never seen while the control plane publishes whole revisions.
    TablesIncomplete = 33, Tables, "tables-incomplete", "a table that the decision needs is missing";
    /// NAT-4
    NatGatewayProtocol = 34, NatGateway, "nat-gateway-protocol", "a NAT gateway carries TCP, UDP and ICMP over IPv4 and nothing else";
    /// NAT-15
    NatGatewayFragment = 35, NatGateway, "nat-gateway-fragment", "a NAT gateway carries fragments of UDP alone";
    /// NAT-7
    NatGatewayPortsExhausted = 36, NatGateway, "nat-gateway-ports-exhausted", "the NAT gateway has no port left for connections to this destination";
    /// NAT-9
    NatConnectionUnknown = 37, NatGateway, "nat-connection-unknown", "the segment belongs to no connection that the NAT gateway knows: it was idle for too long, or never opened through it";
    /// NAT-12, NAT-35
    NoNatMapping = 38, NatGateway, "no-nat-mapping", "the packet belongs to nothing that was begun through the NAT gateway";
    /// The node's table of translations has no room.
    NatTableFull = 39, NatGateway, "nat-table-full", "the node translates as many connections as it may";
    /// Two translations on one way are not built.
    SecondNatGateway = 40, NatGateway, "second-nat-gateway", "the packet has come through a NAT gateway already, and passes no second one";
    /// DNS-3
    LinkLocalRate = 41, LinkLocalServices, "link-local-rate", "the interface has sent more than 1,024 packets in this second to the link-local services";
    /// GWE-16
    GatewayEndpointProtocol = 42, GatewayEndpoint, "gateway-endpoint-protocol", "a gateway endpoint carries TCP and ICMP echo and nothing else";
    /// GWE-8, GWE-11
    NoGatewayEndpoint = 43, GatewayEndpoint, "no-gateway-endpoint", "the route table of the receiver's subnet leads to no gateway endpoint for this service";
    /// Who has no address in the VPC cannot be answered.
    EndpointSourceUnknown = 44, GatewayEndpoint, "endpoint-source-unknown", "no running interface of the VPC has the source address, so nothing could be answered to it";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Reason {
    /// The code by which Reachability Analyzer names the same cause, where it has one (RA).
    pub fn explanation_code(self) -> Option<&'static str> {
        Some(match self {
            Reason::SourceNotOfInterface | Reason::DestinationNotOfInterface => "ENI_SOURCE_DEST_CHECK_RESTRICTION",
            Reason::SecurityGroupOut | Reason::SecurityGroupIn => "ENI_SG_RULES_MISMATCH",
            Reason::NetworkAclOut | Reason::NetworkAclIn => "SUBNET_ACL_RESTRICTION",
            Reason::NoRoute => "NO_ROUTE_TO_DESTINATION",
            Reason::BlackholeRoute => "BAD_STATE_ROUTE",
            Reason::NoSuchAddress => "NO_POSSIBLE_DESTINATION",
            Reason::InterfaceDown => "BAD_STATE_ATTACHMENT",
            Reason::SourceWithoutPublicAddress => "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
            Reason::DestinationNotPublic => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
            Reason::SourceNotPublic => "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS",
            Reason::UnknownPublicAddress => "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
            Reason::SpoofedSource => "GATEWAY_REJECTS_SPOOFED_TRAFFIC",
            Reason::NatGatewayProtocol => "NGW_UNSUPPORTED_PROTOCOL",
            Reason::NoNatMapping => "NGW_DEST_ADDRESS_PRESERVATION",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_slugs_name_one_reason_each() {
        for (place, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(Reason::from_code(*reason as u8), Some(*reason));
            assert!(Reason::ALL[place + 1..].iter().all(|other| other.slug() != reason.slug()));
        }
        assert_eq!(Reason::from_code(0), None);
    }
}
