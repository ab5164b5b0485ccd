//! Theorems on routes.

use std::net::IpAddr;

use ringwall_model::gate::Gate;
use ringwall_model::id::RouteTableId;
use ringwall_model::outcome::RouteFinding;
use ringwall_model::world::{RouteDestination, RouteTarget, World};
use ringwall_net::Prefix;

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, watch};

/// Every block of the table that holds the address, with where it leads and whether it is by a list.
fn holding(world: &World, table: RouteTableId, address: IpAddr) -> Vec<(Prefix, RouteTarget, bool)> {
    let mut all = Vec::new();
    for route in &world.route_tables[&table].routes {
        match route.destination {
            RouteDestination::Prefix(prefix) => all.push((prefix, route.target, false)),
            RouteDestination::PrefixList(list) => {
                let blocks = world.prefix_lists.get(&list).map(|list| list.prefixes.clone()).unwrap_or_default();
                all.extend(blocks.into_iter().map(|prefix| (prefix, route.target, true)));
            }
        }
    }
    all.retain(|(prefix, ..)| prefix.contains(address));
    all
}

/// Whether the packet was the router's to route.
fn was_routed(case: &Case) -> bool {
    matches!(case.first_findings().route, Some(RouteFinding::Route { .. } | RouteFinding::None { .. }))
}

fn table(case: &Case) -> Option<RouteTableId> {
    let (_, sender) = case.sender().filter(|_| was_routed(case))?;
    Some(case.world.subnets[&sender.subnet].route_table)
}

theorem!(no_longer_prefix_holds_the_destination_than_the_one_that_decided, fault: ROUTES_BY_SHORT_PREFIXES);

fn no_longer_prefix_holds_the_destination_than_the_one_that_decided(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let Some(RouteFinding::Route { prefix, .. }) = case.first_findings().route else { return None };
        let all = holding(case.world, table(case)?, case.packet()?.destination);
        let is_longest = all.iter().all(|(other, ..)| other.length() <= prefix.length());
        (all.len() > 1).then_some(is_longest)
    })
}

theorem!(a_blackhole_never_falls_through, fault: FALLS_THROUGH);

fn a_blackhole_never_falls_through(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let mut all = holding(case.world, table(case)?, case.packet()?.destination);
        // of equal length a route by its own block is before those by lists
        all.sort_by_key(|(prefix, _, by_list)| (prefix.length(), !by_list));
        let &(longest, target, _) = all.last()?;
        let alone = all.iter().filter(|(prefix, ..)| *prefix == longest).count() == 1;
        (alone && target == RouteTarget::Blackhole).then(|| !case.passed())
    })
}

theorem!(who_does_not_run_gets_nothing, fault: WAKES_THE_SLEEPING);

fn who_does_not_run_gets_nothing(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let destination = case.packet()?.destination;
        let owns = |up: bool| case.world.interfaces.values().any(|own| own.up == up && own.owns(destination));
        // somebody sleeps who has the address: whoever gets the packet must be awake
        owns(false).then(|| case.receiver().is_none_or(|(_, receiver)| receiver.up))
    })
}

theorem!(the_router_never_passes_broadcast_or_multicast, fault: ROUTES_BROADCASTS);

fn the_router_never_passes_broadcast_or_multicast(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let (frame, packet) = (case.frame()?, case.packet()?);
        let names_a_group = match packet.destination {
            IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
            IpAddr::V6(address) => address.is_multicast(),
        };
        let is_frame_stopped = case.trace.outcome.verdict.reason().is_some_and(|reason| reason.gate() == Gate::Frame);
        (frame.destination.is_group() || names_a_group).then_some(!case.passed()).map(|stopped| {
            // neighbour discovery is sent to groups, and answered
            stopped && (is_frame_stopped || case.trace.outcome.verdict.reason().is_none())
        })
    })
}
