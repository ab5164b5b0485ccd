//! Gateways to the internet.

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::id::{EgressOnlyInternetGatewayId, InternetGatewayId, VpcId};

/// An internet gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InternetGateway {
    /// its id
    pub id: InternetGatewayId,
    /// the VPC that it is attached to; one VPC has one gateway (IGW-7)
    pub vpc: Option<VpcId>,
    /// its tags
    pub tags: Tags,
}

/// An egress-only internet gateway (IGW-17).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EgressOnlyInternetGateway {
    /// its id
    pub id: EgressOnlyInternetGatewayId,
    /// its VPC, for life
    pub vpc: VpcId,
    /// its tags
    pub tags: Tags,
}
