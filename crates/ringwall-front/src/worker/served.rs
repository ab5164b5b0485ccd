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

#[cfg(test)]
mod tests {
    use ringwall_model::endpoints::GatewayClients;
    use ringwall_model::id::{NetworkInterfaceId, VpcId};

    use super::*;

    const DENY: &str = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#;

    fn vpc() -> VpcId {
        "vpc-00000000000000001".parse().unwrap()
    }

    fn interface() -> NetworkInterfaceId {
        "eni-00000000000000001".parse().unwrap()
    }

    fn endpoint(number: u8) -> VpcEndpointId {
        format!("vpce-0000000000000000{number}").parse().unwrap()
    }

    /// A gateway endpoint for S3 from one subnet, and an interface endpoint for EC2.
    fn configuration(policy: Option<&str>) -> EndpointsConfiguration {
        let served = |service: &str, is_gateway, policy: Option<&str>| ServedEndpoint {
            vpc: vpc(),
            region: "eu-west-1".to_owned(),
            service: service.to_owned(),
            is_gateway,
            policy: policy.map(str::to_owned),
        };
        let block = "10.0.1.0/24".parse().map(ringwall_model::resource::traffic::Text).unwrap();
        let clients = GatewayClients { block, endpoints: BTreeMap::from([("s3".to_owned(), endpoint(1))]) };
        EndpointsConfiguration {
            revision: 7,
            endpoints: BTreeMap::from([
                (endpoint(1), served("s3", true, policy)),
                (endpoint(2), served("ec2", false, None)),
            ]),
            gateways: BTreeMap::from([(vpc(), vec![clients])]),
            interfaces: BTreeMap::from([(interface(), endpoint(2))]),
        }
    }

    fn context(served: &Served, place: Place, service: &str, source: &str) -> Option<(String, Option<String>)> {
        let kind = SocketKind { service: service.to_owned(), is_secure: true };
        let context = served.context(place, &kind, source.parse().unwrap())?;
        Some((context.service, context.origin.endpoint.map(|passage| passage.endpoint)))
    }

    #[test]
    fn the_place_and_the_address_say_which_endpoint() {
        let mut served = Served::default();
        assert_eq!(context(&served, Place::Vpc(vpc()), "s3", "10.0.1.7"), None, "before anything was told");
        served.become_as(configuration(None));
        let through = |service: &str, number| Some((service.to_owned(), Some(endpoint(number).to_string())));
        assert_eq!(context(&served, Place::Vpc(vpc()), "s3", "10.0.1.7"), through("s3", 1));
        assert_eq!(context(&served, Place::Vpc(vpc()), "s3", "10.0.2.7"), None, "a subnet whose table has no endpoint");
        assert_eq!(context(&served, Place::Vpc(vpc()), "s3", "::1"), None);
        assert_eq!(context(&served, Place::Vpc(vpc()), "dynamodb", "10.0.1.7"), None, "an endpoint is for one service");
        assert_eq!(context(&served, Place::Interface(interface()), "", "10.0.9.9"), through("ec2", 2));
        let other = Place::Interface("eni-00000000000000002".parse().unwrap());
        assert_eq!(context(&served, other, "", "10.0.9.9"), None);
        assert_eq!(context(&served, Place::Internet, "sts", "8.8.8.8"), Some(("sts".to_owned(), None)));
    }

    #[test]
    fn a_policy_changes_under_connections_and_ends_with_its_endpoint() {
        let mut served = Served::default();
        served.become_as(configuration(None));
        let kind = SocketKind { service: "s3".to_owned(), is_secure: false };
        let open = served.context(Place::Vpc(vpc()), &kind, "10.0.1.7".parse().unwrap()).unwrap();
        let permits = || open.policy.get().permits_everything();
        assert!(permits());
        served.become_as(configuration(Some(DENY)));
        assert!(!permits());
        served.become_as(configuration(None));
        assert!(permits());
        served.become_as(configuration(Some("no policy")));
        assert!(!permits(), "one that cannot be read lets nothing through");
        served.become_as(configuration(None));
        served.become_as(EndpointsConfiguration::default());
        assert!(!permits(), "connections of an endpoint that is gone");
    }
}
