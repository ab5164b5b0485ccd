//! What becomes of a request when its inspection fails: nothing passes that nobody looked at, unless the resource says so (WAF-119).

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::verdict::Verdict;

/// What a resource does with a request that could not be inspected (WAF-119).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// it is answered with status 500
    #[default]
    Close,
    /// it goes on as if there were no web ACL: `waf.fail_open.enabled`
    Open,
}

/// What came of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// a verdict
    Judged(Box<Verdict>),
    /// it failed, and the request is answered with this status
    Closed(u16),
    /// it failed, and the request goes on: log records of the resource call that `waf-failed`
    Open,
}

/// Inspects, and survives an inspection that panics: its memory for one request is thrown away with it, and whoever owns more than
/// that, such as a scratch that is kept between requests, makes it anew after anything but a verdict.
pub fn guarded(on_failure: OnFailure, inspect: impl FnOnce() -> Verdict) -> Outcome {
    match (catch_unwind(AssertUnwindSafe(inspect)), on_failure) {
        (Ok(verdict), _) => Outcome::Judged(Box::new(verdict)),
        (Err(_), OnFailure::Close) => Outcome::Closed(500),
        (Err(_), OnFailure::Open) => Outcome::Open,
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::environment::{Detector, Environment, Sensitivity};
    use crate::rate::LocalCounters;
    use crate::request::Resource;
    use crate::testing::{Sent, bundle};

    /// A detector with a fault.
    struct Broken;

    impl Detector for Broken {
        fn sqli(&self, _: &[u8], _: Sensitivity) -> Option<Range<usize>> {
            panic!("a fault that was planted")
        }

        fn xss(&self, _: &[u8]) -> Option<Range<usize>> {
            None
        }
    }

    #[test]
    fn a_request_that_could_not_be_inspected_does_not_pass_unless_the_resource_says_so() {
        let statement = r#"{"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#;
        let rules = [crate::document::tests::rule("one", 0, statement, crate::document::tests::BLOCK)];
        let document = crate::document::tests::acl(&rules, "");
        let acl = bundle().read(document.as_bytes(), crate::testing::ALL).unwrap();
        let judged = |path: &str, on_failure| {
            let counters = LocalCounters::default();
            let environment =
                Environment { geography: None, detector: &Broken, counters: &counters, token_key: None, now: 0 };
            let sent = Sent::get(path);
            guarded(on_failure, || {
                sent.request(|request| crate::inspect(&acl, request, Resource::LoadBalancer, environment))
            })
        };
        assert_eq!(judged("/?a=b", OnFailure::default()), Outcome::Closed(500), "WAF-119");
        assert_eq!(judged("/?a=b", OnFailure::Open), Outcome::Open, "WAF-119");
        let Outcome::Judged(verdict) = judged("/", OnFailure::Close) else {
            panic!("nothing was asked of the detector")
        };
        assert_eq!(verdict.action(), "ALLOW");
    }
}
