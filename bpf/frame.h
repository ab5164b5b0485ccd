/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The frame itself: what an interface may send, and what the router answers by itself (ENI-21, ENI-22). */
#ifndef RINGWALL_FRAME_H
#define RINGWALL_FRAME_H

#include "answer.h"

/* What becomes of a frame, beside being refused for a reason. */
enum { FRAME_PASSES = 0, FRAME_ANSWERED = 256 };

inline_always int is_group_address(const struct packet *p)
{
	const __u8 *d = p->destination;

	if (p->family == FAMILY_V6)
		return d[0] == 0xff;
	return d[12] >> 4 == 14 || read32(d + 12) == 0xffffffff;
}

inline_always int is_discovery(const struct packet *p)
{
	__u32 kind = p->source_port >> 8;

	return p->family == FAMILY_V6 && p->transport == TRANSPORT_ICMP && kind >= 133 && kind <= 137;
}

inline_always int is_zero_address(const __u8 *a)
{
	const word_of_bytes *w = (const word_of_bytes *)a;

	return !w[0] && !w[1] && !w[2] && !w[3];
}

/* A solicitation from this link and from a known address. */
inline_always int is_usable_solicitation(const struct packet *p)
{
	return p->source_port >> 8 == 135 && p->has_target && p->hop_limit == 255 && !is_zero_address(p->source) &&
		   p->fragment == FRAGMENT_WHOLE;
}

inline_always int is_router_v6(const __u8 *a)
{
	return read32(a) == 0xfe800ec2 && !read32(a + 4) && !read32(a + 8) && read32(a + 12) == 1;
}

/* Whether the packet asks the router of the sender's subnet for an echo (ENI-23). */
inline_always int is_router_echo(const struct packet *p, const struct interface *i)
{
	const __u8 *d = p->destination;

	if (p->transport != TRANSPORT_ICMP || p->fragment != FRAGMENT_WHOLE)
		return 0;
	if (p->family == FAMILY_V4)
		return p->source_port == 8 << 8 && read32(d + 12) == read32(i->subnet_v4) + 1;
	if (p->source_port != 128 << 8)
		return 0;
	if (is_router_v6(d))
		return 1;
	return i->subnet_v6_length && read32(d) == read32(i->subnet_v6) && read32(d + 4) == read32(i->subnet_v6 + 4) &&
		   read32(d + 8) == read32(i->subnet_v6 + 8) && read32(d + 12) == read32(i->subnet_v6 + 12) + 1;
}

/* Where the router says that j->packet.target is; NULL where it is silent. */
stage const __u8 *whereabouts(struct journey *j, struct interface *i, __u32 slot)
{
	struct endpoint *endpoint = endpoint_at(j, i->vpc, j->packet.target);
	struct interface *other;

	if (!endpoint || !endpoint->slot)
		return i->router;
	if (endpoint->slot == slot)
		return NULL;
	other = interface_at(j, endpoint->slot);
	return other && other->id && other->subnet == i->subnet ? other->mac : i->router;
}

/* ARP and neighbour discovery; a reason, or FRAME_ANSWERED with the program's result in *result. */
stage int answer_neighbour(struct __sk_buff *skb, struct journey *j, struct interface *i, __u32 slot, int *result)
{
	struct packet *p = &j->packet;
	__u32 is_arp = p->ethertype == 0x0806;
	const __u8 *mac;

	if (is_arp) {
		if (!same_mac(p->arp_sender_mac, i->mac))
			return REASON_FOREIGN_SOURCE_MAC;
		if (p->arp_operation != 1)
			return REASON_NOTHING_TO_ANSWER;
	} else {
		if (!is_usable_solicitation(p))
			return REASON_NOTHING_TO_ANSWER;
		if (p->target[0] == 0xfe && (p->target[1] & 0xc0) == 0x80 && !is_router_v6(p->target))
			return REASON_NOTHING_TO_ANSWER;
	}
	mac = whereabouts(j, i, slot);
	if (!mac)
		return REASON_NOTHING_TO_ANSWER;
	*result = is_arp ? answer_arp(skb, j, mac) : answer_solicitation(skb, j, mac, mac == i->router);
	return FRAME_ANSWERED;
}

#endif
