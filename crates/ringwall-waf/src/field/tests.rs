//! Reading fields, and what they make of requests.

use super::{FieldToMatch, Found, PreParse, Value};
use crate::document::{Entry, Node, Refusal};
use crate::testing::{Sent, with_context};

/// Reads `FieldToMatch`.
pub(crate) fn read(text: &str) -> Result<FieldToMatch, Refusal> {
    let node = Node::parse(text.as_bytes()).expect("JSON");
    with_context(|context| FieldToMatch::read(&Entry::root(&node), context))
}

/// The values that a field finds.
pub(crate) fn values(field: &FieldToMatch, sent: &Sent) -> Vec<String> {
    values_with(field, sent, &PreParse::default())
}

/// The values that a field finds after normalising the query string.
pub(crate) fn values_after(field: &FieldToMatch, sent: &Sent, step: &str) -> Vec<String> {
    let node = Node::parse(format!(r#"[{{"Priority": 0, "Type": "{step}"}}]"#).as_bytes()).unwrap();
    values_with(field, sent, &PreParse::read(&Entry::root(&node)).unwrap())
}

fn values_with(field: &FieldToMatch, sent: &Sent, pre_parse: &PreParse) -> Vec<String> {
    sent.view(|view| {
        let mut found = Found::default();
        let extracted = field.extract(view, pre_parse, &mut found);
        assert_eq!(extracted.decided, None);
        let text = |value: &Value| String::from_utf8_lossy(found.texts.bytes(value.text)).into_owned();
        found.values.iter().map(text).collect()
    })
}

/// How much a field finds: the length of its only value or else the number of values; and what it decides.
pub(crate) fn result(field: &FieldToMatch, sent: &Sent) -> (usize, Option<bool>) {
    sent.view(|view| {
        let mut found = Found::default();
        let extracted = field.extract(view, &PreParse::default(), &mut found);
        let length = match found.values.as_slice() {
            _ if extracted.decided.is_some() => 0,
            [only] => found.texts.bytes(only.text).len(),
            several => several.len(),
        };
        (length, extracted.decided)
    })
}

#[test]
fn a_field_is_exactly_one_that_is_known() {
    assert!(read(r#"{"UriPath": {}, "Method": {}}"#).is_err(), "WAF-60");
    assert!(read("{}").is_err());
    assert!(read(r#"{"UriPath": {"Name": "x"}}"#).is_err());
    let refusal = read(r#"{"UriPaths": {}}"#).unwrap_err();
    assert_eq!(refusal.to_string(), "WAFInvalidParameterException: `UriPaths` is no part of a request");
}

#[test]
fn fields_have_the_surcharges_of_awss_list() {
    let cost = |text: &str| read(text).unwrap().capacity(10);
    assert_eq!(cost(r#"{"UriPath": {}}"#), 10);
    assert_eq!(cost(r#"{"AllQueryArguments": {}}"#), 20, "WAF-27");
    assert_eq!(cost(r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL"}}"#), 20, "WAF-27");
}
