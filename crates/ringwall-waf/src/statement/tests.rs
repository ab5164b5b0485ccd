//! Reading statements, and what they say of requests.

use super::Statement;
use crate::document::{Context, Entry, Node, Refusal};
use crate::testing::{Sent, with_context};

/// Reads a statement.
pub(crate) fn read(text: &str) -> Result<Statement, Refusal> {
    read_with(text, |_| ())
}

/// Reads a statement in a context that was changed.
pub(crate) fn read_with(text: &str, change: impl FnOnce(&mut Context)) -> Result<Statement, Refusal> {
    let node = Node::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    with_context(|context| {
        change(context);
        Statement::read(&Entry::root(&node), context)
    })
}

/// Whether a statement holds.
pub(crate) fn matches(text: &str, sent: &Sent) -> bool {
    let statement = read(text).unwrap_or_else(|error| panic!("{error}"));
    sent.inspect(|inspection| statement.matches(inspection))
}

/// The labels that a statement writes by itself.
pub(crate) fn labels(text: &str, sent: &Sent) -> Vec<String> {
    let statement = read(text).unwrap_or_else(|error| panic!("{error}"));
    sent.inspect(|inspection| {
        statement.matches(inspection);
        inspection.pending.clone()
    })
}

/// What a statement costs.
pub(crate) fn capacity(text: &str) -> u64 {
    read(text).unwrap_or_else(|error| panic!("{error}")).capacity()
}

/// A statement that looks for a short string in the path.
pub(crate) fn contains(search: &str) -> String {
    use base64::Engine;
    let search = base64::engine::general_purpose::STANDARD.encode(search);
    format!(
        r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "FieldToMatch": {{"UriPath": {{}}}},
            "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}], "PositionalConstraint": "CONTAINS"}}}}"#
    )
}

#[test]
fn what_stands_at_the_top_of_a_rule_alone_cannot_be_nested() {
    for form in ["RateBasedStatement", "RuleGroupReferenceStatement", "ManagedRuleGroupStatement"] {
        let nested = format!(r#"{{"NotStatement": {{"Statement": {{"{form}": {{}}}}}}}}"#);
        let refusal = read(&nested).unwrap_err();
        assert_eq!(refusal.place.to_string(), format!("NotStatement.Statement.{form}"), "WAF-12, WAF-13");
    }
}

#[test]
fn a_statement_nests_as_deep_as_json_is_read_and_no_deeper() {
    let nested = |depth: usize| {
        let opening = r#"{"NotStatement": {"Statement": "#.repeat(depth);
        opening + &contains("a") + &"}}".repeat(depth)
    };
    let is_match = |depth| matches(&nested(depth), &Sent::get("/a"));
    assert!(is_match(40) && !is_match(41));
    assert!(Node::parse(nested(100).as_bytes()).is_err());
}

#[test]
fn without_a_detector_attacks_are_not_looked_for() {
    let text = r#"{"XssMatchStatement": {"FieldToMatch": {"Method": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#;
    assert!(read_with(text, |context| context.abilities.detection = false).is_err());
}
