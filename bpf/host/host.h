/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel offers, for the build that runs as a process of its own under the sanitizers: every value of a map is
 * an allocation of its own, so that a read beside it is caught.
 */
#ifndef RINGWALL_HOST_H
#define RINGWALL_HOST_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../types.h"

#define SEC(name)

struct __sk_buff {
	__u32 len, mark, vlan_present, ifindex, gso_segs, gso_size;
	__u8 *bytes;
};

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_LPM_TRIE = 11,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_F_PSEUDO_HDR = 16, BPF_F_MARK_MANGLED_0 = 32 };
enum { TC_ACT_OK = 0, TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };
enum { CLOCK_MONOTONIC = 1 };

#define HOST_BUCKETS 4096
#define HOST_LONGEST 256

struct host_element {
	struct host_element *next;
	__u8 *key;
	void *value;
};

struct host_map {
	__u32 type, key_size, value_size, max_entries;
	__u32 count;
	/* how many elements of a trie have each prefix length */
	__u32 lengths[HOST_LONGEST];
	struct host_element *buckets[HOST_BUCKETS];
	/* the elements of an array */
	void **array;
};

#define MAP(name, map_type, key_type, value_type, entries, flags)                                                                       \
	static struct host_map name = {.type = map_type, .key_size = sizeof(key_type), .value_size = sizeof(value_type), .max_entries = entries}
#define RING(name, bytes) static struct host_map name = {.type = BPF_MAP_TYPE_RINGBUF, .max_entries = bytes}
#define PROGRAMS(name, entries) static struct host_map name = {.type = 3, .max_entries = entries}
/* The host build is always the one for tests. */
#define CONSTANT(type, name) static const type name = 1

void *bpf_map_lookup_elem(void *map, const void *key);
long bpf_map_update_elem(void *map, const void *key, const void *value, __u64 flags);
long bpf_map_delete_elem(void *map, const void *key);
long bpf_for_each_map_elem(void *map, void *callback, void *context, __u64 flags);
__u64 bpf_ktime_get_ns(void);
__u64 bpf_ktime_get_coarse_ns(void);
long bpf_skb_load_bytes(const struct __sk_buff *skb, __u32 offset, void *to, __u32 len);
long bpf_skb_store_bytes(struct __sk_buff *skb, __u32 offset, const void *from, __u32 len, __u64 flags);
long bpf_l3_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 size);
long bpf_l4_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 flags);
__s64 bpf_csum_diff(void *from, __u32 from_size, void *to, __u32 to_size, __u32 seed);
long bpf_skb_change_tail(struct __sk_buff *skb, __u32 len, __u64 flags);
long bpf_skb_change_head(struct __sk_buff *skb, __u32 len, __u64 flags);
long bpf_redirect(__u32 ifindex, __u64 flags);
long bpf_redirect_peer(__u32 ifindex, __u64 flags);
long bpf_tail_call(void *context, void *programs, __u32 index);
long bpf_ringbuf_output(void *ring, void *data, __u64 size, __u64 flags);
long bpf_timer_init(struct bpf_timer *timer, void *map, __u64 flags);
long bpf_timer_set_callback(struct bpf_timer *timer, void *callback);
long bpf_timer_start(struct bpf_timer *timer, __u64 nanoseconds, __u64 flags);

#endif
