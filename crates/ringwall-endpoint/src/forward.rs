//! Requests that are handed on to a server at an address.
//!
//! What is signed goes on as it came, `Host` and path included, so that the signature still holds. A connection of a client has at most one
//! connection to the server behind; nothing is shared between clients.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use ringwall_s3::Body;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::context::Upstream;
use crate::head::strip;
use crate::refusal::Refusal;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long the server behind may take to begin an answer.
const ANSWER: Duration = Duration::from_secs(350);

/// The way to the server behind.
#[derive(Clone, Default)]
pub(crate) struct Forward {
    idle: Arc<Mutex<Option<SendRequest<Body>>>>,
}

impl Forward {
    /// Sends a request, and hands the answer back as it comes.
    pub(crate) async fn send(
        &self,
        upstream: &Upstream,
        mut head: Parts,
        body: Body,
    ) -> Result<Response<Body>, Refusal> {
        strip(&mut head.headers);
        // The client's wish to be told to go on is answered here, when its body is read.
        head.headers.remove(http::header::EXPECT);
        let mut sender = self.sender(upstream).await?;
        let request = Request::from_parts(head, body);
        let answer = tokio::time::timeout(ANSWER, sender.send_request(request)).await;
        let response = answer.map_err(|_| Refusal::Unreachable)?.map_err(|_| Refusal::Unreachable)?;
        *self.idle.lock().await = Some(sender);
        let (mut head, body) = response.into_parts();
        strip(&mut head.headers);
        Ok(Response::from_parts(head, Body::from(body)))
    }

    /// The connection that is there, if it is ready for another request, or a new one.
    async fn sender(&self, upstream: &Upstream) -> Result<SendRequest<Body>, Refusal> {
        if let Some(sender) = self.idle.lock().await.take()
            && sender.is_ready()
        {
            return Ok(sender);
        }
        let connect = tokio::time::timeout(CONNECT, TcpStream::connect(upstream.address)).await;
        let stream = connect.map_err(|_| Refusal::Unreachable)?.map_err(|_| Refusal::Unreachable)?;
        let _ = stream.set_nodelay(true);
        let shake = http1::Builder::new().max_buf_size(64 << 10).handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shake.map_err(|_| Refusal::Unreachable)?;
        tokio::spawn(async move {
            // That it broke is seen by who waits for an answer on it.
            let _ = connection.await;
        });
        Ok(sender)
    }
}
