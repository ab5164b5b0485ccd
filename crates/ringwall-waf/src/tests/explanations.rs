//! What is told of the walk through the rules.

use crate::document::tests::{BLOCK, acl, read_beside, rule};
use crate::explanation::{Finding, Seen};
use crate::rate::LocalCounters;
use crate::request::Resource;
use crate::testing::{Sent, environment};

const COUNT: &str = r#""Action": {"Count": {}}, "RuleLabels": [{"Name": "seen"}]"#;

fn find(field: &str, search: &str, transformations: &str) -> String {
    let search = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, search);
    format!(
        r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "FieldToMatch": {field}, "PositionalConstraint": "CONTAINS",
            "TextTransformations": {transformations}}}}}"#
    )
}

#[test]
fn every_rule_up_to_the_last_is_told_with_what_it_saw() {
    let chain = r#"[{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "LOWERCASE"}]"#;
    let none = r#"[{"Priority": 0, "Type": "NONE"}]"#;
    let path = find(r#"{"UriPath": {}}"#, "/admin", none);
    let not = format!(r#"{{"NotStatement": {{"Statement": {path}}}}}"#);
    let argument = find(r#"{"AllQueryArguments": {}}"#, "drop", chain);
    let both = format!(r#"{{"AndStatement": {{"Statements": [{not}, {argument}]}}}}"#);
    let none_of = format!(r#"{{"AndStatement": {{"Statements": [{path}, {argument}]}}}}"#);
    let rules = [
        rule("none", 0, &none_of, COUNT),
        rule("both", 1, &both, COUNT),
        rule("end", 2, &not, BLOCK),
        rule("never", 3, &not, BLOCK),
    ];
    let acl = read_beside(None, &acl(&rules, "")).unwrap();
    let counters = LocalCounters::default();
    let (verdict, steps) = Sent::get("/?a=x&b=%44rop+it")
        .request(|request| crate::explain(&acl, request, Resource::LoadBalancer, environment(&counters, 0)));
    assert_eq!(verdict.decided_by(), "end");
    let told: Vec<(&str, bool, &[String])> =
        steps.iter().map(|own| (own.rule.as_str(), own.holds, own.labels.as_slice())).collect();
    let label = ["awswaf:111122223333:webacl:test:seen".to_owned()];
    assert_eq!(told, [("none", false, &[][..]), ("both", true, &label[..]), ("end", true, &[][..])]);
    let inner = &steps[0].finding.as_ref().unwrap().inner;
    assert_eq!(inner.len(), 1, "what follows one that does not hold is not asked");
    let Finding { statement, wanted, holds, location, values, .. } = &steps[1].finding.as_ref().unwrap().inner[1];
    assert_eq!((*statement, wanted.as_str(), *holds), ("ByteMatchStatement", "CONTAINS \"drop\"", true));
    assert_eq!(*location, "ALL_QUERY_ARGS");
    let seen = |name: &str, texts: [&str; 3], matched| Seen {
        name: Some(name.as_bytes().to_vec()),
        sent: texts[0].as_bytes().to_vec(),
        steps: vec![("URL_DECODE", texts[1].as_bytes().to_vec()), ("LOWERCASE", texts[2].as_bytes().to_vec())],
        matched,
    };
    assert_eq!(*values, [seen("a", ["x"; 3], None), seen("b", ["%44rop+it", "Drop it", "drop it"], Some(0..4))]);
}

#[test]
fn a_rate_is_told_with_its_count_and_counted_once() {
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}"#;
    let acl = read_beside(None, &acl(&[rule("rate", 0, rate, BLOCK)], "")).unwrap();
    let counters = LocalCounters::default();
    for expected in 1..=12 {
        let (_, steps) = Sent::get("/")
            .request(|request| crate::explain(&acl, request, Resource::LoadBalancer, environment(&counters, 0)));
        let counted = steps[0].rated.as_ref().map(|own| (own.count, own.is_over));
        assert_eq!((counted, steps[0].holds), (Some((expected, expected > 10)), expected > 10));
    }
}
