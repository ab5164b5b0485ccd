/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sessions: what an interface remembers of a flow that its groups admitted. A tracked one lives on when its rule goes (SG-14)
 * and ends by idling (SG-16, SG-18, SG-19). An untracked one is only the memory of a judgement, good for one epoch.
 */
#ifndef RINGWALL_SESSION_H
#define RINGWALL_SESSION_H

#include "../flow_log.h"

enum {
	TCP_HALF_OPEN_TIMEOUT = 60,
	TCP_CLOSED_TIMEOUT = 30,
	ICMP_TIMEOUT = 30,
	OTHER_TIMEOUT = 600,
	UNTRACKED_TIMEOUT = 180,
};

/* The key of the session to which the packet belongs at an interface; 0 if it can belong to none. */
stage int make_key(struct journey *j, __u32 interface, __u32 direction)
{
	struct packet *p = &j->packet;
	struct session_key *key = &j->key;
	__u16 source = 0, destination = 0;
	__u8 icmp = ICMP_NONE;

	if (p->transport == TRANSPORT_PORTS) {
		source = p->source_port;
		destination = p->destination_port;
	} else if (p->transport == TRANSPORT_ICMP) {
		__u32 kind = p->source_port >> 8;
		__u32 asks = icmp_question(p->family, kind), answers = icmp_answered(p->family, kind);

		if (asks) {
			source = p->destination_port;
			destination = (__u16)asks;
			icmp = direction == DIRECTION_OUT ? ICMP_ASKS : ICMP_ANSWERS;
		} else if (answers) {
			source = (__u16)answers;
			destination = p->destination_port;
			icmp = direction == DIRECTION_IN ? ICMP_ASKS : ICMP_ANSWERS;
		} else {
			return 0;
		}
	}
	key->interface = interface;
	key->protocol = p->protocol;
	key->icmp = icmp;
	key->reserved[0] = 0;
	key->reserved[1] = 0;
	if (direction == DIRECTION_OUT) {
		copy_address(key->local, p->source);
		copy_address(key->remote, p->destination);
		key->local_port = source;
		key->remote_port = destination;
	} else {
		copy_address(key->local, p->destination);
		copy_address(key->remote, p->source);
		key->local_port = destination;
		key->remote_port = source;
	}
	return 1;
}

/* The key of the session that an ICMP error reports about; 0 if it reports about none. */
stage int make_reported_key(struct journey *j, __u32 interface, __u32 direction)
{
	struct packet *p = &j->packet;
	struct session_key *key = &j->key;
	__u16 source = 0, destination = 0;
	__u8 icmp = ICMP_NONE;
	/* the packet inside went the other way */
	__u32 went_out = direction == DIRECTION_IN;

	if (!p->has_embedded || !same_address(p->destination, p->embedded_source))
		return 0;
	if (p->embedded_transport == TRANSPORT_PORTS) {
		source = p->embedded_source_port;
		destination = p->embedded_destination_port;
	} else if (p->embedded_transport == TRANSPORT_ICMP) {
		__u32 kind = p->embedded_source_port >> 8;
		__u32 asks = icmp_question(p->family, kind), answers = icmp_answered(p->family, kind);

		if (asks) {
			source = p->embedded_destination_port;
			destination = (__u16)asks;
			icmp = went_out ? ICMP_ASKS : ICMP_ANSWERS;
		} else if (answers) {
			source = (__u16)answers;
			destination = p->embedded_destination_port;
			icmp = went_out ? ICMP_ANSWERS : ICMP_ASKS;
		} else {
			return 0;
		}
	}
	key->interface = interface;
	key->protocol = p->embedded_protocol;
	key->icmp = icmp;
	key->reserved[0] = 0;
	key->reserved[1] = 0;
	copy_address(went_out ? key->local : key->remote, p->embedded_source);
	copy_address(went_out ? key->remote : key->local, p->embedded_destination);
	key->local_port = went_out ? source : destination;
	key->remote_port = went_out ? destination : source;
	return 1;
}

inline_always __u32 idle_timeout(struct interface *i, const struct session *s, __u32 icmp)
{
	if (!(s->flags & SESSION_TRACKED))
		return UNTRACKED_TIMEOUT;
	switch (s->state) {
	case STATE_HALF_OPEN:
		return TCP_HALF_OPEN_TIMEOUT;
	case STATE_ESTABLISHED:
		return i->tcp_established;
	case STATE_CLOSED:
		return TCP_CLOSED_TIMEOUT;
	case STATE_STREAM:
		return i->udp_stream;
	case STATE_SEEN:
		return icmp == ICMP_NONE ? OTHER_TIMEOUT : ICMP_TIMEOUT;
	default:
		return i->udp;
	}
}

inline_always int is_alive(struct journey *j, struct interface *i, const struct session *s, __u32 icmp)
{
	return j->now - s->last_seen < idle_timeout(i, s, icmp);
}

/* The tracked session of j->key that has not idled out. */
inline_always struct session *find_session(struct journey *j, struct interface *i)
{
	struct session *s = bpf_map_lookup_elem(&sessions, &j->key);

	if (!s || !(s->flags & SESSION_TRACKED) || !is_alive(j, i, s, j->key.icmp))
		return NULL;
	return s;
}

/* Whether the packet is part of the session, rather than the start of another one between the same ports. */
inline_always int holds(const struct session *s, const struct packet *p)
{
	return !opens_connection(p) || s->state == STATE_HALF_OPEN;
}

inline_always void count_session(__u32 slot, __u32 tracked, int change)
{
	struct session_counts *counts = bpf_map_lookup_elem(&session_counts, &slot);

	if (counts)
		__sync_fetch_and_add(tracked ? &counts->tracked : &counts->untracked, change);
}

/* Whether a session is over, in which case it is deleted; else the seconds until it may be. */
inline_always __u32 expire(void *map, struct session_key *key, struct session *s, __u32 now, __u32 bank, __u32 collect)
{
	struct ended e;
	__u32 index = bank * SLOTS + (s->slot & (SLOTS - 1));
	struct interface *i = bpf_map_lookup_elem(&interfaces, &index);
	__u32 slot = s->slot, tracked = s->flags & SESSION_TRACKED, idle = now - s->last_seen, timeout = 0;

	if (i && i->id == key->interface) {
		timeout = idle_timeout(i, s, key->icmp);
		if (idle < timeout)
			return timeout - idle;
		count_session(slot, tracked, -1);
	}
	take_down(&e, key, s);
	bpf_map_delete_elem(map, key);
	if (collect)
		tell_end(&e);
	return 0;
}

inline_always __u32 seconds_now(void)
{
	__u32 zero = 0, *clock;

	if (TEST) {
		clock = bpf_map_lookup_elem(&test_clock, &zero);
		return clock ? *clock : 0;
	}
	return (__u32)(bpf_ktime_get_coarse_ns() / 1000000000ULL);
}

static __u64 on_timer(void *map, struct session_key *key, struct session *s)
{
	__u32 zero = 0, left;
	struct control *c = bpf_map_lookup_elem(&control, &zero);

	left = expire(map, key, s, seconds_now(), c ? c->bank & 1 : 0, c && c->collect);
	if (left)
		bpf_timer_start(&s->timer, left * 1000000000ULL, 0);
	return 0;
}

static __u64 on_sweep(void *map, struct session_key *key, struct session *s, __u32 *bank)
{
	expire(map, key, s, seconds_now(), *bank, 0);
	return 0;
}

/* Ends the session of j->key when it has idled for its time, whoever runs then. */
inline_always void arm(struct journey *j, struct interface *i, struct session *s)
{
	if (TEST)
		return;
	if (bpf_timer_init(&s->timer, &sessions, CLOCK_MONOTONIC))
		return;
	bpf_timer_set_callback(&s->timer, on_timer);
	bpf_timer_start(&s->timer, idle_timeout(i, s, j->key.icmp) * 1000000000ULL, 0);
}

/* The state of a session that has just begun. */
inline_always __u8 first_state(__u32 protocol)
{
	return protocol == PROTOCOL_TCP ? STATE_HALF_OPEN : protocol == PROTOCOL_UDP ? STATE_ASKED : STATE_SEEN;
}

/* The session after the packet has passed. */
stage int advance(struct journey *j, struct session *s, __u32 direction)
{
	struct packet *p = &j->packet;
	__u32 begun_out = !!(s->flags & SESSION_BEGUN_OUT);
	__u32 by_originator = begun_out == (direction == DIRECTION_OUT);
	__u32 both = SESSION_FIN_ORIGINATOR | SESSION_FIN_RESPONDER;

	if (p->protocol == PROTOCOL_TCP && p->has_tcp_flags) {
		if (p->tcp_flags & TCP_FIN)
			s->flags |= by_originator ? SESSION_FIN_ORIGINATOR : SESSION_FIN_RESPONDER;
		if (p->tcp_flags & TCP_RST || (s->flags & both) == both) {
			if (s->state != STATE_CLOSED) {
				s->state = STATE_CLOSED;
				if (!TEST)
					bpf_timer_start(&s->timer, TCP_CLOSED_TIMEOUT * 1000000000ULL, 0);
			}
		} else if (s->state == STATE_HALF_OPEN && !by_originator && p->tcp_flags & TCP_SYN) {
			s->state = STATE_ESTABLISHED;
		}
	} else if (p->protocol == PROTOCOL_UDP) {
		if (s->state == STATE_ASKED && !by_originator)
			s->state = STATE_ANSWERED;
		else if (s->state == STATE_ANSWERED && by_originator)
			s->state = STATE_ASKED_AGAIN;
		else if (s->state == STATE_ASKED_AGAIN && !by_originator)
			s->state = STATE_STREAM;
	}
	return 0;
}

/* A packet of the session has passed the interface. */
inline_always void touch(struct __sk_buff *skb, struct journey *j, struct session *s, __u32 direction)
{
	__u32 packets = skb->gso_segs ? skb->gso_segs : 1;

	if (s->last_seen != j->now)
		s->last_seen = j->now;
	if (direction == DIRECTION_OUT) {
		__sync_fetch_and_add(&s->packets_out, packets);
		__sync_fetch_and_add(&s->bytes_out, j->packet.length);
	} else {
		__sync_fetch_and_add(&s->packets_in, packets);
		__sync_fetch_and_add(&s->bytes_in, j->packet.length);
	}
	if (j->packet.tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST)) {
		count_flags(s->tcp[direction], &j->packet);
		if (s->flags & SESSION_TRACKED)
			advance(j, s, direction);
	} else if (j->packet.protocol == PROTOCOL_UDP && s->flags & SESSION_TRACKED) {
		advance(j, s, direction);
	}
}

/*
 * A new entry for j->key in place of whatever is there. Returns it, or NULL if the map has no room. The limit was asked
 * before, without a lock: two processors at once may pass it by one.
 */
stage struct session *begin_session(struct journey *j, struct interface *i, __u32 slot, __u32 direction, __u32 tracked)
{
	struct session *fresh = (struct session *)j->fresh, *old, *s;
	__u32 had_tracked = 0, had_untracked = 0;

	old = bpf_map_lookup_elem(&sessions, &j->key);
	if (old) {
		had_tracked = old->flags & SESSION_TRACKED;
		had_untracked = !had_tracked;
		take_down(&j->ended, &j->key, old);
	}
	__builtin_memset(j->fresh, 0, sizeof(j->fresh));
	fresh->last_seen = j->now;
	fresh->begun = bpf_ktime_get_ns();
	fresh->slot = slot;
	fresh->state = first_state(j->packet.protocol);
	fresh->flags = (__u8)((tracked ? SESSION_TRACKED : 0) | (direction == DIRECTION_OUT ? SESSION_BEGUN_OUT : 0));
	fresh->acl_out = 255;
	fresh->acl_in = 255;
	count_session(slot, tracked, 1);
	if (bpf_map_update_elem(&sessions, &j->key, fresh, BPF_ANY)) {
		count_session(slot, tracked, -1);
		return NULL;
	}
	if (had_tracked)
		count_session(slot, 1, -1);
	if (had_untracked)
		count_session(slot, 0, -1);
	if (old && j->collect)
		tell_end(&j->ended);
	s = bpf_map_lookup_elem(&sessions, &j->key);
	if (s)
		arm(j, i, s);
	return s;
}

#endif
