//! What happens to a packet and to its answer, layer by layer.

use ringwall_model::gate::{Gate, Reason};
use ringwall_model::outcome::{Origin, Outcome, Sent, Verdict};
use ringwall_model::world::World;
use ringwall_net::frame::{Content, Frame, Packet};
use ringwall_spec::packet::journey::journey;
use ringwall_spec::packet::{Memory, Trace};
use serde::Serialize;

use crate::question::{Opening, Question, QuestionError, answer};
use crate::remedy::{Remedy, remedy};
use crate::words;

/// An explanation.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// whether the packet arrives and its answer comes back
    pub reachable: bool,
    /// the packet's way
    pub request: Way,
    /// the answer's way, if the packet arrives at anybody who could answer
    pub answer: Option<Way>,
    /// the fewest changes found that would open the way; none if it is open
    pub remedy: Option<Remedy>,
}

/// One packet's way.
#[derive(Clone, Debug, Serialize)]
pub struct Way {
    /// the packet in a line
    pub packet: String,
    /// what became of it: `delivered`, `left-to-internet`, `answered` or `dropped`
    pub verdict: &'static str,
    /// where it came out
    pub arrives: Option<String>,
    /// what every layer found
    pub layers: Vec<Layer>,
    /// the layer that stopped it
    pub stopped_by: Option<Refusal>,
    /// the other layers that would have
    pub also_stopped_by: Vec<Refusal>,
    /// what came of it
    #[serde(skip)]
    pub outcome: Outcome,
    /// the frame
    #[serde(skip)]
    pub frame: Frame,
    /// where it entered
    #[serde(skip)]
    pub origin: Origin,
}

/// What a layer found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// the layer
    pub layer: String,
    /// whether it lets the packet through
    pub passes: bool,
    /// the rule that decided, by id
    pub rule: Option<String>,
    /// in words
    pub text: String,
}

/// Why a layer stops a packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// the layer
    pub layer: String,
    /// the reason, for machines
    pub reason: &'static str,
    /// in words
    pub text: String,
    /// the code by which Reachability Analyzer names it
    pub explanation_code: Option<&'static str>,
    /// the rule or resource that decided, by id
    pub rule: Option<String>,
    /// how to look at what decided
    pub see: Option<String>,
}

/// The second in which questions are asked: there is no past.
const NOW: u32 = 1;

/// Answers a question.
pub fn explain(world: &World, question: &Question) -> Result<Explanation, QuestionError> {
    let opening = question.opening(world)?;
    let (request, back) = ways(world, &opening);
    let reachable = is_through(&request) && back.as_ref().is_none_or(is_through);
    let remedy = if reachable { None } else { remedy(world, question) };
    Ok(Explanation { reachable, request, answer: back, remedy })
}

/// Whether the packet and its answer get through, and what stopped the first of them that did not.
pub(crate) fn first_refusal(world: &World, opening: &Opening) -> Option<(Trace, Frame, Origin)> {
    let mut memory = Memory::default();
    let there = journey(world, &mut memory, opening.origin, &Ok(opening.frame.clone()), NOW);
    if there.outcome.verdict.reason().is_some() {
        return Some((there, opening.frame.clone(), opening.origin));
    }
    let (at, packet) = arrival(&there.outcome, &opening.frame)?;
    let frame = answer(world, at, &packet);
    let back = journey(world, &mut memory, at, &Ok(frame.clone()), NOW);
    back.outcome.verdict.reason().is_some().then_some((back, frame, at))
}

fn ways(world: &World, opening: &Opening) -> (Way, Option<Way>) {
    let mut memory = Memory::default();
    let there = journey(world, &mut memory, opening.origin, &Ok(opening.frame.clone()), NOW);
    let back = arrival(&there.outcome, &opening.frame).map(|(at, packet)| {
        let frame = answer(world, at, &packet);
        let trace = journey(world, &mut memory, at, &Ok(frame.clone()), NOW);
        way(world, at, frame, trace)
    });
    (way(world, opening.origin, opening.frame.clone(), there), back)
}

/// Where the packet came out, and how it looks there.
fn arrival(outcome: &Outcome, frame: &Frame) -> Option<(Origin, Packet)> {
    let Content::Ip(packet) = &frame.content else { return None };
    let seen = |sent: &Sent| Packet { source: sent.source, destination: sent.destination, ..packet.clone() };
    match &outcome.verdict {
        Verdict::Delivered { to, sent } => Some((Origin::Interface(*to), seen(sent))),
        Verdict::LeftToInternet { sent } => Some((Origin::Internet, seen(sent))),
        Verdict::Answered(_) | Verdict::Dropped { .. } => None,
    }
}

fn is_through(way: &Way) -> bool {
    way.stopped_by.is_none()
}

fn way(world: &World, origin: Origin, frame: Frame, trace: Trace) -> Way {
    let Trace { outcome, findings, refusals } = trace;
    let (verdict, arrives) = match &outcome.verdict {
        Verdict::Delivered { to, sent } => ("delivered", Some(words::arrival(world, *to, sent))),
        Verdict::LeftToInternet { sent } => ("left-to-internet", Some(format!("the internet, from {}", sent.source))),
        Verdict::Answered(_) => ("answered", Some("the router answers".to_owned())),
        Verdict::Dropped { .. } => ("dropped", None),
    };
    let context = words::Context { world, origin, frame: &frame, findings: &findings };
    let mut stopped = refusals.iter().map(|reason| context.refusal(*reason));
    let stopped_by = stopped.next();
    let also_stopped_by = stopped.collect();
    let layers = context.layers(&refusals);
    let packet = words::packet(&frame);
    Way { packet, verdict, arrives, layers, stopped_by, also_stopped_by, outcome, frame, origin }
}

/// The layer of a reason, as people call it.
pub fn layer_name(reason: Reason) -> String {
    reason.gate().to_string()
}

/// The gates in the order in which a packet meets them.
pub const ORDER: [Gate; 11] = [
    Gate::Frame,
    Gate::SourceCheck,
    Gate::SecurityGroupOut,
    Gate::NetworkAclOut,
    Gate::RouteTable,
    Gate::InternetGateway,
    Gate::EgressOnlyInternetGateway,
    Gate::NetworkAclIn,
    Gate::DestinationCheck,
    Gate::SecurityGroupIn,
    Gate::PathMtu,
];
