//! A request, read within bounds.

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use ringwall_wire::sigv4::Request as SignedRequest;

/// The largest body that is taken: as large as the largest form.
pub const MOST_BYTES: usize = 1 << 20;

/// A request with its body.
#[derive(Debug)]
pub struct Received {
    /// method
    pub method: String,
    /// path, as it was sent
    pub path: String,
    /// query string, as it was sent
    pub query: String,
    /// headers in order
    pub headers: Vec<(String, Vec<u8>)>,
    /// body
    pub body: Vec<u8>,
}

/// A request that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// its body is too large
    TooLarge,
    /// the connection broke
    Broken,
}

impl Received {
    /// Reads the request.
    pub async fn read(request: hyper::Request<Incoming>) -> Result<Received, Unreadable> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| {
            if error.downcast_ref::<LengthLimitError>().is_some() { Unreadable::TooLarge } else { Unreadable::Broken }
        })?;
        Ok(Received {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect(),
            body: body.to_bytes().to_vec(),
        })
    }

    /// The first value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(own, _)| own == name)?;
        std::str::from_utf8(value).ok()
    }

    /// The headers as signatures look at them.
    pub fn header_list(&self) -> Vec<(&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
    }

    /// The request as signatures look at it.
    pub fn signed<'r>(&'r self, headers: &'r [(&'r str, &'r [u8])]) -> SignedRequest<'r> {
        SignedRequest { method: &self.method, path: &self.path, query: &self.query, headers, body: &self.body }
    }
}
