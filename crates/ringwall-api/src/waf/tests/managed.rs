//! Managed rule groups: listed, described, referred to.

use std::sync::Arc;

use ringwall_managed::{IpLists, Supplied};
use serde_json::{Value, json};

use super::{Place, acl, visibility, with};

const GROUP: &str = "AWSManagedRulesKnownBadInputsRuleSet";

fn place() -> Place {
    let mut place = Place::new();
    let waf = &mut place.0.settings.waf;
    waf.managed = Some(Arc::new(Supplied::new(IpLists::default(), waf.abilities)));
    place
}

fn named(name: &str) -> Value {
    json!({ "Scope": "REGIONAL", "VendorName": "AWS", "Name": name })
}

fn reference(name: &str, more: Value) -> Value {
    let statement = with(json!({ "VendorName": "AWS", "Name": name }), more);
    json!({
        "Name": "managed", "Priority": 0, "Statement": { "ManagedRuleGroupStatement": statement },
        "OverrideAction": { "None": {} }, "VisibilityConfig": visibility(),
    })
}

#[test]
fn what_is_listed_can_be_described_and_referred_to() {
    let mut place = place();
    let listed = place.ok("ListAvailableManagedRuleGroups", json!({ "Scope": "REGIONAL" }));
    let groups = listed["ManagedRuleGroups"].as_array().unwrap();
    assert!(groups.iter().any(|own| own["Name"] == GROUP), "WAF-150: {groups:?}");
    for group in groups {
        let name = group["Name"].as_str().unwrap();
        let told = place.ok("DescribeManagedRuleGroup", named(name));
        assert!(!told["Rules"].as_array().unwrap().is_empty(), "{name}");
        let made = place.acl(name, json!([reference(name, json!({}))]));
        assert_eq!(place.get(&made)["WebACL"]["Capacity"], told["Capacity"], "WAF-29: {name}");
    }
    let without = Place::new().ok("ListAvailableManagedRuleGroups", json!({ "Scope": "REGIONAL" }));
    assert_eq!(without["ManagedRuleGroups"], json!([]));
}

#[test]
fn a_group_has_versions() {
    let mut place = place();
    let answer = place.ok("ListAvailableManagedRuleGroupVersions", named(GROUP));
    let default = answer["CurrentDefaultVersion"].clone();
    assert!(answer["Versions"].as_array().unwrap().contains(&json!({ "Name": default })));
    let told = place.ok("DescribeManagedRuleGroup", named(GROUP));
    assert_eq!(told["VersionName"], default);
    assert_eq!(told["LabelNamespace"], "awswaf:managed:aws:known-bad-inputs:", "WAF-138");
    assert!(told["Rules"].as_array().unwrap().contains(&json!({ "Name": "Log4JRCE_BODY", "Action": { "Block": {} } })));
    place.acl("versioned", json!([reference(GROUP, json!({ "Version": default }))]));
    let wrong = acl("wrong", json!([reference(GROUP, json!({ "Version": "Version_77.0" }))]));
    assert_eq!(place.code("CreateWebACL", wrong), "UnsupportedOperation");
    let wrong = with(named(GROUP), json!({ "VersionName": "Version_77.0" }));
    assert_eq!(place.code("DescribeManagedRuleGroup", wrong), "WAFNonexistentItemException");
}

#[test]
fn what_is_not_there_is_not_described() {
    let mut place = place();
    for action in ["DescribeManagedRuleGroup", "ListAvailableManagedRuleGroupVersions"] {
        for name in ["AWSManagedRulesBotControlRuleSet", "AWSManagedRulesAnonymousIpList"] {
            assert_eq!(place.code(action, named(name)), "WAFNonexistentItemException", "{action} {name}");
        }
        let other = with(named(GROUP), json!({ "VendorName": "Other" }));
        assert_eq!(place.code(action, other), "WAFNonexistentItemException");
    }
}
