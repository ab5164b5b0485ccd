//! A request that was written down.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ringwall_waf::environment::Millis;
use ringwall_waf::request::{Fingerprints, Header, Request};

/// Where a request was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// the file, as it was named
    pub file: Arc<str>,
    /// the line that it begins in, from 1
    pub line: u64,
    /// the name that the file gives it
    pub name: Option<String>,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "{}:{}", self.file, self.line),
        }
    }
}

/// Why a line or a request cannot be read, as the end of a sentence that begins with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

impl From<&str> for Broken {
    fn from(reason: &str) -> Broken {
        Broken(reason.to_owned())
    }
}

/// A request, or the line where one begins that cannot be read, and the reason.
pub type Attempt = Result<Recorded, (u64, Broken)>;

/// What is taken for what a file does not say.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// who sent it
    pub client: IpAddr,
    /// when it came
    pub now: Millis,
}

/// A request that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// where
    pub origin: Origin,
    /// when it came, in milliseconds since 1970
    pub time: Millis,
    /// who sent it
    pub client: IpAddr,
    /// as it was sent
    pub method: Vec<u8>,
    /// path, query and fragment
    pub target: Vec<u8>,
    /// `HTTP/1.1` or the like
    pub version: String,
    /// `http` or `https`
    pub scheme: &'static str,
    /// in their order
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// as far as it is known
    pub body: Vec<u8>,
    /// the length of the body in bytes: more than is there of it where only that was written down
    pub body_size: u64,
    /// the fingerprint of the client's TLS, if it is known
    pub ja3: Option<String>,
    /// the other one
    pub ja4: Option<String>,
}

impl Recorded {
    /// A request for a target, without headers and body.
    pub fn new(origin: Origin, defaults: Defaults, method: &[u8], target: Vec<u8>) -> Recorded {
        Recorded {
            origin,
            time: defaults.now,
            client: defaults.client,
            method: method.to_vec(),
            target,
            version: "HTTP/1.1".to_owned(),
            scheme: "http",
            headers: Vec::new(),
            body: Vec::new(),
            body_size: 0,
            ja3: None,
            ja4: None,
        }
    }

    /// Adds a header, unless there is nothing in it.
    pub(crate) fn header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let value = value.into();
        if !value.is_empty() {
            self.headers.push((name.as_bytes().to_vec(), value));
        }
    }

    /// Whether it has a header.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The request, lent to a function.
    pub fn lend<T>(&self, then: impl FnOnce(&Request) -> T) -> T {
        let headers: Vec<Header> = self.headers.iter().map(|(name, value)| Header { name, value }).collect();
        let mut request = Request::new(self.client, &self.method, &self.target);
        request.version = &self.version;
        request.scheme = self.scheme;
        request.headers = &headers;
        request.body = &self.body;
        request.body_size = self.body_size.max(self.body.len() as u64);
        request.fingerprints = Fingerprints { ja3: self.ja3.as_deref(), ja4: self.ja4.as_deref() };
        then(&request)
    }
}
