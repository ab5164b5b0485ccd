//! A request's journey, from its head to where it goes.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use ringwall_policy::{Keys, Request as Judged, denial};
use ringwall_s3::{Asked, Body, RequestContext, arn};
use ringwall_wire::Timestamp;
use tokio::sync::OwnedSemaphorePermit;

use crate::ask::{Ask, Place, ask};
use crate::context::{Context, Ways};
use crate::forward::Forward;
use crate::head::{ambiguity, strip};
use crate::proof::{Proof, prove};
use crate::refusal::{Refusal, protocol};

/// The largest body that is held: as large as DynamoDB takes one.
const MOST_HELD: usize = 16 << 20;

/// How long a body that is held may take to come: it takes room from others.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a connection's requests have in common.
pub(crate) struct Front {
    pub(crate) context: Arc<Context>,
    pub(crate) ways: Arc<Ways>,
    pub(crate) forward: Forward,
}

impl Front {
    /// Answers a request, or has it answered.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let protocol = protocol(&self.context.service, &head);
        match self.pass(head, body).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(protocol, request_id()),
        }
    }

    async fn pass(&self, mut head: Parts, body: Incoming) -> Result<Response<Body>, Refusal> {
        if let Some(reason) = ambiguity(&head) {
            return Err(Refusal::Ambiguous(reason));
        }
        origin_form(&mut head);
        let Context { service, origin, .. } = &*self.context;
        let upstream = self.ways.upstreams.get(service);
        if service == "s3" {
            if let (None, Some(s3)) = (upstream, &self.ways.s3) {
                strip(&mut head.headers);
                let context =
                    RequestContext { origin: origin.clone(), endpoint_policy: Some(self.context.policy.get()) };
                return Ok(s3.handle(Request::from_parts(head, Body::from(body)), context).await);
            }
            let upstream = upstream.ok_or_else(|| Refusal::Nowhere(service.clone()))?;
            let proof = prove(self.ways.identities.as_ref(), service, &head, None, now())?;
            self.judge_s3(&head, &proof)?;
            return self.forward.send(upstream, head, Body::from(body)).await;
        }
        let upstream = upstream.ok_or_else(|| Refusal::Nowhere(service.clone()))?;
        let (held, room) = self.hold(body).await?;
        let proof = prove(self.ways.identities.as_ref(), service, &head, Some(&held), now())?;
        let place = Place { region: &proof.region, account: &self.ways.account };
        self.judge(&ask(service, &head, &held, place), &proof, self.keys(&head, &proof))?;
        let answered = self.forward.send(upstream, head, Body::from(held)).await;
        drop(room);
        answered
    }

    /// Reads a body whole, while there is room for it.
    async fn hold(&self, body: Incoming) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
        let stated = body.size_hint().upper();
        if stated.is_some_and(|length| length > MOST_HELD as u64) {
            return Err(Refusal::TooLarge);
        }
        let most = stated.map_or(MOST_HELD, |length| usize::try_from(length).unwrap_or(MOST_HELD));
        let wanted = u32::try_from(most.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        // While all room is taken the sender waits, and others behind it.
        let room = self.ways.room.clone().acquire_many_owned(wanted).await.ok();
        let read = tokio::time::timeout(PATIENCE, collect(body)).await;
        Ok((read.map_err(|_| Refusal::Broken)??, room))
    }

    fn keys(&self, head: &Parts, proof: &Proof) -> Keys {
        let mut keys = self.context.origin.keys(&proof.caller, now()).with("aws:RequestedRegion", &proof.region);
        for (header, key) in [("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")] {
            if let Some(value) = head.headers.get(header).and_then(|value| value.to_str().ok()) {
                keys.add(key, value);
            }
        }
        keys
    }

    fn judge(&self, ask: &Ask, proof: &Proof, keys: Keys) -> Result<(), Refusal> {
        let policy = self.context.policy.get();
        if policy.permits_everything() {
            return Ok(());
        }
        // An action that is not known is none that a policy could name.
        let action = ask.action.as_deref().unwrap_or("?:?");
        for resource in &ask.resources {
            let request = Judged { caller: &proof.caller, action, resource, keys: &keys };
            let mut judgement = policy.judge(&request);
            if ask.action.is_none() {
                judgement = ringwall_policy::Judgement::Silent;
            }
            if let Some(text) = denial(&request, judgement, "a VPC endpoint policy") {
                return Err(Refusal::Denied(text));
            }
        }
        Ok(())
    }

    /// The same for S3 that is not the embedded one, by the head alone: what is not known, and what is only told in the body, is
    /// permitted where everything is.
    fn judge_s3(&self, head: &Parts, proof: &Proof) -> Result<(), Refusal> {
        let query = head.uri.query().unwrap_or_default();
        let asked = Asked::read(head.method.as_str(), head.uri.path(), query, &head.headers);
        let mut keys = self.keys(head, proof);
        let Some(asked) = asked.ok().filter(|asked| asked.operation.name != "DeleteObjects") else {
            return self.judge(&Ask::unknown(), proof, keys);
        };
        keys.add("aws:ResourceAccount", &self.ways.account);
        keys.add("s3:ResourceAccount", &self.ways.account);
        asked.add_keys(&head.headers, &mut keys);
        let own = Ask { action: Some(asked.operation.action.to_owned()), resources: vec![asked.resource()] };
        self.judge(&own, proof, keys.clone())?;
        match &asked.source {
            None => Ok(()),
            Some((bucket, key)) => {
                let source = Ask { action: Some("s3:GetObject".to_owned()), resources: vec![arn(bucket, key)] };
                self.judge(&source, proof, keys)
            }
        }
    }
}

async fn collect(mut body: Incoming) -> Result<Bytes, Refusal> {
    let mut held = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::Broken)?.into_data() else { continue };
        if held.len() + data.len() > MOST_HELD {
            return Err(Refusal::TooLarge);
        }
        held.extend_from_slice(&data);
    }
    Ok(held.freeze())
}

/// An address with a host in it, which is the one of the `Host` header, becomes a path.
fn origin_form(head: &mut Parts) {
    if head.uri.authority().is_some() {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = path.parse().unwrap_or_default();
    }
}

/// The time of the clock on the wall.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn request_id() -> String {
    ringwall_s3::random_name()
}
