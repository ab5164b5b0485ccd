//! Judges packets by the tables alone.
//!
//! The third writing of the gates, beside the specification and the kernel's C: it looks up what the kernel program looks
//! up, without its shortcuts. It shows whether the tables say what the World says, apart from whether C reads them well.

mod classify;
mod frame;
mod nat;
mod packet;
mod services;
mod session;

use std::collections::BTreeMap;
use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::{
    EndpointKey, EndpointRecord, InterfaceRecord, OutcomeRecord, PublicKey, PublicRecord, RouteKey, RouteRecord,
    SessionKeyRecord,
};
use ringwall_abi::{Pod, code};
use ringwall_model::gate::Reason;
use ringwall_model::limits::{INTERNET_GATEWAY_MTU, NAT_GATEWAY_MTU, VPC_MTU};
use ringwall_model::outcome::{Answer, Outcome, Verdict};
use ringwall_model::reserved::{SERVICES_MAC, is_never_routed, is_public};
use ringwall_model::session::Direction;
use ringwall_net::frame::{Fragment, Frame, Malformed, Packet, TcpFlags};
use ringwall_net::{Family, MacAddress, Protocol};

use crate::flat::{FlatMaps, Map};
use crate::names::Names;
use crate::{mapped, unmapped};
use classify::{Query, acl, rule};
use packet::{Headers, Ports, resolve};
use session::{GroupVerdict, Session, judge, remember};

/// Tables, and what was remembered of the packets so far.
#[derive(Clone, Debug, Default)]
pub struct Evaluator {
    /// the tables
    pub maps: FlatMaps,
    pub(crate) sessions: BTreeMap<SessionKeyRecord, Session>,
    fragments: packet::Fragments,
    loans: nat::Loans,
    link_local: BTreeMap<u32, (u32, u32)>,
}

/// An interface by slot, as the tables have it.
#[derive(Clone, Copy)]
pub(crate) struct At {
    slot: u32,
    record: InterfaceRecord,
}

/// Why the walk ends, with what is told to the sender.
struct Refused(Reason, Option<Answer>);

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Refused(reason, None)
    }
}

/// Where a packet goes next.
enum Next {
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

/// Whether the interface is a NAT gateway's.
fn is_gateway(at: &At) -> bool {
    at.record.flags & c::INTERFACE_NAT_GATEWAY != 0
}

/// Where a frame enters: an interface's slot, the internet, or a VPC's services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// the slot of an interface
    Interface(u32),
    /// the internet
    Internet,
    /// the slot of a VPC
    Services(u32),
}

impl Evaluator {
    /// What becomes of a frame.
    pub fn judge(&mut self, entry: Entry, frame: &Result<Frame, Malformed>, now: u32, names: &Names) -> Outcome {
        session::sweep(self, now);
        nat::sweep(self, now);
        let mut report = OutcomeRecord::default();
        let verdict = match self.walk(entry, frame, now, &mut report, names) {
            Ok(verdict) => verdict,
            Err(Refused(reason, answer)) => Verdict::Dropped { reason, answer },
        };
        Outcome { verdict, through: names.through(&report), findings: names.findings(&report) }
    }

    fn walk(
        &mut self,
        entry: Entry,
        frame: &Result<Frame, Malformed>,
        now: u32,
        report: &mut OutcomeRecord,
        names: &Names,
    ) -> Result<Verdict, Refused> {
        let sender = match entry {
            Entry::Interface(slot) => Some(self.interface(slot).ok_or(Reason::TablesIncomplete)?),
            Entry::Internet | Entry::Services(_) => None,
        };
        let Ok(frame) = frame else { return Err(Reason::MalformedPacket.into()) };
        let step = match &sender {
            Some(sender) => frame::from_interface(self, sender, frame)?,
            None => frame::from_internet(frame)?,
        };
        let (packet, direct) = match step {
            frame::Step::Answer(answer) => return Ok(Verdict::Answered(answer)),
            frame::Step::Packet(packet, direct) => (packet, direct),
            frame::Step::Service(packet, service) => {
                let Some(x) = sender else { return Err(Reason::TablesIncomplete.into()) };
                report.service = service;
                return self.to_service(&x, packet, now, names, report);
            }
        };
        let number = match entry {
            Entry::Interface(_) => sender.map_or(0, |sender| sender.record.id),
            Entry::Internet => 0,
            Entry::Services(vpc) => 1 << 31 | vpc,
        };
        let headers = resolve(&mut self.fragments, number, packet, now).ok_or(Reason::FragmentWithoutFirst)?;
        report.destination = mapped(headers.destination);
        let told = sender.filter(|_| direct.is_none()).map(|x| Told { x, headers: headers.clone(), tracked: false });
        let mut walk = Walk {
            tables: self,
            now,
            report,
            names,
            length: packet.length,
            is_fragment: packet.fragment != Fragment::Whole,
            source_mac: frame.source,
            told,
        };
        match (sender, entry) {
            (Some(sender), _) => walk.outward(sender, direct, headers),
            (None, Entry::Services(vpc)) => walk.from_services(vpc, headers),
            (None, _) => walk.enter(headers, false),
        }
    }

    fn to_service(
        &mut self,
        x: &At,
        packet: &Packet,
        now: u32,
        names: &Names,
        report: &OutcomeRecord,
    ) -> Result<Verdict, Refused> {
        let owner = self.endpoint(x.record.vpc, packet.source);
        if owner.is_none_or(|owner| owner.slot != x.slot) {
            return Err(Reason::SourceNotOfInterface.into());
        }
        if packet.length > VPC_MTU {
            return Err(Reason::PacketTooBig.into());
        }
        self.count_link_local(x.record.id, now)?;
        let service = names.service(report).ok_or(Reason::TablesIncomplete)?;
        let sent = packet::written(packet).sent(Some(MacAddress(x.record.router)), Some(SERVICES_MAC));
        Ok(Verdict::ToService { service, sent })
    }

    /// Every interface that the current bank holds.
    pub(crate) fn interfaces(&self) -> impl Iterator<Item = InterfaceRecord> {
        let bank = self.maps.bank;
        let records = self.maps.elements(Map::Interfaces).filter_map(move |(key, value)| {
            let index = u32::from_ne_bytes(*key.first_chunk()?);
            InterfaceRecord::from_bytes(value).filter(|_| index / c::SLOTS == bank)
        });
        records.filter(|record| record.id != 0)
    }

    pub(crate) fn interface(&self, slot: u32) -> Option<At> {
        let key = (self.maps.bank * c::SLOTS + slot).to_ne_bytes();
        let record: InterfaceRecord = self.maps.get(Map::Interfaces, &key)?;
        (record.id != 0).then_some(At { slot, record })
    }

    pub(crate) fn endpoint(&self, vpc: u32, address: IpAddr) -> Option<EndpointRecord> {
        let key = EndpointKey { vpc: vpc << 1 | self.maps.bank, address: mapped(address) };
        self.maps.get(Map::Endpoints, key.bytes())
    }

    fn holder(&self, address: IpAddr) -> Option<PublicRecord> {
        let key = PublicKey { bank: self.maps.bank, address: mapped(address) };
        self.maps.get(Map::PublicAddresses, key.bytes())
    }

    fn route(&self, table: u32, address: IpAddr) -> Option<RouteRecord> {
        let table = table << 1 | u32::from(address.is_ipv6());
        let key = RouteKey { prefix_length: 160, table, address: mapped(address) };
        self.maps.longest(Map::Routes, key.bytes())
    }

    fn permits_address(&self, at: &At, address: IpAddr) -> bool {
        at.record.flags & c::INTERFACE_CHECKS_ADDRESSES == 0
            || self.endpoint(at.record.vpc, address).is_some_and(|endpoint| endpoint.slot == at.slot)
    }
}

/// Who is told of what the router refuses, and his packet as he sent it.
struct Told {
    x: At,
    headers: Headers,
    /// whether it belongs to a tracked session of his
    tracked: bool,
}

struct Walk<'a> {
    tables: &'a mut Evaluator,
    now: u32,
    report: &'a mut OutcomeRecord,
    names: &'a Names,
    length: u32,
    is_fragment: bool,
    source_mac: MacAddress,
    told: Option<Told>,
}

/// How a packet comes to an interface.
struct Arrival {
    crosses: bool,
    identity: u32,
    always_tracked: bool,
    source_mac: MacAddress,
}

impl Walk<'_> {
    fn outward(&mut self, x: At, direct: Option<At>, headers: Headers) -> Result<Verdict, Refused> {
        if !self.tables.permits_address(&x, headers.source) {
            return Err(Reason::SourceNotOfInterface.into());
        }
        let routing = match direct {
            Some(neighbour) => {
                Routing { next: Ok(Next::Interface(neighbour)), routed: code::ROUTED_NEIGHBOUR, route: None }
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
            Next::Gateway(n) => self.to_gateway(&x, n, headers),
            Next::Endpoint { .. } => self.to_endpoint(&x, &headers),
            Next::Internet { .. } => self.into_internet(source, headers),
        }
    }

    /// The edge of the subnet, the route, and what the way outside asks: what it gives is the source address there.
    fn ask_way_out(&mut self, x: &At, routing: Routing, headers: &Headers) -> Result<(Next, Option<IpAddr>), Refused> {
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

    fn into_internet(&mut self, source: Option<IpAddr>, headers: Headers) -> Result<Verdict, Refused> {
        self.check_size(INTERNET_GATEWAY_MTU)?;
        let translated = headers.translated(source.ok_or(Reason::TablesIncomplete)?, headers.destination);
        if self.tables.holder(translated.destination).is_some() {
            return self.enter(translated, true);
        }
        Ok(Verdict::LeftToInternet { sent: translated.sent(None, None) })
    }

    fn to_endpoint(&mut self, x: &At, headers: &Headers) -> Result<Verdict, Refused> {
        self.check_size(VPC_MTU)?;
        let service = self.names.service(self.report).ok_or(Reason::TablesIncomplete)?;
        let sent = headers.sent(Some(MacAddress(x.record.router)), Some(SERVICES_MAC));
        Ok(Verdict::ToService { service, sent })
    }

    fn between(&mut self, x: &At, y: At, is_direct: bool, headers: Headers) -> Result<Verdict, Refused> {
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

    fn to_gateway(&mut self, x: &At, n: At, headers: Headers) -> Result<Verdict, Refused> {
        self.ask_gateway(&n, x.record.subnet != n.record.subnet, &headers)?;
        match nat::outward(self.tables, &n, &headers, self.is_fragment, self.now) {
            Ok(translated) => self.onward(n, translated),
            Err(Reason::NatConnectionUnknown) => Err(self.reset(x, &n, &headers)),
            Err(reason) => Err(reason.into()),
        }
    }

    fn back_to_gateway(&mut self, n: At, crosses: bool, headers: Headers) -> Result<Verdict, Refused> {
        self.ask_gateway(&n, crosses, &headers)?;
        let translated = nat::inward(self.tables, &n, &headers, self.is_fragment, self.now)?;
        self.onward(n, translated)
    }

    fn ask_gateway(&mut self, n: &At, crosses: bool, headers: &Headers) -> Result<(), Refused> {
        if crosses {
            self.ask_acl(n, Direction::In, headers)?;
        }
        if self.report.through != 0 {
            return Err(Reason::SecondNatGateway.into());
        }
        self.check_size(NAT_GATEWAY_MTU)
    }

    fn onward(&mut self, n: At, (headers, loan): nat::Translated) -> Result<Verdict, Refused> {
        self.report.through = n.record.id;
        self.report.before = std::mem::take(&mut self.report.found);
        self.report.onward = mapped(headers.destination);
        let routing = self.routing(&n, headers.destination);
        let (next, source) = self.ask_way_out(&n, routing, &headers)?;
        self.tables.loans.extend(loan);
        match next {
            Next::Interface(y) => self.between(&n, y, false, headers),
            Next::Gateway(second) => self.to_gateway(&n, second, headers),
            Next::Endpoint { .. } => self.to_endpoint(&n, &headers),
            Next::Internet { .. } => self.into_internet(source, headers),
        }
    }

    /// The refusal of a segment whose connection the gateway does not know. Its sender's groups admitted it as part of a
    /// session, so they admit the reset too.
    fn reset(&self, x: &At, n: &At, headers: &Headers) -> Refused {
        let refused = |answer| Refused(Reason::NatConnectionUnknown, answer);
        let (Ports::Both(source, _), Some(flags)) = (headers.ports, headers.flags) else { return refused(None) };
        if flags.has(TcpFlags::RST) {
            return refused(None);
        }
        let asks = |at: &At, direction: Direction, remote| {
            let query = Query { remote, protocol: headers.protocol.0, port: Some(source) };
            matches!(acl(&self.tables.maps, at.record.acl_rules[0][direction as usize], &query), Some((_, true)))
        };
        let admitted = x.record.subnet == n.record.subnet
            || asks(n, Direction::Out, headers.source) && asks(x, Direction::In, headers.destination);
        refused(admitted.then_some(Answer::Reset))
    }

    fn from_services(&mut self, vpc: u32, headers: Headers) -> Result<Verdict, Refused> {
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
    fn check_size(&self, mtu: u32) -> Result<(), Refused> {
        if self.length <= mtu {
            return Ok(());
        }
        Err(match &self.told {
            Some(Told { x, headers, tracked }) => self.too_big(x, headers, *tracked, mtu),
            None => Reason::PacketTooBig.into(),
        })
    }

    fn routing(&self, x: &At, destination: IpAddr) -> Routing {
        let refused = |reason: Reason| Routing { next: Err(reason), routed: code::ROUTED_NONE, route: None };
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
        Routing { next, routed: code::ROUTED_ROUTE, route: Some(route) }
    }

    fn identity_at(&self, x: &At, next: &Result<Next, Reason>, destination: IpAddr) -> u32 {
        let Some(endpoint) = self.tables.endpoint(x.record.vpc, destination) else { return 0 };
        match next {
            Ok(Next::Interface(y)) if y.slot == endpoint.slot => endpoint.identity,
            Err(Reason::InterfaceDown) => endpoint.identity,
            _ => 0,
        }
    }

    fn leaves_subnet(&self, x: &At, next: &Result<Next, Reason>, destination: IpAddr) -> bool {
        match next {
            Ok(Next::Interface(y) | Next::Gateway(y)) => y.record.subnet != x.record.subnet,
            Err(Reason::RouteToSender) => false,
            Err(Reason::NoSuchAddress | Reason::InterfaceDown) => !frame::in_subnet(&x.record, destination),
            _ => true,
        }
    }

    fn source_outside(&self, x: &At, headers: &Headers) -> Result<IpAddr, Reason> {
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

    fn enter(&mut self, headers: Headers, reflected: bool) -> Result<Verdict, Refused> {
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

    fn ask_acl(&mut self, at: &At, direction: Direction, headers: &Headers) -> Result<(), Refused> {
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

struct Routing {
    next: Result<Next, Reason>,
    routed: u8,
    route: Option<RouteRecord>,
}
