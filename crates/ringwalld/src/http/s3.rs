//! Requests to S3 that come to the API's own address: they go on, as they come, to the worker that serves S3.
//!
//! So `aws --endpoint-url` is one and the same address for all services. What is signed is not touched; the worker verifies it.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, EXPECT, HOST, HeaderValue, TE, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The body of an answer: one of our own, or another's as it comes.
pub type Body = Either<Full<Bytes>, Incoming>;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long S3 may take to begin an answer.
const ANSWER: Duration = Duration::from_secs(350);

/// Whether a request is one to S3: by what its signature names, or by its host.
pub fn is_s3<B>(request: &Request<B>) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let authorization = request.headers().get(AUTHORIZATION).map(text).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let host = request.headers().get(HOST).map(text).unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_named = authorization.contains("/s3/aws4_request") || query.contains("%2Fs3%2Faws4_request");
    is_named || name == "s3.localhost" || name.ends_with(".s3.localhost")
}

/// Hands a request on, and its answer back. Only this host is served so: S3 would take whoever comes from elsewhere for it.
pub async fn hand_on(request: Request<Incoming>, peer: SocketAddr, s3: SocketAddr) -> Response<Body> {
    if !peer.ip().to_canonical().is_loopback() {
        let message = "S3 is served at this address to its own host alone.";
        return refusal(StatusCode::FORBIDDEN, "AccessDenied", message);
    }
    match ask(request, s3).await {
        Ok(response) => response.map(Either::Right),
        Err(_) => refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", "S3 does not answer."),
    }
}

async fn ask(mut request: Request<Incoming>, s3: SocketAddr) -> Result<Response<Incoming>, Box<dyn std::error::Error>> {
    // What belongs to a connection, and the wish to be told to go on, which is answered when the body is read.
    for name in [CONNECTION, EXPECT, TE, TRANSFER_ENCODING, UPGRADE] {
        request.headers_mut().remove(name);
    }
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect(s3)).await??;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(async move {
        // That it broke is seen by who waits for an answer on it.
        let _ = connection.await;
    });
    let mut response = tokio::time::timeout(ANSWER, sender.send_request(request)).await??;
    for name in [CONNECTION, TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    Ok(response)
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = Response::new(Either::Left(Full::new(Bytes::from(text))));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_to_s3_is_known_by_its_signature_or_its_host() {
        let request = |name: &str, value: &str, uri: &str| {
            is_s3(&Request::builder().uri(uri).header(name, value).body(()).unwrap())
        };
        let scope =
            |service: &str| format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, x");
        assert!(request("authorization", &scope("s3"), "/") && !request("authorization", &scope("ec2"), "/"));
        assert!(request("x", "x", "/b/k?X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"));
        assert!(request("host", "logs.S3.localhost:4566", "/k") && !request("host", "localhost:4566", "/k"));
    }
}
