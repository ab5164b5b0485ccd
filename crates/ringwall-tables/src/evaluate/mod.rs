//! Judges packets by the tables alone.
//!
//! The third writing of the gates, beside the specification and the kernel's C: it looks up what the kernel program looks
//! up, without its shortcuts. It shows whether the tables say what the World says, apart from whether C reads them well.

mod classify;
mod frame;
mod nat;
mod nat_way;
mod packet;
mod route;
mod services;
mod session;
mod walk;

use std::collections::BTreeMap;
use std::net::IpAddr;

use ringwall_abi::Pod;
use ringwall_abi::code as c;
use ringwall_abi::record::{
    EndpointKey, EndpointRecord, InterfaceRecord, OutcomeRecord, PublicKey, PublicRecord, RouteKey, RouteRecord,
    SessionKeyRecord,
};
use ringwall_model::gate::Reason;
use ringwall_model::limits::VPC_MTU;
use ringwall_model::outcome::{Answer, Outcome, Verdict};
use ringwall_model::reserved::SERVICES_MAC;
use ringwall_net::MacAddress;
use ringwall_net::frame::{Fragment, Frame, Malformed, Packet};

use crate::flat::{FlatMaps, Map};
use crate::mapped;
use crate::names::Names;
use packet::resolve;
use session::Session;
use walk::{Told, Walk};

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
                return self.reach_service(&x, packet, now, names, report);
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
            (None, Entry::Services(vpc)) => walk.enter_from_services(vpc, headers),
            (None, _) => walk.enter(headers, false),
        }
    }

    fn reach_service(
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
