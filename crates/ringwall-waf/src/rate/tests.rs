//! Which requests are counted together, and when there are too many.

use super::{LocalCounters, RateBased};
use crate::document::{Context, Entry, Node, Refusal};
use crate::statement::tests::contains;
use crate::testing::{Sent, with_context};

fn read_with(text: &str, change: impl FnOnce(&mut Context)) -> Result<RateBased, Refusal> {
    let node = Node::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    with_context(|context| {
        change(context);
        RateBased::read(&Entry::root(&node), "rule", context)
    })
}

fn read(text: &str) -> Result<RateBased, Refusal> {
    read_with(text, |_| ())
}

fn custom(keys: &str) -> String {
    format!(r#"{{"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{keys}]}}"#)
}

/// The counts of requests that come one after the other; none where one is not counted.
fn counts(text: &str, sent: &[Sent]) -> Vec<Option<u64>> {
    let rate = read(text).unwrap_or_else(|error| panic!("{error}"));
    let counters = LocalCounters::default();
    let count = |sent: &Sent| {
        sent.inspect_with(&counters, |inspection| rate.rate(inspection, rate.counter).map(|rated| rated.count))
    };
    sent.iter().map(count).collect()
}

const NONE: &str = r#""TextTransformations": [{"Priority": 0, "Type": "NONE"}]"#;

#[test]
fn addresses_are_counted_by_themselves() {
    let sent = ["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "2001:db8::1"].map(|from| Sent::get("/").from(from));
    let all = counts(r#"{"Limit": 10, "AggregateKeyType": "IP"}"#, &sent);
    assert_eq!(all, [Some(1), Some(1), Some(2), Some(1)]);
}

#[test]
fn what_is_no_forwarded_address_counts_together_or_not_at_all() {
    let text = r#"{"Limit": 10, "AggregateKeyType": "FORWARDED_IP",
        "ForwardedIPConfig": {"HeaderName": "X-F", "FallbackBehavior": "MATCH"}}"#;
    let sent = ["192.0.2.1", "x", "192.0.2.1, 192.0.2.2", "y"].map(|value| Sent::get("/").header("x-f", value));
    assert_eq!(counts(text, &sent), [Some(1), Some(1), Some(2), Some(2)], "WAF-55");
    let ignored = counts(&text.replace(r#""MATCH""#, r#""NO_MATCH""#), &sent);
    assert_eq!(ignored, [Some(1), None, Some(2), None], "WAF-55");
    assert_eq!(counts(text, &[Sent::get("/")]), [None]);
}

#[test]
fn every_kind_of_custom_key_tells_requests_apart() {
    let base =
        || Sent::get("/p?q=1").header("H", "1").header("Cookie", "c=1").labelled("awswaf:111122223333:webacl:test:n:1");
    for (key, other) in [
        (format!(r#"{{"Header": {{"Name": "h", {NONE}}}}}"#), base().header("h", "2")),
        (format!(r#"{{"Cookie": {{"Name": "c", {NONE}}}}}"#), base().header("cookie", "c=2")),
        (format!(r#"{{"QueryArgument": {{"Name": "q", {NONE}}}}}"#), base().target("/p?q=2")),
        (format!(r#"{{"QueryString": {{{NONE}}}}}"#), base().target("/p?q=1&r")),
        (format!(r#"{{"UriPath": {{{NONE}}}}}"#), base().target("/o?q=1")),
        (r#"{"HTTPMethod": {}}"#.to_owned(), base().method("POST")),
        (
            r#"{"LabelNamespace": {"Namespace": "n:"}}"#.to_owned(),
            base().labelled("awswaf:111122223333:webacl:test:n:2"),
        ),
        (
            r#"{"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}"#.to_owned(),
            base().ja3("00000000000000000000000000000000"),
        ),
        (r#"{"ASN": {}}"#.to_owned(), base().from("198.51.100.1")),
        (r#"{"HTTPMethod": {}}, {"IP": {}}"#.to_owned(), base().from("198.51.100.1")),
    ] {
        assert_eq!(counts(&custom(&key), &[base(), other, base()]), [Some(1), Some(1), Some(2)], "WAF-52: {key}");
    }
}

#[test]
fn a_request_that_lacks_a_component_is_not_counted() {
    for key in [
        format!(r#"{{"Header": {{"Name": "h", {NONE}}}}}"#),
        format!(r#"{{"Cookie": {{"Name": "h", {NONE}}}}}"#),
        format!(r#"{{"QueryArgument": {{"Name": "h", {NONE}}}}}"#),
        format!(r#"{{"QueryString": {{{NONE}}}}}"#),
        r#"{"LabelNamespace": {"Namespace": "n:"}}"#.to_owned(),
        r#"{"JA4Fingerprint": {"FallbackBehavior": "NO_MATCH"}}"#.to_owned(),
    ] {
        assert_eq!(
            counts(&custom(&format!(r#"{{"HTTPMethod": {{}}}}, {key}"#)), &[Sent::get("/")]),
            [None],
            "WAF-54: {key}"
        );
    }
}

#[test]
fn transformations_fold_values_together() {
    let key = r#"{"UriPath": {"TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}"#;
    assert_eq!(counts(&custom(key), &[Sent::get("/a"), Sent::get("/A")]), [Some(1), Some(2)]);
}

#[test]
fn only_requests_in_the_scope_are_counted_and_more_than_the_limit_is_too_many() {
    let text = format!(r#"{{"Limit": 10, "AggregateKeyType": "CONSTANT", "ScopeDownStatement": {}}}"#, contains("in"));
    let sent: Vec<Sent> = ["/in", "/out", "/in"].map(Sent::get).into();
    assert_eq!(counts(&text, &sent), [Some(1), None, Some(2)], "WAF-51");
    let rate = read(&text).unwrap();
    let counters = LocalCounters::default();
    let is_over =
        || Sent::get("/in").inspect_with(&counters, |inspection| rate.rate(inspection, rate.counter).unwrap().is_over);
    let first_eleven: Vec<bool> = (0..11).map(|_| is_over()).collect();
    assert_eq!(first_eleven, [[false; 10].as_slice(), &[true]].concat());
}

#[test]
fn settings_keep_to_their_limits() {
    let ip = |more: &str| format!(r#"{{"AggregateKeyType": "IP", {more}}}"#);
    for (text, is_good) in [
        (ip(r#""Limit": 10"#), true),
        (ip(r#""Limit": 9"#), false),
        (ip(r#""Limit": 2000000001"#), false),
        (ip(r#""Limit": 10, "EvaluationWindowSec": 120"#), true),
        (ip(r#""Limit": 10, "EvaluationWindowSec": 90"#), false),
        (r#"{"Limit": 10, "AggregateKeyType": "CONSTANT"}"#.to_owned(), false),
        (r#"{"Limit": 10, "AggregateKeyType": "FORWARDED_IP"}"#.to_owned(), false),
        (r#"{"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS"}"#.to_owned(), false),
        (custom(""), false),
        (custom(r#"{"IP": {}}"#), false),
        (custom(r#"{"IP": {}}, {"HTTPMethod": {}}"#), true),
        (custom(r#"{"ForwardedIP": {}}, {"HTTPMethod": {}}"#), false),
        (custom(r#"{"HTTPMethod": {}}, {"HTTPMethod": {}}"#), false),
    ] {
        assert_eq!(read(&text).is_ok(), is_good, "WAF-49, WAF-51, WAF-53: {text}");
    }
    assert!(read_with(&custom(r#"{"ASN": {}}"#), |context| context.abilities.networks = false).is_err());
}

#[test]
fn it_costs_what_aws_says_and_other_settings_count_by_themselves() {
    let ip = read(r#"{"Limit": 10, "AggregateKeyType": "IP"}"#).unwrap();
    assert_eq!(ip.capacity(), 2, "WAF-28");
    assert_eq!(read(&custom(r#"{"IP": {}}, {"HTTPMethod": {}}"#)).unwrap().capacity(), 62, "WAF-28");
    let scoped = format!(r#"{{"Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement": {}}}"#, contains("in"));
    assert_eq!(read(&scoped).unwrap().capacity(), 12, "WAF-28");
    assert_ne!(read(r#"{"Limit": 11, "AggregateKeyType": "IP"}"#).unwrap().counter, ip.counter, "WAF-57");
    assert_eq!(read(r#"{"AggregateKeyType": "IP", "Limit": 10}"#).unwrap().limit, ip.limit);
}
