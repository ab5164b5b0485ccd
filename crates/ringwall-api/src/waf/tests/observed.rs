//! What web ACLs saw: samples and rates.

use ringwall_waf::document::{RuleKind, WebAcl};
use ringwall_waf::environment::{Environment, OwnDetector};
use ringwall_waf::rate::{Counters, Key};
use ringwall_waf::request::{Header, Request, Resource};
use serde_json::{Value, json};

use super::{Made, Place, group_rule, path, rule, with};
use crate::waf::reading::Library;

/// A stored web ACL, as the engine reads it.
pub fn read(place: &Place, made: &Made) -> WebAcl {
    let region = place.0.store.snapshot().region("us-east-1");
    let settings = &place.0.settings;
    let library =
        Library { region: &region, region_name: "us-east-1", account: &settings.account, settings: &settings.waf };
    crate::waf::read_web_acl(library, region.waf_entities.get(made.text("Id")).expect("it is there")).expect("it reads")
}

/// Has a request inspected and sampled.
fn send(place: &Place, acl: &WebAcl, target: &str, now: i64) {
    let headers = [Header { name: b"Host", value: b"example.com" }];
    let mut request = Request::new("192.0.2.1".parse().unwrap(), b"GET", target.as_bytes());
    request.headers = &headers;
    let now = u64::try_from(now).unwrap();
    let environment =
        Environment { geography: None, detector: &OwnDetector, counters: &place.0.counters, token_key: None, now };
    let verdict = ringwall_waf::inspect(acl, &request, Resource::LoadBalancer, environment);
    place.0.samples.note(acl, &request, &environment, &verdict);
}

fn measured(rule: Value, metric: &str) -> Value {
    with(
        rule,
        json!({ "VisibilityConfig": { "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": false, "MetricName": metric } }),
    )
}

fn asked(made: &Made, metric: &str, start: i64, end: i64) -> Value {
    let window = json!({ "StartTime": start, "EndTime": end });
    json!({ "WebAclArn": made.arn(), "RuleMetricName": metric, "Scope": "REGIONAL", "TimeWindow": window, "MaxItems": 10 })
}

#[test]
fn samples_are_told_by_metric_and_time() {
    let mut place = Place::new();
    let made = place.acl("own", json!([measured(rule("r", 0, path("/bad")), "bad")]));
    let now = place.0.now / 1000;
    let whole = |metric: &str| asked(&made, metric, now - 4 * 3600, now + 60);
    let empty = place.ok("GetSampledRequests", whole("bad"));
    assert_eq!((&empty["SampledRequests"], &empty["PopulationSize"]), (&json!([]), &json!(0)), "WAF-122");
    let start = empty["TimeWindow"]["StartTime"].as_f64().unwrap();
    assert!((start - (now - 3 * 3600) as f64).abs() < 60.0, "WAF-122: not older than three hours");
    let acl = read(&place, &made);
    for target in ["/bad?x", "/good"] {
        send(&place, &acl, target, place.0.now);
    }
    let answer = place.ok("GetSampledRequests", whole("bad"));
    let expected = json!({
        "Request": {
            "ClientIP": "192.0.2.1", "URI": "/bad?x", "Method": "GET", "HTTPVersion": "HTTP/1.1",
            "Headers": [{ "Name": "Host", "Value": "example.com" }],
        },
        "Weight": 1, "Timestamp": now + 1, "Action": "BLOCK", "Labels": [],
    });
    assert_eq!((&answer["SampledRequests"], &answer["PopulationSize"]), (&json!([expected]), &json!(1)));
    assert_eq!(place.ok("GetSampledRequests", whole("m"))["SampledRequests"][0]["Request"]["URI"], "/good");
    assert_eq!(place.code("GetSampledRequests", whole("none")), "WAFNonexistentItemException");
    let backwards = asked(&made, "bad", now, now - 1);
    assert_eq!(place.code("GetSampledRequests", backwards), "ValidationException");
    for wrong in [
        json!({ "MaxItems": 0 }),
        json!({ "MaxItems": 501 }),
        json!({ "TimeWindow": {} }),
        json!({ "RuleMetricName": "a b" }),
    ] {
        assert_eq!(
            place.code("GetSampledRequests", with(whole("bad"), wrong.clone())),
            "ValidationException",
            "{wrong}"
        );
    }
    assert_eq!(
        place.code("GetSampledRequests", with(whole("bad"), json!({ "Scope": "CLOUDFRONT" }))),
        "WAFInvalidParameterException"
    );
}

fn rate(name: &str, priority: u64, key: Value) -> Value {
    rule(name, priority, json!({ "RateBasedStatement": with(json!({ "Limit": 10 }), key) }))
}

#[test]
fn addresses_over_their_limit_are_told() {
    let mut place = Place::new();
    let by_address = json!({ "AggregateKeyType": "IP" });
    let group = place.group("group", json!([rate("inner", 0, by_address.clone())]));
    let by_method = json!({ "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{ "HTTPMethod": {} }] });
    let rules =
        [rate("own", 0, by_address), group_rule("outer", 1, group.arn(), json!({})), rate("method", 2, by_method)];
    let made = place.acl("own", json!(rules));
    let acl = read(&place, &made);
    let now = u64::try_from(place.0.now).unwrap();
    let count = |place: &Place, counter, address: &str, times: usize| {
        let key = Key::of_address(address.parse().unwrap());
        for _ in 0..times {
            place.0.counters.count(counter, &key, 300, now);
        }
    };
    let (RuleKind::Rate(own, _), RuleKind::Group(outer)) = (&acl.rules[0].kind, &acl.rules[1].kind) else {
        panic!("a rate and a group")
    };
    let RuleKind::Rate(inner, _) = &outer.group.rules[0].kind else { panic!("a rate") };
    count(&place, own.counter, "192.0.2.1", 11);
    count(&place, own.counter, "192.0.2.2", 10);
    count(&place, own.counter, "2001:db8::1", 12);
    count(&place, inner.counter.within(outer.counter), "192.0.2.9", 11);
    let asked = |rule: &str, more: Value| {
        let body = json!({ "Scope": "REGIONAL", "WebACLName": "own", "WebACLId": made.text("Id"), "RuleName": rule });
        with(body, more)
    };
    const ACTION: &str = "GetRateBasedStatementManagedKeys";
    let answer = place.ok(ACTION, asked("own", json!({})));
    assert_eq!(answer["ManagedKeysIPV4"], json!({ "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.1/32"] }));
    assert_eq!(answer["ManagedKeysIPV6"]["Addresses"], json!(["2001:db8::1/128"]));
    let answer = place.ok(ACTION, asked("inner", json!({ "RuleGroupRuleName": "outer" })));
    assert_eq!(answer["ManagedKeysIPV4"]["Addresses"], json!(["192.0.2.9/32"]));
    assert_eq!(place.code(ACTION, asked("method", json!({}))), "WAFUnsupportedAggregateKeyTypeException");
    for (rule, more) in [
        ("none", json!({})),
        ("outer", json!({})),
        ("own", json!({ "RuleGroupRuleName": "outer" })),
        ("inner", json!({})),
    ] {
        assert_eq!(place.code(ACTION, asked(rule, more.clone())), "WAFNonexistentItemException", "{rule} {more}");
    }
}
