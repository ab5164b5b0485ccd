/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of the packet under way. It lives in a per-CPU map, because a program's stack holds only 512 bytes. */
#ifndef RINGWALL_JOURNEY_H
#define RINGWALL_JOURNEY_H

#include "maps.h"

enum { TRANSPORT_OTHER = 0, TRANSPORT_PORTS = 1, TRANSPORT_ICMP = 2, TRANSPORT_MISSING = 3 };
enum { FRAGMENT_WHOLE = 0, FRAGMENT_FIRST = 1, FRAGMENT_LATER = 2 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };
enum { ETHERNET = 14, HEAD = 96 };

/* The packet's headers. */
struct packet {
	__u8 source[16];
	__u8 destination[16];
	/* the packet inside an ICMP error, and where its transport header begins */
	__u8 embedded_source[16];
	__u8 embedded_destination[16];
	/* what ARP or a neighbour solicitation asks for */
	__u8 target[16];
	__u8 mac_destination[6];
	__u8 mac_source[6];
	__u16 ethertype;
	/* ICMP: type and code, identifier */
	__u16 source_port;
	__u16 destination_port;
	__u16 embedded_source_port;
	__u16 embedded_destination_port;
	__u16 arp_operation;
	/* length from the IP header on */
	__u32 length;
	__u32 identification;
	/* where the transport header begins */
	__u32 segment;
	/* packets that this will be on the wire */
	__u32 segments;
	__u8 family;
	__u8 protocol;
	__u8 transport;
	__u8 fragment;
	__u8 tcp_flags;
	__u8 has_tcp_flags;
	__u8 hop_limit;
	__u8 has_target;
	__u8 has_embedded;
	__u8 embedded_protocol;
	__u8 embedded_transport;
	__u8 arp_sender_mac[6];
	__u8 reserved[3];
	__u32 embedded_segment;
};

/* What rules are asked about. */
struct query {
	__u8 remote[16];
	__u16 port;
	__u8 protocol;
	__u8 has_port;
};

struct journey {
	struct packet packet;
	struct outcome outcome;
	struct query query;
	struct session_key key;
	/* addresses and ports as they are in the packet's bytes, while `packet` has them as the gates see them */
	__u8 written_source[16];
	__u8 written_destination[16];
	__u16 written_source_port;
	__u16 written_destination_port;
	__u16 written_embedded_source_port;
	__u16 written_embedded_destination_port;
	__u32 bank;
	__u32 watch;
	__u32 collect;
	__u32 uplink;
	__u32 now;
	/* the sender: slot 0 is the internet */
	__u32 slot;
	__u32 epoch;
	/* where it goes: a slot, or TARGET_…; `refusal` says why nowhere */
	__u32 target;
	/* where it comes from: a slot, or TARGET_… */
	__u32 from;
	/* who is told of what the router refuses: a slot, or 0 */
	__u32 told;
	/* the NAT gateway from which it comes: a slot, or 0 */
	__u32 through;
	__u32 refusal;
	__u32 identity;
	/* whether it goes past the router, leaves or enters a subnet, and is tracked without regard to open rules */
	__u8 direct;
	__u8 crosses;
	__u8 always_tracked;
	__u8 reflected;
	__u8 egress_only;
	__u8 group_finding;
	__u8 public_v4[4];
	__u16 group_rule;
	__u8 uplink_mac[6];
	__u8 too_big_tracked;
	/* whether an interface, and not the gateway, hands the packet on */
	__u8 from_interface;
	/* whether it goes to the NAT gateway in `target` to be translated outwards */
	__u8 to_gateway;
	__u8 reserved[7];
	/* keys and values on their way to maps */
	struct endpoint_key endpoint_key;
	struct public_key public_key;
	struct neighbour_key neighbour_key;
	struct rule_prefix_key prefix_key;
	struct rule_port_key port_key;
	struct rule_identity_key identity_key;
	struct route_key route_key;
	struct fragment_key fragment_key;
	struct fragment fragment;
	struct stray_key stray_key;
	struct stray stray;
	struct ended ended;
	struct nat_key nat_key;
	struct nat_key nat_other;
	struct nat_port_key port;
	__u8 nat_address[4];
	__u32 nat_port;
	__u64 fresh[sizeof(struct session) / 8];
	__u8 head[HEAD];
	__u8 buffer[160];
};

MAP(journeys, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct journey, 1, 0);

/* The journey under way on this processor. */
inline_always struct journey *here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&journeys, &zero);
}

inline_always struct interface *interface_at(struct journey *j, __u32 slot)
{
	__u32 index = j->bank * SLOTS + slot;

	return bpf_map_lookup_elem(&interfaces, &index);
}

/* The epoch of a VPC; 0, which no flow was ever judged in, if the table is missing. */
inline_always __u32 epoch_of(struct journey *j, __u32 vpc)
{
	__u32 index = j->bank * VPC_SLOTS + vpc;
	struct vpc *record = bpf_map_lookup_elem(&vpcs, &index);

	return record ? record->epoch : 0;
}

/* Who has a private address in the VPC? */
inline_always struct endpoint *endpoint_at(struct journey *j, __u32 vpc, const __u8 *address)
{
	j->endpoint_key.vpc = vpc << 1 | j->bank;
	copy_address(j->endpoint_key.address, address);
	return bpf_map_lookup_elem(&endpoints, &j->endpoint_key);
}

/* Who holds an address of the internet? */
inline_always struct public_address *holder_of(struct journey *j, const __u8 *address)
{
	j->public_key.bank = j->bank;
	copy_address(j->public_key.address, address);
	return bpf_map_lookup_elem(&public_addresses, &j->public_key);
}

inline_always int opens_connection(const struct packet *p)
{
	return p->protocol == PROTOCOL_TCP && p->has_tcp_flags && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

inline_always int is_icmp_error(__u32 family, __u32 kind)
{
	return family == FAMILY_V4 ? kind == 3 || kind == 11 || kind == 12 : kind >= 1 && kind <= 4;
}

/* The type of the question that an ICMP message asks, or 0. */
inline_always __u32 icmp_question(__u32 family, __u32 kind)
{
	if (family == FAMILY_V6)
		return kind == 128 ? 128 : 0;
	return kind == 8 || kind == 13 || kind == 15 || kind == 17 ? kind : 0;
}

/* The type of the question that an ICMP message answers, or 0. */
inline_always __u32 icmp_answered(__u32 family, __u32 kind)
{
	if (family == FAMILY_V6)
		return kind == 129 ? 128 : 0;
	if (kind == 0)
		return 8;
	return kind == 14 || kind == 16 || kind == 18 ? kind - 1 : 0;
}

#endif
