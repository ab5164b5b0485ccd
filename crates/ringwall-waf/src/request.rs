//! A request as bytes: what a web ACL looks at, borrowed from whoever received it.

use std::net::IpAddr;

/// One header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// as it was sent; names are compared without regard to case
    pub name: &'a [u8],
    /// without the white space around it
    pub value: &'a [u8],
}

/// A request.
///
/// Pseudo-headers of HTTP/2 are no headers: `:method`, `:path` and `:authority` are [`Request::method`], the path and query,
/// and a header `host` (WAF-76).
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// who sent it, as the connection says
    pub client: IpAddr,
    /// as it was sent
    pub method: &'a [u8],
    /// without query and fragment, not decoded
    pub path: &'a [u8],
    /// what follows the first `?`, not decoded; none without one
    pub query: Option<&'a [u8]>,
    /// what follows `#`; none without one
    pub fragment: Option<&'a [u8]>,
    /// `HTTP/1.1` or the like
    pub version: &'a str,
    /// `http` or `https`
    pub scheme: &'a str,
    /// in the order received
    pub headers: &'a [Header<'a>],
    /// the beginning of the body: all of it, or at least as much as is inspected
    pub body: &'a [u8],
    /// the length of the body in bytes, as far as it is known: never less than what is there of it
    pub body_size: u64,
    /// the fingerprints of the TLS client; none if it used no TLS
    pub fingerprints: Fingerprints<'a>,
}

/// What a ClientHello looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints<'a> {
    /// the MD5 of the JA3 string, as 32 hexadecimal digits
    pub ja3: Option<&'a str>,
    /// the 36 characters of JA4
    pub ja4: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A request for a target, without headers and body.
    pub fn new(client: IpAddr, method: &'a [u8], target: &'a [u8]) -> Request<'a> {
        let (rest, fragment) = split(target, b'#');
        let (path, query) = split(rest, b'?');
        Request {
            client,
            method,
            path,
            query,
            fragment,
            version: "HTTP/1.1",
            scheme: "http",
            headers: &[],
            body: &[],
            body_size: 0,
            fingerprints: Fingerprints::default(),
        }
    }

    /// The values of a header, in the order received.
    pub fn values_of(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let is_named = move |header: &&Header| header.name.eq_ignore_ascii_case(name.as_bytes());
        self.headers.iter().filter(is_named).map(|header| header.value.trim_ascii())
    }
}

/// What stands before a byte, and what behind it.
pub(crate) fn split(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == at) {
        Some(place) => (&text[..place], Some(&text[place + 1..])),
        None => (text, None),
    }
}

/// What kind of resource the request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// an Application Load Balancer
    LoadBalancer,
    /// a stage of a REST API
    ApiGateway,
    /// a GraphQL API
    AppSync,
    /// a distribution
    CloudFront,
    /// a user pool
    Cognito,
    /// an App Runner service
    AppRunner,
    /// a Verified Access instance
    VerifiedAccess,
}

impl Resource {
    /// What log records call it (WAF-128).
    pub fn log_name(self) -> &'static str {
        match self {
            Resource::LoadBalancer => "ALB",
            Resource::ApiGateway => "APIGW",
            Resource::AppSync => "APPSYNC",
            Resource::CloudFront => "CF",
            Resource::Cognito => "COGNITOIDP",
            Resource::AppRunner => "APPRUNNER",
            Resource::VerifiedAccess => "VERIFIED_ACCESS",
        }
    }

    /// Whether fingerprints and fragments of requests to it are known (WAF-74, WAF-75).
    pub fn knows_fingerprints(self) -> bool {
        matches!(self, Resource::LoadBalancer | Resource::CloudFront)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_path_query_and_fragment() {
        let client = "192.0.2.1".parse().unwrap();
        let request = Request::new(client, b"GET", b"/a%2fb?c=d?e#f?g");
        assert_eq!(request.path, b"/a%2fb");
        assert_eq!(request.query, Some(b"c=d?e".as_slice()));
        assert_eq!(request.fragment, Some(b"f?g".as_slice()));
        assert_eq!(Request::new(client, b"GET", b"/?").query, Some(b"".as_slice()));
        assert_eq!(Request::new(client, b"GET", b"/").query, None);
    }
}
