/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way in, to one interface: network ACL, destination check, security group. */
#ifndef RINGWALL_INWARD_H
#define RINGWALL_INWARD_H

#include "eni/security_group.h"
#include "eni/source_check.h"
#include "subnet/network_acl.h"

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
	o->found.acl_in = ACL_NOT_ASKED;
	if (j->crosses) {
		ask_about_packet(j, DIRECTION_IN);
		o->found.acl_in_set = y->acl_rules[family][DIRECTION_IN];
		entry = judge_acl(o->found.acl_in_set);
		o->found.acl_in = acl_verdict(entry);
		o->found.acl_in_rule = acl_entry(entry);
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
	o->found.group_in = (__u8)judge_groups(slot, DIRECTION_IN, j->identity);
	o->found.group_in_set = y->group_rules[family][DIRECTION_IN];
	o->found.group_in_rule = j->group_rule;
	if (o->found.group_in == GROUP_NO_RULE)
		return REASON_SECURITY_GROUP_IN;
	if (o->found.group_in == GROUP_NO_CONNECTION)
		return REASON_NO_CONNECTION_IN;
	if (o->found.group_in == GROUP_TABLE_FULL)
		return REASON_SESSION_TABLE_FULL_IN;
	j->group_finding = o->found.group_in;
	s = remember(j, y, slot, DIRECTION_IN, &full);
	if (full) {
		o->found.group_in = GROUP_TABLE_FULL;
		return REASON_SESSION_TABLE_FULL_IN;
	}
	if (s) {
		s->from = (__u16)j->from;
		s->acl_in = j->crosses ? (__u8)entry : 255;
		s->rule_in = j->group_rule;
		s->epoch_in = j->epoch;
		touch(skb, j, s, DIRECTION_IN);
	} else {
		count_stray(y->id, DIRECTION_IN, STRAY_ACCEPTED);
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
			o->found.group_in = GROUP_SESSION;
		} else {
			o->found.group_in = GROUP_UNTRACKED;
			o->found.group_in_rule = s->rule_in;
		}
		o->found.group_in_set = y->group_rules[j->packet.family & 1][DIRECTION_IN];
		if (s->acl_in != 255) {
			o->found.acl_in = ACL_ALLOWS;
			o->found.acl_in_rule = s->acl_in;
			o->found.acl_in_set = y->acl_rules[j->packet.family & 1][DIRECTION_IN];
		}
		touch(skb, j, s, DIRECTION_IN);
		return 0;
	}
	return judge_inward(skb);
}

#endif
