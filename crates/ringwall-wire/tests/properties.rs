//! What holds for all inputs: readers answer whatever the bytes are, what is written is read back, signatures cover every byte.

use std::collections::BTreeMap;

use fastrand::Rng;
use ringwall_wire::sigv4::{Claim, Credentials, Request, sign};
use ringwall_wire::timestamp::{EpochSeconds, HttpDate};
use ringwall_wire::{Blob, Dialect, Flat, Form, Timestamp, json, query, xml};
use serde::{Deserialize, Serialize};

/// A type with every kind of value in it, and itself.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Everything {
    text: String,
    letter: Option<char>,
    flag: Option<bool>,
    small: Option<i8>,
    large: Option<u64>,
    huge: Option<i128>,
    number: Option<f64>,
    blob: Option<Blob>,
    at: Option<Timestamp>,
    epoch: Option<EpochSeconds>,
    date: Option<HttpDate>,
    choice: Option<Choice>,
    pair: Option<(u8, String)>,
    list: Vec<String>,
    lists: Vec<Vec<u8>>,
    flat: Flat<Vec<Inner>>,
    map: BTreeMap<String, Inner>,
    inner: Option<Box<Everything>>,
    nothing: (),
    any: Option<serde_json::Value>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Inner {
    name: String,
    values: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    One,
    Two,
}

/// A form that reads well, made of names that the type has.
fn form(random: &mut Rng) -> String {
    const PARAMETERS: [&str; 24] = [
        "text=a+b%20c",
        "letter=%C3%A9",
        "flag=true",
        "small=-128",
        "large=18446744073709551615",
        "huge=1",
        "number=1e3",
        "blob=dmFsdWU%3D",
        "at=2026-01-31T12%3A00%3A00Z",
        "epoch=1769860800",
        "date=Sat,+31+Jan+2026+12:00:00+GMT",
        "choice=one",
        "pair.1=7&pair.2=x",
        "list.1=a&list.2=b",
        "list.member.1=a",
        "list=",
        "lists.member.1.member.1=5",
        "flat.1.name=n",
        "flat.2.name=n&flat.2.values.1=v",
        "map.entry.1.key=k&map.entry.1.value.name=v",
        "map.1.key=k&map.1.value.name=v",
        "inner.inner.inner.text=deep",
        "any.1.x=1",
        "unknown.1.thing=1",
    ];
    let chosen: Vec<&str> = PARAMETERS.iter().filter(|_| random.u8(..4) == 0).copied().collect();
    format!("Action=X&Version=1&{}", chosen.join("&"))
}

fn mutated(mut bytes: Vec<u8>, alphabet: &[u8], random: &mut Rng) -> Vec<u8> {
    for _ in 0..random.usize(0..6) {
        let at = random.usize(0..=bytes.len());
        let byte = if random.bool() { random.u8(..) } else { alphabet[random.usize(..alphabet.len())] };
        match random.u8(..4) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] = byte,
            3 => {
                let from = random.usize(0..=at);
                let copied = bytes[from..at].to_vec();
                bytes.extend(copied);
            }
            _ => {}
        }
    }
    bytes
}

#[test]
fn a_form_of_any_bytes_has_an_answer() {
    let mut random = Rng::with_seed(21);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..60_000 {
        let start =
            if random.u8(..8) == 0 { (0..60).map(|_| random.u8(..)).collect() } else { form(&mut random).into_bytes() };
        let Ok(form) = Form::parse(&mutated(start, b"&=.%+0129-", &mut random)) else { continue };
        for dialect in [Dialect::Ec2, Dialect::Query] {
            match query::decode::<Everything>(&form, dialect) {
                Ok(decoded) => {
                    assert!(decoded.unknown.iter().all(|name| form.get(name).is_some()), "{:?}", decoded.unknown);
                    read += 1;
                }
                Err(error) => {
                    let given = |(name, _): (&str, &str)| {
                        name.starts_with(&error.parameter) || error.parameter.starts_with(name)
                    };
                    let missing = error.problem == query::Problem::Missing;
                    assert!(missing || form.iter().any(given), "{error} is about none of {form:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(read > 5_000 && refused > 5_000, "{read} read, {refused} refused: one of the two was hardly tried");
}

#[test]
fn a_json_body_of_any_bytes_has_an_answer() {
    let mut random = Rng::with_seed(22);
    let whole = br#"{"text":"a","flag":true,"pair":[1,"b"],"flat":[{"name":"n","x":1}],"map":{"k":{"name":""}},"inner":{"any":[{}]},
        "choice":"two","epoch":1.5,"at":"2026-01-31T12:00:00Z","blob":"","unknown":[[{"a":null}]]}"#;
    let (mut read, mut refused) = (0, 0);
    for _ in 0..30_000 {
        match json::decode::<Everything>(&mutated(whole.to_vec(), b"{}[]:,\"\\0e-", &mut random)) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(read > 3_000 && refused > 3_000, "{read} read, {refused} refused: one of the two was hardly tried");
}

#[test]
fn a_signature_of_any_bytes_has_an_answer() {
    let mut random = Rng::with_seed(23);
    let authorization = b"AWS4-HMAC-SHA256 Credential=A/20260131/r/s/aws4_request, SignedHeaders=host;x-amz-date, \
        Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260131%2Fr%2Fs%2Faws4_request&X-Amz-Expires=60\
        &X-Amz-Date=20260131T120000Z&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let mut claims = 0;
    for _ in 0..30_000 {
        let authorization = mutated(authorization.to_vec(), b",;=/ ", &mut random);
        let date = mutated(b"20260131T120000Z".to_vec(), b"0TZ", &mut random);
        let query = mutated(presigned.as_bytes().to_vec(), b"&=%", &mut random);
        let query = String::from_utf8_lossy(&query).into_owned();
        let all: [(&str, &[u8]); 3] = [("host", b"h"), ("x-amz-date", &date), ("authorization", &authorization)];
        let (headers, query) = if random.bool() { (&all[..], "") } else { (&all[..1], query.as_str()) };
        let request = Request { method: "GET", path: "/%", query, headers, body: b"" };
        if let Ok(claim) = Claim::read(&request) {
            claims += 1;
            assert!(claim.verify(&request, "secret", claim.signed_at).is_err());
        }
    }
    assert!(claims > 1_000, "only {claims} claims could be read");
}

/// Text with everything in it that XML treats in its own way.
fn text(random: &mut Rng) -> String {
    let character = |random: &mut Rng| match random.u8(..6) {
        0 => random.char('\0'..='\x20'),
        1 => *random.choice(&['<', '>', '&', '"', '\'', ']', ';', '\u{85}', '\u{2028}']).unwrap(),
        2 => random.char('\u{fff0}'..='\u{10010}'),
        3 => random.char(..),
        _ => random.alphanumeric(),
    };
    (0..random.usize(0..12)).map(|_| character(random)).collect()
}

/// What arrives of a text: XML has no place for some characters.
fn arriving(text: &str) -> String {
    let forbidden = |character: &char| matches!(*character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|character| if forbidden(&character) { '\u{fffd}' } else { character }).collect()
}

#[test]
fn whatever_text_is_written_is_read_back() {
    let mut random = Rng::with_seed(24);
    for _ in 0..5_000 {
        let mut texts = || (0..random.usize(0..4)).map(|_| text(&mut random)).collect::<Vec<String>>();
        let (list, names) = (texts(), texts());
        let map: BTreeMap<String, Inner> =
            texts().into_iter().map(|name| (name.clone(), Inner { name, values: None })).collect();
        let flat = Flat(names.iter().map(|name| Inner { name: name.clone(), values: Some(list.clone()) }).collect());
        let id = text(&mut random);
        let output = Everything { text: id.clone(), list: list.clone(), flat, map, ..Everything::default() };
        for dialect in [Dialect::Ec2, Dialect::Query] {
            let written = xml::response(dialect, "Act", &id, &id, &output).unwrap();
            let document = roxmltree::Document::parse(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
            let all = |path: &[&str]| -> Vec<String> {
                let matches = |node: &roxmltree::Node<'_, '_>| {
                    let names = node.ancestors().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name());
                    names.take(path.len()).eq(path.iter().rev().copied())
                };
                let found = document.descendants().filter(|node| node.is_element() && matches(node));
                found.map(|node| node.text().unwrap_or_default().to_owned()).collect()
            };
            let (top, item) = match dialect {
                Dialect::Ec2 => ("ActResponse", "item"),
                Dialect::Query => ("ActResult", "member"),
            };
            let expected = |texts: &[String]| texts.iter().map(|text| arriving(text)).collect::<Vec<_>>();
            assert_eq!(all(&[top, "text"]), [arriving(&id)]);
            assert_eq!(all(&[top, "list", item]), expected(&list));
            assert_eq!(all(&[top, "flat", "name"]), expected(&names));
            assert_eq!(all(&["entry", "key"]), all(&["entry", "value", "name"]));
            assert_eq!(all(&["entry", "key"]).len(), output.map.len());
            assert_eq!(document.root_element().tag_name().namespace().unwrap_or_default(), arriving(&id));
        }
    }
}

/// A request to sign: every part random, but in the form in which it has one spelling.
struct Message {
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

impl Message {
    fn random(random: &mut Rng, signed_at: Timestamp) -> Message {
        let word = |random: &mut Rng| (0..random.usize(1..6)).map(|_| random.alphanumeric()).collect::<String>();
        let path: String = (0..random.usize(1..4)).map(|_| format!("/{}%2F{}", word(random), word(random))).collect();
        let query: Vec<String> =
            (0..random.usize(0..4)).map(|_| format!("{}=%2F{}", word(random), word(random))).collect();
        let mut headers = vec![
            ("Host".to_owned(), word(random).into_bytes()),
            ("X-Amz-Date".to_owned(), signed_at.basic().into_bytes()),
        ];
        for _ in 0..random.usize(0..3) {
            headers.push((format!("X-{}", word(random)), format!("{} {}", word(random), word(random)).into_bytes()));
        }
        let body = (0..random.usize(0..40)).map(|_| random.u8(..)).collect();
        Message { path, query: query.join("&"), headers, body }
    }

    fn with<T>(&self, then: impl FnOnce(Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        then(Request { method: "POST", path: &self.path, query: &self.query, headers: &headers, body: &self.body })
    }

    /// Whose key signed it, if the signature is right.
    fn verify(&self, now: Timestamp) -> Option<String> {
        self.with(|request| {
            let claim = Claim::read(&request).ok()?;
            claim.verify(&request, SECRET, now).ok().map(|()| claim.access_key_id)
        })
    }
}

/// The text with one bit changed; the highest is left alone, so that it stays text.
fn flipped(text: &str, at: usize, random: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] ^= 1 << random.u8(..7);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn what_is_signed_verifies_and_fails_with_any_bit_changed() {
    let mut random = Rng::with_seed(25);
    for _ in 0..150 {
        let now = Timestamp::from_seconds(random.i64(0..4_000_000_000));
        let mut message = Message::random(&mut random, now);
        let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret_access_key: SECRET };
        let service = *random.choice(&["ec2", "s3"]).unwrap();
        let header = message.with(|request| sign(request, credentials, "eu-central-1", service, now)).unwrap();
        message.headers.push(("Authorization".to_owned(), header.into_bytes()));
        assert_eq!(message.verify(now).as_deref(), Some("AKIDEXAMPLE"));

        for at in 0..message.path.len() {
            let path = flipped(&message.path, at, &mut random);
            // `%2F` and `%2f` are one character: S3 signs it, other services sign how it is spelled.
            let same = service == "s3" && path.replace("%2f", "%2F") == message.path;
            let whole = std::mem::replace(&mut message.path, path);
            assert_eq!(message.verify(now).is_some(), same, "`{}` for `{whole}`", message.path);
            message.path = whole;
        }
        for at in 0..message.query.len() {
            let query = flipped(&message.query, at, &mut random);
            let same = query.replace("%2f", "%2F") == message.query;
            let whole = std::mem::replace(&mut message.query, query);
            assert_eq!(message.verify(now).is_some(), same, "`{}` for `{whole}`", message.query);
            message.query = whole;
        }
        for at in 0..message.body.len() {
            let bit = 1 << random.u8(..8);
            message.body[at] ^= bit;
            assert_eq!(message.verify(now), None, "byte {at} of the body");
            message.body[at] ^= bit;
        }
        for number in 0..message.headers.len() {
            for at in 0..message.headers[number].1.len() {
                let whole = message.headers[number].1[at];
                message.headers[number].1[at] ^= 1 << random.u8(..8);
                // The id of the key is not signed, it is looked up: another id is another key.
                let verified = message.verify(now).filter(|key| key == "AKIDEXAMPLE");
                assert_eq!(verified, None, "byte {at} of header {number}: {:?}", message.headers[number]);
                message.headers[number].1[at] = whole;
            }
        }
        assert_eq!(message.verify(now).as_deref(), Some("AKIDEXAMPLE"));
    }
}
