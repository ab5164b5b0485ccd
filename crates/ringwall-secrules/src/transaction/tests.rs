//! How bodies are taken apart.

use ringwall_waf::request::{Header, Request};

use super::{Reading, body, head};
use crate::collection::Collection;
use crate::limits::Limits;
use crate::model::Processor;

/// The values of a variable of a request with a body.
fn told(kind: &str, processor: Option<Processor>, text: &[u8], collections: &[Collection]) -> Vec<String> {
    told_of(kind, processor, text, text.len(), collections)
}

/// The same, where the body is so long and no more of it is there.
fn told_of(
    kind: &str,
    processor: Option<Processor>,
    text: &[u8],
    length: usize,
    collections: &[Collection],
) -> Vec<String> {
    let headers =
        [Header { name: b"Content-Type", value: kind.as_bytes() }, Header { name: b"Cookie", value: b"a=b; c ; =d;" }];
    let mut request = Request::new("192.0.2.1".parse().unwrap(), b"POST", b"/x%2fy?q=1%2&&r");
    request.headers = &headers;
    request.body = text;
    request.body_size = length as u64;
    let limits = Limits { json_depth: 4, ..Limits::default() };
    let (head, by_type) = head(&request, &limits);
    let reading = Reading { processor: processor.or(by_type), shows_raw: true };
    let fields = body(&request, text, reading, &head, &limits);
    let show = |own: &[u8]| String::from_utf8_lossy(own).into_owned();
    let of = |own: &Collection| {
        let list = if fields.of(*own).is_empty() { head.of(*own) } else { fields.of(*own) };
        list.iter().map(|field| format!("{}={}", show(&field.name), show(&field.value))).collect::<Vec<_>>()
    };
    collections.iter().flat_map(of).collect()
}

#[test]
fn a_head_is_taken_apart() {
    use Collection::*;
    let told = told(
        "text/plain",
        None,
        b"",
        &[ArgsGet, RequestCookies, RequestBasename, RequestUri, UrlencodedError, ReqbodyError],
    );
    assert_eq!(told, ["q=1%2", "=", "r=", "a=b", "c =", "=y", "=/x/y?q=1%2&&r", "=1", "=0"]);
}

#[test]
fn forms_are_read_by_their_type() {
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    let told =
        told(kind, None, b"a=b+c&d%3d=%26&", &[Collection::ArgsPost, Collection::Args, Collection::ReqbodyError]);
    assert_eq!(told, ["a=b c", "d==&", "a=b c", "d==&", "=0"]);
}

#[test]
fn values_of_json_are_named_by_the_way_to_them() {
    let read =
        |text: &str| told("", Some(Processor::Json), text.as_bytes(), &[Collection::Args, Collection::ReqbodyError]);
    assert_eq!(
        read(r#"{"a": [1, {"b": null}, "x\u0041"], "": true}"#),
        ["json.a.array_0=1", "json.a.array_1.b=", "json.a.array_2=xA", "json.empty-key=true", "=0"]
    );
    assert_eq!(read(r#""a""#), ["json=a", "=0"]);
    for wrong in
        [r#"{"a": 1,}"#, r#"{"a": 01}"#, r#"{"a": 1"#, r#"{"a": 1} x"#, "[[[[[1]]]]]", "{\"a\": 1, \"\u{1}\"}", "[1.]"]
    {
        assert_eq!(read(wrong).last().unwrap(), "=1", "{wrong}");
    }
    let mut bomb = "[".repeat(100_000);
    bomb.push_str(&"]".repeat(100_000));
    assert_eq!(read(&bomb).last().unwrap(), "=1", "depth is bounded");
}

#[test]
fn parts_are_arguments_and_files() {
    use Collection::*;
    let text = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; \
        filename=\"g.txt\"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--b--\r\n";
    let wanted = [ArgsPost, Files, FilesNames, FilesSizes, MultipartPartHeaders, MultipartStrictError, ReqbodyError];
    assert_eq!(
        told("multipart/form-data; boundary=b", None, text, &wanted),
        [
            "a=x\r\ny",
            "f=g.txt",
            "f=f",
            "f=7",
            "a=Content-Disposition: form-data; name=\"a\"",
            "f=Content-Disposition: form-data; name=\"f\"; filename=\"g.txt\"",
            "f=Content-Type: text/plain",
            "=0",
            "=0"
        ]
    );
}

#[test]
fn what_is_odd_about_parts_is_told() {
    use Collection::*;
    let head = "Content-Disposition: form-data; name=\"a\"";
    for (kind, text, flag, is_error) in [
        (
            "multipart/form-data; boundary=b",
            format!("x\r\n--b\r\n{head}\r\n\r\nx\r\n--b--\r\n"),
            MultipartDataBefore,
            "0",
        ),
        ("multipart/form-data; boundary=b", format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\ny"), MultipartDataAfter, "0"),
        (
            "multipart/form-data; boundary=\"b\"",
            format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\n"),
            MultipartBoundaryQuoted,
            "0",
        ),
        (
            "multipart/form-data boundary=b",
            format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\n"),
            MultipartMissingSemicolon,
            "0",
        ),
        ("multipart/form-data; boundary=b", format!("--b\n{head}\n\nx\n--b--\n"), MultipartLfLine, "0"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name='a'\r\n\r\nx\r\n--b--\r\n".into(),
            MultipartInvalidQuoting,
            "0",
        ),
        (
            "multipart/form-data; boundary=b",
            format!("--b\r\n{head}\r\n x\r\n\r\nx\r\n--b--\r\n"),
            MultipartHeaderFolding,
            "1",
        ),
        ("multipart/form-data; boundary=b", format!("--b\r\n{head}\r\n\r\nx\r\n"), MultipartFileLimitExceeded, "1"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nX: y\r\n\r\nx\r\n--b--\r\n".into(),
            MultipartFileLimitExceeded,
            "1",
        ),
        ("multipart/form-data; charset=x; boundary=b", String::from("x"), MultipartStrictError, "1"),
    ] {
        let told = told(kind, None, text.as_bytes(), &[flag, ReqbodyError]);
        let expected = if flag == MultipartFileLimitExceeded { "=0" } else { "=1" };
        assert_eq!(told, [expected.to_owned(), format!("={is_error}")], "{kind}: {text:?} {flag:?}");
    }
}

#[test]
fn xml_is_its_text_and_its_attributes() {
    use Collection::*;
    let read = |text: &str| told("", Some(Processor::Xml), text.as_bytes(), &[Xml, XmlAttributes, ReqbodyError]);
    let text = "<?xml version='1.0'?><r a='1&lt;'>x<b c=\"2\"/>&#65;<!-- no --><![CDATA[<y>]]></r>";
    assert_eq!(read(text), ["=x A<y>".replace(' ', ""), "a=1<".into(), "c=2".into(), "=0".into()]);
    for wrong in ["<r>", "<r></q>", "<r/><r/>", "x", "", "<r>&e;</r>", "<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>"] {
        assert_eq!(read(wrong).last().unwrap(), "=1", "{wrong}");
    }
    assert_eq!(read(&"<a>".repeat(100_000)).last().unwrap(), "=1", "depth is bounded");
}

#[test]
fn whatever_a_body_is_nothing_panics() {
    const PIECES: &[&[u8]] = &[
        b"--b",
        b"--",
        b"\r\n",
        b"\n",
        b"Content-Disposition: form-data; name=",
        b"\"",
        b"'",
        b"a",
        b"filename=",
        b";",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"<a>",
        b"</a>",
        b"<a b=",
        b"&lt;",
        b"&",
        b"=",
        b"%",
        b"%41",
        b"\\u",
        b"\0",
        b"\xff",
        b"null",
        b"1e5",
    ];
    let kinds = [Processor::UrlEncoded, Processor::Multipart, Processor::Json, Processor::Xml];
    for seed in 0..40_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text: Vec<u8> =
            (0..random.usize(0..40)).flat_map(|_| PIECES[random.usize(..PIECES.len())].to_vec()).collect();
        let kind = kinds[random.usize(..4)];
        told("multipart/form-data; boundary=b", Some(kind), &text, &[Collection::Args]);
    }
}

#[test]
fn the_end_of_a_body_that_was_cut_is_no_fault_of_the_body() {
    use Collection::*;
    let cut = |kind: &str, text: &str, more: usize, of: &[Collection]| {
        let processor = match kind {
            "application/json" => Processor::Json,
            "text/xml" => Processor::Xml,
            _ => Processor::Multipart,
        };
        let told = told_of(kind, Some(processor), text.as_bytes(), text.len() + more, of);
        told.join("|")
    };
    let json = r#"{"a": "one", "b": ["two", "thr\u00"#;
    assert_eq!(
        cut("application/json", json, 1, &[Args, ReqbodyError]),
        r#"json.a=one|json.b.array_0=two|json.b.array_1=thr\u00|=0"#
    );
    assert!(cut("application/json", json, 0, &[ReqbodyError]) == "=1", "the same, and it is all there is");
    assert_eq!(cut("application/json", r#"{"a" oops, "b": "a value that is long enough"#, 1, &[ReqbodyError]), "=1");
    let parts = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\ntwo";
    let kind = "multipart/form-data; boundary=x";
    let of = [Args, ReqbodyError, MultipartStrictError];
    assert_eq!(cut(kind, parts, 9, &of), "a=one|b=two|=0|=0");
    assert_eq!(cut(kind, &parts[..parts.len() - 12], 9, &of), "a=one|=0|=0", "half a header");
    assert_eq!(cut(kind, parts, 0, &[ReqbodyError]), "=1");
    for (text, seen) in [
        ("<a>one<b c=\"2\">two</b>thr", "onetwothr"),
        ("<a>one<b c=\"half", "one<b c=\"half"),
        ("<a><![CDATA[x>y", "<![CDATA[x>y"),
        ("<a>x<!-- y > z", "x<!-- y > z"),
    ] {
        assert_eq!(cut("text/xml", text, 5, &[Xml, ReqbodyError]), format!("={seen}|=0"), "{text}");
        assert_eq!(cut("text/xml", text, 0, &[ReqbodyError]), "=1", "{text}");
    }
    assert_eq!(cut("text/xml", "<a></b>and so on", 5, &[ReqbodyError]), "=1", "what is wrong before the end");
}
