//! Elastic IP addresses.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::id::{AddressAssociationId, AllocationId, NetworkInterfaceId};

/// An Elastic IP address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Address {
    /// its allocation
    pub id: AllocationId,
    /// the address
    pub public: Ipv4Addr,
    /// what it stands for
    pub association: Option<AddressAssociation>,
    /// its tags
    pub tags: Tags,
}

/// The private address that an Elastic IP address stands for (EIP-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressAssociation {
    /// the association's id
    pub id: AddressAssociationId,
    /// the interface
    pub interface: NetworkInterfaceId,
    /// its private address
    pub private: Ipv4Addr,
}
