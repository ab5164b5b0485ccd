//! Rules of groups, where a web ACL refers to them.

use std::sync::Arc;

use super::{judge, judge_with, labels};
use crate::document::tests::{BLOCK, GROUP, acl, group, read_beside, refers, rule};
use crate::document::{Bundle, ManagedGroups, References, RuleGroup, WebAcl};
use crate::engine::{Asked, Engine, Opinion, Spoken};
use crate::inspection::Evidence;
use crate::rate::LocalCounters;
use crate::statement::tests::contains;
use crate::testing::{ALL, Sent, bundle};
use crate::verdict::{RuleType, Verdict};

fn own() -> String {
    let labelled =
        |action: &str, label: &str| format!(r#""Action": {{"{action}": {{}}}}, "RuleLabels": [{{"Name": "{label}"}}]"#);
    let rules = [
        rule("one", 0, &contains("a"), &labelled("Block", "one")),
        rule("two", 1, &contains("a"), &labelled("Count", "two")),
        rule("three", 2, &contains("b"), &labelled("Block", "three")),
    ];
    group(&rules, 100)
}

/// A web ACL with the group, and then a rule that blocks `z`.
fn with_group(more: &str, over: &str) -> WebAcl {
    let over = format!(r#""OverrideAction": {{"{over}": {{}}}}"#);
    let rules = [rule("group", 0, &refers(more), &over), rule("last", 1, &contains("z"), BLOCK)];
    read_beside(Some(&own()), &acl(&rules, "")).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn matched(verdict: &Verdict) -> Vec<String> {
    let report = verdict.groups.first().map(|own| own.matched.as_slice()).unwrap_or_default();
    report.iter().map(|own| format!("{} {}", own.rule, own.action)).collect()
}

#[test]
fn a_rule_of_a_group_that_ends_it_ends_all() {
    let verdict = judge(&with_group("", "None"), &Sent::get("/az"));
    assert_eq!((verdict.action(), verdict.decided_by()), ("BLOCK", "group"));
    assert_eq!(verdict.terminating.as_ref().unwrap().kind, RuleType::Group, "WAF-127");
    assert_eq!(verdict.groups[0].terminating.as_ref().unwrap().rule, "one", "WAF-130");
    assert_eq!(verdict.labels.iter().collect::<Vec<_>>(), ["awswaf:111122223333:rulegroup:own:one"], "WAF-18");
}

#[test]
fn a_group_that_only_counts_still_ends_within_itself() {
    let verdict = judge(&with_group("", "Count"), &Sent::get("/az"));
    assert_eq!(verdict.decided_by(), "last", "WAF-8");
    assert_eq!(labels(&verdict), ["one"], "WAF-8: the rules behind are not asked");
    assert_eq!((verdict.matched[0].rule.as_str(), verdict.matched[0].action), ("group", "COUNT"));
}

#[test]
fn a_rule_that_only_counts_lets_the_next_one_be_asked() {
    let more = r#", "RuleActionOverrides": [{"Name": "one", "ActionToUse": {"Count": {}}}]"#;
    let verdict = judge(&with_group(more, "None"), &Sent::get("/ab"));
    assert_eq!(labels(&verdict), ["one", "two", "three"], "WAF-9");
    assert_eq!(matched(&verdict), ["one COUNT", "two COUNT"]);
    assert_eq!(verdict.groups[0].matched[0].overridden, Some("BLOCK"));
    let verdict = judge(&with_group(r#", "ExcludedRules": [{"Name": "one"}]"#, "None"), &Sent::get("/a"));
    assert_eq!(verdict.action(), "ALLOW", "WAF-10");
    assert!(verdict.groups[0].matched[0].is_excluded);
}

#[test]
fn an_override_may_be_any_action() {
    let more = r#", "RuleActionOverrides": [{"Name": "two", "ActionToUse": {"Block": {}}},
        {"Name": "one", "ActionToUse": {"Allow": {}}}]"#;
    let verdict = judge(&with_group(more, "None"), &Sent::get("/az"));
    assert_eq!((verdict.action(), verdict.decided_by()), ("ALLOW", "group"), "WAF-9");
}

#[test]
fn rates_of_a_group_count_for_each_reference() {
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}"#;
    let own = group(&[rule("rate", 0, rate, r#""Action": {"Count": {}}"#)], 100);
    let over = r#""OverrideAction": {"None": {}}"#;
    let rules = [rule("one", 0, &refers(""), over), rule("two", 1, &refers(""), over)];
    let acl = read_beside(Some(&own), &acl(&rules, "")).unwrap();
    let counters = LocalCounters::default();
    let last = (0..11).map(|_| judge_with(&acl, &Sent::get("/"), &counters)).last().unwrap();
    let counts: Vec<u64> = last.rates.iter().map(|own| own.rated.count).collect();
    assert_eq!(counts, [11, 11], "WAF-57");
}

#[test]
fn a_vendors_group_is_asked_about_requests_in_its_scope_alone() {
    let mut own = bundle();
    own.add_rule_group(self::own().as_bytes(), ALL).unwrap();
    let group = own.rule_group(GROUP).unwrap();
    own.set_managed(Arc::new(One(group)));
    let read = |own: &mut Bundle, more: &str| {
        let statement = format!(r#"{{"ManagedRuleGroupStatement": {{"VendorName": "AWS", "Name": "Test"{more}}}}}"#);
        let rules = [rule("group", 0, &statement, r#""OverrideAction": {"None": {}}"#)];
        own.read(acl(&rules, "").as_bytes(), ALL)
    };
    let scope = format!(r#", "ScopeDownStatement": {}, "ExcludedRules": [{{"Name": "nobody"}}]"#, contains("in"));
    let acl = read(&mut own, &scope).expect("a name that no rule has is ignored: WAF-11");
    let verdict = judge(&acl, &Sent::get("/in/a"));
    assert_eq!(verdict.terminating.unwrap().kind, RuleType::ManagedGroup, "WAF-127");
    let verdict = judge(&acl, &Sent::get("/a"));
    assert_eq!((verdict.action(), verdict.labels.iter().count()), ("ALLOW", 0), "WAF-47");
    assert_eq!(acl.capacity, 110, "WAF-29");
    assert!(read(&mut own, r#", "Version": "Version_1.0""#).is_err(), "a version that is not there");
    assert!(read(&mut own, r#", "ManagedRuleGroupConfigs": []"#).is_err());
}

/// The one group of the vendor `AWS`, `Test`.
#[derive(Debug)]
struct One(Arc<RuleGroup>);

impl ManagedGroups for One {
    fn group(&self, vendor: &str, name: &str, version: Option<&str>) -> Result<Arc<RuleGroup>, String> {
        let is_this = (vendor, name, version) == ("AWS", "Test", None);
        if is_this { Ok(self.0.clone()) } else { Err("names no group".to_owned()) }
    }
}

/// An engine whose rules `low` and `high` find those words in the path, and whose rule `sum` blocks what has two of them.
#[derive(Debug)]
struct Words;

impl Engine for Words {
    fn inspect(&self, asked: &Asked) -> Vec<Spoken> {
        let path = asked.view.request.path;
        let has = |word: &str| path.windows(word.len()).any(|own| own == word.as_bytes());
        let spoken = |rule: &str, opinion| Spoken {
            rule: rule.to_owned(),
            opinion,
            label: format!("word:{rule}"),
            says: format!("the word {rule}"),
            transformations: vec![vec!["lowercase"]],
            evidence: vec![Evidence { location: "URI", name: None, text: b"x".to_vec(), offset: 0, range: 0..1 }],
        };
        let found = ["low", "high"].into_iter().filter(|word| has(word));
        let counted = found.clone().filter(|word| !(asked.is_set_aside)(word)).count();
        let mut all: Vec<Spoken> = found.map(|word| spoken(word, Opinion::Count)).collect();
        if counted == 2 {
            all.push(spoken("sum", Opinion::Block));
        }
        all
    }

    fn rules(&self) -> Vec<(String, Opinion)> {
        vec![("low".into(), Opinion::Count), ("high".into(), Opinion::Count), ("sum".into(), Opinion::Block)]
    }
}

#[test]
fn an_engine_speaks_after_the_rules_of_its_group_and_its_rules_can_be_overridden() {
    let judged = |more: &str, path: &str| {
        let mut bundle = bundle();
        bundle.add_rule_group(own().as_bytes(), ALL).unwrap();
        let mut group = RuleGroup::clone(&bundle.rule_group(GROUP).unwrap());
        group.engine = Some(Arc::new(Words));
        bundle.set_managed(Arc::new(One(Arc::new(group))));
        let statement = format!(r#"{{"ManagedRuleGroupStatement": {{"VendorName": "AWS", "Name": "Test"{more}}}}}"#);
        let rules = [rule("group", 0, &statement, r#""OverrideAction": {"None": {}}"#)];
        judge(&bundle.read(acl(&rules, "").as_bytes(), ALL).unwrap(), &Sent::get(path))
    };
    let verdict = judged("", "/low/high");
    assert_eq!((verdict.action(), verdict.decided_by()), ("BLOCK", "group"));
    let report = &verdict.groups[0];
    let spoken: Vec<_> = report.matched.iter().map(|own| (own.rule.as_str(), own.action, own.overridden)).collect();
    assert_eq!(spoken, [("low", "COUNT", None), ("high", "COUNT", None)]);
    assert_eq!(report.terminating.as_ref().map(|own| (own.rule.as_str(), own.evidence.len())), Some(("sum", 1)));
    assert_eq!(labels(&verdict), ["low", "high", "sum"]);
    let verdict = judged("", "/low");
    assert_eq!((verdict.action(), labels(&verdict)), ("ALLOW", vec!["low".to_owned()]), "one is not enough");

    let set = |rule: &str, action: &str| {
        format!(r#", "RuleActionOverrides": [{{"Name": "{rule}", "ActionToUse": {{"{action}": {{}}}}}}]"#)
    };
    let verdict = judged(&set("low", "Count"), "/low/high");
    assert_eq!(verdict.action(), "ALLOW", "a rule that is set aside adds nothing");
    assert_eq!(labels(&verdict), ["low", "high"], "and still writes its label");
    assert_eq!(verdict.groups[0].matched[0].overridden, Some("COUNT"));
    assert_eq!(judged(&set("low", "Block"), "/low").action(), "BLOCK", "any action will do");
    assert_eq!(judged(&set("sum", "Count"), "/low/high").action(), "ALLOW");
    assert_eq!(judged("", "/a/low/high").groups[0].terminating.as_ref().unwrap().rule, "one", "its rules come first");
}
