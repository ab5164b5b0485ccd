//! Asking the rules, one after the other.
//!
//! There is one walk. With [`Texts`] at hand it leaves out what cannot match, and makes and searches each text once; without
//! them it does as the rules say, and is the definition that the other is compared with.

mod look;
mod memory;
mod removed;
mod sight;
mod state;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use ringwall_waf::request::Request;

use crate::collection::Collection;
use crate::model::{Allowed, Disruption, Effect, Engine, Phase, Processor, Rule};
use crate::operator::{Expression, Surroundings};
use crate::outcome::{Evidence, Fired, Interruption, Outcome, Scores};
use crate::reader::Step;
use crate::ruleset::RuleSet;
use crate::transaction::{self, Fields, Response};
use removed::Removed;
use sight::Sight;
use state::State;

/// Memory that is kept from one request to the next; each thread has its own.
#[derive(Debug, Default)]
pub struct Scratch {
    sight: sight::Kept,
    expressions: BTreeMap<Vec<u8>, Option<Expression>>,
    /// the set of rules that it was used with
    used_with: Option<u64>,
}

impl Scratch {
    /// None so far.
    pub fn new() -> Scratch {
        Scratch::default()
    }
}

/// What is asked of rules.
pub(crate) struct Question<'q, 'r> {
    pub(crate) request: &'q Request<'r>,
    pub(crate) response: Option<&'q Response<'r>>,
    /// how many bytes of the body are looked at
    pub(crate) body_limit: usize,
    /// whether a rule is left out, by its number
    pub(crate) is_excluded: &'q dyn Fn(u32) -> bool,
}

/// Asks the rules; as fast as it goes, if there is memory for that, and else as it is defined.
pub(crate) fn evaluate(set: &RuleSet, question: &Question, scratch: Option<&mut Scratch>) -> Outcome {
    if set.engine == Engine::Off {
        return Outcome::default();
    }
    let mut own = Scratch::new();
    let is_compiled = scratch.is_some();
    let scratch = scratch.unwrap_or(&mut own);
    if scratch.used_with.replace(set.number) != Some(set.number) {
        (scratch.sight, scratch.expressions) = Default::default();
    }
    let (head, processor) = transaction::head(question.request, &set.limits);
    let given = question.request.body;
    let body_text = &given[..given.len().min(question.body_limit).min(set.limits.body)];
    let body: OnceCell<Fields> = OnceCell::new();
    let full_text: OnceCell<Vec<u8>> = OnceCell::new();
    let response: OnceCell<Fields> = OnceCell::new();
    let sight = is_compiled.then(|| Sight::new(&set.plan, std::mem::take(&mut scratch.sight)));
    let mut walk = Walk {
        set,
        state: State::new(set, std::mem::take(&mut scratch.expressions)),
        sight,
        is_excluded: question.is_excluded,
        removed: Removed::default(),
        marker: None,
        skip: 0,
        allowed: None,
        engine: set.engine,
        processor,
        reads_body: set.limits.reads_body,
        forces_body: true,
        evidence: Vec::new(),
        outcome: Outcome::default(),
    };
    walk.add(&head);
    walk.phase(Phase::RequestHeaders);
    if walk.goes_on() && walk.reads_body {
        let fields = body.get_or_init(|| {
            let read = transaction::Reading { processor: walk.processor, shows_raw: walk.forces_body };
            transaction::body(question.request, body_text, read, &head, &set.limits)
        });
        walk.add(fields);
        if set.plan.wants(Collection::FullRequest) {
            let text = full_text.get_or_init(|| transaction::full_request_text(question.request, body_text));
            walk.set(Collection::FullRequest, text);
        }
        walk.phase(Phase::RequestBody);
    }
    if let Some(given) = question.response.filter(|_| walk.goes_on()) {
        walk.add(response.get_or_init(|| transaction::response(given)));
        walk.phase(Phase::ResponseHeaders);
        if walk.goes_on() {
            walk.phase(Phase::ResponseBody);
        }
    }
    if walk.engine != Engine::Off {
        walk.phase(Phase::Logging);
    }
    walk.finish(scratch)
}

pub(crate) struct Walk<'p> {
    set: &'p RuleSet,
    state: State<'p>,
    sight: Option<Sight<'p>>,
    is_excluded: &'p dyn Fn(u32) -> bool,
    removed: Removed<'p>,
    /// the marker that is skipped to
    marker: Option<usize>,
    /// how many rules are left out
    skip: usize,
    allowed: Option<Allowed>,
    engine: Engine,
    processor: Option<Processor>,
    reads_body: bool,
    /// whether rules see the body as it was sent, also if it is read in another way than as a form
    forces_body: bool,
    /// where the current rule found what it looks for
    evidence: Vec<Evidence>,
    outcome: Outcome,
}

impl<'p> Walk<'p> {
    fn goes_on(&self) -> bool {
        self.outcome.interruption.is_none() && self.engine != Engine::Off
    }

    fn add(&mut self, fields: &'p Fields) {
        let replaced = self.state.add(fields);
        if let Some(sight) = &mut self.sight {
            replaced.into_iter().for_each(|own| sight.forget(own));
        }
    }

    fn set(&mut self, collection: Collection, value: &'p [u8]) {
        self.state.set(collection, value);
        if let Some(sight) = &mut self.sight {
            sight.forget(collection);
        }
    }

    /// Asks the rules of a phase.
    fn phase(&mut self, phase: Phase) {
        let is_let_through = match self.allowed {
            Some(Allowed::Everything) => phase != Phase::Logging,
            Some(Allowed::Request) => phase <= Phase::RequestBody,
            _ => false,
        };
        if is_let_through {
            return;
        }
        self.allowed = None;
        let set = self.set;
        for step in &set.phases[phase.place()] {
            match step {
                Step::Marker(marker) if self.marker == Some(*marker) => self.marker = None,
                Step::Marker(_) => {}
                Step::Rule(_) if self.marker.is_some() => {}
                Step::Rule(_) if self.skip > 0 => self.skip -= 1,
                Step::Rule(at) => {
                    self.rule(&set.rules[*at], *at);
                    if self.allowed.is_some() || self.engine == Engine::Off {
                        break;
                    }
                    if self.outcome.interruption.is_some() && phase != Phase::Logging {
                        break;
                    }
                }
            }
        }
    }

    fn rule(&mut self, rule: &'p Rule, at: usize) {
        if (self.is_excluded)(rule.id) || self.removed.has(rule) {
            return;
        }
        self.state.rule = Some(rule);
        self.evidence.clear();
        if !self.link(rule, at, 0) {
            return;
        }
        if let Some(severity) = rule.severity {
            self.state.highest_severity = self.state.highest_severity.min(severity);
        }
        if rule.is_logged {
            self.tell(rule);
        }
        if let Some(disruption) = rule.disruption.filter(|_| self.engine == Engine::On) {
            self.disrupt(rule, disruption);
        }
    }

    /// Asks a link of a rule and those behind it; answers whether all match.
    fn link(&mut self, rule: &'p Rule, at: usize, place: usize) -> bool {
        let Some(link) = rule.links.get(place) else { return true };
        if !self.look(rule, at, place, link) {
            self.state.matched.clear();
            return false;
        }
        if !self.link(rule, at, place + 1) {
            return false;
        }
        link.effects.iter().for_each(|effect| self.effect(effect));
        true
    }

    fn effect(&mut self, effect: &'p Effect) {
        match effect {
            Effect::SkipAfter(marker) => self.marker = Some(*marker),
            Effect::Skip(count) => self.skip = *count,
            Effect::RemoveRules(ids) => self.removed.ids.push(ids.clone()),
            Effect::RemoveRulesTagged(tag) => self.removed.tags.push(tag),
            Effect::RemoveTarget(ids, target) => self.removed.targets.push((ids.clone(), target)),
            Effect::RemoveTargetTagged(tag, target) => self.removed.tagged_targets.push((tag, target)),
            Effect::Processor(processor) => {
                self.processor = Some(*processor);
                self.set(Collection::ReqbodyProcessor, processor.name().as_bytes());
            }
            Effect::ForceBody(forced) => self.forces_body = *forced,
            Effect::BodyAccess(reads) => self.reads_body = *reads,
            Effect::Engine(engine) => self.engine = *engine,
        }
    }

    fn tell(&mut self, rule: &Rule) {
        let filled = |text: Option<&crate::text::Text>| {
            text.map(|own| String::from_utf8_lossy(&self.state.fill(own)).into_owned()).unwrap_or_default()
        };
        let fired = Fired {
            id: rule.id,
            phase: rule.phase,
            message: filled(rule.message.as_ref()),
            log_data: filled(rule.log_data.as_ref()),
            severity: rule.severity,
            evidence: std::mem::take(&mut self.evidence),
        };
        self.outcome.fired.push(fired);
    }

    fn disrupt(&mut self, rule: &Rule, disruption: Disruption) {
        match disruption {
            Disruption::Pass => {}
            Disruption::Allow(how) => self.allowed = Some(how),
            Disruption::Deny | Disruption::Drop => {
                let drops = disruption == Disruption::Drop;
                let own = Interruption { rule: rule.id, phase: rule.phase, status: rule.status, drops };
                self.outcome.interruption.get_or_insert(own);
            }
        }
    }

    fn finish(mut self, scratch: &mut Scratch) -> Outcome {
        self.outcome.scores = self.scores();
        if let Some(sight) = self.sight.take() {
            scratch.sight = sight.keep();
        }
        scratch.expressions = self.state.into_expressions();
        self.outcome
    }

    /// What the Core Rule Set reckoned, in the words of its version 3 or 4.
    fn scores(&self) -> Scores {
        let number = |name: &str| {
            let slot = self.state.set_of_rules().slots.find(Collection::Tx, name);
            slot.and_then(|slot| self.state.memory.get(slot)).map(|value| crate::operator::number(value))
        };
        let either = |first: &str, second: &str| number(first).or_else(|| number(second)).unwrap_or(0);
        let levels = |first: &str, second: &str| {
            [1, 2, 3, 4].map(|level| either(&format!("{first}{level}"), &format!("{second}{level}")))
        };
        Scores {
            inbound: levels("inbound_anomaly_score_pl", "anomaly_score_pl"),
            outbound: levels("outbound_anomaly_score_pl", "outbound_anomaly_score_pl"),
            blocking: either("blocking_inbound_anomaly_score", "anomaly_score"),
            threshold: number("inbound_anomaly_score_threshold").unwrap_or(0),
        }
    }
}
