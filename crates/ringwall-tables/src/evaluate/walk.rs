//! The order in which a packet's gates are asked.

use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::OutcomeRecord;
use ringwall_model::gate::Reason;
use ringwall_model::limits::{INTERNET_GATEWAY_MTU, VPC_MTU};
use ringwall_model::outcome::{Answer, Verdict};
use ringwall_model::reserved::{SERVICES_MAC, is_public};
use ringwall_model::session::Direction;
use ringwall_net::{Family, MacAddress, Protocol};

use super::classify::{Query, acl, rule};
use super::packet::{Headers, Ports};
use super::route::{Next, Routing};
use super::session::{self, GroupVerdict, judge, remember};
use super::{At, Evaluator, Refused, frame, is_gateway};
use crate::names::Names;
use crate::unmapped;

/// Who is told of what the router refuses, and his packet as he sent it.
pub(super) struct Told {
    pub(super) x: At,
    pub(super) headers: Headers,
    /// whether it belongs to a tracked session of his
    pub(super) tracked: bool,
}

/// A packet on its way.
pub(super) struct Walk<'a> {
    pub(super) tables: &'a mut Evaluator,
    pub(super) now: u32,
    pub(super) report: &'a mut OutcomeRecord,
    pub(super) names: &'a Names,
    pub(super) length: u32,
    pub(super) is_fragment: bool,
    pub(super) source_mac: MacAddress,
    pub(super) told: Option<Told>,
}

/// How a packet comes to an interface.
struct Arrival {
    crosses: bool,
    identity: u32,
    always_tracked: bool,
    source_mac: MacAddress,
}

impl Walk<'_> {
    pub(super) fn outward(&mut self, x: At, direct: Option<At>, headers: Headers) -> Result<Verdict, Refused> {
        if !self.tables.permits_address(&x, headers.source) {
            return Err(Reason::SourceNotOfInterface.into());
        }
        let routing = match direct {
            Some(neighbour) => {
                Routing { next: Ok(Next::Interface(neighbour)), routed: c::ROUTED_NEIGHBOUR, route: None }
            }
            None => self.routing(&x, headers.destination),
        };
        let always_tracked = matches!(
            routing.next,
            Ok(Next::Internet { egress_only: true } | Next::Gateway(_) | Next::Endpoint { always_tracked: true })
        );
        let identity = self.identity_at(&x, &routing.next, headers.destination);
        let group = self.ask_groups(&x, Direction::Out, &headers, identity, always_tracked)?;
        let (next, source) = self.ask_way_out(&x, routing, &headers)?;
        let tracked = remember(self.tables, &x, Direction::Out, &headers, group, self.now);
        if let Some(told) = &mut self.told {
            told.tracked = tracked;
        }
        match next {
            Next::Interface(y) => self.between(&x, y, direct.is_some(), headers),
            Next::Gateway(n) => self.reach_gateway(&x, n, headers),
            Next::Endpoint { .. } => self.reach_endpoint(&x, &headers),
            Next::Internet { .. } => self.reach_internet(source, headers),
        }
    }

    /// The edge of the subnet, the route, and what the way outside asks: what it gives is the source address there.
    pub(super) fn ask_way_out(
        &mut self,
        x: &At,
        routing: Routing,
        headers: &Headers,
    ) -> Result<(Next, Option<IpAddr>), Refused> {
        if self.leaves_subnet(x, &routing.next, headers.destination) {
            self.ask_acl(x, Direction::Out, headers)?;
        }
        let found = &mut self.report.found;
        (found.routed, found.route_table) = (routing.routed, x.record.route_table);
        if let Some(route) = routing.route {
            (found.route, found.route_length) = (route.index, route.prefix_length);
        }
        let next = routing.next?;
        let source = match next {
            Next::Internet { .. } => Some(self.source_outside(x, headers)?),
            Next::Endpoint { .. } => {
                let is_carried = match headers.ports {
                    Ports::Icmp(kind, ..) => kind == 8,
                    _ => headers.protocol == Protocol::TCP,
                };
                if !is_carried || headers.family() == Family::V6 {
                    return Err(Reason::GatewayEndpointProtocol.into());
                }
                let owner = self.tables.endpoint(x.record.vpc, headers.source);
                owner.filter(|owner| owner.slot != 0).ok_or(Reason::EndpointSourceUnknown)?;
                None
            }
            Next::Interface(_) | Next::Gateway(_) => None,
        };
        Ok((next, source))
    }

    pub(super) fn reach_internet(&mut self, source: Option<IpAddr>, headers: Headers) -> Result<Verdict, Refused> {
        self.check_size(INTERNET_GATEWAY_MTU)?;
        let translated = headers.translated(source.ok_or(Reason::TablesIncomplete)?, headers.destination);
        if self.tables.holder(translated.destination).is_some() {
            return self.enter(translated, true);
        }
        Ok(Verdict::LeftToInternet { sent: translated.sent(None, None) })
    }

    pub(super) fn reach_endpoint(&mut self, x: &At, headers: &Headers) -> Result<Verdict, Refused> {
        self.check_size(VPC_MTU)?;
        let service = self.names.service(self.report).ok_or(Reason::TablesIncomplete)?;
        let sent = headers.sent(Some(MacAddress(x.record.router)), Some(SERVICES_MAC));
        Ok(Verdict::ToService { service, sent })
    }

    pub(super) fn between(&mut self, x: &At, y: At, is_direct: bool, headers: Headers) -> Result<Verdict, Refused> {
        let crosses = x.record.subnet != y.record.subnet;
        if is_gateway(&y) {
            return self.back_to_gateway(y, crosses, headers);
        }
        let owner = self.tables.endpoint(x.record.vpc, headers.source);
        let arrival = Arrival {
            crosses,
            identity: owner.filter(|owner| owner.slot == x.slot).map_or(0, |owner| owner.identity),
            always_tracked: is_gateway(x),
            source_mac: if is_direct { self.source_mac } else { MacAddress(y.record.router) },
        };
        self.inward(y, headers, arrival)
    }

    pub(super) fn enter_from_services(&mut self, vpc: u32, headers: Headers) -> Result<Verdict, Refused> {
        let owner = self.tables.endpoint(vpc, headers.destination).ok_or(Reason::NoSuchAddress)?;
        let y = match owner.slot {
            0 => return Err(Reason::InterfaceDown.into()),
            slot => self.tables.interface(slot).ok_or(Reason::TablesIncomplete)?,
        };
        let source_mac = MacAddress(y.record.router);
        if !is_gateway(&y) && self.tables.service(vpc, headers.source).is_some() {
            self.check_size(VPC_MTU)?;
            let to = self.names.interface(y.record.id).ok_or(Reason::TablesIncomplete)?;
            let sent = headers.sent(Some(source_mac), Some(MacAddress(y.record.mac)));
            return Ok(Verdict::Delivered { to, sent });
        }
        let always_tracked = match self.tables.route(y.record.route_table, headers.source).map(|route| route.kind) {
            Some(c::ROUTE_GATEWAY_ENDPOINT) => false,
            Some(c::ROUTE_TRACKED_ENDPOINT) => true,
            _ if self.tables.service(vpc, headers.source).is_some() => false,
            _ => return Err(Reason::NoGatewayEndpoint.into()),
        };
        if is_gateway(&y) {
            return self.back_to_gateway(y, true, headers);
        }
        self.inward(y, headers, Arrival { crosses: true, identity: 0, always_tracked, source_mac })
    }

    /// Refuses a packet that is too big, with the report to its sender if his rules admit that.
    pub(super) fn check_size(&self, mtu: u32) -> Result<(), Refused> {
        if self.length <= mtu {
            return Ok(());
        }
        Err(match &self.told {
            Some(Told { x, headers, tracked }) => self.too_big(x, headers, *tracked, mtu),
            None => Reason::PacketTooBig.into(),
        })
    }

    pub(super) fn enter(&mut self, headers: Headers, reflected: bool) -> Result<Verdict, Refused> {
        if !is_public(headers.source) {
            return Err(Reason::SourceNotPublic.into());
        }
        let holder = self.tables.holder(headers.destination).ok_or(Reason::UnknownPublicAddress)?;
        if !reflected && self.tables.holder(headers.source).is_some() {
            return Err(Reason::SpoofedSource.into());
        }
        let y = self.tables.interface(holder.slot).ok_or(Reason::TablesIncomplete)?;
        let mut egress_only = false;
        if headers.family() == Family::V6 {
            egress_only = match self.tables.route(y.record.route_table, headers.source).map(|route| route.kind) {
                Some(c::ROUTE_INTERNET_GATEWAY) => false,
                Some(c::ROUTE_EGRESS_ONLY) => true,
                _ => return Err(Reason::NoInternetRoute.into()),
            };
        }
        let headers = headers.translated(headers.source, unmapped(holder.private));
        if egress_only && !session::answers_or_reports(self.tables, &y, &headers) {
            return Err(Reason::InboundThroughEgressOnly.into());
        }
        self.told = None;
        if is_gateway(&y) {
            return self.back_to_gateway(y, true, headers);
        }
        let source_mac = MacAddress(y.record.router);
        self.inward(y, headers, Arrival { crosses: true, identity: 0, always_tracked: egress_only, source_mac })
    }

    fn inward(&mut self, y: At, headers: Headers, arrival: Arrival) -> Result<Verdict, Refused> {
        let Arrival { crosses, identity, always_tracked, source_mac } = arrival;
        if crosses {
            self.ask_acl(&y, Direction::In, &headers)?;
        }
        if !self.tables.permits_address(&y, headers.destination) {
            return Err(Reason::DestinationNotOfInterface.into());
        }
        let group = self.ask_groups(&y, Direction::In, &headers, identity, always_tracked)?;
        remember(self.tables, &y, Direction::In, &headers, group, self.now);
        self.check_size(VPC_MTU)?;
        let to = self.names.interface(y.record.id).ok_or(Reason::TablesIncomplete)?;
        let sent = headers.sent(Some(source_mac), Some(MacAddress(y.record.mac)));
        Ok(Verdict::Delivered { to, sent })
    }

    fn ask_groups(
        &mut self,
        at: &At,
        direction: Direction,
        headers: &Headers,
        identity: u32,
        always_tracked: bool,
    ) -> Result<GroupVerdict, Refused> {
        let verdict = judge(self.tables, at, direction, headers, identity, always_tracked);
        let set = at.record.group_rules[headers.family_index()][direction as usize];
        let refusals = match direction {
            Direction::Out => {
                (self.report.found.group_out, self.report.found.group_out_rule) = (verdict.finding, verdict.rule);
                self.report.found.group_out_set = set;
                [Reason::SecurityGroupOut, Reason::NoConnectionOut, Reason::SessionTableFullOut]
            }
            Direction::In => {
                (self.report.found.group_in, self.report.found.group_in_rule) = (verdict.finding, verdict.rule);
                self.report.found.group_in_set = set;
                [Reason::SecurityGroupIn, Reason::NoConnectionIn, Reason::SessionTableFullIn]
            }
        };
        match verdict.finding {
            c::GROUP_NO_RULE => Err(refusals[0].into()),
            c::GROUP_NO_CONNECTION => Err(refusals[1].into()),
            c::GROUP_TABLE_FULL => Err(refusals[2].into()),
            _ => Ok(verdict),
        }
    }

    pub(super) fn ask_acl(&mut self, at: &At, direction: Direction, headers: &Headers) -> Result<(), Refused> {
        let set = at.record.acl_rules[headers.family_index()][direction as usize];
        let found = acl(&self.tables.maps, set, &headers.query(direction));
        let allows = matches!(found, Some((_, true)));
        let finding = if allows { c::ACL_ALLOWS } else { c::ACL_DENIES };
        let entry = found.map_or(c::ACL_FINAL, |(entry, _)| entry);
        let (reason, places) = match direction {
            Direction::Out => (
                Reason::NetworkAclOut,
                (
                    &mut self.report.found.acl_out,
                    &mut self.report.found.acl_out_set,
                    &mut self.report.found.acl_out_rule,
                ),
            ),
            Direction::In => (
                Reason::NetworkAclIn,
                (&mut self.report.found.acl_in, &mut self.report.found.acl_in_set, &mut self.report.found.acl_in_rule),
            ),
        };
        (*places.0, *places.1, *places.2) = (finding, set, entry);
        if allows { Ok(()) } else { Err(reason.into()) }
    }

    /// The refusal of a packet that is too big, with the report to the sender if its rules admit that.
    fn too_big(&self, x: &At, headers: &Headers, tracked: bool, mtu: u32) -> Refused {
        let family = headers.family_index();
        let admitted =
            headers.report_query(frame::router_address(&x.record, headers.family())).filter(|query: &Query| {
                let by_acl = acl(&self.tables.maps, x.record.acl_rules[family][0], query);
                matches!(by_acl, Some((_, true)))
                    && (tracked || rule(&self.tables.maps, x.record.group_rules[family][0], query, 0).is_some())
            });
        Refused(Reason::PacketTooBig, admitted.map(|_| Answer::TooBig { mtu }))
    }
}
