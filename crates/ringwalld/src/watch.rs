//! Watching: what happens to packets, as it happens.
//!
//! The program reports only while somebody watches. One thread reads the ring for all watchers.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ringwall_abi::code as c;
use ringwall_abi::record::OutcomeRecord;
use ringwall_datapath::events::Events;
use ringwall_model::gate::{Gate, Reason};
use ringwall_model::outcome::{AclFinding, Findings, GroupFinding, RouteFinding, Service};
use ringwall_model::world::{RouteTarget, World};
use ringwall_tables::names::Names;
use ringwall_tables::unmapped;
use serde::Serialize;
use tokio::sync::broadcast;

use crate::controller::Controller;

/// A report, in words that everybody understands.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// nanoseconds since the machine started
    pub time: u64,
    /// `passed`, `answered` or `dropped`
    pub verdict: &'static str,
    /// protocol
    pub protocol: String,
    /// source address
    pub source: IpAddr,
    /// source port, if there is one
    pub source_port: Option<u16>,
    /// destination address
    pub destination: IpAddr,
    /// destination port, if there is one
    pub destination_port: Option<u16>,
    /// length in bytes
    pub length: u32,
    /// the sending interface; none is the internet
    pub from: Option<String>,
    /// the receiving interface; or `resolver`, `metadata` or the gateway endpoint; none is the internet, or nobody
    pub to: Option<String>,
    /// the NAT gateway through which it came
    pub through: Option<String>,
    /// the layer that stopped it, or that let it through last
    pub layer: Option<String>,
    /// the rule that decided, by id; the groups that were asked, by theirs, if none of their rules did
    pub rule: Option<String>,
    /// the reason, for machines
    pub reason: Option<&'static str>,
    /// the reason, in words
    pub text: Option<&'static str>,
}

/// How much is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// refused packets and new flows
    Flows,
    /// every packet
    Packets,
}

/// Watchers of one data plane.
pub struct Watch {
    pins: PathBuf,
    controller: Controller,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    watchers: Vec<(u64, Detail)>,
    next: u64,
    sender: Option<broadcast::Sender<Arc<Report>>>,
}

/// Reports that a slow watcher may lag behind before it misses some.
const BACKLOG: usize = 4_096;

/// A watcher; it watches until it is dropped.
pub struct Watcher {
    watch: Arc<Watch>,
    number: u64,
    reports: broadcast::Receiver<Arc<Report>>,
}

impl Watch {
    /// Nobody watches yet.
    pub fn new(pins: PathBuf, controller: Controller) -> Arc<Watch> {
        Arc::new(Watch { pins, controller, state: Mutex::default() })
    }

    /// Begins to watch.
    pub fn begin(self: &Arc<Watch>, detail: Detail) -> std::io::Result<Watcher> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let reports = match &state.sender {
            Some(sender) => sender.subscribe(),
            None => {
                let (sender, receiver) = broadcast::channel(BACKLOG);
                let events = Events::open(&self.pins)?;
                state.sender = Some(sender.clone());
                let watch = self.clone();
                std::thread::Builder::new().name("watch".into()).spawn(move || watch.read(events, &sender))?;
                receiver
            }
        };
        let number = state.next;
        state.next += 1;
        state.watchers.push((number, detail));
        self.set_detail(&state)?;
        Ok(Watcher { watch: self.clone(), number, reports })
    }

    fn end(&self, number: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.watchers.retain(|(own, _)| *own != number);
        if let Err(error) = self.set_detail(&state) {
            eprintln!("ringwall: watching cannot be ended: {error}");
        }
    }

    fn set_detail(&self, state: &State) -> std::io::Result<()> {
        let watch = match state.watchers.iter().map(|(_, detail)| *detail).max() {
            None => 0,
            Some(Detail::Flows) => c::WATCH_FLOWS,
            Some(Detail::Packets) => c::WATCH_PACKETS,
        };
        // the bank stands in the same place, so the one who flips it also writes this
        self.controller.set_watch(watch)
    }

    /// Reads until nobody watches any more.
    fn read(&self, mut events: Events, sender: &broadcast::Sender<Arc<Report>>) {
        loop {
            if !events.wait(200).unwrap_or(false) {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                if state.watchers.is_empty() {
                    state.sender = None;
                    return;
                }
            }
            let enforced = self.controller.progress().enforced();
            while let Some(record) = events.next_report() {
                let names = enforced.names.read().unwrap_or_else(PoisonError::into_inner);
                // nobody may be listening any more
                let _ = sender.send(Arc::new(report(&names, &enforced.world, &record)));
            }
        }
    }
}

impl Watcher {
    /// The next report; none if there will be no more.
    pub async fn next(&mut self) -> Option<Arc<Report>> {
        loop {
            match self.reports.recv().await {
                Ok(report) => return Some(report),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.watch.end(self.number);
    }
}

fn report(names: &Names, world: &World, record: &OutcomeRecord) -> Report {
    let (findings, through) = (names.findings(record), names.through(record));
    let reason = Reason::from_code(record.reason).filter(|_| record.verdict == c::VERDICT_DROPPED);
    let has_ports = matches!(record.protocol, 6 | 17);
    let (layer, rule) = match reason {
        Some(reason) => {
            let rule = refusing_rule(&findings, reason).or_else(|| groups_asked(names, world, record, reason));
            (Some(reason.gate().to_string()), rule)
        }
        // whoever sends through a NAT gateway was asked on the way to it
        None => match (passing_rule(&findings), &through) {
            ((None, None), Some(through)) => passing_rule(&through.findings),
            (rule, _) => rule,
        },
    };
    let service = names.service(record).filter(|_| record.verdict == c::VERDICT_SERVICE).map(service_name);
    Report {
        time: record.time,
        verdict: match record.verdict {
            c::VERDICT_DROPPED => "dropped",
            c::VERDICT_ANSWERED => "answered",
            _ => "passed",
        },
        protocol: ringwall_net::Protocol(record.protocol).to_string(),
        source: unmapped(record.source),
        source_port: has_ports.then_some(record.source_port),
        destination: unmapped(record.destination),
        destination_port: has_ports.then_some(record.destination_port),
        length: record.length,
        from: names.interface(record.from).map(|id| id.to_string()),
        to: names.interface(record.to).map(|id| id.to_string()).or(service),
        through: through.map(|through| through.gateway.to_string()),
        layer,
        rule,
        reason: reason.map(Reason::slug),
        text: reason.map(Reason::text),
    }
}

fn service_name(service: Service) -> String {
    match service {
        Service::Resolver => "resolver".to_owned(),
        Service::Metadata => "metadata".to_owned(),
        Service::GatewayEndpoint(id) => id.to_string(),
    }
}

fn refusing_rule(findings: &Findings, reason: Reason) -> Option<String> {
    match reason.gate() {
        Gate::NetworkAclOut => findings.acl_out.map(acl_rule),
        Gate::NetworkAclIn => findings.acl_in.map(acl_rule),
        Gate::SecurityGroupOut => findings.group_out.and_then(group_rule),
        Gate::SecurityGroupIn => findings.group_in.and_then(group_rule),
        Gate::RouteTable => match findings.route? {
            RouteFinding::Route { table, .. } | RouteFinding::None { table } => Some(table.to_string()),
            RouteFinding::Neighbour => None,
        },
        Gate::NatGateway | Gate::GatewayEndpoint => match findings.route? {
            RouteFinding::Route { target: RouteTarget::NatGateway(id), .. } => Some(id.to_string()),
            RouteFinding::Route { target: RouteTarget::GatewayEndpoint(id), .. } => Some(id.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// No rule admitted it: then the groups that were asked for one say where to look.
fn groups_asked(names: &Names, world: &World, record: &OutcomeRecord, reason: Reason) -> Option<String> {
    let whose = match reason.gate() {
        Gate::SecurityGroupOut => record.from,
        Gate::SecurityGroupIn => record.to,
        _ => return None,
    };
    let groups = &world.interfaces.get(&names.interface(whose)?)?.groups;
    Some(groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

/// The last layer that decided about a packet that passed.
fn passing_rule(findings: &Findings) -> (Option<String>, Option<String>) {
    match (findings.group_in, findings.group_out) {
        (Some(finding), _) => (Some(Gate::SecurityGroupIn.to_string()), group_rule(finding)),
        (None, Some(finding)) => (Some(Gate::SecurityGroupOut.to_string()), group_rule(finding)),
        (None, None) => (None, None),
    }
}

fn acl_rule(finding: AclFinding) -> String {
    match finding.entry {
        Some(number) => format!("{}/{number}", finding.acl),
        None => format!("{}/*", finding.acl),
    }
}

fn group_rule(finding: GroupFinding) -> Option<String> {
    match finding {
        GroupFinding::Untracked(rule)
        | GroupFinding::Rule(rule)
        | GroupFinding::NoConnection(rule)
        | GroupFinding::TableFull(rule) => Some(rule.rule.to_string()),
        GroupFinding::Session => Some("session".to_owned()),
        GroupFinding::Related => Some("related".to_owned()),
        GroupFinding::NoRule => None,
    }
}
