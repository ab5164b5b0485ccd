//! Samples by metric and time, and their bounds.

use super::*;
use crate::document::tests::{BLOCK, acl, group, read_beside, refers, rule};
use crate::inspect;
use crate::rate::LocalCounters;
use crate::request::Resource;
use crate::statement::tests::contains;
use crate::testing::{Sent, environment};

/// A rule with a metric of its own.
fn measured(name: &str, priority: u64, statement: &str, rest: &str, samples: bool) -> String {
    let own = rule(name, priority, statement, rest);
    let own = own.replace("\"m\"", &format!("\"metric-{name}\""));
    if samples { own } else { own.replace("\"SampledRequestsEnabled\": true", "\"SampledRequestsEnabled\": false") }
}

fn web_acl() -> WebAcl {
    let count = r#""Action": {"Count": {}}"#;
    let inner = group(&[measured("inner", 0, &contains("inner"), BLOCK, true)], 50);
    let rules = [
        measured("count", 0, &contains("count"), count, true),
        measured("silent", 1, &contains("silent"), count, false),
        measured("group", 2, &refers(""), r#""OverrideAction": {"None": {}}"#, true),
        measured("block", 3, &contains("block"), BLOCK, true),
    ];
    read_beside(Some(&inner), &acl(&rules, "")).unwrap()
}

fn note(samples: &Samples, acl: &WebAcl, sent: &Sent) {
    let counters = LocalCounters::default();
    sent.request(|request| {
        let environment = environment(&counters, sent.now);
        let verdict = inspect(acl, request, Resource::LoadBalancer, environment);
        samples.note(acl, request, &environment, &verdict);
    });
}

fn at(mut sent: Sent, now: Millis) -> Sent {
    sent.now = now;
    sent
}

#[test]
fn a_request_is_a_sample_of_every_rule_that_matched_it() {
    let (samples, acl) = (Samples::default(), web_acl());
    for target in ["/", "/count", "/count/block", "/inner", "/silent"] {
        note(&samples, &acl, &Sent::get(target));
    }
    let of = |metric: &str| {
        let sampled = samples.of(&acl.arn.text, metric, 0, u64::MAX, 500);
        assert_eq!(sampled.population, sampled.samples.len() as u64);
        sampled.samples.into_iter().map(|own| (own.uri, own.action)).collect::<Vec<_>>()
    };
    let pairs = |list: &[(&str, &'static str)]| {
        list.iter().map(|(uri, action)| ((*uri).to_owned(), *action)).collect::<Vec<_>>()
    };
    assert_eq!(of("metric-count"), pairs(&[("/count/block", "COUNT"), ("/count", "COUNT")]), "the newest first");
    assert_eq!(of("metric-block"), pairs(&[("/count/block", "BLOCK")]));
    assert_eq!(of("metric-silent"), [], "WAF-118");
    assert_eq!(of("metric-group"), pairs(&[("/inner", "BLOCK")]));
    assert_eq!(of("metric-inner"), pairs(&[("/inner", "BLOCK")]));
    assert_eq!(of("m"), pairs(&[("/silent", "ALLOW"), ("/count", "ALLOW"), ("/", "ALLOW")]), "the default action");
    let other = samples.of("arn:other", "metric-count", 0, u64::MAX, 500);
    assert_eq!(other, Sampled::default());
    let [group] = &samples.of(&acl.arn.text, "metric-group", 0, u64::MAX, 500).samples[..] else { panic!("one") };
    assert_eq!(group.rule_within_group.as_deref(), Some("inner"));
}

#[test]
fn a_time_is_within_three_hours_and_has_its_own() {
    let (samples, acl) = (Samples::default(), web_acl());
    for minute in 0..240 {
        note(&samples, &acl, &at(Sent::get("/count"), minute * MINUTE));
    }
    let of = |from: u64, to: u64, most: usize| {
        let sampled = samples.of(&acl.arn.text, "metric-count", from * MINUTE, to * MINUTE, most);
        (sampled.samples.len(), sampled.population)
    };
    assert_eq!(of(0, 240, 500), (MOST_OF_METRIC, 181), "WAF-122");
    assert_eq!(of(235, 240, 500), (5, 5));
    assert_eq!(of(235, 240, 2), (2, 5));
    assert_eq!(of(60, 69, 500), (0, 10), "counted, though the samples of then are gone");
    samples.forget_old(1000 * MINUTE);
    assert_eq!((of(0, 1000, 500), samples.count()), ((0, 0), 0));
}

#[test]
fn memory_is_bounded() {
    let (samples, acl) = (Samples::default(), web_acl());
    let long = Sent::get(&format!("/count?{}", "x".repeat(100_000))).header("A", &"y".repeat(100_000)).header("B", "b");
    note(&samples, &acl, &long);
    let [sample] = &samples.of(&acl.arn.text, "metric-count", 0, u64::MAX, 1).samples[..] else { panic!("one") };
    assert_eq!((sample.uri.len(), sample.headers.len()), (sample::LONGEST, 0));
    let mut held = Held::default();
    for number in 0..12_000_u64 {
        let metric = (String::new(), format!("{}", number % 4200));
        held.note(metric, Sample { time: number, ..sample.clone() });
        assert!(held.metrics.len() <= MOST_METRICS && held.count <= MOST);
    }
    for number in 0..50_000_u64 {
        held.note((String::new(), format!("{}", number % 4000)), Sample { time: 12_000, ..sample.clone() });
    }
    assert!(held.count <= MOST);
    let kept: usize = held.metrics.values().map(|ring| ring.samples.len()).sum();
    assert_eq!(kept, held.count);
    for number in 0..1000_u64 {
        held.note((String::new(), "one".to_owned()), Sample { time: 12_000 + number, ..sample.clone() });
    }
    assert_eq!(held.metrics[&(String::new(), "one".to_owned())].samples.len(), MOST_OF_METRIC, "WAF-122");
}

#[test]
fn what_a_web_acl_protects_is_not_in_its_samples() {
    let own = |action: &str, field: &str| format!(r#"{{"Field": {field}, "Action": "{action}"}}"#);
    let list = [
        own("SUBSTITUTION", r#"{"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"]}"#),
        own("HASH", r#"{"FieldType": "SINGLE_QUERY_ARGUMENT", "FieldKeys": ["token"]}"#),
    ];
    let more = format!(r#""DataProtectionConfig": {{"DataProtections": [{}]}},"#, list.join(", "));
    let (samples, acl) = (Samples::default(), read_beside(None, &acl(&[], &more)).unwrap());
    note(&samples, &acl, &Sent::get("/?token=secret&a=b").header("Authorization", "secret").header("X", "y"));
    let sample = samples.of(&acl.arn.text, &acl.visibility.metric, 0, u64::MAX, 1).samples.remove(0);
    assert!(!format!("{sample:?}").contains("secret"), "{sample:?}");
    assert!(sample.uri.ends_with("&a=b") && sample.headers.contains(&("X".to_owned(), "y".to_owned())), "{sample:?}");
}
