//! All that is known while rules are asked: the request's values, what rules wrote, what was found last.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::memory::{Memory, Named, Value};
use crate::collection::{COUNT, Collection, Kind};
use crate::model::{Assignment, Change, Rule, Slot};
use crate::operator::{Expression, Hit, Surroundings};
use crate::ruleset::RuleSet;
use crate::text::{About, Piece, Text};
use crate::transaction::Fields;

/// A value of a request, and its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'p> {
    pub(crate) name: &'p [u8],
    pub(crate) value: &'p [u8],
}

/// What a variable has that has a value and was given none.
const EMPTY: Entry<'static> = Entry { name: b"", value: b"" };

/// A value that a rule found something in.
#[derive(Clone, Debug)]
pub(crate) struct Matched<'p> {
    pub(crate) collection: Collection,
    pub(crate) name: Cow<'p, [u8]>,
    pub(crate) value: Cow<'p, [u8]>,
}

impl Matched<'_> {
    /// `ARGS:a`, or `REQUEST_METHOD`.
    pub(crate) fn full_name(&self) -> Vec<u8> {
        full_name(self.collection, &self.name)
    }
}

/// `ARGS:a`, or `REQUEST_METHOD`.
pub(crate) fn full_name(collection: Collection, name: &[u8]) -> Vec<u8> {
    match collection {
        Collection::Xml => b"XML:/*".to_vec(),
        Collection::XmlAttributes => b"XML://@*".to_vec(),
        _ if collection.kind() == Kind::Single => collection.name().into(),
        _ => [collection.name().as_bytes(), b":", name].concat(),
    }
}

pub(crate) struct State<'p> {
    set: &'p RuleSet,
    lists: Vec<Vec<Entry<'p>>>,
    pub(crate) memory: Memory<'p>,
    /// what was found since a rule found nothing
    pub(crate) matched: Vec<Matched<'p>>,
    /// the rule that is asked
    pub(crate) rule: Option<&'p Rule>,
    pub(crate) highest_severity: u8,
    expressions: BTreeMap<Vec<u8>, Option<Expression>>,
}

/// How many expressions that depend on the request are kept ready.
const MOST_EXPRESSIONS: usize = 32;

impl<'p> State<'p> {
    pub(crate) fn new(set: &'p RuleSet, expressions: BTreeMap<Vec<u8>, Option<Expression>>) -> State<'p> {
        State {
            set,
            lists: (0..COUNT).map(|_| Vec::new()).collect(),
            memory: Memory::new(&set.slots),
            matched: Vec::new(),
            rule: None,
            highest_severity: u8::MAX,
            expressions,
        }
    }

    /// Adds values; answers with the variables whose only value is another one now.
    pub(crate) fn add(&mut self, fields: &'p Fields) -> Vec<Collection> {
        let mut replaced = Vec::new();
        for (collection, list) in fields.lists() {
            let own = &mut self.lists[collection as usize];
            if collection.kind() == Kind::Single && !own.is_empty() {
                own.clear();
                replaced.push(collection);
            }
            own.extend(list.iter().map(|field| Entry { name: &field.name, value: &field.value }));
        }
        replaced
    }

    /// Gives a variable another value; answers whether it had one.
    pub(crate) fn set(&mut self, collection: Collection, value: &'p [u8]) -> bool {
        let own = &mut self.lists[collection as usize];
        let had_one = !own.is_empty();
        own.clear();
        own.push(Entry { name: b"", value });
        had_one
    }

    /// How many values a variable of the request has.
    pub(crate) fn count(&self, collection: Collection) -> usize {
        match collection.kind() {
            Kind::Single => 1,
            _ => self.lists[source(collection).0 as usize].len(),
        }
    }

    /// A value of a variable of the request. Of variables of names, the name is the value.
    pub(crate) fn entry(&self, collection: Collection, at: usize) -> Entry<'p> {
        let (source, is_names) = source(collection);
        let entry = self.lists[source as usize].get(at).copied().unwrap_or(EMPTY);
        if is_names { Entry { name: entry.name, value: entry.name } } else { entry }
    }

    /// What was found, or what the names of that are.
    pub(crate) fn what_matched(&self, collection: Collection) -> Vec<Named<'p>> {
        let names = collection == Collection::MatchedVarsNames;
        let one = |own: &Matched<'p>| {
            let name = own.full_name();
            if names { (name.clone(), Cow::Owned(name)) } else { (name, own.value.clone()) }
        };
        self.matched.iter().map(one).collect()
    }

    /// Writes what a rule says.
    pub(crate) fn assign(&mut self, assignment: &'p Assignment) {
        match &assignment.slot {
            Slot::Fixed(slot) => {
                let value = self.changed(&assignment.change, self.memory.get(*slot));
                self.memory.set(*slot, value);
            }
            Slot::Named(collection, name) => {
                let name = self.fill(name).into_owned();
                let value = self.changed(&assignment.change, self.memory.get_named(*collection, &name));
                self.memory.set_named(*collection, &name, value);
            }
        }
    }

    fn changed(&self, change: &'p Change, before: Option<&Value<'p>>) -> Option<Value<'p>> {
        let before = before.map_or(0, |own| crate::operator::number(own));
        let number = |text: &'p Text| crate::operator::number(&self.fill(text));
        let written = |number: i64| Some(Cow::Owned(number.to_string().into_bytes()));
        match change {
            Change::Remove => None,
            Change::Add(text) => written(before.saturating_add(number(text))),
            Change::Subtract(text) => written(before.saturating_sub(number(text))),
            Change::Set(text) => Some(match text.0.as_slice() {
                [] => Cow::Borrowed(b"".as_slice()),
                [Piece::Plain(plain)] => Cow::Borrowed(plain.as_bytes()),
                [Piece::Slot(slot)] => self.memory.get(*slot).cloned().unwrap_or_default(),
                _ => Cow::Owned(self.fill(text).into_owned()),
            }),
        }
    }

    /// Keeps what was captured.
    pub(crate) fn capture(&mut self, hit: &Hit, value: &[u8]) {
        if let Some(says) = hit.says {
            self.memory.set(0, Some(Cow::Borrowed(says.as_bytes())));
        }
        for (at, range) in &hit.captures {
            if *at < 10 {
                self.memory.set(*at, Some(Cow::Owned(value[range.clone()].to_vec())));
            }
        }
    }

    /// The first value of a variable, as texts name it.
    fn first(&self, collection: Collection, name: Option<&str>) -> Option<Cow<'_, [u8]>> {
        match collection {
            Collection::MatchedVar => self.matched.last().map(|own| Cow::Borrowed(&*own.value)),
            Collection::MatchedVarName => self.matched.last().map(|own| Cow::Owned(own.full_name())),
            Collection::HighestSeverity => Some(Cow::Owned(self.highest_severity.to_string().into_bytes())),
            _ => {
                let is_meant = |entry: &Entry| name.is_none_or(|name| entry.name.eq_ignore_ascii_case(name.as_bytes()));
                let mut all = (0..self.count(collection)).map(|at| self.entry(collection, at));
                all.find(is_meant).map(|entry| Cow::Borrowed(entry.value))
            }
        }
    }

    fn about(&self, about: About) -> Cow<'_, [u8]> {
        let Some(rule) = self.rule else { return Cow::Borrowed(b"") };
        match about {
            About::Id => Cow::Owned(rule.id.to_string().into_bytes()),
            About::Severity => Cow::Owned(rule.severity.map(|own| own.to_string()).unwrap_or_default().into_bytes()),
            About::Message => rule.message.as_ref().map(|text| self.fill_plainly(text)).unwrap_or_default(),
            About::LogData => rule.log_data.as_ref().map(|text| self.fill_plainly(text)).unwrap_or_default(),
        }
    }

    /// A text filled in, without what rules say of themselves, which could be the text itself.
    fn fill_plainly<'t>(&'t self, text: &'t Text) -> Cow<'t, [u8]> {
        self.pieces(text, |_| Cow::Borrowed(b"".as_slice()))
    }

    fn pieces<'t>(&'t self, text: &'t Text, about: impl Fn(About) -> Cow<'t, [u8]>) -> Cow<'t, [u8]> {
        let one = |piece: &'t Piece| match piece {
            Piece::Plain(text) => Cow::Borrowed(text.as_bytes()),
            Piece::Slot(slot) => {
                self.memory.get(*slot).map_or(Cow::Borrowed(b"".as_slice()), |own| Cow::Borrowed(&**own))
            }
            Piece::Value(collection, name) => self.first(*collection, name.as_deref()).unwrap_or_default(),
            Piece::Rule(own) => about(*own),
        };
        match text.0.as_slice() {
            [] => Cow::Borrowed(b""),
            [piece] => one(piece),
            pieces => Cow::Owned(pieces.iter().map(one).collect::<Vec<_>>().concat()),
        }
    }

    /// What is kept for the next request.
    pub(crate) fn into_expressions(self) -> BTreeMap<Vec<u8>, Option<Expression>> {
        self.expressions
    }

    pub(crate) fn set_of_rules(&self) -> &'p RuleSet {
        self.set
    }
}

impl Surroundings for State<'_> {
    fn fill<'t>(&'t self, text: &'t Text) -> Cow<'t, [u8]> {
        self.pieces(text, |own| self.about(own))
    }

    fn expression(&mut self, source: &[u8]) -> Option<Expression> {
        if let Some(known) = self.expressions.get(source) {
            return known.clone();
        }
        if self.expressions.len() >= MOST_EXPRESSIONS {
            self.expressions.clear();
        }
        let expression = Expression::read(source).ok();
        self.expressions.insert(source.to_vec(), expression.clone());
        expression
    }
}

/// The variable whose values another one names, and whether it does so.
pub(crate) fn source(collection: Collection) -> (Collection, bool) {
    match collection {
        Collection::ArgsNames => (Collection::Args, true),
        Collection::ArgsGetNames => (Collection::ArgsGet, true),
        Collection::ArgsPostNames => (Collection::ArgsPost, true),
        Collection::RequestHeadersNames => (Collection::RequestHeaders, true),
        Collection::RequestCookiesNames => (Collection::RequestCookies, true),
        Collection::ResponseHeadersNames => (Collection::ResponseHeaders, true),
        other => (other, false),
    }
}
