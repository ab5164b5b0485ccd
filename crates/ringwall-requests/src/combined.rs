//! Access logs of nginx and Apache: the common format, the combined one, and both behind a virtual host's name.
//!
//! ```text
//! 198.51.100.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=c HTTP/1.1" 200 2326 "https://example.com/" "curl/8.5.0"
//! ```
//!
//! What a request has beside target, referrer and agent is not in such a log, so that rules on other headers and on bodies find
//! nothing there.

use std::net::IpAddr;

use crate::quoted::{there, unescaped, word};
use crate::recorded::{Broken, Defaults, Origin, Recorded};
use crate::target::Target;
use crate::time;

/// Reads a line.
pub fn read(line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let mut rest = line;
    let first = word(&mut rest).ok_or("is empty")?;
    let (host, client) = match address(first) {
        Some(client) => (None, client),
        // A virtual host's name may stand before the address.
        None => {
            let second = word(&mut rest).and_then(address);
            (Some(first), second.ok_or("does not begin with the address of a client")?)
        }
    };
    let mut skipped = 0;
    while !rest.trim_ascii_start().starts_with(b"[") {
        if skipped == 8 || word(&mut rest).is_none() {
            return Err("has no time in brackets behind the address".into());
        }
        skipped += 1;
    }
    let when = word(&mut rest).and_then(|own| std::str::from_utf8(own).ok()).and_then(time::of_server);
    let when = when.ok_or("has no time as in [10/Oct/2000:13:55:36 -0700]")?;
    let request = unescaped(word(&mut rest).ok_or("has no request in quotation marks")?);
    let mut recorded = of_request(&request, origin, defaults)?;
    recorded.client = client;
    recorded.time = when;
    if let Some(host) = host.filter(|_| !recorded.has_header("host")) {
        recorded.header("Host", host);
    }
    // Status and size.
    word(&mut rest);
    word(&mut rest);
    for name in ["Referer", "User-Agent"] {
        if let Some(value) = word(&mut rest).and_then(there) {
            recorded.header(name, &*unescaped(value));
        }
    }
    Ok(recorded)
}

fn address(word: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A request by its first line, as logs have it: `GET /a?b=c HTTP/1.1`.
pub(crate) fn of_request(line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let line = line.trim_ascii();
    let wrong = || Broken(format!("has no request, but {:?}", String::from_utf8_lossy(&line[..line.len().min(40)])));
    let (method, rest) = line.split_at(memchr::memchr(b' ', line).ok_or_else(wrong)?);
    let rest = &rest[1..];
    let is_method =
        !method.is_empty() && method.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_!".contains(byte));
    if !is_method {
        return Err(wrong());
    }
    // A target may have blanks where clients send them; the version is behind the last one.
    let (target, version) = match memchr::memrchr(b' ', rest) {
        Some(at) if rest[at + 1..].starts_with(b"HTTP/") => (&rest[..at], Some(&rest[at + 1..])),
        _ => (rest, None),
    };
    if target.is_empty() {
        return Err(wrong());
    }
    let target = Target::read(target);
    let mut recorded = Recorded::new(origin, defaults, method, target.rest);
    recorded.scheme = target.scheme.unwrap_or("http");
    recorded.version = String::from_utf8_lossy(version.unwrap_or(b"HTTP/0.9")).into_owned();
    if let Some(host) = target.host {
        recorded.header("Host", host);
    }
    Ok(recorded)
}
