//! Whole web ACLs and requests: the order in which rules are asked, and what becomes of the request.

mod actions;
mod explanations;
mod groups;
mod properties;
mod records;

use crate::document::WebAcl;
use crate::document::tests::{acl, read_beside};
use crate::inspect;
use crate::rate::LocalCounters;
use crate::request::Resource;
use crate::testing::{Sent, environment};
use crate::verdict::Verdict;

/// A web ACL with those rules.
fn with_rules(rules: &[String]) -> WebAcl {
    read_beside(None, &acl(rules, "")).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// What a web ACL says of a request to a load balancer.
fn judge(acl: &WebAcl, sent: &Sent) -> Verdict {
    judge_with(acl, sent, &LocalCounters::default())
}

fn judge_with(acl: &WebAcl, sent: &Sent, counters: &LocalCounters) -> Verdict {
    sent.request(|request| inspect(acl, request, Resource::LoadBalancer, environment(counters, sent.now)))
}

/// What was decided, and by which rule.
fn decided(acl: &WebAcl, sent: &Sent) -> (&'static str, String) {
    let verdict = judge(acl, sent);
    (verdict.action(), verdict.decided_by().to_owned())
}

/// The last words of all labels.
fn labels(verdict: &Verdict) -> Vec<String> {
    verdict.labels.iter().map(|label| label.rsplit(':').next().unwrap_or_default().to_owned()).collect()
}
