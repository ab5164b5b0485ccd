/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The NAT gateway: lends one of its addresses and a port there to a connection, and gives what comes back for it to its owner
 * (NAT-5 to NAT-12). Here is what it remembers; nat_way.h says how its packets go on.
 */
#ifndef RINGWALL_NAT_GATEWAY_H
#define RINGWALL_NAT_GATEWAY_H

#include "../eni/session.h"
#include "../flow_log.h"

enum { NAT_TIMEOUT = 350, NAT_FIRST_PORT = 1024, NAT_ATTEMPTS = 128, NAT_GATEWAY_MTU = 8500 };

/* Why the gateway takes no such packet at all, or 0 (NAT-4, NAT-15). */
inline_always int nat_unfit(const struct packet *p)
{
	int is_carried = p->transport == TRANSPORT_PORTS || (p->transport == TRANSPORT_ICMP && p->protocol == PROTOCOL_ICMP);

	if (!is_carried || p->family != FAMILY_V4)
		return REASON_NAT_GATEWAY_PROTOCOL;
	return p->fragment != FRAGMENT_WHOLE && p->protocol != PROTOCOL_UDP ? REASON_NAT_GATEWAY_FRAGMENT : 0;
}

inline_always int is_report(const struct packet *p)
{
	return p->transport == TRANSPORT_ICMP && is_icmp_error(p->family, p->source_port >> 8);
}

/* Fills j->nat_key with the connection of a packet from inside; 0 if it can belong to none. */
stage int make_nat_key(struct journey *j, __u32 gateway)
{
	struct packet *p = &j->packet;
	struct nat_key *key = &j->nat_key;

	__builtin_memset(key, 0, sizeof(*key));
	key->gateway = gateway;
	copy_v4(key->source, p->source + 12);
	copy_v4(key->destination, p->destination + 12);
	key->protocol = p->protocol;
	if (p->transport == TRANSPORT_ICMP) {
		key->source_port = p->destination_port;
		key->destination_port = (__u16)icmp_question(FAMILY_V4, p->source_port >> 8);
		return key->destination_port != 0;
	}
	key->source_port = p->source_port;
	key->destination_port = p->destination_port;
	return 1;
}

/* Fills j->port with the loan that a packet from outside is for; 0 if it can be for none. */
stage int make_port_key(struct journey *j, __u32 gateway)
{
	struct packet *p = &j->packet;
	struct nat_port_key *key = &j->port;

	__builtin_memset(key, 0, sizeof(*key));
	key->gateway = gateway;
	copy_v4(key->address, p->destination + 12);
	copy_v4(key->remote, p->source + 12);
	key->protocol = p->protocol;
	key->port = p->destination_port;
	if (p->transport == TRANSPORT_ICMP) {
		key->remote_port = (__u16)icmp_answered(FAMILY_V4, p->source_port >> 8);
		return key->remote_port != 0;
	}
	key->remote_port = p->source_port;
	return 1;
}

/* The same for the packet inside a report: j->nat_key if the report comes from inside, j->port if from outside. */
stage int make_shown_key(struct journey *j, __u32 gateway, __u32 outward)
{
	struct packet *p = &j->packet;
	__u16 near, far;

	if (!p->has_embedded || !same_address(p->destination, p->embedded_source))
		return 0;
	if (p->embedded_transport == TRANSPORT_PORTS) {
		near = outward ? p->embedded_destination_port : p->embedded_source_port;
		far = outward ? p->embedded_source_port : p->embedded_destination_port;
	} else if (p->embedded_transport == TRANSPORT_ICMP) {
		__u32 kind = p->embedded_source_port >> 8;

		near = p->embedded_destination_port;
		far = (__u16)(outward ? icmp_answered(FAMILY_V4, kind) : icmp_question(FAMILY_V4, kind));
		if (!far)
			return 0;
	} else {
		return 0;
	}
	if (outward) {
		struct nat_key *key = &j->nat_key;

		__builtin_memset(key, 0, sizeof(*key));
		key->gateway = gateway;
		copy_v4(key->source, p->embedded_destination + 12);
		copy_v4(key->destination, p->embedded_source + 12);
		key->source_port = near;
		key->destination_port = far;
		key->protocol = p->embedded_protocol;
	} else {
		struct nat_port_key *key = &j->port;

		__builtin_memset(key, 0, sizeof(*key));
		key->gateway = gateway;
		copy_v4(key->address, p->embedded_source + 12);
		copy_v4(key->remote, p->embedded_destination + 12);
		key->port = near;
		key->remote_port = far;
		key->protocol = p->embedded_protocol;
	}
	return 1;
}

/* j->port for what is lent to the connection in j->nat_key. */
inline_always void make_loan_key(struct journey *j, const __u8 *address, __u16 port)
{
	struct nat_port_key *key = &j->port;

	__builtin_memset(key, 0, sizeof(*key));
	key->gateway = j->nat_key.gateway;
	copy_v4(key->address, address);
	copy_v4(key->remote, j->nat_key.destination);
	key->port = port;
	key->remote_port = j->nat_key.destination_port;
	key->protocol = j->nat_key.protocol;
}

/* ---- how long a loan lasts ---- */

inline_always __u32 nat_timeout(const struct nat_mapping *m)
{
	return m->flags & NAT_CLOSED ? TCP_CLOSED_TIMEOUT : NAT_TIMEOUT;
}

/* How many are lent at the address to the destination in `key`, whose port is 0. */
stage int count_loans(struct nat_port_key *key, int change)
{
	__u32 *count = bpf_map_lookup_elem(&nat_counts, key), one = 1;

	if (!count && change > 0) {
		if (!bpf_map_update_elem(&nat_counts, key, &one, BPF_NOEXIST))
			return 0;
		count = bpf_map_lookup_elem(&nat_counts, key);
	}
	if (!count)
		return 0;
	/* two processors at once may lose a count with the entry: the limit is then passed by one */
	if (__sync_fetch_and_add(count, change) + change == 0)
		bpf_map_delete_elem(&nat_counts, key);
	return 0;
}

/* Takes down what was counted of a loan, before it is deleted. */
stage int take_down_loan(struct ended *e, const struct nat_key *key, const struct nat_mapping *m)
{
	__builtin_memset(e, 0, sizeof(*e));
	e->begun = m->begun;
	e->bytes_out = m->bytes_out;
	e->bytes_in = m->bytes_in;
	e->packets_out = m->packets_out;
	e->packets_in = m->packets_in;
	e->last_seen = m->last_seen;
	__builtin_memcpy(e->tcp, m->tcp, sizeof(e->tcp));
	e->flags = SESSION_BEGUN_OUT;
	e->nat_port = m->port;
	copy_v4(e->nat_address, m->address);
	e->key.interface = key->gateway;
	map_v4(e->key.local, key->source);
	map_v4(e->key.remote, key->destination);
	e->key.local_port = key->source_port;
	e->key.remote_port = key->destination_port;
	e->key.protocol = key->protocol;
	e->key.icmp = key->protocol == PROTOCOL_ICMP ? ICMP_ASKS : ICMP_NONE;
	return 0;
}

/* Takes back what was lent. */
stage int take_back(struct nat_key *key, struct nat_mapping *m)
{
	struct nat_port_key port;

	__builtin_memset(&port, 0, sizeof(port));
	port.gateway = key->gateway;
	copy_v4(port.address, m->address);
	copy_v4(port.remote, key->destination);
	port.port = m->port;
	port.remote_port = key->destination_port;
	port.protocol = key->protocol;
	bpf_map_delete_elem(&nat_ports, &port);
	port.port = 0;
	count_loans(&port, -1);
	return 0;
}

/* Whether a loan is over, in which case it is deleted; else the seconds until it may be. */
inline_always __u32 expire_loan(void *map, struct nat_key *key, struct nat_mapping *m, __u32 now, __u32 bank, __u32 collect)
{
	struct ended e;
	__u32 index = bank * SLOTS + (m->slot & (SLOTS - 1));
	struct interface *n = bpf_map_lookup_elem(&interfaces, &index);
	__u32 idle = now - m->last_seen, timeout = nat_timeout(m);

	if (n && n->id == key->gateway && idle < timeout)
		return timeout - idle;
	take_down_loan(&e, key, m);
	take_back(key, m);
	bpf_map_delete_elem(map, key);
	if (collect)
		tell_end(&e);
	return 0;
}

static __u64 on_nat_timer(void *map, struct nat_key *key, struct nat_mapping *m)
{
	__u32 zero = 0, left;
	struct control *c = bpf_map_lookup_elem(&control, &zero);

	left = expire_loan(map, key, m, seconds_now(), c ? c->bank & 1 : 0, c ? c->collect : 0);
	if (left)
		bpf_timer_start(&m->timer, left * 1000000000ULL, 0);
	return 0;
}

static __u64 on_nat_sweep(void *map, struct nat_key *key, struct nat_mapping *m, __u32 *bank)
{
	expire_loan(map, key, m, seconds_now(), *bank, 0);
	return 0;
}

/* ---- lending ---- */

inline_always __u32 scatter_word(__u32 sum, __u32 word)
{
	sum = (sum ^ word) * 0x9e3779b1;
	return sum ^ sum >> 15;
}

/* A number that only the gateway can tell from the connection. */
inline_always __u32 scatter(__u32 seed, const struct nat_key *key)
{
	seed = scatter_word(seed, read32(key->source));
	seed = scatter_word(seed, read32(key->destination));
	seed = scatter_word(seed, (__u32)key->source_port << 16 | key->destination_port);
	return scatter_word(seed, key->protocol);
}

/* A port at j->nat_address that is not lent to the same destination, or 0. */
part int free_port(__u32 start)
{
	struct journey *j = here();

	if (!j)
		return 0;
	make_loan_key(j, j->nat_address, 0);
	for (__u32 attempt = 0; attempt < NAT_ATTEMPTS; attempt++) {
		__u32 number = start + attempt * 0x9e3779b9;

		number = (number ^ number >> 16) * 0x85ebca6b;
		number ^= number >> 13;
		j->port.port = (__u16)(NAT_FIRST_PORT + number % (65536 - NAT_FIRST_PORT));
		if (!bpf_map_lookup_elem(&nat_ports, &j->port))
			return j->port.port;
	}
	return 0;
}

/* Chooses j->nat_address and j->nat_port for the connection in j->nat_key; a reason, or 0. */
part int choose_loan(__u32 slot)
{
	struct journey *j = here();
	struct nat_gateway *g;
	__u32 key, start, count;

	if (!j)
		return REASON_TABLES_INCOMPLETE;
	key = slot << 1 | j->bank;
	g = bpf_map_lookup_elem(&nat_gateways, &key);
	if (!g)
		return REASON_TABLES_INCOMPLETE;
	start = scatter(g->port_seed, &j->nat_key);
	count = g->address_count;
	for (__u32 turn = 0; turn < NAT_ADDRESSES; turn++) {
		__u32 *lent, place;

		if (turn >= count)
			break;
		place = (start % count + turn) % count;
		copy_v4(j->nat_address, g->addresses[place & (NAT_ADDRESSES - 1)]);
		make_loan_key(j, j->nat_address, 0);
		lent = bpf_map_lookup_elem(&nat_counts, &j->port);
		if (lent && *lent >= g->connection_limit)
			continue;
		j->nat_port = (__u32)free_port(start);
		if (j->nat_port)
			return 0;
	}
	return REASON_NAT_GATEWAY_PORTS_EXHAUSTED;
}

/* Writes the chosen loan down. NULL if there is no room; if another processor was faster, its loan for the same connection. */
stage struct nat_mapping *lend(struct journey *j, __u32 slot)
{
	struct nat_mapping *fresh = (struct nat_mapping *)j->fresh, *m;

	m = bpf_map_lookup_elem(&nat_mappings, &j->nat_key);
	if (m) {
		/* of an address that the gateway no longer has, or idle for too long */
		take_down_loan(&j->ended, &j->nat_key, m);
		take_back(&j->nat_key, m);
		bpf_map_delete_elem(&nat_mappings, &j->nat_key);
		if (j->collect)
			tell_end(&j->ended);
	}
	__builtin_memset(j->fresh, 0, sizeof(j->fresh));
	fresh->last_seen = j->now;
	fresh->begun = TEST ? 0 : bpf_ktime_get_ns();
	fresh->slot = slot;
	fresh->port = (__u16)j->nat_port;
	copy_v4(fresh->address, j->nat_address);
	make_loan_key(j, j->nat_address, (__u16)j->nat_port);
	if (bpf_map_update_elem(&nat_ports, &j->port, &j->nat_key, BPF_NOEXIST))
		return NULL;
	if (bpf_map_update_elem(&nat_mappings, &j->nat_key, fresh, BPF_NOEXIST)) {
		bpf_map_delete_elem(&nat_ports, &j->port);
		return bpf_map_lookup_elem(&nat_mappings, &j->nat_key);
	}
	j->port.port = 0;
	count_loans(&j->port, 1);
	m = bpf_map_lookup_elem(&nat_mappings, &j->nat_key);
	if (m && !TEST && !bpf_timer_init(&m->timer, &nat_mappings, CLOCK_MONOTONIC)) {
		bpf_timer_set_callback(&m->timer, on_nat_timer);
		bpf_timer_start(&m->timer, NAT_TIMEOUT * 1000000000ULL, 0);
	}
	return m;
}

/* A packet of the connection goes on. */
stage int touch_loan(struct __sk_buff *skb, struct journey *j, struct nat_mapping *m, __u32 outward)
{
	struct packet *p = &j->packet;
	__u32 packets = skb->gso_segs ? skb->gso_segs : 1, both = NAT_FIN_OUT | NAT_FIN_IN;
	__u8 flags = m->flags;

	/* nothing prolongs a connection that is over, but a new one between the same ports */
	if (m->last_seen != j->now && (!(flags & NAT_CLOSED) || opens_connection(p)))
		m->last_seen = j->now;
	if (outward) {
		__sync_fetch_and_add(&m->packets_out, packets);
		__sync_fetch_and_add(&m->bytes_out, p->length);
	} else {
		__sync_fetch_and_add(&m->packets_in, packets);
		__sync_fetch_and_add(&m->bytes_in, p->length);
	}
	if (p->protocol != PROTOCOL_TCP || !p->has_tcp_flags || !(p->tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST)))
		return 0;
	count_flags(m->tcp[outward & 1], p);
	if (outward && opens_connection(p))
		flags = 0;
	if (p->tcp_flags & TCP_FIN)
		flags |= outward ? NAT_FIN_OUT : NAT_FIN_IN;
	if (p->tcp_flags & TCP_RST || (flags & both) == both)
		flags |= NAT_CLOSED;
	if (flags & NAT_CLOSED && !(m->flags & NAT_CLOSED) && !TEST)
		bpf_timer_start(&m->timer, TCP_CLOSED_TIMEOUT * 1000000000ULL, 0);
	m->flags = flags;
	return 0;
}

#endif
