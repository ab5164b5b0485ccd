/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What flow logs need beside the counters of sessions: how often TCP's flags were seen (FL-20), what a session had counted
 * when it ended, and counters for packets that have no session, because they were refused or never get one. An established
 * flow pays for none of it. What has no room is counted, and shows as SKIPDATA (FL-15).
 */
#ifndef RINGWALL_FLOW_LOG_H
#define RINGWALL_FLOW_LOG_H

#include "journey.h"

/* Counts the segment's flags; they are few, so that losing one of two at the very same time loses no flag. */
inline_always void count_flags(__u8 *counts, const struct packet *p)
{
	__u32 flags = p->tcp_flags;

	if (flags & TCP_FIN)
		counts[0]++;
	if (flags & TCP_SYN)
		counts[flags & TCP_ACK ? 3 : 1]++;
	if (flags & TCP_RST)
		counts[2]++;
}

/* Something of the interface's was not counted. */
inline_always void lose(__u32 interface)
{
	__u64 one = 1, *count = bpf_map_lookup_elem(&flow_losses, &interface);

	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&flow_losses, &interface, &one, BPF_ANY);
}

/* Takes down what a session has counted, before it is deleted. */
inline_always void take_down(struct ended *e, const struct session_key *key, const struct session *s)
{
	e->begun = s->begun;
	e->bytes_out = s->bytes_out;
	e->bytes_in = s->bytes_in;
	e->packets_out = s->packets_out;
	e->packets_in = s->packets_in;
	e->last_seen = s->last_seen;
	__builtin_memcpy(e->tcp, s->tcp, sizeof(e->tcp));
	e->flags = s->flags;
	e->reserved = 0;
	e->nat_port = 0;
	__builtin_memcpy(&e->key, key, sizeof(e->key));
	__builtin_memset(e->nat_address, 0, sizeof(e->nat_address));
}

/* Tells of it once it is deleted: whoever finds it here finds it nowhere else. */
inline_always void tell_end(struct ended *e)
{
	if (bpf_ringbuf_output(&ended, e, sizeof(*e), 0))
		lose(e->key.interface);
}

/* Counts a packet that has no session. */
part int count_stray(__u32 interface, __u32 direction, __u32 verdict)
{
	struct journey *j = here();
	struct stray_key *key;
	struct packet *p;
	struct stray *s;

	if (!j || !j->collect)
		return 0;
	p = &j->packet;
	key = &j->stray_key;
	key->interface = interface;
	copy_address(key->source, p->source);
	copy_address(key->destination, p->destination);
	key->source_port = p->transport == TRANSPORT_PORTS ? p->source_port : 0;
	key->destination_port = p->transport == TRANSPORT_PORTS ? p->destination_port : 0;
	key->protocol = p->protocol;
	key->direction = (__u8)direction;
	key->verdict = (__u8)verdict;
	key->reserved = 0;
	s = bpf_map_lookup_elem(&strays, key);
	if (!s) {
		__builtin_memset(&j->stray, 0, sizeof(j->stray));
		j->stray.begun = bpf_ktime_get_ns();
		bpf_map_update_elem(&strays, key, &j->stray, BPF_NOEXIST);
		s = bpf_map_lookup_elem(&strays, key);
	}
	if (!s) {
		lose(interface);
		return 0;
	}
	__sync_fetch_and_add(&s->packets, p->segments);
	__sync_fetch_and_add(&s->bytes, p->length);
	s->last_seen = j->now;
	if (p->has_tcp_flags)
		count_flags(s->tcp, p);
	return 0;
}

/*
 * Counts a refused packet where the filter that refused it stands: at the sender, at the receiver (FL-11, FL-12), or at a NAT
 * gateway between them.
 */
part int count_refusal(__u32 reason)
{
	struct journey *j = here();
	struct interface *i;

	if (!j || !j->collect)
		return 0;
	switch (reason) {
	case REASON_SECURITY_GROUP_OUT:
	case REASON_NO_CONNECTION_OUT:
	case REASON_SESSION_TABLE_FULL_OUT:
	case REASON_NETWORK_ACL_OUT:
		count_stray(j->outcome.through ? j->outcome.through : j->outcome.from, DIRECTION_OUT, STRAY_REJECTED);
		break;
	case REASON_SECURITY_GROUP_IN:
	case REASON_NO_CONNECTION_IN:
	case REASON_SESSION_TABLE_FULL_IN:
	case REASON_NETWORK_ACL_IN:
		i = interface_at(j, j->target);
		if (i)
			count_stray(i->id, DIRECTION_IN, STRAY_REJECTED);
		break;
	}
	return 0;
}

#endif
