//! Theorems on the services of a VPC and on gateway endpoints.

use std::sync::Arc;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::limits::{LINK_LOCAL_PACKETS_PER_SECOND, VPC_MTU};
use ringwall_model::outcome::{Findings, Verdict};
use ringwall_model::world::{RouteTarget, World};
use ringwall_spec::packet::services;
use ringwall_spec::packet::subnet::route_table::select;

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, passes, watch};

/// The interface that asks a service of its VPC, as it may.
fn asks_a_service(case: &Case) -> Option<NetworkInterfaceId> {
    let ((id, sender), frame, packet) = (case.sender()?, case.frame()?, case.packet()?);
    services::at(case.world, sender.vpc, packet.destination)?;
    let is_proper = frame.source == sender.mac && sender.owns(packet.source) && packet.length <= VPC_MTU;
    let is_routed = frame.destination == case.world.subnets[&sender.subnet].router;
    (is_proper && is_routed).then_some(id)
}

/// No group and no ACL lets anything through.
fn close(world: &mut World) {
    for group in world.security_groups.values_mut().map(Arc::make_mut) {
        (group.ingress, group.egress) = (vec![], vec![]);
    }
    for acl in world.network_acls.values_mut().map(Arc::make_mut) {
        (acl.ingress, acl.egress) = (vec![], vec![]);
    }
}

theorem!(services_are_asked_past_all_groups_acls_and_routes, fault: ASKS_GROUPS_ABOUT_SERVICES);

fn services_are_asked_past_all_groups_acls_and_routes(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        asks_a_service(case)?;
        let mut closed = case.world.clone();
        close(&mut closed);
        let there = matches!(case.in_world(&closed).outcome.verdict, Verdict::ToService { .. });
        Some(case.passed() && there && case.trace.findings == Findings::default())
    })
}

theorem!(services_are_asked_no_more_than_so_often_in_a_second, fault: COUNTS_NOTHING);

fn services_are_asked_no_more_than_so_often_in_a_second(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let id = asks_a_service(case)?;
        let mut memory = case.after.clone();
        memory.link_local.insert(id, (case.now, LINK_LOCAL_PACKETS_PER_SECOND - 3));
        let mut again = |now| passes(&judge(case.world, &mut memory, case.origin, case.bytes, now));
        let in_time: Vec<bool> = (0..5).map(|_| again(case.now)).collect();
        Some(in_time == [true, true, true, false, false] && again(case.now + 1))
    })
}

/// Whether the last router of the packet's way leads to a gateway endpoint.
fn is_led_to_endpoint(case: &Case) -> Option<bool> {
    let target = match case.routed_to()? {
        RouteTarget::NatGateway(id) => {
            let gateway = &case.world.interfaces[&case.world.nat_gateways.get(&id)?.interface];
            let table = case.world.subnets[&gateway.subnet].route_table;
            select(case.world, table, case.packet()?.destination)?.1.target
        }
        target => target,
    };
    Some(matches!(target, RouteTarget::GatewayEndpoint(_)))
}

theorem!(what_is_led_to_a_gateway_endpoint_never_reaches_the_internet, fault: TAKES_ENDPOINTS_FOR_GATEWAYS);

fn what_is_led_to_a_gateway_endpoint_never_reaches_the_internet(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        is_led_to_endpoint(case).filter(|is_led| *is_led)?;
        Some(!matches!(case.trace.outcome.verdict, Verdict::LeftToInternet { .. } | Verdict::Delivered { .. }))
    })
}
