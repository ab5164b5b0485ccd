/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the router itself sends: ARP replies, neighbour advertisements, echo replies, and "too big". */
#ifndef RINGWALL_ANSWER_H
#define RINGWALL_ANSWER_H

#include "journey.h"

/* The answer goes back where the frame came from. */
inline_always int send_back(struct __sk_buff *skb)
{
	return (int)bpf_redirect(skb->ifindex, 0);
}

/* Folds a sum of 16-bit words in memory order to a checksum in memory order. */
inline_always __u16 fold(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

inline_always void write_ethernet(__u8 *to, const __u8 *destination, const __u8 *source, __u16 ethertype)
{
	copy_mac(to, destination);
	copy_mac(to + 6, source);
	to[12] = (__u8)(ethertype >> 8);
	to[13] = (__u8)ethertype;
}

/* ARP reply: j->packet.target is at `mac`. */
stage int answer_arp(struct __sk_buff *skb, struct journey *j, const __u8 *mac)
{
	__u8 *b = j->buffer;

	write_ethernet(b, j->packet.mac_source, mac, 0x0806);
	copy_mac(b + 14, j->head + 14);
	b[20] = 0;
	b[21] = 2;
	copy_mac(b + 22, mac);
	copy_v4(b + 28, j->head + 38);
	__builtin_memcpy(b + 32, j->head + 22, 10);
	if (bpf_skb_store_bytes(skb, 0, b, 42, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

/* Neighbour advertisement: j->packet.target is at `mac`. */
stage int answer_solicitation(struct __sk_buff *skb, struct journey *j, const __u8 *mac, __u32 router)
{
	struct packet *p = &j->packet;
	__u8 *b = j->buffer;
	__u16 checksum;
	__s64 sum;

	__builtin_memset(b, 0, 88);
	write_ethernet(b, p->mac_source, mac, 0x86dd);
	b[14] = 0x60;
	b[19] = 32;
	b[20] = PROTOCOL_ICMPV6;
	b[21] = 255;
	copy_address(b + 22, p->target);
	copy_address(b + 38, p->source);
	b[54] = 136;
	/* router, solicited, override */
	b[58] = router ? 0xe0 : 0x60;
	copy_address(b + 62, p->target);
	b[78] = 2;
	b[79] = 1;
	copy_mac(b + 80, mac);
	/* pseudo-header: both addresses, length, next header */
	sum = bpf_csum_diff(NULL, 0, b + 22, 64, 0);
	if (sum < 0)
		return TC_ACT_SHOT;
	checksum = fold((__u64)sum + swap16(32) + swap16(PROTOCOL_ICMPV6));
	__builtin_memcpy(b + 56, &checksum, 2);
	if (bpf_skb_change_tail(skb, 86, 0) || bpf_skb_store_bytes(skb, 0, b, 86, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

/* Echo reply from the router. Swapped addresses leave the checksums as they are; the new type changes ICMP's. */
stage int answer_echo(struct __sk_buff *skb, struct journey *j)
{
	struct packet *p = &j->packet;
	__u32 at = p->segment, is_v4 = p->family == FAMILY_V4;
	__u8 *b = j->buffer;
	__u8 kind = is_v4 ? 0 : 129;

	copy_mac(b, p->mac_source);
	copy_mac(b + 6, p->mac_destination);
	if (bpf_skb_store_bytes(skb, 0, b, 12, 0))
		return TC_ACT_SHOT;
	if (is_v4) {
		copy_v4(b, p->destination + 12);
		copy_v4(b + 4, p->source + 12);
		if (bpf_skb_store_bytes(skb, ETHERNET + 12, b, 8, 0))
			return TC_ACT_SHOT;
	} else {
		copy_address(b, p->destination);
		copy_address(b + 16, p->source);
		if (bpf_skb_store_bytes(skb, ETHERNET + 8, b, 32, 0))
			return TC_ACT_SHOT;
	}
	if (bpf_l4_csum_replace(skb, at + 2, swap16((__u16)(is_v4 ? 8 << 8 : 128 << 8)), swap16((__u16)(kind << 8)), 2) ||
		bpf_skb_store_bytes(skb, at, &kind, 1, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

/*
 * How much of a packet that is too big its sender is shown. More than the headers and eight bytes, which would do, because
 * the kernel trims no packet to less than where it believes a transport header to begin, or its checksum to be still missing:
 * behind the headers of TCP, and of a tunnel within.
 */
enum { QUOTED = 128 };

/* Puts the start of the packet into j->buffer; 0 if it has none. */
inline_always int quote(struct __sk_buff *skb, struct journey *j)
{
	return !bpf_skb_load_bytes(skb, ETHERNET, j->buffer, QUOTED);
}

/* "Fragmentation needed" (type 3, code 4) from the router of the subnet, with the start of the packet. */
stage int answer_too_big_v4(struct __sk_buff *skb, struct journey *j, const __u8 *router_mac, const __u8 *router, __u32 mtu)
{
	__u32 total = 28 + QUOTED;
	__u8 *h = j->head;
	__u16 checksum;
	__s64 sum;

	if (!quote(skb, j) || bpf_skb_change_tail(skb, ETHERNET + QUOTED, 0) || bpf_skb_change_head(skb, 28, 0))
		return TC_ACT_SHOT;
	__builtin_memset(h, 0, 42);
	write_ethernet(h, j->packet.mac_source, router_mac, 0x0800);
	h[14] = 0x45;
	h[16] = (__u8)(total >> 8);
	h[17] = (__u8)total;
	h[22] = 64;
	h[23] = PROTOCOL_ICMP;
	copy_v4(h + 26, router);
	copy_v4(h + 30, j->written_source + 12);
	sum = bpf_csum_diff(NULL, 0, h + 14, 20, 0);
	checksum = fold((__u64)sum);
	__builtin_memcpy(h + 24, &checksum, 2);
	h[34] = 3;
	h[35] = 4;
	h[40] = (__u8)(mtu >> 8);
	h[41] = (__u8)mtu;
	sum = bpf_csum_diff(NULL, 0, h + 34, 8, 0);
	sum = bpf_csum_diff(NULL, 0, j->buffer, QUOTED, (__u32)sum);
	checksum = fold((__u64)sum);
	__builtin_memcpy(h + 36, &checksum, 2);
	if (bpf_skb_store_bytes(skb, 0, h, 42, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

/* "Packet too big" (type 2) from the router's link-local address, with the start of the packet. */
stage int answer_too_big_v6(struct __sk_buff *skb, struct journey *j, const __u8 *router_mac, const __u8 *router, __u32 mtu)
{
	__u32 length = 8 + QUOTED;
	__u8 *h = j->head;
	__u16 checksum;
	__s64 sum;

	if (!quote(skb, j) || bpf_skb_change_tail(skb, ETHERNET + QUOTED, 0) || bpf_skb_change_head(skb, 48, 0))
		return TC_ACT_SHOT;
	__builtin_memset(h, 0, 62);
	write_ethernet(h, j->packet.mac_source, router_mac, 0x86dd);
	h[14] = 0x60;
	h[18] = (__u8)(length >> 8);
	h[19] = (__u8)length;
	h[20] = PROTOCOL_ICMPV6;
	h[21] = 64;
	copy_address(h + 22, router);
	copy_address(h + 38, j->written_source);
	h[54] = 2;
	h[60] = (__u8)(mtu >> 8);
	h[61] = (__u8)mtu;
	sum = bpf_csum_diff(NULL, 0, h + 22, 40, 0);
	sum = bpf_csum_diff(NULL, 0, j->buffer, QUOTED, (__u32)sum);
	checksum = fold((__u64)sum + swap16((__u16)length) + swap16(PROTOCOL_ICMPV6));
	__builtin_memcpy(h + 56, &checksum, 2);
	if (bpf_skb_store_bytes(skb, 0, h, 62, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

/* A reset from where the segment was going, at the place in the stream that the segment itself names (RFC 9293, 3.5.2). */
stage int answer_reset(struct __sk_buff *skb, struct journey *j, const __u8 *router_mac)
{
	__u8 *h = j->head, *tcp = j->buffer;
	__u32 at = j->packet.segment, length, next;
	__u16 checksum;
	__s64 sum;

	if (bpf_skb_load_bytes(skb, at, tcp, 20))
		return TC_ACT_SHOT;
	/* what is behind the segment's own header, which may be longer than the new one, is padding to whoever reads it */
	length = j->packet.length - (at - ETHERNET) - (__u32)(tcp[12] >> 4) * 4;
	if (bpf_skb_change_tail(skb, at + 20, 0))
		return TC_ACT_SHOT;
	__builtin_memset(h, 0, 54);
	write_ethernet(h, j->packet.mac_source, router_mac, 0x0800);
	h[14] = 0x45;
	h[17] = 40;
	h[20] = 0x40;
	h[22] = 64;
	h[23] = PROTOCOL_TCP;
	copy_v4(h + 26, j->written_destination + 12);
	copy_v4(h + 30, j->written_source + 12);
	sum = bpf_csum_diff(NULL, 0, h + 14, 20, 0);
	checksum = fold((__u64)sum);
	__builtin_memcpy(h + 24, &checksum, 2);
	__builtin_memcpy(h + 34, tcp + 2, 2);
	__builtin_memcpy(h + 36, tcp, 2);
	h[46] = 0x50;
	h[47] = TCP_RST;
	if (tcp[13] & TCP_ACK) {
		copy_v4(h + 38, tcp + 8);
	} else {
		next = read32(tcp + 4) + length + !!(tcp[13] & TCP_SYN) + !!(tcp[13] & TCP_FIN);
		next = swap32(next);
		__builtin_memcpy(h + 42, &next, 4);
		h[47] |= TCP_ACK;
	}
	/* pseudo-header: both addresses, protocol, length */
	sum = bpf_csum_diff(NULL, 0, h + 26, 28, 0);
	checksum = fold((__u64)sum + swap16(PROTOCOL_TCP) + swap16(20));
	__builtin_memcpy(h + 50, &checksum, 2);
	if (bpf_skb_store_bytes(skb, 0, h, 54, 0))
		return TC_ACT_SHOT;
	return send_back(skb);
}

#endif
