//! Numbers with a meaning.

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[doc = $doc])* pub const $name: $type = $value;)*

        /// Every code: its name in C, its value, its documentation.
        pub const CODES: &[(&str, u64, &str)] = &[$((stringify!($name), $value as u64, concat!($($doc),*)),)*];
    };
}

codes! {
    /// interfaces that one node holds at most; slot 0 is never used
    SLOTS: u32 = 16_384;
    /// VPCs that one node holds at most
    VPC_SLOTS: u32 = 4_096;
    /// words of a set of rules
    BITS_WORDS: u32 = 16;
    /// rules in a set at most
    RULES: u32 = 1_024;
    /// prefixes that all rule sets together may name
    RULE_PREFIXES: u32 = 1_048_576;
    /// port blocks that all rule sets together may name
    RULE_PORTS: u32 = 1_048_576;
    /// pairs of a rule set and a set of groups
    RULE_IDENTITIES: u32 = 262_144;
    /// rule sets
    RULE_SETS: u32 = 65_536;
    /// blocks that all route tables together may name
    ROUTES: u32 = 1_048_576;
    /// private addresses, of both banks
    ENDPOINTS: u32 = 262_144;
    /// first fragments remembered at once
    FRAGMENTS: u32 = 16_384;
    /// bytes of the ring of events
    EVENT_BYTES: u32 = 1_048_576;

    /// kinds of packets without a session that are counted at once
    STRAYS: u32 = 65_536;
    /// bytes of the ring of ended sessions
    ENDED_BYTES: u32 = 8_388_608;

    /// IPv4
    FAMILY_V4: u8 = 0;
    /// IPv6
    FAMILY_V6: u8 = 1;
    /// ingress rules
    DIRECTION_IN: u8 = 0;
    /// egress rules
    DIRECTION_OUT: u8 = 1;

    /// the interface checks source and destination addresses
    INTERFACE_CHECKS_ADDRESSES: u32 = 1;
    /// the interface is a NAT gateway's
    INTERFACE_NAT_GATEWAY: u32 = 2;

    /// all of TCP is admitted for everybody
    RULE_SET_OPEN_TCP: u32 = 1;
    /// all of UDP is admitted for everybody
    RULE_SET_OPEN_UDP: u32 = 2;
    /// written last: the rule set is whole
    RULE_SET_WHOLE: u32 = 4;

    /// to the interface that has the destination address
    ROUTE_LOCAL: u8 = 1;
    /// to an interface, whatever the address
    ROUTE_INTERFACE: u8 = 2;
    /// to the internet gateway
    ROUTE_INTERNET_GATEWAY: u8 = 3;
    /// to an egress-only internet gateway
    ROUTE_EGRESS_ONLY: u8 = 4;
    /// nowhere
    ROUTE_BLACKHOLE: u8 = 5;
    /// through the NAT gateway with the interface
    ROUTE_NAT_GATEWAY: u8 = 6;
    /// by a gateway endpoint
    ROUTE_GATEWAY_ENDPOINT: u8 = 7;
    /// by a gateway endpoint whose flows are always tracked
    ROUTE_TRACKED_ENDPOINT: u8 = 8;

    /// in place of a slot: the internet
    TARGET_INTERNET: u16 = 0xffff;
    /// in place of a slot: the services of the VPC
    TARGET_SERVICES: u16 = 0xfffe;

    /// connections that all NAT gateways of a node know at most
    NAT_MAPPINGS: u32 = 262_144;
    /// NAT gateways that one node holds at most, in both banks
    NAT_GATEWAYS: u32 = 4_096;
    /// addresses of a NAT gateway
    NAT_ADDRESSES: u32 = 32;
    /// TCP: FIN from inside
    NAT_FIN_OUT: u8 = 1;
    /// TCP: FIN from outside
    NAT_FIN_IN: u8 = 2;
    /// TCP: over
    NAT_CLOSED: u8 = 4;

    /// the session is tracked; without it, the entry only saves the work of judging again
    SESSION_TRACKED: u8 = 1;
    /// the session was begun by the interface
    SESSION_BEGUN_OUT: u8 = 2;
    /// TCP: FIN from the originator
    SESSION_FIN_ORIGINATOR: u8 = 4;
    /// TCP: FIN from the responder
    SESSION_FIN_RESPONDER: u8 = 8;
    /// its packets go to a neighbour's hardware address, past the router
    SESSION_DIRECT: u8 = 16;
    /// its packets are turned round at the gateway, for an interface of this node
    SESSION_REFLECTED: u8 = 32;
    /// its packets leave by the egress-only internet gateway
    SESSION_EGRESS_ONLY: u8 = 64;
    /// its packets go through the NAT gateway in its target
    SESSION_NAT_GATEWAY: u8 = 128;

    /// TCP: SYN seen, none from the other end yet
    STATE_HALF_OPEN: u8 = 1;
    /// TCP: both ends have spoken
    STATE_ESTABLISHED: u8 = 2;
    /// TCP: over
    STATE_CLOSED: u8 = 3;
    /// UDP: asked
    STATE_ASKED: u8 = 4;
    /// UDP: answered
    STATE_ANSWERED: u8 = 5;
    /// UDP: asked again after an answer
    STATE_ASKED_AGAIN: u8 = 6;
    /// UDP: more than one exchange
    STATE_STREAM: u8 = 7;
    /// other protocols
    STATE_SEEN: u8 = 8;

    /// no ICMP
    ICMP_NONE: u8 = 0;
    /// the interface asks
    ICMP_ASKS: u8 = 1;
    /// the remote end asks
    ICMP_ANSWERS: u8 = 2;

    /// an interface receives the packet
    VERDICT_DELIVERED: u8 = 1;
    /// the internet receives it
    VERDICT_INTERNET: u8 = 2;
    /// the router answered it
    VERDICT_ANSWERED: u8 = 3;
    /// it was stopped
    VERDICT_DROPPED: u8 = 4;
    /// a service of the VPC receives it
    VERDICT_SERVICE: u8 = 5;

    /// no service
    SERVICE_NONE: u8 = 0;
    /// the resolver
    SERVICE_RESOLVER: u8 = 1;
    /// instance metadata
    SERVICE_METADATA: u8 = 2;
    /// what is behind the gateway endpoint to which the route leads
    SERVICE_ENDPOINT: u8 = 3;

    /// no answer
    ANSWER_NONE: u8 = 0;
    /// ARP reply or neighbour advertisement
    ANSWER_NEIGHBOUR: u8 = 1;
    /// echo reply
    ANSWER_ECHO: u8 = 2;
    /// fragmentation needed, or packet too big
    ANSWER_TOO_BIG: u8 = 3;
    /// a reset from the NAT gateway
    ANSWER_RESET: u8 = 4;

    /// groups were not asked
    GROUP_NOT_ASKED: u8 = 0;
    /// a tracked session
    GROUP_SESSION: u8 = 1;
    /// an ICMP error about a tracked session
    GROUP_RELATED: u8 = 2;
    /// open to everybody in both directions
    GROUP_UNTRACKED: u8 = 3;
    /// a rule
    GROUP_RULE: u8 = 4;
    /// no rule
    GROUP_NO_RULE: u8 = 5;
    /// a rule, but the segment opens no connection
    GROUP_NO_CONNECTION: u8 = 6;
    /// a rule, but there are too many sessions
    GROUP_TABLE_FULL: u8 = 7;

    /// the ACL was not asked
    ACL_NOT_ASKED: u8 = 0;
    /// it allows
    ACL_ALLOWS: u8 = 1;
    /// it denies
    ACL_DENIES: u8 = 2;
    /// in place of an entry's index: the final deny
    ACL_FINAL: u16 = 0xffff;

    /// routing was not asked
    ROUTED_NOT_ASKED: u8 = 0;
    /// past the router
    ROUTED_NEIGHBOUR: u8 = 1;
    /// a route
    ROUTED_ROUTE: u8 = 2;
    /// no route
    ROUTED_NONE: u8 = 3;

    /// it passed, as far as security groups and network ACLs go
    STRAY_ACCEPTED: u8 = 1;
    /// a security group or network ACL refused it
    STRAY_REJECTED: u8 = 2;

    /// only refused packets and new flows are reported
    WATCH_FLOWS: u32 = 1;
    /// every packet is reported
    WATCH_PACKETS: u32 = 2;
}
