//! Documents that refer to others.

use serde_json::{Value, json};

use super::{Made, Place, acl, group, group_rule, in_set, ip_set, path, regex_set, rule, visibility, with};
use crate::waf::reading::Library;

fn rules_of(made: &Made, rules: Value) -> Value {
    with(made.locked(), json!({ "Rules": rules, "VisibilityConfig": visibility(), "DefaultAction": { "Allow": {} } }))
}

#[test]
fn a_reference_must_lead_somewhere() {
    let mut place = Place::new();
    let nowhere = "arn:aws:wafv2:us-east-1:000000000000:regional/ipset/own/00000000-0000-4000-8000-000000000000";
    let error = place.refused("CreateWebACL", acl("own", json!([rule("r", 0, in_set(nowhere))])));
    assert_eq!(error.code, "WAFNonexistentItemException");
    assert!(error.message.contains("Rules[0].Statement.IPSetReferenceStatement.ARN"), "{error}");
    let global = with(ip_set("own"), json!({ "Scope": "CLOUDFRONT" }));
    let global = Made::of("IPSet", place.ok("CreateIPSet", global));
    let rules = json!([rule("r", 0, in_set(global.arn()))]);
    assert_eq!(place.code("CreateWebACL", acl("own", rules.clone())), "WAFNonexistentItemException");
    place.ok("CreateWebACL", with(acl("own", rules), json!({ "Scope": "CLOUDFRONT" })));
}

#[test]
fn what_is_referred_to_is_not_deleted() {
    let mut place = Place::new();
    let set = place.ip_set("set");
    let regexes = Made::of("RegexPatternSet", place.ok("CreateRegexPatternSet", regex_set("regexes")));
    let by_regex = json!({ "RegexPatternSetReferenceStatement": {
        "ARN": regexes.arn(), "FieldToMatch": { "UriPath": {} },
        "TextTransformations": [{ "Priority": 0, "Type": "NONE" }],
    } });
    let both =
        json!({ "OrStatement": { "Statements": [in_set(set.arn()), { "NotStatement": { "Statement": by_regex } }] } });
    let group = place.group("group", json!([rule("r", 0, both)]));
    let acl = place.acl("acl", json!([group_rule("g", 0, group.arn(), json!({}))]));
    for made in [&set, &regexes, &group] {
        let error = place.refused(&format!("Delete{}", made.kind), made.locked());
        assert_eq!(error.code, "WAFAssociatedItemException", "WAF-111: {error}");
    }
    place.ok("DeleteWebACL", acl.locked());
    for made in [&group, &set, &regexes] {
        place.ok(&format!("Delete{}", made.kind), made.locked());
    }
}

#[test]
fn a_change_of_a_set_takes_effect_where_it_is_referred_to() {
    let mut place = Place::new();
    let set = place.ip_set("set");
    let acl = place.acl("acl", json!([rule("r", 0, in_set(set.arn()))]));
    assert_eq!(blocked(&place, &acl), ["192.0.2.1"]);
    place.ok("UpdateIPSet", with(set.locked(), json!({ "Addresses": ["198.51.100.0/24"] })));
    assert_eq!(blocked(&place, &acl), ["198.51.100.1"]);
}

/// Which of two clients a stored web ACL blocks, by the engine.
fn blocked(place: &Place, acl: &Made) -> Vec<&'static str> {
    use ringwall_waf::environment::{Environment, OwnDetector};
    use ringwall_waf::request::{Request, Resource};
    let region = place.0.store.snapshot().region("us-east-1");
    let settings = &place.0.settings;
    let library =
        Library { region: &region, region_name: "us-east-1", account: &settings.account, settings: &settings.waf };
    let entity = region.waf_entities.get(acl.text("Id")).unwrap();
    let acl = crate::waf::read_web_acl(library, entity).unwrap();
    let counters = ringwall_waf::rate::LocalCounters::default();
    let environment =
        Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
    let is_blocked = |client: &&str| {
        let request = Request::new(client.parse().unwrap(), b"GET", b"/");
        ringwall_waf::inspect(&acl, &request, Resource::LoadBalancer, environment).action() == "BLOCK"
    };
    ["192.0.2.1", "198.51.100.1"].into_iter().filter(is_blocked).collect()
}

#[test]
fn a_group_keeps_its_capacity_and_what_others_override() {
    let mut place = Place::new();
    let group = place.group("group", json!([rule("one", 0, path("/a")), rule("two", 1, path("/b"))]));
    assert_eq!(place.get(&group)["RuleGroup"]["Capacity"], 50);
    let over = json!({ "RuleActionOverrides": [{ "Name": "two", "ActionToUse": { "Count": {} } }] });
    let acl = place.acl("acl", json!([group_rule("g", 0, group.arn(), over)]));
    assert_eq!(place.get(&acl)["WebACL"]["Capacity"], 50, "WAF-29");
    let update = |rules: Value| with(group.locked(), json!({ "Rules": rules, "VisibilityConfig": visibility() }));
    let xss = json!({ "XssMatchStatement": {
        "FieldToMatch": { "Body": { "OversizeHandling": "CONTINUE" } },
        "TextTransformations": [{ "Priority": 0, "Type": "URL_DECODE" }],
    } });
    let many = json!([rule("two", 0, xss.clone()), rule("more", 1, path("/"))]);
    assert_eq!(place.code("UpdateRuleGroup", update(many)), "WAFLimitsExceededException", "WAF-30");
    let error = place.refused("UpdateRuleGroup", update(json!([rule("one", 0, path("/a"))])));
    assert_eq!(error.code, "WAFNonexistentItemException");
    assert!(error.message.contains("web ACL that refers to it, `acl`"), "{error}");
    place.ok("UpdateRuleGroup", update(json!([rule("two", 0, xss)])));
    assert_eq!(place.get(&acl)["WebACL"]["Capacity"], 50, "WAF-29");
}

#[test]
fn what_cannot_be_enforced_is_refused_with_its_place() {
    let mut place = Place::new();
    let geo = json!({ "GeoMatchStatement": { "CountryCodes": ["AT"] } });
    let document = acl("own", json!([rule("r", 0, geo)]));
    let error = place.refused("CreateWebACL", document.clone());
    assert_eq!(error.code, "UnsupportedOperation");
    assert!(error.message.contains("Rules[0].Statement.GeoMatchStatement"), "{error}");
    place.0.settings.waf.abilities.countries = true;
    place.ok("CreateWebACL", document);
    let managed = json!({ "ManagedRuleGroupStatement": { "VendorName": "AWS", "Name": "AWSManagedRulesATPRuleSet" } });
    let mut managed = rule("r", 0, managed);
    managed.as_object_mut().unwrap().remove("Action");
    let managed = with(managed, json!({ "OverrideAction": { "None": {} } }));
    let error = place.refused("CreateWebACL", acl("other", json!([managed])));
    assert!(error.code == "UnsupportedOperation" && error.message.contains("AWSManagedRulesATPRuleSet"), "{error}");
}

#[test]
fn a_group_says_which_labels_it_writes_and_looks_for() {
    let mut place = Place::new();
    let label = json!({ "LabelMatchStatement": { "Scope": "LABEL", "Key": "seen" } });
    let labelled = with(rule("one", 0, path("/a")), json!({ "RuleLabels": [{ "Name": "seen" }] }));
    let group = place.group("group", json!([labelled, rule("two", 1, label)]));
    let group = &place.get(&group)["RuleGroup"];
    let name = "awswaf:000000000000:rulegroup:group:seen";
    assert_eq!(group["LabelNamespace"], "awswaf:000000000000:rulegroup:group:", "WAF-18");
    assert_eq!(
        (&group["AvailableLabels"], &group["ConsumedLabels"]),
        (&json!([{ "Name": name }]), &json!([{ "Name": name }]))
    );
}

#[test]
fn null_is_as_if_it_were_not_there() {
    let mut place = Place::new();
    let mut with_null = rule("r", 0, path("/a"));
    with_null["RuleLabels"] = Value::Null;
    with_null["Statement"]["GeoMatchStatement"] = Value::Null;
    let made = place.acl("own", json!([with_null]));
    assert_eq!(place.get(&made)["WebACL"]["Rules"], json!([rule("r", 0, path("/a"))]));
    let updated = rules_of(&made, Value::Null);
    place.ok("UpdateWebACL", updated);
    assert_eq!(place.get(&made)["WebACL"]["Rules"], json!([]));
    assert_eq!(
        place.code("CreateRuleGroup", with(group("g", json!([])), json!({ "Capacity": 0 }))),
        "ValidationException"
    );
}
