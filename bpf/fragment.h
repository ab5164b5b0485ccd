/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fragments: the first one carries the ports, and later ones are judged by what it said. */
#ifndef RINGWALL_FRAGMENT_H
#define RINGWALL_FRAGMENT_H

#include "journey.h"

enum { FRAGMENT_TIMEOUT = 30 };

/* Gives a later fragment what the first one said; 0 if that is not known. `sender` is 0 for the internet. */
stage int resolve_fragment(struct journey *j, __u32 sender)
{
	struct packet *p = &j->packet;
	struct fragment_key *key = &j->fragment_key;
	struct fragment *first = &j->fragment;

	__builtin_memset(key, 0, sizeof(*key));
	key->interface = sender;
	key->identification = p->identification;
	copy_address(key->source, p->source);
	copy_address(key->destination, p->destination);
	key->protocol = p->family == FAMILY_V4 ? p->protocol : 0;
	if (p->fragment == FRAGMENT_FIRST) {
		__builtin_memset(first, 0, sizeof(*first));
		first->seen = j->now;
		first->protocol = p->protocol;
		first->transport = p->transport;
		first->source_port = p->source_port;
		first->destination_port = p->destination_port;
		bpf_map_update_elem(&fragments, key, first, BPF_ANY);
		return 1;
	}
	first = bpf_map_lookup_elem(&fragments, key);
	if (!first || j->now - first->seen >= FRAGMENT_TIMEOUT)
		return 0;
	p->protocol = first->protocol;
	p->transport = first->transport;
	p->source_port = first->source_port;
	p->destination_port = first->destination_port;
	return 1;
}

#endif
