/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Integer types by the kernel's names, for the kernel and for the host. */
#ifndef RINGWALL_TYPES_H
#define RINGWALL_TYPES_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef int __s32;
typedef long long __s64;

/* Reads a field of the packet's context here and now: the verifier refuses what compilers make of two reads in two branches. */
#define context(field) (*(volatile __typeof__(field) *)&(field))

#ifndef NULL
#define NULL ((void *)0)
#endif

/* The kernel's timer inside a map value; only the kernel writes it. */
struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));

#define inline_always static inline __attribute__((always_inline))
/* A function with a stack frame of its own. */
#define stage static __attribute__((noinline))
/*
 * A function that the verifier follows once, for any arguments, and not again at every call: so the time to load the
 * program is the sum of its parts and not their product. Arguments are the packet and numbers; the rest is found by here().
 */
#define part __attribute__((noinline))

/* Addresses are copied and compared by larger units than bytes, which is a quarter of the work; the machines that run this do not mind
 * where they lie. */
#ifdef RINGWALL_HOST
typedef __u32 __attribute__((may_alias, aligned(1))) word_of_bytes;
typedef __u16 __attribute__((may_alias, aligned(1))) half_of_bytes;
#else
typedef __u32 __attribute__((may_alias)) word_of_bytes;
typedef __u16 __attribute__((may_alias)) half_of_bytes;
#endif

inline_always __u16 swap16(__u16 value)
{
	return __builtin_bswap16(value);
}

inline_always __u32 swap32(__u32 value)
{
	return __builtin_bswap32(value);
}

inline_always __u16 read16(const __u8 *bytes)
{
	return (__u16)(bytes[0] << 8 | bytes[1]);
}

inline_always __u32 read32(const __u8 *bytes)
{
	__u32 value = *(const word_of_bytes *)bytes;

	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(value) : value;
}

inline_always void copy_address(__u8 *to, const __u8 *from)
{
	word_of_bytes *a = (word_of_bytes *)to;
	const word_of_bytes *b = (const word_of_bytes *)from;

	a[0] = b[0];
	a[1] = b[1];
	a[2] = b[2];
	a[3] = b[3];
}

inline_always void copy_v4(__u8 *to, const __u8 *from)
{
	*(word_of_bytes *)to = *(const word_of_bytes *)from;
}

inline_always void copy_mac(__u8 *to, const __u8 *from)
{
	half_of_bytes *a = (half_of_bytes *)to;
	const half_of_bytes *b = (const half_of_bytes *)from;

	a[0] = b[0];
	a[1] = b[1];
	a[2] = b[2];
}

inline_always int same_address(const __u8 *one, const __u8 *other)
{
	const word_of_bytes *a = (const word_of_bytes *)one, *b = (const word_of_bytes *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

inline_always int same_mac(const __u8 *one, const __u8 *other)
{
	const half_of_bytes *a = (const half_of_bytes *)one, *b = (const half_of_bytes *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* An IPv4 address in the form of an IPv6 one. */
inline_always void map_v4(__u8 *to, const __u8 *v4)
{
	word_of_bytes *words = (word_of_bytes *)to;

	words[0] = 0;
	words[1] = 0;
	/* 00 00 ff ff in memory, on either kind of machine */
	words[2] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0xffff0000 : 0x0000ffff;
	copy_v4(to + 12, v4);
}

#endif
