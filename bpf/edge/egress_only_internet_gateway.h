/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The egress-only internet gateway: lets out and lets answers in, refuses what is begun outside (IGW-17). */
#ifndef RINGWALL_EGRESS_ONLY_INTERNET_GATEWAY_H
#define RINGWALL_EGRESS_ONLY_INTERNET_GATEWAY_H

#include "../eni/session.h"

stage int permits_answer(struct journey *j, struct interface *i)
{
	struct session *s;

	if (make_reported_key(j, i->id, DIRECTION_IN)) {
		s = find_session(j, i);
		if (s && s->flags & SESSION_BEGUN_OUT)
			return 1;
	}
	if (!make_key(j, i->id, DIRECTION_IN))
		return 0;
	s = find_session(j, i);
	return s && s->flags & SESSION_BEGUN_OUT && holds(s, &j->packet);
}

#endif
