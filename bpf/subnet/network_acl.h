/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Network ACLs: stateless, at the edge of the subnet; the first entry that selects the packet decides, else it is denied. */
#ifndef RINGWALL_NETWORK_ACL_H
#define RINGWALL_NETWORK_ACL_H

#include "../classifier.h"

/* The entry that allows j->query, or -1 - entry of the one that denies, or ACL_FINAL - 65536 for the final deny. */
enum { ACL_NOTHING = -65536 };

stage int judge_acl(__u32 rule_set)
{
	struct rule_set *set = bpf_map_lookup_elem(&rule_sets, &rule_set);
	int entry;

	if (!set || !(set->flags & RULE_SET_WHOLE))
		return ACL_NOTHING;
	entry = classify(rule_set, 0);
	if (entry < 0 || entry > 63)
		return ACL_NOTHING;
	return set->allow.words[0] >> entry & 1 ? entry : -1 - entry;
}

inline_always __u8 acl_verdict(int entry)
{
	return entry >= 0 ? ACL_ALLOWS : ACL_DENIES;
}

inline_always __u16 acl_entry(int entry)
{
	return entry >= 0 ? (__u16)entry : entry == ACL_NOTHING ? ACL_FINAL : (__u16)(-1 - entry);
}

#endif
