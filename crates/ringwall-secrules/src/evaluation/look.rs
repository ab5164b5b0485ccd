//! Looking at the values that a link names.

use std::borrow::Cow;

use super::memory::Named;
use super::removed::{is_one, is_whole};
use super::state::{Entry, Matched};
use super::{Evidence, Walk};
use crate::collection::{Collection, Kind};
use crate::model::{Link, Rule, Selector, Target, TargetName};
use crate::operator::{Hit, Surroundings};
use crate::plan::Look;
use crate::text::{Piece, Text};
use crate::transformation::Transformation;

/// What is asked, of which rule.
#[derive(Clone, Copy)]
struct Asked<'p> {
    rule: &'p Rule,
    link: &'p Link,
    look: Look,
}

impl<'p> Walk<'p> {
    /// Whether a value matches that a link names; each that does is told, and the link's assignments are made for it.
    pub(super) fn look(&mut self, rule: &'p Rule, at: usize, place: usize, link: &'p Link) -> bool {
        if link.targets.is_empty() {
            link.assignments.iter().for_each(|own| self.state.assign(own));
            return true;
        }
        let removed = self.removed.of(rule, place);
        let mut has_matched = false;
        for (number, target) in link.targets.iter().enumerate() {
            if !removed.is_empty() && is_whole(&removed, target) {
                continue;
            }
            let look = match &mut self.sight {
                None => Look::Ask,
                Some(sight) => {
                    let look = self.set.plan.look(at, place, number);
                    if !sight.may_match(look, &self.state) {
                        continue;
                    }
                    look
                }
            };
            has_matched |= self.target(Asked { rule, link, look }, target, &removed);
        }
        has_matched
    }

    fn target(&mut self, asked: Asked<'p>, target: &'p Target, removed: &[&TargetName]) -> bool {
        let collection = target.collection;
        if target.is_count {
            let count = self.count(target).to_string().into_bytes();
            return self.value(asked, collection, Cow::Borrowed(name_of(target)), Cow::Owned(count));
        }
        let is_left_out =
            |name: &[u8]| target.exclusions.iter().any(|own| own.is_for(name)) || is_one(removed, collection, name);
        let mut has_matched = false;
        if let Some(slot) = target.slot {
            return match self.state.memory.get(slot).cloned() {
                Some(value) if !is_left_out(name_of(target)) => {
                    self.value(asked, collection, Cow::Borrowed(name_of(target)), value)
                }
                _ => false,
            };
        }
        if let Some(values) = self.special(target) {
            for (name, value) in values {
                if !is_left_out(&name) {
                    has_matched |= self.value(asked, collection, Cow::Owned(name), value);
                }
            }
            return has_matched;
        }
        for index in 0..self.state.count(collection) {
            let entry = self.state.entry(collection, index);
            if !target.selector.is_for(entry.name) || is_left_out(entry.name) {
                continue;
            }
            has_matched |= match self.sight {
                None => self.value(asked, collection, Cow::Borrowed(entry.name), Cow::Borrowed(entry.value)),
                Some(_) => self.entry(asked, collection, index, entry),
            };
        }
        has_matched
    }

    /// A value of the request whose texts are kept. Those that cannot match are not asked.
    fn entry(&mut self, asked: Asked<'p>, collection: Collection, index: usize, entry: Entry<'p>) -> bool {
        let chain = &asked.link.transformations;
        let first = if asked.link.is_multi_match { 0 } else { chain.len() };
        let mut last = None;
        let mut has_matched = false;
        for steps in first..=chain.len() {
            let Some(sight) = &mut self.sight else { break };
            let may_match = sight.may_text_match(asked.look, collection, index, &chain[..steps], &self.state);
            if !may_match && !asked.link.is_multi_match {
                break;
            }
            let text = sight.text(collection, index, &chain[..steps], &self.state);
            let is_known =
                last.replace(text).is_some_and(|last| last == text || sight.bytes(last) == sight.bytes(text));
            if is_known || !may_match {
                continue;
            }
            let bytes = sight.bytes(text);
            let Some(hit) = ask(&mut self.state, asked.link, bytes) else { continue };
            let value = if bytes == entry.value { Cow::Borrowed(entry.value) } else { Cow::Owned(bytes.to_vec()) };
            self.found(asked, collection, Cow::Borrowed(entry.name), value, &hit, steps);
            has_matched = true;
        }
        has_matched
    }

    /// A value, whatever it comes from, as it is defined.
    fn value(&mut self, asked: Asked<'p>, collection: Collection, name: Cow<'p, [u8]>, value: Cow<'p, [u8]>) -> bool {
        let chain = &asked.link.transformations;
        if !asked.link.is_multi_match {
            let made = transformed(chain, value);
            let Some(hit) = ask(&mut self.state, asked.link, &made) else { return false };
            self.found(asked, collection, name, made, &hit, chain.len());
            return true;
        }
        let mut has_matched = false;
        for (steps, text) in steps(chain, value) {
            if let Some(hit) = ask(&mut self.state, asked.link, &text) {
                self.found(asked, collection, name.clone(), text, &hit, steps);
                has_matched = true;
            }
        }
        has_matched
    }

    /// What is done for every value that matches.
    fn found(
        &mut self,
        asked: Asked<'p>,
        collection: Collection,
        name: Cow<'p, [u8]>,
        value: Cow<'p, [u8]>,
        hit: &Hit,
        steps: usize,
    ) {
        let link = asked.link;
        if link.is_capturing && !link.is_negated {
            self.state.capture(hit, &value);
        }
        if asked.rule.is_logged && self.evidence.len() < MOST_EVIDENCE {
            let made = &link.transformations[..steps];
            self.evidence.push(Evidence::new(collection, &name, made, &value, hit.range.clone()));
        }
        self.state.matched.push(Matched { collection, name, value });
        link.assignments.iter().for_each(|own| self.state.assign(own));
    }

    /// How many values a variable has.
    fn count(&self, target: &Target) -> usize {
        if let Some(slot) = target.slot {
            return usize::from(self.state.memory.get(slot).is_some());
        }
        if let Some(values) = self.special(target) {
            return values.len();
        }
        let all = (0..self.state.count(target.collection)).map(|at| self.state.entry(target.collection, at));
        all.filter(|entry| target.selector.is_for(entry.name)).count()
    }

    /// The values of a variable that is none of the request: what rules wrote, what was found, what rules say of themselves.
    fn special(&self, target: &Target) -> Option<Vec<Named<'p>>> {
        let one = |value: Cow<'p, [u8]>| Some(vec![(Vec::new(), value)]);
        match target.collection {
            own if own.kind() == Kind::Memory => Some(self.state.memory.selected(own, &target.selector)),
            own @ (Collection::MatchedVars | Collection::MatchedVarsNames) => {
                let mut all = self.state.what_matched(own);
                let member = |name: &[u8]| name.iter().position(|byte| *byte == b':').map_or(0, |place| place + 1);
                all.retain(|(name, _)| target.selector.is_for(&name[member(name)..]));
                Some(all)
            }
            Collection::MatchedVar => one(self.state.matched.last().map(|own| own.value.clone()).unwrap_or_default()),
            Collection::MatchedVarName => {
                one(self.state.matched.last().map(|own| Cow::Owned(own.full_name())).unwrap_or_default())
            }
            Collection::HighestSeverity => one(Cow::Owned(self.state.highest_severity.to_string().into_bytes())),
            Collection::Rule => {
                let Selector::Named(name) = &target.selector else { return Some(Vec::new()) };
                let about = crate::text::About::named(name)?;
                let text = Text(vec![Piece::Rule(about)]);
                let value = self.state.fill(&text).into_owned();
                Some(vec![(name.clone().into_bytes(), Cow::Owned(value))])
            }
            _ => None,
        }
    }
}

/// How many places are told of a rule.
const MOST_EVIDENCE: usize = 16;

/// Asks what a link asks.
fn ask(state: &mut super::state::State<'_>, link: &Link, value: &[u8]) -> Option<Hit> {
    let found = link.operator.find(value, link.is_capturing, state);
    if link.is_negated {
        return found.is_none().then(|| Hit { range: 0..value.len(), ..Hit::default() });
    }
    found
}

/// The name that a counted variable has.
fn name_of(target: &Target) -> &[u8] {
    match &target.selector {
        Selector::Named(name) => name.as_bytes(),
        _ => b"",
    }
}

/// What a chain makes of a value.
fn transformed<'v>(chain: &[Transformation], value: Cow<'v, [u8]>) -> Cow<'v, [u8]> {
    chain.iter().fold(value, |value, own| one_step(*own, value))
}

fn one_step<'v>(own: Transformation, value: Cow<'v, [u8]>) -> Cow<'v, [u8]> {
    match value {
        Cow::Borrowed(bytes) => own.make(bytes),
        Cow::Owned(bytes) => match own.make(&bytes) {
            Cow::Borrowed(same) if same.len() == bytes.len() => Cow::Owned(bytes),
            changed => Cow::Owned(changed.into_owned()),
        },
    }
}

/// A value, and what each step of a chain makes of it that changes it; with how many steps were made.
fn steps<'v>(chain: &[Transformation], value: Cow<'v, [u8]>) -> Vec<(usize, Cow<'v, [u8]>)> {
    let mut steps = vec![(0, value)];
    let mut value = steps[0].1.clone();
    for (place, own) in chain.iter().enumerate() {
        let made = one_step(*own, value.clone());
        if made != value {
            steps.push((place + 1, made.clone()));
        }
        value = made;
    }
    steps
}
