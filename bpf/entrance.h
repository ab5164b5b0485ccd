/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the internet to an interface: whose public address it is, and by which gateway it enters. */
#ifndef RINGWALL_ENTRANCE_H
#define RINGWALL_ENTRANCE_H

#include "edge/egress_only_internet_gateway.h"
#include "edge/internet_gateway.h"

/* By which gateway an IPv6 packet enters: a reason why by none, or 0 with j->egress_only set. */
stage int judge_entrance(struct journey *j, struct interface *y)
{
	struct route_key *key = &j->route_key;
	struct route *route;

	j->egress_only = 0;
	if (j->packet.family == FAMILY_V4)
		return 0;
	key->prefix_length = 32 + 128;
	key->table = y->route_table << 1 | FAMILY_V6;
	copy_address(key->address, j->packet.source);
	route = bpf_map_lookup_elem(&routes, key);
	if (!route || (route->kind != ROUTE_INTERNET_GATEWAY && route->kind != ROUTE_EGRESS_ONLY))
		return REASON_NO_INTERNET_ROUTE;
	j->egress_only = route->kind == ROUTE_EGRESS_ONLY;
	return 0;
}

/* A packet from the internet, or one that the gateway has turned round: a reason, or 0 with the receiver in j->target. */
stage int enter(struct journey *j)
{
	struct packet *p = &j->packet;
	struct public_address *holder;
	struct interface *y;
	__u32 slot;
	int reason;

	if (!is_public(p->family, p->source))
		return REASON_SOURCE_NOT_PUBLIC;
	holder = holder_of(j, p->destination);
	if (!holder)
		return REASON_UNKNOWN_PUBLIC_ADDRESS;
	slot = holder->slot;
	translate_destination(p, holder->private);
	if (!j->reflected && holder_of(j, p->source))
		return REASON_SPOOFED_SOURCE;
	y = interface_at(j, slot);
	if (!y || !y->id)
		return REASON_TABLES_INCOMPLETE;
	reason = judge_entrance(j, y);
	if (reason)
		return reason;
	if (j->egress_only && !permits_answer(j, y))
		return REASON_INBOUND_THROUGH_EGRESS_ONLY;
	j->target = slot;
	j->told = 0;
	j->to_gateway = 0;
	j->crosses = 1;
	j->identity = 0;
	j->from_interface = 0;
	j->direct = 0;
	j->always_tracked = j->egress_only;
	j->from = TARGET_INTERNET;
	return 0;
}

#endif
