//! Files with whole requests: `.http` and HTTP archives.

use std::sync::Arc;

use super::{defaults, shown};
use crate::{Attempt, har, http};

fn read(text: &str) -> Vec<Attempt> {
    http::read(text.as_bytes(), &Arc::from("a.http"), defaults())
}

fn requests(text: &str) -> Vec<String> {
    read(text).iter().map(|own| own.as_ref().map_or_else(|(line, broken)| format!("{line} {broken}"), shown)).collect()
}

#[test]
fn one_request_is_read_as_it_is_sent() {
    let text = "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Long: a\r\n  b\r\n\r\nx=1\r\n";
    assert_eq!(requests(text), ["POST /a?b [Host: a, Content-Length: 5, X-Long: a b] x=1\r\n"]);
    let pieces =
        "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /b HTTP/1.1\n\n";
    assert_eq!(requests(pieces), ["POST / [Transfer-Encoding: chunked] abcde", "GET /b []"]);
    assert_eq!(requests(""), Vec::<String>::new());
    assert_eq!(requests("GET /"), ["GET / []"]);
}

#[test]
fn several_are_told_apart_and_have_names_and_lines() {
    let text = "### one\n# client: 198.51.100.7\n# time: 2000-10-10T20:55:36Z\n# a remark\nPOST https://e.example/a\nA: b\n\nbody\n\nmore\n\n###\nGET / HTTP/1.0\n\n### three\n\n\nDELETE /x\n";
    let found = read(text);
    assert_eq!(requests(text), ["POST /a [Host: e.example, A: b] body\n\nmore", "GET / []", "DELETE /x []"]);
    let first = found[0].as_ref().unwrap();
    assert_eq!(
        (first.client.to_string().as_str(), first.time, first.scheme),
        ("198.51.100.7", 971_211_336_000, "https")
    );
    let names: Vec<String> = found.iter().map(|own| own.as_ref().unwrap().origin.to_string()).collect();
    assert_eq!(names, ["one", "a.http:13", "three"]);
    let lines: Vec<u64> = found.iter().map(|own| own.as_ref().unwrap().origin.line).collect();
    assert_eq!(lines, [5, 13, 18]);
    assert_eq!(found[1].as_ref().unwrap().client, defaults().client, "what is said of one is not said of the next");
    let after_another =
        "GET /a HTTP/1.1\nHost: a\n\nGET /b HTTP/1.1\n\n\nPOST /c HTTP/1.1\nContent-Length: 2\n\nxyGET /d HTTP/1.1\n";
    assert_eq!(
        requests(after_another),
        ["GET /a [Host: a]", "GET /b []", "POST /c [Content-Length: 2] xy", "GET /d []"]
    );
}

#[test]
fn a_broken_request_is_said_to_be_one_and_the_next_is_read() {
    let text = "###\nGET\n\n### b\nGET / HTTP/1.1\nno header\n\n###\n# client: nobody\nGET /\n###\nPOST /\nContent-Length: 50\n\nx\n### ok\nGET /ok";
    assert_eq!(
        requests(text),
        [
            "2 must begin with a method and a target, as in `GET /path HTTP/1.1`, and begins with \"GET\"",
            "5 must have headers as in `Name: value` up to an empty line, and has \"no header\" among them",
            "10 has a client \"nobody\" that is no address",
            "12 ends 34 bytes before its Content-Length",
            "GET /ok []",
        ]
    );
}

const ARCHIVE: &str = r#"{"log": {"version": "1.2", "entries": [
  {"startedDateTime": "2000-10-10T20:55:36.000Z", "request": {
    "method": "POST", "url": "https://e.example/login?a=b#c", "httpVersion": "HTTP/2", "bodySize": 9,
    "headers": [{"name": ":method", "value": "POST"}, {"name": "accept", "value": "*/*"}],
    "cookies": [{"name": "s", "value": "1"}, {"name": "t", "value": "2"}],
    "queryString": [], "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [
      {"name": "user", "value": "ro ot'"}, {"name": "x"}]}}, "response": {}},
  {"request": {"method": "POST", "url": "http://e.example", "headers": [{"name": "Host", "value": "h"}],
    "postData": {"mimeType": "a/b", "text": "aGk=", "encoding": "base64"}}},
  {"request": {"method": 1}},
  {"request": {"method": "PUT", "url": "/", "postData": {"text": "x"}}}
]}}"#;

#[test]
fn what_browsers_save_is_read() {
    let found = har::read(ARCHIVE.as_bytes(), &Arc::from("a.har"), defaults()).unwrap();
    let first = found[0].as_ref().unwrap();
    assert_eq!(
        shown(first),
        "POST /login?a=b#c [Host: e.example, accept: */*, Cookie: s=1; t=2, Content-Type: application/x-www-form-urlencoded] user=ro+ot%27&x="
    );
    assert_eq!((first.time, first.version.as_str(), first.scheme), (971_211_336_000, "HTTP/2", "https"));
    assert_eq!(shown(found[1].as_ref().unwrap()), "POST / [Host: h, Content-Type: a/b] hi");
    let (line, broken) = found[2].as_ref().unwrap_err();
    assert!(*line == 10 && broken.0.starts_with("is no entry: "), "{line} {broken}");
    assert_eq!(shown(found[3].as_ref().unwrap()), "PUT / [] x");
    let origins: Vec<String> = found.iter().flatten().map(|own| own.origin.to_string()).collect();
    assert_eq!(origins, ["a.har:2", "a.har:8", "a.har:11"]);
    assert!(har::read(b"{}", &Arc::from("a.har"), defaults()).unwrap_err().0.starts_with("is no HTTP archive: "));
}

#[test]
fn a_request_is_lent_as_the_engine_takes_it() {
    let found = read("POST /a?b=c#d HTTP/1.1\nHost: h\nContent-Length: 2\n\nxy");
    found[0].as_ref().unwrap().lend(|request| {
        assert_eq!((request.path, request.query, request.fragment), (&b"/a"[..], Some(&b"b=c"[..]), Some(&b"d"[..])));
        assert_eq!((request.body, request.body_size, request.headers.len()), (&b"xy"[..], 2, 2));
    });
}
