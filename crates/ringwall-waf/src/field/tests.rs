//! Reading fields, and what they make of requests.

use super::{FieldToMatch, PreParse};
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
        let extracted = field.extract(view, pre_parse);
        assert_eq!(extracted.decided, None);
        extracted.values.iter().map(|value| String::from_utf8_lossy(&value.bytes).into_owned()).collect()
    })
}

/// How much a field finds: the length of its only value or else the number of values; and what it decides.
pub(crate) fn result(field: &FieldToMatch, sent: &Sent) -> (usize, Option<bool>) {
    sent.view(|view| {
        let extracted = field.extract(view, &PreParse::default());
        let found = match extracted.values.as_slice() {
            [only] => only.bytes.len(),
            several => several.len(),
        };
        (found, extracted.decided)
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
