/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Routing: where a packet goes that was sent to the subnet's router. */
#ifndef RINGWALL_ROUTE_TABLE_H
#define RINGWALL_ROUTE_TABLE_H

#include "../journey.h"

/* Link-local services, link-local addresses, this host: no route forwards there (RT-10). */
inline_always int is_never_routed(const struct packet *p)
{
	const __u8 *d = p->destination;

	if (p->family == FAMILY_V4)
		return (d[12] == 169 && d[13] == 254 && (d[14] & 0xfc) == 168) || d[12] == 127 || d[12] == 0;
	return read32(d) == 0xfd000ec2 || (d[0] == 0xfe && (d[1] & 0xc0) == 0x80) || read32(d) == 0;
}

inline_always int in_subnet(const struct interface *i, const struct packet *p)
{
	const __u8 *d = p->destination;

	if (p->family == FAMILY_V4) {
		__u32 difference = read32(d + 12) ^ read32(i->subnet_v4);

		return i->subnet_v4_length == 0 || difference >> ((32 - i->subnet_v4_length) & 31) == 0;
	}
	if (!i->subnet_v6_length)
		return 0;
#pragma clang loop unroll(full)
	for (int word = 0; word < 4; word++) {
		int bits = i->subnet_v6_length - 32 * word;
		__u32 difference = read32(d + 4 * word) ^ read32(i->subnet_v6 + 4 * word);

		if (bits <= 0)
			break;
		if (bits < 32)
			difference >>= 32 - bits;
		if (difference)
			return 0;
	}
	return 1;
}

/*
 * Where the router sends the packet: sets j->target or j->refusal, j->crosses, j->identity, and the outcome's route.
 * `sender` is the slot from which it comes, `i` that interface.
 */
stage int judge_route(struct journey *j, struct interface *i, __u32 sender)
{
	struct packet *p = &j->packet;
	struct route_key *key = &j->route_key;
	struct endpoint *endpoint;
	struct interface *next;
	struct route *route;
	__u32 slot = 0;

	j->refusal = 0;
	j->target = 0;
	j->identity = 0;
	j->crosses = 1;
	j->egress_only = 0;
	j->to_gateway = 0;
	j->always_tracked = 0;
	j->outcome.found.routed = ROUTED_NONE;
	j->outcome.found.route_table = i->route_table;
	if (is_never_routed(p)) {
		j->refusal = REASON_NEVER_ROUTED;
		return 0;
	}
	key->prefix_length = 32 + 128;
	key->table = i->route_table << 1 | p->family;
	copy_address(key->address, p->destination);
	route = bpf_map_lookup_elem(&routes, key);
	if (!route) {
		j->refusal = REASON_NO_ROUTE;
		return 0;
	}
	j->outcome.found.routed = ROUTED_ROUTE;
	j->outcome.found.route = route->index;
	j->outcome.found.route_length = route->prefix_length;
	if (route->kind == ROUTE_INTERNET_GATEWAY || route->kind == ROUTE_EGRESS_ONLY) {
		j->target = TARGET_INTERNET;
		j->egress_only = route->kind == ROUTE_EGRESS_ONLY;
		j->always_tracked = j->egress_only;
		return 0;
	}
	if (route->kind == ROUTE_GATEWAY_ENDPOINT || route->kind == ROUTE_TRACKED_ENDPOINT) {
		j->target = TARGET_SERVICES;
		j->always_tracked = route->kind == ROUTE_TRACKED_ENDPOINT;
		return 0;
	}
	endpoint = endpoint_at(j, i->vpc, p->destination);
	if (route->kind == ROUTE_LOCAL) {
		if (!endpoint || !endpoint->slot) {
			j->refusal = endpoint ? REASON_INTERFACE_DOWN : REASON_NO_SUCH_ADDRESS;
			j->identity = endpoint ? endpoint->identity : 0;
			j->crosses = !in_subnet(i, p);
			return 0;
		}
		slot = endpoint->slot;
	} else if (route->kind == ROUTE_INTERFACE) {
		slot = route->slot;
	} else if (route->kind == ROUTE_NAT_GATEWAY) {
		slot = route->slot;
		j->to_gateway = 1;
		j->always_tracked = 1;
	} else {
		j->refusal = REASON_BLACKHOLE_ROUTE;
		return 0;
	}
	next = interface_at(j, slot);
	if (!next || !next->id) {
		j->refusal = REASON_TABLES_INCOMPLETE;
		return 0;
	}
	j->crosses = next->subnet != i->subnet;
	/* whose groups are at the other end is known only where the packet goes there directly (SG-33) */
	if (slot == sender) {
		j->refusal = REASON_ROUTE_TO_SENDER;
		return 0;
	}
	if (endpoint && endpoint->slot == slot && !j->to_gateway)
		j->identity = endpoint->identity;
	j->target = slot;
	return 0;
}

#endif
