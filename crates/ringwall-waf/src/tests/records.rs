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

/// The record of a request to a web ACL with a configuration of data protection.
fn protected(protections: &str, rules: &[String], sent: &Sent) -> Value {
    let document = acl(rules, &format!(r#""DataProtectionConfig": {{"DataProtections": [{protections}]}},"#));
    let acl = read_beside(None, &document).unwrap();
    let counters = LocalCounters::default();
    let verdict = judge(&acl, sent);
    let source = Source { resource: Resource::LoadBalancer, id: "app/lb/1", request_id: "1-2-3" };
    let text = sent
        .request(|request| Record::new(&acl, request, source, &environment(&counters, sent.now), &verdict).to_json());
    serde_json::from_str(&text).unwrap()
}

fn sqli(field: &str) -> String {
    format!(
        r#"{{"SqliMatchStatement": {{"FieldToMatch": {field}, "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}"#
    )
}

#[test]
fn protected_parts_are_not_written_down() {
    let sent = Sent::get("/a?id=sqli&x=1")
        .header("Authorization", "secret")
        .header("Cookie", "a=1; sid=secret; SID=2")
        .header("Accept", "x");
    let rules = [rule("args", 0, &sqli(r#"{"AllQueryArguments": {}}"#), r#""Action": {"Count": {}}"#)];
    let found = "/nonTerminatingMatchingRules/0/ruleMatchDetails/0/matchedData/0";
    let of = |kind: &str, keys: &str, rest: &str| {
        let one = format!(r#"{{"Field": {{"FieldType": "{kind}"{keys}}}, {rest}}}"#);
        protected(&one, &rules, &sent)
    };
    let substituted = r#""Action": "SUBSTITUTION""#;
    let record = of("SINGLE_HEADER", r#", "FieldKeys": ["authorization"]"#, substituted);
    assert_eq!(record["httpRequest"]["headers"][0]["value"], "REDACTED");
    assert_eq!(record["httpRequest"]["headers"][1]["value"], "a=1; sid=secret; SID=2");
    assert_eq!(record["httpRequest"]["args"], "id=sqli&x=1");
    let record = of("SINGLE_COOKIE", r#", "FieldKeys": ["sid"]"#, substituted);
    assert_eq!(
        record["httpRequest"]["headers"][1]["value"], "a=1; sid=REDACTED; SID=2",
        "cookies have names with case"
    );
    assert_eq!(record["httpRequest"]["headers"][0]["value"], "secret");
    let record = of("SINGLE_QUERY_ARGUMENT", r#", "FieldKeys": ["ID"]"#, r#""Action": "HASH""#);
    let digest = "Qakcwl7FZZxLdFeyzudTf53yzeQhlbCAg0PNTovM4vI=";
    assert_eq!(record["httpRequest"]["args"], format!("id={digest}&x=1"));
    assert_eq!(record.pointer(found), Some(&json!(digest)));
    let shown = r#""Action": "HASH", "ExcludeRuleMatchDetails": true"#;
    let record = of("SINGLE_QUERY_ARGUMENT", r#", "FieldKeys": ["id"]"#, shown);
    assert_eq!(
        (record["httpRequest"]["args"].clone(), record.pointer(found)),
        (json!(format!("id={digest}&x=1")), Some(&json!("sqli")))
    );
    let record = of("QUERY_STRING", "", substituted);
    assert_eq!(
        (record["httpRequest"]["args"].clone(), record.pointer(found)),
        (json!("REDACTED"), Some(&json!("REDACTED")))
    );
    let record = of("BODY", "", substituted);
    assert_eq!(record.pointer(found), Some(&json!("sqli")), "another part than the body");
}

#[test]
fn bodies_and_rates_are_protected_where_records_show_them() {
    let body = rule("body", 0, &sqli(r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#), r#""Action": {"Count": {}}"#);
    let one = r#"{"Field": {"FieldType": "BODY"}, "Action": "SUBSTITUTION"}"#;
    let record = protected(one, &[body], &Sent::get("/").body("a sqli"));
    assert_eq!(record["nonTerminatingMatchingRules"][0]["ruleMatchDetails"][0]["matchedData"], json!(["REDACTED"]));
    let keys = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [
        {"Header": {"Name": "x-key", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}]}}"#;
    let rated = |protections: &str| {
        let document = acl(
            &[rule("rate", 0, keys, BLOCK)],
            &format!(r#""DataProtectionConfig": {{"DataProtections": [{protections}]}},"#),
        );
        let acl = read_beside(None, &document).unwrap();
        let counters = LocalCounters::default();
        let sent = Sent::get("/").header("X-Key", "secret");
        let last = (0..11).map(|_| super::judge_with(&acl, &sent, &counters)).last().unwrap();
        let source = Source { resource: Resource::CloudFront, id: "E1", request_id: "x" };
        let text = sent
            .request(|request| Record::new(&acl, request, source, &environment(&counters, sent.now), &last).to_json());
        let record: Value = serde_json::from_str(&text).unwrap();
        record["rateBasedRuleList"][0]["customValues"][0]["value"].clone()
    };
    let one = r#"{"Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["X-Key"]}, "Action": "SUBSTITUTION", "ExcludeRateBasedDetails": false}"#;
    assert_eq!(rated(one), "REDACTED");
    assert_eq!(rated(&one.replace("false", "true")), "secret");
    assert_eq!(rated(&one.replace("X-Key", "x-other")), "secret");
}

#[test]
fn a_configuration_of_data_protection_is_checked() {
    let read = |protections: &str| {
        let document = acl(&[], &format!(r#""DataProtectionConfig": {{"DataProtections": [{protections}]}},"#));
        read_beside(None, &document).map(|_| ()).map_err(|refusal| refusal.place.to_string())
    };
    let place = |rest: &str| Err(format!("DataProtectionConfig.DataProtections{rest}"));
    assert_eq!(read(""), place(""));
    assert_eq!(read(r#"{"Field": {"FieldType": "SINGLE_COOKIE"}, "Action": "HASH"}"#), place("[0].Field"));
    assert_eq!(
        read(r#"{"Field": {"FieldType": "BODY", "FieldKeys": ["a"]}, "Action": "HASH"}"#),
        place("[0].Field.FieldKeys")
    );
    assert_eq!(read(r#"{"Field": {"FieldType": "BODY"}, "Action": "HIDE"}"#), place("[0].Action"));
    assert_eq!(read(r#"{"Field": {"FieldType": "BODY"}, "Action": "HASH"}"#), Ok(()));
}

#[test]
fn what_aws_prints_and_changes_nothing_is_taken_and_the_rest_refused() {
    let read = |rest: &str| {
        read_beside(None, &acl(&[], &format!("{rest},"))).map(|_| ()).map_err(|refusal| refusal.place.to_string())
    };
    for taken in [
        r#""RetrofittedByFirewallManager": false, "ManagedByFirewallManager": false"#,
        r#""PreProcessFirewallManagerRuleGroups": [], "PostProcessFirewallManagerRuleGroups": []"#,
        r#""ApplicationConfig": {"Attributes": [{"Name": "kind", "Values": ["api"]}]}"#,
        r#""OnSourceDDoSProtectionConfig": null, "MonetizationConfig": null"#,
    ] {
        assert_eq!(read(taken), Ok(()), "{taken}");
    }
    for (refused, place) in [
        (r#""ManagedByFirewallManager": true"#, "ManagedByFirewallManager"),
        (r#""OnSourceDDoSProtectionConfig": {"ALBLowReputationMode": "ALWAYS_ON"}"#, "OnSourceDDoSProtectionConfig"),
        (r#""MonetizationConfig": {}"#, "MonetizationConfig"),
        (
            r#""AssociationConfig": {"ChallengeJavascriptSdkInjection": {"CLOUDFRONT": {}}}"#,
            "AssociationConfig.ChallengeJavascriptSdkInjection",
        ),
        (r#""ApplicationConfig": {"Attributes": [{"Nmae": "kind"}]}"#, "ApplicationConfig.Attributes[0].Nmae"),
    ] {
        assert_eq!(read(refused), Err(place.to_owned()), "{refused}");
    }
}
