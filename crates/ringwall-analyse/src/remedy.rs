//! The fewest changes that would open a way, each of them tried on a copy of the world before it is proposed.

use std::net::IpAddr;
use std::sync::Arc;

use ringwall_model::gate::Reason;
use ringwall_model::id::{
    NatGatewayId, NetworkAclId, NetworkInterfaceId, ResourceId, RouteTableId, SecurityGroupId, SecurityGroupRuleId,
};
use ringwall_model::outcome::RouteFinding;
use ringwall_model::session::Direction;
use ringwall_model::world::{
    AclEntry, Interface, Peer, Route, RouteDestination, RouteTarget, SecurityGroupRule, Traffic, World,
};
use ringwall_net::frame::{Packet, Transport};
use ringwall_net::{Family, PortRange, Prefix};
use ringwall_spec::packet::subnet::route_table;
use serde::Serialize;

use crate::explain::there_and_back;
use crate::question::{Opening, Question};
use crate::walked::{Leg, Walked};

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
        let Some(stopped) = first_stopped(&world, &opening) else { return Some(Remedy { commands }) };
        let change = propose(&world, &stopped)?;
        commands.push(change.command());
        world.revision += 1;
        change.apply(&mut world);
    }
    None
}

/// A packet that was stopped.
struct Stopped {
    walked: Walked,
    reason: Reason,
    is_answer: bool,
}

/// The packet or its answer, whichever is stopped first.
fn first_stopped(world: &World, opening: &Opening) -> Option<Stopped> {
    let (there, back) = there_and_back(world, opening);
    let ways = [Some((there, false)), back.map(|back| (back, true))];
    ways.into_iter().flatten().find_map(|(walked, is_answer)| {
        let reason = walked.trace.outcome.verdict.reason()?;
        Some(Stopped { walked, reason, is_answer })
    })
}

enum Change {
    Rule { group: SecurityGroupId, direction: Direction, traffic: Traffic, peer: Peer },
    Entry { acl: NetworkAclId, direction: Direction, number: u16, traffic: Traffic, prefix: Prefix },
    Route { table: RouteTableId, destination: Prefix, target: RouteTarget, replaces: bool },
    SourceDestCheck { interface: NetworkInterfaceId },
}

fn propose(world: &World, stopped: &Stopped) -> Option<Change> {
    let legs = stopped.walked.legs(world);
    let leg = legs.iter().find(|leg| !leg.refusals.is_empty())?;
    let packet = leg.packet;
    let traffic = narrow(packet);
    match stopped.reason {
        Reason::SecurityGroupOut => {
            let interface = leg.sender_interface(world)?;
            let peer = peer_at(world, interface, packet.destination);
            rule(interface, Direction::Out, traffic, peer)
        }
        Reason::SecurityGroupIn => {
            let sender = leg.sender_interface(world);
            let (_, receiver) = receiver(world, sender, packet)?;
            let source = leg.source_at_receiver(world);
            let peer = match sender {
                Some(interface) if interface.vpc == receiver.vpc => peer_of(interface, source),
                _ => Peer::Prefix(Prefix::host(source)),
            };
            rule(receiver, Direction::In, traffic, peer)
        }
        Reason::NetworkAclOut => {
            let finding = leg.findings.acl_out?;
            let traffic = for_entry(traffic, stopped.is_answer)?;
            entry(world, finding.acl, Direction::Out, finding.entry, traffic, packet.destination)
        }
        Reason::NetworkAclIn => {
            let finding = leg.findings.acl_in?;
            let traffic = for_entry(traffic, stopped.is_answer)?;
            entry(world, finding.acl, Direction::In, finding.entry, traffic, leg.source_at_receiver(world))
        }
        Reason::NoRoute => {
            let Some(RouteFinding::None { table }) = leg.findings.route else { return None };
            let destination = Prefix::all(Family::of(packet.destination));
            Some(Change::Route { table, destination, target: way_out(world, leg, table)?, replaces: false })
        }
        Reason::BlackholeRoute => match leg.findings.route? {
            RouteFinding::Route { table, destination: RouteDestination::Prefix(destination), .. }
                if destination == Prefix::all(destination.family()) =>
            {
                Some(Change::Route { table, destination, target: way_out(world, leg, table)?, replaces: true })
            }
            _ => None,
        },
        // the services of the VPC take nothing else from anybody: there is no route then
        Reason::SourceNotOfInterface if leg.findings.route.is_some() => {
            Some(Change::SourceDestCheck { interface: leg.sender? })
        }
        Reason::DestinationNotOfInterface => match leg.findings.route? {
            RouteFinding::Route { target: RouteTarget::NetworkInterface(interface), .. } => {
                Some(Change::SourceDestCheck { interface })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Where a route to everywhere leads from the subnets of a table: to a NAT gateway if the sender has no public address and
/// there is one, or else to the internet gateway.
fn way_out(world: &World, leg: &Leg, table: RouteTableId) -> Option<RouteTarget> {
    let interface = leg.sender_interface(world)?;
    let own = interface.ipv4.iter().find(|own| IpAddr::V4(own.address) == leg.packet.source);
    let is_private = leg.packet.source.is_ipv4() && own.is_none_or(|own| own.public.is_none());
    let translated = (is_private && leg.from.is_none()).then(|| nat_gateway(world, interface, table, leg.packet));
    if let Some(Some(id)) = translated {
        return Some(RouteTarget::NatGateway(id));
    }
    world.vpcs.get(&interface.vpc)?.internet_gateway.map(RouteTarget::InternetGateway)
}

/// A NAT gateway of the VPC in a subnet with another table; rather one that reaches the internet already.
fn nat_gateway(world: &World, sender: &Interface, table: RouteTableId, packet: &Packet) -> Option<NatGatewayId> {
    let of_vpc = world.nat_gateways.iter().filter_map(|(id, gateway)| {
        let interface = world.interfaces.get(&gateway.interface)?;
        let own_table = world.subnets.get(&interface.subnet)?.route_table;
        (interface.vpc == sender.vpc && own_table != table).then_some((*id, interface, own_table))
    });
    let is_ready = |interface: &Interface, table| {
        let route = route_table::select(world, table, packet.destination).map(|(_, route)| route.target);
        let is_public = interface.ipv4.first().is_some_and(|own| own.public.is_some());
        is_public && matches!(route, Some(RouteTarget::InternetGateway(_)))
    };
    of_vpc.min_by_key(|(_, interface, table)| !is_ready(interface, *table)).map(|(id, ..)| id)
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

/// What an ACL entry must select. Answers need their whole range of ports: the next connection uses another one (NACL-18).
fn for_entry(traffic: Traffic, is_answer: bool) -> Option<Traffic> {
    match traffic {
        Traffic::Ports { protocol, ports } if is_answer && ports.first() >= 1024 => {
            Some(Traffic::Ports { protocol, ports: PortRange::new(1024, 65535)? })
        }
        traffic => Some(traffic),
    }
}

/// An entry in front of the one that denies, or behind all others.
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
            Change::Route { table, destination, target, .. } => {
                let destination = RouteDestination::Prefix(destination);
                let Some(content) = world.route_tables.get_mut(&table) else { return };
                let content = Arc::make_mut(content);
                content.changed = changed;
                content.routes.retain(|route| route.destination != destination);
                content.routes.push(Route { destination, target });
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
            Change::Route { table, destination, target, replaces } => {
                let verb = if replaces { "replace-route" } else { "create-route" };
                let block = match destination.family() {
                    Family::V4 => "--destination-cidr-block",
                    Family::V6 => "--destination-ipv6-cidr-block",
                };
                let option = match target {
                    RouteTarget::NatGateway(_) => "--nat-gateway-id",
                    _ => "--gateway-id",
                };
                let gateway = crate::words::target_words(target);
                format!("aws ec2 {verb} --route-table-id {table} {block} {destination} {option} {gateway}")
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
