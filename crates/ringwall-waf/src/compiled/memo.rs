//! What is known already of a request: its values, what they may have, and what was answered.

use std::ops::Range;

use ringwall_search::TextId;

use super::plan::Part;
use super::{Attack, Plan};
use crate::environment::{Detector, Sensitivity};
use crate::field::{Extracted, Found, Value, View};
use crate::statement::{Find, Place};

/// What is known already of a request.
pub(crate) struct Memo<'r> {
    plan: &'r Plan,
    detector: &'r dyn Detector,
    state: State<'r>,
}

/// It, apart from the web ACL that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct State<'r> {
    found: Found<'r>,
    /// for each source the range of its values, and what it decides
    sources: Vec<Option<(Range<usize>, Extracted)>>,
    /// for each slot the range of its values in `values`
    slots: Vec<Option<Range<usize>>>,
    /// values after transformations
    values: Vec<Value>,
    /// for each question what is known
    answers: Vec<Answer>,
    /// the questions that may be answered with yes, or were, as bits
    open: Vec<u64>,
    /// the questions of which something is known
    touched: Vec<usize>,
    /// for each rule whether it must be asked, as bits
    rules: Vec<u64>,
    /// the items of a slot that were seen already
    seen: Vec<bool>,
    /// for each text what the detector said of it
    attacks: Vec<[Asked; Attack::COUNT]>,
}

/// What is known of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Answer {
    /// no value has what is needed
    #[default]
    No,
    /// a value has what is needed
    Maybe,
    /// none satisfies it, though
    Searched,
    /// that value does, there
    Yes(Value, Range<usize>),
}

/// What a detector said, if it was asked.
type Asked = Option<Option<(usize, usize)>>;

/// How far a list of rules is asked.
pub(crate) struct Order {
    list: usize,
    next: usize,
    stop: usize,
    length: usize,
}

impl Order {
    /// The beginning of a list of so many rules.
    pub fn new(list: Option<usize>, length: usize) -> Order {
        Order { list: list.unwrap_or(0), next: 0, stop: 0, length }
    }

    /// The next rule of all.
    pub fn next(&mut self) -> Option<usize> {
        let next = (self.next < self.length).then_some(self.next)?;
        self.next += 1;
        Some(next)
    }
}

/// What a test found.
pub(crate) enum Outcome<'m> {
    /// it was decided without looking
    Decided(bool),
    /// no value satisfies it
    Nothing,
    /// that value does: its name, its bytes, and where
    Found(Option<&'m [u8]>, &'m [u8], Range<usize>),
}

impl<'r> Memo<'r> {
    /// Nothing is known; what is kept from other requests is only memory.
    pub fn new(plan: &'r Plan, detector: &'r dyn Detector, state: State<'static>) -> Memo<'r> {
        let mut state = State { found: state.found.recycled(), ..state };
        state.sources.clear();
        state.sources.resize(plan.sources.len(), None);
        state.slots.clear();
        state.slots.resize(plan.slots.len(), None);
        state.values.clear();
        for question in state.touched.drain(..) {
            state.answers[question] = Answer::No;
        }
        let answers = state.answers.len().max(plan.questions.len());
        state.answers.resize(answers, Answer::No);
        state.open.clear();
        state.open.resize(plan.questions.len().div_ceil(64), 0);
        state.rules.clear();
        state.rules.extend_from_slice(&plan.always);
        state.seen.clear();
        state.attacks.clear();
        Memo { plan, detector, state }
    }

    /// The memory, for other requests.
    pub fn finished(self) -> State<'static> {
        let found = self.state.found.recycled();
        State { found, ..self.state }
    }

    /// The next rule that may match or do anything else. What it looks at is prepared then.
    pub fn next(&mut self, view: &View<'r>, order: &mut Order) -> Option<usize> {
        let list = &self.plan.lists[order.list];
        loop {
            let stop = list.stops.get(order.stop);
            let until = stop.map_or(order.length, |stop| stop.0);
            if let Some(number) = self.first_rule(list.first + order.next..list.first + until) {
                order.next = number - list.first + 1;
                return Some(number - list.first);
            }
            let (at, slot) = *stop?;
            order.next = order.next.max(at);
            order.stop += 1;
            self.prepare(view, slot);
        }
    }

    /// The first of those rules that must be asked.
    fn first_rule(&self, range: Range<usize>) -> Option<usize> {
        let mut at = range.start;
        while at < range.end {
            let word = self.state.rules[at / 64] >> (at % 64);
            if word != 0 {
                let found = at + word.trailing_zeros() as usize;
                return (found < range.end).then_some(found);
            }
            at = (at / 64 + 1) * 64;
        }
        None
    }

    /// Extracts and transforms the values of a slot, and sees what they may have.
    fn prepare(&mut self, view: &View<'r>, number: usize) {
        if self.state.slots[number].is_some() {
            return;
        }
        let slot = &self.plan.slots[number];
        let (range, extracted) = self.source(view, slot.source);
        let start = self.state.values.len();
        if extracted.decided == Some(true) {
            slot.asked.iter().for_each(|own| self.ask_rules(own.question));
        }
        let mut seen = std::mem::take(&mut self.state.seen);
        seen.clear();
        seen.resize(self.plan.searcher.as_ref().map_or(0, |own| own.len()), false);
        for at in range {
            let value = self.state.found.values[at];
            let text = self.state.found.texts.transformed(value.text, slot.chain.steps());
            self.state.values.push(Value { name: value.name, text });
            let Some(searcher) = &self.plan.searcher else {
                slot.asked.iter().for_each(|own| self.may_hold(own.question));
                continue;
            };
            let State { found, answers, open, touched, rules, .. } = &mut self.state;
            let present = found.texts.present(text);
            for item in found.texts.items(text, searcher) {
                if seen[item.index()] {
                    continue;
                }
                let mut is_all = true;
                let first = slot.asked.partition_point(|own| own.item < *item);
                for own in slot.asked[first..].iter().take_while(|own| own.item == *item) {
                    if self.plan.questions[own.question].parts[own.part].guards.let_pass(present) {
                        may_hold(self.plan, answers, open, touched, rules, own.question);
                    } else {
                        is_all = false;
                    }
                }
                // What another text's bytes did not allow, the next one's may.
                seen[item.index()] = is_all;
            }
        }
        self.state.seen = seen;
        self.state.slots[number] = Some(start..self.state.values.len());
    }

    /// The values of a source, and what it decides.
    fn source(&mut self, view: &View<'r>, number: usize) -> (Range<usize>, Extracted) {
        if let Some(known) = &self.state.sources[number] {
            return known.clone();
        }
        let source = &self.plan.sources[number];
        let start = self.state.found.values.len();
        let extracted = source.field.extract(view, &source.pre_parse, &mut self.state.found);
        if extracted.decided.is_some() {
            self.state.found.values.truncate(start);
        }
        if extracted.oversize.is_some() {
            source.rules.iter().for_each(|rule| ask(&mut self.state.rules, *rule));
        }
        let known = (start..self.state.found.values.len(), extracted);
        self.state.sources[number] = Some(known.clone());
        known
    }

    fn may_hold(&mut self, question: usize) {
        let State { answers, open, touched, rules, .. } = &mut self.state;
        may_hold(self.plan, answers, open, touched, rules, question);
    }

    fn ask_rules(&mut self, question: usize) {
        self.plan.questions[question].rules.iter().for_each(|rule| ask(&mut self.state.rules, *rule));
    }

    /// Whether it is known that no value satisfies a test, and nothing else is to be noted: so it is with most statements of a rule
    /// that one of them brought up.
    pub fn is_silent(&self, place: Place) -> bool {
        self.is_whole(place.slot) && matches!(self.state.answers[place.question], Answer::No | Answer::Searched)
    }

    /// Whether a slot is prepared, and nothing else is to be noted of it.
    pub fn is_whole(&self, slot: usize) -> bool {
        let source = &self.state.sources[self.plan.slots[slot].source];
        let is_whole = matches!(source, Some((_, Extracted { decided: None, oversize: None })));
        is_whole && self.state.slots[slot].is_some()
    }

    /// Sixty-four questions, and which of them may be answered with yes, or were.
    pub fn open_questions(&self, word: usize) -> u64 {
        self.state.open[word]
    }

    /// What was longer than what is inspected, and whether a value satisfies a test, which says where. Whether there is an
    /// attack is asked of the detector.
    pub fn find(&mut self, view: &View<'r>, place: Place, test: &Find) -> (Extracted, Outcome<'_>) {
        self.prepare(view, place.slot);
        let (_, extracted) = self.source(view, self.plan.slots[place.slot].source);
        if let Some(decided) = extracted.decided {
            return (extracted, Outcome::Decided(decided));
        }
        if self.state.answers[place.question] == Answer::Maybe {
            let answer = self.search(place, test);
            if answer == Answer::Searched {
                self.state.open[place.question / 64] &= !(1 << (place.question % 64));
            }
            self.state.answers[place.question] = answer;
        }
        let outcome = match &self.state.answers[place.question] {
            Answer::Yes(value, range) => {
                let texts = &self.state.found.texts;
                Outcome::Found(value.name.map(|name| texts.bytes(name)), texts.bytes(value.text), range.clone())
            }
            _ => Outcome::Nothing,
        };
        (extracted, outcome)
    }

    fn search(&mut self, place: Place, test: &Find) -> Answer {
        let question = &self.plan.questions[place.question];
        for at in self.state.slots[place.slot].clone().unwrap_or_default() {
            let value = self.state.values[at];
            // The items of the slot's texts are known since it was prepared.
            let (texts, is_known) = (&self.state.found.texts, self.plan.searcher.is_some());
            let present = texts.known_present(value.text);
            let may_have = |part: &Part| !is_known || part.guards.let_pass(present) && texts.has(value.text, part.item);
            if !question.parts.iter().any(may_have) {
                continue;
            }
            let found = match question.attack {
                Some(attack) => self.attack(attack, value.text),
                None => test(texts.bytes(value.text), &|part| question.parts.get(part).is_none_or(may_have)),
            };
            if let Some(range) = found {
                return Answer::Yes(value, range);
            }
        }
        Answer::Searched
    }

    /// What the detector says of a text: it is asked once, and about no text that lacks what it needs. What it does not find at the
    /// high level it does not find at the low one, so that a harmless text that is asked about at both is read once.
    fn attack(&mut self, attack: Attack, text: TextId) -> Option<Range<usize>> {
        if self.state.attacks.len() <= text.index() {
            self.state.attacks.resize(self.state.found.texts.len(), [None; Attack::COUNT]);
        }
        if let Some(said) = self.state.attacks[text.index()][attack.index()] {
            return said.map(|(start, end)| start..end);
        }
        let is_harmless =
            attack == Attack::Sqli(Sensitivity::Low) && self.attack(Attack::Sqli(Sensitivity::High), text).is_none();
        let texts = &mut self.state.found.texts;
        let present = texts.present(text);
        let found = match attack {
            _ if is_harmless => None,
            Attack::Sqli(level) if self.detector.may_be_sqli(present) => self.detector.sqli(texts.bytes(text), level),
            Attack::Xss if self.detector.may_be_xss(present) => self.detector.xss(texts.bytes(text)),
            _ => None,
        };
        self.state.attacks[text.index()][attack.index()] = Some(found.clone().map(|own| (own.start, own.end)));
        found
    }
}

/// Notes that a question may be answered with yes, so that its rules must be asked.
fn may_hold(
    plan: &Plan,
    answers: &mut [Answer],
    open: &mut [u64],
    touched: &mut Vec<usize>,
    rules: &mut [u64],
    question: usize,
) {
    if answers[question] == Answer::No {
        answers[question] = Answer::Maybe;
        open[question / 64] |= 1 << (question % 64);
        touched.push(question);
        plan.questions[question].rules.iter().for_each(|rule| ask(rules, *rule));
    }
}

/// Notes that a rule must be asked.
fn ask(rules: &mut [u64], rule: usize) {
    rules[rule / 64] |= 1 << (rule % 64);
}
