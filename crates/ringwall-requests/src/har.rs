//! What browsers save of their requests (HTTP Archive 1.2).

use std::sync::Arc;

use base64::Engine;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::recorded::{Attempt, Broken, Defaults, Origin, Recorded};
use crate::target::Target;
use crate::time;

#[derive(Deserialize)]
struct Archive<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: Option<String>,
    request: Sent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    method: String,
    url: String,
    http_version: Option<String>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
    post_data: Option<Posted>,
    #[serde(default)]
    body_size: i64,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

/// Reads all requests of a file. Of one that is broken there is its line and the reason.
pub fn read(bytes: &[u8], file: &Arc<str>, defaults: Defaults) -> Result<Vec<Attempt>, Broken> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let archive: Archive =
        serde_json::from_slice(bytes).map_err(|error| Broken(format!("is no HTTP archive: {error}")))?;
    let (mut line, mut counted) = (1, 0);
    let mut requests = Vec::with_capacity(archive.log.entries.len());
    for entry in archive.log.entries {
        // An entry is a part of the file, and so tells where it stands.
        let at = (entry.get().as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize).min(bytes.len());
        line += memchr::memchr_iter(b'\n', &bytes[counted.min(at)..at]).count() as u64;
        counted = at;
        let origin = Origin { file: file.clone(), line, name: None };
        let parsed = serde_json::from_str(entry.get()).map_err(|error| Broken(format!("is no entry: {error}")));
        requests.push(parsed.and_then(|own: Entry| request(own, origin, defaults)).map_err(|broken| (line, broken)));
    }
    Ok(requests)
}

fn request(entry: Entry, origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let sent = entry.request;
    let target = Target::read(sent.url.as_bytes());
    let (scheme, host) = (target.scheme, target.host.map(<[u8]>::to_vec));
    let mut request = Recorded::new(origin, defaults, sent.method.as_bytes(), target.rest);
    request.scheme = scheme.unwrap_or("https");
    request.time = entry.started_date_time.as_deref().and_then(time::of_iso).unwrap_or(defaults.now);
    if let Some(version) = sent.http_version.filter(|own| !own.is_empty()) {
        request.version = version;
    }
    // What HTTP/2 says of the target beside the headers is known already (WAF-76).
    let headers = sent.headers.into_iter().filter(|own| !own.name.starts_with(':'));
    request.headers = headers.map(|own| (own.name.into_bytes(), own.value.into_bytes())).collect();
    if let Some(host) = host.filter(|_| !request.has_header("host")) {
        request.headers.insert(0, (b"Host".to_vec(), host));
    }
    if !sent.cookies.is_empty() && !request.has_header("cookie") {
        let cookies: Vec<String> = sent.cookies.iter().map(|own| format!("{}={}", own.name, own.value)).collect();
        request.header("Cookie", cookies.join("; "));
    }
    if let Some(posted) = sent.post_data {
        if let Some(kind) = posted.mime_type.as_deref().filter(|_| !request.has_header("content-type")) {
            request.header("Content-Type", kind);
        }
        request.body = body(posted)?;
    }
    request.body_size = u64::try_from(sent.body_size).unwrap_or(0).max(request.body.len() as u64);
    Ok(request)
}

fn body(posted: Posted) -> Result<Vec<u8>, Broken> {
    match (posted.text, posted.encoding.as_deref()) {
        (Some(text), Some("base64")) => {
            let decoded = base64::engine::general_purpose::STANDARD.decode(text);
            decoded.map_err(|error| Broken(format!("has a body that is no base64: {error}")))
        }
        (Some(text), _) if !text.is_empty() || posted.params.is_empty() => Ok(text.into_bytes()),
        _ => {
            let pairs: Vec<String> =
                posted.params.iter().map(|own| format!("{}={}", encoded(&own.name), encoded(&own.value))).collect();
            Ok(pairs.join("&").into_bytes())
        }
    }
}

/// A name or value as forms send it.
fn encoded(text: &str) -> String {
    let byte = |own: u8| match own {
        b' ' => "+".to_owned(),
        own if own.is_ascii_alphanumeric() || b"*-._".contains(&own) => char::from(own).to_string(),
        own => format!("%{own:02X}"),
    };
    text.bytes().map(byte).collect()
}
