/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way out of one interface: source check, security group, network ACL, route, gateway. */
#ifndef RINGWALL_OUTWARD_H
#define RINGWALL_OUTWARD_H

#include "edge/egress_only_internet_gateway.h"
#include "edge/gateway_endpoint.h"
#include "edge/internet_gateway.h"
#include "eni/security_group.h"
#include "eni/source_check.h"
#include "fragment.h"
#include "subnet/network_acl.h"
#include "subnet/route_table.h"

/* The interface of the sender's subnet with the frame's destination address: its slot, or 0. */
inline_always __u32 neighbour_slot(struct journey *j, struct interface *x)
{
	__u32 *slot;

	j->neighbour_key.subnet = x->subnet << 1 | j->bank;
	copy_mac(j->neighbour_key.mac, j->packet.mac_destination);
	slot = bpf_map_lookup_elem(&neighbours, &j->neighbour_key);
	return slot ? *slot : 0;
}

/* Past the router, to the neighbour in j->target. */
inline_always void route_to_neighbour(struct journey *j, struct interface *x)
{
	struct endpoint *endpoint = endpoint_at(j, x->vpc, j->packet.destination);

	j->outcome.found.routed = ROUTED_NEIGHBOUR;
	j->refusal = 0;
	j->always_tracked = 0;
	j->crosses = 0;
	j->identity = endpoint && endpoint->slot == j->target ? endpoint->identity : 0;
}

/* Judges the way out; a reason, or 0 with the outcome's findings and the session written. */
part int judge_outward(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct packet *p;
	struct outcome *o;
	struct interface *x;
	__u32 family, full = 0;
	struct session *s;
	int entry = 0, reason;
	__u8 routed;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	p = &j->packet;
	o = &j->outcome;
	family = p->family & 1;
	x = interface_at(j, j->slot);
	if (!x)
		return REASON_TABLES_INCOMPLETE;
	if (!permits_address(j, x, j->slot, p->source))
		return REASON_SOURCE_NOT_OF_INTERFACE;
	if (j->direct)
		route_to_neighbour(j, x);
	else
		judge_route(j, x, j->slot);
	/* the outcome tells of the route only once the packet has come to it */
	routed = o->found.routed;
	o->found.routed = ROUTED_NOT_ASKED;
	o->found.group_out = (__u8)judge_groups(j->slot, DIRECTION_OUT, j->identity);
	o->found.group_out_set = x->group_rules[family][DIRECTION_OUT];
	o->found.group_out_rule = j->group_rule;
	if (o->found.group_out == GROUP_NO_RULE)
		return REASON_SECURITY_GROUP_OUT;
	if (o->found.group_out == GROUP_NO_CONNECTION)
		return REASON_NO_CONNECTION_OUT;
	if (o->found.group_out == GROUP_TABLE_FULL)
		return REASON_SESSION_TABLE_FULL_OUT;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_OUT);
		o->found.acl_out_set = x->acl_rules[family][DIRECTION_OUT];
		entry = judge_acl(o->found.acl_out_set);
		o->found.acl_out = acl_verdict(entry);
		o->found.acl_out_rule = acl_entry(entry);
		if (entry < 0)
			return REASON_NETWORK_ACL_OUT;
	}
	o->found.routed = routed;
	/* from here on a refusal is none of a group's or ACL's (FL-37) */
	if (j->refusal) {
		count_stray(x->id, DIRECTION_OUT, STRAY_ACCEPTED);
		return j->refusal;
	}
	if (j->target == TARGET_INTERNET) {
		reason = judge_leaving(j, x);
		if (reason) {
			count_stray(x->id, DIRECTION_OUT, STRAY_ACCEPTED);
			return reason;
		}
		j->reflected = holder_of(j, p->destination) != NULL;
	}
	if (j->target == TARGET_SERVICES) {
		reason = judge_endpoint(j, x);
		if (reason) {
			count_stray(x->id, DIRECTION_OUT, STRAY_ACCEPTED);
			return reason;
		}
	}
	j->group_finding = o->found.group_out;
	s = remember(j, x, j->slot, DIRECTION_OUT, &full);
	if (full) {
		o->found.group_out = GROUP_TABLE_FULL;
		o->found.acl_out = ACL_NOT_ASKED;
		o->found.routed = ROUTED_NOT_ASKED;
		return REASON_SESSION_TABLE_FULL_OUT;
	}
	j->too_big_tracked = s && s->flags & SESSION_TRACKED;
	if (s) {
		__u8 way = (__u8)((j->direct ? SESSION_DIRECT : 0) | (j->reflected ? SESSION_REFLECTED : 0) |
						  (j->egress_only ? SESSION_EGRESS_ONLY : 0) | (j->to_gateway ? SESSION_NAT_GATEWAY : 0));
		__u8 ways = SESSION_DIRECT | SESSION_REFLECTED | SESSION_EGRESS_ONLY | SESSION_NAT_GATEWAY;

		s->target = (__u16)j->target;
		s->flags = (__u8)((s->flags & ~ways) | way);
		copy_v4(s->public_v4, j->public_v4);
		s->route = o->found.route;
		s->route_length = o->found.route_length;
		s->acl_out = j->crosses ? (__u8)entry : 255;
		s->rule_out = j->group_rule;
		s->epoch_out = j->epoch;
		touch(skb, j, s, DIRECTION_OUT);
	} else {
		count_stray(x->id, DIRECTION_OUT, STRAY_ACCEPTED);
	}
	return 0;
}

/* The entry in which the way out was judged in this epoch; no packet that opens a connection has one. */
inline_always struct session *judged_out(struct journey *j, struct interface *x)
{
	struct session *s;

	if (opens_connection(&j->packet) || !make_key(j, x->id, DIRECTION_OUT))
		return NULL;
	s = bpf_map_lookup_elem(&sessions, &j->key);
	if (!s || !j->epoch || s->epoch_out != j->epoch || !!(s->flags & SESSION_DIRECT) != j->direct)
		return NULL;
	if (s->flags & SESSION_TRACKED && !is_alive(j, x, s, j->key.icmp))
		return NULL;
	return s;
}

/* Takes over what was judged before. */
inline_always void follow(struct __sk_buff *skb, struct journey *j, struct interface *x, struct session *s)
{
	struct outcome *o = &j->outcome;

	j->target = s->target;
	j->reflected = !!(s->flags & SESSION_REFLECTED);
	j->egress_only = !!(s->flags & SESSION_EGRESS_ONLY);
	j->to_gateway = !!(s->flags & SESSION_NAT_GATEWAY);
	j->too_big_tracked = s->flags & SESSION_TRACKED;
	copy_v4(j->public_v4, s->public_v4);
	if (s->flags & SESSION_TRACKED) {
		o->found.group_out = GROUP_SESSION;
	} else {
		o->found.group_out = GROUP_UNTRACKED;
		o->found.group_out_rule = s->rule_out;
	}
	o->found.group_out_set = x->group_rules[j->packet.family & 1][DIRECTION_OUT];
	if (s->acl_out != 255) {
		o->found.acl_out = ACL_ALLOWS;
		o->found.acl_out_rule = s->acl_out;
		o->found.acl_out_set = x->acl_rules[j->packet.family & 1][DIRECTION_OUT];
	}
	o->found.routed = j->direct ? ROUTED_NEIGHBOUR : ROUTED_ROUTE;
	o->found.route_table = x->route_table;
	o->found.route = s->route;
	o->found.route_length = s->route_length;
	touch(skb, j, s, DIRECTION_OUT);
}

/* A reason, or 0 with the next stop in j->target. */
stage int outward(struct __sk_buff *skb, struct journey *j, struct interface *x)
{
	struct packet *p = &j->packet;
	struct interface *y;
	struct session *s;

	j->direct = !same_mac(p->mac_destination, x->router);
	j->epoch = epoch_of(j, x->vpc);
	if (j->direct && p->fragment != FRAGMENT_WHOLE && !neighbour_slot(j, x))
		return REASON_UNKNOWN_DESTINATION_MAC;
	if (p->fragment != FRAGMENT_WHOLE && !resolve_fragment(j, x->id))
		return REASON_FRAGMENT_WITHOUT_FIRST;
	s = judged_out(j, x);
	if (s && j->direct) {
		y = interface_at(j, s->target);
		if (!y || !same_mac(y->mac, p->mac_destination))
			s = NULL;
	}
	if (s) {
		follow(skb, j, x, s);
		return 0;
	}
	if (j->direct) {
		j->target = neighbour_slot(j, x);
		if (!j->target)
			return REASON_UNKNOWN_DESTINATION_MAC;
	}
	return judge_outward(skb);
}

#endif
