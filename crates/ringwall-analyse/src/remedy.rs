//! The fewest changes that would open a way, each of them tried on a copy of the world before it is proposed.

use std::net::IpAddr;
use std::sync::Arc;

use ringwall_model::gate::Reason;
use ringwall_model::id::{
    NetworkAclId, NetworkInterfaceId, ResourceId, RouteTableId, SecurityGroupId, SecurityGroupRuleId,
};
use ringwall_model::outcome::{Origin, RouteFinding};
use ringwall_model::session::Direction;
use ringwall_model::world::{
    AclEntry, Interface, Peer, Route, RouteDestination, RouteTarget, SecurityGroupRule, Traffic, World,
};
use ringwall_net::frame::{Content, Frame, Packet, Transport};
use ringwall_net::{Family, PortRange, Prefix};
use ringwall_spec::packet::Trace;
use serde::Serialize;

use crate::explain::first_refusal;
use crate::question::Question;

/// Changes that together open the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// the changes, as commands of the AWS CLI
    pub commands: Vec<String>,
}

/// More layers than this are not in any packet's way and back.
const MOST_CHANGES: usize = 12;

/// Looks for the changes: the first layer that stops the packet or its answer is opened as narrowly as it can be, then the
/// next, until both get through. None if a layer cannot be opened by a rule.
pub fn remedy(world: &World, question: &Question) -> Option<Remedy> {
    let mut world = world.clone();
    let mut commands = Vec::new();
    while commands.len() < MOST_CHANGES {
        let opening = question.opening(&world).ok()?;
        let Some((trace, frame, origin)) = first_refusal(&world, &opening) else { return Some(Remedy { commands }) };
        let change = propose(&world, &trace, &frame, origin)?;
        commands.push(change.command());
        world.revision += 1;
        change.apply(&mut world);
    }
    None
}

enum Change {
    Rule { group: SecurityGroupId, direction: Direction, traffic: Traffic, peer: Peer },
    Entry { acl: NetworkAclId, direction: Direction, number: u16, traffic: Traffic, prefix: Prefix },
    Route { table: RouteTableId, destination: Prefix, target: RouteTarget },
    SourceDestCheck { interface: NetworkInterfaceId },
}

fn propose(world: &World, trace: &Trace, frame: &Frame, origin: Origin) -> Option<Change> {
    let reason = trace.outcome.verdict.reason()?;
    let Content::Ip(packet) = &frame.content else { return None };
    let traffic = narrow(packet);
    let sender = match origin {
        Origin::Interface(id) => Some((id, &world.interfaces[&id])),
        Origin::Internet => None,
    };
    match reason {
        Reason::SecurityGroupOut => {
            let (_, interface) = sender?;
            let peer = peer_at(world, interface, packet.destination);
            rule(interface, Direction::Out, traffic, peer)
        }
        Reason::SecurityGroupIn => {
            let (_, receiver) = receiver(world, sender.map(|(_, interface)| interface), packet)?;
            let peer = match sender {
                Some((_, interface)) if interface.vpc == receiver.vpc => peer_of(interface, packet.source),
                _ => Peer::Prefix(Prefix::host(seen_outside(sender.map(|(_, interface)| interface), packet.source))),
            };
            rule(receiver, Direction::In, traffic, peer)
        }
        Reason::NetworkAclOut => {
            let finding = trace.findings.acl_out?;
            entry(world, finding.acl, Direction::Out, finding.entry, traffic, packet.destination)
        }
        Reason::NetworkAclIn => {
            let finding = trace.findings.acl_in?;
            entry(world, finding.acl, Direction::In, finding.entry, traffic, packet.source)
        }
        Reason::NoRoute => {
            let (_, interface) = sender?;
            let Some(RouteFinding::None { table }) = trace.findings.route else { return None };
            let gateway = world.vpcs.get(&interface.vpc)?.internet_gateway?;
            let destination = Prefix::all(Family::of(packet.destination));
            Some(Change::Route { table, destination, target: RouteTarget::InternetGateway(gateway) })
        }
        Reason::SourceNotOfInterface => Some(Change::SourceDestCheck { interface: sender?.0 }),
        Reason::DestinationNotOfInterface => match trace.findings.route? {
            RouteFinding::Route { target: RouteTarget::NetworkInterface(interface), .. } => {
                Some(Change::SourceDestCheck { interface })
            }
            _ => None,
        },
        _ => None,
    }
}

fn rule(interface: &Interface, direction: Direction, traffic: Traffic, peer: Peer) -> Option<Change> {
    let group = *interface.groups.first()?;
    Some(Change::Rule { group, direction, traffic, peer })
}

/// What rules must name to admit this packet and as little else as possible.
fn narrow(packet: &Packet) -> Traffic {
    match packet.transport {
        Transport::Tcp { destination, .. } | Transport::Udp { destination, .. } => {
            Traffic::Ports { protocol: packet.protocol, ports: PortRange::single(destination) }
        }
        Transport::Icmp { kind, .. } => Traffic::Icmp { family: packet.family(), kind, code: None },
        Transport::Other | Transport::Missing => Traffic::Protocol(packet.protocol),
    }
}

/// How a rule names whoever is at an address, seen from an interface: by group in its own VPC, by address elsewhere.
fn peer_at(world: &World, from: &Interface, address: IpAddr) -> Peer {
    let other = world.interfaces.values().find(|other| other.vpc == from.vpc && other.owns(address));
    other.map_or(Peer::Prefix(Prefix::host(address)), |other| peer_of(other, address))
}

fn peer_of(interface: &Interface, address: IpAddr) -> Peer {
    match interface.groups.first() {
        Some(group) if interface.owns(address) => Peer::Group(*group),
        _ => Peer::Prefix(Prefix::host(address)),
    }
}

/// The address by which an interface's packet is seen outside its VPC.
fn seen_outside(sender: Option<&Interface>, address: IpAddr) -> IpAddr {
    let own = sender.and_then(|interface| interface.ipv4.iter().find(|own| IpAddr::V4(own.address) == address));
    own.and_then(|own| own.public).map_or(address, IpAddr::V4)
}

fn receiver<'w>(
    world: &'w World,
    sender: Option<&Interface>,
    packet: &Packet,
) -> Option<(NetworkInterfaceId, &'w Interface)> {
    let all = world.interfaces.iter().map(|(id, interface)| (*id, interface));
    let inside = |interface: &Interface| {
        sender.is_some_and(|sender| sender.vpc == interface.vpc) && interface.owns(packet.destination)
    };
    let outside = |interface: &Interface| {
        interface.ipv4.iter().any(|own| own.public.map(IpAddr::V4) == Some(packet.destination))
            || (packet.destination.is_ipv6() && interface.owns(packet.destination))
    };
    all.clone()
        .find(|(_, interface)| inside(interface))
        .or_else(|| all.clone().find(|(_, interface)| outside(interface)))
}

/// An entry in front of the one that denies, or behind all others. Answers need their whole range of ports: the next
/// connection uses another one (NACL-18).
fn entry(
    world: &World,
    acl: NetworkAclId,
    direction: Direction,
    denying: Option<u16>,
    traffic: Traffic,
    remote: IpAddr,
) -> Option<Change> {
    let content = world.network_acls.get(&acl)?;
    let entries = match direction {
        Direction::In => &content.ingress,
        Direction::Out => &content.egress,
    };
    let used = |number: u16| entries.iter().any(|entry| entry.number == number);
    let last = entries.iter().map(|entry| entry.number).max().unwrap_or(0);
    let number = match denying {
        Some(denying) => (1..denying).rev().find(|number| !used(*number))?,
        None => (last + 1..=32766).next()?,
    };
    let traffic = match traffic {
        Traffic::Ports { protocol, ports } if ports.first() >= 1024 && ports.first() == 40_000 => {
            Traffic::Ports { protocol, ports: PortRange::new(1024, 65535)? }
        }
        traffic => traffic,
    };
    Some(Change::Entry { acl, direction, number, traffic, prefix: Prefix::host(remote) })
}

impl Change {
    fn apply(&self, world: &mut World) {
        let changed = world.revision;
        match *self {
            Change::Rule { group, direction, traffic, peer } => {
                let Some(content) = world.security_groups.get_mut(&group) else { return };
                let content = Arc::make_mut(content);
                content.changed = changed;
                let rule = SecurityGroupRule { id: SecurityGroupRuleId::from_random(u128::MAX), peer, traffic };
                match direction {
                    Direction::In => content.ingress.push(rule),
                    Direction::Out => content.egress.push(rule),
                }
            }
            Change::Entry { acl, direction, number, traffic, prefix } => {
                let Some(content) = world.network_acls.get_mut(&acl) else { return };
                let content = Arc::make_mut(content);
                content.changed = changed;
                let entry = AclEntry { number, allow: true, prefix, traffic };
                match direction {
                    Direction::In => content.ingress.push(entry),
                    Direction::Out => content.egress.push(entry),
                }
            }
            Change::Route { table, destination, target } => {
                let Some(content) = world.route_tables.get_mut(&table) else { return };
                let content = Arc::make_mut(content);
                content.changed = changed;
                content.routes.push(Route { destination: RouteDestination::Prefix(destination), target });
            }
            Change::SourceDestCheck { interface } => {
                if let Some(interface) = world.interfaces.get_mut(&interface) {
                    interface.source_dest_check = false;
                }
            }
        }
    }

    fn command(&self) -> String {
        match *self {
            Change::Rule { group, direction, traffic, peer } => {
                let verb = match direction {
                    Direction::In => "authorize-security-group-ingress",
                    Direction::Out => "authorize-security-group-egress",
                };
                format!("aws ec2 {verb} --group-id {group} --ip-permissions '{}'", permission(traffic, peer))
            }
            Change::Entry { acl, direction, number, traffic, prefix } => {
                let way = if direction == Direction::In { "--ingress" } else { "--egress" };
                let block = if prefix.family() == Family::V4 { "--cidr-block" } else { "--ipv6-cidr-block" };
                format!(
                    "aws ec2 create-network-acl-entry --network-acl-id {acl} {way} --rule-number {number} --rule-action allow {} {block} {prefix}",
                    entry_traffic(traffic)
                )
            }
            Change::Route { table, destination, target } => {
                let block = match destination.family() {
                    Family::V4 => "--destination-cidr-block",
                    Family::V6 => "--destination-ipv6-cidr-block",
                };
                let gateway = crate::words::target_words(target);
                format!("aws ec2 create-route --route-table-id {table} {block} {destination} --gateway-id {gateway}")
            }
            Change::SourceDestCheck { interface } => format!(
                "aws ec2 modify-network-interface-attribute --network-interface-id {interface} --no-source-dest-check"
            ),
        }
    }
}

/// A permission as the AWS CLI takes it in JSON.
fn permission(traffic: Traffic, peer: Peer) -> String {
    let (protocol, ports) = match traffic {
        Traffic::All => ("-1".to_owned(), String::new()),
        Traffic::Protocol(protocol) if protocol.is_icmp() => {
            (protocol.to_string(), r#","FromPort":-1,"ToPort":-1"#.to_owned())
        }
        Traffic::Protocol(protocol) => (protocol.to_string(), String::new()),
        Traffic::Ports { protocol, ports } => {
            (protocol.to_string(), format!(r#","FromPort":{},"ToPort":{}"#, ports.first(), ports.last()))
        }
        Traffic::Icmp { family, kind, code } => {
            let code = code.map_or(-1, i32::from);
            (ringwall_net::icmp::protocol(family).to_string(), format!(r#","FromPort":{kind},"ToPort":{code}"#))
        }
    };
    let source = match peer {
        Peer::Prefix(prefix) if prefix.family() == Family::V4 => format!(r#""IpRanges":[{{"CidrIp":"{prefix}"}}]"#),
        Peer::Prefix(prefix) => format!(r#""Ipv6Ranges":[{{"CidrIpv6":"{prefix}"}}]"#),
        Peer::PrefixList(list) => format!(r#""PrefixListIds":[{{"PrefixListId":"{list}"}}]"#),
        Peer::Group(group) => format!(r#""UserIdGroupPairs":[{{"GroupId":"{group}"}}]"#),
    };
    format!(r#"[{{"IpProtocol":"{protocol}"{ports},{source}}}]"#)
}

fn entry_traffic(traffic: Traffic) -> String {
    match traffic {
        Traffic::All => "--protocol -1".to_owned(),
        Traffic::Protocol(protocol) if protocol.is_icmp() => {
            format!("--protocol {} --icmp-type-code Type=-1,Code=-1", protocol.0)
        }
        Traffic::Protocol(protocol) => format!("--protocol {}", protocol.0),
        Traffic::Ports { protocol, ports } => {
            format!("--protocol {} --port-range From={},To={}", protocol.0, ports.first(), ports.last())
        }
        Traffic::Icmp { family, kind, code } => {
            let protocol = ringwall_net::icmp::protocol(family).0;
            format!("--protocol {protocol} --icmp-type-code Type={kind},Code={}", code.map_or(-1, i32::from))
        }
    }
}
