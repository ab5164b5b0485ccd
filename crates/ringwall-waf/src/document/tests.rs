//! Whole documents: what is read, and what is refused where.

use super::{Bundle, Code, Refusal, WebAcl};
use crate::environment::Abilities;
use crate::request::Resource;
use crate::statement::tests::contains;
use crate::testing::{ALL, bundle};

pub(crate) const ACL: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0";
pub(crate) const GROUP: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/rulegroup/own/0-0";
const VISIBILITY: &str =
    r#""VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": false, "MetricName": "m"}"#;

/// A rule with that statement, and its action or whatever else it has.
pub(crate) fn rule(name: &str, priority: u64, statement: &str, rest: &str) -> String {
    format!(r#"{{"Name": "{name}", "Priority": {priority}, "Statement": {statement}, {rest}, {VISIBILITY}}}"#)
}

/// A web ACL with those rules, and whatever else it has.
pub(crate) fn acl(rules: &[String], rest: &str) -> String {
    let rest = if rest.contains("DefaultAction") {
        rest.to_owned()
    } else {
        format!(r#"{rest} "DefaultAction": {{"Allow": {{}}}},"#)
    };
    format!(r#"{{"Name": "test", "Id": "0-0", "ARN": "{ACL}", {rest} {VISIBILITY}, "Rules": [{}]}}"#, rules.join(","))
}

/// A rule group with those rules.
pub(crate) fn group(rules: &[String], capacity: u64) -> String {
    format!(
        r#"{{"Name": "own", "Id": "0-0", "ARN": "{GROUP}", "Capacity": {capacity}, {VISIBILITY}, "Rules": [{}]}}"#,
        rules.join(",")
    )
}

/// A statement that refers to the rule group.
pub(crate) fn refers(more: &str) -> String {
    format!(r#"{{"RuleGroupReferenceStatement": {{"ARN": "{GROUP}"{more}}}}}"#)
}

pub(crate) const BLOCK: &str = r#""Action": {"Block": {}}"#;

/// Reads a web ACL, with a rule group beside it.
pub(crate) fn read_beside(group: Option<&str>, text: &str) -> Result<WebAcl, Refusal> {
    let mut bundle = bundle();
    if let Some(group) = group {
        bundle.add_rule_group(group.as_bytes(), ALL)?;
    }
    bundle.read(text.as_bytes(), ALL)
}

fn read(text: &str) -> Result<WebAcl, Refusal> {
    read_beside(None, text)
}

#[track_caller]
fn refused(text: &str, code: Code, place: &str) {
    let refusal = read(text).expect_err("refused");
    assert_eq!((refusal.code, refusal.place.to_string().as_str()), (code, place), "{refusal}");
}

#[test]
fn rules_are_asked_in_the_order_of_their_priorities() {
    let text = acl(&[rule("b", 7, &contains("b"), BLOCK), rule("a", 0, &contains("a"), BLOCK)], "");
    let acl = read(&text).unwrap();
    let names: Vec<&str> = acl.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!((names, acl.capacity), (vec!["a", "b"], 20), "WAF-1");
    let wrapped = format!(r#"{{"WebACL": {text}, "LockToken": "x"}}"#);
    assert_eq!(read(&wrapped).unwrap().rules.len(), 2, "as get-web-acl prints it");
}

#[test]
fn names_and_priorities_are_distinct() {
    let two = |one: (&str, u64), other: (&str, u64)| {
        acl(&[rule(one.0, one.1, &contains("a"), BLOCK), rule(other.0, other.1, &contains("a"), BLOCK)], "")
    };
    refused(&two(("a", 1), ("b", 1)), Code::InvalidParameter, "Rules[1]");
    refused(&two(("a", 1), ("a", 2)), Code::InvalidParameter, "Rules[1]");
}

#[test]
fn a_rule_has_the_action_of_its_kind_and_no_other() {
    let with = |rest: &str| acl(&[rule("a", 0, &contains("a"), rest)], "");
    let over = r#""OverrideAction": {"None": {}}"#;
    refused(&with(over), Code::InvalidParameter, "Rules[0].OverrideAction");
    refused(&with(r#""RuleLabels": []"#), Code::InvalidParameter, "Rules[0].Statement");
    let own = group(&[rule("x", 0, &contains("a"), BLOCK)], 50);
    let with = |rest: &str| read_beside(Some(&own), &acl(&[rule("a", 0, &refers(""), rest)], ""));
    assert!(with(over).is_ok());
    assert_eq!(with(BLOCK).unwrap_err().place.to_string(), "Rules[0].Action", "WAF-7");
    let labelled = with(&format!(r#"{over}, "RuleLabels": [{{"Name": "x"}}]"#)).unwrap_err();
    assert_eq!(labelled.place.to_string(), "Rules[0].RuleLabels", "WAF-21");
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}"#;
    refused(&acl(&[rule("a", 0, rate, r#""Action": {"Allow": {}}"#)], ""), Code::InvalidParameter, "Rules[0].Action");
}

#[test]
fn what_aws_has_and_nobody_here_enforces_is_refused_with_its_place() {
    for member in ["OnSourceDDoSProtectionConfig", "MonetizationConfig"] {
        refused(&acl(&[], &format!(r#""{member}": {{}},"#)), Code::Unsupported, member);
    }
    refused(&acl(&[], r#""ManagedByFirewallManager": true,"#), Code::Unsupported, "ManagedByFirewallManager");
    assert!(
        read(&acl(&[], r#""ManagedByFirewallManager": false, "PreProcessFirewallManagerRuleGroups": [],"#)).is_ok()
    );
    refused(&acl(&[], r#""Ruls": [],"#), Code::InvalidParameter, "Ruls");
    let managed = r#"{"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}"#;
    let text = acl(&[rule("a", 0, managed, r#""OverrideAction": {"None": {}}"#)], "");
    let refusal = read(&text).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "UnsupportedOperation: `Rules[0].Statement.ManagedRuleGroupStatement.Name` names `AWSManagedRulesCommonRuleSet` of \
         `AWS`, which is no managed rule group here"
    );
}

#[test]
fn capacity_is_counted_and_limited() {
    let xss = r#"{"XssMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}},
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#;
    let many = |count: u64| acl(&(0..count).map(|at| rule(&format!("r{at}"), at, xss, BLOCK)).collect::<Vec<_>>(), "");
    assert_eq!(read(&many(100)).unwrap().capacity, 5000, "WAF-30");
    refused(&many(101), Code::LimitsExceeded, "Rules");
    let rules = [rule("x", 0, xss, BLOCK)];
    let refusal = Bundle::new().add_rule_group(group(&rules, 49).as_bytes(), ALL).unwrap_err();
    assert_eq!((refusal.code, refusal.place.to_string()), (Code::LimitsExceeded, "Capacity".to_owned()), "WAF-30");
    let text = acl(&[rule("a", 0, &refers(""), r#""OverrideAction": {"None": {}}"#)], "");
    assert_eq!(read_beside(Some(&group(&rules, 700)), &text).unwrap().capacity, 700, "WAF-29");
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}"#;
    let rates = |count: u64| (0..count).map(|at| rule(&format!("r{at}"), at, rate, BLOCK)).collect::<Vec<_>>();
    assert!(read(&acl(&rates(10), "")).is_ok());
    refused(&acl(&rates(11), ""), Code::LimitsExceeded, "Rules[10]");
    assert!(Bundle::new().add_rule_group(group(&rates(5), 500).as_bytes(), ALL).is_err(), "WAF-117");
}

#[test]
fn references_to_rules_of_ones_own_group_must_be_right() {
    let own = group(&[rule("x", 0, &contains("a"), BLOCK)], 50);
    let with = |more: &str| {
        read_beside(Some(&own), &acl(&[rule("a", 0, &refers(more), r#""OverrideAction": {"Count": {}}"#)], ""))
    };
    assert!(with(r#", "ExcludedRules": [{"Name": "x"}]"#).is_ok());
    assert_eq!(with(r#", "ExcludedRules": [{"Name": "X"}]"#).unwrap_err().code, Code::NonexistentItem, "WAF-11");
    assert!(with(r#", "RuleActionOverrides": [{"Name": "x", "ActionToUse": {"Allow": {}}}]"#).is_ok());
    assert!(with(&format!(r#", "ScopeDownStatement": {}"#, contains("a"))).is_err(), "WAF-48");
    let nested = group(&[rule("x", 0, &refers(""), r#""OverrideAction": {"None": {}}"#)], 50);
    assert!(read_beside(Some(&nested), &acl(&[], "")).is_err(), "WAF-12");
}

#[test]
fn labels_and_metrics_have_their_rules() {
    let with = |rest: &str| acl(&[rule("a", 0, &contains("a"), &format!("{BLOCK}, {rest}"))], "");
    refused(&with(r#""RuleLabels": [{"Name": "aws:x"}]"#), Code::InvalidParameter, "Rules[0].RuleLabels[0].Name");
    refused(
        &with("").replace("\"m\"", "\"All\"").replace(", ,", ","),
        Code::InvalidParameter,
        "VisibilityConfig.MetricName",
    );
    refused(
        &with(r#""CaptchaConfig": {"ImmunityTimeProperty": {"ImmunityTime": 59}}"#),
        Code::InvalidParameter,
        "Rules[0].CaptchaConfig.ImmunityTimeProperty.ImmunityTime",
    );
    assert!(read(&with(r#""ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 300}}"#)).is_ok(), "WAF-16");
    assert!(read(&with(r#""ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 299}}"#)).is_err(), "WAF-16");
}

#[test]
fn the_name_the_arn_and_the_namespace_say_the_same() {
    let good = acl(&[], r#""LabelNamespace": "awswaf:111122223333:webacl:test:","#);
    assert!(read(&good).is_ok(), "WAF-18");
    refused(&good.replace("webacl:test:", "webacl:other:"), Code::InvalidParameter, "LabelNamespace");
    refused(&good.replace("\"Name\": \"test\"", "\"Name\": \"other\""), Code::InvalidParameter, "Name");
    refused(&good.replace("regional/webacl", "regional/ipset"), Code::InvalidResource, "ARN");
}

#[test]
fn body_limits_are_raised_for_the_resources_that_allow_it() {
    let config = r#""AssociationConfig": {"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}},"#;
    let acl_with = read(&acl(&[], config)).unwrap();
    assert_eq!(acl_with.body_limit(Resource::ApiGateway), 65_536, "WAF-78");
    assert_eq!(acl_with.body_limit(Resource::CloudFront), 16_384, "WAF-77");
    assert_eq!(acl_with.body_limit(Resource::LoadBalancer), 8_192, "WAF-77");
    let place = "AssociationConfig.RequestBody.APPLICATION_LOAD_BALANCER";
    refused(&acl(&[], &config.replace("API_GATEWAY", "APPLICATION_LOAD_BALANCER")), Code::InvalidParameter, place);
}

#[test]
fn what_is_not_said_about_length_is_noted() {
    let body = contains("a").replace("UriPath", "Body");
    let acl = read(&acl(&[rule("a", 0, &body, BLOCK)], "")).unwrap();
    assert_eq!(
        acl.unstated_oversize[0].to_string(),
        "Rules[0].Statement.ByteMatchStatement.FieldToMatch.Body",
        "WAF-82"
    );
}

#[test]
fn several_documents_can_be_one() {
    let set = r#"{"Name": "s", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/s/0-0",
        "IPAddressVersion": "IPV4", "Addresses": []}"#;
    let own = group(&[rule("x", 0, &contains("a"), BLOCK)], 50);
    let refers = rule("a", 0, &refers(""), r#""OverrideAction": {"None": {}}"#);
    let text = format!(r#"{{"WebACL": {}, "RuleGroups": [{own}], "IPSets": [{set}]}}"#, acl(&[refers], ""));
    assert_eq!(Bundle::new().read(text.as_bytes(), ALL).unwrap().rules.len(), 1);
    let twice = text.replace(&format!("[{set}]"), &format!("[{set}, {set}]"));
    assert_eq!(Bundle::new().read(twice.as_bytes(), ALL).unwrap_err().place.to_string(), "IPSets[1]");
}

#[test]
fn ten_thousand_rules_are_answered_with_a_limit() {
    let rules: Vec<String> = (0..10_000).map(|at| rule(&format!("r{at}"), at, &contains("a"), BLOCK)).collect();
    let refusal = read(&acl(&rules, "")).unwrap_err();
    assert_eq!(refusal.code, Code::LimitsExceeded, "{refusal}");
}

#[test]
fn what_cannot_be_done_here_is_refused() {
    let text = acl(&[rule("a", 0, &contains("a"), r#""Action": {"Captcha": {}}"#)], "");
    assert!(read(&text).is_ok());
    let refusal = bundle().read(text.as_bytes(), Abilities { tokens: false, ..ALL }).unwrap_err();
    assert_eq!((refusal.code, refusal.place.to_string()), (Code::Unsupported, "Rules[0].Action.Captcha".to_owned()));
}
