//! The Core Rule Set's own way of counting, with rules small enough to be seen through.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_secrules::core_rules::Folder;
use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::{Header, Request, Resource};
use ringwall_waf::verdict::Verdict;

use super::*;
use crate::{IpLists, Supplied};

const RULES: &str = r#"
SecRule ARGS "@contains low" "id:942001,phase:2,block,t:none,msg:'low',severity:4,setvar:tx.score=+3"
SecRule ARGS "@contains high" "id:942002,phase:2,block,t:none,msg:'high',severity:2,setvar:tx.score=+5"
SecRule TX:executing_paranoia_level "@lt 2" "id:942003,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@contains strange" "id:942004,phase:2,block,t:none,msg:'strange',setvar:tx.score=+5"
SecMarker END
SecRule TX:score "@ge %{tx.inbound_anomaly_score_threshold}" "id:949110,phase:2,deny,t:none,msg:'too much'"
"#;

fn core_rules() -> CoreRules {
    let files: BTreeMap<String, Vec<u8>> = [
        ("/crs/crs-setup.conf".to_owned(), b"SecDefaultAction \"phase:2,log,pass\"\n".to_vec()),
        ("/crs/rules/one.conf".to_owned(), RULES.as_bytes().to_vec()),
    ]
    .into();
    CoreRules::new(Arc::new(files), Folder::released("/crs"))
}

fn acl(version: &str, more: &str) -> Result<WebAcl, String> {
    let abilities = Abilities { detection: true, ..Abilities::default() };
    let mut bundle = Bundle::new();
    bundle.set_managed(Arc::new(Supplied::new(IpLists::default(), abilities).with_core_rules(core_rules())));
    let version = if version.is_empty() { String::new() } else { format!(r#", "Version": "{version}""#) };
    let visibility =
        r#""VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m"}"#;
    let document = format!(
        r#"{{"Name": "test", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0",
            "DefaultAction": {{"Allow": {{}}}}, {visibility}, "Rules": [{{"Name": "core", "Priority": 0, {visibility},
            "OverrideAction": {{"None": {{}}}}, "Statement": {{"ManagedRuleGroupStatement": {{
            "VendorName": "Ringwall", "Name": "RingwallManagedOwaspCrs"{version}{more}}}}}}}]}}"#
    );
    bundle.read(document.as_bytes(), abilities).map_err(|refusal| refusal.to_string())
}

fn judged(acl: &WebAcl, target: &str) -> Verdict {
    judged_with(acl, target, "")
}

/// The same with a body of JSON.
fn judged_with(acl: &WebAcl, target: &str, body: &str) -> Verdict {
    let counters = LocalCounters::default();
    let environment =
        Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
    let mut request = Request::new("192.0.2.1".parse().unwrap(), b"GET", target.as_bytes());
    let headers = [Header { name: b"Content-Type", value: b"application/json" }];
    if !body.is_empty() {
        (request.headers, request.body, request.body_size) = (&headers, body.as_bytes(), body.len() as u64);
    }
    let verdict = ringwall_waf::inspect(acl, &request, Resource::LoadBalancer, environment);
    let compiled = ringwall_waf::Compiled::new(acl);
    assert_eq!(compiled.inspect(&request, Resource::LoadBalancer, environment), verdict, "{target}");
    verdict
}

fn labels(verdict: &Verdict) -> Vec<&str> {
    verdict.labels.iter().map(|own| own.rsplit(':').next().unwrap_or_default()).collect()
}

#[test]
fn what_rules_find_adds_up_to_the_threshold() {
    let own = acl("", "").unwrap();
    assert_eq!(own.capacity, CAPACITY);
    let verdict = judged(&own, "/?a=low");
    assert_eq!((verdict.action(), labels(&verdict)), ("ALLOW", vec!["942001"]));
    assert_eq!(verdict.labels.iter().next(), Some("awswaf:managed:ringwall:owasp-crs:942001"));
    let verdict = judged(&own, "/?a=low+high");
    assert_eq!((verdict.action(), labels(&verdict)), ("BLOCK", vec!["942001", "942002", "949110"]));
    let report = &verdict.groups[0];
    assert_eq!(report.terminating.as_ref().map(|own| own.rule.as_str()), Some("949110"));
    let found = &report.matched[0].evidence[0];
    assert_eq!((found.location, found.name.as_deref(), found.matched()), ("ARGS", Some(&b"a"[..]), &b"low"[..]));
    assert_eq!(judged(&own, "/?a=high&b=fine").action(), "BLOCK");
    assert_eq!(judged(&own, "/?a=fine").groups, []);
}

#[test]
fn the_version_is_the_configuration() {
    assert_eq!(judged(&acl("PL1_Threshold6", "").unwrap(), "/?a=high").action(), "ALLOW");
    assert_eq!(judged(&acl("PL1_Threshold3", "").unwrap(), "/?a=low").action(), "BLOCK");
    assert_eq!(judged(&acl("PL1", "").unwrap(), "/?a=strange").groups, [], "a rule of another level");
    assert_eq!(judged(&acl("PL2", "").unwrap(), "/?a=strange").action(), "BLOCK");
    let refused = acl("PL9", "").unwrap_err();
    assert!(refused.contains("in version `PL9`, which is no configuration of the Core Rule Set"), "{refused}");
}

#[test]
fn a_rule_with_another_action_adds_nothing() {
    let set = |rule: &str, action: &str| {
        let more = format!(r#", "RuleActionOverrides": [{{"Name": "{rule}", "ActionToUse": {{"{action}": {{}}}}}}]"#);
        acl("", &more).unwrap()
    };
    let verdict = judged(&set("942002", "Count"), "/?a=low+high");
    assert_eq!((verdict.action(), labels(&verdict)), ("ALLOW", vec!["942002", "942001"]), "it still writes its label");
    assert_eq!(judged(&set("942001", "Block"), "/?a=low").action(), "BLOCK");
    let verdict = judged(&set("949110", "Count"), "/?a=low+high");
    assert_eq!((verdict.action(), labels(&verdict)), ("ALLOW", vec!["942001", "942002", "949110"]));
}

#[test]
fn rules_are_told_with_their_actions_and_none_without_files() {
    let told = core_rules().rules(None).unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|own| (own.name.as_str(), own.action)).collect();
    assert!(told.contains(&("942001", "Count")) && told.contains(&("949110", "Block")), "{told:?}");
    assert!(!told.iter().any(|(name, _)| *name == "942003"), "what only prepares others is no rule of the group");
    let absent = CoreRules::new(Arc::new(BTreeMap::<String, Vec<u8>>::new()), Folder::released("/crs"));
    assert!(absent.group(None).unwrap_err().contains("cannot be read here"));
}

#[test]
fn a_body_longer_than_what_is_inspected_is_judged_by_what_is() {
    let own = acl("", "").unwrap();
    let body = |begin: &str, length: usize| format!(r#"{{"a": "{begin}", "b": "{}"}}"#, "x".repeat(length));
    assert_eq!(judged_with(&own, "/", &body("fine", 20_000)).action(), "ALLOW", "the end that is cut off is no fault");
    assert_eq!(judged_with(&own, "/", &body("low and high", 20_000)).action(), "BLOCK", "what is there is looked at");
    let verdict = judged_with(&own, "/", r#"{"a": "fine", oops"#);
    assert_eq!((verdict.action(), labels(&verdict)), ("BLOCK", vec!["200002"]), "a body that nobody can read");
}
