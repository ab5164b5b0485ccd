//! What values bodies have.

use super::*;
use crate::document::Node;
use crate::field::FieldToMatch;
use crate::label::Namespace;
use crate::testing::{Sent, with_context};

const FIELD: &str = r#"{"RingwallBodyValues": {"OversizeHandling": "CONTINUE"}}"#;

fn read(namespace: Namespace) -> Result<FieldToMatch, Refusal> {
    let node = Node::parse(FIELD.as_bytes()).unwrap();
    with_context(|context| {
        context.namespace = namespace;
        FieldToMatch::read(&Entry::root(&node), context)
    })
}

fn seen(kind: &str, body: &str) -> Vec<String> {
    seen_by(&read(Namespace::of_managed("aws", "test")).unwrap(), kind, body)
}

fn seen_by(field: &FieldToMatch, kind: &str, body: &str) -> Vec<String> {
    let sent = Sent::get("/").body(body);
    let sent = if kind.is_empty() { sent } else { sent.header("Content-Type", kind) };
    crate::field::tests::values(field, &sent)
}

#[test]
fn it_is_for_managed_groups_alone() {
    let refusal = read(Namespace::of_rule_group("111122223333", "a")).unwrap_err();
    assert_eq!(refusal.to_string(), "WAFInvalidParameterException: `RingwallBodyValues` is no part of a request");
}

#[test]
fn a_form_has_names_and_values_decoded() {
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(seen(kind, "a=1%27+x&b%5b%5d=%26&c"), ["a", "1' x", "b[]", "&", "c", ""]);
    assert!(seen(kind, "").is_empty());
    assert_eq!(seen("", "a=1&b=2"), ["a", "1", "b", "2", "a=1&b=2"], "what nobody called a form is also one text");
    assert_eq!(seen("text/plain", "dear all, a=1"), ["dear all, a=1"]);
}

#[test]
fn json_has_keys_and_values_without_escapes() {
    assert_eq!(seen("application/json", r#"{"a": "\u003cb", "c": [1]}"#), ["a", "<b", "c", "1"]);
    assert_eq!(seen("", r#"{"a": "b"}"#), ["a", "b"]);
    let broken = r#"{"a": "b", oops"#;
    assert_eq!(seen("application/json", broken), ["a", "b", broken]);
    let both = r#"{"a": "b&c=d"}"#;
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(seen(kind, both), ["a", "b&c=d", r#"{"a": "b"#, "", "c", r#"d"}"#], "either may be read");
}

#[test]
fn parts_have_contents_and_names() {
    let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--x\r\n\
                Content-Disposition: form-data; name=f; filename=\"b.txt\"\r\nContent-Type: text/plain\r\n\r\ntwo\n\r\n--x--\r\n";
    let values = ["a", "one", "f", "b.txt", "two\n", ""];
    assert_eq!(seen("multipart/form-data; boundary=x", body), values);
    assert_eq!(seen("multipart/form-data; boundary=\"x\"; charset=utf-8", body), values);
    assert_eq!(seen("multipart/form-data", body), values, "the first line says it");
    assert_eq!(seen("multipart/form-data; boundary=y", body), [body], "what is not found is one text");
    assert_eq!(seen("multipart/form-data; boundary=x", "--x\n\nopen"), ["open"]);
    assert_eq!(seen("multipart/form-data; boundary=x", "junk--x\n\nopen"), ["open", "junk--x\n\nopen"]);
}

#[test]
fn xml_has_texts_attributes_and_sections() {
    let body = r#"<a b="1 &lt; 2"> x&amp;y <c><![CDATA[<z>]]></c>"#;
    assert_eq!(seen("text/xml", body), ["1 < 2", "x&y", "<z>", body]);
    assert_eq!(seen("", "<a>b</a>"), ["b", "<a>b</a>"]);
    assert_eq!(seen("application/soap+xml", "<a b='"), ["<a b='"]);
}

#[test]
fn a_body_of_separators_alone_has_bounded_values() {
    for body in ["&a".repeat(9000), "<a>b".repeat(9000), "--x\n\n".repeat(9000)] {
        for kind in ["application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", ""] {
            let sent = Sent::get("/").body(&body).header("Content-Type", kind);
            sent.request(|request| {
                let mut found = Found::default();
                values(request, request.body, &mut found);
                assert!(found.values.len() <= 2 * MOST + 2, "{kind}");
            });
        }
    }
}

#[test]
fn any_bytes_are_read() {
    const PIECES: &[&str] = &[
        "<",
        ">",
        "\"",
        "'",
        "&",
        "=",
        "--x",
        "\r\n",
        "\n",
        "{",
        "[",
        ":",
        ",",
        "%",
        "a",
        "<![CDATA[",
        "]]>",
        "name=",
    ];
    let field = read(Namespace::of_managed("aws", "test")).unwrap();
    for seed in 0..5_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let body: String = (0..random.usize(1..30)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
        for kind in
            ["application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", "application/json", ""]
        {
            assert!(!seen_by(&field, kind, &body).is_empty(), "{body:?}");
        }
    }
}
