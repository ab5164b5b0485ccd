/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The largest packet that a path carries, and what the sender of a larger one is told (ENI-24, IGW-14, SG-44). */
#ifndef RINGWALL_PATH_MTU_H
#define RINGWALL_PATH_MTU_H

#include "eni/security_group.h"
#include "subnet/network_acl.h"

enum { VPC_MTU = 9001, INTERNET_GATEWAY_MTU = 1500 };

/* Whether the packet, or each segment that it will be cut into, is larger. */
inline_always int exceeds(struct __sk_buff *skb, struct journey *j, __u32 mtu)
{
	if (skb->gso_size && j->packet.transport == TRANSPORT_PORTS) {
		__u32 headers = j->packet.segment - ETHERNET + (j->packet.protocol == PROTOCOL_TCP ? 60 : 8);

		/* options shorten a segment, so only what is too large without any is too large */
		if (j->packet.protocol == PROTOCOL_TCP)
			headers -= 40;
		return headers + skb->gso_size > mtu;
	}
	return j->packet.length > mtu;
}

inline_always void router_address(const struct journey *j, const struct interface *i, __u8 *to)
{
	__u8 v4[4];

	if (j->packet.family == FAMILY_V4) {
		copy_v4(v4, i->subnet_v4);
		v4[3] |= 1;
		map_v4(to, v4);
		return;
	}
	__builtin_memset(to, 0, 16);
	to[0] = 0xfe;
	to[1] = 0x80;
	to[2] = 0x0e;
	to[3] = 0xc2;
	to[15] = 1;
}

/* Whether the sender's ACL and groups let the report in. `tracked`: the packet belongs to a tracked session. */
stage int permits_report(struct journey *j, struct interface *i, __u32 tracked)
{
	struct packet *p = &j->packet;
	__u32 family = p->family & 1;

	if (p->fragment == FRAGMENT_LATER || (p->transport == TRANSPORT_ICMP && is_icmp_error(family, p->source_port >> 8)))
		return 0;
	router_address(j, i, j->query.remote);
	j->query.protocol = family == FAMILY_V4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
	j->query.has_port = 1;
	j->query.port = family == FAMILY_V4 ? 3 << 8 | 4 : 2 << 8;
	if (judge_acl(i->acl_rules[family][DIRECTION_IN]) < 0)
		return 0;
	return tracked || classify(i->group_rules[family][DIRECTION_IN], 0) >= 0;
}

#endif
