//! Requests as they are sent, in a file: one alone, or several with `###` between them.
//!
//! ```text
//! ### an injection
//! # client: 198.51.100.7
//! POST /login?a=b HTTP/1.1
//! Host: example.com
//! Content-Length: 9
//!
//! user=root
//! ```
//!
//! - `###` begins a request and may name it. Where there is none, a request ends with the length of its body, or where a line
//!   begins the next one; else with the file.
//! - Lines with `#` before the first line of a request say what it does not say itself: `client` (an address), `time` (as in
//!   `2026-01-31T12:00:00Z`), `scheme` (`http` or `https`), `ja3`, `ja4`. Others are remarks.
//! - The target may be an address, with host and scheme; the version may be left out.
//! - A body is as long as `Content-Length` says, or in pieces if `Transfer-Encoding` says `chunked`, or goes on to the next `###`
//!   without the line breaks before it.

use std::sync::Arc;

use crate::recorded::{Attempt, Broken, Defaults, Origin, Recorded};
use crate::target::Target;
use crate::time;

/// Reads all requests of a file. Of one that is broken there is its line and the reason.
pub fn read(bytes: &[u8], file: &Arc<str>, defaults: Defaults) -> Vec<Attempt> {
    let mut text = Text { rest: bytes, line: 1 };
    let mut requests = Vec::new();
    loop {
        let mut name = None;
        let mut remarks = Vec::new();
        // What stands before a request.
        while let Some(line) = text.peek() {
            if let Some(own) = line.strip_prefix(b"###") {
                name = Some(own.trim_ascii()).filter(|own| !own.is_empty());
                remarks.clear();
            } else if let Some(own) = line.strip_prefix(b"#") {
                remarks.push(own);
            } else if !line.trim_ascii().is_empty() {
                break;
            }
            text.next();
        }
        if text.rest.is_empty() {
            return requests;
        }
        let line = text.line;
        let name = name.map(|own| String::from_utf8_lossy(own).into_owned());
        let origin = Origin { file: file.clone(), line, name };
        let request = one(&mut text, origin, defaults).and_then(|request| remark(request, &remarks));
        let is_broken = request.is_err();
        requests.push(request.map_err(|broken| (line, broken)));
        if is_broken {
            // Nobody knows where it ends, but for the next mark.
            while text.peek().is_some_and(|line| !line.starts_with(b"###")) {
                text.next();
            }
        }
    }
}

/// What is left of a file.
struct Text<'t> {
    rest: &'t [u8],
    line: u64,
}

impl<'t> Text<'t> {
    /// The next line without its break; none at the end.
    fn peek(&self) -> Option<&'t [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn next(&mut self) -> Option<&'t [u8]> {
        let line = self.peek()?;
        let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |at| at + 1);
        self.take(end);
        Some(line)
    }

    fn take(&mut self, length: usize) -> &'t [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.rest = rest;
        taken
    }
}

fn one(text: &mut Text, origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let first = text.next().unwrap_or_default();
    let (method, rest) = request_line(first).ok_or_else(|| {
        let shown = String::from_utf8_lossy(&first[..first.len().min(40)]).into_owned();
        Broken(format!("must begin with a method and a target, as in `GET /path HTTP/1.1`, and begins with {shown:?}"))
    })?;
    let (target, version) = match memchr::memrchr(b' ', rest) {
        Some(at) if rest[at + 1..].starts_with(b"HTTP/") => (rest[..at].trim_ascii(), Some(&rest[at + 1..])),
        _ => (rest, None),
    };
    let target = Target::read(target);
    let mut request = Recorded::new(origin, defaults, method, target.rest);
    request.scheme = target.scheme.unwrap_or(request.scheme);
    if let Some(version) = version {
        request.version = String::from_utf8_lossy(version).into_owned();
    }
    headers(text, &mut request)?;
    if let Some(host) = target.host.filter(|_| !request.has_header("host")) {
        request.headers.insert(0, (b"Host".to_vec(), host.to_vec()));
    }
    request.body = body(text, &request)?;
    request.body_size = request.body.len() as u64;
    Ok(request)
}

/// A line as the first one of a request: method, and what follows it.
fn request_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (method, rest) = line.split_at(memchr::memchr(b' ', line)?);
    let is_method = !method.is_empty() && method.iter().all(|own| own.is_ascii_alphanumeric() || b"-_".contains(own));
    let rest = rest.trim_ascii();
    (is_method && !rest.is_empty()).then_some((method, rest))
}

fn headers(text: &mut Text, request: &mut Recorded) -> Result<(), Broken> {
    while let Some(line) = text.peek() {
        if line.starts_with(b"###") {
            return Ok(());
        }
        text.next();
        if line.is_empty() {
            return Ok(());
        }
        // A line that begins with a blank goes on with the header before it (RFC 9112, 5.2).
        if line[0] == b' ' || line[0] == b'\t' {
            let Some((_, value)) = request.headers.last_mut() else {
                return Err("has a line with a blank at its beginning where the first header is expected".into());
            };
            value.push(b' ');
            value.extend_from_slice(line.trim_ascii());
            continue;
        }
        let Some(at) = memchr::memchr(b':', line) else {
            let shown = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
            return Err(Broken(format!(
                "must have headers as in `Name: value` up to an empty line, and has {shown:?} among them"
            )));
        };
        request.headers.push((line[..at].to_vec(), line[at + 1..].trim_ascii().to_vec()));
    }
    Ok(())
}

fn body(text: &mut Text, request: &Recorded) -> Result<Vec<u8>, Broken> {
    let value = |name: &str| {
        let found = request.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
        found.and_then(|(_, value)| std::str::from_utf8(value).ok())
    };
    if value("transfer-encoding").is_some_and(|own| own.eq_ignore_ascii_case("chunked")) {
        return chunked(text);
    }
    if let Some(length) = value("content-length") {
        let length: usize = length.parse().map_err(|_| "has a Content-Length that is no number")?;
        if length > text.rest.len() {
            return Err(Broken(format!("ends {} bytes before its Content-Length", length - text.rest.len())));
        }
        return Ok(text.take(length).to_vec());
    }
    let starts_anew = |line: &[u8]| {
        request_line(line).is_some_and(|(_, rest)| {
            let version = memchr::memrchr(b' ', rest).map_or(&b""[..], |at| &rest[at + 1..]);
            version.starts_with(b"HTTP/")
        })
    };
    let start = text.rest;
    let mut is_first = true;
    while let Some(line) = text.peek() {
        if line.starts_with(b"###") || is_first && starts_anew(line) {
            break;
        }
        is_first = is_first && line.is_empty();
        text.next();
    }
    let mut body = &start[..start.len() - text.rest.len()];
    while let [rest @ .., b'\r' | b'\n'] = body {
        body = rest;
    }
    Ok(body.to_vec())
}

fn chunked(text: &mut Text) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    loop {
        let size = text.next().ok_or("ends within a body in pieces")?;
        let size = size.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let size = std::str::from_utf8(size).ok().and_then(|own| usize::from_str_radix(own, 16).ok());
        let size = size.ok_or("has a piece of its body whose size is no hexadecimal number")?;
        if size > text.rest.len() {
            return Err("ends within a body in pieces".into());
        }
        body.extend_from_slice(text.take(size));
        if size == 0 {
            // What may stand behind the last piece goes on to an empty line.
            while text.next().is_some_and(|line| !line.is_empty()) {}
            return Ok(body);
        }
        text.next();
    }
}

/// Adds what stands before a request.
fn remark(mut request: Recorded, remarks: &[&[u8]]) -> Result<Recorded, Broken> {
    for own in remarks {
        let Ok(text) = std::str::from_utf8(own) else { continue };
        let Some((name, value)) = text.split_once(':') else { continue };
        let value = value.trim();
        match name.trim() {
            "client" => {
                request.client =
                    value.parse().map_err(|_| Broken(format!("has a client {value:?} that is no address")))?;
            }
            "time" => {
                let wrong = || Broken(format!("has a time {value:?} that is not as 2026-01-31T12:00:00Z"));
                request.time = time::of_iso(value).ok_or_else(wrong)?;
            }
            "scheme" => {
                request.scheme = match value {
                    "http" => "http",
                    "https" => "https",
                    _ => return Err(Broken(format!("has a scheme {value:?} that is neither http nor https"))),
                };
            }
            "ja3" => request.ja3 = Some(value.to_owned()),
            "ja4" => request.ja4 = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(request)
}
