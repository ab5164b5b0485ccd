//! What the network remembers between packets.

use std::collections::BTreeMap;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::session::{Session, SessionKey};

use super::fragment::{FragmentKey, FragmentRecord};

/// The tracked sessions of every interface, and the first fragments of packets that are still coming in.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// tracked sessions
    pub sessions: BTreeMap<(NetworkInterfaceId, SessionKey), Session>,
    /// first fragments
    pub fragments: BTreeMap<FragmentKey, FragmentRecord>,
}
