//! Theorems on network ACLs.

use std::sync::Arc;

use ringwall_model::id::NetworkAclId;
use ringwall_model::outcome::AclFinding;
use ringwall_model::session::Direction;
use ringwall_model::world::{AclEntry, Traffic, World};
use ringwall_net::{Family, Prefix};

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, passes, watch};

/// The number of the last entry that anybody may write.
const LAST: u16 = 32766;

fn entries(world: &mut World, acl: NetworkAclId, direction: Direction) -> &mut Vec<AclEntry> {
    let content = Arc::make_mut(world.network_acls.get_mut(&acl).expect("it was asked"));
    match direction {
        Direction::In => &mut content.ingress,
        Direction::Out => &mut content.egress,
    }
}

fn asked(case: &Case) -> Vec<(Direction, AclFinding)> {
    let before = case.trace.through.map(|through| through.findings);
    let legs = before.into_iter().chain([case.trace.findings]);
    let all = legs.flat_map(|found| [(Direction::Out, found.acl_out), (Direction::In, found.acl_in)]);
    all.filter_map(|(direction, finding)| Some((direction, finding?))).collect()
}

fn about_everything(number: u16, allow: bool) -> [AclEntry; 2] {
    [(number, Family::V4), (number - 1, Family::V6)].map(|(number, family)| AclEntry {
        number,
        allow,
        prefix: Prefix::all(family),
        traffic: Traffic::All,
    })
}

theorem!(later_acl_entry_never_overrides_an_earlier_match, fault: READS_ENTRIES_BACKWARDS);

fn later_acl_entry_never_overrides_an_earlier_match(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let (direction, finding) = asked(case).into_iter().find(|(_, finding)| finding.entry.is_some())?;
        let mut world = case.world.clone();
        entries(&mut world, finding.acl, direction).extend(about_everything(LAST, !finding.allows));
        let then = case.in_world(&world);
        let said = &case.trace;
        let same = (then.through, then.findings, &then.refusals) == (said.through, said.findings, &said.refusals);
        // the other ACL may be the same one, and have found nothing so far
        let other = asked(case).into_iter().any(|(_, other)| other.acl == finding.acl && other.entry.is_none());
        (!other).then_some(same)
    })
}

theorem!(a_last_entry_that_denies_all_says_what_the_final_deny_says, fault: READS_ENTRIES_BACKWARDS);

fn a_last_entry_that_denies_all_says_what_the_final_deny_says(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let mut world = case.world.clone();
        let (direction, finding) = *asked(case).first()?;
        entries(&mut world, finding.acl, direction).extend(about_everything(LAST, false));
        Some(case.in_world(&world).outcome.verdict == case.trace.outcome.verdict)
    })
}

theorem!(removing_a_deny_entry_never_stops_a_packet_that_passed, fault: LOSES_EVEN_ACLS);

fn removing_a_deny_entry_never_stops_a_packet_that_passed(judge: Judge) -> Evidence {
    watch(judge, |case, random| {
        let (direction, finding) = *asked(case).first().filter(|_| case.passed())?;
        let mut world = case.world.clone();
        let entries = entries(&mut world, finding.acl, direction);
        let denying: Vec<usize> = (0..entries.len()).filter(|place| !entries[*place].allow).collect();
        entries.remove(*denying.get(random.usize(0..denying.len().max(1)))?);
        Some(passes(&case.in_world(&world)))
    })
}

theorem!(a_packet_within_a_subnet_never_asks_an_acl, fault: SEES_NO_NEIGHBOURS);

fn a_packet_within_a_subnet_never_asks_an_acl(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let ((_, sender), packet) = (case.sender()?, case.packet()?);
        let (_, receiver) = case.receiver()?;
        let is_direct = case.trace.through.is_none() && receiver.owns(packet.destination);
        let is_within = sender.subnet == receiver.subnet && is_direct;
        is_within.then(|| asked(case).is_empty())
    })
}
