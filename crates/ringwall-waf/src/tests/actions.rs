//! What actions do, and what later rules see of earlier ones.

use super::{decided, judge, judge_with, labels, with_rules};
use crate::action::token::{Proof, TokenKey, TokenState, solve};
use crate::document::tests::{BLOCK, acl, read_beside, rule};
use crate::rate::LocalCounters;
use crate::statement::tests::contains;
use crate::testing::Sent;
use crate::verdict::Decision;

const COUNT: &str = r#""Action": {"Count": {}}"#;
const ALLOW: &str = r#""Action": {"Allow": {}}"#;

fn labelled(action: &str, label: &str) -> String {
    format!(r#"{action}, "RuleLabels": [{{"Name": "{label}"}}]"#)
}

#[test]
fn the_first_rule_that_ends_it_decides() {
    let acl = with_rules(&[
        rule("count", 0, &contains("a"), COUNT),
        rule("allow", 1, &contains("b"), ALLOW),
        rule("block", 2, &contains("a"), BLOCK),
    ]);
    assert_eq!(decided(&acl, &Sent::get("/a")), ("BLOCK", "block".into()), "WAF-2");
    assert_eq!(decided(&acl, &Sent::get("/ab")), ("ALLOW", "allow".into()), "WAF-2");
    assert_eq!(decided(&acl, &Sent::get("/c")), ("ALLOW", "Default_Action".into()), "WAF-5");
    let verdict = judge(&acl, &Sent::get("/a"));
    assert_eq!(verdict.matched.iter().map(|own| own.rule.as_str()).collect::<Vec<_>>(), ["count"]);
    assert_eq!(verdict.terminating.unwrap().matched.evidence[0].matched(), b"a");
}

#[test]
fn the_default_may_block() {
    let text = acl(&[rule("allow", 1, &contains("b"), ALLOW)], r#""DefaultAction": {"Block": {}},"#);
    let acl = read_beside(None, &text).unwrap();
    assert_eq!(decided(&acl, &Sent::get("/a")), ("BLOCK", "Default_Action".into()), "WAF-5");
    assert_eq!(decided(&acl, &Sent::get("/b")), ("ALLOW", "allow".into()));
}

#[test]
fn labels_are_seen_by_later_rules_alone() {
    let reads = |label: &str| format!(r#"{{"LabelMatchStatement": {{"Scope": "LABEL", "Key": "{label}"}}}}"#);
    let acl = with_rules(&[
        rule("early", 0, &reads("x"), BLOCK),
        rule("writes", 1, &contains("a"), &labelled(COUNT, "x")),
        rule("silent", 2, &contains("never"), &labelled(COUNT, "y")),
        rule("late", 3, &reads("x"), BLOCK),
    ]);
    assert_eq!(decided(&acl, &Sent::get("/a")), ("BLOCK", "late".into()), "WAF-20");
    assert_eq!(decided(&acl, &Sent::get("/b")), ("ALLOW", "Default_Action".into()));
    assert_eq!(labels(&judge(&acl, &Sent::get("/a"))), ["x"]);
}

#[test]
fn a_rule_does_not_see_the_labels_that_it_writes_itself() {
    let both = r#"{"AndStatement": {"Statements": [
        {"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["FR"]}}}},
        {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:clientip:geo:"}}]}}"#;
    let acl = with_rules(&[rule("one", 0, both, BLOCK), rule("two", 1, both, BLOCK)]);
    assert_eq!(decided(&acl, &Sent::get("/")), ("BLOCK", "two".into()), "WAF-38");
}

#[test]
fn headers_of_all_rules_that_let_it_pass_go_with_it() {
    let inserts = |action: &str, name: &str, value: &str| {
        format!(
            r#""Action": {{"{action}": {{"CustomRequestHandling":
                {{"InsertHeaders": [{{"Name": "{name}", "Value": "{value}"}}]}}}}}}"#
        )
    };
    let acl = with_rules(&[
        rule("one", 0, &contains("a"), &inserts("Count", "n", "1")),
        rule("two", 1, &contains("a"), &inserts("Count", "m", "2")),
        rule("three", 2, &contains("a"), &inserts("Allow", "n", "3")),
        rule("four", 3, &contains("b"), BLOCK),
    ]);
    let inserted = |path: &str| match judge(&acl, &Sent::get(path)).decision {
        Decision::Allow(headers) => headers.into_iter().map(|own| format!("{}={}", own.name, own.value)).collect(),
        _ => vec!["none".to_owned()],
    };
    assert_eq!(inserted("/a"), ["x-amzn-waf-m=2", "x-amzn-waf-n=3"], "WAF-102: the last one wins");
    assert!(inserted("/c").is_empty());
    assert_eq!(inserted("/b"), ["none"], "WAF-102");
}

#[test]
fn a_block_answers_with_what_the_document_says() {
    let bodies = r#""CustomResponseBodies": {"sorry": {"ContentType": "APPLICATION_JSON", "Content": "{}"}},"#;
    let block = r#""Action": {"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "sorry",
        "ResponseHeaders": [{"Name": "Retry-After", "Value": "9"}]}}}"#;
    let acl = read_beside(None, &acl(&[rule("a", 0, &contains("a"), block)], bodies)).unwrap();
    let Decision::Block(Some(response)) = judge(&acl, &Sent::get("/a")).decision else { panic!("a response") };
    assert_eq!((response.code, response.body.unwrap().content_type), (429, "application/json"), "WAF-98");
    assert_eq!(response.headers[0].name, "retry-after");
}

#[test]
fn a_challenge_passes_a_request_with_a_token_and_answers_another() {
    let challenge = labelled(r#""Action": {"Challenge": {}}"#, "x");
    let acl = with_rules(&[rule("a", 0, &contains("a"), &challenge), rule("b", 1, &contains("b"), BLOCK)]);
    let sent = Sent::get("/ab").header("Host", "example.com").header("Accept", "text/html,*/*;q=0.8");
    let verdict = judge(&acl, &sent);
    let Decision::Challenge(interstitial) = verdict.decision else { panic!("a challenge") };
    assert_eq!((interstitial.code, interstitial.action, interstitial.has_page), (202, "challenge", true), "WAF-4");
    assert_eq!(verdict.terminating.unwrap().matched.token, Some(TokenState::Absent));
    let key = TokenKey::new([7; 32]);
    let token = solve(&key.puzzle(Proof::Challenge, sent.now - 299_000, [1; 16], "example.com", ""));
    let with_token = sent.clone().header("Cookie", &format!("aws-waf-token={token}"));
    assert_eq!(decided(&acl, &with_token), ("BLOCK", "b".into()), "WAF-3: as Count");
    let mut later = with_token;
    later.now += 1_000;
    assert_eq!(decided(&acl, &later), ("CHALLENGE", "a".into()), "WAF-16");
    let Decision::Challenge(plain) = judge(&acl, &Sent::get("/a").header("Accept", "*/*")).decision else { panic!() };
    assert!(!plain.has_page, "WAF-4");
}

#[test]
fn the_rules_own_immunity_goes_before_the_web_acls() {
    let own = r#""Action": {"Challenge": {}}, "ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 600}}"#;
    let rules = [rule("a", 0, &contains("a"), own), rule("b", 1, &contains("b"), r#""Action": {"Challenge": {}}"#)];
    let text = acl(&rules, r#""ChallengeConfig": {"ImmunityTimeProperty": {"ImmunityTime": 400}},"#);
    let acl = read_beside(None, &text).unwrap();
    let key = TokenKey::new([7; 32]);
    for (path, age, expected) in
        [("/a", 599, "ALLOW"), ("/a", 600, "CHALLENGE"), ("/b", 399, "ALLOW"), ("/b", 400, "CHALLENGE")]
    {
        let sent = Sent::get(path).header("Host", "h");
        let token = solve(&key.puzzle(Proof::Challenge, sent.now - age * 1000, [1; 16], "h", ""));
        let sent = sent.header("Cookie", &format!("aws-waf-token={token}"));
        assert_eq!(decided(&acl, &sent).0, expected, "WAF-15: {path} after {age} s");
    }
}

#[test]
fn a_rate_acts_only_over_its_limit() {
    let rate = r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "EvaluationWindowSec": 60}}"#;
    let acl = with_rules(&[rule("rate", 0, rate, &labelled(BLOCK, "x"))]);
    let counters = LocalCounters::default();
    let mut sent = Sent::get("/").from("192.0.2.1");
    let actions: Vec<&str> = (0..12).map(|_| judge_with(&acl, &sent, &counters).action()).collect();
    assert_eq!(actions, [["ALLOW"; 10].as_slice(), &["BLOCK"; 2]].concat(), "WAF-56");
    assert!(labels(&judge(&acl, &sent)).is_empty(), "WAF-56: no label below the limit");
    assert_eq!(judge_with(&acl, &sent.clone().from("192.0.2.2"), &counters).action(), "ALLOW");
    assert_eq!(judge_with(&acl, &sent, &counters).rates[0].rated.count, 13);
    sent.now += 60_000;
    assert_eq!(judge_with(&acl, &sent, &counters).action(), "ALLOW", "WAF-50");
}
