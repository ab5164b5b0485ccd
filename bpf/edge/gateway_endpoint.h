/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The gateway endpoint: TCP and ICMP echo to one service, from somebody who can be answered (GWE-16). */
#ifndef RINGWALL_GATEWAY_ENDPOINT_H
#define RINGWALL_GATEWAY_ENDPOINT_H

#include "../journey.h"

stage int judge_endpoint(struct journey *j, struct interface *i)
{
	struct packet *p = &j->packet;
	struct endpoint *sender;

	if (p->family != FAMILY_V4 || (p->transport == TRANSPORT_ICMP ? p->source_port >> 8 != 8 : p->protocol != PROTOCOL_TCP))
		return REASON_GATEWAY_ENDPOINT_PROTOCOL;
	sender = endpoint_at(j, i->vpc, p->source);
	return sender && sender->slot ? 0 : REASON_ENDPOINT_SOURCE_UNKNOWN;
}

/* By which kind of route the interface reaches the address that the packet comes from: 0 if by no endpoint. */
stage int endpoint_toward_source(struct journey *j, struct interface *y)
{
	struct route_key *key = &j->route_key;
	struct route *route;

	key->prefix_length = 32 + 128;
	key->table = y->route_table << 1 | j->packet.family;
	copy_address(key->address, j->packet.source);
	route = bpf_map_lookup_elem(&routes, key);
	if (!route || (route->kind != ROUTE_GATEWAY_ENDPOINT && route->kind != ROUTE_TRACKED_ENDPOINT))
		return 0;
	return route->kind;
}

#endif
