// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The gates as a process: commands come on standard input, outcomes go to standard output. One byte says what is asked:
 * 1 put (map, key size, value size, key, value), 2 delete (map, key size, key), 3 flip (bank), 4 judge (side: 0 internet,
 * 1 interface, 2 services; slot, second, length, frame), 5 sweep (second). Numbers are in the machine's order, map 1 byte, sizes 2, the others 4.
 */
#include <stdio.h>

#include "../journey.bpf.c"

static struct host_map *maps[] = {
	&control, &interface_slots, &interfaces, &vpcs, &endpoints, &neighbours, &public_addresses, &rule_sets, &rule_prefixes, &rule_ports,
	&rule_identities, &routes, &session_counts, &nat_gateways, &service_links,
};

static int take(void *to, size_t size)
{
	return size == 0 || fread(to, size, 1, stdin) == 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "host: %s\n", what);
	exit(2);
}

static __u32 number(void)
{
	__u32 value;

	if (!take(&value, 4))
		fail("cut short");
	return value;
}

static struct host_map *named(__u16 *key_size)
{
	__u8 index;

	if (!take(&index, 1) || index >= sizeof(maps) / sizeof(maps[0]) || !take(key_size, 2) || *key_size != maps[index]->key_size)
		fail("no such map or key");
	return maps[index];
}

static void put(void)
{
	__u8 key[64], value[512];
	__u16 key_size, value_size;
	struct host_map *map = named(&key_size);

	if (!take(&value_size, 2) || value_size != map->value_size || !take(key, key_size) || !take(value, value_size))
		fail("bad put");
	if (bpf_map_update_elem(map, key, value, BPF_ANY))
		fail("map is full");
}

static void delete(void)
{
	__u8 key[64];
	__u16 key_size;
	struct host_map *map = named(&key_size);

	if (!take(key, key_size))
		fail("bad delete");
	bpf_map_delete_elem(map, key);
}

static void flip(void)
{
	struct control *c;
	__u32 zero = 0;

	c = bpf_map_lookup_elem(&control, &zero);
	c->bank = number();
}

static void set_clock(void)
{
	__u32 zero = 0, now = number();

	bpf_map_update_elem(&test_clock, &zero, &now, BPF_ANY);
}

static void judge(void)
{
	struct __sk_buff skb = {0};
	struct outcome *outcome;
	__u32 zero = 0, side = number();

	skb.mark = number();
	set_clock();
	skb.len = number();
	skb.bytes = malloc(skb.len);
	if (!take(skb.bytes, skb.len))
		fail("bad frame");
	if (side == 1)
		from_interface(&skb);
	else if (side == 2)
		from_services(&skb);
	else
		from_uplink(&skb);
	outcome = bpf_map_lookup_elem(&test_outcome, &zero);
	fwrite(outcome, sizeof(*outcome), 1, stdout);
	fwrite(&skb.len, 4, 1, stdout);
	fwrite(skb.bytes, skb.len, 1, stdout);
	fflush(stdout);
	free(skb.bytes);
}

int main(void)
{
	struct __sk_buff none = {0};
	__u8 command;

	while (take(&command, 1)) {
		switch (command) {
		case 1:
			put();
			break;
		case 2:
			delete ();
			break;
		case 3:
			flip();
			break;
		case 4:
			judge();
			break;
		case 5:
			set_clock();
			sweep(&none);
			break;
		default:
			fail("no such command");
		}
	}
	return 0;
}
