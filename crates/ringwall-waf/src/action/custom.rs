//! Custom responses to blocked requests, and headers that go with those that pass (WAF-98 … WAF-102).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Code, Context, Entry, Members, Refusal};

/// The status codes that may be answered (WAF-99).
const CODES: &[(u64, u64)] = &[
    (200, 202),
    (204, 204),
    (206, 206),
    (300, 304),
    (307, 308),
    (400, 401),
    (403, 405),
    (408, 409),
    (411, 416),
    (421, 421),
    (429, 429),
    (500, 505),
];

/// The most headers of a rule, and of a web ACL or rule group (WAF-100).
const MOST_HEADERS: (usize, usize) = (10, 100);

/// The most bodies, and bytes of one and of all (WAF-100).
const MOST_BODIES: (usize, usize, usize) = (50, 4 << 10, 50 << 10);

/// What stands before the name of every header that is inserted (WAF-101).
const PREFIX: &str = "x-amzn-waf-";

/// A header of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomHeader {
    /// the name that is sent
    pub name: String,
    /// its value
    pub value: String,
}

/// A body of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomBody {
    /// its media type
    pub content_type: &'static str,
    /// its text
    pub content: String,
}

/// A response to a blocked request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomResponse {
    /// the status
    pub code: u16,
    /// the body, if it has one
    pub body: Option<Arc<CustomBody>>,
    /// the headers
    pub headers: Vec<CustomHeader>,
}

impl CustomResponse {
    /// Reads `CustomResponse` of Block, if it is there.
    pub(crate) fn take(members: &mut Members, context: &Context) -> Result<Option<CustomResponse>, Refusal> {
        let Some(entry) = members.take("CustomResponse") else { return Ok(None) };
        let mut members = entry.members()?;
        let code_entry = members.require("ResponseCode")?;
        let code = code_entry.integer(200..=599)?;
        if !CODES.iter().any(|(first, last)| (*first..=*last).contains(&code)) {
            return Err(code_entry.invalid("is no status code that can be answered"));
        }
        let body = members.take("CustomResponseBodyKey").map(|key| {
            let body = context.bodies.get(&key.name()?).cloned();
            body.ok_or_else(|| key.refused(Code::NonexistentItem, "is no key of CustomResponseBodies"))
        });
        let body = body.transpose()?;
        let headers = members.take("ResponseHeaders").map(|entry| headers(&entry, "", context)).transpose()?;
        members.finish()?;
        Ok(Some(CustomResponse { code: code as u16, body, headers: headers.unwrap_or_default() }))
    }
}

/// Reads `CustomRequestHandling` of the actions that let a request pass, if it is there: what is inserted.
pub(crate) fn take_inserted(members: &mut Members, context: &Context) -> Result<Vec<CustomHeader>, Refusal> {
    let Some(entry) = members.take("CustomRequestHandling") else { return Ok(Vec::new()) };
    let mut members = entry.members()?;
    let inserted = headers(&members.require("InsertHeaders")?, PREFIX, context)?;
    members.finish()?;
    Ok(inserted)
}

fn headers(entry: &Entry, prefix: &str, context: &Context) -> Result<Vec<CustomHeader>, Refusal> {
    let list = entry.list_of(1, MOST_HEADERS.0)?;
    context.custom_headers.set(context.custom_headers.get() + list.len());
    if context.custom_headers.get() > MOST_HEADERS.1 {
        let reason = format!("makes more than {} custom headers", MOST_HEADERS.1);
        return Err(entry.refused(Code::LimitsExceeded, reason));
    }
    let mut headers: Vec<CustomHeader> = Vec::new();
    for own in list {
        let mut members = own.members()?;
        let name_entry = members.require("Name")?;
        let name = name_entry.text_of(1..=64, |own| own.is_ascii_alphanumeric() || "._$-".contains(own))?;
        let value = members.require("Value")?.text_of(1..=255, |own| own == '\t' || !own.is_control())?.to_owned();
        members.finish()?;
        let name = format!("{prefix}{}", name.to_ascii_lowercase());
        if name == "content-type" {
            return Err(name_entry.invalid("must not be `content-type`"));
        }
        if headers.iter().any(|other| other.name == name) {
            return Err(name_entry.invalid("is the name of another header of the rule"));
        }
        headers.push(CustomHeader { name, value });
    }
    Ok(headers)
}

/// Reads `CustomResponseBodies`.
pub(crate) fn read_bodies(entry: &Entry) -> Result<BTreeMap<String, Arc<CustomBody>>, Refusal> {
    let mut bodies = BTreeMap::new();
    let mut total = 0;
    for (key, entry) in entry.members()?.rest() {
        let is_key = (1..=128).contains(&key.len())
            && key.bytes().all(|own| own.is_ascii_alphanumeric() || b"_-".contains(&own));
        if !is_key {
            return Err(entry.invalid("is no name of a body"));
        }
        let mut members = entry.members()?;
        let content_type = members.require("ContentType")?.choice(&[
            ("TEXT_PLAIN", "text/plain"),
            ("TEXT_HTML", "text/html"),
            ("APPLICATION_JSON", "application/json"),
        ])?;
        let content_entry = members.require("Content")?;
        let content = content_entry.text_of(1..=10_240, |_| true)?.to_owned();
        members.finish()?;
        total += content.len();
        if content.len() > MOST_BODIES.1 || total > MOST_BODIES.2 || bodies.len() == MOST_BODIES.0 {
            return Err(
                content_entry.refused(Code::LimitsExceeded, "must have at most 4 KB, and all bodies together 50 KB")
            );
        }
        bodies.insert(key.to_owned(), Arc::new(CustomBody { content_type, content }));
    }
    Ok(bodies)
}
