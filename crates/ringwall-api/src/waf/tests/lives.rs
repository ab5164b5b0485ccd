//! Made, got, listed, changed, deleted: what is the same for all four kinds.

use serde_json::{Value, json};

use super::{Made, Place, acl, group, ip_set, regex_set, rule, visibility, with};

/// Each kind with what makes one, and with what changes it.
fn kinds(name: &str) -> [(&'static str, Value, Value); 4] {
    let rules = json!([rule("r", 0, super::path("/x"))]);
    let rest = json!({ "VisibilityConfig": visibility() });
    [
        ("IPSet", ip_set(name), json!({ "Addresses": [] })),
        ("RegexPatternSet", regex_set(name), json!({ "RegularExpressionList": [] })),
        ("RuleGroup", group(name, rules.clone()), rest.clone()),
        ("WebACL", acl(name, rules), with(rest, json!({ "DefaultAction": { "Block": {} } }))),
    ]
}

fn make(place: &mut Place, kind: &'static str, document: &Value) -> Made {
    Made::of(kind, place.ok(&format!("Create{kind}"), document.clone()))
}

#[test]
fn what_was_put_is_got_and_listed() {
    for (kind, document, _) in kinds("own") {
        let mut place = Place::new();
        let document = with(document, json!({ "Description": "for a test", "Tags": [{ "Key": "a", "Value": "b" }] }));
        let made = make(&mut place, kind, &document);
        let answer = place.get(&made);
        assert_eq!(answer["LockToken"], made.summary["LockToken"], "{kind}");
        for (name, value) in document.as_object().unwrap() {
            if !["Scope", "Tags"].contains(&name.as_str()) {
                assert_eq!(&answer[kind][name], value, "{kind}.{name}");
            }
        }
        assert_eq!(answer[kind]["ARN"], made.summary["ARN"]);
        let listed = place.ok(&format!("List{kind}s"), json!({ "Scope": "REGIONAL" }));
        assert_eq!(listed[format!("{kind}s")], json!([made.summary]), "{kind}");
        assert_eq!(listed.get("NextMarker"), None);
        let elsewhere = place.ok(&format!("List{kind}s"), json!({ "Scope": "CLOUDFRONT" }));
        assert_eq!(elsewhere[format!("{kind}s")], json!([]));
    }
}

#[test]
fn a_lock_token_is_good_for_one_change() {
    for (kind, document, change) in kinds("own") {
        let mut place = Place::new();
        let made = make(&mut place, kind, &with(document, json!({ "Description": "for a test" })));
        let (update, delete) = (format!("Update{kind}"), format!("Delete{kind}"));
        let next = place.ok(&update, with(made.locked(), change.clone()))["NextLockToken"].clone();
        assert_ne!(next, made.summary["LockToken"], "WAF-107");
        assert_eq!(place.code(&update, with(made.locked(), change.clone())), "WAFOptimisticLockException", "{kind}");
        assert_eq!(place.code(&delete, made.locked()), "WAFOptimisticLockException", "{kind}");
        let got = place.get(&made);
        assert_eq!(got["LockToken"], next);
        assert_eq!(got[kind]["Description"], "", "WAF-108: what is left out is cleared");
        for (name, value) in change.as_object().unwrap() {
            assert_eq!(&got[kind][name], value, "{kind}.{name}");
        }
        place.ok(&delete, with(made.target(), json!({ "LockToken": next })));
        assert_eq!(place.code(&format!("Get{kind}"), made.target()), "WAFNonexistentItemException");
        assert_eq!(place.code(&delete, made.locked()), "WAFNonexistentItemException");
    }
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut place = Place::new();
    let set = place.ip_set("own");
    let before = place.get(&set);
    let bad = with(set.locked(), json!({ "Addresses": ["10.0.0.1"] }));
    let error = place.refused("UpdateIPSet", bad);
    assert_eq!(error.code, "WAFInvalidParameterException");
    assert!(error.members.contains(&("Field", "IP_ADDRESS".to_owned())), "{error:?}");
    assert!(error.members.contains(&("Parameter", "Addresses[0]".to_owned())), "{error:?}");
    assert!(error.message.starts_with("Error reason: `Addresses[0]` "), "{error}");
    assert!(error.message.ends_with(", field: IP_ADDRESS, parameter: Addresses[0]"), "{error}");
    assert_eq!(place.get(&set), before);
    let next = place.ok("UpdateIPSet", with(set.locked(), json!({ "Addresses": [] })));
    assert!(next["NextLockToken"].is_string(), "the token is still good");
    assert_eq!(place.get(&set)["IPSet"]["IPAddressVersion"], "IPV4", "what cannot change stays");
}

#[test]
fn scope_name_and_id_name_it_together() {
    for (kind, document, _) in kinds("own") {
        let mut place = Place::new();
        let made = make(&mut place, kind, &document);
        let id = made.text("Id").replace(|own: char| own.is_ascii_digit(), "0");
        for wrong in [json!({ "Name": "other" }), json!({ "Scope": "CLOUDFRONT" }), json!({ "Id": id })] {
            let code = place.code(&format!("Get{kind}"), with(made.target(), wrong.clone()));
            assert_eq!(code, "WAFNonexistentItemException", "{kind} {wrong}");
        }
        assert_eq!(place.code(&format!("Create{kind}"), document.clone()), "WAFDuplicateItemException", "WAF-106");
        place.ok(&format!("Create{kind}"), with(document, json!({ "Scope": "CLOUDFRONT" })));
    }
}

#[test]
fn kinds_do_not_answer_for_each_other() {
    let mut place = Place::new();
    let set = place.ip_set("own");
    for kind in ["RegexPatternSet", "RuleGroup", "WebACL"] {
        assert_eq!(place.code(&format!("Get{kind}"), set.target()), "WAFNonexistentItemException", "{kind}");
    }
    for kind in ["RuleGroup", "WebACL"] {
        let error = place.refused(&format!("Get{kind}"), json!({ "ARN": set.arn() }));
        assert!(error.members.contains(&("Field", "RESOURCE_ARN".to_owned())), "{error}");
    }
}

#[test]
fn some_are_got_by_their_arns_too() {
    let mut place = Place::new();
    for (kind, document, _) in kinds("own").into_iter().skip(2) {
        let made = make(&mut place, kind, &document);
        assert_eq!(place.ok(&format!("Get{kind}"), json!({ "ARN": made.arn() })), place.get(&made));
        let both = with(made.target(), json!({ "ARN": made.arn() }));
        assert_eq!(place.code(&format!("Get{kind}"), both), "WAFInvalidParameterException");
        for (from, to, code) in [
            ("own/", "other/", "WAFNonexistentItemException"),
            ("us-east-1", "eu-west-1", "WAFInvalidParameterException"),
            ("000000000000", "111122223333", "WAFInvalidParameterException"),
            ("regional", "zonal", "WAFInvalidParameterException"),
            ("wafv2", "waf", "WAFInvalidParameterException"),
        ] {
            let arn = made.arn().replacen(from, to, 1);
            assert_eq!(place.code(&format!("Get{kind}"), json!({ "ARN": arn })), code, "{arn}");
        }
    }
}

#[test]
fn distributions_have_one_region() {
    let mut place = Place::new();
    let document = with(ip_set("own"), json!({ "Scope": "CLOUDFRONT" }));
    let made = Made::of("IPSet", place.ok("CreateIPSet", document.clone()));
    assert!(made.arn().starts_with("arn:aws:wafv2:us-east-1:000000000000:global/ipset/own/"), "WAF-105");
    place.0.region = "eu-west-1".to_owned();
    let error = place.refused("CreateIPSet", document);
    assert_eq!(error.code, "WAFInvalidParameterException", "WAF-104");
    assert!(error.message.ends_with(", field: SCOPE_VALUE, parameter: CLOUDFRONT"), "{error}");
    assert_eq!(place.code("ListIPSets", json!({ "Scope": "CLOUDFRONT" })), "WAFInvalidParameterException");
    let regional = place.ip_set("own");
    assert!(regional.arn().contains(":eu-west-1:"));
    assert_eq!(place.ok("ListIPSets", json!({ "Scope": "REGIONAL" }))["IPSets"].as_array().unwrap().len(), 1);
}

#[test]
fn lists_come_in_pages() {
    let mut place = Place::new();
    for number in 0..5 {
        place.ip_set(&format!("s{number}"));
    }
    let (mut names, mut marker) = (Vec::new(), Value::Null);
    for _ in 0..3 {
        let page = place.ok("ListIPSets", json!({ "Scope": "REGIONAL", "Limit": 2, "NextMarker": marker }));
        names.extend(page["IPSets"].as_array().unwrap().iter().map(|own| own["Name"].clone()));
        marker = page["NextMarker"].clone();
    }
    assert_eq!((names, marker), (["s0", "s1", "s2", "s3", "s4"].map(Value::from).to_vec(), Value::Null), "WAF-116");
    assert_eq!(place.code("ListIPSets", json!({ "Scope": "REGIONAL", "Limit": 0 })), "ValidationException");
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let mut place = Place::new();
    for (kind, document, _) in kinds("own") {
        let create = format!("Create{kind}");
        for name in document.as_object().unwrap().keys().filter(|name| *name != "Rules") {
            let mut less = document.clone();
            less.as_object_mut().unwrap().remove(name);
            let error = place.refused(&create, less);
            assert_eq!(error.code, "ValidationException", "{kind} without {name}: {error}");
            assert!(error.message.to_lowercase().contains(&format!("'{}'", name.to_lowercase())), "{error}");
        }
        let error = place.refused(&create, with(document.clone(), json!({ "Foo": 1 })));
        assert!(error.code == "ValidationException" && error.message.contains("`Foo`"), "{error}");
        let long = with(document, json!({ "Name": "x".repeat(129) }));
        assert_eq!(place.code(&create, long), "ValidationException", "WAF-106");
    }
    for name in ["ApplicationConfig", "MonetizationConfig", "OnSourceDDoSProtectionConfig"] {
        let error = place.refused("CreateWebACL", with(acl("own", json!([])), json!({ name: {} })));
        assert!(error.code == "UnsupportedOperation" && error.message.contains(name), "{error}");
    }
    let protects = |action: &str| {
        let field = json!({ "FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"] });
        let own = json!({ "Field": field, "Action": action });
        json!({ "DataProtectionConfig": { "DataProtections": [own] } })
    };
    place.ok("CreateWebACL", with(acl("own", json!([])), protects("HASH")));
    assert_eq!(
        place.code("CreateWebACL", with(acl("other", json!([])), protects("HIDE"))),
        "WAFInvalidParameterException"
    );
}

#[test]
fn bodies_that_are_none_are_refused() {
    let mut place = Place::new();
    for body in ["{", "[]", r#"{"Name": 5}"#, r#"{"Scope": "REGIONAL", "Scope": "REGIONAL"}"#] {
        let message = crate::service::Message::Json { action: "CreateIPSet".into(), body: body.into() };
        let error = place.0.make(crate::service::Service::Waf, &message).unwrap_err();
        assert_eq!(error.code, "SerializationException", "{body}");
    }
    assert_eq!(place.code("PutManagedRuleSetVersions", json!({})), "UnsupportedOperation");
    assert_eq!(place.code("PutNothing", json!({})), "UnknownOperationException");
}
