/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Security groups: one union of allow rules, stateful. A packet goes on if it belongs to a session, reports about one, is
 * open to everybody in both directions (SG-12), or begins a flow that a rule admits.
 */
#ifndef RINGWALL_SECURITY_GROUP_H
#define RINGWALL_SECURITY_GROUP_H

#include "../classifier.h"
#include "session.h"

/* Whether the packet may begin a session: an ICMP answer that nobody asked for does not. */
inline_always int begins_session(const struct packet *p)
{
	return p->transport != TRANSPORT_ICMP || icmp_question(p->family, p->source_port >> 8);
}

/* The rule by which the packet passes untracked, or NO_MATCH (SG-12, SG-13). */
stage int untracked_rule(struct journey *j, struct interface *i, __u32 direction)
{
	struct packet *p = &j->packet;
	__u32 family = p->family & 1, other = !direction;
	__u32 own_set = i->group_rules[family][direction & 1], other_set = i->group_rules[family][other & 1];
	__u32 all = p->protocol == PROTOCOL_TCP ? RULE_SET_OPEN_TCP : RULE_SET_OPEN_UDP;
	struct rule_set *own_record, *other_record;
	int rule;

	other_record = bpf_map_lookup_elem(&rule_sets, &other_set);
	own_record = bpf_map_lookup_elem(&rule_sets, &own_set);
	if (!own_record || !other_record)
		return NO_MATCH;
	rule = classify_open(own_set);
	if (rule < 0)
		return NO_MATCH;
	/* it begins such a flow */
	if (other_record->flags & all)
		return rule;
	/* or it answers one */
	if (opens_connection(p) || !(own_record->flags & all))
		return NO_MATCH;
	j->query.port = p->source_port;
	if (classify_open(other_set) < 0)
		rule = NO_MATCH;
	j->query.port = p->destination_port;
	return rule;
}

/* What the groups of the interface say; j->group_rule is the rule that decided. */
part int judge_groups(__u32 slot, __u32 direction, __u32 identity)
{
	struct journey *j = here();
	struct interface *i;
	struct packet *p;
	struct session *s = NULL;
	struct session_counts *counts;
	int rule, has_key;

	if (!j)
		return GROUP_NO_RULE;
	p = &j->packet;
	i = interface_at(j, slot);
	if (!i)
		return GROUP_NO_RULE;
	j->group_rule = 0;
	if (make_reported_key(j, i->id, direction) && find_session(j, i))
		return GROUP_RELATED;
	has_key = make_key(j, i->id, direction);
	if (has_key) {
		s = find_session(j, i);
		if (s && holds(s, p))
			return GROUP_SESSION;
	}
	ask_about_packet(j, direction);
	if (p->transport == TRANSPORT_PORTS && !j->always_tracked) {
		rule = untracked_rule(j, i, direction);
		if (rule >= 0) {
			j->group_rule = (__u16)rule;
			return GROUP_UNTRACKED;
		}
	}
	rule = classify(i->group_rules[p->family & 1][direction & 1], identity);
	if (rule < 0)
		return GROUP_NO_RULE;
	j->group_rule = (__u16)rule;
	if (p->protocol == PROTOCOL_TCP && !opens_connection(p))
		return GROUP_NO_CONNECTION;
	if (!has_key || s || !begins_session(p))
		return GROUP_RULE;
	counts = bpf_map_lookup_elem(&session_counts, &slot);
	if (!counts || counts->tracked >= i->session_limit)
		return GROUP_TABLE_FULL;
	return GROUP_RULE;
}

/*
 * The entry to be written after the groups have let the packet through: the session, or the memory of an untracked
 * judgement. NULL where nothing is remembered; *full is set if there should have been an entry and there was no room.
 */
stage struct session *remember(struct journey *j, struct interface *i, __u32 slot, __u32 direction, __u32 *full)
{
	struct session_counts *counts;
	struct session *s;

	if (j->group_finding == GROUP_RELATED || !make_key(j, i->id, direction))
		return NULL;
	s = bpf_map_lookup_elem(&sessions, &j->key);
	if (j->group_finding == GROUP_SESSION)
		return s;
	if (j->group_finding == GROUP_UNTRACKED) {
		if (s && !(s->flags & SESSION_TRACKED))
			return s;
		counts = bpf_map_lookup_elem(&session_counts, &slot);
		if (counts && counts->untracked < i->session_limit)
			return begin_session(j, i, slot, direction, 0);
		if (s) {
			count_session(slot, 1, -1);
			take_down(&j->ended, &j->key, s);
			bpf_map_delete_elem(&sessions, &j->key);
			if (j->collect)
				tell_end(&j->ended);
		}
		return NULL;
	}
	if (!begins_session(&j->packet))
		return NULL;
	s = begin_session(j, i, slot, direction, 1);
	*full = !s;
	j->outcome.begins = 1;
	return s;
}

#endif
