/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The services at link-local addresses and the VPC's resolver: never filtered (DNS-4), but counted (DNS-3). */
#ifndef RINGWALL_SERVICES_H
#define RINGWALL_SERVICES_H

#include "send.h"

enum { LINK_LOCAL_PACKETS_PER_SECOND = 1024 };

static const __u8 services_mac[6] = {0x02, 0x52, 0x57, 0, 0, 3};

/* The service that has the address in the VPC, or SERVICE_NONE (DNS-1, DNS-5, DNS-17). */
stage int service_at(struct journey *j, __u32 vpc, const __u8 *a)
{
	__u32 index = j->bank * VPC_SLOTS + vpc, last;
	struct vpc *record;
	int is_v4 = !read32(a) && !read32(a + 4) && read32(a + 8) == 0xffff;

	last = read32(a + 12);
	if (is_v4 ? last == 0xa9fea9fe : read32(a) == 0xfd000ec2 && !read32(a + 4) && !read32(a + 8) && last == 0x254)
		return SERVICE_METADATA;
	record = bpf_map_lookup_elem(&vpcs, &index);
	if (!record || !read32(record->resolver))
		return SERVICE_NONE;
	if (is_v4)
		return last == 0xa9fea9fd || last == read32(record->resolver) ? SERVICE_RESOLVER : SERVICE_NONE;
	return read32(a) == 0xfd000ec2 && !read32(a + 4) && !read32(a + 8) && last == 0x253 ? SERVICE_RESOLVER : SERVICE_NONE;
}

/* Whether the interface has sent too many packets in this second. */
inline_always int asks_too_often(struct __sk_buff *skb, struct journey *j, __u32 slot, __u32 interface)
{
	struct link_local_count *count = bpf_map_lookup_elem(&link_local, &slot);
	__u32 packets = skb->gso_segs ? skb->gso_segs : 1;

	if (!count)
		return 1;
	/* two processors at once may begin a second twice, and let a few more pass */
	if (count->second != j->now || count->interface != interface) {
		count->second = j->now;
		count->interface = interface;
		count->packets = 0;
	}
	return __sync_fetch_and_add(&count->packets, packets) + packets > LINK_LOCAL_PACKETS_PER_SECOND;
}

/* On to the services of the VPC. */
stage int send_to_services(struct __sk_buff *skb, struct journey *j, struct interface *x)
{
	__u32 index = j->bank * VPC_SLOTS + x->vpc;
	struct vpc *record = bpf_map_lookup_elem(&vpcs, &index);

	if (!record || !record->services)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	passed(j, VERDICT_SERVICE);
	return send(skb, j, record->services, services_mac, x->router);
}

/* To a service at an address of its own. */
part int ask_service(struct __sk_buff *skb, __u32 service)
{
	struct journey *j = here();
	struct interface *x;

	if (!j)
		return TC_ACT_SHOT;
	x = interface_at(j, j->slot);
	if (!x)
		return refuse(j, REASON_TABLES_INCOMPLETE);
	j->outcome.service = (__u8)service;
	if (!owns(j, x, j->slot, j->packet.source))
		return refuse(j, REASON_SOURCE_NOT_OF_INTERFACE);
	if (exceeds(skb, j, VPC_MTU))
		return refuse(j, REASON_PACKET_TOO_BIG);
	if (asks_too_often(skb, j, j->slot, x->id))
		return refuse(j, REASON_LINK_LOCAL_RATE);
	return send_to_services(skb, j, x);
}

#endif
