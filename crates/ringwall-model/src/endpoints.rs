//! What the worker process of endpoints is to know: which endpoints there are, whom each of them serves, and what may be asked
//! through it. Like [`crate::services`], it lives in that process alone and outlives the control plane.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{NetworkInterfaceId, VpcEndpointId, VpcId};
use crate::resource::traffic::Ipv4Text;

/// Everything that the worker serves, at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointsConfiguration {
    /// the store's revision that it was computed from
    pub revision: u64,
    /// the endpoints
    pub endpoints: BTreeMap<VpcEndpointId, ServedEndpoint>,
    /// each VPC in which services may be asked through gateway endpoints: the subnets that may
    pub gateways: BTreeMap<VpcId, Vec<GatewayClients>>,
    /// the interfaces of interface endpoints, and whose each is
    pub interfaces: BTreeMap<NetworkInterfaceId, VpcEndpointId>,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedEndpoint {
    /// its VPC
    pub vpc: VpcId,
    /// its Region
    pub region: String,
    /// the service's short name, as in `s3` of `com.amazonaws.us-east-1.s3`
    pub service: String,
    /// whether routes lead to it; otherwise it has interfaces
    pub is_gateway: bool,
    /// what may be asked through it; none is everything (GWE-12)
    pub policy: Option<String>,
}

/// A subnet whose route table leads to gateway endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayClients {
    /// the subnet's block: who asks from there is known by its address, which is private (GWE-10)
    pub block: Ipv4Text,
    /// the endpoint for each service (GWE-5)
    pub endpoints: BTreeMap<String, VpcEndpointId>,
}
