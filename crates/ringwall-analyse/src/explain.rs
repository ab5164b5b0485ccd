//! What happens to a packet and to its answer, layer by layer.

use ringwall_model::outcome::{Origin, Outcome, Verdict};
use ringwall_model::world::World;
use ringwall_net::frame::Frame;
use ringwall_spec::packet::Memory;
use serde::Serialize;

use crate::question::{Opening, Question, QuestionError, answer};
use crate::remedy::{Remedy, remedy};
use crate::walked::Walked;
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
    /// what became of it: `delivered`, `left-to-internet`, `to-service`, `answered` or `dropped`
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

/// Answers a question.
pub fn explain(world: &World, question: &Question) -> Result<Explanation, QuestionError> {
    let opening = question.opening(world)?;
    let (request, back) = there_and_back(world, &opening);
    let (request, back) = (way(world, request), back.map(|back| way(world, back)));
    let reachable = is_through(&request) && back.as_ref().is_none_or(is_through);
    let remedy = if reachable { None } else { remedy(world, question) };
    Ok(Explanation { reachable, request, answer: back, remedy })
}

/// The packet's way, and its answer's if it arrives at anybody who could answer.
pub(crate) fn there_and_back(world: &World, opening: &Opening) -> (Walked, Option<Walked>) {
    let mut memory = Memory::default();
    let there = Walked::send(world, &mut memory, opening.origin, opening.frame.clone());
    let back =
        there.arrival(world).map(|(at, packet)| Walked::send(world, &mut memory, at, answer(world, at, &packet)));
    (there, back)
}

fn is_through(way: &Way) -> bool {
    way.stopped_by.is_none()
}

fn way(world: &World, walked: Walked) -> Way {
    let (verdict, arrives) = match &walked.trace.outcome.verdict {
        Verdict::Delivered { to, sent } => ("delivered", Some(words::arrival(*to, sent))),
        Verdict::LeftToInternet { sent } => ("left-to-internet", Some(format!("the internet, from {}", sent.source))),
        Verdict::ToService { service, sent } => ("to-service", Some(words::service_arrival(*service, sent))),
        Verdict::Answered(_) => ("answered", Some("the router answers".to_owned())),
        Verdict::Dropped { .. } => ("dropped", None),
    };
    let (mut layers, mut stopped) = (Vec::new(), Vec::new());
    for leg in walked.legs(world) {
        let context = words::Context { world, walked: &walked, leg };
        layers.extend(context.layers());
        stopped.extend(leg.refusals.iter().map(|reason| context.refusal(*reason)));
    }
    let mut stopped = stopped.into_iter();
    let (stopped_by, also_stopped_by) = (stopped.next(), stopped.collect());
    let packet = words::packet(&walked.frame);
    let Walked { origin, frame, trace, .. } = walked;
    Way { packet, verdict, arrives, layers, stopped_by, also_stopped_by, outcome: trace.outcome, frame, origin }
}
