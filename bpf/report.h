/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The end of a journey: what is counted, noted and told of a packet that was refused, answered or passed on. */
#ifndef RINGWALL_REPORT_H
#define RINGWALL_REPORT_H

#include "answer.h"
#include "flow_log.h"
#include "path_mtu.h"

stage int report(struct journey *j)
{
	__u32 zero = 0;

	if (TEST) {
		bpf_map_update_elem(&test_outcome, &zero, &j->outcome, BPF_ANY);
		return 0;
	}
	j->outcome.time = bpf_ktime_get_ns();
	bpf_ringbuf_output(&events, &j->outcome, sizeof(j->outcome), 0);
	return 0;
}

inline_always int refuse(struct journey *j, __u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&refusals, &reason);

	if (count)
		(*count)++;
	count_refusal(reason);
	j->outcome.verdict = VERDICT_DROPPED;
	j->outcome.reason = (__u8)reason;
	if (TEST || j->watch)
		report(j);
	return TC_ACT_SHOT;
}

inline_always int answered(struct journey *j, __u32 answer, int result)
{
	j->outcome.verdict = VERDICT_ANSWERED;
	j->outcome.answer = (__u8)answer;
	if (TEST || j->watch == WATCH_PACKETS)
		report(j);
	return result;
}

inline_always void passed(struct journey *j, __u32 verdict)
{
	j->outcome.verdict = (__u8)verdict;
	if (TEST || j->watch == WATCH_PACKETS || (j->watch && j->outcome.begins))
		report(j);
}

/* What was too big; the sender is told if its rules admit that. */
part int refuse_size(struct __sk_buff *skb, __u32 slot, __u32 mtu)
{
	struct journey *j = here();
	struct interface *x;
	__u8 router[16];
	int told = 0;

	if (!j)
		return TC_ACT_SHOT;
	x = slot ? interface_at(j, slot) : NULL;
	j->outcome.mtu = mtu;
	if (x && permits_report(j, x, j->too_big_tracked)) {
		router_address(j, x, router);
		j->outcome.answer = ANSWER_TOO_BIG;
		told = 1;
	}
	refuse(j, REASON_PACKET_TOO_BIG);
	if (!told)
		return TC_ACT_SHOT;
	if (j->packet.family == FAMILY_V4)
		return answer_too_big_v4(skb, j, x->router, router + 12, mtu);
	return answer_too_big_v6(skb, j, x->router, router, mtu);
}

#endif
