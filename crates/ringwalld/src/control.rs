//! The local side: what `ringwall status`, `explain` and `watch` ask, by a socket that only root may open.

use std::convert::Infallible;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::sync::mpsc;

use crate::controller::Controller;
use crate::flows::{Live, Suggestion};
use crate::question::Asked;
use crate::status::status;
use crate::watch::{Detail, Watch};

/// The name of the socket in the run directory.
pub const SOCKET: &str = "control.sock";

/// What local questions are answered from.
pub struct Local {
    /// the way to the writer, and what is enforced
    pub controller: Controller,
    /// who watches, once the data plane is there
    pub watch: OnceLock<Arc<Watch>>,
    /// what `status` says beside
    pub about: Value,
    /// who looks on as flows happen, once the data plane is there
    pub flows: OnceLock<Arc<Live>>,
    /// the data plane, for its counters
    pub kernel: OnceLock<Arc<ringwall_datapath::DataPlane>>,
}

type Answer = Response<Pin<Box<dyn Body<Data = Bytes, Error = Infallible>>>>;

/// Listens on the socket; it is made anew.
pub fn listen(directory: &Path) -> std::io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    let path = directory.join(SOCKET);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves local questions until the process ends.
pub async fn serve(listener: UnixListener, local: Arc<Local>) {
    while let Ok((stream, _)) = listener.accept().await {
        let local = local.clone();
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request| {
                let local = local.clone();
                async move { Ok::<_, Infallible>(answer(&local, request).await) }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(local: &Local, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    match (head.method.as_str(), head.uri.path()) {
        ("GET", "/status") => whole(StatusCode::OK, &status(local)),
        ("POST", "/explain") => {
            let Ok(body) = body.collect().await else { return problem("the question broke off") };
            match serde_json::from_slice::<Asked>(&body.to_bytes()) {
                Ok(asked) => explain(local, &asked),
                Err(error) => problem(&error.to_string()),
            }
        }
        ("GET", "/watch") => watch(local, head.uri.query() == Some("packets")),
        ("GET", "/flows") => flows(local).await,
        ("GET", "/flows/suggest") => suggest(local, head.uri.query().unwrap_or_default()).await,
        _ => whole(StatusCode::NOT_FOUND, &json!({ "error": "there is nothing here" })),
    }
}

fn explain(local: &Local, asked: &Asked) -> Answer {
    let enforced = local.controller.progress().enforced();
    match asked.answer(&enforced.world, &local.controller.store().snapshot()) {
        Ok(answer) => whole(StatusCode::OK, &answer),
        Err(error) => problem(&error),
    }
}

fn watch(local: &Local, packets: bool) -> Answer {
    let Some(watch) = local.watch.get() else { return problem("the data plane is not there yet") };
    let detail = if packets { Detail::Packets } else { Detail::Flows };
    let mut watcher = match watch.begin(detail) {
        Ok(watcher) => watcher,
        Err(error) => return problem(&format!("cannot watch: {error}")),
    };
    let (sender, receiver) = mpsc::channel(256);
    tokio::task::spawn_local(async move {
        loop {
            tokio::select! {
                report = watcher.next() => {
                    let Some(report) = report else { return };
                    let mut line = serde_json::to_vec(&*report).unwrap_or_default();
                    line.push(b'\n');
                    if sender.send(Bytes::from(line)).await.is_err() {
                        return;
                    }
                }
                () = sender.closed() => return,
            }
        }
    });
    Response::new(Box::pin(Lines { receiver }))
}

async fn flows(local: &Local) -> Answer {
    let Some(live) = local.flows.get() else { return problem("the data plane is not there yet") };
    let mut watcher = match live.begin().await {
        Ok(watcher) => watcher,
        Err(error) => return problem(&error),
    };
    let (sender, receiver) = mpsc::channel(256);
    tokio::task::spawn_local(async move {
        loop {
            tokio::select! {
                seen = watcher.next() => {
                    let Some(seen) = seen else { return };
                    let mut line = serde_json::to_vec(&*seen).unwrap_or_default();
                    line.push(b'\n');
                    if sender.send(Bytes::from(line)).await.is_err() {
                        return;
                    }
                }
                () = sender.closed() => return,
            }
        }
    });
    Response::new(Box::pin(Lines { receiver }))
}

/// Seconds that what happens is awaited for a proposal at most.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

async fn suggest(local: &Local, query: &str) -> Answer {
    let Some(live) = local.flows.get() else { return problem("the data plane is not there yet") };
    let (mut whom, mut seconds, mut refused_too) = (None, 0, false);
    for (name, value) in query.split('&').filter_map(|part| part.split_once('=')) {
        match name {
            "interface" => whom = value.parse().ok().map(Suggestion::Interface),
            "group" => whom = value.parse().ok().map(Suggestion::Group),
            "seconds" => seconds = value.parse().unwrap_or(0),
            "refused" => refused_too = value == "true",
            _ => {}
        }
    }
    let Some(whom) = whom else { return problem("expected the id of an interface or of a security group") };
    match live.suggest(whom, seconds.min(LONGEST_WAIT), refused_too).await {
        Ok(proposal) => whole(StatusCode::OK, &proposal),
        Err(error) => problem(&error),
    }
}

struct Lines {
    receiver: mpsc::Receiver<Bytes>,
}

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.receiver.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}

fn whole(status: StatusCode, value: &Value) -> Answer {
    let body: Pin<Box<dyn Body<Data = Bytes, Error = Infallible>>> =
        Box::pin(Full::new(Bytes::from(value.to_string())));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn problem(text: &str) -> Answer {
    whole(StatusCode::BAD_REQUEST, &json!({ "error": text }))
}
