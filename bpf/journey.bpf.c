// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A packet's whole journey in one pass, on the ingress of the fabric's end of an interface's link.
 *
 * Outward (outward.h): frame, source check, security group, network ACL, route, gateway. Inward (entrance.h, inward.h):
 * gateway, network ACL, destination check, security group. What was judged in the current epoch is taken from the
 * session and not judged again. In between there may be one NAT gateway (nat_way.h), and beside all of it are the services of
 * the VPC (services.h).
 */
#ifdef RINGWALL_HOST
#include "host/host.h"
#else
#include "kernel.h"
#endif

/* in the order in which one builds on the other */
#include "frame.h"
#include "parse.h"
#include "report.h"
#include "send.h"
#include "inward.h"
#include "entrance.h"
#include "outward.h"
#include "nat_way.h"
#include "services.h"

PROGRAMS(programs, 3);

static const __u8 uplink_router[6] = {0x02, 0x52, 0x57, 0, 0, 1};

/* ---- from one way to the next ---- */

/* Hands the packet to the interface in j->target; `x` is the one that hands it on, if any. */
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
		return refuse_size(skb, j->told, VPC_MTU);
	passed(j, VERDICT_DELIVERED);
	return send(skb, j, y->ifindex, y->mac, j->direct ? j->packet.mac_source : y->router);
}

/* Past the last interface `x` that routes it: 0 if it goes on to the interface in j->target, else it is done with. */
stage int leave(struct __sk_buff *skb, struct journey *j, struct interface *x)
{
	struct packet *p = &j->packet;
	__u8 public[16];
	int reason;

	if (j->target == TARGET_SERVICES) {
		if (exceeds(skb, j, VPC_MTU))
			return refuse_size(skb, j->told, VPC_MTU);
		j->outcome.service = SERVICE_ENDPOINT;
		return send_to_services(skb, j, x);
	}
	if (j->target != TARGET_INTERNET)
		return 0;
	if (exceeds(skb, j, INTERNET_GATEWAY_MTU))
		return refuse_size(skb, j->told, INTERNET_GATEWAY_MTU);
	if (p->family == FAMILY_V4) {
		map_v4(public, j->public_v4);
		translate_source(p, public);
	}
	if (j->reflected) {
		reason = enter(j);
		return reason ? refuse(j, reason) : 0;
	}
	passed(j, VERDICT_INTERNET);
	return send(skb, j, j->uplink, j->uplink_mac, uplink_router);
}

/*
 * On to the interface in j->target, through the NAT gateway that has it if one does. `x` is the interface that hands the packet
 * on; none if the internet or a service does.
 */
part int travel(struct __sk_buff *skb, __u32 by_interface)
{
	struct journey *j = here();
	struct interface *x, *y;
	int done, reason;

	if (!j)
		return TC_ACT_SHOT;
	x = by_interface ? interface_at(j, j->slot) : NULL;
	y = interface_at(j, j->target);
	if (!y || !y->id)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	if (!(y->flags & INTERFACE_NAT_GATEWAY))
		return arrive(skb, j, x);
	if (x)
		j->crosses = x->subnet != y->subnet;
	reason = through_gateway(skb);
	if (reason == REASON_PACKET_TOO_BIG)
		return refuse_size(skb, j->told, NAT_GATEWAY_MTU);
	if (reason == REASON_NAT_CONNECTION_UNKNOWN)
		return refuse_unknown(skb);
	if (reason)
		return refuse(j, reason);
	x = interface_at(j, j->through);
	if (!x)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	/* what comes from a NAT gateway carries no groups, and is tracked however open the rules are (SG-17, SG-33) */
	j->identity = 0;
	j->always_tracked = 1;
	done = leave(skb, j, x);
	if (done)
		return done;
	if (j->from == TARGET_INTERNET)
		x = NULL;
	y = interface_at(j, j->target);
	if (!y || !y->id)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	if (!(y->flags & INTERFACE_NAT_GATEWAY))
		return arrive(skb, j, x);
	/* a second one: its ACL is asked, and then it is refused */
	if (x)
		j->crosses = x->subnet != y->subnet;
	return refuse(j, judge_gateway(skb));
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
	j->collect = c->collect;
	j->uplink = c->uplink;
	copy_mac(j->uplink_mac, c->uplink_mac);
	j->now = seconds_now();
	j->slot = 0;
	j->from = 0;
	j->direct = 0;
	j->crosses = 0;
	j->reflected = 0;
	j->egress_only = 0;
	j->always_tracked = 0;
	j->too_big_tracked = 0;
	j->from_interface = 0;
	j->to_gateway = 0;
	j->told = 0;
	j->through = 0;
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
	j->written_source_port = p->source_port;
	j->written_destination_port = p->destination_port;
	j->written_embedded_source_port = p->embedded_source_port;
	j->written_embedded_destination_port = p->embedded_destination_port;
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
	if (same_mac(p->mac_destination, x->router)) {
		step = service_at(j, x->vpc, p->destination);
		if (step != SERVICE_NONE)
			return ask_service(skb, (__u32)step);
	}
	step = outward(skb, j, x);
	if (step)
		return refuse(j, step);
	j->told = j->direct ? 0 : j->slot;
	step = leave(skb, j, x);
	if (step)
		return step;
	if (j->from == TARGET_INTERNET)
		return travel(skb, 0);
	j->from = j->slot;
	j->from_interface = 1;
	j->always_tracked = 0;
	return travel(skb, 1);
}

/* The reason why a frame that comes from no interface goes no further, or 0 with *answer set if it was answered. */
stage int take_foreign(struct __sk_buff *skb, struct journey *j, int *answer)
{
	struct packet *p = &j->packet;

	*answer = 0;
	if (p->ethertype == 0x8100 || p->ethertype == 0x88a8)
		return REASON_TAGGED_FRAME;
	if (p->ethertype == 0x0806) {
		if (p->arp_operation != 1)
			return REASON_NOTHING_TO_ANSWER;
		*answer = answered(j, ANSWER_NEIGHBOUR, answer_arp(skb, j, uplink_router));
		return 0;
	}
	if (p->ethertype == 0x86dd && is_discovery(p)) {
		if (!is_usable_solicitation(p))
			return REASON_NOTHING_TO_ANSWER;
		*answer = answered(j, ANSWER_NEIGHBOUR, answer_solicitation(skb, j, uplink_router, 1));
		return 0;
	}
	if (p->ethertype != 0x0800 && p->ethertype != 0x86dd)
		return REASON_UNSUPPORTED_ETHER_TYPE;
	note(j);
	if (p->mac_destination[0] & 1 || is_group_address(p))
		return REASON_GROUP_DESTINATION;
	if (!same_mac(p->mac_destination, uplink_router))
		return REASON_UNKNOWN_DESTINATION_MAC;
	return 0;
}

/* A frame from the internet. */
SEC("classifier")
int from_uplink(struct __sk_buff *skb)
{
	struct journey *j = begin();
	struct packet *p;
	int reason, answer;

	if (!j)
		return TC_ACT_SHOT;
	if (!parse(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	p = &j->packet;
	reason = take_foreign(skb, j, &answer);
	if (reason)
		return refuse(j, reason);
	if (answer)
		return answer;
	if (p->fragment != FRAGMENT_WHOLE && !resolve_fragment(j, 0))
		return refuse(j, REASON_FRAGMENT_WITHOUT_FIRST);
	reason = enter(j);
	return reason ? refuse(j, reason) : travel(skb, 0);
}

/* From a service to the interface in j->target: a reason, or 0 with *direct set if no rule is asked. */
stage int from_service(struct journey *j, __u32 vpc, int *unfiltered)
{
	struct packet *p = &j->packet;
	struct endpoint *endpoint = endpoint_at(j, vpc, p->destination);
	int service, kind, is_gateway;
	struct interface *y;

	if (!endpoint)
		return REASON_NO_SUCH_ADDRESS;
	if (!endpoint->slot)
		return REASON_INTERFACE_DOWN;
	j->target = endpoint->slot;
	y = interface_at(j, j->target);
	if (!y || !y->id)
		return REASON_TABLES_INCOMPLETE;
	is_gateway = !!(y->flags & INTERFACE_NAT_GATEWAY);
	service = service_at(j, vpc, p->source);
	*unfiltered = service != SERVICE_NONE && !is_gateway;
	if (*unfiltered)
		return 0;
	kind = endpoint_toward_source(j, y);
	if (!kind && service == SERVICE_NONE)
		return REASON_NO_GATEWAY_ENDPOINT;
	j->crosses = 1;
	j->always_tracked = kind == ROUTE_TRACKED_ENDPOINT;
	j->from = TARGET_SERVICES;
	return 0;
}

/* A frame from the services of a VPC. */
SEC("classifier")
int from_services(struct __sk_buff *skb)
{
	struct journey *j = begin();
	__u32 ifindex = context(skb->ifindex), vpc = context(skb->mark), *slot;
	int reason, answer, unfiltered = 0;
	struct interface *y;
	struct packet *p;

	if (!j)
		return TC_ACT_SHOT;
	if (!TEST) {
		slot = bpf_map_lookup_elem(&service_links, &ifindex);
		if (!slot)
			return refuse(j, REASON_TABLES_INCOMPLETE);
		vpc = *slot;
	}
	if (!parse(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	p = &j->packet;
	reason = take_foreign(skb, j, &answer);
	if (reason)
		return refuse(j, reason);
	if (answer)
		return answer;
	if (p->fragment != FRAGMENT_WHOLE && !resolve_fragment(j, 1u << 31 | vpc))
		return refuse(j, REASON_FRAGMENT_WITHOUT_FIRST);
	reason = from_service(j, vpc, &unfiltered);
	if (reason)
		return refuse(j, reason);
	if (!unfiltered)
		return travel(skb, 0);
	if (exceeds(skb, j, VPC_MTU))
		return refuse(j, REASON_PACKET_TOO_BIG);
	y = interface_at(j, j->target);
	if (!y)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	j->outcome.to = y->id;
	passed(j, VERDICT_DELIVERED);
	return send(skb, j, y->ifindex, y->mac, y->router);
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

SEC("classifier")
int services_entry(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 2);
	return TC_ACT_SHOT;
}

/* Ends every session and loan that has idled out: what the timers do otherwise, for tests. */
SEC("classifier")
int sweep(struct __sk_buff *skb __attribute__((unused)))
{
	__u32 zero = 0, bank;
	struct control *c = bpf_map_lookup_elem(&control, &zero);

	bank = c ? c->bank & 1 : 0;
	bpf_for_each_map_elem(&sessions, on_sweep, &bank, 0);
	bpf_for_each_map_elem(&nat_mappings, on_nat_sweep, &bank, 0);
	return TC_ACT_OK;
}

#ifndef RINGWALL_HOST
char licence[] SEC("license") = "Dual BSD/GPL";
#endif
