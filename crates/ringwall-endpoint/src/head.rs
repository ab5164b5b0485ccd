//! Heads of requests that everybody reads alike, and what of a head goes on.
//!
//! What two parsers could read differently is refused: two `Host` lines, an address that names another host, a length beside a
//! transfer coding, a coding other than `chunked`. What belongs to one connection alone stays on it.

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{Method, Version};

/// Why a head is refused.
pub(crate) fn ambiguity(head: &Parts) -> Option<&'static str> {
    let count = |name: HeaderName| head.headers.get_all(name).iter().count();
    if head.version != Version::HTTP_11 {
        return Some("only HTTP/1.1 is spoken here");
    }
    if matches!(head.method, Method::CONNECT | Method::TRACE) || count(UPGRADE) > 0 {
        return Some("this method or upgrade is not spoken here");
    }
    if count(HOST) != 1 {
        return Some("there must be one Host header");
    }
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !is_host(host) {
        return Some("the Host header is no host");
    }
    if head.uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
        return Some("the address names another host than the Host header");
    }
    if head.uri.authority().is_none() && !head.uri.path().starts_with('/') {
        return Some("the address is no path");
    }
    let codings = head.headers.get_all(TRANSFER_ENCODING).iter().count();
    let is_chunked = head.headers.get(TRANSFER_ENCODING).is_some_and(|coding| coding.as_bytes() == b"chunked");
    if codings > 1 || (codings == 1 && !is_chunked) {
        return Some("the transfer coding is not the one word `chunked`");
    }
    if codings == 1 && count(CONTENT_LENGTH) > 0 || count(CONTENT_LENGTH) > 1 {
        return Some("the length of the body is told twice");
    }
    None
}

/// A name or an address, with or without a port.
fn is_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let is_address =
        name.starts_with('[') && name.ends_with(']') && name[1..name.len() - 1].parse::<std::net::Ipv6Addr>().is_ok();
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    is_address || (!name.is_empty() && name.len() <= 253 && name.bytes().all(is_of_name))
}

/// Takes away what belongs to one connection, what a connection names as such, and everything that only Ringwall itself could
/// say. The framing stays: whoever writes the message writes it anew.
pub(crate) fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        // What is signed or frames the message is not the connection's to name.
        .filter(|name: &HeaderName| *name != HOST && *name != CONTENT_LENGTH && *name != http::header::AUTHORIZATION)
        .collect();
    let own = ["keep-alive", "proxy-connection"].map(HeaderName::from_static);
    let always = [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    for name in named.into_iter().chain(own).chain(always) {
        headers.remove(name);
    }
    let ours: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-ringwall-")).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_head_that_can_be_read_in_two_ways_is_refused() {
        let host = ("host", "s3.us-east-1.amazonaws.com");
        for headers in [
            vec![host],
            vec![host, ("content-length", "1")],
            vec![host, ("transfer-encoding", "chunked")],
            vec![("host", "[::1]:4566")],
        ] {
            assert_eq!(ambiguity(&head("GET", "/a", &headers)), None, "{headers:?}");
        }
        assert_eq!(ambiguity(&head("GET", "http://s3.us-east-1.amazonaws.com/a", &[host])), None);
        for headers in [
            vec![],
            vec![host, host],
            vec![("host", "a/b")],
            vec![("host", "")],
            vec![("host", "a@b")],
            vec![("host", "[::g]")],
            vec![host, ("transfer-encoding", "gzip, chunked")],
            vec![host, ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
            vec![host, ("transfer-encoding", "chunked"), ("content-length", "1")],
            vec![host, ("content-length", "1"), ("content-length", "1")],
            vec![host, ("upgrade", "websocket")],
        ] {
            assert!(ambiguity(&head("GET", "/a", &headers)).is_some(), "{headers:?}");
        }
        assert!(ambiguity(&head("GET", "http://other/a", &[host])).is_some());
        assert!(ambiguity(&head("TRACE", "/a", &[host])).is_some());
        assert!(ambiguity(&head("OPTIONS", "*", &[host])).is_some());
    }

    #[test]
    fn what_belongs_to_a_connection_stays_on_it() {
        let mut headers = head(
            "GET",
            "/",
            &[
                ("host", "a"),
                ("connection", "close, x-mine, Host, authorization"),
                ("x-mine", "1"),
                ("keep-alive", "1"),
                ("te", "trailers"),
                ("transfer-encoding", "chunked"),
                ("x-ringwall-vpce", "vpce-1"),
                ("authorization", "a"),
                ("x-amz-date", "b"),
            ],
        )
        .headers;
        strip(&mut headers);
        let left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["host", "authorization", "x-amz-date"]);
    }
}
