/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An interface sends from, and takes for, its own addresses alone, unless the check is off (ENI-5). */
#ifndef RINGWALL_SOURCE_CHECK_H
#define RINGWALL_SOURCE_CHECK_H

#include "../journey.h"

inline_always int owns(struct journey *j, struct interface *i, __u32 slot, const __u8 *address)
{
	struct endpoint *endpoint = endpoint_at(j, i->vpc, address);

	return endpoint && endpoint->slot == slot;
}

stage int permits_address(struct journey *j, struct interface *i, __u32 slot, const __u8 *address)
{
	return !(i->flags & INTERFACE_CHECKS_ADDRESSES) || owns(j, i, slot, address);
}

#endif
