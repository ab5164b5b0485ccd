//! Theorems on VPCs that share nothing.

use ringwall_model::outcome::RouteFinding;
use ringwall_model::world::RouteTarget;

use crate::theorem;
use crate::watch::{Case, Evidence, Judge, watch};

/// Whether the packet left by a gateway, beyond which everybody can be.
fn went_outside(case: &Case) -> bool {
    let Some(RouteFinding::Route { target, .. }) = case.trace.findings.route else { return false };
    matches!(target, RouteTarget::InternetGateway(_) | RouteTarget::EgressOnlyInternetGateway(_))
}

theorem!(overlapping_vpcs_never_exchange_packets, fault: SEES_ONE_VPC);

fn overlapping_vpcs_never_exchange_packets(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let ((_, sender), packet) = (case.sender()?, case.packet()?);
        let elsewhere =
            |address| case.world.interfaces.values().any(|other| other.vpc != sender.vpc && other.owns(address));
        (elsewhere(packet.destination) && !went_outside(case)).then_some(())?;
        Some(case.receiver().is_none_or(|(_, receiver)| receiver.vpc == sender.vpc))
    })
}

theorem!(what_is_in_other_vpcs_means_nothing, fault: SEES_ONE_VPC);

fn what_is_in_other_vpcs_means_nothing(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let (_, sender) = case.sender().filter(|_| !went_outside(case))?;
        let mut alone = case.world.clone();
        alone.interfaces.retain(|_, interface| interface.vpc == sender.vpc);
        (alone.interfaces.len() < case.world.interfaces.len()).then(|| case.in_world(&alone) == case.trace)
    })
}
