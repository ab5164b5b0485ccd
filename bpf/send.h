/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rewriting: a passed packet's bytes are brought to what the gates made of it, and it is handed to the next link. */
#ifndef RINGWALL_SEND_H
#define RINGWALL_SEND_H

#include "report.h"

/* Writes one translated IPv4 address, and what the checksums make of it. */
stage int rewrite_v4(struct __sk_buff *skb, struct journey *j, __u32 offset, const __u8 *from, const __u8 *to)
{
	struct packet *p = &j->packet;
	__u32 old, new;

	__builtin_memcpy(&old, from + 12, 4);
	__builtin_memcpy(&new, to + 12, 4);
	if (old == new)
		return 0;
	if (p->transport == TRANSPORT_PORTS && p->fragment != FRAGMENT_LATER) {
		__u32 at = p->segment + (p->protocol == PROTOCOL_TCP ? 16 : 6);
		__u64 flags = BPF_F_PSEUDO_HDR | 4 | (p->protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0);

		if (bpf_l4_csum_replace(skb, at, old, new, flags))
			return 1;
	}
	return bpf_l3_csum_replace(skb, ETHERNET + 10, old, new, 4) || bpf_skb_store_bytes(skb, offset, &new, 4, 0);
}

/* The packet inside an ICMP error: its header checksum makes up for the address, so that ICMP's own stays right. */
stage int rewrite_embedded(struct __sk_buff *skb, struct journey *j, __u32 offset, const __u8 *to)
{
	__u32 at = j->packet.segment + 8, old, new;

	__builtin_memcpy(&new, to + 12, 4);
	if (bpf_skb_load_bytes(skb, at + offset, &old, 4))
		return 1;
	if (old == new)
		return 0;
	return bpf_l3_csum_replace(skb, at + 10, old, new, 4) || bpf_skb_store_bytes(skb, at + offset, &new, 4, 0);
}

/* Writes one translated port or ICMP identifier, and what the transport's checksum makes of it. */
stage int rewrite_port(struct __sk_buff *skb, struct journey *j, __u32 offset, __u32 from, __u32 to)
{
	struct packet *p = &j->packet;
	__u32 at = p->segment + (p->protocol == PROTOCOL_TCP ? 16 : p->protocol == PROTOCOL_UDP ? 6 : 2);
	__u16 new = swap16((__u16)to);

	if (from == to)
		return 0;
	if (bpf_l4_csum_replace(skb, at, swap16((__u16)from), new, 2 | (p->protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0)))
		return 1;
	return !!bpf_skb_store_bytes(skb, offset, &new, 2, 0);
}

/* Ports, and the ports of the packet inside an ICMP error, which ICMP's own checksum covers. */
part int rewrite_ports(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct packet *p;
	__u32 at, shown;

	if (!j)
		return 1;
	p = &j->packet;
	at = p->segment;
	if (p->fragment == FRAGMENT_LATER)
		return 0;
	if (p->transport == TRANSPORT_PORTS)
		return rewrite_port(skb, j, at, j->written_source_port, p->source_port) ||
			   rewrite_port(skb, j, at + 2, j->written_destination_port, p->destination_port);
	if (p->transport != TRANSPORT_ICMP)
		return 0;
	if (!p->has_embedded)
		return rewrite_port(skb, j, at + 4, j->written_destination_port, p->destination_port);
	shown = p->embedded_segment;
	if (p->embedded_transport == TRANSPORT_ICMP)
		return rewrite_port(skb, j, shown + 4, j->written_embedded_destination_port, p->embedded_destination_port);
	return rewrite_port(skb, j, shown, j->written_embedded_source_port, p->embedded_source_port) ||
		   rewrite_port(skb, j, shown + 2, j->written_embedded_destination_port, p->embedded_destination_port);
}

/* Brings the packet's bytes to what the gates made of its addresses. */
part int rewrite(struct __sk_buff *skb)
{
	struct journey *j = here();
	struct packet *p;

	if (!j)
		return 1;
	p = &j->packet;
	if (rewrite_v4(skb, j, ETHERNET + 12, j->written_source, p->source) ||
		rewrite_v4(skb, j, ETHERNET + 16, j->written_destination, p->destination))
		return 1;
	if (j->through && rewrite_ports(skb))
		return 1;
	if (p->has_embedded)
		return rewrite_embedded(skb, j, 12, p->embedded_source) || rewrite_embedded(skb, j, 16, p->embedded_destination);
	return 0;
}

inline_always int send(struct __sk_buff *skb, struct journey *j, __u32 ifindex, const __u8 *destination, const __u8 *source)
{
	__u8 macs[12];

	copy_mac(macs, destination);
	copy_mac(macs + 6, source);
	if (j->packet.family == FAMILY_V4 &&
		(!same_address(j->written_source, j->packet.source) || !same_address(j->written_destination, j->packet.destination)) &&
		rewrite(skb))
		return refuse(j, REASON_MALFORMED_PACKET);
	if (bpf_skb_store_bytes(skb, 0, macs, 12, 0))
		return refuse(j, REASON_MALFORMED_PACKET);
	return (int)bpf_redirect_peer(ifindex, 0);
}

#endif
