//! The web ACLs that are compared: managed groups look for attacks, and beside them there are rules that find nothing.

use std::error::Error;
use std::sync::Arc;

use ringwall_managed::{IpLists, Supplied};
use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::Abilities;

/// The groups, which together look for what the Core Rule Set looks for. All but one of their rules act as they do by themselves:
/// bodies above 8 KB, which the group would block, are inspected.
const GROUPS: &[&str] = &["Common", "KnownBadInputs", "SQLi", "Linux", "Unix"];
const EXCEPTION: &str = r#"{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}"#;

/// A web ACL with so many rules that cannot match, before the groups. It looks at 64 KB of a body, as ModSecurity does.
pub fn with_idle_rules(count: usize) -> Result<WebAcl, Box<dyn Error>> {
    let mut rules: Vec<String> = (0..count).map(idle).collect();
    for group in GROUPS {
        let overrides = if *group == "Common" { EXCEPTION } else { "" };
        let statement = format!(
            r#"{{"ManagedRuleGroupStatement": {{"VendorName": "AWS", "Name": "AWSManagedRules{group}RuleSet",
                "RuleActionOverrides": [{overrides}]}}}}"#
        );
        rules.push(rule(rules.len(), &statement, r#""OverrideAction": {"None": {}}"#));
    }
    let document = format!(
        r#"{{"Name": "bench", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/bench/0-0",
            "DefaultAction": {{"Allow": {{}}}}, "Rules": [{}], {},
            "AssociationConfig": {{"RequestBody": {{"CLOUDFRONT": {{"DefaultSizeInspectionLimit": "KB_64"}}}}}}}}"#,
        rules.join(","),
        visibility("bench")
    );
    let abilities = Abilities { detection: true, ..Abilities::default() };
    let mut bundle = Bundle::new();
    bundle.set_managed(Arc::new(Supplied::new(IpLists::default(), abilities)));
    Ok(bundle.read(document.as_bytes(), abilities).map_err(|refusal| refusal.to_string())?)
}

/// A rule that finds nothing, in one of several parts of a request.
fn idle(number: usize) -> String {
    let fields = [
        r#"{"UriPath": {}}"#,
        r#"{"QueryString": {}}"#,
        r#"{"SingleHeader": {"Name": "user-agent"}}"#,
        r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#,
    ];
    let steps = [r#"[{"Priority": 0, "Type": "NONE"}]"#, r#"[{"Priority": 0, "Type": "LOWERCASE"}]"#];
    // Transformations cost units, of which there are only 5,000.
    let steps = steps[usize::from(number.is_multiple_of(25))];
    let subject = format!(r#""FieldToMatch": {}, "TextTransformations": {steps}"#, fields[number % fields.len()]);
    let statement = format!(
        r#"{{"RegexMatchStatement": {{"RegexString": "(?:wp|cms)-{number}[a-z]*/(?:setup|install)", {subject}}}}}"#
    );
    rule(number, &statement, r#""Action": {"Block": {}}"#)
}

fn rule(at: usize, statement: &str, action: &str) -> String {
    format!(
        r#"{{"Name": "r{at}", "Priority": {at}, {action}, "Statement": {statement}, {}}}"#,
        visibility(&format!("r{at}"))
    )
}

fn visibility(name: &str) -> String {
    format!(
        r#""VisibilityConfig": {{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "{name}"}}"#
    )
}
