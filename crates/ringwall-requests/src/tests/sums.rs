//! Sums of verdicts, by rule.

use std::sync::Arc;

use ringwall_waf::document::Bundle;
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::Resource;

use super::defaults;
use crate::http;
use crate::tally::{Tally, deciding};

/// A rule `path-WORD` that finds a word in the path.
fn rule(word: &str, priority: u32, action: &str) -> String {
    let search = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, word);
    format!(
        r#"{{"Name": "path-{word}", "Priority": {priority}, "Action": {{"{action}": {{}}}}, {VISIBLE},
            "Statement": {{"ByteMatchStatement": {{"SearchString": "{search}", "FieldToMatch": {{"UriPath": {{}}}},
            "PositionalConstraint": "CONTAINS", "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}}}"#
    )
}

const VISIBLE: &str =
    r#""VisibilityConfig": {"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": "m"}"#;

fn document() -> String {
    let arn = |kind: &str| format!("arn:aws:wafv2:us-east-1:111122223333:regional/{kind}/test/0-0");
    let head = |kind: &str| format!(r#""Name": "test", "Id": "0-0", "ARN": "{}", {VISIBLE}"#, arn(kind));
    let group = |name: &str, priority: u32, over: &str| {
        format!(
            r#"{{"Name": "{name}", "Priority": {priority}, "OverrideAction": {{"{over}": {{}}}}, {VISIBLE},
                "Statement": {{"RuleGroupReferenceStatement": {{"ARN": "{}"}}}}}}"#,
            arn("rulegroup")
        )
    };
    format!(
        r#"{{"RuleGroups": [{{{}, "Capacity": 100, "Rules": [{}, {}]}}],
            "WebACL": {{{}, "DefaultAction": {{"Allow": {{}}}}, "Rules": [{}, {}, {}]}}}}"#,
        head("rulegroup"),
        rule("inner", 0, "Block"),
        rule("noted", 1, "Count"),
        head("webacl"),
        rule("count", 0, "Count"),
        group("counting", 1, "Count"),
        group("acting", 2, "None"),
    )
}

#[test]
fn every_rule_is_summed_up_and_what_count_would_do_is_known() {
    let acl = Bundle::new().read(document().as_bytes(), Abilities::default()).unwrap();
    let text = "GET /\n###\nGET /count\n###\nGET /count/inner\n###\nGET /noted\n###\nGET /inner\n";
    let counters = LocalCounters::default();
    let environment =
        Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
    let (mut one, mut other) = (Tally::new(&acl), Tally::new(&acl));
    let mut decided = Vec::new();
    for (at, request) in http::read(text.as_bytes(), &Arc::from("a"), defaults()).into_iter().enumerate() {
        request.unwrap().lend(|request| {
            let verdict = ringwall_waf::inspect(&acl, request, Resource::LoadBalancer, environment);
            decided.push(deciding(&verdict).join(" "));
            (if at % 2 == 0 { &mut one } else { &mut other }).add(&verdict);
        });
    }
    assert_eq!(
        decided,
        ["Default_Action", "Default_Action", "acting acting/path-inner", "Default_Action", "acting acting/path-inner"]
    );
    one.merge(&other);
    assert_eq!((one.requests, one.allowed, one.blocked, one.puzzled), (5, 3, 2, 0));
    let rows: Vec<(&str, Option<&str>, [u64; 4])> = one
        .rules
        .iter()
        .map(|own| (own.path.as_str(), own.action, [own.matched, own.ended, own.counted, own.would_block]))
        .collect();
    assert_eq!(
        rows,
        [
            ("path-count", Some("COUNT"), [2, 0, 2, 1]),
            ("counting", None, [2, 0, 2, 0]),
            ("counting/path-inner", Some("BLOCK"), [2, 0, 2, 0]),
            ("counting/path-noted", Some("COUNT"), [1, 0, 1, 1]),
            ("acting", None, [2, 2, 0, 0]),
            ("acting/path-inner", Some("BLOCK"), [2, 2, 0, 0]),
            ("acting/path-noted", Some("COUNT"), [1, 0, 1, 1]),
        ]
    );
}
