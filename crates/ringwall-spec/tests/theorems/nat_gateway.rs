//! Theorems on NAT gateways.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ringwall_model::gate::Gate;
use ringwall_model::id::NatGatewayId;
use ringwall_model::outcome::{Origin, Sent, Verdict};
use ringwall_model::reserved::UPLINK_ROUTER;
use ringwall_model::world::{RouteTarget, World};
use ringwall_net::frame::{Content, Fragment, Frame, Packet, TcpFlags, Transport, encode};
use ringwall_net::{MacAddress, Protocol};
use ringwall_spec::packet::Memory;
use ringwall_spec::packet::edge::nat_gateway::Connection;

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, passes, watch_street};

/// The NAT gateway to which the sender's table leads.
fn routed_through(case: &Case) -> Option<NatGatewayId> {
    match case.routed_to()? {
        RouteTarget::NatGateway(id) => case.world.nat_gateways.contains_key(&id).then_some(id),
        _ => None,
    }
}

/// The packet as it came out.
fn sent(case: &Case) -> Option<Sent> {
    match case.trace.outcome.verdict {
        Verdict::Delivered { sent, .. } | Verdict::LeftToInternet { sent } | Verdict::ToService { sent, .. } => {
            Some(sent)
        }
        Verdict::Answered(_) | Verdict::Dropped { .. } => None,
    }
}

theorem!(nothing_comes_in_through_a_nat_gateway_that_was_not_begun_inside, fault: LETS_STRANGERS_IN);

fn nothing_comes_in_through_a_nat_gateway_that_was_not_begun_inside(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let (through, packet, sent) = (case.trace.outcome.through?, case.packet()?, sent(case)?);
        // what it was routed to went out; all else came in
        routed_through(case).is_none().then_some(())?;
        let (IpAddr::V4(near), IpAddr::V4(far)) = (sent.destination, sent.source) else { return Some(false) };
        let began = |connection: &Connection| match (sent.embedded, sent.ports) {
            (Some(shown), _) => shown.source == near && shown.destination == connection.destination,
            (None, Some((from, to))) if !packet.protocol.is_icmp() => {
                (connection.destination, connection.destination_port, connection.source_port) == (far, from, to)
            }
            (None, _) => connection.destination == far,
        };
        let known = case.before.nat.keys().filter(|(gateway, _)| *gateway == through.gateway);
        Some(known.map(|(_, connection)| connection).any(|own| own.source == near && began(own)))
    })
}

theorem!(no_segment_from_the_internet_opens_a_connection_through_a_nat_gateway, fault: TAKES_OPENINGS_FOR_ANSWERS);

/// Not even between the ports of a connection that was begun inside (C13, NAT-12).
fn no_segment_from_the_internet_opens_a_connection_through_a_nat_gateway(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let packet = case.packet().filter(|_| case.origin == Origin::Internet)?;
        let Transport::Tcp { flags, .. } = packet.transport else { return None };
        flags.opens().then_some(())?;
        let gateways = case.world.nat_gateways.values().map(|gateway| &case.world.interfaces[&gateway.interface]);
        let is_a_gateways = gateways
            .flat_map(|interface| &interface.ipv4)
            .any(|own| own.public.map(IpAddr::V4) == Some(packet.destination));
        is_a_gateways.then(|| !case.passed())
    })
}

theorem!(what_goes_out_by_a_nat_gateway_has_its_address_and_keeps_its_destination, fault: PASSES_NAT_GATEWAYS_BY);

fn what_goes_out_by_a_nat_gateway_has_its_address_and_keeps_its_destination(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let (id, packet, sent) = (routed_through(case)?, case.packet()?, sent(case)?);
        let own = &case.world.interfaces[&case.world.nat_gateways[&id].interface].ipv4;
        let is_its =
            own.iter().any(|own| sent.source == own.address || own.public.is_some_and(|own| sent.source == own));
        // the internet gateway alone turns a public address into the private one of its holder (IGW-1)
        let held =
            case.world.interfaces.values().flat_map(|other| &other.ipv4).any(|other| {
                sent.destination == other.address && other.public.map(IpAddr::V4) == Some(packet.destination)
            });
        Some(is_its && (sent.destination == packet.destination || held))
    })
}

/// What the other end of the internet answers, if the packet is one that is answered.
fn answer(packet: &Packet, sent: &Sent) -> Option<Vec<u8>> {
    let (near, far) = sent.ports?;
    let transport = match packet.transport {
        Transport::Tcp { .. } => {
            Transport::Tcp { source: far, destination: near, flags: TcpFlags::SYN.with(TcpFlags::ACK) }
        }
        Transport::Udp { .. } => Transport::Udp { source: far, destination: near },
        Transport::Icmp { kind: 8, .. } => {
            Transport::Icmp { kind: 0, code: 0, identifier: near, embedded: None, target: None }
        }
        _ => return None,
    };
    let (source, destination) = (sent.destination, sent.source);
    let packet = Packet { source, destination, transport, fragment: Fragment::Whole, ..packet.clone() };
    let from = MacAddress([2, 0, 0, 9, 9, 9]);
    Some(encode(&Frame { source: from, destination: UPLINK_ROUTER, content: Content::Ip(packet) }, &[]))
}

theorem!(an_answer_comes_back_to_its_sender_with_the_original_ports, fault: GIVES_TO_THE_NEXT_PORT);

fn an_answer_comes_back_to_its_sender_with_the_original_ports(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let Verdict::LeftToInternet { sent } = case.trace.outcome.verdict else { return None };
        case.trace.outcome.through?;
        let ((_, sender), packet) = (case.sender()?, case.packet()?);
        let bytes = answer(&packet, &sent).filter(|_| sender.owns(packet.source))?;
        match case.next(case.world, Origin::Internet, &bytes).outcome.verdict {
            Verdict::Delivered { sent, .. } => {
                let is_back = match packet.transport {
                    Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination } => {
                        sent.ports == Some((destination, source))
                    }
                    Transport::Icmp { identifier, .. } => sent.ports == Some((identifier, 0)),
                    _ => false,
                };
                Some(is_back && sent.destination == packet.source && sent.source == packet.destination)
            }
            // ACLs, groups and routes may stop it; what was lent may not be forgotten
            Verdict::Dropped { reason, .. } => Some(!matches!(reason.gate(), Gate::NatGateway | Gate::InternetGateway)),
            _ => Some(false),
        }
    })
}

/// What is remembered when the sender of a packet through a NAT gateway has begun more connections to the same destination.
fn after_more_of_them(case: &Case, most: u16) -> Option<(NatGatewayId, Memory)> {
    let (id, frame) = (routed_through(case).filter(|_| case.passed())?, case.frame()?);
    let mut memory = case.after.clone();
    for number in 0..most {
        let mut packet = case.packet().filter(|packet| packet.fragment == Fragment::Whole)?;
        match &mut packet.transport {
            Transport::Tcp { source, flags, .. } => (*source, *flags) = (50_000 + number, TcpFlags::SYN),
            Transport::Udp { source, .. } => *source = 50_000 + number,
            Transport::Icmp { kind: 8, identifier, .. } => *identifier = 50_000 + number,
            _ => return None,
        }
        let bytes = encode(&Frame { content: Content::Ip(packet), ..frame.clone() }, &[]);
        (case.judge)(case.world, &mut memory, case.origin, &bytes, case.now);
    }
    Some((id, memory))
}

type Destination = (NatGatewayId, Ipv4Addr, Ipv4Addr, u16, Protocol);

/// The ports that each address has lent to connections to each destination.
fn lent(memory: &Memory) -> BTreeMap<Destination, Vec<u16>> {
    let mut lent: BTreeMap<Destination, Vec<u16>> = BTreeMap::new();
    for ((id, own), mapping) in &memory.nat {
        let destination = (*id, mapping.address, own.destination, own.destination_port, own.protocol);
        lent.entry(destination).or_default().push(mapping.port);
    }
    lent
}

theorem!(two_connections_to_one_destination_never_share_a_port, fault: LENDS_ONE_PORT);

fn two_connections_to_one_destination_never_share_a_port(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let (_, memory) = after_more_of_them(case, 6)?;
        Some(lent(&memory).into_values().all(|mut ports| {
            let number = ports.len();
            ports.sort_unstable();
            ports.dedup();
            ports.len() == number && ports.iter().all(|port| *port >= 1024)
        }))
    })
}

theorem!(an_address_serves_no_more_connections_to_a_destination_than_its_limit, fault: LENDS_WITHOUT_LIMIT);

fn an_address_serves_no_more_connections_to_a_destination_than_its_limit(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let limit = |id: NatGatewayId| case.world.nat_gateways[&id].connection_limit as usize;
        routed_through(case).filter(|id| limit(*id) < 6)?;
        let (_, memory) = after_more_of_them(case, 12)?;
        Some(lent(&memory).iter().all(|((id, ..), ports)| ports.len() <= limit(*id)))
    })
}

/// The ACLs of the subnets with NAT gateways let nothing through.
fn close_gateways_subnets(world: &mut World) {
    let subnets = world.nat_gateways.values().map(|gateway| world.interfaces[&gateway.interface].subnet);
    let acls: Vec<_> = subnets.map(|subnet| world.subnets[&subnet].network_acl).collect();
    for acl in acls {
        let content = Arc::make_mut(world.network_acls.get_mut(&acl).expect("a subnet's"));
        (content.ingress, content.egress) = (vec![], vec![]);
    }
}

theorem!(nothing_passes_a_nat_gateway_that_the_acl_of_its_subnet_refuses, fault: ASKS_NO_ACL_AT_NAT_GATEWAYS);

fn nothing_passes_a_nat_gateway_that_the_acl_of_its_subnet_refuses(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        let outcome = &case.trace.outcome;
        let through = outcome.through.filter(|_| case.passed())?;
        through.findings.acl_in.or(outcome.findings.acl_out)?;
        let mut closed = case.world.clone();
        close_gateways_subnets(&mut closed);
        Some(!passes(&case.in_world(&closed)))
    })
}

theorem!(fragments_of_tcp_and_icmp_never_pass_a_nat_gateway, fault: TAKES_FRAGMENTS_FOR_WHOLE);

fn fragments_of_tcp_and_icmp_never_pass_a_nat_gateway(judge: Judge) -> Evidence {
    watch_street(judge, |case, _| {
        routed_through(case)?;
        let packet = case.packet().filter(|packet| packet.fragment != Fragment::Whole)?;
        matches!(packet.protocol, Protocol::TCP | Protocol::ICMP).then(|| !case.passed())
    })
}
