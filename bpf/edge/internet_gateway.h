/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The internet gateway: one-to-one translation of IPv4 (IGW-1), no foreign and no private addresses (IGW-4 to IGW-6). */
#ifndef RINGWALL_INTERNET_GATEWAY_H
#define RINGWALL_INTERNET_GATEWAY_H

#include "../journey.h"

/* Whether an address can be one of the internet's. */
inline_always int is_public(__u32 family, const __u8 *a)
{
	__u32 v4;

	if (family == FAMILY_V6)
		return (a[0] & 0xe0) == 0x20;
	v4 = read32(a + 12);
	return !(v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || v4 >> 22 == 0x191 || v4 >> 24 == 0 || v4 >> 24 == 127 ||
			 v4 >> 16 == 0xa9fe || v4 >> 29 == 7);
}

/* The packet's addresses change for the gates; the bytes follow when it is sent. */
inline_always void translate_source(struct packet *p, const __u8 *to)
{
	if (p->has_embedded && same_address(p->embedded_destination, p->source))
		copy_address(p->embedded_destination, to);
	copy_address(p->source, to);
}

inline_always void translate_destination(struct packet *p, const __u8 *to)
{
	if (p->has_embedded && same_address(p->embedded_source, p->destination))
		copy_address(p->embedded_source, to);
	copy_address(p->destination, to);
}

/* Finds the source address that the packet has outside: a reason, or 0 with j->public_v4 set. */
stage int judge_leaving(struct journey *j, struct interface *i)
{
	struct packet *p = &j->packet;
	struct endpoint *sender = endpoint_at(j, i->vpc, p->source);

	if (p->family == FAMILY_V4) {
		if (!sender || !sender->slot || !read32(sender->public_v4))
			return REASON_SOURCE_WITHOUT_PUBLIC_ADDRESS;
		copy_v4(j->public_v4, sender->public_v4);
	} else if (!sender || !sender->slot) {
		return REASON_SPOOFED_SOURCE;
	}
	if (!is_public(p->family, p->destination))
		return REASON_DESTINATION_NOT_PUBLIC;
	return 0;
}

#endif
