//! Security groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::PrefixText;
use crate::id::{PrefixListId, SecurityGroupId, SecurityGroupRuleId, VpcId};
use crate::world::Traffic;

/// A security group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// its id
    pub id: SecurityGroupId,
    /// its VPC
    pub vpc: VpcId,
    /// its name, for life; `default` is the VPC's own (SG-6)
    pub name: String,
    /// its description, for life
    pub description: String,
    /// its rules, one for each source (SG-56)
    pub rules: BTreeMap<SecurityGroupRuleId, RuleRecord>,
    /// other VPCs that it may be used in (SG-81)
    pub associated_vpcs: BTreeSet<VpcId>,
    /// its tags
    pub tags: Tags,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// whether it is for what goes out
    pub is_egress: bool,
    /// protocol and ports
    pub traffic: Traffic,
    /// whom it names at the other end (SG-24)
    pub peer: PeerRecord,
    /// its description
    pub description: Option<String>,
    /// its tags
    pub tags: Tags,
}

/// Whom a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerRecord {
    /// a block
    Cidr(PrefixText),
    /// a prefix list
    PrefixList(PrefixListId),
    /// a group
    Group(SecurityGroupId),
}
