// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The kernel's helpers, written for being right and strict rather than fast. */
#include "host.h"

static __u32 hash(const __u8 *key, __u32 size)
{
	__u32 value = 2166136261u;

	for (__u32 i = 0; i < size; i++)
		value = (value ^ key[i]) * 16777619u;
	return value % HOST_BUCKETS;
}

static struct host_element **find(struct host_map *map, const __u8 *key)
{
	struct host_element **at = &map->buckets[hash(key, map->key_size)];

	while (*at && memcmp((*at)->key, key, map->key_size))
		at = &(*at)->next;
	return at;
}

static void *array_element(struct host_map *map, __u32 index)
{
	if (index >= map->max_entries)
		return NULL;
	if (!map->array)
		map->array = calloc(map->max_entries, sizeof(void *));
	if (!map->array[index])
		map->array[index] = calloc(1, map->value_size);
	return map->array[index];
}

static __u32 prefix_length(const __u8 *key)
{
	__u32 length;

	memcpy(&length, key, 4);
	return length;
}

static void *longest(struct host_map *map, const __u8 *key)
{
	__u8 cut[64];

	for (int length = (int)prefix_length(key); length >= 0; length--) {
		struct host_element *found;
		__u32 bits = (__u32)length;

		if (!map->lengths[length])
			continue;
		memcpy(cut, &bits, 4);
		for (__u32 i = 4; i < map->key_size; i++) {
			int kept = length - (int)(i - 4) * 8;

			kept = kept < 0 ? 0 : kept > 8 ? 8 : kept;
			cut[i] = (__u8)(key[i] & ~(0xff >> kept));
		}
		found = *find(map, cut);
		if (found)
			return found->value;
	}
	return NULL;
}

void *bpf_map_lookup_elem(void *opaque, const void *key)
{
	struct host_map *map = opaque;
	struct host_element *found;
	__u32 index;

	if (map->type == BPF_MAP_TYPE_ARRAY || map->type == BPF_MAP_TYPE_PERCPU_ARRAY) {
		memcpy(&index, key, 4);
		return array_element(map, index);
	}
	if (map->type == BPF_MAP_TYPE_LPM_TRIE)
		return longest(map, key);
	found = *find(map, key);
	return found ? found->value : NULL;
}

long bpf_map_update_elem(void *opaque, const void *key, const void *value, __u64 flags)
{
	struct host_map *map = opaque;
	struct host_element **at, *element;
	__u32 index;

	if (map->type == BPF_MAP_TYPE_ARRAY || map->type == BPF_MAP_TYPE_PERCPU_ARRAY) {
		void *slot;

		memcpy(&index, key, 4);
		slot = array_element(map, index);
		if (!slot)
			return -7;
		memcpy(slot, value, map->value_size);
		return 0;
	}
	at = find(map, key);
	element = *at;
	if (element && flags == BPF_NOEXIST)
		return -17;
	if (!element) {
		if (map->count >= map->max_entries)
			return -7;
		element = calloc(1, sizeof(*element));
		element->key = malloc(map->key_size);
		memcpy(element->key, key, map->key_size);
		*at = element;
		map->count++;
		if (map->type == BPF_MAP_TYPE_LPM_TRIE)
			map->lengths[prefix_length(key)]++;
	}
	/* as in the kernel, a new value lies elsewhere than the old one */
	free(element->value);
	element->value = malloc(map->value_size);
	memcpy(element->value, value, map->value_size);
	return 0;
}

long bpf_map_delete_elem(void *opaque, const void *key)
{
	struct host_map *map = opaque;
	struct host_element **at = find(map, key), *element = *at;

	if (!element)
		return -2;
	*at = element->next;
	if (map->type == BPF_MAP_TYPE_LPM_TRIE)
		map->lengths[prefix_length(key)]--;
	map->count--;
	free(element->key);
	free(element->value);
	free(element);
	return 0;
}

long bpf_for_each_map_elem(void *opaque, void *callback, void *context, __u64 flags)
{
	struct host_map *map = opaque;
	__u64 (*call)(void *, void *, void *, void *);
	long count = 0;

	(void)flags;
	memcpy(&call, &callback, sizeof(call));
	for (int bucket = 0; bucket < HOST_BUCKETS; bucket++) {
		struct host_element *element = map->buckets[bucket], *next;

		for (; element; element = next) {
			next = element->next;
			call(map, element->key, element->value, context);
			count++;
		}
	}
	return count;
}

__u64 bpf_ktime_get_ns(void)
{
	return 0;
}

__u64 bpf_ktime_get_coarse_ns(void)
{
	return 0;
}

static int outside(const struct __sk_buff *skb, __u32 offset, __u32 len)
{
	return offset > skb->len || len > skb->len - offset;
}

long bpf_skb_load_bytes(const struct __sk_buff *skb, __u32 offset, void *to, __u32 len)
{
	if (outside(skb, offset, len)) {
		memset(to, 0, len);
		return -14;
	}
	memcpy(to, skb->bytes + offset, len);
	return 0;
}

long bpf_skb_store_bytes(struct __sk_buff *skb, __u32 offset, const void *from, __u32 len, __u64 flags)
{
	(void)flags;
	if (outside(skb, offset, len))
		return -14;
	memcpy(skb->bytes + offset, from, len);
	return 0;
}

static __u16 folded(__u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)sum;
}

static long replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u32 size, int mangled_zero)
{
	__u16 checksum;
	__u64 sum;

	if (outside(skb, offset, 2))
		return -14;
	memcpy(&checksum, skb->bytes + offset, 2);
	if (mangled_zero && !checksum)
		return 0;
	sum = (__u16)~checksum;
	if (size == 2) {
		sum += (__u16)~from + (__u16)to;
	} else {
		sum += (__u16)~from + (__u16)~(from >> 16);
		sum += (__u16)to + (__u16)(to >> 16);
	}
	checksum = (__u16)~folded(sum);
	if (mangled_zero && !checksum)
		checksum = 0xffff;
	memcpy(skb->bytes + offset, &checksum, 2);
	return 0;
}

long bpf_l3_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 size)
{
	return replace(skb, offset, from, to, (__u32)size, 0);
}

long bpf_l4_csum_replace(struct __sk_buff *skb, __u32 offset, __u64 from, __u64 to, __u64 flags)
{
	return replace(skb, offset, from, to, flags & 15, !!(flags & BPF_F_MARK_MANGLED_0));
}

__s64 bpf_csum_diff(void *from, __u32 from_size, void *to, __u32 to_size, __u32 seed)
{
	__u64 sum = seed;
	__u16 word;

	if (from_size % 4 || to_size % 4)
		return -22;
	for (__u32 i = 0; i < from_size; i += 2) {
		memcpy(&word, (__u8 *)from + i, 2);
		sum += (__u16)~word;
	}
	for (__u32 i = 0; i < to_size; i += 2) {
		memcpy(&word, (__u8 *)to + i, 2);
		sum += word;
	}
	return folded(sum);
}

long bpf_skb_change_tail(struct __sk_buff *skb, __u32 len, __u64 flags)
{
	(void)flags;
	skb->bytes = realloc(skb->bytes, len);
	if (len > skb->len)
		memset(skb->bytes + skb->len, 0, len - skb->len);
	skb->len = len;
	return 0;
}

long bpf_skb_change_head(struct __sk_buff *skb, __u32 len, __u64 flags)
{
	(void)flags;
	skb->bytes = realloc(skb->bytes, skb->len + len);
	memmove(skb->bytes + len, skb->bytes, skb->len);
	memset(skb->bytes, 0, len);
	skb->len += len;
	return 0;
}

long bpf_redirect(__u32 ifindex, __u64 flags)
{
	(void)ifindex;
	(void)flags;
	return TC_ACT_REDIRECT;
}

long bpf_redirect_peer(__u32 ifindex, __u64 flags)
{
	(void)ifindex;
	(void)flags;
	return TC_ACT_REDIRECT;
}

long bpf_tail_call(void *context, void *programs, __u32 index)
{
	(void)context;
	(void)programs;
	(void)index;
	return -1;
}

long bpf_ringbuf_output(void *ring, void *data, __u64 size, __u64 flags)
{
	(void)ring;
	(void)data;
	(void)size;
	(void)flags;
	return 0;
}

long bpf_timer_init(struct bpf_timer *timer, void *map, __u64 flags)
{
	(void)timer;
	(void)map;
	(void)flags;
	return 0;
}

long bpf_timer_set_callback(struct bpf_timer *timer, void *callback)
{
	(void)timer;
	(void)callback;
	return 0;
}

long bpf_timer_start(struct bpf_timer *timer, __u64 nanoseconds, __u64 flags)
{
	(void)timer;
	(void)nanoseconds;
	(void)flags;
	return 0;
}
