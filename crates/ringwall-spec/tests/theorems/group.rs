//! Theorems on security groups and what they remember.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_model::gate::Gate;
use ringwall_model::id::{ResourceId, SecurityGroupId, SecurityGroupRuleId};
use ringwall_model::outcome::{GroupFinding, Origin, RouteFinding};
use ringwall_model::world::{Peer, RouteTarget, SecurityGroup, SecurityGroupRule, World};
use ringwall_net::Prefix;
use ringwall_net::frame::{Content, Fragment, Frame, Packet, TcpFlags, Transport, encode};

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, passes, watch};

fn groups(world: &mut World) -> impl Iterator<Item = &mut SecurityGroup> {
    world.security_groups.values_mut().map(Arc::make_mut)
}

theorem!(adding_a_group_rule_never_stops_a_packet_that_passed, fault: LOSES_EVEN_GROUPS);

fn adding_a_group_rule_never_stops_a_packet_that_passed(judge: Judge) -> Evidence {
    watch(judge, |case, random| {
        case.passed().then_some(())?;
        let mut world = case.world.clone();
        let ids: Vec<SecurityGroupId> = world.security_groups.keys().copied().collect();
        let lists: Vec<_> = world.prefix_lists.keys().copied().collect();
        for group in groups(&mut world) {
            let number = u128::from(random.u64(..));
            let rule = ringwall_gen::rules::group_rule(random, number, &ids, &lists);
            if random.bool() { group.ingress.push(rule) } else { group.egress.push(rule) }
        }
        Some(passes(&case.in_world(&world)))
    })
}

theorem!(order_of_rules_means_nothing, fault: ASKS_ONE_RULE);

fn order_of_rules_means_nothing(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        case.trace.findings.group_out.or(case.trace.findings.group_in)?;
        let mut world = case.world.clone();
        groups(&mut world).for_each(|group| {
            group.ingress.reverse();
            group.egress.reverse();
        });
        Some(case.in_world(&world) == case.trace)
    })
}

theorem!(order_of_groups_means_nothing, fault: ASKS_ONE_GROUP);

fn order_of_groups_means_nothing(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        case.trace.findings.group_out.or(case.trace.findings.group_in)?;
        Some(case.in_world(&with_groups_backwards(case.world)).outcome.verdict == case.trace.outcome.verdict)
    })
}

/// The same world, in which the first group has the last id and so on.
fn with_groups_backwards(world: &World) -> World {
    let ids: Vec<SecurityGroupId> = world.security_groups.keys().copied().collect();
    let other: BTreeMap<SecurityGroupId, SecurityGroupId> =
        ids.iter().copied().zip(ids.iter().rev().copied()).collect();
    let mut world = world.clone();
    world.security_groups = world.security_groups.into_iter().map(|(id, content)| (other[&id], content)).collect();
    for group in groups(&mut world) {
        for rule in group.ingress.iter_mut().chain(&mut group.egress) {
            if let Peer::Group(named) = &mut rule.peer {
                *named = other.get(named).copied().unwrap_or(*named);
            }
        }
    }
    for interface in world.interfaces.values_mut() {
        interface.groups = Arc::new(interface.groups.iter().map(|id| other[id]).collect());
    }
    world
}

theorem!(rules_of_one_family_say_nothing_about_the_other, fault: TAKES_V6_FOR_V4);

fn rules_of_one_family_say_nothing_about_the_other(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let family = case.packet()?.family();
        let mut world = case.world.clone();
        let foreign = |rule: &SecurityGroupRule| matches!(rule.peer, Peer::Prefix(prefix) if prefix.family() != family);
        let mut removed = 0;
        for group in groups(&mut world) {
            for rules in [&mut group.ingress, &mut group.egress] {
                let before = rules.len();
                rules.retain(|rule| !foreign(rule));
                removed += before - rules.len();
            }
        }
        for acl in world.network_acls.values_mut().map(Arc::make_mut) {
            acl.ingress.retain(|entry| entry.prefix.family() == family);
            acl.egress.retain(|entry| entry.prefix.family() == family);
        }
        (removed > 0).then(|| case.in_world(&world) == case.trace)
    })
}

theorem!(an_answer_to_a_tracked_flow_asks_no_group, fault: FORGETS);

fn an_answer_to_a_tracked_flow_asks_no_group(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let found = &case.trace.findings;
        let is_tracked = |finding| matches!(finding, Some(GroupFinding::Rule(_) | GroupFinding::Session));
        let ((sender_id, sender), (receiver_id, receiver)) = (case.sender()?, case.receiver()?);
        let packet = case.packet().filter(|packet| packet.fragment == Fragment::Whole)?;
        let at_ends = sender.owns(packet.source) && receiver.owns(packet.destination) && sender_id != receiver_id;
        (at_ends && is_tracked(found.group_out) && is_tracked(found.group_in)).then_some(())?;
        let mut silent = case.world.clone();
        groups(&mut silent).for_each(|group| {
            group.ingress.clear();
            group.egress.clear();
        });
        let near = sender.subnet == receiver.subnet;
        let next = if near { sender.mac } else { case.world.subnets[&receiver.subnet].router };
        let content = Content::Ip(answer(&packet)?);
        let bytes = encode(&Frame { source: receiver.mac, destination: next, content }, &[]);
        let then = case.next(&silent, Origin::Interface(receiver_id), &bytes);
        let then = then.through.map_or(then.findings, |through| through.findings);
        // ACLs and routes may stop the answer before it is at the sender's groups, or lead it to a middlebox's or a NAT gateway
        let is_direct = matches!(
            then.route,
            Some(RouteFinding::Neighbour | RouteFinding::Route { target: RouteTarget::Local, .. })
        );
        let at_sender = !is_direct || then.group_in.is_none_or(|finding| finding == GroupFinding::Session);
        Some(then.group_out == Some(GroupFinding::Session) && at_sender)
    })
}

/// What the other end says to a packet.
fn answer(packet: &Packet) -> Option<Packet> {
    let transport = match packet.transport {
        Transport::Tcp { source, destination, flags } if !flags.has(TcpFlags::RST) => {
            let flags = if flags.opens() { TcpFlags::SYN.with(TcpFlags::ACK) } else { TcpFlags::ACK };
            Transport::Tcp { source: destination, destination: source, flags }
        }
        Transport::Udp { source, destination } => Transport::Udp { source: destination, destination: source },
        Transport::Icmp { kind: kind @ (8 | 128), identifier, .. } => {
            let kind = if kind == 8 { 0 } else { 129 };
            Transport::Icmp { kind, code: 0, identifier, embedded: None, target: None }
        }
        _ => return None,
    };
    Some(Packet { source: packet.destination, destination: packet.source, transport, ..packet.clone() })
}

theorem!(what_does_not_leave_the_sender_is_not_remembered, fault: REMEMBERS_TOO_EARLY);

fn what_does_not_leave_the_sender_is_not_remembered(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let gate = case.trace.outcome.verdict.reason()?.gate();
        let stops = [Gate::SourceCheck, Gate::SecurityGroupOut, Gate::NetworkAclOut, Gate::RouteTable];
        let is_at_sender = stops.contains(&gate) && case.trace.outcome.through.is_none();
        case.sender().filter(|_| is_at_sender)?;
        let unchanged = |(slot, session)| case.before.sessions.get(slot) == Some(session);
        Some(case.after.sessions.iter().all(unchanged))
    })
}

theorem!(a_session_outlives_the_rules_that_admitted_it, fault: FORGETS);

fn a_session_outlives_the_rules_that_admitted_it(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let found = &case.trace.findings;
        let is_session = [found.group_out, found.group_in].contains(&Some(GroupFinding::Session));
        let began = |finding| matches!(finding, Some(GroupFinding::Rule(_)));
        // a packet that is admitted, and then the same once more
        let begins = began(found.group_out) || began(found.group_in);
        let is_segment = matches!(case.packet()?.transport, Transport::Tcp { .. } | Transport::Udp { .. });
        (case.passed() && is_segment && (begins || is_session)).then_some(())?;
        let mut narrowed = case.world.clone();
        groups(&mut narrowed).for_each(nobody_is_admitted);
        let untracked = |finding| matches!(finding, Some(GroupFinding::Untracked(_)));
        (!untracked(found.group_out) && !untracked(found.group_in)).then(|| again(case, &narrowed))?
    })
}

/// Rules that are there, and admit an address that nobody has.
fn nobody_is_admitted(group: &mut SecurityGroup) {
    let nobody = Prefix::host(std::net::Ipv4Addr::UNSPECIFIED.into());
    let id = SecurityGroupRuleId::from_random(1);
    let rule = SecurityGroupRule { id, peer: Peer::Prefix(nobody), traffic: ringwall_model::world::Traffic::All };
    group.ingress = vec![rule];
    group.egress = vec![rule];
}

/// Whether the packet after this one, the same again, passes in the other world. One that asks for a connection is judged
/// anew if there is one already, and one that closes the last one ends it.
fn again(case: &Case, world: &World) -> Option<bool> {
    let is_plain = match case.packet()?.transport {
        Transport::Tcp { flags, .. } => flags == TcpFlags::SYN || flags == TcpFlags::ACK,
        _ => true,
    };
    let opens = matches!(case.packet()?.transport, Transport::Tcp { flags, .. } if flags.opens());
    let found = &case.trace.findings;
    let mixed = opens && [found.group_out, found.group_in].contains(&Some(GroupFinding::Session));
    (is_plain && !mixed).then(|| passes(&case.next(world, case.origin, case.bytes)))
}
