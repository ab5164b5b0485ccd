/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Through a NAT gateway: its subnet's ACL on both sides, the translation, and the route of its own subnet (PATH-6 to PATH-8). */
#ifndef RINGWALL_NAT_WAY_H
#define RINGWALL_NAT_WAY_H

#include "edge/gateway_endpoint.h"
#include "edge/internet_gateway.h"
#include "edge/nat_gateway.h"
#include "report.h"
#include "subnet/network_acl.h"
#include "subnet/route_table.h"

/* What was found so far belongs to the way to the gateway; what comes now to the way on from it. */
inline_always void come_through(struct journey *j, struct interface *n, __u32 slot)
{
	struct outcome *o = &j->outcome;

	o->before = o->found;
	__builtin_memset(&o->found, 0, sizeof(o->found));
	o->through = n->id;
	copy_address(o->onward, j->packet.destination);
	j->through = slot;
	j->from = slot;
	j->from_interface = 0;
	j->direct = 0;
	j->reflected = 0;
}

/* The packet as it goes on: from the loan's address and port, or to whom they are lent. */
inline_always void translate(struct packet *p, const struct nat_key *key, const __u8 *address, __u16 port, __u32 outward)
{
	if (outward) {
		map_v4(p->source, address);
		if (p->transport == TRANSPORT_ICMP)
			p->destination_port = port;
		else
			p->source_port = port;
	} else {
		map_v4(p->destination, key->source);
		p->destination_port = key->source_port;
	}
}

/* The same for a report, and for the packet that it shows. */
inline_always void translate_report(struct packet *p, const struct nat_key *key, const __u8 *address, __u16 port, __u32 outward)
{
	__u16 *shown;

	if (outward) {
		map_v4(p->source, address);
		map_v4(p->embedded_destination, address);
		p->embedded_destination_port = port;
		return;
	}
	map_v4(p->destination, key->source);
	map_v4(p->embedded_source, key->source);
	shown = p->embedded_transport == TRANSPORT_ICMP ? &p->embedded_destination_port : &p->embedded_source_port;
	*shown = key->source_port;
}

/* The living loan of j->nat_key; of j->port, with j->nat_key set to whom it is lent. */
inline_always struct nat_mapping *loan_of(struct journey *j, __u32 outward)
{
	struct nat_mapping *m;
	struct nat_key *owner;

	if (!outward) {
		owner = bpf_map_lookup_elem(&nat_ports, &j->port);
		if (!owner)
			return NULL;
		j->nat_key = *owner;
	}
	m = bpf_map_lookup_elem(&nat_mappings, &j->nat_key);
	return m && j->now - m->last_seen < nat_timeout(m) ? m : NULL;
}

/* Whether the gateway still has the address of the loan. */
stage int still_has(struct journey *j, struct interface *n, __u32 slot, struct nat_mapping *m)
{
	struct endpoint *endpoint;
	__u8 address[16];

	map_v4(address, m->address);
	endpoint = endpoint_at(j, n->vpc, address);
	return endpoint && endpoint->slot == slot;
}

/* Judges how a packet goes on from the gateway in `slot`; a reason, or 0 with the next stop in j->target. */
part int judge_onward(__u32 slot)
{
	struct journey *j = here();
	struct interface *n;
	struct outcome *o;
	int entry, reason;
	__u8 routed;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	o = &j->outcome;
	n = interface_at(j, slot);
	if (!n)
		return REASON_TABLES_INCOMPLETE;
	judge_route(j, n, slot);
	routed = o->found.routed;
	o->found.routed = ROUTED_NOT_ASKED;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_OUT);
		o->found.acl_out_set = n->acl_rules[j->packet.family & 1][DIRECTION_OUT];
		entry = judge_acl(o->found.acl_out_set);
		o->found.acl_out = acl_verdict(entry);
		o->found.acl_out_rule = acl_entry(entry);
		if (entry < 0)
			return REASON_NETWORK_ACL_OUT;
	}
	o->found.routed = routed;
	if (j->refusal)
		return (int)j->refusal;
	if (j->target == TARGET_SERVICES)
		return judge_endpoint(j, n);
	if (j->target != TARGET_INTERNET)
		return 0;
	reason = judge_leaving(j, n);
	if (!reason)
		j->reflected = holder_of(j, j->packet.destination) != NULL;
	return reason;
}

/* Remembers how the packets of the connection went, for the rest of the epoch. */
inline_always void note_way(struct journey *j, struct nat_mapping *m, __u32 from, __u32 outward)
{
	struct nat_way *way = outward ? &m->out : &m->back;
	struct outcome *o = &j->outcome;

	way->from = (__u16)from;
	way->target = (__u16)j->target;
	copy_v4(way->public_v4, j->public_v4);
	way->route = o->found.route;
	way->route_length = o->found.route_length;
	way->acl_in = o->before.acl_in == ACL_ALLOWS ? (__u8)o->before.acl_in_rule : 255;
	way->acl_out = o->found.acl_out == ACL_ALLOWS ? (__u8)o->found.acl_out_rule : 255;
	way->reflected = j->reflected;
	/* a gateway behind the gateway is asked again each time, to be told apart from an interface */
	if (outward)
		m->epoch_out = j->to_gateway ? 0 : j->epoch;
	else
		m->epoch_in = j->to_gateway ? 0 : j->epoch;
}

/* A packet whose way was not judged in this epoch; a reason, or 0 with the next stop in j->target. */
part int judge_gateway(struct __sk_buff *skb)
{
	struct journey *j = here();
	__u32 slot, outward, from, family;
	struct nat_mapping *m = NULL;
	struct interface *n;
	struct packet *p;
	struct outcome *o;
	int entry, reason;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	p = &j->packet;
	o = &j->outcome;
	slot = j->target;
	outward = j->to_gateway;
	from = j->from;
	family = p->family & 1;
	n = interface_at(j, slot);
	if (!n)
		return REASON_TABLES_INCOMPLETE;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_IN);
		o->found.acl_in_set = n->acl_rules[family][DIRECTION_IN];
		entry = judge_acl(o->found.acl_in_set);
		o->found.acl_in = acl_verdict(entry);
		o->found.acl_in_rule = acl_entry(entry);
		if (entry < 0)
			return REASON_NETWORK_ACL_IN;
	}
	if (j->through)
		return REASON_SECOND_NAT_GATEWAY;
	if (exceeds(skb, j, NAT_GATEWAY_MTU))
		return REASON_PACKET_TOO_BIG;
	reason = nat_unfit(p);
	if (reason)
		return reason;
	if (is_report(p)) {
		if (make_shown_key(j, n->id, outward))
			m = loan_of(j, outward);
		if (!m || !still_has(j, n, slot, m))
			return REASON_NO_NAT_MAPPING;
		translate_report(p, &j->nat_key, m->address, m->port, outward);
		come_through(j, n, slot);
		return judge_onward(slot);
	}
	if (outward ? make_nat_key(j, n->id) : make_port_key(j, n->id))
		m = loan_of(j, outward);
	else
		return REASON_NO_NAT_MAPPING;
	/* nothing is opened from outside, not even between the ports of what was begun inside (NAT-12) */
	if (!outward && opens_connection(p))
		return REASON_NO_NAT_MAPPING;
	if (m && outward && !still_has(j, n, slot, m))
		m = NULL;
	if (!m && !outward)
		return REASON_NO_NAT_MAPPING;
	if (!m) {
		if (p->protocol == PROTOCOL_TCP && !opens_connection(p))
			return REASON_NAT_CONNECTION_UNKNOWN;
		reason = choose_loan(slot);
		if (reason)
			return reason;
		translate(p, &j->nat_key, j->nat_address, (__u16)j->nat_port, 1);
	} else {
		translate(p, &j->nat_key, m->address, m->port, outward);
	}
	come_through(j, n, slot);
	reason = judge_onward(slot);
	if (reason)
		return reason;
	if (!m) {
		m = lend(j, slot);
		if (!m)
			return REASON_NAT_TABLE_FULL;
		/* another processor may have been faster, with another port */
		translate(p, &j->nat_key, m->address, m->port, 1);
		o->begins = 1;
	}
	note_way(j, m, from, outward);
	touch_loan(skb, j, m, outward);
	return 0;
}

/* Takes over what was judged before. */
inline_always void follow_way(struct __sk_buff *skb, struct journey *j, struct interface *n, struct nat_mapping *m, __u32 outward)
{
	struct nat_way *way = outward ? &m->out : &m->back;
	struct outcome *o = &j->outcome;
	__u32 slot = j->target;

	if (way->acl_in != 255) {
		o->found.acl_in = ACL_ALLOWS;
		o->found.acl_in_rule = way->acl_in;
		o->found.acl_in_set = n->acl_rules[FAMILY_V4][DIRECTION_IN];
	}
	translate(&j->packet, &j->nat_key, m->address, m->port, outward);
	come_through(j, n, slot);
	if (way->acl_out != 255) {
		o->found.acl_out = ACL_ALLOWS;
		o->found.acl_out_rule = way->acl_out;
		o->found.acl_out_set = n->acl_rules[FAMILY_V4][DIRECTION_OUT];
	}
	o->found.routed = ROUTED_ROUTE;
	o->found.route_table = n->route_table;
	o->found.route = way->route;
	o->found.route_length = way->route_length;
	j->target = way->target;
	j->reflected = way->reflected;
	j->to_gateway = 0;
	copy_v4(j->public_v4, way->public_v4);
	touch_loan(skb, j, m, outward);
}

/* The packet has come to the NAT gateway in slot j->target; a reason, or 0 with the next stop in j->target. */
part int through_gateway(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct nat_mapping *m = NULL;
	struct interface *n;
	struct packet *p;
	__u32 outward, has_key;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	p = &j->packet;
	outward = j->to_gateway;
	n = interface_at(j, j->target);
	if (!n)
		return REASON_TABLES_INCOMPLETE;
	j->epoch = epoch_of(j, n->vpc);
	if (!j->through && j->epoch && !nat_unfit(p) && !is_report(p) && !opens_connection(p) && !exceeds(skb, j, NAT_GATEWAY_MTU)) {
		has_key = outward ? make_nat_key(j, n->id) : make_port_key(j, n->id);
		if (has_key)
			m = loan_of(j, outward);
		if (m && (outward ? m->epoch_out : m->epoch_in) == j->epoch && (outward ? m->out.from : m->back.from) == j->from) {
			follow_way(skb, j, n, m, outward);
			return 0;
		}
	}
	return judge_gateway(skb);
}

/* Whether the ACLs on the way to the sender let a reset through; his groups let out what it is about, as part of a session. */
stage int permits_reset(struct journey *j, struct interface *x, struct interface *n)
{
	struct packet *p = &j->packet;

	if (p->tcp_flags & TCP_RST)
		return 0;
	if (x->subnet == n->subnet)
		return 1;
	j->query.protocol = PROTOCOL_TCP;
	j->query.has_port = 1;
	j->query.port = p->source_port;
	copy_address(j->query.remote, p->source);
	if (judge_acl(n->acl_rules[FAMILY_V4][DIRECTION_OUT]) < 0)
		return 0;
	copy_address(j->query.remote, p->destination);
	return judge_acl(x->acl_rules[FAMILY_V4][DIRECTION_IN]) >= 0;
}

/* A segment of a connection that the gateway does not know; its sender is told, if ACLs admit that (NAT-9). */
part int refuse_unknown(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct interface *x, *n;
	int told;

	if (!j)
		return TC_ACT_SHOT;
	x = interface_at(j, j->slot);
	n = interface_at(j, j->target);
	told = x && n && permits_reset(j, x, n);
	if (told)
		j->outcome.answer = ANSWER_RESET;
	refuse(j, REASON_NAT_CONNECTION_UNKNOWN);
	return told ? answer_reset(skb, j, x->router) : TC_ACT_SHOT;
}

#endif
