//! Network ACLs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::PrefixText;
use crate::id::{NetworkAclId, VpcId};
use crate::world::Traffic;

/// A network ACL. The final deny is not written down (NACL-6).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NetworkAcl {
    /// its id
    pub id: NetworkAclId,
    /// its VPC
    pub vpc: VpcId,
    /// whether it is the default one of its VPC (NACL-7)
    pub is_default: bool,
    /// ingress entries by number
    pub ingress: BTreeMap<u16, AclEntryRecord>,
    /// egress entries by number
    pub egress: BTreeMap<u16, AclEntryRecord>,
    /// its tags
    pub tags: Tags,
}

/// An entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AclEntryRecord {
    /// whether it allows
    pub allow: bool,
    /// source of an ingress entry, destination of an egress entry
    pub block: PrefixText,
    /// protocol and ports
    pub traffic: Traffic,
}
