/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From bytes to struct packet. Headers are read through a bounded copy; what is cut short or contradicts itself is refused. */
#ifndef RINGWALL_PARSE_H
#define RINGWALL_PARSE_H

#include "journey.h"

enum { MOST_EXTENSION_HEADERS = 6 };

/* An IPv4 address in IPv6's clothes never belongs on a wire, and would be taken for the IPv4 one in every table. */
inline_always int is_disguised(const __u8 *address)
{
	return !read32(address) && !read32(address + 4) && read32(address + 8) == 0xffff;
}

inline_always void parse_arp(struct journey *j, __u32 have, int *ok)
{
	struct packet *p = &j->packet;
	const __u8 *a = j->head + ETHERNET;

	*ok = have >= ETHERNET + 28 && read16(a) == 1 && read16(a + 2) == 0x0800 && a[4] == 6 && a[5] == 4;
	if (!*ok)
		return;
	p->arp_operation = read16(a + 6);
	copy_mac(p->arp_sender_mac, a + 8);
	map_v4(p->target, a + 24);
}

/* The packet that an ICMP error is about: `at` is where it begins, `end` where the outer one ends. */
stage int parse_embedded(struct __sk_buff *skb, struct journey *j, __u32 at, __u32 end)
{
	struct packet *p = &j->packet;
	__u8 *b = j->buffer;
	__u32 header = 40;

	if (p->family == FAMILY_V4) {
		if (at + 20 > end || bpf_skb_load_bytes(skb, at, b, 20))
			return 0;
		header = (b[0] & 15) * 4;
		if (b[0] >> 4 != 4 || header < 20 || (read16(b + 6) & 0x1fff))
			return 0;
		p->embedded_protocol = b[9];
		map_v4(p->embedded_source, b + 12);
		map_v4(p->embedded_destination, b + 16);
	} else {
		if (at + 40 > end || bpf_skb_load_bytes(skb, at, b, 40))
			return 0;
		if (b[0] >> 4 != 6)
			return 0;
		p->embedded_protocol = b[6];
		copy_address(p->embedded_source, b + 8);
		copy_address(p->embedded_destination, b + 24);
		if (is_disguised(p->embedded_source) || is_disguised(p->embedded_destination))
			return 0;
	}
	if (at + header + 8 > end || bpf_skb_load_bytes(skb, at + header, b, 8))
		return 0;
	p->embedded_segment = at + header;
	p->embedded_transport = TRANSPORT_OTHER;
	if (p->embedded_protocol == PROTOCOL_TCP || p->embedded_protocol == PROTOCOL_UDP) {
		p->embedded_transport = TRANSPORT_PORTS;
		p->embedded_source_port = read16(b);
		p->embedded_destination_port = read16(b + 2);
	} else if (p->embedded_protocol == (p->family == FAMILY_V4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6)) {
		p->embedded_transport = TRANSPORT_ICMP;
		p->embedded_source_port = (__u16)(b[0] << 8);
		p->embedded_destination_port = read16(b + 4);
	}
	p->has_embedded = 1;
	return 0;
}

stage int parse_transport(struct __sk_buff *skb, struct journey *j, __u32 end)
{
	struct packet *p = &j->packet;
	__u32 at = p->segment;
	__u8 *b = j->buffer;

	if (p->fragment == FRAGMENT_LATER) {
		p->transport = TRANSPORT_MISSING;
		return 1;
	}
	if (p->protocol == PROTOCOL_TCP || p->protocol == PROTOCOL_UDP) {
		__u32 need = p->protocol == PROTOCOL_TCP ? 20 : 8;

		if (at + need > end || bpf_skb_load_bytes(skb, at, b, need))
			return 0;
		p->transport = TRANSPORT_PORTS;
		p->source_port = read16(b);
		p->destination_port = read16(b + 2);
		if (p->protocol == PROTOCOL_TCP) {
			p->tcp_flags = b[13];
			p->has_tcp_flags = 1;
		}
		return 1;
	}
	if (p->protocol == (p->family == FAMILY_V4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6)) {
		__u32 kind;

		if (at + 8 > end || bpf_skb_load_bytes(skb, at, b, 8))
			return 0;
		kind = b[0];
		p->transport = TRANSPORT_ICMP;
		p->source_port = read16(b);
		p->destination_port = read16(b + 4);
		if (p->family == FAMILY_V6 && (kind == 135 || kind == 136)) {
			if (at + 24 > end || bpf_skb_load_bytes(skb, at + 8, p->target, 16) || is_disguised(p->target))
				return 0;
			p->has_target = 1;
		}
		if (is_icmp_error(p->family, kind))
			parse_embedded(skb, j, at + 8, end);
		return 1;
	}
	p->transport = TRANSPORT_OTHER;
	return 1;
}

inline_always int parse_v4(struct __sk_buff *skb, struct journey *j, __u32 have)
{
	struct packet *p = &j->packet;
	const __u8 *h = j->head + ETHERNET;
	__u32 header, flags;

	if (have < ETHERNET + 20)
		return 0;
	header = (h[0] & 15) * 4;
	p->length = read16(h + 2);
	if (h[0] >> 4 != 4 || header < 20 || p->length < header || p->length > skb->len - ETHERNET)
		return 0;
	flags = read16(h + 6);
	p->family = FAMILY_V4;
	p->identification = read16(h + 4);
	p->fragment = flags & 0x1fff ? FRAGMENT_LATER : flags & 0x2000 ? FRAGMENT_FIRST : FRAGMENT_WHOLE;
	p->hop_limit = h[8];
	p->protocol = h[9];
	map_v4(p->source, h + 12);
	map_v4(p->destination, h + 16);
	p->segment = ETHERNET + header;
	return parse_transport(skb, j, ETHERNET + p->length);
}

/* Walks to the transport header. */
stage int parse_extension_headers(struct __sk_buff *skb, struct journey *j, __u32 end)
{
	struct packet *p = &j->packet;
	__u32 at = ETHERNET + 40;
	__u8 *b = j->buffer;

#pragma clang loop unroll(full)
	for (int i = 0; i <= MOST_EXTENSION_HEADERS; i++) {
		if (p->protocol == 0 || p->protocol == 43 || p->protocol == 60) {
			if (at + 2 > end || bpf_skb_load_bytes(skb, at, b, 2))
				return 0;
			p->protocol = b[0];
			at += 8 * (b[1] + 1);
		} else if (p->protocol == 44) {
			if (at + 8 > end || bpf_skb_load_bytes(skb, at, b, 8))
				return 0;
			p->protocol = b[0];
			p->identification = read32(b + 4);
			at += 8;
			if (read16(b + 2) & 0xfff8) {
				p->fragment = FRAGMENT_LATER;
				p->segment = at;
				return 1;
			}
			if (b[3] & 1)
				p->fragment = FRAGMENT_FIRST;
		} else {
			p->segment = at;
			return at <= end;
		}
	}
	return 0;
}

inline_always int parse_v6(struct __sk_buff *skb, struct journey *j, __u32 have)
{
	struct packet *p = &j->packet;
	const __u8 *h = j->head + ETHERNET;

	if (have < ETHERNET + 40)
		return 0;
	p->length = 40 + (__u32)read16(h + 4);
	if (h[0] >> 4 != 6 || p->length > skb->len - ETHERNET)
		return 0;
	p->family = FAMILY_V6;
	p->protocol = h[6];
	p->hop_limit = h[7];
	copy_address(p->source, h + 8);
	copy_address(p->destination, h + 24);
	if (is_disguised(p->source) || is_disguised(p->destination))
		return 0;
	if (!parse_extension_headers(skb, j, ETHERNET + p->length))
		return 0;
	return parse_transport(skb, j, ETHERNET + p->length);
}

/* Fills the journey's packet; 0 if the frame cannot be read. */
part int parse(struct __sk_buff *skb)
{
	struct journey *j = here();
	__u32 have = skb->len < HEAD ? skb->len : HEAD;
	struct packet *p;
	int ok;

	if (!j)
		return 0;
	p = &j->packet;
	__builtin_memset(p, 0, sizeof(*p));
	p->segments = skb->gso_segs ? skb->gso_segs : 1;
	if (have < ETHERNET || bpf_skb_load_bytes(skb, 0, j->head, have))
		return 0;
	copy_mac(p->mac_destination, j->head);
	copy_mac(p->mac_source, j->head + 6);
	p->ethertype = skb->vlan_present ? 0x8100 : read16(j->head + 12);
	if (p->ethertype == 0x0800)
		return parse_v4(skb, j, have);
	if (p->ethertype == 0x86dd)
		return parse_v6(skb, j, have);
	if (p->ethertype == 0x0806) {
		parse_arp(j, have, &ok);
		return ok;
	}
	return 1;
}

#endif
