//! Where a packet goes from an interface, and by which address.

use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::RouteRecord;
use ringwall_model::gate::Reason;
use ringwall_model::reserved::{is_never_routed, is_public};

use super::packet::Headers;
use super::walk::Walk;
use super::{At, frame};

/// Where a packet goes next.
pub(super) enum Next {
    Interface(At),
    /// through a NAT gateway
    Gateway(At),
    Endpoint {
        always_tracked: bool,
    },
    Internet {
        egress_only: bool,
    },
}

/// What the route table says.
pub(super) struct Routing {
    pub(super) next: Result<Next, Reason>,
    pub(super) routed: u8,
    pub(super) route: Option<RouteRecord>,
}

impl Walk<'_> {
    pub(super) fn routing(&self, x: &At, destination: IpAddr) -> Routing {
        let refused = |reason: Reason| Routing { next: Err(reason), routed: c::ROUTED_NONE, route: None };
        if is_never_routed(destination) {
            return refused(Reason::NeverRouted);
        }
        let Some(route) = self.tables.route(x.record.route_table, destination) else { return refused(Reason::NoRoute) };
        let slot = match route.kind {
            c::ROUTE_INTERNET_GATEWAY => Err(Ok(Next::Internet { egress_only: false })),
            c::ROUTE_EGRESS_ONLY => Err(Ok(Next::Internet { egress_only: true })),
            c::ROUTE_INTERFACE | c::ROUTE_NAT_GATEWAY => Ok(route.slot),
            c::ROUTE_GATEWAY_ENDPOINT => Err(Ok(Next::Endpoint { always_tracked: false })),
            c::ROUTE_TRACKED_ENDPOINT => Err(Ok(Next::Endpoint { always_tracked: true })),
            c::ROUTE_LOCAL => match self.tables.endpoint(x.record.vpc, destination) {
                Some(endpoint) if endpoint.slot != 0 => Ok(endpoint.slot),
                Some(_) => Err(Err(Reason::InterfaceDown)),
                None => Err(Err(Reason::NoSuchAddress)),
            },
            _ => Err(Err(Reason::BlackholeRoute)),
        };
        let next = match slot {
            Err(next) => next,
            Ok(slot) if slot == x.slot => Err(Reason::RouteToSender),
            Ok(slot) => match self.tables.interface(slot) {
                Some(n) if route.kind == c::ROUTE_NAT_GATEWAY => Ok(Next::Gateway(n)),
                Some(y) => Ok(Next::Interface(y)),
                None => Err(Reason::TablesIncomplete),
            },
        };
        Routing { next, routed: c::ROUTED_ROUTE, route: Some(route) }
    }

    pub(super) fn identity_at(&self, x: &At, next: &Result<Next, Reason>, destination: IpAddr) -> u32 {
        let Some(endpoint) = self.tables.endpoint(x.record.vpc, destination) else { return 0 };
        match next {
            Ok(Next::Interface(y)) if y.slot == endpoint.slot => endpoint.identity,
            Err(Reason::InterfaceDown) => endpoint.identity,
            _ => 0,
        }
    }

    pub(super) fn leaves_subnet(&self, x: &At, next: &Result<Next, Reason>, destination: IpAddr) -> bool {
        match next {
            Ok(Next::Interface(y) | Next::Gateway(y)) => y.record.subnet != x.record.subnet,
            Err(Reason::RouteToSender) => false,
            Err(Reason::NoSuchAddress | Reason::InterfaceDown) => !frame::in_subnet(&x.record, destination),
            _ => true,
        }
    }

    pub(super) fn source_outside(&self, x: &At, headers: &Headers) -> Result<IpAddr, Reason> {
        let owner = self.tables.endpoint(x.record.vpc, headers.source).filter(|owner| owner.slot != 0);
        let source = match headers.source {
            IpAddr::V4(_) => {
                let public = owner.map(|owner| owner.public_v4).filter(|public| *public != [0; 4]);
                IpAddr::from(public.ok_or(Reason::SourceWithoutPublicAddress)?)
            }
            IpAddr::V6(_) => owner.map(|_| headers.source).ok_or(Reason::SpoofedSource)?,
        };
        if is_public(headers.destination) { Ok(source) } else { Err(Reason::DestinationNotPublic) }
    }
}
