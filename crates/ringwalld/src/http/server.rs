//! The listener.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use ringwall_api::ApiError;
use ringwall_api::service::{Message, Service};
use ringwall_wire::error::Protocol;
use ringwall_wire::form::Form;
use ringwall_wire::timestamp::Timestamp;
use tokio::net::TcpListener;

use super::answer::Reply;
use super::authenticate::Keys;
use super::read::{Received, Unreadable};
use super::s3;
use crate::controller::{Controller, Job};
use crate::endpoints::Endpoints;
use crate::random;
use crate::trail::{Entry, Trail};

/// How long a client may take to send the head of a request, and how long to send its body.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that answering needs.
pub struct Front {
    /// the keys
    pub keys: Keys,
    /// where calls are carried out
    pub controller: Controller,
    /// where calls are recorded
    pub trail: Arc<Trail>,
    /// the account
    pub account: String,
    /// where S3 is served
    pub endpoints: Option<Arc<Endpoints>>,
    /// whether everything may be forgotten by a request, as test suites want it
    pub can_reset: bool,
    /// how long a client may take to send the head of a request, and how long to send its body
    pub patience: Duration,
}

/// Serves connections until the process ends.
pub async fn serve(listener: TcpListener, front: Arc<Front>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(_) => {
                // Out of descriptors, most likely: others are about to be closed.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let front = front.clone();
        let patience = front.patience;
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request| {
                let front = front.clone();
                async move { Ok::<_, Infallible>(front.take(request, peer).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(patience)
                .serve_connection(TokioIo::new(stream), service);
            // A client that goes away in the middle is its own business.
            let _ = connection.await;
        });
    }
}

/// The time of the clock on the wall.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Front {
    async fn take(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<s3::Body> {
        match &self.endpoints {
            Some(endpoints) if s3::is_s3(&request) => s3::hand_on(request, peer, endpoints.s3_address()).await,
            _ => self.answer(request, peer).await.map(Either::Left),
        }
    }

    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let request = match Received::read(request, self.patience).await {
            Ok(request) => request,
            Err(Unreadable::Broken) => return plain(StatusCode::BAD_REQUEST, "the request broke off"),
            Err(Unreadable::TooSlow) => return plain(StatusCode::REQUEST_TIMEOUT, "the request did not come in time"),
            Err(Unreadable::TooLarge) => {
                let error =
                    ApiError::new("RequestEntityTooLarge", "The request is larger than 1 MiB.").with_status(413);
                return Reply { protocol: Protocol::Ec2, request_id: random::uuid(), result: Err(error) }
                    .into_response();
            }
        };
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/moto-api/reset") => self.reset().await,
            ("GET" | "HEAD", "/_ringwall/health") => plain(StatusCode::OK, "ok\n"),
            _ => self.call(request, peer).await.into_response(),
        }
    }

    async fn reset(&self) -> Response<Full<Bytes>> {
        if !self.can_reset {
            return plain(StatusCode::FORBIDDEN, "only a Ringwall that was started with --ephemeral can be reset\n");
        }
        self.controller.reset().await;
        self.trail.reset();
        if let Some(endpoints) = self.endpoints.clone() {
            let reset = tokio::task::spawn_blocking(move || endpoints.reset()).await;
            if !matches!(reset, Ok(Ok(()))) {
                return plain(StatusCode::INTERNAL_SERVER_ERROR, "S3 is not empty\n");
            }
        }
        let mut response = plain(StatusCode::OK, "{\"status\": \"ok\"}");
        let json = hyper::header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
        response
    }

    async fn call(&self, request: Received, peer: SocketAddr) -> Reply {
        let request_id = random::uuid();
        let time = now();
        let signed = self.keys.authenticate(&request, time);
        let protocol =
            signed.service.map_or_else(|| foreign_protocol(signed.scope.as_deref(), &request), Service::protocol);
        let message = read_message(signed.service, &request);
        let region = signed.region.unwrap_or_else(|| "us-east-1".to_owned());
        let source = peer.ip().to_string();
        let user_agent = request.header("user-agent").unwrap_or_default().to_owned();
        let checked = match (signed.caller, message) {
            (Err(refusal), message) => Err((refusal, message.ok(), None)),
            (Ok(caller), Err(refusal)) => Err((refusal, None, Some(caller))),
            (Ok(caller), Ok(message)) => Ok((caller, message)),
        };
        match (checked, signed.service) {
            (Ok((caller, message)), Some(service)) => {
                let job = Job { service, message, region, caller, request_id, time, source, user_agent };
                self.controller.call(job).await
            }
            (Ok(_), None) => unreachable!("a caller is only authenticated for a service"),
            (Err((refusal, message, caller)), service) => {
                let entry = Entry {
                    time,
                    event_id: random::uuid(),
                    request_id: &request_id,
                    region: &region,
                    account: &self.account,
                    caller: caller.as_ref(),
                    service,
                    message: message.as_ref(),
                    source: &source,
                    user_agent: &user_agent,
                    result: Err(&refusal),
                };
                let result = match self.trail.write(&entry) {
                    Ok(()) => Err(refusal),
                    Err(error) => Err(crate::controller::unrecorded(&error)),
                };
                Reply { protocol, request_id, result }
            }
        }
    }
}

/// The protocol that the client of a service speaks which is none of ours, as far as its request shows: it is to read why it is
/// refused.
fn foreign_protocol(scope: Option<&str>, request: &Received) -> Protocol {
    let kind = request.header("content-type").unwrap_or_default();
    match (scope, request.header("x-amz-target")) {
        (None, _) => Protocol::Ec2,
        (Some("s3" | "route53" | "cloudfront"), _) => Protocol::RestXml,
        (Some(_), Some(_)) if kind.ends_with("json-1.0") => Protocol::Json10,
        (Some(_), Some(_)) => Protocol::Json11,
        (Some(_), None) if kind.starts_with("application/x-www-form-urlencoded") => Protocol::Query,
        (Some(_), None) if request.query.contains("Action=") => Protocol::Query,
        (Some(_), None) => Protocol::RestJson,
    }
}

/// The call in a request: a form in the body or the query string, or a JSON document with the action in a header.
fn read_message(service: Option<Service>, request: &Received) -> Result<Message, ApiError> {
    check_place(service, request)?;
    if let Some(service) = service.filter(|service| service.protocol() == Protocol::Json11) {
        let target = request.header("x-amz-target").unwrap_or_default();
        let action = service.target(target).unwrap_or_default().to_owned();
        return Ok(Message::Json { action, body: request.body.clone() });
    }
    let text = if request.method == "GET" { request.query.as_bytes() } else { &request.body };
    match Form::parse(text) {
        Ok(form) => Ok(Message::Query(form)),
        Err(error) => Err(ApiError::new("MalformedQueryString", error.to_string())),
    }
}

/// Parameters stand in one place and calls go to one path: what stands elsewhere would be signed, and have no effect.
fn check_place(service: Option<Service>, request: &Received) -> Result<(), ApiError> {
    let malformed = |message: &str| Err(ApiError::new("MalformedQueryString", message));
    let is_form = service.is_some_and(|service| service.protocol() != Protocol::Json11);
    match request.method.as_str() {
        "GET" if is_form && !request.body.is_empty() => {
            malformed("The parameters of a GET are in its address, not in its body.")
        }
        "POST" if !request.query.is_empty() => {
            malformed("The parameters of a POST are in its body, not in its address.")
        }
        "GET" if is_form => Ok(()),
        "POST" => Ok(()),
        other => {
            let message = format!("The method {other} is not one of this service's.");
            Err(ApiError::new("InvalidAction", message).with_status(405))
        }
    }?;
    if service.is_some() && request.path != "/" {
        let message = format!("The path {} is not one of this service's; calls go to /.", request.path);
        return Err(ApiError::new("InvalidAction", message).with_status(404));
    }
    Ok(())
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}
