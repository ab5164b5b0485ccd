//! A request, read within bounds.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use ringwall_wire::sigv4::Request as SignedRequest;

/// The largest body that is taken: as large as the largest form.
pub const MOST_BYTES: usize = 1 << 20;

/// How much of a larger body is passed over. Whoever is still sending when the connection closes sees that it broke, and
/// never reads why.
const MOST_PASSED_OVER: usize = 64 << 20;

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
    /// its body did not come in time
    TooSlow,
}

impl Received {
    /// Reads the request, for so long at most.
    pub async fn read<B: Body<Data = Bytes> + Unpin>(
        request: hyper::Request<B>,
        patience: Duration,
    ) -> Result<Received, Unreadable> {
        let (head, body) = request.into_parts();
        let body = tokio::time::timeout(patience, whole(body)).await.map_err(|_| Unreadable::TooSlow)??;
        Ok(Received {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect(),
            body,
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

/// A body up to its end. One that is too large is not kept.
async fn whole<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Vec<u8>, Unreadable> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unreadable::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= MOST_BYTES {
            bytes.extend_from_slice(&data);
        } else if length > MOST_PASSED_OVER {
            break;
        }
    }
    if length > MOST_BYTES { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}
