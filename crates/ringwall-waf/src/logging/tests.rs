//! Configurations read and refused, records kept, dropped and redacted.

use serde_json::Value;

use super::*;
use crate::document::Code;
use crate::document::tests::{BLOCK, acl, group, read_beside, refers, rule};
use crate::inspect;
use crate::rate::LocalCounters;
use crate::record::Source;
use crate::request::Resource;
use crate::statement::tests::contains;
use crate::testing::{Sent, environment};

const ACL: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0";

/// A configuration with further members.
fn configuration(more: &str) -> String {
    format!(r#"{{"ResourceArn": "{ACL}", "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-own"]{more}}}"#)
}

fn read(more: &str) -> Result<Logging, Refusal> {
    Logging::read(configuration(more).as_bytes())
}

#[test]
fn destinations_are_buckets_with_the_right_name() {
    let with = |destinations: &str| {
        let text = configuration("").replace("\"arn:aws:s3:::aws-waf-logs-own\"", destinations);
        Logging::read(text.as_bytes()).map(|own| own.bucket).map_err(|refusal| refusal.code)
    };
    let quoted = |arns: &[&str]| format!("{arns:?}").trim_matches(['[', ']']).to_owned();
    assert_eq!(with(&quoted(&["arn:aws:s3:::aws-waf-logs-own"])), Ok("aws-waf-logs-own".to_owned()), "WAF-123");
    for (destinations, code) in [
        (vec!["arn:aws:s3:::own-aws-waf-logs-"], Code::InvalidParameter),
        (vec!["arn:aws:s3:::aws-waf-logs-a", "arn:aws:s3:::aws-waf-logs-b"], Code::InvalidParameter),
        (vec!["arn:aws:s3:::aws-waf-logs-a/../b"], Code::InvalidParameter),
        (vec!["arn:aws:sqs:us-east-1:111122223333:aws-waf-logs-a"], Code::InvalidParameter),
        (vec!["arn:aws:logs:us-east-1:111122223333:log-group:own"], Code::InvalidParameter),
        (vec!["arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-own"], Code::Unsupported),
        (vec!["arn:aws:firehose:us-east-1:111122223333:deliverystream/aws-waf-logs-own"], Code::Unsupported),
        (vec![], Code::InvalidParameter),
    ] {
        assert_eq!(with(&quoted(&destinations)), Err(code), "WAF-123: {destinations:?}");
    }
}

#[test]
fn what_would_have_no_effect_is_refused() {
    assert!(read(r#", "LogType": "WAF_LOGS", "LogScope": "CUSTOMER", "ManagedByFirewallManager": false"#).is_ok());
    for (more, place) in [
        (r#", "LogScope": "SECURITY_LAKE""#, "LogScope"),
        (r#", "ManagedByFirewallManager": true"#, "ManagedByFirewallManager"),
    ] {
        let refusal = read(more).unwrap_err();
        assert_eq!((refusal.code, refusal.place.to_string()), (Code::Unsupported, place.to_owned()));
    }
    assert_eq!(read(r#", "RedactedFields": [{"Body": {}}]"#).unwrap_err().place.to_string(), "RedactedFields[0].Body");
    assert!(read(r#", "Foo": 1"#).is_err());
    let monetize = r#", "LoggingFilter": {"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "KEEP",
        "Requirement": "MEETS_ALL", "Conditions": [{"ActionCondition": {"Action": "MONETIZE"}}]}]}"#;
    assert_eq!(read(monetize).unwrap_err().code, Code::Unsupported);
}

/// The line of a request in the log of a web ACL, if it is kept.
fn line(acl: &crate::document::WebAcl, logging: &Logging, sent: &Sent) -> Option<Value> {
    let counters = LocalCounters::default();
    let source = Source { resource: Resource::LoadBalancer, id: "app/lb/1", request_id: "1" };
    let line = sent.request(|request| {
        let environment = environment(&counters, sent.now);
        let verdict = inspect(acl, request, Resource::LoadBalancer, environment);
        logging.line(&verdict, Record::new(acl, request, source, &environment, &verdict))
    });
    line.map(|line| serde_json::from_str(&line).unwrap())
}

#[test]
fn redacted_values_cannot_be_read_and_others_can() {
    let acl = read_beside(None, &acl(&[], "")).unwrap();
    let sent = Sent::get("/secret?secret").header("Host", "secret").header("Authorization", "secret").header("B", "b");
    let fields = r#", "RedactedFields": [{"UriPath": {}}, {"QueryString": {}}, {"Method": {}},
        {"SingleHeader": {"Name": "AUTHORIZATION"}}, {"SingleHeader": {"Name": "host"}}]"#;
    let line = |more: &str| line(&acl, &read(more).unwrap(), &sent).unwrap();
    let redacted = line(fields);
    let request = &redacted["httpRequest"];
    for name in ["uri", "args", "httpMethod", "host"] {
        assert_eq!(request[name], "REDACTED", "WAF-124: {name}");
    }
    assert!(!redacted.to_string().contains("secret"), "{redacted}");
    assert_eq!(request["headers"][2]["value"], "b");
    assert_eq!(request["headers"][1]["name"], "Authorization");
    assert_eq!(line("")["httpRequest"]["uri"], "/secret");
    assert_eq!(line(r#", "RedactedFields": [{"QueryString": {}}]"#)["httpRequest"]["uri"], "/secret");
}

/// Whether a filter keeps the record of a request, of a web ACL with a rule of each kind.
fn keeps(filter: &str, target: &str) -> bool {
    let count = r#""Action": {"Count": {}}, "RuleLabels": [{"Name": "counted"}]"#;
    let own = group(&[rule("x", 0, &contains("over"), BLOCK), rule("y", 1, &contains("inner"), BLOCK)], 50);
    let over = r#", "RuleActionOverrides": [{"Name": "x", "ActionToUse": {"Count": {}}}]"#;
    let rules = [
        rule("count", 0, &contains("count"), count),
        rule("group", 1, &refers(over), r#""OverrideAction": {"None": {}}"#),
        rule("block", 2, &contains("block"), BLOCK),
    ];
    let acl = read_beside(Some(&own), &acl(&rules, "")).unwrap();
    let logging = read(&format!(", \"LoggingFilter\": {filter}")).unwrap();
    line(&acl, &logging, &Sent::get(target)).is_some()
}

fn filter(default: &str, filters: &[(&str, &str, &[&str])]) -> String {
    let one = |(behavior, requirement, conditions): &(&str, &str, &[&str])| {
        format!(
            r#"{{"Behavior": "{behavior}", "Requirement": "{requirement}", "Conditions": [{}]}}"#,
            conditions.join(",")
        )
    };
    let filters: Vec<String> = filters.iter().map(one).collect();
    format!(r#"{{"DefaultBehavior": "{default}", "Filters": [{}]}}"#, filters.join(","))
}

fn action(word: &str) -> String {
    format!(r#"{{"ActionCondition": {{"Action": "{word}"}}}}"#)
}

#[test]
fn a_filter_keeps_what_meets_its_conditions() {
    for (word, kept) in [
        ("ALLOW", vec!["/", "/count", "/over"]),
        ("BLOCK", vec!["/block", "/inner"]),
        ("COUNT", vec!["/count", "/over"]),
        ("EXCLUDED_AS_COUNT", vec!["/over"]),
        ("CAPTCHA", vec![]),
    ] {
        let filter = filter("DROP", &[("KEEP", "MEETS_ANY", &[&action(word)])]);
        let all = ["/", "/count", "/over", "/block", "/inner"];
        assert_eq!(
            all.into_iter().filter(|target| keeps(&filter, target)).collect::<Vec<_>>(),
            kept,
            "WAF-125: {word}"
        );
    }
    let label = |name: &str| format!(r#"{{"LabelNameCondition": {{"LabelName": "{name}"}}}}"#);
    let whole = label("awswaf:111122223333:webacl:test:counted");
    let by = |condition: &str| filter("DROP", &[("KEEP", "MEETS_ALL", &[condition])]);
    assert!(keeps(&by(&whole), "/count") && !keeps(&by(&whole), "/"));
    assert!(!keeps(&by(&label("counted")), "/count"), "labels are written out");
}

#[test]
fn all_or_any_and_the_first_filter_that_is_met_decides() {
    let (count, block) = (action("COUNT"), action("BLOCK"));
    let both: &[&str] = &[&count, &block];
    for (requirement, target, kept) in [
        ("MEETS_ALL", "/count", false),
        ("MEETS_ALL", "/count/block", true),
        ("MEETS_ANY", "/count", true),
        ("MEETS_ANY", "/", false),
    ] {
        let filter = filter("DROP", &[("KEEP", requirement, both)]);
        assert_eq!(keeps(&filter, target), kept, "WAF-125: {requirement} {target}");
    }
    let drop_first = filter("KEEP", &[("DROP", "MEETS_ANY", &[&count]), ("KEEP", "MEETS_ANY", &[&block])]);
    let keep_first = filter("KEEP", &[("KEEP", "MEETS_ANY", &[&block]), ("DROP", "MEETS_ANY", &[&count])]);
    assert!(!keeps(&drop_first, "/count/block") && keeps(&keep_first, "/count/block"), "WAF-125");
    assert!(keeps(&drop_first, "/") && !keeps(&keep_first, "/count"));
}
