/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Generated from crates/ringwall-abi by `cargo xtask codegen`; do not edit. */

#ifndef RINGWALL_ABI_GEN_H
#define RINGWALL_ABI_GEN_H

#include "types.h"

/* interfaces that one node holds at most; slot 0 is never used */
#define SLOTS 16384
/* VPCs that one node holds at most */
#define VPC_SLOTS 4096
/* words of a set of rules */
#define BITS_WORDS 16
/* rules in a set at most */
#define RULES 1024
/* prefixes that all rule sets together may name */
#define RULE_PREFIXES 1048576
/* port blocks that all rule sets together may name */
#define RULE_PORTS 1048576
/* pairs of a rule set and a set of groups */
#define RULE_IDENTITIES 262144
/* rule sets */
#define RULE_SETS 65536
/* blocks that all route tables together may name */
#define ROUTES 1048576
/* private addresses, of both banks */
#define ENDPOINTS 262144
/* first fragments remembered at once */
#define FRAGMENTS 16384
/* bytes of the ring of events */
#define EVENT_BYTES 1048576
/* kinds of packets without a session that are counted at once */
#define STRAYS 65536
/* bytes of the ring of ended sessions */
#define ENDED_BYTES 8388608
/* IPv4 */
#define FAMILY_V4 0
/* IPv6 */
#define FAMILY_V6 1
/* ingress rules */
#define DIRECTION_IN 0
/* egress rules */
#define DIRECTION_OUT 1
/* the interface checks source and destination addresses */
#define INTERFACE_CHECKS_ADDRESSES 1
/* the interface is a NAT gateway's */
#define INTERFACE_NAT_GATEWAY 2
/* all of TCP is admitted for everybody */
#define RULE_SET_OPEN_TCP 1
/* all of UDP is admitted for everybody */
#define RULE_SET_OPEN_UDP 2
/* written last: the rule set is whole */
#define RULE_SET_WHOLE 4
/* to the interface that has the destination address */
#define ROUTE_LOCAL 1
/* to an interface, whatever the address */
#define ROUTE_INTERFACE 2
/* to the internet gateway */
#define ROUTE_INTERNET_GATEWAY 3
/* to an egress-only internet gateway */
#define ROUTE_EGRESS_ONLY 4
/* nowhere */
#define ROUTE_BLACKHOLE 5
/* through the NAT gateway with the interface */
#define ROUTE_NAT_GATEWAY 6
/* by a gateway endpoint */
#define ROUTE_GATEWAY_ENDPOINT 7
/* by a gateway endpoint whose flows are always tracked */
#define ROUTE_TRACKED_ENDPOINT 8
/* in place of a slot: the internet */
#define TARGET_INTERNET 65535
/* in place of a slot: the services of the VPC */
#define TARGET_SERVICES 65534
/* connections that all NAT gateways of a node know at most */
#define NAT_MAPPINGS 262144
/* NAT gateways that one node holds at most, in both banks */
#define NAT_GATEWAYS 4096
/* addresses of a NAT gateway */
#define NAT_ADDRESSES 32
/* TCP: FIN from inside */
#define NAT_FIN_OUT 1
/* TCP: FIN from outside */
#define NAT_FIN_IN 2
/* TCP: over */
#define NAT_CLOSED 4
/* the session is tracked; without it, the entry only saves the work of judging again */
#define SESSION_TRACKED 1
/* the session was begun by the interface */
#define SESSION_BEGUN_OUT 2
/* TCP: FIN from the originator */
#define SESSION_FIN_ORIGINATOR 4
/* TCP: FIN from the responder */
#define SESSION_FIN_RESPONDER 8
/* its packets go to a neighbour's hardware address, past the router */
#define SESSION_DIRECT 16
/* its packets are turned round at the gateway, for an interface of this node */
#define SESSION_REFLECTED 32
/* its packets leave by the egress-only internet gateway */
#define SESSION_EGRESS_ONLY 64
/* its packets go through the NAT gateway in its target */
#define SESSION_NAT_GATEWAY 128
/* TCP: SYN seen, none from the other end yet */
#define STATE_HALF_OPEN 1
/* TCP: both ends have spoken */
#define STATE_ESTABLISHED 2
/* TCP: over */
#define STATE_CLOSED 3
/* UDP: asked */
#define STATE_ASKED 4
/* UDP: answered */
#define STATE_ANSWERED 5
/* UDP: asked again after an answer */
#define STATE_ASKED_AGAIN 6
/* UDP: more than one exchange */
#define STATE_STREAM 7
/* other protocols */
#define STATE_SEEN 8
/* no ICMP */
#define ICMP_NONE 0
/* the interface asks */
#define ICMP_ASKS 1
/* the remote end asks */
#define ICMP_ANSWERS 2
/* an interface receives the packet */
#define VERDICT_DELIVERED 1
/* the internet receives it */
#define VERDICT_INTERNET 2
/* the router answered it */
#define VERDICT_ANSWERED 3
/* it was stopped */
#define VERDICT_DROPPED 4
/* a service of the VPC receives it */
#define VERDICT_SERVICE 5
/* no service */
#define SERVICE_NONE 0
/* the resolver */
#define SERVICE_RESOLVER 1
/* instance metadata */
#define SERVICE_METADATA 2
/* what is behind the gateway endpoint to which the route leads */
#define SERVICE_ENDPOINT 3
/* no answer */
#define ANSWER_NONE 0
/* ARP reply or neighbour advertisement */
#define ANSWER_NEIGHBOUR 1
/* echo reply */
#define ANSWER_ECHO 2
/* fragmentation needed, or packet too big */
#define ANSWER_TOO_BIG 3
/* a reset from the NAT gateway */
#define ANSWER_RESET 4
/* groups were not asked */
#define GROUP_NOT_ASKED 0
/* a tracked session */
#define GROUP_SESSION 1
/* an ICMP error about a tracked session */
#define GROUP_RELATED 2
/* open to everybody in both directions */
#define GROUP_UNTRACKED 3
/* a rule */
#define GROUP_RULE 4
/* no rule */
#define GROUP_NO_RULE 5
/* a rule, but the segment opens no connection */
#define GROUP_NO_CONNECTION 6
/* a rule, but there are too many sessions */
#define GROUP_TABLE_FULL 7
/* the ACL was not asked */
#define ACL_NOT_ASKED 0
/* it allows */
#define ACL_ALLOWS 1
/* it denies */
#define ACL_DENIES 2
/* in place of an entry's index: the final deny */
#define ACL_FINAL 65535
/* routing was not asked */
#define ROUTED_NOT_ASKED 0
/* past the router */
#define ROUTED_NEIGHBOUR 1
/* a route */
#define ROUTED_ROUTE 2
/* no route */
#define ROUTED_NONE 3
/* it passed, as far as security groups and network ACLs go */
#define STRAY_ACCEPTED 1
/* a security group or network ACL refused it */
#define STRAY_REJECTED 2
/* only refused packets and new flows are reported */
#define WATCH_FLOWS 1
/* every packet is reported */
#define WATCH_PACKETS 2

/* Why a packet is stopped. */
enum reason {
	REASON_MALFORMED_PACKET = 1,
	REASON_TAGGED_FRAME = 2,
	REASON_UNSUPPORTED_ETHER_TYPE = 3,
	REASON_FOREIGN_SOURCE_MAC = 4,
	REASON_UNKNOWN_DESTINATION_MAC = 5,
	REASON_GROUP_DESTINATION = 6,
	REASON_NOTHING_TO_ANSWER = 7,
	REASON_FRAGMENT_WITHOUT_FIRST = 8,
	REASON_SOURCE_NOT_OF_INTERFACE = 9,
	REASON_SECURITY_GROUP_OUT = 10,
	REASON_NO_CONNECTION_OUT = 11,
	REASON_SESSION_TABLE_FULL_OUT = 12,
	REASON_NETWORK_ACL_OUT = 13,
	REASON_NEVER_ROUTED = 14,
	REASON_NO_ROUTE = 15,
	REASON_BLACKHOLE_ROUTE = 16,
	REASON_ROUTE_TO_SENDER = 17,
	REASON_NO_SUCH_ADDRESS = 18,
	REASON_INTERFACE_DOWN = 19,
	REASON_DESTINATION_NOT_OF_INTERFACE = 20,
	REASON_SOURCE_WITHOUT_PUBLIC_ADDRESS = 21,
	REASON_DESTINATION_NOT_PUBLIC = 22,
	REASON_SOURCE_NOT_PUBLIC = 23,
	REASON_UNKNOWN_PUBLIC_ADDRESS = 24,
	REASON_SPOOFED_SOURCE = 25,
	REASON_NO_INTERNET_ROUTE = 26,
	REASON_INBOUND_THROUGH_EGRESS_ONLY = 27,
	REASON_NETWORK_ACL_IN = 28,
	REASON_SECURITY_GROUP_IN = 29,
	REASON_NO_CONNECTION_IN = 30,
	REASON_SESSION_TABLE_FULL_IN = 31,
	REASON_PACKET_TOO_BIG = 32,
	REASON_TABLES_INCOMPLETE = 33,
	REASON_NAT_GATEWAY_PROTOCOL = 34,
	REASON_NAT_GATEWAY_FRAGMENT = 35,
	REASON_NAT_GATEWAY_PORTS_EXHAUSTED = 36,
	REASON_NAT_CONNECTION_UNKNOWN = 37,
	REASON_NO_NAT_MAPPING = 38,
	REASON_NAT_TABLE_FULL = 39,
	REASON_SECOND_NAT_GATEWAY = 40,
	REASON_LINK_LOCAL_RATE = 41,
	REASON_GATEWAY_ENDPOINT_PROTOCOL = 42,
	REASON_NO_GATEWAY_ENDPOINT = 43,
	REASON_ENDPOINT_SOURCE_UNKNOWN = 44,
};

/* What the whole program goes by. */
struct control {
	__u32 bank; /* which of the two banks of tables holds the current revision: the one word that is flipped */
	__u32 watch; /* what is reported to the ring of events */
	__u32 uplink; /* the fabric's end of the uplink */
	__u8 uplink_mac[6]; /* the hardware address of the internet's end */
	__u8 reserved[2]; /* unused */
	__u32 collect; /* whether packets without a session and sessions that end are counted for whoever collects flows */
};
_Static_assert(sizeof(struct control) == 24, "size of control");
_Static_assert(__builtin_offsetof(struct control, bank) == 0, "control.bank");
_Static_assert(__builtin_offsetof(struct control, watch) == 4, "control.watch");
_Static_assert(__builtin_offsetof(struct control, uplink) == 8, "control.uplink");
_Static_assert(__builtin_offsetof(struct control, uplink_mac) == 12, "control.uplink_mac");
_Static_assert(__builtin_offsetof(struct control, reserved) == 18, "control.reserved");
_Static_assert(__builtin_offsetof(struct control, collect) == 20, "control.collect");

/* A network interface, by bank and slot. */
struct interface {
	__u32 id; /* a number that no other interface ever had; 0 where there is none */
	__u32 ifindex; /* the fabric's end of its link */
	__u32 vpc; /* the slot of its VPC */
	__u32 subnet; /* the number of its subnet */
	__u32 identity; /* the number of its set of groups */
	__u32 flags; /* `INTERFACE_…` */
	__u32 group_rules[2][2]; /* rule sets of its groups, by family and direction */
	__u32 acl_rules[2][2]; /* rule sets of its subnet's ACL, by family and direction */
	__u32 route_table; /* the route table of its subnet */
	__u32 tcp_established; /* idle seconds of established TCP connections */
	__u32 udp; /* idle seconds of UDP flows */
	__u32 udp_stream; /* idle seconds of UDP streams */
	__u32 session_limit; /* tracked sessions at most */
	__u8 mac[6]; /* its hardware address */
	__u8 router[6]; /* its router's hardware address */
	__u8 subnet_v4[4]; /* its subnet's IPv4 block, in network order */
	__u8 subnet_v4_length; /* the length of that block */
	__u8 subnet_v6_length; /* the length of the IPv6 block; 0 without one */
	__u8 reserved[2]; /* unused */
	__u8 subnet_v6[16]; /* its subnet's IPv6 block */
};
_Static_assert(sizeof(struct interface) == 112, "size of interface");
_Static_assert(__builtin_offsetof(struct interface, id) == 0, "interface.id");
_Static_assert(__builtin_offsetof(struct interface, ifindex) == 4, "interface.ifindex");
_Static_assert(__builtin_offsetof(struct interface, vpc) == 8, "interface.vpc");
_Static_assert(__builtin_offsetof(struct interface, subnet) == 12, "interface.subnet");
_Static_assert(__builtin_offsetof(struct interface, identity) == 16, "interface.identity");
_Static_assert(__builtin_offsetof(struct interface, flags) == 20, "interface.flags");
_Static_assert(__builtin_offsetof(struct interface, group_rules) == 24, "interface.group_rules");
_Static_assert(__builtin_offsetof(struct interface, acl_rules) == 40, "interface.acl_rules");
_Static_assert(__builtin_offsetof(struct interface, route_table) == 56, "interface.route_table");
_Static_assert(__builtin_offsetof(struct interface, tcp_established) == 60, "interface.tcp_established");
_Static_assert(__builtin_offsetof(struct interface, udp) == 64, "interface.udp");
_Static_assert(__builtin_offsetof(struct interface, udp_stream) == 68, "interface.udp_stream");
_Static_assert(__builtin_offsetof(struct interface, session_limit) == 72, "interface.session_limit");
_Static_assert(__builtin_offsetof(struct interface, mac) == 76, "interface.mac");
_Static_assert(__builtin_offsetof(struct interface, router) == 82, "interface.router");
_Static_assert(__builtin_offsetof(struct interface, subnet_v4) == 88, "interface.subnet_v4");
_Static_assert(__builtin_offsetof(struct interface, subnet_v4_length) == 92, "interface.subnet_v4_length");
_Static_assert(__builtin_offsetof(struct interface, subnet_v6_length) == 93, "interface.subnet_v6_length");
_Static_assert(__builtin_offsetof(struct interface, reserved) == 94, "interface.reserved");
_Static_assert(__builtin_offsetof(struct interface, subnet_v6) == 96, "interface.subnet_v6");

/* A VPC, by bank and slot. */
struct vpc {
	__u32 epoch; /* the revision at which anything last changed that its flows were judged by */
	__u32 services; /* the fabric's end of the link to its services, or 0 */
	__u8 resolver[4]; /* the address of its resolver, in network order, or zero */
};
_Static_assert(sizeof(struct vpc) == 12, "size of vpc");
_Static_assert(__builtin_offsetof(struct vpc, epoch) == 0, "vpc.epoch");
_Static_assert(__builtin_offsetof(struct vpc, services) == 4, "vpc.services");
_Static_assert(__builtin_offsetof(struct vpc, resolver) == 8, "vpc.resolver");

/* A private address. */
struct endpoint_key {
	__u32 vpc; /* slot of the VPC, shifted left by one, and the bank */
	__u8 address[16]; /* the address */
};
_Static_assert(sizeof(struct endpoint_key) == 20, "size of endpoint_key");
_Static_assert(__builtin_offsetof(struct endpoint_key, vpc) == 0, "endpoint_key.vpc");
_Static_assert(__builtin_offsetof(struct endpoint_key, address) == 4, "endpoint_key.address");

/* Who has a private address. */
struct endpoint {
	__u32 slot; /* the slot of the interface; 0 if it is down */
	__u32 identity; /* the number of its set of groups */
	__u8 public_v4[4]; /* its public IPv4 address, in network order, or zero */
};
_Static_assert(sizeof(struct endpoint) == 12, "size of endpoint");
_Static_assert(__builtin_offsetof(struct endpoint, slot) == 0, "endpoint.slot");
_Static_assert(__builtin_offsetof(struct endpoint, identity) == 4, "endpoint.identity");
_Static_assert(__builtin_offsetof(struct endpoint, public_v4) == 8, "endpoint.public_v4");

/* A hardware address in a subnet. */
struct neighbour_key {
	__u32 subnet; /* number of the subnet, shifted left by one, and the bank */
	__u8 mac[6]; /* the hardware address */
	__u8 reserved[2]; /* zero */
};
_Static_assert(sizeof(struct neighbour_key) == 12, "size of neighbour_key");
_Static_assert(__builtin_offsetof(struct neighbour_key, subnet) == 0, "neighbour_key.subnet");
_Static_assert(__builtin_offsetof(struct neighbour_key, mac) == 4, "neighbour_key.mac");
_Static_assert(__builtin_offsetof(struct neighbour_key, reserved) == 10, "neighbour_key.reserved");

/* An address as the internet knows it. */
struct public_key {
	__u32 bank; /* the bank */
	__u8 address[16]; /* the address */
};
_Static_assert(sizeof(struct public_key) == 20, "size of public_key");
_Static_assert(__builtin_offsetof(struct public_key, bank) == 0, "public_key.bank");
_Static_assert(__builtin_offsetof(struct public_key, address) == 4, "public_key.address");

/* Who holds an address of the internet. */
struct public_address {
	__u32 slot; /* the slot of the interface */
	__u8 private[16]; /* its private address */
};
_Static_assert(sizeof(struct public_address) == 20, "size of public_address");
_Static_assert(__builtin_offsetof(struct public_address, slot) == 0, "public_address.slot");
_Static_assert(__builtin_offsetof(struct public_address, private) == 4, "public_address.private");

/* One bit for each rule of a set. */
struct bits {
	__u64 words[16]; /* rule 0 is the lowest bit of the first word */
};
_Static_assert(sizeof(struct bits) == 128, "size of bits");
_Static_assert(__builtin_offsetof(struct bits, words) == 0, "bits.words");

/* What is known of a rule set as a whole. */
struct rule_set {
	__u32 flags; /* `RULE_SET_…` */
	__u32 rules; /* how many rules it has */
	struct bits allow; /* the rules that allow; the others deny */
	struct bits open; /* the rules that admit everybody */
};
_Static_assert(sizeof(struct rule_set) == 264, "size of rule_set");
_Static_assert(__builtin_offsetof(struct rule_set, flags) == 0, "rule_set.flags");
_Static_assert(__builtin_offsetof(struct rule_set, rules) == 4, "rule_set.rules");
_Static_assert(__builtin_offsetof(struct rule_set, allow) == 8, "rule_set.allow");
_Static_assert(__builtin_offsetof(struct rule_set, open) == 136, "rule_set.open");

/* A block of addresses that rules name; looked up by longest prefix. */
struct rule_prefix_key {
	__u32 prefix_length; /* significant bits of what follows */
	__u32 rule_set; /* number of the rule set */
	__u8 address[16]; /* the address */
};
_Static_assert(sizeof(struct rule_prefix_key) == 24, "size of rule_prefix_key");
_Static_assert(__builtin_offsetof(struct rule_prefix_key, prefix_length) == 0, "rule_prefix_key.prefix_length");
_Static_assert(__builtin_offsetof(struct rule_prefix_key, rule_set) == 4, "rule_prefix_key.rule_set");
_Static_assert(__builtin_offsetof(struct rule_prefix_key, address) == 8, "rule_prefix_key.address");

/* A block of ports that rules name; looked up by longest prefix. */
struct rule_port_key {
	__u32 prefix_length; /* significant bits of what follows */
	__u32 rule_set; /* number of the rule set */
	__u8 protocol; /* protocol */
	__u8 port[2]; /* port in network order, or ICMP type and code */
	__u8 reserved; /* zero */
};
_Static_assert(sizeof(struct rule_port_key) == 12, "size of rule_port_key");
_Static_assert(__builtin_offsetof(struct rule_port_key, prefix_length) == 0, "rule_port_key.prefix_length");
_Static_assert(__builtin_offsetof(struct rule_port_key, rule_set) == 4, "rule_port_key.rule_set");
_Static_assert(__builtin_offsetof(struct rule_port_key, protocol) == 8, "rule_port_key.protocol");
_Static_assert(__builtin_offsetof(struct rule_port_key, port) == 9, "rule_port_key.port");
_Static_assert(__builtin_offsetof(struct rule_port_key, reserved) == 11, "rule_port_key.reserved");

/* A rule set and a set of groups at the other end. */
struct rule_identity_key {
	__u32 rule_set; /* number of the rule set */
	__u32 identity; /* number of the set of groups */
};
_Static_assert(sizeof(struct rule_identity_key) == 8, "size of rule_identity_key");
_Static_assert(__builtin_offsetof(struct rule_identity_key, rule_set) == 0, "rule_identity_key.rule_set");
_Static_assert(__builtin_offsetof(struct rule_identity_key, identity) == 4, "rule_identity_key.identity");

/* A block of addresses that a route is for; looked up by longest prefix. */
struct route_key {
	__u32 prefix_length; /* significant bits of what follows */
	__u32 table; /* number of the route table, shifted left by one, and the family: `::/0` covers mapped addresses too */
	__u8 address[16]; /* the address */
};
_Static_assert(sizeof(struct route_key) == 24, "size of route_key");
_Static_assert(__builtin_offsetof(struct route_key, prefix_length) == 0, "route_key.prefix_length");
_Static_assert(__builtin_offsetof(struct route_key, table) == 4, "route_key.table");
_Static_assert(__builtin_offsetof(struct route_key, address) == 8, "route_key.address");

/* Where a route leads. */
struct route {
	__u8 kind; /* `ROUTE_…` */
	__u8 prefix_length; /* the length of the block, in its own family */
	__u16 index; /* its place in the table */
	__u32 slot; /* the slot of the target interface */
};
_Static_assert(sizeof(struct route) == 8, "size of route");
_Static_assert(__builtin_offsetof(struct route, kind) == 0, "route.kind");
_Static_assert(__builtin_offsetof(struct route, prefix_length) == 1, "route.prefix_length");
_Static_assert(__builtin_offsetof(struct route, index) == 2, "route.index");
_Static_assert(__builtin_offsetof(struct route, slot) == 4, "route.slot");

/* A flow at an interface. */
struct session_key {
	__u32 interface; /* number of the interface */
	__u8 local[16]; /* address on its side */
	__u8 remote[16]; /* the other address */
	__u16 local_port; /* port on its side */
	__u16 remote_port; /* the other port */
	__u8 protocol; /* protocol */
	__u8 icmp; /* `ICMP_…` */
	__u8 reserved[2]; /* zero */
};
_Static_assert(sizeof(struct session_key) == 44, "size of session_key");
_Static_assert(__builtin_offsetof(struct session_key, interface) == 0, "session_key.interface");
_Static_assert(__builtin_offsetof(struct session_key, local) == 4, "session_key.local");
_Static_assert(__builtin_offsetof(struct session_key, remote) == 20, "session_key.remote");
_Static_assert(__builtin_offsetof(struct session_key, local_port) == 36, "session_key.local_port");
_Static_assert(__builtin_offsetof(struct session_key, remote_port) == 38, "session_key.remote_port");
_Static_assert(__builtin_offsetof(struct session_key, protocol) == 40, "session_key.protocol");
_Static_assert(__builtin_offsetof(struct session_key, icmp) == 41, "session_key.icmp");
_Static_assert(__builtin_offsetof(struct session_key, reserved) == 42, "session_key.reserved");

/* What an interface remembers of a flow. The first cache line is all that an established flow touches. */
struct session {
	__u32 last_seen; /* second of its last packet */
	__u32 epoch_out; /* epoch in which its way out was judged */
	__u32 epoch_in; /* epoch in which its way in was judged */
	__u16 target; /* slot of the interface to which its packets go, or `TARGET_INTERNET` */
	__u16 from; /* slot of the interface from which its packets come, or `TARGET_INTERNET` */
	__u8 public_v4[4]; /* the public IPv4 address of its packets, in network order */
	__u16 route; /* the route that its packets take */
	__u8 route_length; /* the length of that route's block */
	__u8 state; /* `STATE_…` */
	__u8 flags; /* `SESSION_…` */
	__u8 acl_out; /* the entry of the ACL outwards, or 255 if it was not asked */
	__u8 acl_in; /* the entry of the ACL inwards, or 255 if it was not asked */
	__u8 reserved; /* unused */
	__u16 rule_out; /* untracked: the rule outwards */
	__u16 rule_in; /* untracked: the rule inwards */
	__u32 packets_out; /* packets that the interface sent */
	__u32 packets_in; /* packets that it received */
	__u64 bytes_out; /* their bytes */
	__u64 bytes_in; /* their bytes */
	__u64 begun; /* nanosecond of its first packet, which tells it from others of the same key */
	__u32 slot; /* slot of the interface */
	__u8 tcp[2][4]; /* TCP segments by direction and flag: FIN, SYN, RST, SYN with ACK; they begin again after 255 */
	__u32 spare; /* unused */
	struct bpf_timer timer; /* the kernel's timer, which ends the session */
};
_Static_assert(sizeof(struct session) == 96, "size of session");
_Static_assert(__builtin_offsetof(struct session, last_seen) == 0, "session.last_seen");
_Static_assert(__builtin_offsetof(struct session, epoch_out) == 4, "session.epoch_out");
_Static_assert(__builtin_offsetof(struct session, epoch_in) == 8, "session.epoch_in");
_Static_assert(__builtin_offsetof(struct session, target) == 12, "session.target");
_Static_assert(__builtin_offsetof(struct session, from) == 14, "session.from");
_Static_assert(__builtin_offsetof(struct session, public_v4) == 16, "session.public_v4");
_Static_assert(__builtin_offsetof(struct session, route) == 20, "session.route");
_Static_assert(__builtin_offsetof(struct session, route_length) == 22, "session.route_length");
_Static_assert(__builtin_offsetof(struct session, state) == 23, "session.state");
_Static_assert(__builtin_offsetof(struct session, flags) == 24, "session.flags");
_Static_assert(__builtin_offsetof(struct session, acl_out) == 25, "session.acl_out");
_Static_assert(__builtin_offsetof(struct session, acl_in) == 26, "session.acl_in");
_Static_assert(__builtin_offsetof(struct session, reserved) == 27, "session.reserved");
_Static_assert(__builtin_offsetof(struct session, rule_out) == 28, "session.rule_out");
_Static_assert(__builtin_offsetof(struct session, rule_in) == 30, "session.rule_in");
_Static_assert(__builtin_offsetof(struct session, packets_out) == 32, "session.packets_out");
_Static_assert(__builtin_offsetof(struct session, packets_in) == 36, "session.packets_in");
_Static_assert(__builtin_offsetof(struct session, bytes_out) == 40, "session.bytes_out");
_Static_assert(__builtin_offsetof(struct session, bytes_in) == 48, "session.bytes_in");
_Static_assert(__builtin_offsetof(struct session, begun) == 56, "session.begun");
_Static_assert(__builtin_offsetof(struct session, slot) == 64, "session.slot");
_Static_assert(__builtin_offsetof(struct session, tcp) == 68, "session.tcp");
_Static_assert(__builtin_offsetof(struct session, spare) == 76, "session.spare");
_Static_assert(__builtin_offsetof(struct session, timer) == 80, "session.timer");

/* How many sessions an interface has. */
struct session_counts {
	__u32 tracked; /* tracked ones */
	__u32 untracked; /* entries for untracked flows */
};
_Static_assert(sizeof(struct session_counts) == 8, "size of session_counts");
_Static_assert(__builtin_offsetof(struct session_counts, tracked) == 0, "session_counts.tracked");
_Static_assert(__builtin_offsetof(struct session_counts, untracked) == 4, "session_counts.untracked");

/* What a session had counted when it ended. */
struct ended {
	__u64 begun; /* nanosecond of its first packet */
	__u64 bytes_out; /* bytes that the interface sent */
	__u64 bytes_in; /* bytes that it received */
	__u32 packets_out; /* packets that it sent */
	__u32 packets_in; /* packets that it received */
	__u32 last_seen; /* second of the last packet */
	__u8 tcp[2][4]; /* TCP segments, as in the session */
	__u8 flags; /* `SESSION_…` */
	__u8 reserved; /* zero */
	__u16 nat_port; /* the port that a NAT gateway had lent to it, if it is what a NAT gateway had counted, else 0 */
	struct session_key key; /* the session; at a NAT gateway, whoever began it is `local` */
	__u8 nat_address[4]; /* the NAT gateway's address, in network order */
};
_Static_assert(sizeof(struct ended) == 96, "size of ended");
_Static_assert(__builtin_offsetof(struct ended, begun) == 0, "ended.begun");
_Static_assert(__builtin_offsetof(struct ended, bytes_out) == 8, "ended.bytes_out");
_Static_assert(__builtin_offsetof(struct ended, bytes_in) == 16, "ended.bytes_in");
_Static_assert(__builtin_offsetof(struct ended, packets_out) == 24, "ended.packets_out");
_Static_assert(__builtin_offsetof(struct ended, packets_in) == 28, "ended.packets_in");
_Static_assert(__builtin_offsetof(struct ended, last_seen) == 32, "ended.last_seen");
_Static_assert(__builtin_offsetof(struct ended, tcp) == 36, "ended.tcp");
_Static_assert(__builtin_offsetof(struct ended, flags) == 44, "ended.flags");
_Static_assert(__builtin_offsetof(struct ended, reserved) == 45, "ended.reserved");
_Static_assert(__builtin_offsetof(struct ended, nat_port) == 46, "ended.nat_port");
_Static_assert(__builtin_offsetof(struct ended, key) == 48, "ended.key");
_Static_assert(__builtin_offsetof(struct ended, nat_address) == 92, "ended.nat_address");

/* Packets of a kind that have no session: what was refused, and what passed without one. */
struct stray_key {
	__u32 interface; /* number of the interface */
	__u8 source[16]; /* source address */
	__u8 destination[16]; /* destination address */
	__u16 source_port; /* source port, or 0 */
	__u16 destination_port; /* destination port, or 0 */
	__u8 protocol; /* protocol */
	__u8 direction; /* `DIRECTION_…` */
	__u8 verdict; /* `STRAY_…` */
	__u8 reserved; /* zero */
};
_Static_assert(sizeof(struct stray_key) == 44, "size of stray_key");
_Static_assert(__builtin_offsetof(struct stray_key, interface) == 0, "stray_key.interface");
_Static_assert(__builtin_offsetof(struct stray_key, source) == 4, "stray_key.source");
_Static_assert(__builtin_offsetof(struct stray_key, destination) == 20, "stray_key.destination");
_Static_assert(__builtin_offsetof(struct stray_key, source_port) == 36, "stray_key.source_port");
_Static_assert(__builtin_offsetof(struct stray_key, destination_port) == 38, "stray_key.destination_port");
_Static_assert(__builtin_offsetof(struct stray_key, protocol) == 40, "stray_key.protocol");
_Static_assert(__builtin_offsetof(struct stray_key, direction) == 41, "stray_key.direction");
_Static_assert(__builtin_offsetof(struct stray_key, verdict) == 42, "stray_key.verdict");
_Static_assert(__builtin_offsetof(struct stray_key, reserved) == 43, "stray_key.reserved");

/* How many of them there were. */
struct stray {
	__u64 begun; /* nanosecond of the first one */
	__u64 packets; /* packets */
	__u64 bytes; /* their bytes */
	__u32 last_seen; /* second of the last one */
	__u8 tcp[4]; /* TCP segments by flag, as in the session */
};
_Static_assert(sizeof(struct stray) == 32, "size of stray");
_Static_assert(__builtin_offsetof(struct stray, begun) == 0, "stray.begun");
_Static_assert(__builtin_offsetof(struct stray, packets) == 8, "stray.packets");
_Static_assert(__builtin_offsetof(struct stray, bytes) == 16, "stray.bytes");
_Static_assert(__builtin_offsetof(struct stray, last_seen) == 24, "stray.last_seen");
_Static_assert(__builtin_offsetof(struct stray, tcp) == 28, "stray.tcp");

/* What all fragments of a packet have in common. */
struct fragment_key {
	__u32 interface; /* number of the interface that sends them, 0 for the internet */
	__u32 identification; /* identification */
	__u8 source[16]; /* source address */
	__u8 destination[16]; /* destination address */
	__u8 protocol; /* protocol, for IPv4 */
	__u8 reserved[3]; /* zero */
};
_Static_assert(sizeof(struct fragment_key) == 44, "size of fragment_key");
_Static_assert(__builtin_offsetof(struct fragment_key, interface) == 0, "fragment_key.interface");
_Static_assert(__builtin_offsetof(struct fragment_key, identification) == 4, "fragment_key.identification");
_Static_assert(__builtin_offsetof(struct fragment_key, source) == 8, "fragment_key.source");
_Static_assert(__builtin_offsetof(struct fragment_key, destination) == 24, "fragment_key.destination");
_Static_assert(__builtin_offsetof(struct fragment_key, protocol) == 40, "fragment_key.protocol");
_Static_assert(__builtin_offsetof(struct fragment_key, reserved) == 41, "fragment_key.reserved");

/* What the first fragment said. */
struct fragment {
	__u32 seen; /* second in which it came */
	__u16 source_port; /* source port, or ICMP type and code */
	__u16 destination_port; /* destination port, or ICMP identifier */
	__u8 protocol; /* protocol */
	__u8 transport; /* `TRANSPORT_…` of the program */
	__u8 reserved[2]; /* zero */
};
_Static_assert(sizeof(struct fragment) == 12, "size of fragment");
_Static_assert(__builtin_offsetof(struct fragment, seen) == 0, "fragment.seen");
_Static_assert(__builtin_offsetof(struct fragment, source_port) == 4, "fragment.source_port");
_Static_assert(__builtin_offsetof(struct fragment, destination_port) == 6, "fragment.destination_port");
_Static_assert(__builtin_offsetof(struct fragment, protocol) == 8, "fragment.protocol");
_Static_assert(__builtin_offsetof(struct fragment, transport) == 9, "fragment.transport");
_Static_assert(__builtin_offsetof(struct fragment, reserved) == 10, "fragment.reserved");

/* What the gates found on a way: by rule set and place in it. */
struct findings {
	__u32 group_out_set; /* rule set of the sender's groups */
	__u32 group_in_set; /* rule set of the receiver's groups */
	__u32 acl_out_set; /* rule set of the sender's ACL */
	__u32 acl_in_set; /* rule set of the receiver's ACL */
	__u32 route_table; /* route table */
	__u16 group_out_rule; /* the rule of the sender's groups */
	__u16 group_in_rule; /* the rule of the receiver's groups */
	__u16 acl_out_rule; /* the entry of the sender's ACL */
	__u16 acl_in_rule; /* the entry of the receiver's ACL */
	__u16 route; /* the route's place in its table */
	__u8 group_out; /* `GROUP_…` of the sender */
	__u8 group_in; /* `GROUP_…` of the receiver */
	__u8 acl_out; /* `ACL_…` of the sender's subnet */
	__u8 acl_in; /* `ACL_…` of the receiver's subnet */
	__u8 routed; /* `ROUTED_…` */
	__u8 route_length; /* the length of the route's block */
};
_Static_assert(sizeof(struct findings) == 36, "size of findings");
_Static_assert(__builtin_offsetof(struct findings, group_out_set) == 0, "findings.group_out_set");
_Static_assert(__builtin_offsetof(struct findings, group_in_set) == 4, "findings.group_in_set");
_Static_assert(__builtin_offsetof(struct findings, acl_out_set) == 8, "findings.acl_out_set");
_Static_assert(__builtin_offsetof(struct findings, acl_in_set) == 12, "findings.acl_in_set");
_Static_assert(__builtin_offsetof(struct findings, route_table) == 16, "findings.route_table");
_Static_assert(__builtin_offsetof(struct findings, group_out_rule) == 20, "findings.group_out_rule");
_Static_assert(__builtin_offsetof(struct findings, group_in_rule) == 22, "findings.group_in_rule");
_Static_assert(__builtin_offsetof(struct findings, acl_out_rule) == 24, "findings.acl_out_rule");
_Static_assert(__builtin_offsetof(struct findings, acl_in_rule) == 26, "findings.acl_in_rule");
_Static_assert(__builtin_offsetof(struct findings, route) == 28, "findings.route");
_Static_assert(__builtin_offsetof(struct findings, group_out) == 30, "findings.group_out");
_Static_assert(__builtin_offsetof(struct findings, group_in) == 31, "findings.group_in");
_Static_assert(__builtin_offsetof(struct findings, acl_out) == 32, "findings.acl_out");
_Static_assert(__builtin_offsetof(struct findings, acl_in) == 33, "findings.acl_in");
_Static_assert(__builtin_offsetof(struct findings, routed) == 34, "findings.routed");
_Static_assert(__builtin_offsetof(struct findings, route_length) == 35, "findings.route_length");

/* What became of a packet: the kernel's form of an outcome, reported by the ring of events. */
struct outcome {
	__u64 time; /* nanoseconds since the machine started */
	__u32 from; /* number of the sending interface, 0 for the internet and for services */
	__u32 to; /* number of the receiving interface, 0 for the internet and for services */
	__u32 through; /* number of the interface of the NAT gateway through which it came, or 0 */
	__u32 mtu; /* largest packet that the path carries, if that was the reason */
	__u32 length; /* length of the packet */
	struct findings found; /* what the gates found, since the NAT gateway if it came through one */
	struct findings before; /* what they found before */
	__u16 source_port; /* source port, or ICMP type and code */
	__u16 destination_port; /* destination port, or ICMP identifier */
	__u8 verdict; /* `VERDICT_…` */
	__u8 reason; /* the code of the reason */
	__u8 answer; /* `ANSWER_…` */
	__u8 service; /* `SERVICE_…` */
	__u8 family; /* `FAMILY_…` */
	__u8 protocol; /* protocol */
	__u8 begins; /* whether the packet began a session */
	__u8 reserved[1]; /* zero */
	__u8 source[16]; /* source address as the packet came */
	__u8 destination[16]; /* destination address as the packet came */
	__u8 onward[16]; /* destination address by which the NAT gateway sends it on, if it came through one */
};
_Static_assert(sizeof(struct outcome) == 160, "size of outcome");
_Static_assert(__builtin_offsetof(struct outcome, time) == 0, "outcome.time");
_Static_assert(__builtin_offsetof(struct outcome, from) == 8, "outcome.from");
_Static_assert(__builtin_offsetof(struct outcome, to) == 12, "outcome.to");
_Static_assert(__builtin_offsetof(struct outcome, through) == 16, "outcome.through");
_Static_assert(__builtin_offsetof(struct outcome, mtu) == 20, "outcome.mtu");
_Static_assert(__builtin_offsetof(struct outcome, length) == 24, "outcome.length");
_Static_assert(__builtin_offsetof(struct outcome, found) == 28, "outcome.found");
_Static_assert(__builtin_offsetof(struct outcome, before) == 64, "outcome.before");
_Static_assert(__builtin_offsetof(struct outcome, source_port) == 100, "outcome.source_port");
_Static_assert(__builtin_offsetof(struct outcome, destination_port) == 102, "outcome.destination_port");
_Static_assert(__builtin_offsetof(struct outcome, verdict) == 104, "outcome.verdict");
_Static_assert(__builtin_offsetof(struct outcome, reason) == 105, "outcome.reason");
_Static_assert(__builtin_offsetof(struct outcome, answer) == 106, "outcome.answer");
_Static_assert(__builtin_offsetof(struct outcome, service) == 107, "outcome.service");
_Static_assert(__builtin_offsetof(struct outcome, family) == 108, "outcome.family");
_Static_assert(__builtin_offsetof(struct outcome, protocol) == 109, "outcome.protocol");
_Static_assert(__builtin_offsetof(struct outcome, begins) == 110, "outcome.begins");
_Static_assert(__builtin_offsetof(struct outcome, reserved) == 111, "outcome.reserved");
_Static_assert(__builtin_offsetof(struct outcome, source) == 112, "outcome.source");
_Static_assert(__builtin_offsetof(struct outcome, destination) == 128, "outcome.destination");
_Static_assert(__builtin_offsetof(struct outcome, onward) == 144, "outcome.onward");

/* How many packets an interface has sent to link-local services. */
struct link_local_count {
	__u32 interface; /* number of the interface */
	__u32 second; /* in which second */
	__u32 packets; /* how many */
};
_Static_assert(sizeof(struct link_local_count) == 12, "size of link_local_count");
_Static_assert(__builtin_offsetof(struct link_local_count, interface) == 0, "link_local_count.interface");
_Static_assert(__builtin_offsetof(struct link_local_count, second) == 4, "link_local_count.second");
_Static_assert(__builtin_offsetof(struct link_local_count, packets) == 8, "link_local_count.packets");

/* A number on its own. */
struct number {
	__u32 value; /* the number */
};
_Static_assert(sizeof(struct number) == 4, "size of number");
_Static_assert(__builtin_offsetof(struct number, value) == 0, "number.value");

/* A NAT gateway, by the slot of its interface and the bank. */
struct nat_gateway {
	__u32 port_seed; /* a number that nobody outside knows, by which ports are scattered */
	__u32 connection_limit; /* connections of each address to one destination at most */
	__u32 address_count; /* how many addresses take new connections */
	__u8 addresses[32][4]; /* those addresses, in network order */
};
_Static_assert(sizeof(struct nat_gateway) == 140, "size of nat_gateway");
_Static_assert(__builtin_offsetof(struct nat_gateway, port_seed) == 0, "nat_gateway.port_seed");
_Static_assert(__builtin_offsetof(struct nat_gateway, connection_limit) == 4, "nat_gateway.connection_limit");
_Static_assert(__builtin_offsetof(struct nat_gateway, address_count) == 8, "nat_gateway.address_count");
_Static_assert(__builtin_offsetof(struct nat_gateway, addresses) == 12, "nat_gateway.addresses");

/* A connection at a NAT gateway, as its sender knows it. */
struct nat_key {
	__u32 gateway; /* number of the gateway's interface */
	__u8 source[4]; /* the sender, in network order */
	__u8 destination[4]; /* the other end, in network order */
	__u16 source_port; /* the sender's port, or the identifier of an ICMP query */
	__u16 destination_port; /* the other port, or the type of the query */
	__u8 protocol; /* protocol */
	__u8 reserved[3]; /* zero */
};
_Static_assert(sizeof(struct nat_key) == 20, "size of nat_key");
_Static_assert(__builtin_offsetof(struct nat_key, gateway) == 0, "nat_key.gateway");
_Static_assert(__builtin_offsetof(struct nat_key, source) == 4, "nat_key.source");
_Static_assert(__builtin_offsetof(struct nat_key, destination) == 8, "nat_key.destination");
_Static_assert(__builtin_offsetof(struct nat_key, source_port) == 12, "nat_key.source_port");
_Static_assert(__builtin_offsetof(struct nat_key, destination_port) == 14, "nat_key.destination_port");
_Static_assert(__builtin_offsetof(struct nat_key, protocol) == 16, "nat_key.protocol");
_Static_assert(__builtin_offsetof(struct nat_key, reserved) == 17, "nat_key.reserved");

/* How the packets of a connection go on from a NAT gateway. */
struct nat_way {
	__u16 from; /* slot of the interface from which they come, or `TARGET_…` */
	__u16 target; /* slot of the interface to which they go, or `TARGET_…` */
	__u8 public_v4[4]; /* the public IPv4 address that they get, in network order */
	__u16 route; /* the route that they take */
	__u8 route_length; /* the length of that route's block */
	__u8 acl_in; /* the entry of the ACL towards the gateway, or 255 if it was not asked */
	__u8 acl_out; /* the entry of the ACL from there, or 255 if it was not asked */
	__u8 reflected; /* whether they are turned round at the internet gateway */
	__u8 reserved[2]; /* zero */
};
_Static_assert(sizeof(struct nat_way) == 16, "size of nat_way");
_Static_assert(__builtin_offsetof(struct nat_way, from) == 0, "nat_way.from");
_Static_assert(__builtin_offsetof(struct nat_way, target) == 2, "nat_way.target");
_Static_assert(__builtin_offsetof(struct nat_way, public_v4) == 4, "nat_way.public_v4");
_Static_assert(__builtin_offsetof(struct nat_way, route) == 8, "nat_way.route");
_Static_assert(__builtin_offsetof(struct nat_way, route_length) == 10, "nat_way.route_length");
_Static_assert(__builtin_offsetof(struct nat_way, acl_in) == 11, "nat_way.acl_in");
_Static_assert(__builtin_offsetof(struct nat_way, acl_out) == 12, "nat_way.acl_out");
_Static_assert(__builtin_offsetof(struct nat_way, reflected) == 13, "nat_way.reflected");
_Static_assert(__builtin_offsetof(struct nat_way, reserved) == 14, "nat_way.reserved");

/* What a NAT gateway has lent to a connection, and how its packets were judged. */
struct nat_mapping {
	__u32 last_seen; /* second of its last packet */
	__u8 address[4]; /* the gateway's address, in network order */
	__u32 epoch_out; /* epoch in which the way out was judged */
	__u32 epoch_in; /* epoch in which the way back was judged */
	__u16 port; /* the port that is lent */
	__u8 flags; /* `NAT_…` */
	__u8 reserved; /* unused */
	struct nat_way out; /* the way out */
	struct nat_way back; /* the way back */
	__u32 packets_out; /* packets that went out */
	__u32 packets_in; /* packets that came back */
	__u32 slot; /* slot of the gateway's interface */
	__u64 begun; /* nanosecond of its first packet */
	__u64 bytes_out; /* their bytes */
	__u64 bytes_in; /* their bytes */
	__u8 tcp[2][4]; /* TCP segments with FIN, SYN, RST, SYN and ACK, that came back and that went out */
	struct bpf_timer timer; /* the kernel's timer, which ends it */
};
_Static_assert(sizeof(struct nat_mapping) == 112, "size of nat_mapping");
_Static_assert(__builtin_offsetof(struct nat_mapping, last_seen) == 0, "nat_mapping.last_seen");
_Static_assert(__builtin_offsetof(struct nat_mapping, address) == 4, "nat_mapping.address");
_Static_assert(__builtin_offsetof(struct nat_mapping, epoch_out) == 8, "nat_mapping.epoch_out");
_Static_assert(__builtin_offsetof(struct nat_mapping, epoch_in) == 12, "nat_mapping.epoch_in");
_Static_assert(__builtin_offsetof(struct nat_mapping, port) == 16, "nat_mapping.port");
_Static_assert(__builtin_offsetof(struct nat_mapping, flags) == 18, "nat_mapping.flags");
_Static_assert(__builtin_offsetof(struct nat_mapping, reserved) == 19, "nat_mapping.reserved");
_Static_assert(__builtin_offsetof(struct nat_mapping, out) == 20, "nat_mapping.out");
_Static_assert(__builtin_offsetof(struct nat_mapping, back) == 36, "nat_mapping.back");
_Static_assert(__builtin_offsetof(struct nat_mapping, packets_out) == 52, "nat_mapping.packets_out");
_Static_assert(__builtin_offsetof(struct nat_mapping, packets_in) == 56, "nat_mapping.packets_in");
_Static_assert(__builtin_offsetof(struct nat_mapping, slot) == 60, "nat_mapping.slot");
_Static_assert(__builtin_offsetof(struct nat_mapping, begun) == 64, "nat_mapping.begun");
_Static_assert(__builtin_offsetof(struct nat_mapping, bytes_out) == 72, "nat_mapping.bytes_out");
_Static_assert(__builtin_offsetof(struct nat_mapping, bytes_in) == 80, "nat_mapping.bytes_in");
_Static_assert(__builtin_offsetof(struct nat_mapping, tcp) == 88, "nat_mapping.tcp");
_Static_assert(__builtin_offsetof(struct nat_mapping, timer) == 96, "nat_mapping.timer");

/* A port that a NAT gateway has lent, as the other end knows it. */
struct nat_port_key {
	__u32 gateway; /* number of the gateway's interface */
	__u8 address[4]; /* the gateway's address, in network order */
	__u8 remote[4]; /* the other end, in network order */
	__u16 port; /* the port that is lent */
	__u16 remote_port; /* the other port, or the type of an ICMP query */
	__u8 protocol; /* protocol */
	__u8 reserved[3]; /* zero */
};
_Static_assert(sizeof(struct nat_port_key) == 20, "size of nat_port_key");
_Static_assert(__builtin_offsetof(struct nat_port_key, gateway) == 0, "nat_port_key.gateway");
_Static_assert(__builtin_offsetof(struct nat_port_key, address) == 4, "nat_port_key.address");
_Static_assert(__builtin_offsetof(struct nat_port_key, remote) == 8, "nat_port_key.remote");
_Static_assert(__builtin_offsetof(struct nat_port_key, port) == 12, "nat_port_key.port");
_Static_assert(__builtin_offsetof(struct nat_port_key, remote_port) == 14, "nat_port_key.remote_port");
_Static_assert(__builtin_offsetof(struct nat_port_key, protocol) == 16, "nat_port_key.protocol");
_Static_assert(__builtin_offsetof(struct nat_port_key, reserved) == 17, "nat_port_key.reserved");

#endif
