//! Network ACLs: stateless, at the edge of the subnet.
//!
//! Entries are read in the order of their numbers; the first that selects the packet decides, and what none selects is
//! denied (NACL-4, NACL-6). Nothing is remembered: the answer to an admitted packet needs an entry of its own (NACL-3).

use ringwall_model::id::NetworkAclId;
use ringwall_model::outcome::AclFinding;
use ringwall_model::session::Direction;
use ringwall_model::world::World;

use crate::packet::eni::security_group::selects;
use crate::packet::flow::Flow;

/// What the ACL says of a packet that crosses the edge in the direction.
pub fn judge(world: &World, acl: NetworkAclId, direction: Direction, flow: &Flow) -> AclFinding {
    let entries = world.network_acls.get(&acl).map(|content| match direction {
        Direction::In => &content.ingress,
        Direction::Out => &content.egress,
    });
    let deciding = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.prefix.contains(flow.remote(direction)) && selects(entry.traffic, flow))
        .min_by_key(|entry| entry.number);
    AclFinding { acl, entry: deciding.map(|entry| entry.number), allows: deciding.is_some_and(|entry| entry.allow) }
}
