//! What the network remembers between packets.

use std::collections::BTreeMap;

use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::outcome::Origin;
use ringwall_model::session::{Session, SessionKey};
use ringwall_model::world::World;

use super::edge::nat_gateway::{Connection, Mapping};
use super::fragment::{FragmentKey, FragmentRecord};

/// The tracked sessions of every interface, the first fragments of packets that are still coming in, and what NAT gateways
/// have lent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// tracked sessions
    pub sessions: BTreeMap<(NetworkInterfaceId, SessionKey), Session>,
    /// first fragments
    pub fragments: BTreeMap<FragmentKey, FragmentRecord>,
    /// what NAT gateways have lent
    pub nat: BTreeMap<(NatGatewayId, Connection), Mapping>,
    /// how many packets an interface has sent to link-local services, and in which second
    pub link_local: BTreeMap<NetworkInterfaceId, (u32, u32)>,
}

impl Memory {
    /// A link that goes down takes with it what was remembered of its interface, also if it is up again before a packet
    /// comes.
    pub fn forget_links_down(&mut self, world: &World) {
        let is_up = |id: &NetworkInterfaceId| world.interfaces.get(id).is_some_and(|interface| interface.up);
        self.sessions.retain(|(id, _), _| is_up(id));
        self.fragments.retain(|key, _| match key.origin {
            Origin::Interface(id) => is_up(&id),
            Origin::Internet | Origin::Services(_) => true,
        });
        self.link_local.retain(|id, _| is_up(id));
    }
}
