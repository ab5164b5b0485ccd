//! AWS WAF's log records, one JSON object a line: what was sent, but not its body (WAF-129, WAF-133).

use std::net::IpAddr;

use serde::Deserialize;

use crate::recorded::{Broken, Defaults, Origin, Recorded};

/// The most of a body that any web ACL inspects, in bytes (WAF-78).
const LONGEST_INSPECTED: u64 = 64 << 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    timestamp: u64,
    http_request: Sent,
    #[serde(rename = "ja3Fingerprint")]
    ja3: Option<String>,
    #[serde(rename = "ja4Fingerprint")]
    ja4: Option<String>,
    request_body_size: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    client_ip: IpAddr,
    #[serde(default)]
    headers: Vec<Pair>,
    uri: String,
    #[serde(default)]
    args: String,
    #[serde(default)]
    fragment: Option<String>,
    http_version: Option<String>,
    http_method: String,
    scheme: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

/// Reads a line.
pub fn read(line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let record: Record = serde_json::from_slice(line).map_err(|error| Broken(format!("is no log record: {error}")))?;
    let sent = record.http_request;
    let mut target = sent.uri.into_bytes();
    for (mark, part) in [(b'?', Some(sent.args)), (b'#', sent.fragment)] {
        if let Some(part) = part.filter(|own| !own.is_empty()) {
            target.push(mark);
            target.extend_from_slice(part.as_bytes());
        }
    }
    let mut recorded = Recorded::new(origin, defaults, sent.http_method.as_bytes(), target);
    recorded.client = sent.client_ip;
    recorded.time = record.timestamp;
    recorded.version = sent.http_version.unwrap_or(recorded.version);
    recorded.scheme = if sent.scheme.as_deref() == Some("https") { "https" } else { "http" };
    recorded.headers = sent.headers.into_iter().map(|own| (own.name.into_bytes(), own.value.into_bytes())).collect();
    // A body that was not written down is taken for none, unless it was surely longer than what is inspected (WAF-77).
    recorded.body_size = record.request_body_size.filter(|size| *size > LONGEST_INSPECTED).unwrap_or(0);
    (recorded.ja3, recorded.ja4) = (record.ja3, record.ja4);
    Ok(recorded)
}
