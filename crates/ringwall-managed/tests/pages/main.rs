//! The pages of the rules: each request on them matches or is let through, as its page says.

mod page;
mod spliced;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use page::{Example, Page};
use ringwall_managed::{Catalogue, Group, IpLists, Supplied, VENDOR};
use ringwall_waf::Compiled;
use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::Resource;
use ringwall_waf::verdict::Verdict;

/// What can be enforced in the tests.
const ABILITIES: Abilities = Abilities { countries: false, networks: false, detection: true, tokens: false };

/// The lists of addresses that the pages speak of.
fn supplied() -> Arc<Supplied> {
    let list = |text: &str| Some(IpLists::parse(text).expect("a list"));
    let lists = IpLists {
        reputation: list("192.0.2.0/28\n2001:db8:bad::/48"),
        reconnaissance: list("192.0.2.16/28"),
        ddos: list("192.0.2.32/28"),
        anonymous: list("198.51.100.0/26\n2001:db8:a::/48"),
        hosting: list("198.51.100.64/26"),
    };
    Arc::new(Supplied::new(lists, ABILITIES))
}

/// A web ACL with that group alone: as it is, or with all rules only counting, so that none ends before another is asked.
fn acl(group: &Group, only_counts: bool) -> WebAcl {
    let rules = group.rules(None).expect("rules");
    let count =
        |rule: &ringwall_managed::RuleSummary| serde_json::json!({"Name": rule.name, "ActionToUse": {"Count": {}}});
    let overrides: Vec<_> = rules.iter().filter(|_| only_counts).map(count).collect();
    let visibility =
        serde_json::json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": "a"});
    let document = serde_json::json!({
        "Name": "a", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/0-0",
        "DefaultAction": {"Allow": {}}, "VisibilityConfig": visibility,
        "Rules": [{
            "Name": "a", "Priority": 0, "OverrideAction": {"None": {}}, "VisibilityConfig": visibility,
            "Statement": {"ManagedRuleGroupStatement": {
                "VendorName": VENDOR, "Name": group.name, "RuleActionOverrides": overrides,
            }},
        }],
    });
    let mut bundle = Bundle::new();
    bundle.set_managed(supplied());
    bundle.read(document.to_string().as_bytes(), ABILITIES).expect("a document")
}

/// What the definition says of a request, and what the compiled form says, which is the same.
fn inspect((acl, compiled): &(WebAcl, Compiled), example: &Example) -> Verdict {
    let counters = LocalCounters::default();
    let environment =
        Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
    example.request(|request| {
        let verdict = ringwall_waf::inspect(acl, request, Resource::LoadBalancer, environment);
        assert_eq!(compiled.inspect(request, Resource::LoadBalancer, environment), verdict, "{}", example.text);
        verdict
    })
}

#[test]
fn every_example_of_every_page_does_what_the_page_says() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for group in Catalogue::groups() {
        let [as_it_is, counting] = [false, true].map(|only_counts| {
            let acl = acl(group, only_counts);
            let compiled = Compiled::new(&acl);
            (acl, compiled)
        });
        let rules = group.rules(None).unwrap();
        for page in Page::all_of(group) {
            for example in &page.matching {
                let label = rules.iter().find(|rule| rule.name == example.rule).map(|rule| rule.label.as_str());
                let verdict = inspect(&counting, example);
                if !verdict.labels.iter().any(|own| Some(own) == label) {
                    wrong.push(format!("{}: {} does not match\n{}", page.name, example.rule, example.text));
                }
            }
            for example in &page.harmless {
                let verdict = inspect(&as_it_is, example);
                if verdict.labels.iter().next().is_some() || verdict.action() != "ALLOW" {
                    let labels: Vec<&str> = verdict.labels.iter().collect();
                    wrong.push(format!("{}: {labels:?} matches\n{}", page.name, example.text));
                }
            }
            tried += page.matching.len() + page.harmless.len();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 200, "{tried}");
}

#[test]
fn every_rule_has_a_page_with_examples_of_both_kinds() {
    let mut wrong = Vec::new();
    for group in Catalogue::groups() {
        let rules: BTreeSet<&str> = group.rules(None).unwrap().iter().map(|rule| rule.name).collect();
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        for page in Page::all_of(group) {
            if page.matching.len() < 3 || page.harmless.len() < 3 {
                wrong.push(format!("{}: three requests that match and three that do not are the least", page.name));
            }
            for rule in &page.rules {
                if !rules.contains(rule.as_str()) {
                    wrong.push(format!("{}: there is no rule {rule}", page.name));
                }
                if !page.matching.iter().any(|example| example.rule == *rule) {
                    wrong.push(format!("{}: no request matches {rule}", page.name));
                }
                if let Some(other) = told.insert(rule.clone(), page.name.clone()) {
                    wrong.push(format!("{}: {rule} is told of in {other}", page.name));
                }
            }
        }
        let missing = rules.iter().filter(|rule| !told.contains_key(**rule));
        wrong.extend(missing.map(|rule| format!("{}: no page tells of {rule}", group.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whatever_a_request_is_the_compiled_groups_say_what_the_definition_says() {
    let mut random = fastrand::Rng::with_seed(5);
    let groups: Vec<_> = Catalogue::groups().iter().filter(|group| group.needed_lists().is_empty()).collect();
    let pages: Vec<Page> = groups.iter().flat_map(|group| Page::all_of(group)).collect();
    let examples: Vec<Example> = (0..40).map(|_| spliced::spliced(&pages, &mut random)).collect();
    let mut labels = 0;
    for group in groups {
        let acl = acl(group, true);
        let pair = (acl.clone(), Compiled::new(&acl));
        labels += examples.iter().map(|example| inspect(&pair, example).labels.iter().count()).sum::<usize>();
    }
    assert!(labels > 20, "{labels}");
}
