//! What a connection brings along, and where requests go.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ringwall_policy::{Origin, Policy};
use ringwall_s3::{Identities, Server};
use tokio::sync::Semaphore;

use crate::authority::Authority;

/// What is known of a connection before its first byte.
#[derive(Clone, Debug)]
pub struct Context {
    /// where it comes from; `is_secure` says whether TLS is spoken on it
    pub origin: Origin,
    /// the service that the endpoint is for, as signatures name it: `s3`, `dynamodb`, `ec2`
    pub service: String,
    /// the Region of the endpoint
    pub region: String,
    /// the endpoint's policy
    pub policy: Arc<CurrentPolicy>,
}

/// A policy that may become another one: the next request is judged by it, also on a connection that is open.
#[derive(Debug)]
pub struct CurrentPolicy(RwLock<Arc<Policy>>);

impl CurrentPolicy {
    /// Begins with a policy.
    pub fn new(policy: Policy) -> CurrentPolicy {
        CurrentPolicy(RwLock::new(Arc::new(policy)))
    }

    /// The policy as it is now.
    pub fn get(&self) -> Arc<Policy> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes it another one.
    pub fn set(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }
}

/// Where requests go, and whose they may be. One for a process.
pub struct Ways {
    /// who signs certificates
    pub authority: Arc<Authority>,
    /// whose keys there are
    pub identities: Arc<dyn Identities>,
    /// the account that the endpoints are of
    pub account: String,
    /// the embedded S3, unless an upstream stands behind S3
    pub s3: Option<Server>,
    /// what stands behind services, by the service's name
    pub upstreams: BTreeMap<String, Upstream>,
    /// how much of bodies is held at once, in KiB: see [`Ways::room`]
    pub room: Arc<Semaphore>,
    /// after how long without a byte a connection is reset: [`crate::IDLE`]
    pub idle: Duration,
}

/// A server that a service's requests are handed on to, by plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// where it listens
    pub address: SocketAddr,
}

impl Ways {
    /// Room for the bodies that are held until they are judged: 256 MiB for all connections together.
    pub fn room() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(256 << 10))
    }
}
