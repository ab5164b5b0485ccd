//! Prefix lists: those of customers, and those of AWS's services.

use std::collections::BTreeMap;

use ringwall_net::Family;
use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::PrefixText;
use crate::id::PrefixListId;

/// A prefix list (RT-43).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrefixList {
    /// its id
    pub id: PrefixListId,
    /// whether it is the list of a service, which AWS manages and nobody changes (GWE-19)
    #[serde(default)]
    pub is_aws: bool,
    /// its name
    pub name: String,
    /// whether its blocks are IPv6
    pub is_ipv6: bool,
    /// how many blocks it may hold; that many count in the quotas of whoever names it (SG-36)
    pub max_entries: u32,
    /// its current version, from 1
    pub version: u64,
    /// the blocks of every version, with their descriptions
    pub versions: BTreeMap<u64, BTreeMap<PrefixText, Option<String>>>,
    /// what was last done to it
    pub state: PrefixListState,
    /// its tags
    pub tags: Tags,
}

/// What was last done to a prefix list; a change of its name does not count (RT-43).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrefixListState {
    /// it was made
    CreateComplete,
    /// its entries or its size were changed
    ModifyComplete,
    /// the entries of an older version were made the current ones again
    RestoreComplete,
}

impl PrefixListState {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            PrefixListState::CreateComplete => "create-complete",
            PrefixListState::ModifyComplete => "modify-complete",
            PrefixListState::RestoreComplete => "restore-complete",
        }
    }
}

impl PrefixList {
    /// The blocks of the current version.
    pub fn entries(&self) -> impl Iterator<Item = (&PrefixText, &Option<String>)> {
        self.versions.get(&self.version).into_iter().flatten()
    }

    /// The family of its blocks.
    pub fn family(&self) -> Family {
        if self.is_ipv6 { Family::V6 } else { Family::V4 }
    }
}
