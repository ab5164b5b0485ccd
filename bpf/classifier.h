/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which rule of a set decides about a packet? One bit for each rule: the rules that name the other end (by its address
 * or by its groups) AND the rules that name the port. The lowest bit wins. Security groups and network ACLs share this.
 */
#ifndef RINGWALL_CLASSIFIER_H
#define RINGWALL_CLASSIFIER_H

#include "journey.h"

enum { NO_MATCH = -1 };

/* The rules that name the protocol and port asked for. */
inline_always struct bits *rules_by_port(struct journey *j, __u32 rule_set)
{
	struct rule_port_key *key = &j->port_key;

	key->prefix_length = j->query.has_port ? 56 : 40;
	key->rule_set = rule_set;
	key->protocol = j->query.protocol;
	key->port[0] = (__u8)(j->query.port >> 8);
	key->port[1] = (__u8)j->query.port;
	key->reserved = 0;
	return bpf_map_lookup_elem(&rule_ports, key);
}


/*
 * The place of the lowest set bit. BPF has no instruction for it, and branches would multiply what the verifier has to
 * follow: the isolated bit times a de Bruijn sequence has the place's own pattern in its upper six bits.
 */
static const __u8 bit_places[64] = {
	0, 1, 48, 2, 57, 49, 28, 3, 61, 58, 50, 42, 38, 29, 17, 4,
	62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
	63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
	46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9, 13, 8, 7, 6,
};

inline_always int lowest_bit(__u64 word)
{
	return bit_places[(word & -word) * 0x03f79d71b4cb0a89ULL >> 58 & 63];
}

static const struct bits nothing;

/* The lowest rule in (one | other) & ports. */
inline_always int lowest_rule(const struct bits *one, const struct bits *other, const struct bits *ports)
{
	__u64 word = 0;
	int base = 0;

#pragma clang loop unroll(full)
	for (int i = 0; i < BITS_WORDS; i++) {
		word = (one->words[i] | other->words[i]) & ports->words[i];
		base = i * 64;
		if (word)
			break;
	}
	return word ? base + lowest_bit(word) : NO_MATCH;
}

/* The lowest rule of the set that selects j->query; `identity` is the other end's set of groups, 0 if unknown. */
part int classify(__u32 rule_set, __u32 identity)
{
	struct journey *j = here();
	const struct bits *ports, *prefixes, *identities = NULL;

	if (!j)
		return NO_MATCH;
	ports = rules_by_port(j, rule_set);
	if (!ports)
		return NO_MATCH;
	j->prefix_key.prefix_length = 32 + 128;
	j->prefix_key.rule_set = rule_set;
	copy_address(j->prefix_key.address, j->query.remote);
	prefixes = bpf_map_lookup_elem(&rule_prefixes, &j->prefix_key);
	if (identity) {
		j->identity_key.rule_set = rule_set;
		j->identity_key.identity = identity;
		identities = bpf_map_lookup_elem(&rule_identities, &j->identity_key);
	}
	return lowest_rule(prefixes ? prefixes : &nothing, identities ? identities : &nothing, ports);
}

/* The lowest rule of the set that admits everybody and selects the query's port. */
part int classify_open(__u32 rule_set)
{
	struct journey *j = here();
	struct rule_set *set;
	struct bits *ports;

	if (!j)
		return NO_MATCH;
	set = bpf_map_lookup_elem(&rule_sets, &rule_set);
	ports = rules_by_port(j, rule_set);
	if (!set || !ports)
		return NO_MATCH;
	return lowest_rule(&set->open, &nothing, ports);
}

/* Asks about the packet as it crosses an interface in the direction. */
inline_always void ask_about_packet(struct journey *j, __u32 direction)
{
	struct packet *p = &j->packet;
	struct query *q = &j->query;

	copy_address(q->remote, direction == DIRECTION_IN ? p->source : p->destination);
	q->protocol = p->protocol;
	q->has_port = p->transport == TRANSPORT_PORTS || p->transport == TRANSPORT_ICMP;
	q->port = p->transport == TRANSPORT_ICMP ? p->source_port : p->destination_port;
}

#endif
