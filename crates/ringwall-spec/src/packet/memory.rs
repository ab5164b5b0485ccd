//! What the network remembers between packets.

use std::collections::BTreeMap;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::Origin;
use ringwall_model::session::{Session, SessionKey};
use ringwall_model::world::World;

use super::fragment::{FragmentKey, FragmentRecord};

/// The tracked sessions of every interface, and the first fragments of packets that are still coming in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// tracked sessions
    pub sessions: BTreeMap<(NetworkInterfaceId, SessionKey), Session>,
    /// first fragments
    pub fragments: BTreeMap<FragmentKey, FragmentRecord>,
}

impl Memory {
    /// A link that goes down takes with it what was remembered of its interface, also if it is up again before a packet
    /// comes.
    pub fn forget_links_down(&mut self, world: &World) {
        let is_up = |id: &NetworkInterfaceId| world.interfaces.get(id).is_some_and(|interface| interface.up);
        self.sessions.retain(|(id, _), _| is_up(id));
        self.fragments.retain(|key, _| match key.origin {
            Origin::Interface(id) => is_up(&id),
            Origin::Internet => true,
        });
    }
}
