/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel offers: the packet's context, the helpers, and how maps are declared. Written out here so that the
 * program needs clang and nothing else. `host/host.h` offers the same to the build for the host.
 */
#ifndef RINGWALL_KERNEL_H
#define RINGWALL_KERNEL_H

#include "types.h"

#define SEC(name) __attribute__((section(name), used))

/* The start of the kernel's struct __sk_buff, which never changes its order. */
struct __sk_buff {
	__u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority, ingress_ifindex, ifindex,
		tc_index, cb[5], hash, tc_classid, data, data_end, napi_id, family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4],
		remote_port, local_port, data_meta;
	__u64 flow_keys, tstamp;
	__u32 wire_len, gso_segs;
	__u64 sk;
	__u32 gso_size;
};

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_LPM_TRIE = 11,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_F_PSEUDO_HDR = 16, BPF_F_MARK_MANGLED_0 = 32 };
enum { TC_ACT_OK = 0, TC_ACT_SHOT = 2 };
enum { CLOCK_MONOTONIC = 1 };

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static long (*bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static __u64 (*bpf_ktime_get_ns)(void) = (void *)5;
static long (*bpf_skb_store_bytes)(struct __sk_buff *skb, __u32 offset, const void *from, __u32 len, __u64 flags) = (void *)9;
static long (*bpf_l3_csum_replace)(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 size) = (void *)10;
static long (*bpf_l4_csum_replace)(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 flags) = (void *)11;
static long (*bpf_tail_call)(void *ctx, void *programs, __u32 index) = (void *)12;
static long (*bpf_redirect)(__u32 ifindex, __u64 flags) = (void *)23;
static long (*bpf_skb_load_bytes)(const struct __sk_buff *skb, __u32 offset, void *to, __u32 len) = (void *)26;
static __s64 (*bpf_csum_diff)(void *from, __u32 from_size, void *to, __u32 to_size, __u32 seed) = (void *)28;
static long (*bpf_skb_change_tail)(struct __sk_buff *skb, __u32 len, __u64 flags) = (void *)38;
static long (*bpf_skb_change_head)(struct __sk_buff *skb, __u32 len, __u64 flags) = (void *)43;
static long (*bpf_ringbuf_output)(void *ring, void *data, __u64 size, __u64 flags) = (void *)130;
static long (*bpf_redirect_peer)(__u32 ifindex, __u64 flags) = (void *)155;
static __u64 (*bpf_ktime_get_coarse_ns)(void) = (void *)160;
static long (*bpf_for_each_map_elem)(void *map, void *callback, void *context, __u64 flags) = (void *)164;
static long (*bpf_timer_init)(struct bpf_timer *timer, void *map, __u64 flags) = (void *)169;
static long (*bpf_timer_set_callback)(struct bpf_timer *timer, void *callback) = (void *)170;
static long (*bpf_timer_start)(struct bpf_timer *timer, __u64 nanoseconds, __u64 flags) = (void *)171;

#define MAP(name, map_type, key_type, value_type, entries, flags)                                                                       \
	struct {                                                                                                                            \
		int(*type)[map_type];                                                                                                           \
		key_type *key;                                                                                                                  \
		value_type *value;                                                                                                              \
		int(*max_entries)[entries];                                                                                                     \
		int(*map_flags)[flags];                                                                                                         \
	} name SEC(".maps")

#define RING(name, bytes)                                                                                                               \
	struct {                                                                                                                            \
		int(*type)[BPF_MAP_TYPE_RINGBUF];                                                                                               \
		int(*max_entries)[bytes];                                                                                                       \
	} name SEC(".maps")

#define PROGRAMS(name, entries)                                                                                                         \
	struct {                                                                                                                            \
		int(*type)[BPF_MAP_TYPE_PROG_ARRAY];                                                                                            \
		int(*key_size)[4];                                                                                                              \
		int(*value_size)[4];                                                                                                            \
		int(*max_entries)[entries];                                                                                                     \
	} name SEC(".maps")

/* A constant that is set before the program is loaded. */
#define CONSTANT(type, name) const volatile type name SEC(".rodata")

#endif
