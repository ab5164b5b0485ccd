//! How many there may be, and how large (WAF-117).

use serde_json::json;

use super::{Place, acl, in_set, ip_set, path, regex_set, rule, with};

#[test]
fn a_quota_is_of_a_kind_and_scope() {
    let mut place = Place::new();
    place.0.settings.quotas.ip_sets = 2;
    for name in ["a", "b"] {
        place.ip_set(name);
    }
    assert_eq!(place.code("CreateIPSet", ip_set("c")), "WAFLimitsExceededException", "WAF-117");
    place.ok("CreateIPSet", with(ip_set("c"), json!({ "Scope": "CLOUDFRONT" })));
    for number in 0..10 {
        place.ok("CreateRegexPatternSet", regex_set(&format!("r{number}")));
    }
    assert_eq!(place.code("CreateRegexPatternSet", regex_set("r10")), "WAFLimitsExceededException", "WAF-117");
}

#[test]
fn references_are_limited() {
    let mut place = Place::new();
    let set = place.ip_set("set");
    let rules = |count: u64| (0..count).map(|at| rule(&format!("r{at}"), at, in_set(set.arn()))).collect::<Vec<_>>();
    place.ok("CreateWebACL", acl("own", json!(rules(50))));
    assert_eq!(place.code("CreateWebACL", acl("more", json!(rules(51)))), "WAFLimitsExceededException", "WAF-117");
}

#[test]
fn ten_thousand_rules_are_one_refusal() {
    let mut place = Place::new();
    let rules: Vec<_> = (0..3_000).map(|at| rule(&format!("r{at}"), at, path("/a"))).collect();
    assert_eq!(place.code("CreateWebACL", acl("own", json!(rules))), "WAFLimitsExceededException", "WAF-30");
    let mut deep = path("/a");
    for _ in 0..200 {
        deep = json!({ "NotStatement": { "Statement": deep } });
    }
    assert_eq!(place.code("CreateWebACL", acl("own", json!([rule("r", 0, deep)]))), "SerializationException");
}
