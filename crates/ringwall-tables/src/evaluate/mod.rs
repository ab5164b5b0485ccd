//! Judges packets by the tables alone.
//!
//! The third writing of the gates, beside the specification and the kernel's C: it looks up what the kernel program looks
//! up, without its shortcuts. It shows whether the tables say what the World says, apart from whether C reads them well.

mod classify;
mod frame;
mod packet;
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
use ringwall_model::limits::{INTERNET_GATEWAY_MTU, VPC_MTU};
use ringwall_model::outcome::{Answer, Outcome, Verdict};
use ringwall_model::reserved::{is_never_routed, is_public};
use ringwall_model::session::Direction;
use ringwall_net::frame::{Frame, Malformed};
use ringwall_net::{Family, MacAddress};

use crate::flat::{FlatMaps, Map};
use crate::names::Names;
use crate::{mapped, unmapped};
use classify::{Query, acl, rule};
use packet::{Headers, resolve};
use session::{GroupVerdict, Session, judge, remember};

/// Tables, and what was remembered of the packets so far.
#[derive(Clone, Debug, Default)]
pub struct Evaluator {
    /// the tables
    pub maps: FlatMaps,
    pub(crate) sessions: BTreeMap<SessionKeyRecord, Session>,
    fragments: packet::Fragments,
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
    Internet { egress_only: bool },
}

impl Evaluator {
    /// What becomes of a frame that the interface in a slot sends, or that comes from the internet (slot 0).
    pub fn judge(&mut self, slot: u32, frame: &Result<Frame, Malformed>, now: u32, names: &Names) -> Outcome {
        session::sweep(self, now);
        let mut report = OutcomeRecord::default();
        let verdict = match self.walk(slot, frame, now, &mut report, names) {
            Ok(verdict) => verdict,
            Err(Refused(reason, answer)) => Verdict::Dropped { reason, answer },
        };
        Outcome { verdict, findings: names.findings(&report) }
    }

    fn walk(
        &mut self,
        slot: u32,
        frame: &Result<Frame, Malformed>,
        now: u32,
        report: &mut OutcomeRecord,
        names: &Names,
    ) -> Result<Verdict, Refused> {
        let sender = if slot == 0 { None } else { Some(self.interface(slot).ok_or(Reason::TablesIncomplete)?) };
        let Ok(frame) = frame else { return Err(Reason::MalformedPacket.into()) };
        let step = match &sender {
            Some(sender) => frame::from_interface(self, sender, frame)?,
            None => frame::from_internet(frame)?,
        };
        let (packet, direct) = match step {
            frame::Step::Answer(answer) => return Ok(Verdict::Answered(answer)),
            frame::Step::Packet(packet, direct) => (packet, direct),
        };
        let number = sender.map_or(0, |sender| sender.record.id);
        let headers = resolve(&mut self.fragments, number, packet, now).ok_or(Reason::FragmentWithoutFirst)?;
        report.destination = mapped(headers.destination);
        let mut walk = Walk { tables: self, now, report, names, length: packet.length, source_mac: frame.source };
        match sender {
            Some(sender) => walk.outward(sender, direct, headers),
            None => walk.enter(headers, false),
        }
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

struct Walk<'a> {
    tables: &'a mut Evaluator,
    now: u32,
    report: &'a mut OutcomeRecord,
    names: &'a Names,
    length: u32,
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
        let egress_only = matches!(routing.next, Ok(Next::Internet { egress_only: true }));
        let identity = self.identity_at(&x, &routing.next, headers.destination);
        let group = self.ask_groups(&x, Direction::Out, &headers, identity, egress_only)?;
        if self.leaves_subnet(&x, &routing.next, headers.destination) {
            self.ask_acl(&x, Direction::Out, &headers)?;
        }
        self.report.routed = routing.routed;
        self.report.route_table = x.record.route_table;
        if let Some(route) = routing.route {
            self.report.route = route.index;
            self.report.route_length = route.prefix_length;
        }
        let next = routing.next?;
        let outside = match next {
            Next::Internet { .. } => Some(self.source_outside(&x, &headers)?),
            Next::Interface(_) => None,
        };
        let tracked = remember(self.tables, &x, Direction::Out, &headers, group, self.now);
        match (next, outside) {
            (Next::Interface(y), _) => {
                let owner = self.tables.endpoint(x.record.vpc, headers.source);
                let identity = owner.filter(|owner| owner.slot == x.slot).map_or(0, |owner| owner.identity);
                let crosses = x.record.subnet != y.record.subnet;
                let router = if direct.is_some() { self.source_mac } else { MacAddress(y.record.router) };
                let told = direct.is_none().then_some((x, tracked));
                self.inward(y, headers, crosses, identity, false, router, told)
            }
            (Next::Internet { .. }, Some(source)) => {
                if self.length > INTERNET_GATEWAY_MTU {
                    return Err(self.too_big(&x, &headers, tracked, INTERNET_GATEWAY_MTU));
                }
                let translated = headers.translated(source, headers.destination);
                if self.tables.holder(translated.destination).is_some() {
                    return self.enter(translated, true);
                }
                Ok(Verdict::LeftToInternet { sent: translated.sent(None, None) })
            }
            (Next::Internet { .. }, None) => Err(Reason::TablesIncomplete.into()),
        }
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
            c::ROUTE_INTERFACE => Ok(route.slot),
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
            Ok(slot) => self.tables.interface(slot).map(Next::Interface).ok_or(Reason::TablesIncomplete),
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
            Ok(Next::Interface(y)) => y.record.subnet != x.record.subnet,
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
        let router = MacAddress(y.record.router);
        self.inward(y, headers, true, 0, egress_only, router, None)
    }

    #[expect(clippy::too_many_arguments, reason = "how a packet arrives")]
    fn inward(
        &mut self,
        y: At,
        headers: Headers,
        crosses: bool,
        identity: u32,
        always_tracked: bool,
        source_mac: MacAddress,
        told: Option<(At, bool)>,
    ) -> Result<Verdict, Refused> {
        if crosses {
            self.ask_acl(&y, Direction::In, &headers)?;
        }
        if !self.tables.permits_address(&y, headers.destination) {
            return Err(Reason::DestinationNotOfInterface.into());
        }
        let group = self.ask_groups(&y, Direction::In, &headers, identity, always_tracked)?;
        remember(self.tables, &y, Direction::In, &headers, group, self.now);
        if self.length > VPC_MTU {
            return Err(match told {
                Some((x, tracked)) => self.too_big(&x, &headers, tracked, VPC_MTU),
                None => Reason::PacketTooBig.into(),
            });
        }
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
                (self.report.group_out, self.report.group_out_rule) = (verdict.finding, verdict.rule);
                self.report.group_out_set = set;
                [Reason::SecurityGroupOut, Reason::NoConnectionOut, Reason::SessionTableFullOut]
            }
            Direction::In => {
                (self.report.group_in, self.report.group_in_rule) = (verdict.finding, verdict.rule);
                self.report.group_in_set = set;
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
                (&mut self.report.acl_out, &mut self.report.acl_out_set, &mut self.report.acl_out_rule),
            ),
            Direction::In => (
                Reason::NetworkAclIn,
                (&mut self.report.acl_in, &mut self.report.acl_in_set, &mut self.report.acl_in_rule),
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
