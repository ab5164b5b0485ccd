// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A packet's whole journey in one pass, on the ingress of the fabric's end of an interface's link.
 *
 * Outward: frame, source check, security group, network ACL, route, gateway. Inward: gateway, network ACL, destination
 * check, security group. What was judged in the current epoch is taken from the session and not judged again.
 */
#ifdef RINGWALL_HOST
#include "host/host.h"
#else
#include "kernel.h"
#endif

#include "edge/egress_only_internet_gateway.h"
#include "edge/internet_gateway.h"
#include "eni/security_group.h"
#include "eni/source_check.h"
#include "fragment.h"
#include "frame.h"
#include "parse.h"
#include "path_mtu.h"
#include "subnet/network_acl.h"
#include "subnet/route_table.h"

PROGRAMS(programs, 2);

static const __u8 uplink_router[6] = {0x02, 0x52, 0x57, 0, 0, 1};

/* ---- the end of a journey ---- */

stage int report(struct journey *j)
{
	__u32 zero = 0;

	if (TEST) {
		bpf_map_update_elem(&test_outcome, &zero, &j->outcome, BPF_ANY);
		return 0;
	}
	j->outcome.time = bpf_ktime_get_ns();
	bpf_ringbuf_output(&events, &j->outcome, sizeof(j->outcome), 0);
	return 0;
}

inline_always int refuse(struct journey *j, __u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&refusals, &reason);

	if (count)
		(*count)++;
	j->outcome.verdict = VERDICT_DROPPED;
	j->outcome.reason = (__u8)reason;
	if (TEST || j->watch)
		report(j);
	return TC_ACT_SHOT;
}

inline_always int answered(struct journey *j, __u32 answer, int result)
{
	j->outcome.verdict = VERDICT_ANSWERED;
	j->outcome.answer = (__u8)answer;
	if (TEST || j->watch == WATCH_PACKETS)
		report(j);
	return result;
}

inline_always void passed(struct journey *j, __u32 verdict)
{
	j->outcome.verdict = (__u8)verdict;
	if (TEST || j->watch == WATCH_PACKETS || (j->watch && j->outcome.begins))
		report(j);
}

/* What was too big; the sender is told if its rules admit that. */
part int refuse_size(struct __sk_buff *skb, __u32 slot, __u32 mtu)
{
	struct journey *j = here();
	struct interface *x;
	__u8 router[16];
	int told = 0;

	if (!j)
		return TC_ACT_SHOT;
	x = slot ? interface_at(j, slot) : NULL;
	j->outcome.mtu = mtu;
	if (x && permits_report(j, x, j->too_big_tracked)) {
		router_address(j, x, router);
		j->outcome.answer = ANSWER_TOO_BIG;
		told = 1;
	}
	refuse(j, REASON_PACKET_TOO_BIG);
	if (!told)
		return TC_ACT_SHOT;
	if (j->packet.family == FAMILY_V4)
		return answer_too_big_v4(skb, j, x->router, router + 12, mtu);
	return answer_too_big_v6(skb, j, x->router, router, mtu);
}

/* ---- rewriting ---- */

/* Writes one translated IPv4 address, and what the checksums make of it. */
stage int rewrite_v4(struct __sk_buff *skb, struct journey *j, __u32 offset, const __u8 *from, const __u8 *to)
{
	struct packet *p = &j->packet;
	__u32 old, new;

	__builtin_memcpy(&old, from + 12, 4);
	__builtin_memcpy(&new, to + 12, 4);
	if (old == new)
		return 0;
	if (p->transport == TRANSPORT_PORTS && p->fragment != FRAGMENT_LATER) {
		__u32 at = p->segment + (p->protocol == PROTOCOL_TCP ? 16 : 6);
		__u64 flags = BPF_F_PSEUDO_HDR | 4 | (p->protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0);

		if (bpf_l4_csum_replace(skb, at, old, new, flags))
			return 1;
	}
	return bpf_l3_csum_replace(skb, ETHERNET + 10, old, new, 4) || bpf_skb_store_bytes(skb, offset, &new, 4, 0);
}

/* The packet inside an ICMP error: its header checksum makes up for the address, so that ICMP's own stays right. */
stage int rewrite_embedded(struct __sk_buff *skb, struct journey *j, __u32 offset, const __u8 *to)
{
	__u32 at = j->packet.segment + 8, old, new;

	__builtin_memcpy(&new, to + 12, 4);
	if (bpf_skb_load_bytes(skb, at + offset, &old, 4))
		return 1;
	if (old == new)
		return 0;
	return bpf_l3_csum_replace(skb, at + 10, old, new, 4) || bpf_skb_store_bytes(skb, at + offset, &new, 4, 0);
}

/* Brings the packet's bytes to what the gates made of its addresses. */
part int rewrite(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct packet *p;

	if (!j)
		return 1;
	p = &j->packet;
	if (rewrite_v4(skb, j, ETHERNET + 12, j->written_source, p->source) ||
		rewrite_v4(skb, j, ETHERNET + 16, j->written_destination, p->destination))
		return 1;
	if (p->has_embedded)
		return rewrite_embedded(skb, j, 12, p->embedded_source) || rewrite_embedded(skb, j, 16, p->embedded_destination);
	return 0;
}

inline_always int send(struct __sk_buff *skb, struct journey *j, __u32 ifindex, const __u8 *destination, const __u8 *source)
{
	__u8 macs[12];

	copy_mac(macs, destination);
	copy_mac(macs + 6, source);
	if (j->packet.family == FAMILY_V4 &&
		(!same_address(j->written_source, j->packet.source) || !same_address(j->written_destination, j->packet.destination)) &&
		rewrite(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	if (bpf_skb_store_bytes(skb, 0, macs, 12, 0))
		return refuse(j, REASON_MALFORMED_PACKET);
	return (int)bpf_redirect_peer(ifindex, 0);
}

/* ---- inward ---- */

/* The entry in which the way in was judged in this epoch and for this sender; no packet that opens a connection has one. */
inline_always struct session *judged_in(struct journey *j, struct interface *y)
{
	struct session *s;

	if (opens_connection(&j->packet) || !make_key(j, y->id, DIRECTION_IN))
		return NULL;
	s = bpf_map_lookup_elem(&sessions, &j->key);
	if (!s || !j->epoch || s->epoch_in != j->epoch || s->from != j->from)
		return NULL;
	if (s->flags & SESSION_TRACKED && !is_alive(j, y, s, j->key.icmp))
		return NULL;
	return s;
}

/* Judges the way in; a reason, or 0 with the outcome's findings and the session written. */
part int judge_inward(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct packet *p;
	struct outcome *o;
	struct interface *y;
	__u32 family, full = 0, slot;
	struct session *s;
	int entry = 0;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	p = &j->packet;
	o = &j->outcome;
	family = p->family & 1;
	slot = j->target;
	y = interface_at(j, slot);
	if (!y)
		return REASON_TABLES_INCOMPLETE;
	o->acl_in = ACL_NOT_ASKED;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_IN);
		o->acl_in_set = y->acl_rules[family][DIRECTION_IN];
		entry = judge_acl(o->acl_in_set);
		o->acl_in = acl_verdict(entry);
		o->acl_in_rule = acl_entry(entry);
		if (entry < 0)
			return REASON_NETWORK_ACL_IN;
	}
	if (!permits_address(j, y, slot, p->destination))
		return REASON_DESTINATION_NOT_OF_INTERFACE;
	/* whose groups the packet carries is known only if it comes from the owner of its source address (SG-33) */
	if (j->from_interface) {
		struct endpoint *endpoint = endpoint_at(j, y->vpc, p->source);

		j->identity = endpoint && endpoint->slot == j->slot ? endpoint->identity : 0;
	}
	o->group_in = (__u8)judge_groups(slot, DIRECTION_IN, j->identity);
	o->group_in_set = y->group_rules[family][DIRECTION_IN];
	o->group_in_rule = j->group_rule;
	if (o->group_in == GROUP_NO_RULE)
		return REASON_SECURITY_GROUP_IN;
	if (o->group_in == GROUP_NO_CONNECTION)
		return REASON_NO_CONNECTION_IN;
	if (o->group_in == GROUP_TABLE_FULL)
		return REASON_SESSION_TABLE_FULL_IN;
	j->group_finding = o->group_in;
	s = remember(j, y, slot, DIRECTION_IN, &full);
	if (full) {
		o->group_in = GROUP_TABLE_FULL;
		return REASON_SESSION_TABLE_FULL_IN;
	}
	if (s) {
		s->from = (__u16)j->from;
		s->acl_in = j->crosses ? (__u8)entry : 255;
		s->rule_in = j->group_rule;
		s->epoch_in = j->epoch;
		touch(skb, j, s, DIRECTION_IN);
	}
	return 0;
}

/* The packet has come to the interface in slot j->target, from j->from. A reason, or 0. */
stage int inward(struct __sk_buff *skb, struct journey *j, struct interface *y)
{
	struct outcome *o = &j->outcome;
	struct session *s;

	o->to = y->id;
	j->epoch = epoch_of(j, y->vpc);
	s = judged_in(j, y);
	if (s) {
		if (s->flags & SESSION_TRACKED) {
			o->group_in = GROUP_SESSION;
		} else {
			o->group_in = GROUP_UNTRACKED;
			o->group_in_rule = s->rule_in;
		}
		o->group_in_set = y->group_rules[j->packet.family & 1][DIRECTION_IN];
		if (s->acl_in != 255) {
			o->acl_in = ACL_ALLOWS;
			o->acl_in_rule = s->acl_in;
			o->acl_in_set = y->acl_rules[j->packet.family & 1][DIRECTION_IN];
		}
		touch(skb, j, s, DIRECTION_IN);
		return 0;
	}
	return judge_inward(skb);
}

/* ---- from the internet ---- */

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
	j->crosses = 1;
	j->identity = 0;
	j->from_interface = 0;
	j->direct = 0;
	j->always_tracked = j->egress_only;
	j->from = TARGET_INTERNET;
	return 0;
}

/* ---- outward ---- */

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

	j->outcome.routed = ROUTED_NEIGHBOUR;
	j->refusal = 0;
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
	routed = o->routed;
	o->routed = ROUTED_NOT_ASKED;
	j->always_tracked = j->egress_only;
	o->group_out = (__u8)judge_groups(j->slot, DIRECTION_OUT, j->identity);
	o->group_out_set = x->group_rules[family][DIRECTION_OUT];
	o->group_out_rule = j->group_rule;
	if (o->group_out == GROUP_NO_RULE)
		return REASON_SECURITY_GROUP_OUT;
	if (o->group_out == GROUP_NO_CONNECTION)
		return REASON_NO_CONNECTION_OUT;
	if (o->group_out == GROUP_TABLE_FULL)
		return REASON_SESSION_TABLE_FULL_OUT;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_OUT);
		o->acl_out_set = x->acl_rules[family][DIRECTION_OUT];
		entry = judge_acl(o->acl_out_set);
		o->acl_out = acl_verdict(entry);
		o->acl_out_rule = acl_entry(entry);
		if (entry < 0)
			return REASON_NETWORK_ACL_OUT;
	}
	o->routed = routed;
	if (j->refusal)
		return j->refusal;
	if (j->target == TARGET_INTERNET) {
		reason = judge_leaving(j, x);
		if (reason)
			return reason;
		j->reflected = holder_of(j, p->destination) != NULL;
	}
	j->group_finding = o->group_out;
	s = remember(j, x, j->slot, DIRECTION_OUT, &full);
	if (full) {
		o->group_out = GROUP_TABLE_FULL;
		o->acl_out = ACL_NOT_ASKED;
		o->routed = ROUTED_NOT_ASKED;
		return REASON_SESSION_TABLE_FULL_OUT;
	}
	j->too_big_tracked = s && s->flags & SESSION_TRACKED;
	if (s) {
		__u8 way = (__u8)((j->direct ? SESSION_DIRECT : 0) | (j->reflected ? SESSION_REFLECTED : 0) |
						  (j->egress_only ? SESSION_EGRESS_ONLY : 0));

		s->target = (__u16)j->target;
		s->flags = (__u8)((s->flags & ~(SESSION_DIRECT | SESSION_REFLECTED | SESSION_EGRESS_ONLY)) | way);
		copy_v4(s->public_v4, j->public_v4);
		s->route = o->route;
		s->route_length = o->route_length;
		s->acl_out = j->crosses ? (__u8)entry : 255;
		s->rule_out = j->group_rule;
		s->epoch_out = j->epoch;
		touch(skb, j, s, DIRECTION_OUT);
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
	j->too_big_tracked = s->flags & SESSION_TRACKED;
	copy_v4(j->public_v4, s->public_v4);
	if (s->flags & SESSION_TRACKED) {
		o->group_out = GROUP_SESSION;
	} else {
		o->group_out = GROUP_UNTRACKED;
		o->group_out_rule = s->rule_out;
	}
	o->group_out_set = x->group_rules[j->packet.family & 1][DIRECTION_OUT];
	if (s->acl_out != 255) {
		o->acl_out = ACL_ALLOWS;
		o->acl_out_rule = s->acl_out;
		o->acl_out_set = x->acl_rules[j->packet.family & 1][DIRECTION_OUT];
	}
	o->routed = j->direct ? ROUTED_NEIGHBOUR : ROUTED_ROUTE;
	o->route_table = x->route_table;
	o->route = s->route;
	o->route_length = s->route_length;
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

/* Hands the packet to the interface in j->target; `x` is told if it is too big. */
stage int arrive(struct __sk_buff *skb, struct journey *j, struct interface *x)
{
	struct interface *y = interface_at(j, j->target);
	int reason;

	if (!y || !y->id)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	if (x)
		j->crosses = x->subnet != y->subnet;
	reason = inward(skb, j, y);
	if (reason)
		return refuse(j, reason);
	if (exceeds(skb, j, VPC_MTU))
		return refuse_size(skb, x && !j->direct ? j->slot : 0, VPC_MTU);
	passed(j, VERDICT_DELIVERED);
	return send(skb, j, y->ifindex, y->mac, j->direct ? j->packet.mac_source : y->router);
}

/* Through the gateway, and turned round if the destination is held here. */
stage int leave(struct __sk_buff *skb, struct journey *j)
{
	struct packet *p = &j->packet;
	__u8 public[16];
	int reason;

	if (exceeds(skb, j, INTERNET_GATEWAY_MTU))
		return refuse_size(skb, j->slot, INTERNET_GATEWAY_MTU);
	if (p->family == FAMILY_V4) {
		map_v4(public, j->public_v4);
		translate_source(p, public);
	}
	if (j->reflected) {
		reason = enter(j);
		return reason ? refuse(j, reason) : arrive(skb, j, NULL);
	}
	passed(j, VERDICT_INTERNET);
	return send(skb, j, j->uplink, j->uplink_mac, uplink_router);
}

/* ---- entry points ---- */

inline_always struct journey *begin(void)
{
	__u32 zero = 0;
	struct journey *j = bpf_map_lookup_elem(&journeys, &zero);
	struct control *c = bpf_map_lookup_elem(&control, &zero);

	if (!j || !c)
		return NULL;
	__builtin_memset(&j->outcome, 0, sizeof(j->outcome));
	j->bank = c->bank & 1;
	j->watch = c->watch;
	j->uplink = c->uplink;
	copy_mac(j->uplink_mac, c->uplink_mac);
	j->now = seconds_now();
	j->slot = 0;
	j->direct = 0;
	j->crosses = 0;
	j->reflected = 0;
	j->egress_only = 0;
	j->always_tracked = 0;
	j->too_big_tracked = 0;
	j->from_interface = 0;
	j->group_rule = 0;
	j->identity = 0;
	j->target = 0;
	__builtin_memset(j->public_v4, 0, 4);
	return j;
}

/* Notes the packet as it came. */
inline_always void note(struct journey *j)
{
	struct packet *p = &j->packet;
	struct outcome *o = &j->outcome;

	copy_address(j->written_source, p->source);
	copy_address(j->written_destination, p->destination);
	copy_address(o->source, p->source);
	copy_address(o->destination, p->destination);
	o->source_port = p->source_port;
	o->destination_port = p->destination_port;
	o->family = p->family;
	o->protocol = p->protocol;
	o->length = p->length;
}

/* A frame that an interface sends. */
SEC("classifier")
int from_interface(struct __sk_buff *skb)
{
	struct journey *j = begin();
	struct interface *x;
	struct packet *p;
	__u32 ifindex = context(skb->ifindex), mark = context(skb->mark), *slot;
	int step, result = TC_ACT_SHOT;

	if (!j)
		return TC_ACT_SHOT;
	if (TEST) {
		j->slot = mark;
	} else {
		slot = bpf_map_lookup_elem(&interface_slots, &ifindex);
		if (!slot)
			return refuse(j, REASON_TABLES_INCOMPLETE);
		j->slot = *slot;
	}
	x = interface_at(j, j->slot);
	if (!x || !x->id)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	j->outcome.from = x->id;
	if (!parse(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	p = &j->packet;
	if (!same_mac(p->mac_source, x->mac))
		return refuse(j, REASON_FOREIGN_SOURCE_MAC);
	if (p->ethertype == 0x8100 || p->ethertype == 0x88a8)
		return refuse(j, REASON_TAGGED_FRAME);
	if (p->ethertype == 0x0806 || (p->ethertype == 0x86dd && is_discovery(p))) {
		step = answer_neighbour(skb, j, x, j->slot, &result);
		return step == FRAME_ANSWERED ? answered(j, ANSWER_NEIGHBOUR, result) : refuse(j, step);
	}
	if (p->ethertype != 0x0800 && p->ethertype != 0x86dd)
		return refuse(j, REASON_UNSUPPORTED_ETHER_TYPE);
	note(j);
	if (p->mac_destination[0] & 1 || is_group_address(p))
		return refuse(j, REASON_GROUP_DESTINATION);
	if (same_mac(p->mac_destination, x->router) && is_router_echo(p, x))
		return answered(j, ANSWER_ECHO, answer_echo(skb, j));
	step = outward(skb, j, x);
	if (step)
		return refuse(j, step);
	if (j->target == TARGET_INTERNET)
		return leave(skb, j);
	j->from = j->slot;
	j->from_interface = 1;
	j->always_tracked = 0;
	return arrive(skb, j, x);
}

/* A frame from the internet. */
SEC("classifier")
int from_uplink(struct __sk_buff *skb)
{
	struct journey *j = begin();
	struct packet *p;
	int reason;

	if (!j)
		return TC_ACT_SHOT;
	if (!parse(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	p = &j->packet;
	if (p->ethertype == 0x8100 || p->ethertype == 0x88a8)
		return refuse(j, REASON_TAGGED_FRAME);
	if (p->ethertype == 0x0806) {
		if (p->arp_operation != 1)
			return refuse(j, REASON_NOTHING_TO_ANSWER);
		return answered(j, ANSWER_NEIGHBOUR, answer_arp(skb, j, uplink_router));
	}
	if (p->ethertype == 0x86dd && is_discovery(p)) {
		if (!is_usable_solicitation(p))
			return refuse(j, REASON_NOTHING_TO_ANSWER);
		return answered(j, ANSWER_NEIGHBOUR, answer_solicitation(skb, j, uplink_router, 1));
	}
	if (p->ethertype != 0x0800 && p->ethertype != 0x86dd)
		return refuse(j, REASON_UNSUPPORTED_ETHER_TYPE);
	note(j);
	if (p->mac_destination[0] & 1 || is_group_address(p))
		return refuse(j, REASON_GROUP_DESTINATION);
	if (!same_mac(p->mac_destination, uplink_router))
		return refuse(j, REASON_UNKNOWN_DESTINATION_MAC);
	if (p->fragment != FRAGMENT_WHOLE && !resolve_fragment(j, 0))
		return refuse(j, REASON_FRAGMENT_WITHOUT_FIRST);
	reason = enter(j);
	return reason ? refuse(j, reason) : arrive(skb, j, NULL);
}

/* Attached to every link once and for all; the programs behind it can be replaced for all of them at once. */
SEC("classifier")
int interface_entry(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 0);
	return TC_ACT_SHOT;
}

SEC("classifier")
int uplink_entry(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 1);
	return TC_ACT_SHOT;
}

/* Ends every session that has idled out: what the timers do otherwise, for tests. */
SEC("classifier")
int sweep(struct __sk_buff *skb __attribute__((unused)))
{
	__u32 zero = 0, bank;
	struct control *c = bpf_map_lookup_elem(&control, &zero);

	bank = c ? c->bank & 1 : 0;
	bpf_for_each_map_elem(&sessions, on_sweep, &bank, 0);
	return TC_ACT_OK;
}

#ifndef RINGWALL_HOST
char licence[] SEC("license") = "Dual BSD/GPL";
#endif
