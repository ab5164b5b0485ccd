//! What the catalogue says, and what cannot be had.

use super::*;

const ALL: Abilities = Abilities { countries: false, networks: false, detection: true, tokens: false };

/// Lists with one address of the documentation each.
fn lists() -> IpLists {
    let list = |text: &str| Some(IpLists::parse(text).unwrap());
    IpLists {
        reputation: list("192.0.2.1"),
        reconnaissance: list("192.0.2.2"),
        ddos: list("192.0.2.3"),
        anonymous: list("192.0.2.4"),
        hosting: list("192.0.2.5"),
    }
}

#[test]
fn every_group_is_built_in_every_version_with_its_rules() {
    for group in Catalogue::groups() {
        for version in group.versions().iter().map(|own| Some(*own)).chain([None]) {
            let built = group.build(version, &lists(), ALL).unwrap_or_else(|refused| panic!("{refused}"));
            let rules = group.rules(version).unwrap();
            assert_eq!(built.rules.len(), rules.len(), "{}", group.name);
            for (built, rule) in built.rules.iter().zip(&rules) {
                assert_eq!((built.name.as_str(), &*built.labels[0]), (rule.name, rule.label.as_str()));
            }
            assert_eq!((built.capacity, &built.namespace), (group.capacity, &group.label_namespace()), "WAF-29");
            assert!(built.unstated_oversize.is_empty(), "{}: WAF-149", group.name);
        }
    }
}

#[test]
fn names_capacities_and_labels_are_awss() {
    for (name, capacity, namespace, count) in [
        ("AWSManagedRulesCommonRuleSet", 700, "core-rule-set", 22),
        ("AWSManagedRulesAdminProtectionRuleSet", 100, "admin-protection", 1),
        ("AWSManagedRulesKnownBadInputsRuleSet", 200, "known-bad-inputs", 12),
        ("AWSManagedRulesSQLiRuleSet", 200, "sql-database", 8),
        ("AWSManagedRulesLinuxRuleSet", 200, "linux-os", 3),
        ("AWSManagedRulesUnixRuleSet", 100, "posix-os", 3),
        ("AWSManagedRulesWindowsRuleSet", 200, "windows-os", 8),
        ("AWSManagedRulesPHPRuleSet", 100, "php-app", 4),
        ("AWSManagedRulesWordPressRuleSet", 100, "wordpress-app", 2),
        ("AWSManagedRulesAmazonIpReputationList", 25, "amazon-ip-list", 3),
        ("AWSManagedRulesAnonymousIpList", 50, "anonymous-ip-list", 2),
    ] {
        let group = Catalogue::group(VENDOR, name).expect(name);
        let rules = group.rules(None).unwrap();
        assert_eq!((group.capacity, rules.len()), (capacity, count), "WAF-134 … WAF-144: {name}");
        let namespace = format!("awswaf:managed:aws:{namespace}:");
        for rule in rules {
            let own = rule.label.strip_prefix(&namespace).expect("the namespace");
            // WAF-136: the rule's name in mixed case, but for one of them.
            let is_same = own.eq_ignore_ascii_case(rule.name) || own == "BadBots_Header";
            assert!(is_same, "{own} of {}", rule.name);
            assert_eq!(rule.action == "Count", rule.name == "AWSManagedIPDDoSList", "WAF-135, WAF-143");
        }
    }
    assert_eq!(Catalogue::groups().len(), 11);
}

#[test]
fn what_is_not_built_is_no_group() {
    for name in ["AWSManagedRulesBotControlRuleSet", "AWSManagedRulesATPRuleSet", "AWSManagedRulesACFPRuleSet"] {
        assert!(Catalogue::group(VENDOR, name).is_none(), "WAF-145");
    }
    assert!(Catalogue::group("aws", "AWSManagedRulesSQLiRuleSet").is_none());
}

#[test]
fn a_version_adds_rules_and_an_unknown_one_is_refused() {
    let group = Catalogue::group(VENDOR, "AWSManagedRulesSQLiRuleSet").unwrap();
    let names = |version| group.rules(version).unwrap().into_iter().map(|rule| rule.name).collect::<Vec<_>>();
    assert_eq!(names(Some("Version_1.0")).len(), 6, "WAF-139");
    assert!(names(Some("Version_2.0")).contains(&"SQLiExtendedPatterns_HEADER"), "WAF-139");
    assert_eq!(names(None), names(group.default_version()));
    let refused = group.rules(Some("Version_9.9")).unwrap_err();
    assert_eq!(refused.to_string(), "names `AWSManagedRulesSQLiRuleSet`, which has no version `Version_9.9`");
    let addresses = Catalogue::group(VENDOR, "AWSManagedRulesAnonymousIpList").unwrap();
    assert!(addresses.versions().is_empty() && addresses.rules(Some("Version_1.0")).is_err(), "WAF-144");
}

#[test]
fn a_group_without_its_lists_or_its_detector_is_refused() {
    let addresses = Catalogue::group(VENDOR, "AWSManagedRulesAmazonIpReputationList").unwrap();
    let refused = addresses.build(None, &IpLists { ddos: None, ..lists() }, ALL).unwrap_err();
    assert_eq!(refused, Refused::NoList { group: addresses.name, list: "ddos" });
    assert!(refused.to_string().contains("supply the list `ddos`"), "{refused}");
    let sql = Catalogue::group(VENDOR, "AWSManagedRulesSQLiRuleSet").unwrap();
    let refused = sql.build(None, &IpLists::default(), Abilities { detection: false, ..ALL }).unwrap_err();
    assert!(refused.to_string().contains("needs a detector"), "{refused}");
}
