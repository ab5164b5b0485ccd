//! Log records, as AWS writes them.

use serde_json::{Value, json};

use super::judge;
use crate::document::tests::{BLOCK, acl, read_beside, rule};
use crate::rate::LocalCounters;
use crate::record::{Record, Source};
use crate::request::Resource;
use crate::statement::tests::contains;
use crate::testing::{Sent, environment};

fn record(rules: &[String], sent: &Sent) -> Value {
    let acl = read_beside(None, &acl(rules, "")).unwrap();
    let verdict = judge(&acl, sent);
    let counters = LocalCounters::default();
    let source = Source { resource: Resource::LoadBalancer, id: "app/lb/1", request_id: "1-2-3" };
    let text = sent
        .request(|request| Record::new(&acl, request, source, &environment(&counters, sent.now), &verdict).to_json());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_record_has_awss_fields() {
    let sqli = r#"{"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}},
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}], "SensitivityLevel": "HIGH"}}"#;
    let count = r#""Action": {"Count": {}}, "RuleLabels": [{"Name": "seen"}]"#;
    let rules = [rule("count", 0, &contains("a"), count), rule("sqli", 1, sqli, BLOCK)];
    let sent = Sent::get("/a?q=a%20sqli#f").from("192.0.2.1").header("Host", "example.com").body("abc");
    let expected = json!({
        "timestamp": 1_700_000_000_000_u64,
        "formatVersion": 1,
        "webaclId": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0",
        "terminatingRuleId": "sqli",
        "terminatingRuleType": "REGULAR",
        "action": "BLOCK",
        "terminatingRuleMatchDetails": [{
            "conditionType": "SQL_INJECTION", "sensitivityLevel": "HIGH", "location": "ALL_QUERY_ARGS",
            "matchedData": ["sqli"], "matchedFieldName": "q",
        }],
        "httpSourceName": "ALB",
        "httpSourceId": "app/lb/1",
        "ruleGroupList": [],
        "rateBasedRuleList": [],
        "nonTerminatingMatchingRules": [{"ruleId": "count", "action": "COUNT", "ruleMatchDetails": []}],
        "requestHeadersInserted": null,
        "responseCodeSent": null,
        "httpRequest": {
            "clientIp": "192.0.2.1", "country": "DE", "headers": [{"name": "Host", "value": "example.com"}],
            "uri": "/a", "args": "q=a%20sqli", "httpVersion": "HTTP/1.1", "httpMethod": "GET", "requestId": "1-2-3",
            "fragment": "f", "scheme": "http", "host": "example.com",
        },
        "labels": [{"name": "awswaf:111122223333:webacl:test:seen"}],
        "clientAsn": 64_500,
        "requestBodySize": 3,
        "requestBodySizeInspectedByWAF": 3,
    });
    assert_eq!(record(&rules, &sent), expected, "WAF-127, WAF-128, WAF-129, WAF-132, WAF-133");
}

#[test]
fn a_request_that_nothing_matches_is_recorded_with_the_default_action() {
    let record = record(&[], &Sent::get("/"));
    assert_eq!(record["terminatingRuleId"], "Default_Action", "WAF-127");
    assert_eq!(record["httpRequest"]["country"], "-", "WAF-129");
}

#[test]
fn tokens_and_what_is_too_long_are_recorded() {
    let body = contains("x").replace("UriPath\": {}", "Body\": {\"OversizeHandling\": \"MATCH\"}");
    let rules = [rule("c", 0, &body, r#""Action": {"Challenge": {}}"#)];
    let record = record(&rules, &Sent::get("/").body(&"a".repeat(9000)));
    assert_eq!(record["challengeResponse"], json!({"responseCode": 202, "failureReason": "TOKEN_MISSING"}), "WAF-133");
    assert_eq!(record["oversizeFields"], json!(["REQUEST_BODY"]), "WAF-133");
    assert_eq!((&record["requestBodySize"], &record["requestBodySizeInspectedByWAF"]), (&json!(9000), &json!(8192)));
}

#[test]
fn rates_are_recorded_with_their_keys() {
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"HTTPMethod": {}}]}}"#;
    let acl = read_beside(None, &acl(&[rule("rate", 0, rate, BLOCK)], "")).unwrap();
    let counters = LocalCounters::default();
    let sent = Sent::get("/");
    let last = (0..11).map(|_| super::judge_with(&acl, &sent, &counters)).last().unwrap();
    let source = Source { resource: Resource::CloudFront, id: "E1", request_id: "x" };
    let text =
        sent.request(|request| Record::new(&acl, request, source, &environment(&counters, sent.now), &last).to_json());
    let record: Value = serde_json::from_str(&text).unwrap();
    let expected = json!([{
        "rateBasedRuleId": acl.arn.text, "rateBasedRuleName": "rate", "limitKey": "CUSTOMKEYS", "limitValue": "",
        "maxRateAllowed": 10, "evaluationWindowSec": "300",
        "customValues": [{"key": "HTTPMETHOD", "name": "", "value": "GET"}],
    }]);
    assert_eq!(record["rateBasedRuleList"], expected, "WAF-131");
    assert_eq!(record["terminatingRuleType"], "RATE_BASED");
}
