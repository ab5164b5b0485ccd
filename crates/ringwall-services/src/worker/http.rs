//! Metadata by HTTP.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use ringwall_metadata::{Answer, respond};
use ringwall_model::id::VpcId;
use socket2::SockRef;
use tokio::net::TcpStream;

use super::Worker;

/// How long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection lasts at most: longer ones begin anew.
const LONGEST: Duration = Duration::from_secs(300);
/// Bytes of a request's head at most.
const HEAD: usize = 16 << 10;
/// How many hops packets live that are not limited.
const HOPS: u32 = 64;

/// Serves a connection.
pub(crate) async fn serve(stream: TcpStream, source: IpAddr, is_v6: bool, vpc: VpcId, worker: Rc<Worker>) {
    let descriptor = stream.as_raw_fd();
    let service = service_fn(move |request| {
        let worker = worker.clone();
        async move {
            let answer = answer(&request, source, is_v6, vpc, &worker).ok_or(Gone)?;
            // SAFETY: the connection that this serves keeps the descriptor open for as long as it serves.
            let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
            limit_hops(descriptor, source, answer.hop_limit);
            Ok::<_, Gone>(render(answer))
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // What went wrong is the client's.
    let _ = tokio::time::timeout(LONGEST, connection).await;
}

/// There is nobody to answer to: the connection ends without a word.
#[derive(Debug, thiserror::Error)]
#[error("no instance that metadata is for")]
struct Gone;

fn answer(request: &Request<Incoming>, source: IpAddr, is_v6: bool, vpc: VpcId, worker: &Worker) -> Option<Answer> {
    let (shared, own) = worker.now(vpc)?;
    let asker = own.directory.find(source)?;
    if is_v6 && !asker.instance.options.ipv6 {
        return None;
    }
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let wanted = ringwall_metadata::Request {
        method: request.method().as_str(),
        path: request.uri().path(),
        token: header("x-aws-ec2-metadata-token"),
        seconds: header("x-aws-ec2-metadata-token-ttl-seconds"),
        is_forwarded: request.headers().contains_key("x-forwarded-for"),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Some(respond(&wanted, &asker, &shared.services.account, &shared.key, now))
}

/// Has the packets of an answer live for so many hops (DNS-17). A later answer on the connection is asked for by who got
/// this one.
fn limit_hops(descriptor: BorrowedFd<'_>, source: IpAddr, limit: Option<u8>) {
    let (socket, hops) = (SockRef::from(&descriptor), limit.map_or(HOPS, u32::from));
    let limited = if source.is_ipv4() { socket.set_ttl_v4(hops) } else { socket.set_unicast_hops_v6(hops) };
    if let Err(error) = limited {
        eprintln!("ringwall: the hops of an answer cannot be limited: {error}");
    }
}

fn render(answer: Answer) -> Response<Full<Bytes>> {
    let mut builder = Response::builder()
        .status(answer.status)
        .header("Content-Type", answer.content_type)
        .header("Server", "EC2ws")
        .header("Accept-Ranges", "none");
    if let Some(seconds) = answer.seconds {
        builder = builder.header("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", seconds);
    }
    if answer.status == 405 {
        builder = builder.header("Allow", "GET, HEAD, PUT");
    }
    let body = Full::new(Bytes::from(answer.body));
    builder.body(body).unwrap_or_else(|_| unreachable!("the parts of an answer are valid"))
}
