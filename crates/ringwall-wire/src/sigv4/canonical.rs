//! The one way to write a request that its sender and its receiver agree on.

use super::Request;
use crate::percent::{Plus, decode, encode};

/// How a path is brought into its canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStyle {
    /// Dot segments and empty segments are resolved, and the path as sent is encoded once more. All services but S3.
    Normalised,
    /// The path stays as it is and is encoded once: a key of S3 may be `a//../b`.
    Verbatim,
}

impl PathStyle {
    /// The style that a service signs in.
    pub fn of(service: &str) -> PathStyle {
        match service {
            "s3" | "s3express" | "s3-outposts" | "s3-object-lambda" => PathStyle::Verbatim,
            _ => PathStyle::Normalised,
        }
    }
}

/// The canonical request: method, path, query, the signed headers with their values, their names, the body's hash.
///
/// `signed_headers` are lower-case names in the order they are signed in. A signature in the query string is not part of what it
/// signs and is left out. Header values need not be text, so the result need not be.
pub fn canonical_request(
    request: Request<'_>,
    signed_headers: &[&str],
    payload_hash: &str,
    style: PathStyle,
) -> Vec<u8> {
    canonical_without(request, signed_headers, payload_hash, style, &["X-Amz-Signature"])
}

/// The same, with other parameters of the query string left out.
pub(super) fn canonical_without(
    request: Request<'_>,
    signed_headers: &[&str],
    payload_hash: &str,
    style: PathStyle,
    left_out: &[&str],
) -> Vec<u8> {
    let mut out = request.method.as_bytes().to_vec();
    out.push(b'\n');
    path(request.path, style, &mut out);
    out.push(b'\n');
    query(request.query, left_out, &mut out);
    out.push(b'\n');
    for name in signed_headers {
        header(request, name, &mut out);
    }
    out.push(b'\n');
    out.extend(signed_headers.join(";").as_bytes());
    out.push(b'\n');
    out.extend(payload_hash.as_bytes());
    out
}

fn path(raw: &str, style: PathStyle, out: &mut Vec<u8>) {
    match style {
        PathStyle::Verbatim if raw.is_empty() => out.push(b'/'),
        PathStyle::Verbatim => encode(&unescaped(raw.as_bytes(), Plus::Itself), b"/", out),
        PathStyle::Normalised => {
            let mut segments = Vec::new();
            for segment in raw.split('/') {
                match segment {
                    "" | "." => {}
                    ".." => drop(segments.pop()),
                    other => segments.push(other),
                }
            }
            for segment in &segments {
                out.push(b'/');
                encode(segment.as_bytes(), b"", out);
            }
            if segments.is_empty() || raw.ends_with('/') {
                out.push(b'/');
            }
        }
    }
}

/// The parameters, each decoded and encoded again, sorted by name and value. A `+` is read as the space that
/// [`crate::Form`] reads it as: otherwise one signature would be good for two requests.
fn query(raw: &str, left_out: &[&str], out: &mut Vec<u8>) {
    let mut parameters = Vec::new();
    for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !left_out.contains(&name) {
            parameters.push((recoded(name), recoded(value)));
        }
    }
    parameters.sort_unstable();
    for (number, (name, value)) in parameters.iter().enumerate() {
        if number > 0 {
            out.push(b'&');
        }
        out.extend(name);
        out.push(b'=');
        out.extend(value);
    }
}

fn recoded(raw: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    encode(&unescaped(raw.as_bytes(), Plus::Space), b"", &mut out);
    out
}

/// What cannot be decoded stands for itself: it is signed like anything else, and refused by whoever reads it.
fn unescaped(raw: &[u8], plus: Plus) -> Vec<u8> {
    decode(raw, plus).unwrap_or_else(|_| raw.to_vec())
}

/// A header's name and its values, joined by commas; each without white space around it and with single spaces in it.
fn header(request: Request<'_>, name: &str, out: &mut Vec<u8>) {
    out.extend(name.as_bytes());
    out.push(b':');
    for (number, value) in request.values(name).enumerate() {
        if number > 0 {
            out.push(b',');
        }
        let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        for (number, word) in words.enumerate() {
            if number > 0 {
                out.push(b' ');
            }
            out.extend(word);
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_path(raw: &str, style: PathStyle) -> String {
        let mut out = Vec::new();
        path(raw, style, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn paths_are_resolved_and_encoded_twice_but_not_for_s3() {
        for (raw, normalised, verbatim) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("/a%20b", "/a%2520b", "/a%20b"),
            ("/a b", "/a%20b", "/a%20b"),
            ("//a//../b/./", "/b/", "//a//../b/./"),
            ("/../..", "/", "/../.."),
            ("/a/b/..", "/a", "/a/b/.."),
            ("/a+b:c*", "/a%2Bb%3Ac%2A", "/a%2Bb%3Ac%2A"),
            ("/%zz", "/%25zz", "/%25zz"),
        ] {
            assert_eq!(canonical_path(raw, PathStyle::Normalised), normalised, "{raw}");
            assert_eq!(canonical_path(raw, PathStyle::Verbatim), verbatim, "{raw}");
        }
    }

    #[test]
    fn parameters_are_sorted_by_name_and_then_by_value_in_their_encoded_form() {
        let mut out = Vec::new();
        query("b=2&a=%7e&&b=1+&c&B=&b=%31%2b&X-Amz-Signature=s&a-b=1&a=/", &["X-Amz-Signature"], &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "B=&a=%2F&a=~&a-b=1&b=1%20&b=1%2B&b=2&c=");
    }
}
