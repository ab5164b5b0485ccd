//! A Region on first use.

use serde::{Deserialize, Serialize};

use crate::id::DhcpOptionsId;

/// What a Region is given when it is first used: its default VPC is made then, and not again once it was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegionRecord {
    /// its name
    pub id: String,
    /// the DHCP options that its VPCs use (VPC-15)
    pub dhcp_options: DhcpOptionsId,
}
