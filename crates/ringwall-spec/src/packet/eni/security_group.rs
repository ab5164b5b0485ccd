//! Security groups: one union of allow rules at each interface, stateful.
//!
//! A packet goes on if it belongs to a session that was admitted before, or if one rule of one group admits it (SG-2,
//! SG-11). Order means nothing; where several rules admit, the one with the lowest group and rule id is named. A flow that
//! both directions admit for everybody is not tracked (SG-12): each of its packets is judged by the rules of the moment.
//!
//! A TCP segment that does not open a connection begins no session, even where a rule would admit one: so a flow that was
//! untracked is cut at once when its rule is narrowed (SG-14), and a revoked one cannot come back by its middle.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ringwall_model::id::{NetworkInterfaceId, SecurityGroupId};
use ringwall_model::outcome::{GroupFinding, GroupRule};
use ringwall_model::session::{Direction, Session};
use ringwall_model::world::{Interface, Peer, SecurityGroupRule, Traffic, World};
use ringwall_net::{PortRange, Prefix, Protocol};

use super::session;
use crate::packet::Memory;
use crate::packet::flow::{Flow, FlowTransport};

/// A packet at the gate of an interface's groups.
pub struct Asked<'a> {
    /// the interface
    pub id: NetworkInterfaceId,
    /// its state
    pub interface: &'a Interface,
    /// which way the packet goes
    pub direction: Direction,
    /// the packet
    pub flow: &'a Flow,
    /// the groups of the interface at the other end, where its identity is known
    pub peer_groups: Option<&'a BTreeSet<SecurityGroupId>>,
    /// whether the path is one on which everything is tracked (SG-17)
    pub always_tracked: bool,
}

/// What the groups say.
pub fn judge(world: &World, memory: &Memory, asked: &Asked) -> GroupFinding {
    let session = session_of(memory, asked);
    if session.is_some_and(|session| session::holds(session, asked.flow)) {
        return GroupFinding::Session;
    }
    if is_related(memory, asked) {
        return GroupFinding::Related;
    }
    if let Some(rule) = untracked(world, asked) {
        return GroupFinding::Untracked(rule);
    }
    let Some(rule) = admitting(world, asked) else { return GroupFinding::NoRule };
    if asked.flow.protocol == Protocol::TCP && !asked.flow.opens_connection() {
        return GroupFinding::NoConnection(rule);
    }
    let begins_session = session.is_none() && asked.flow.session_key(asked.direction).is_some_and(|_| begins(asked));
    let limit = asked.interface.session_limit as usize;
    if begins_session && session::count(memory, asked.id) >= limit {
        return GroupFinding::TableFull(rule);
    }
    GroupFinding::Rule(rule)
}

/// Writes down what follows from a packet that the groups let through.
pub fn remember(memory: &mut Memory, asked: &Asked, finding: GroupFinding, now: u32) {
    let Some(key) = asked.flow.session_key(asked.direction) else { return };
    let slot = (asked.id, key);
    match finding {
        GroupFinding::Session => {
            let session = memory.sessions[&slot];
            memory.sessions.insert(slot, session::advance(&session, asked.flow, asked.direction, now));
        }
        GroupFinding::Rule(_) if begins(asked) => {
            memory.sessions.insert(slot, session::begin(asked.flow, asked.direction, now));
        }
        GroupFinding::Untracked(_) => {
            memory.sessions.remove(&slot);
        }
        _ => {}
    }
}

/// The live session that the packet's addresses and ports name.
pub fn session_of<'m>(memory: &'m Memory, asked: &Asked) -> Option<&'m Session> {
    let key = asked.flow.session_key(asked.direction)?;
    session::find(memory, asked.id, &key)
}

/// The live session that an ICMP error reports about.
pub fn reported_session<'m>(memory: &'m Memory, asked: &Asked) -> Option<&'m Session> {
    let reported = asked.flow.reported()?;
    let key = reported.session_key(asked.direction.reverse())?;
    session::find(memory, asked.id, &key)
}

fn is_related(memory: &Memory, asked: &Asked) -> bool {
    reported_session(memory, asked).is_some()
}

/// Whether the packet may begin a session: an answer to a query that nobody asked does not.
fn begins(asked: &Asked) -> bool {
    use ringwall_net::icmp::{Role, role};
    match asked.flow.transport {
        FlowTransport::Icmp { kind, .. } => matches!(role(asked.flow.family(), kind), Role::Query { .. }),
        _ => true,
    }
}

/// The first rule that admits the packet as the start of a new flow.
fn admitting(world: &World, asked: &Asked) -> Option<GroupRule> {
    first_rule(world, asked.interface, asked.direction, |rule| {
        selects(rule.traffic, asked.flow)
            && names(world, rule.peer, asked.flow.remote(asked.direction), asked.peer_groups)
    })
}

/// The rule by which the packet passes without being tracked (SG-12, SG-13): its own direction admits it for everybody, and
/// so does the other one for whatever answers; or it is itself the answer to such a flow.
fn untracked(world: &World, asked: &Asked) -> Option<GroupRule> {
    let flow = asked.flow;
    let FlowTransport::Ports { source, destination, flags } = flow.transport else { return None };
    if asked.always_tracked {
        return None;
    }
    let everybody = Peer::Prefix(Prefix::all(flow.family()));
    let open = |direction: Direction, port: u16| {
        let toward = FlowTransport::Ports { source: 0, destination: port, flags };
        let probe = Flow { transport: toward, ..flow.clone() };
        first_rule(world, asked.interface, direction, |rule| rule.peer == everybody && selects(rule.traffic, &probe))
    };
    let open_for_all_ports = |direction: Direction| {
        first_rule(world, asked.interface, direction, |rule| {
            rule.peer == everybody && selects_every_port(rule.traffic, flow.protocol)
        })
        .is_some()
    };
    let rule = open(asked.direction, destination)?;
    let other = asked.direction.reverse();
    let begins_untracked = open_for_all_ports(other);
    let answers_untracked =
        !flow.opens_connection() && open_for_all_ports(asked.direction) && open(other, source).is_some();
    (begins_untracked || answers_untracked).then_some(rule)
}

fn first_rule(
    world: &World,
    interface: &Interface,
    direction: Direction,
    admits: impl Fn(&SecurityGroupRule) -> bool,
) -> Option<GroupRule> {
    let groups = interface.groups.iter().filter_map(|id| Some((*id, world.security_groups.get(id)?)));
    let rules = groups.flat_map(|(group, content)| {
        let rules = match direction {
            Direction::In => &content.ingress,
            Direction::Out => &content.egress,
        };
        rules.iter().map(move |rule| (GroupRule { group, rule: rule.id }, rule))
    });
    rules.filter(|(_, rule)| admits(rule)).map(|(name, _)| name).min()
}

/// Whether the peer of a rule is at the address. A group means the private addresses of its interfaces, and only while the
/// identity of the other end is known: not behind a gateway, not behind a middlebox (SG-27, SG-33).
fn names(world: &World, peer: Peer, address: IpAddr, peer_groups: Option<&BTreeSet<SecurityGroupId>>) -> bool {
    match peer {
        Peer::Prefix(prefix) => prefix.contains(address),
        Peer::PrefixList(list) => world
            .prefix_lists
            .get(&list)
            .is_some_and(|list| list.prefixes.iter().any(|prefix| prefix.contains(address))),
        Peer::Group(group) => peer_groups.is_some_and(|groups| groups.contains(&group)),
    }
}

/// Whether protocol and ports of a rule select the packet.
pub fn selects(traffic: Traffic, flow: &Flow) -> bool {
    match traffic {
        Traffic::All => true,
        Traffic::Protocol(protocol) => flow.protocol == protocol,
        Traffic::Ports { protocol, ports } => match flow.transport {
            FlowTransport::Ports { destination, .. } => flow.protocol == protocol && ports.contains(destination),
            _ => false,
        },
        Traffic::Icmp { family, kind, code } => match flow.transport {
            FlowTransport::Icmp { kind: actual, code: actual_code, .. } => {
                flow.family() == family && actual == kind && code.is_none_or(|code| code == actual_code)
            }
            _ => false,
        },
    }
}

fn selects_every_port(traffic: Traffic, wanted: Protocol) -> bool {
    match traffic {
        Traffic::All => true,
        Traffic::Protocol(protocol) => protocol == wanted,
        Traffic::Ports { protocol, ports } => protocol == wanted && ports == PortRange::ALL,
        Traffic::Icmp { .. } => false,
    }
}
