//! The public cases of signature version 4: each request signed in a header and, presigned, in the query string.

mod support;

use std::path::Path;

use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{
    Claim, Credentials, PathStyle, Request, SignatureError, canonical_request, payload_hash, sign, signature,
    string_to_sign,
};
use serde_json::Value;
use support::{data, json, text};

/// How many cases there are; fewer would mean that some went unnoticed.
const CASES: usize = 38;

/// A request taken from a file.
#[derive(Clone, Debug)]
struct Message {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Message {
    fn parse(text: &str) -> Message {
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = head.split('\n');
        let first = lines.next().unwrap();
        let (method, target) = first.strip_suffix(" HTTP/1.1").unwrap().split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        for line in lines {
            match line.split_once(':') {
                // a line that begins with a space goes on with the value before
                _ if line.starts_with(' ') => headers.last_mut().unwrap().1.extend(format!("\n{line}").bytes()),
                Some((name, value)) => headers.push((name.to_owned(), value.as_bytes().to_vec())),
                None => panic!("`{line}` is no header"),
            }
        }
        let [method, path, query] = [method, path, query].map(str::to_owned);
        Message { method, path, query, headers, body: body.as_bytes().to_vec() }
    }

    fn with<T>(&self, then: impl FnOnce(Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        then(Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }
}

/// A case's circumstances.
struct Case {
    name: String,
    context: Value,
    now: Timestamp,
    style: PathStyle,
}

impl Case {
    fn text(&self, key: &str) -> &str {
        self.context.pointer(key).and_then(Value::as_str).unwrap()
    }

    fn secret(&self) -> &str {
        self.text("/credentials/secret_access_key")
    }

    fn token(&self) -> Option<&str> {
        self.context.pointer("/credentials/token").and_then(Value::as_str)
    }

    fn token_is_unsigned(&self) -> bool {
        self.context["omit_session_token"] == true
    }

    fn verify(&self, message: &Message) -> Result<(), SignatureError> {
        message.with(|request| Claim::read(&request)?.verify_with(&request, self.secret(), self.now, self.style))
    }
}

fn for_each_case(check: impl Fn(&Case, &Path)) {
    let root = data("sigv4");
    let mut folders: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert_eq!(folders.len(), CASES);
    for folder in folders {
        let context = json(&folder.join("context.json"));
        let style = if context["normalize"] == true { PathStyle::Normalised } else { PathStyle::Verbatim };
        let now = context["timestamp"].as_str().unwrap().parse().unwrap();
        let case = Case { name: folder.file_name().unwrap().to_string_lossy().into_owned(), context, now, style };
        check(&case, &folder);
    }
}

fn check_texts(case: &Case, folder: &Path, form: &str) {
    let file = |part: &str| text(&folder.join(format!("{form}-{part}.txt")));
    let mut message = Message::parse(&file("signed-request"));
    let claim = message.with(|request| Claim::read(&request)).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    assert_eq!(claim.access_key_id, case.text("/credentials/access_key_id"), "{}", case.name);
    assert_eq!((claim.region.as_str(), claim.service.as_str()), (case.text("/region"), case.text("/service")));
    assert_eq!((claim.signed_at, claim.session_token.as_deref()), (case.now, case.token()));

    if case.token_is_unsigned() && form == "query" {
        let others = message.query.split('&').filter(|pair| !pair.starts_with("X-Amz-Security-Token="));
        message.query = others.collect::<Vec<_>>().join("&");
    }
    let names: Vec<&str> = claim.signed_headers().collect();
    let canonical = message.with(|request| canonical_request(request, &names, &payload_hash(request.body), case.style));
    assert_eq!(String::from_utf8(canonical.clone()).unwrap(), file("canonical-request"), "{} {form}", case.name);
    let to_sign = string_to_sign(claim.signed_at, claim.scope(), &canonical);
    assert_eq!(to_sign, file("string-to-sign"), "{} {form}", case.name);
    assert_eq!(signature(case.secret(), claim.scope(), &to_sign), file("signature"), "{} {form}", case.name);
}

#[test]
fn published_cases_have_our_canonical_request_string_to_sign_and_signature() {
    for_each_case(|case, folder| {
        check_texts(case, folder, "header");
        check_texts(case, folder, "query");
    });
}

#[test]
fn published_requests_are_signed_with_the_published_headers() {
    let signed = std::cell::Cell::new(0);
    // Signing takes the path's style from the service, and no case's service is S3.
    for_each_case(|case, folder| {
        if case.style == PathStyle::Verbatim {
            return;
        }
        let mut message = Message::parse(&text(&folder.join("request.txt")));
        let mut add = |name: &str, value: &str| message.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        add("X-Amz-Date", &case.now.basic());
        if let Some(token) = case.token().filter(|_| !case.token_is_unsigned()) {
            add("X-Amz-Security-Token", token);
        }
        if case.context["sign_body"] == true {
            let hash = payload_hash(&message.body);
            message.headers.push(("x-amz-content-sha256".to_owned(), hash.into_bytes()));
        }
        let credentials =
            Credentials { access_key_id: case.text("/credentials/access_key_id"), secret_access_key: case.secret() };
        let got =
            message.with(|request| sign(request, credentials, case.text("/region"), case.text("/service"), case.now));
        let expected = text(&folder.join("header-signed-request.txt"));
        let expected = expected.lines().find_map(|line| line.strip_prefix("Authorization:")).unwrap();
        assert_eq!(got.as_deref(), Ok(expected), "{}", case.name);
        signed.set(signed.get() + 1);
    });
    assert_eq!(signed.get(), 31);
}

/// Every message that differs from a signed one in one byte, with what differs. `b ^ 1` makes no white space of other white space.
fn neighbours(message: &Message, case: &Case) -> Vec<(String, Message)> {
    let signed: Vec<String> =
        message.with(|request| Claim::read(&request).unwrap().signed_headers().map(str::to_owned).collect());
    let mut neighbours = Vec::new();
    for (number, (name, value)) in message.headers.iter().enumerate() {
        // of the header with the signature, what is signed comes behind the key's id, which the caller looks up
        let from = match name.as_str() {
            "Authorization" => String::from_utf8_lossy(value).find('/').unwrap(),
            name if signed.contains(&name.to_ascii_lowercase()) => 0,
            _ => continue,
        };
        for at in from..value.len() {
            let mut other = message.clone();
            other.headers[number].1[at] ^= 1;
            neighbours.push((format!("byte {at} of header `{name}`"), other));
        }
    }
    for at in 0..message.body.len() {
        let mut other = message.clone();
        other.body[at] ^= 1;
        neighbours.push((format!("byte {at} of the body"), other));
    }
    let mut longer = message.clone();
    longer.body.push(b'x');
    neighbours.push(("one byte more in the body".to_owned(), longer));
    let unsigned = if case.token_is_unsigned() { token_in(&message.query) } else { 0..0 };
    for at in (0..message.query.len()).filter(|at| message.query.as_bytes()[*at].is_ascii() && !unsigned.contains(at)) {
        let mut query = message.query.clone().into_bytes();
        query[at] ^= 1;
        let query = String::from_utf8(query).unwrap();
        neighbours.push((format!("byte {at} of the query string"), Message { query, ..message.clone() }));
    }
    neighbours
}

/// Where a query string has the token's value.
fn token_in(query: &str) -> std::ops::Range<usize> {
    const NAME: &str = "X-Amz-Security-Token=";
    let Some(start) = query.find(NAME).map(|start| start + NAME.len()) else { return 0..0 };
    start..query[start..].find('&').map_or(query.len(), |length| start + length)
}

#[test]
fn published_requests_verify_and_fail_with_one_byte_changed() {
    for_each_case(|case, folder| {
        for form in ["header", "query"] {
            let message = Message::parse(&text(&folder.join(format!("{form}-signed-request.txt"))));
            assert_eq!(case.verify(&message), Ok(()), "{} {form}", case.name);
            let neighbours = neighbours(&message, case);
            assert!(neighbours.len() > 100, "{} {form}: {}", case.name, neighbours.len());
            for (what, neighbour) in neighbours {
                assert!(case.verify(&neighbour).is_err(), "{} {form}: {what}", case.name);
            }
            let mut other = message.clone();
            other.method.push('X');
            assert!(case.verify(&other).is_err(), "{} {form}: the method", case.name);
            other = message.clone();
            other.path.push_str("/x");
            assert!(case.verify(&other).is_err(), "{} {form}: the path", case.name);
        }
    });
}
