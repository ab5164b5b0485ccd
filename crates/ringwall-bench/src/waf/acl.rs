//! The web ACLs that are compared: attacks are looked for everywhere, and beside that there are rules that find nothing.

use std::error::Error;

use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::Abilities;

/// Where attacks are looked for.
const FIELDS: &[&str] = &[
    r#"{"AllQueryArguments": {}}"#,
    r#"{"UriPath": {}}"#,
    r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#,
    r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#,
    r#"{"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#,
];

/// What is done first.
const STEPS: &str = r#"[{"Priority": 0, "Type": "URL_DECODE_UNI"}, {"Priority": 1, "Type": "HTML_ENTITY_DECODE"}]"#;

/// A web ACL with so many rules that cannot match, before those that look for attacks. It looks at 64 KB of a body, as ModSecurity
/// does.
pub fn with_idle_rules(count: usize) -> Result<WebAcl, Box<dyn Error>> {
    let mut statements: Vec<String> = (0..count).map(idle).collect();
    for field in FIELDS {
        let subject = format!(r#""FieldToMatch": {field}, "TextTransformations": {STEPS}"#);
        statements.push(format!(r#"{{"SqliMatchStatement": {{{subject}}}}}"#));
        statements.push(format!(r#"{{"XssMatchStatement": {{{subject}}}}}"#));
    }
    let rules: Vec<String> = statements.iter().enumerate().map(|(at, statement)| rule(at, statement)).collect();
    let document = format!(
        r#"{{"Name": "bench", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/bench/0-0",
            "DefaultAction": {{"Allow": {{}}}}, "Rules": [{}], {},
            "AssociationConfig": {{"RequestBody": {{"CLOUDFRONT": {{"DefaultSizeInspectionLimit": "KB_64"}}}}}}}}"#,
        rules.join(","),
        visibility("bench")
    );
    let abilities = Abilities { detection: true, ..Abilities::default() };
    Ok(Bundle::new().read(document.as_bytes(), abilities).map_err(|refusal| refusal.to_string())?)
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
    let steps = steps[usize::from(number % 20 == 0)];
    let subject = format!(r#""FieldToMatch": {}, "TextTransformations": {steps}"#, fields[number % fields.len()]);
    format!(r#"{{"RegexMatchStatement": {{"RegexString": "(?:wp|cms)-{number}[a-z]*/(?:setup|install)", {subject}}}}}"#)
}

fn rule(at: usize, statement: &str) -> String {
    format!(
        r#"{{"Name": "r{at}", "Priority": {at}, "Action": {{"Block": {{}}}}, "Statement": {statement}, {}}}"#,
        visibility(&format!("r{at}"))
    )
}

fn visibility(name: &str) -> String {
    format!(
        r#""VisibilityConfig": {{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "{name}"}}"#
    )
}
