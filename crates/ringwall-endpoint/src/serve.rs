//! A connection, from its first byte to its last.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::authority::Certificates;
use crate::context::{Context, Ways};
use crate::forward::Forward;
use crate::front::Front;
use crate::idle::Watched;

/// After how long without a byte AWS's endpoints reset a connection (IFE-8): the value for [`Ways::idle`].
pub const IDLE: Duration = Duration::from_secs(350);

/// How long a TLS handshake may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a request's head may take. It is counted from the end of the request before, and so is longer than a connection
/// may be idle: else such a connection would be closed where it is to be reset.
const HEAD_PATIENCE: Duration = Duration::from_secs(360);

/// A head has so many lines at most, and is so long with its first one.
const MOST_LINES: usize = 100;
const MOST_HEAD: usize = 64 << 10;

/// Speaks HTTP on an accepted connection, until it ends or has been idle for too long: then it is reset. Needs a runtime with timers
/// and sockets, and tasks that may be spawned.
pub async fn serve(stream: TcpStream, context: Arc<Context>, ways: Arc<Ways>) {
    let idle = ways.idle;
    let _ = stream.set_nodelay(true);
    let (stream, watch) = Watched::new(stream);
    let speak = async {
        if !context.origin.is_secure {
            return speak(stream, context, ways).await;
        }
        let Some(acceptor) = acceptor(&context, &ways) else { return };
        if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
            speak(stream, context, ways).await;
        }
    };
    // What loses is dropped, and the connection with it.
    let mut speak = Box::pin(speak);
    let mut wait = Box::pin(watch.idle(idle));
    std::future::poll_fn(|task| {
        let is_done = speak.as_mut().poll(task).is_ready() || wait.as_mut().poll(task).is_ready();
        if is_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

fn acceptor(context: &Context, ways: &Ways) -> Option<TlsAcceptor> {
    let own_name = format!("{}.{}.amazonaws.com", context.service, context.region);
    let certificates = Certificates { authority: ways.authority.clone(), own_name };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(certificates));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(TlsAcceptor::from(Arc::new(config)))
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin>(stream: S, context: Arc<Context>, ways: Arc<Ways>) {
    let front = Arc::new(Front { context, ways, forward: Forward::default() });
    let service = service_fn(move |request| {
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_headers(MOST_LINES)
        .max_buf_size(MOST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away in the middle is its own business.
    let _ = connection.await;
}
