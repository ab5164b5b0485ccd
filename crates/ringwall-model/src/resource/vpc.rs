//! Virtual private clouds.

use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::{Ipv4Text, Ipv6Text};
use crate::id::{VpcCidrAssociationId, VpcId};

/// A VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vpc {
    /// its id
    pub id: VpcId,
    /// its IPv4 blocks, the primary one first (VPC-13)
    pub ipv4: Vec<Ipv4Association>,
    /// its IPv6 blocks
    pub ipv6: Vec<Ipv6Association>,
    /// whether it is the default VPC of its Region (VPC-24)
    pub is_default: bool,
    /// whether names resolve inside (VPC-23)
    pub enable_dns_support: bool,
    /// whether instances with public addresses get public names (DNS-6)
    pub enable_dns_hostnames: bool,
    /// its tags
    pub tags: Tags,
}

/// An IPv4 block of a VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ipv4Association {
    /// the association's id
    pub id: VpcCidrAssociationId,
    /// the block
    pub block: Ipv4Text,
}

/// An IPv6 block of a VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ipv6Association {
    /// the association's id
    pub id: VpcCidrAssociationId,
    /// the block
    pub block: Ipv6Text,
}
