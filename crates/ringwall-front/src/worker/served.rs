//! Which endpoint a connection came through.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ringwall_endpoint::{Context, CurrentPolicy};
use ringwall_model::endpoints::{EndpointsConfiguration, ServedEndpoint};
use ringwall_model::id::VpcEndpointId;
use ringwall_policy::{FULL_ACCESS, Kind, Origin, Passage, Policy};

use crate::message::Place;
use crate::sockets::SocketKind;

/// The policy of an endpoint that is gone: connections through it may still be open.
const NOTHING: &str = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The Region of requests that come through no endpoint, for certificates of clients that name nobody.
const NO_REGION: &str = "us-east-1";

/// The endpoints, with their policies as they are now.
#[derive(Default)]
pub(crate) struct Served {
    configuration: EndpointsConfiguration,
    policies: BTreeMap<VpcEndpointId, Arc<CurrentPolicy>>,
}

impl Served {
    /// The revision that is served.
    pub fn revision(&self) -> u64 {
        self.configuration.revision
    }

    /// Has other endpoints. The next request on every connection is judged by their policies.
    pub fn become_as(&mut self, wanted: EndpointsConfiguration) {
        let last = std::mem::replace(&mut self.configuration, wanted);
        self.policies.retain(|id, policy| {
            let is_there = self.configuration.endpoints.contains_key(id);
            if !is_there {
                policy.set(parse(NOTHING, true));
            }
            is_there
        });
        for (id, endpoint) in &self.configuration.endpoints {
            if last.endpoints.get(id).is_some_and(|last| last.policy == endpoint.policy) {
                continue;
            }
            let policy = parse(endpoint.policy.as_deref().unwrap_or(FULL_ACCESS), endpoint.is_gateway);
            match self.policies.get(id) {
                Some(current) => current.set(policy),
                None => drop(self.policies.insert(*id, Arc::new(CurrentPolicy::new(policy)))),
            }
        }
    }

    /// What is known of a connection that came to a place from an address; none if no endpoint leads from there to the service.
    pub fn context(&self, place: Place, kind: &SocketKind, source: IpAddr) -> Option<Context> {
        let endpoint = match place {
            Place::Vpc(vpc) => {
                let IpAddr::V4(address) = source else { return None };
                let clients =
                    self.configuration.gateways.get(&vpc)?.iter().find(|own| own.block.0.contains(address))?;
                Some(*clients.endpoints.get(&kind.service)?)
            }
            Place::Interface(interface) => Some(*self.configuration.interfaces.get(&interface)?),
            Place::Internet | Place::Host => None,
        };
        let Some(id) = endpoint else {
            return Some(Context {
                origin: Origin { source, endpoint: None, is_secure: kind.is_secure },
                service: kind.service.clone(),
                region: NO_REGION.to_owned(),
                policy: Arc::new(CurrentPolicy::new(Policy::full_access())),
            });
        };
        let ServedEndpoint { vpc, region, service, .. } = self.configuration.endpoints.get(&id)?;
        let passage = Passage { endpoint: id.to_string(), vpc: vpc.to_string() };
        Some(Context {
            origin: Origin { source, endpoint: Some(passage), is_secure: kind.is_secure },
            service: service.clone(),
            region: region.clone(),
            policy: self.policies.get(&id)?.clone(),
        })
    }
}

/// A policy of an endpoint. The API has read it before; one that cannot be read lets nothing through.
fn parse(text: &str, is_gateway: bool) -> Policy {
    let kind = if is_gateway { Kind::GatewayEndpoint } else { Kind::Endpoint };
    let nothing = || Policy::parse(NOTHING, Kind::GatewayEndpoint).expect("a policy of our own");
    Policy::parse(text, kind).unwrap_or_else(|_| nothing())
}
