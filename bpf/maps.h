/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map, by the question that it answers. */
#ifndef RINGWALL_MAPS_H
#define RINGWALL_MAPS_H

#include "abi.gen.h"

/* Which revision holds, what is watched, and where the internet is. */
MAP(control, BPF_MAP_TYPE_ARRAY, __u32, struct control, 1, 0);

/* Which interface is behind this link? Written before the link carries anything, never changed. */
MAP(interface_slots, BPF_MAP_TYPE_HASH, __u32, __u32, SLOTS, 0);

/* The tables of both banks: one is judged by, the other is written for the next revision. */
MAP(interfaces, BPF_MAP_TYPE_ARRAY, __u32, struct interface, 2 * SLOTS, 0);
MAP(vpcs, BPF_MAP_TYPE_ARRAY, __u32, struct vpc, 2 * VPC_SLOTS, 0);
MAP(endpoints, BPF_MAP_TYPE_HASH, struct endpoint_key, struct endpoint, ENDPOINTS, BPF_F_NO_PREALLOC);
MAP(neighbours, BPF_MAP_TYPE_HASH, struct neighbour_key, __u32, 2 * SLOTS, BPF_F_NO_PREALLOC);
MAP(public_addresses, BPF_MAP_TYPE_HASH, struct public_key, struct public_address, ENDPOINTS, BPF_F_NO_PREALLOC);

/* Which rules name this address, this port, this set of groups? A rule set is written under a new number and never edited. */
MAP(rule_sets, BPF_MAP_TYPE_HASH, __u32, struct rule_set, RULE_SETS, BPF_F_NO_PREALLOC);
MAP(rule_prefixes, BPF_MAP_TYPE_LPM_TRIE, struct rule_prefix_key, struct bits, RULE_PREFIXES, BPF_F_NO_PREALLOC);
MAP(rule_ports, BPF_MAP_TYPE_LPM_TRIE, struct rule_port_key, struct bits, RULE_PORTS, BPF_F_NO_PREALLOC);
MAP(rule_identities, BPF_MAP_TYPE_HASH, struct rule_identity_key, struct bits, RULE_IDENTITIES, BPF_F_NO_PREALLOC);

/* Where does this table send this address? Written under a new number, as rule sets are. */
MAP(routes, BPF_MAP_TYPE_LPM_TRIE, struct route_key, struct route, ROUTES, BPF_F_NO_PREALLOC);

/* What does this interface remember of this flow? Not LRU: a flood must not push out what is established. */
MAP(sessions, BPF_MAP_TYPE_HASH, struct session_key, struct session, 262144, BPF_F_NO_PREALLOC);
MAP(session_counts, BPF_MAP_TYPE_ARRAY, __u32, struct session_counts, SLOTS, 0);

/* What had sessions counted that have ended since they were last asked? Packets without a session? What had no room? */
RING(ended, ENDED_BYTES);
MAP(strays, BPF_MAP_TYPE_HASH, struct stray_key, struct stray, STRAYS, BPF_F_NO_PREALLOC);
MAP(flow_losses, BPF_MAP_TYPE_HASH, __u32, __u64, SLOTS, BPF_F_NO_PREALLOC);
/* Which NAT gateway has the interface in this slot? */
MAP(nat_gateways, BPF_MAP_TYPE_HASH, __u32, struct nat_gateway, NAT_GATEWAYS, BPF_F_NO_PREALLOC);
/* What has a NAT gateway lent to this connection; to whom is this port lent; how many to this destination? */
MAP(nat_mappings, BPF_MAP_TYPE_HASH, struct nat_key, struct nat_mapping, NAT_MAPPINGS, BPF_F_NO_PREALLOC);
MAP(nat_ports, BPF_MAP_TYPE_HASH, struct nat_port_key, struct nat_key, NAT_MAPPINGS, BPF_F_NO_PREALLOC);
MAP(nat_counts, BPF_MAP_TYPE_HASH, struct nat_port_key, __u32, NAT_MAPPINGS, BPF_F_NO_PREALLOC);

/* Whose services are behind this link? And how often did this interface ask them? */
MAP(service_links, BPF_MAP_TYPE_HASH, __u32, __u32, VPC_SLOTS, 0);
MAP(link_local, BPF_MAP_TYPE_ARRAY, __u32, struct link_local_count, SLOTS, 0);

/* What did the first fragment say? */
MAP(fragments, BPF_MAP_TYPE_LRU_HASH, struct fragment_key, struct fragment, FRAGMENTS, 0);

/* How many packets were refused, by reason? */
MAP(refusals, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, __u64, 64, 0);

/* What happens right now, for whoever watches. */
RING(events, EVENT_BYTES);

/* The time and the outcome of a single packet, for tests: see TEST. */
MAP(test_clock, BPF_MAP_TYPE_ARRAY, __u32, __u32, 1, 0);
MAP(test_outcome, BPF_MAP_TYPE_ARRAY, __u32, struct outcome, 1, 0);

/* Tests run single packets through the program: the sender is the slot in the packet's mark, the clock is a map, nothing
 * ends by itself, and the outcome is left in a map. */
CONSTANT(__u32, TEST);

#endif
