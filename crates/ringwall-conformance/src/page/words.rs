//! Outcomes in the words of pages: a line for each gate that was asked, one for what became of the packet, and one for each
//! session that began, changed or ended, and for each port that a NAT gateway lent or took back.

use std::collections::BTreeMap;

use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::outcome::{
    AclFinding, Answer, Findings, GroupFinding, GroupRule, Outcome, RouteFinding, Sent, Service, Verdict,
};
use ringwall_model::reserved::{SERVICES_MAC, UPLINK_ROUTER};
use ringwall_model::session::{Direction, Session, SessionKey, State};
use ringwall_model::world::{RouteDestination, RouteTarget, World};
use ringwall_net::frame::{Embedded, EmbeddedTransport};
use ringwall_net::{MacAddress, Protocol};
use ringwall_spec::packet::edge::nat_gateway::{Connection, Mapping};

use super::names::Names;

/// What the gates found, in the order of the journey, and what became of the packet.
pub fn outcome(world: &World, names: &Names, outcome: &Outcome) -> Vec<String> {
    let before = outcome.through.iter().flat_map(|through| {
        let name = names.of(through.gateway);
        findings(names, &through.findings).into_iter().chain([format!("through NAT gateway {name}")])
    });
    let verdict = verdict(world, names, outcome);
    before.chain(findings(names, &outcome.findings)).chain([verdict]).collect()
}

fn findings(names: &Names, found: &Findings) -> Vec<String> {
    let groups = |finding: Option<GroupFinding>| finding.map(|finding| format!("groups {}", group(names, finding)));
    let lines = [
        groups(found.group_out).map(|words| format!("out: {words}")),
        found.acl_out.map(|finding| format!("out: {}", acl(names, finding))),
        found.route.map(|finding| route(names, finding)),
        found.acl_in.map(|finding| format!("in: {}", acl(names, finding))),
        groups(found.group_in).map(|words| format!("in: {words}")),
    ];
    lines.into_iter().flatten().collect()
}

fn group(names: &Names, finding: GroupFinding) -> String {
    let rule = |rule: GroupRule| {
        let name = names.of(rule.rule);
        let belongs = name.starts_with(&format!("{}/", names.of(rule.group)));
        if belongs { name.replace('/', " ") } else { format!("{name} of {}", names.of(rule.group)) }
    };
    match finding {
        GroupFinding::Session => "session".to_owned(),
        GroupFinding::Related => "related".to_owned(),
        GroupFinding::Untracked(by) => format!("untracked by {}", rule(by)),
        GroupFinding::Rule(by) => format!("by {}", rule(by)),
        GroupFinding::NoRule => "no rule".to_owned(),
        GroupFinding::NoConnection(by) => format!("no connection, though {}", rule(by)),
        GroupFinding::TableFull(by) => format!("table full, though {}", rule(by)),
    }
}

fn acl(names: &Names, finding: AclFinding) -> String {
    let verb = if finding.allows { "allows" } else { "denies" };
    let entry = finding.entry.map_or_else(|| "final deny".to_owned(), |number| format!("{number} {verb}"));
    format!("acl {} {entry}", names.of(finding.acl))
}

fn route(names: &Names, finding: RouteFinding) -> String {
    match finding {
        RouteFinding::Neighbour => "route: neighbour".to_owned(),
        RouteFinding::None { table } => format!("route: {} has none", names.of(table)),
        RouteFinding::Route { table, destination, prefix, target } => {
            let by = match destination {
                RouteDestination::Prefix(own) if own == prefix => prefix.to_string(),
                RouteDestination::Prefix(own) => format!("{own} by {prefix}"),
                RouteDestination::PrefixList(list) => format!("list {} by {prefix}", names.of(list)),
            };
            let target = match target {
                RouteTarget::Local => "local".to_owned(),
                RouteTarget::Blackhole => "blackhole".to_owned(),
                RouteTarget::NetworkInterface(id) => format!("interface {}", names.of(id)),
                RouteTarget::InternetGateway(id) => format!("internet gateway {}", names.of(id)),
                RouteTarget::EgressOnlyInternetGateway(id) => format!("egress-only gateway {}", names.of(id)),
                RouteTarget::NatGateway(id) => format!("NAT gateway {}", names.of(id)),
                RouteTarget::GatewayEndpoint(id) => format!("gateway endpoint {}", names.of(id)),
            };
            format!("route: {} {by} {target}", names.of(table))
        }
    }
}

fn verdict(world: &World, names: &Names, outcome: &Outcome) -> String {
    let addresses = |sent: &Sent| addresses(world, names, sent, outcome.through.is_some());
    match &outcome.verdict {
        Verdict::Delivered { to, sent } => format!("delivered to {}{}", names.of(*to), addresses(sent)),
        Verdict::LeftToInternet { sent } => format!("leaves for the internet{}", addresses(sent)),
        Verdict::ToService { service, sent } => {
            let service = match service {
                Service::Resolver => "the resolver".to_owned(),
                Service::Metadata => "instance metadata".to_owned(),
                Service::GatewayEndpoint(id) => format!("gateway endpoint {}", names.of(*id)),
            };
            format!("comes to {service}{}", addresses(sent))
        }
        Verdict::Answered(answer) => format!("answered: {}", self::answer(world, names, answer)),
        Verdict::Dropped { reason, answer } => {
            let told = answer.map(|told| format!(", answered: {}", self::answer(world, names, &told)));
            format!("dropped by {}: {}{}", reason.gate(), reason.slug(), told.unwrap_or_default())
        }
    }
}

/// The addresses as they arrive, with the ports if a NAT gateway may have changed them. A hardware address that the packet is for says nothing unless it is another one than the
/// receiver's, which no page should ever have to say.
fn addresses(world: &World, names: &Names, sent: &Sent, with_ports: bool) -> String {
    let (source, destination) = (sent.source, sent.destination);
    let mut text = match sent.ports.filter(|_| with_ports) {
        // of an ICMP query or its answer
        Some((identifier, 0)) => format!(", {source} > {destination} {identifier}"),
        Some((from, to)) => format!(", {source}:{from} > {destination}:{to}"),
        None => format!(", {source} > {destination}"),
    };
    if let Some(Embedded { source, destination, transport, .. }) = sent.embedded {
        let (from, to) = match transport {
            EmbeddedTransport::Ports { source, destination } if with_ports => {
                (format!(":{source}"), format!(":{destination}"))
            }
            _ => Default::default(),
        };
        text.push_str(&format!(" about {source}{from} > {destination}{to}"));
    }
    if let (Some(from), Some(to)) = (sent.source_mac, sent.destination_mac) {
        text.push_str(&format!(", {} to {}", mac(world, names, from), mac(world, names, to)));
    }
    text
}

fn answer(world: &World, names: &Names, answer: &Answer) -> String {
    match answer {
        Answer::Neighbour { mac } => format!("it is at {}", self::mac(world, names, *mac)),
        Answer::Echo => "echo".to_owned(),
        Answer::TooBig { mtu } => format!("too big for {mtu}"),
        Answer::Reset => "reset".to_owned(),
    }
}

/// Whose hardware address it is.
fn mac(world: &World, names: &Names, mac: MacAddress) -> String {
    let interface = world.interfaces.iter().find(|(_, own)| own.mac == mac).map(|(id, _)| names.of(*id).to_owned());
    let subnet = world.subnets.iter().find(|(_, own)| own.router == mac);
    let router = subnet.map(|(id, _)| format!("router of {}", names.of(*id)));
    let uplink = (mac == UPLINK_ROUTER).then(|| "the uplink".to_owned());
    let services = (mac == SERVICES_MAC).then(|| "the services".to_owned());
    interface.or(router).or(uplink).or(services).unwrap_or_else(|| mac.to_string())
}

type Sessions = BTreeMap<(NetworkInterfaceId, SessionKey), Session>;

/// What interfaces remember now that they did not before, and the other way round. That a session was seen again is not
/// said.
pub fn memory(names: &Names, before: &Sessions, after: &Sessions) -> Vec<String> {
    let known = |sessions: &Sessions, slot| sessions.get(slot).map(|session| Session { last_seen: 0, ..*session });
    let ended = before.keys().filter(|slot| !after.contains_key(slot));
    let new = after.iter().filter(|(slot, _)| known(before, slot) != known(after, slot));
    let forgets = ended.map(|slot| format!("{} forgets {}", names.of(slot.0), flow(&slot.1, before[slot].origin)));
    let remembers = new.map(|(slot, session)| {
        let words = state(session);
        format!("{} remembers {}: {words}", names.of(slot.0), flow(&slot.1, session.origin))
    });
    forgets.chain(remembers).collect()
}

type Loans = BTreeMap<(NatGatewayId, Connection), Mapping>;

/// What NAT gateways lend now that they did not before, and the other way round.
pub fn loans(names: &Names, before: &Loans, after: &Loans) -> Vec<String> {
    let known = |loans: &Loans, slot| loans.get(slot).map(|mapping| Mapping { last_seen: 0, ..*mapping });
    let ended = before.keys().filter(|slot| !after.contains_key(slot));
    let new = after.iter().filter(|(slot, _)| known(before, slot) != known(after, slot));
    let ends = ended.map(|(id, own)| format!("{} ends {}", names.of(*id), connection(own)));
    let lends = new.map(|((id, own), mapping)| {
        let done = match (mapping.closed, mapping.fin_out, mapping.fin_in) {
            (true, ..) => ": closed",
            (false, true, _) => ": the inside has finished",
            (false, _, true) => ": the outside has finished",
            (false, false, false) => "",
        };
        format!("{} lends {}:{} to {}{done}", names.of(*id), mapping.address, mapping.port, connection(own))
    });
    ends.chain(lends).collect()
}

fn connection(own: &Connection) -> String {
    let Connection { source, source_port, destination, destination_port, protocol } = own;
    match protocol.has_ports() {
        true => format!("{protocol} {source}:{source_port} > {destination}:{destination_port}"),
        false => format!("{protocol} {source} > {destination} {source_port}"),
    }
}

fn flow(key: &SessionKey, origin: Direction) -> String {
    let end = |address: std::net::IpAddr, port: u16| match (key.protocol.has_ports(), address.is_ipv6()) {
        (false, _) => address.to_string(),
        (true, false) => format!("{address}:{port}"),
        (true, true) => format!("[{address}]:{port}"),
    };
    let (local, remote) = (end(key.local, key.local_port), end(key.remote, key.remote_port));
    let protocol = match key.protocol {
        Protocol::ICMP | Protocol::ICMPV6 => "icmp".to_owned(),
        protocol if protocol.has_ports() => protocol.to_string(),
        Protocol(number) => format!("protocol {number}"),
    };
    match origin {
        Direction::Out => format!("{protocol} {local} > {remote}"),
        Direction::In => format!("{protocol} {remote} > {local}"),
    }
}

fn state(session: &Session) -> String {
    let state = match session.state {
        State::HalfOpen => "half open",
        State::Established => "established",
        State::Closed => "closed",
        State::Asked => "asked",
        State::Answered => "answered",
        State::AskedAgain => "asked again",
        State::Stream => "stream",
        State::Seen => "seen",
    };
    let fins = match (session.fin_from_originator, session.fin_from_responder) {
        (false, false) => "",
        (true, false) => ", the originator has finished",
        (false, true) => ", the responder has finished",
        (true, true) => ", both have finished",
    };
    format!("{state}{fins}")
}
