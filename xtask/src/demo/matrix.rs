//! Everybody to everybody: predicted, sent, compared, and shown as a table in which what went alike is one line.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::crowd;
use super::daemon::Ringwall;
use super::network::Network;
use super::probe::{self, BAD, End, Family, Finding, GOOD, Probe, Service};
use super::screen::Screen;

/// How many packets are under way at once. Who waits for a packet that does not come does nothing else.
const HANDS: usize = 40;

const SOCKETS: &str = include_str!("sockets.py");

/// What is known of a probe in the end.
struct Row<'n> {
    probe: Probe<'n>,
    finding: Finding,
    /// whether a real socket got an answer, where one was tried
    answered: Option<bool>,
}

impl Row<'_> {
    fn agrees(&self) -> bool {
        self.finding.arrives == self.finding.arrived
            && self.answered.is_none_or(|answered| answered == self.finding.reachable)
    }
}

/// What was compared, and each comparison that failed in words.
pub struct Tally {
    /// packets that were predicted, sent and compared
    pub packets: usize,
    /// real sockets that were predicted, tried and compared
    pub sockets: usize,
    /// what did not agree
    pub wrong: Vec<String>,
}

/// Sends everything, and shows it.
pub fn run(ringwall: &Ringwall, network: &Network, screen: &Screen) -> Result<Tally> {
    let probes = probe::all(network);
    let done = AtomicUsize::new(0);
    let send = |probe: &Probe| {
        let finding = probe.send(ringwall);
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_multiple_of(10) {
            screen.progress(&format!("sending: {count} of {} packets", probes.len()));
        }
        finding
    };
    let findings = crowd::all(&probes, HANDS, send).into_iter().collect::<Result<Vec<Finding>>>()?;
    screen.progress("asking with real sockets");
    let answers = sockets(ringwall, &probes)?;
    let rows: Vec<Row> = probes
        .into_iter()
        .zip(findings)
        .enumerate()
        .map(|(place, (probe, finding))| Row { probe, finding, answered: answers.get(&place).copied() })
        .collect();
    show(&rows, screen);
    Ok(Tally {
        packets: rows.len(),
        sockets: answers.len(),
        wrong: rows.iter().filter(|row| !row.agrees()).map(disagreement).collect(),
    })
}

/// Which probes got an answer by a real socket: one process in each place asks all that is to be asked from there.
fn sockets(ringwall: &Ringwall, probes: &[Probe]) -> Result<BTreeMap<usize, bool>> {
    let mut by_place: BTreeMap<String, Vec<(usize, Value)>> = BTreeMap::new();
    for (place, probe) in probes.iter().enumerate() {
        let Some(target) = probe.socket_target() else { continue };
        let port = match probe.service {
            Service::Tcp(port) => Some(port),
            Service::Echo => None,
        };
        let (from, source) = match &probe.from {
            End::Host(host) => (host.id.clone(), None),
            End::Outside(_) => ("internet".to_owned(), Some(probe::address(&probe.from, probe.family))),
        };
        by_place.entry(from).or_default().push((place, json!([target, port, source])));
    }
    let places: Vec<(String, Vec<(usize, Value)>)> = by_place.into_iter().collect();
    let mut all = BTreeMap::new();
    for answers in crowd::all(&places, HANDS, |(from, asked)| ask(ringwall, from, asked)) {
        all.extend(answers?);
    }
    Ok(all)
}

fn ask(ringwall: &Ringwall, from: &str, asked: &[(usize, Value)]) -> Result<Vec<(usize, bool)>> {
    let questions: Vec<&Value> = asked.iter().map(|(_, question)| question).collect();
    let mut command = ringwall.exec(from, &["python3", "-c", SOCKETS]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().context("no way to ask")?.write_all(json!(questions).to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the sockets in `{from}` failed: {}", output.status);
    }
    let answers: Vec<bool> = serde_json::from_slice(&output.stdout)?;
    Ok(asked.iter().map(|(place, _)| *place).zip(answers).collect())
}

fn disagreement(row: &Row) -> String {
    let word = |flag: bool, yes: &'static str, no: &'static str| if flag { yes } else { no };
    let socket = row.answered.map_or("not tried", |answered| word(answered, "answered", "not answered"));
    format!(
        "{}: predicted {}, {}; the packet {}; a socket was {socket}",
        row.probe.line(),
        word(row.finding.arrives, "to arrive", "to be refused"),
        word(row.finding.reachable, "to be answered", "not to be answered"),
        word(row.finding.arrived, "arrived", "did not arrive"),
    )
}

/// What makes rows alike, but for the service and the family.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    from: usize,
    claim: String,
    to: usize,
    fate: Fate,
    layer: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Passes,
    Unanswered,
    Refused,
}

#[derive(Default)]
struct Line {
    services: BTreeSet<Service>,
    families: BTreeSet<Family>,
    rules: BTreeSet<String>,
    packets: usize,
    arrived: usize,
    sockets: usize,
    answered: usize,
    wrong: usize,
}

const KINDS: [&str; 5] = ["internet", "bad range", "web", "app", "db"];

fn likeness(row: &Row) -> Likeness {
    let number = |end: &End| KINDS.iter().position(|kind| *kind == end.kind()).unwrap_or(KINDS.len());
    let fate = match (row.finding.arrives, row.finding.reachable) {
        (true, true) => Fate::Passes,
        (true, false) => Fate::Unanswered,
        (false, _) => Fate::Refused,
    };
    Likeness {
        from: number(&row.probe.from),
        claim: row.probe.claim.as_ref().map(|claim| claim.kind().to_owned()).unwrap_or_default(),
        to: number(&row.probe.to),
        fate,
        layer: row.finding.stopped.as_ref().map(|(layer, _)| layer.clone()).unwrap_or_default(),
    }
}

fn show(rows: &[Row], screen: &Screen) {
    // First by service and family, so that only whole sets are put into one line.
    let mut cells: BTreeMap<(Likeness, Service, Family), Line> = BTreeMap::new();
    for row in rows {
        let line = cells.entry((likeness(row), row.probe.service, row.probe.family)).or_default();
        line.services.insert(row.probe.service);
        line.families.insert(row.probe.family);
        line.rules.extend(row.finding.stopped.iter().filter_map(|(_, rule)| rule.clone()));
        line.packets += 1;
        line.arrived += usize::from(row.finding.arrived);
        line.sockets += usize::from(row.answered.is_some());
        line.answered += usize::from(row.answered == Some(true));
        line.wrong += usize::from(!row.agrees());
    }
    let mut by_service: BTreeMap<(Likeness, Service), Line> = BTreeMap::new();
    for ((likeness, service, _), line) in cells {
        by_service.entry((likeness, service)).or_default().add(line);
    }
    let mut lines: BTreeMap<(Likeness, BTreeSet<Family>, BTreeSet<String>, bool), Line> = BTreeMap::new();
    for ((likeness, _), line) in by_service {
        let key = (likeness, line.families.clone(), line.rules.clone(), line.wrong > 0);
        lines.entry(key).or_default().add(line);
    }
    let heads = ["TO", "AS IF FROM", "PORT", "IP", "PREDICTED", "ARRIVED", "ANSWERED", "STOPPED BY"];
    for (number, kind) in KINDS.iter().enumerate() {
        let own = lines.iter().filter(|((likeness, ..), _)| likeness.from == number);
        let table: Vec<Vec<String>> = own.map(|((likeness, ..), line)| line.cells(likeness, screen)).collect();
        if number > 0 {
            screen.line("");
        }
        screen.line(&format!("  {}", screen.strong(&sender(kind))));
        screen.table(&heads, &table);
    }
}

fn sender(kind: &str) -> String {
    let outside = [&GOOD, &BAD].into_iter().find(|outside| outside.label == kind);
    outside.map_or_else(|| format!("from {kind}"), |own| format!("from the {kind}: {}", own.addresses.join(", ")))
}

/// In as few words as possible.
fn services(set: &BTreeSet<Service>) -> String {
    let missing: Vec<&Service> = Service::ALL.iter().filter(|service| !set.contains(service)).collect();
    match missing.as_slice() {
        [] => "all".to_owned(),
        [one] => format!("all but {one}"),
        _ => set.iter().map(Service::to_string).collect::<Vec<_>>().join(" "),
    }
}

impl Line {
    fn add(&mut self, other: Line) {
        self.services.extend(other.services);
        self.families.extend(other.families);
        self.rules.extend(other.rules);
        self.packets += other.packets;
        self.arrived += other.arrived;
        self.sockets += other.sockets;
        self.answered += other.answered;
        self.wrong += other.wrong;
    }

    fn cells(&self, likeness: &Likeness, screen: &Screen) -> Vec<String> {
        let kind = |number: usize| KINDS.get(number).copied().unwrap_or("?").to_owned();
        let predicted = match likeness.fate {
            Fate::Passes => screen.good("passes"),
            Fate::Unanswered => screen.refused("one way"),
            Fate::Refused => screen.refused("refused"),
        };
        let of = |part: usize, whole: usize| if whole == 0 { "-".to_owned() } else { format!("{part} of {whole}") };
        let arrived = of(self.arrived, self.packets);
        let families: Vec<&str> = self.families.iter().map(|family| ["4", "6"][*family as usize]).collect();
        let mark = if self.wrong > 0 { screen.bad(&format!("  {} DISAGREE", self.wrong)) } else { String::new() };
        vec![
            kind(likeness.to),
            likeness.claim.clone(),
            services(&self.services),
            families.join(" "),
            predicted,
            arrived,
            of(self.answered, self.sockets),
            format!("{}{}{mark}", likeness.layer, screen.faint(&self.rules())),
        ]
    }

    fn rules(&self) -> String {
        let mut rules = self.rules.iter();
        match (rules.next(), rules.len()) {
            (None, _) => String::new(),
            (Some(rule), 0) => format!("  {rule}"),
            (Some(rule), more) => format!("  {rule} and {more} more"),
        }
    }
}
