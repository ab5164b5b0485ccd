//! A web ACL made ready: what rules have in common is done once for each request.
//!
//! - Rules that look at the same part of a request after the same transformations share their values.
//! - All literals and patterns that are searched for there are searched for in one go; a rule whose item no value has is not
//!   asked further.
//!
//! The rules are then asked as the [definition](crate::inspect) asks them. What is known beforehand only ever leaves out a
//! search that would find nothing, so that verdicts are the same, with all their reasons; random documents and requests are
//! compared with the definition in the tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::bytes::RegexSet;

use crate::document::{RuleKind, WebAcl};
use crate::environment::Environment;
use crate::evaluation::walk;
use crate::field::{FieldToMatch, Oversize, PreParse, Value, View};
use crate::inspection::Inspection;
use crate::pattern;
use crate::request::{Request, Resource};
use crate::statement::{Position, Searching, Statement, Subject};
use crate::transformation::Chain;
use crate::verdict::Verdict;

/// A web ACL made ready.
#[derive(Clone, Debug)]
pub struct Compiled {
    acl: WebAcl,
    plan: Plan,
}

impl Compiled {
    /// Makes a web ACL ready.
    pub fn new(acl: &WebAcl) -> Compiled {
        let mut acl = acl.clone();
        let mut slots = Slots::default();
        for rule in &mut acl.rules {
            match &mut rule.kind {
                RuleKind::Group(reference) => {
                    reference.scope_down.iter_mut().for_each(|own| slots.assign(own));
                    for rule in &mut Arc::make_mut(&mut reference.group).rules {
                        slots.assign_rule(&mut rule.kind);
                    }
                }
                kind => slots.assign_rule(kind),
            }
        }
        Compiled { acl, plan: slots.plan() }
    }

    /// The web ACL.
    pub fn acl(&self) -> &WebAcl {
        &self.acl
    }

    /// What the web ACL says of a request on its way to a resource: as [`crate::inspect`] does.
    pub fn inspect<'r>(
        &'r self,
        request: &'r Request<'r>,
        resource: Resource,
        environment: Environment<'r>,
    ) -> Verdict {
        let view = View { request, resource, body_limit: self.acl.body_limit(resource) };
        let mut inspection = Inspection::new(view, environment);
        inspection.memo = Some(Memo::new(&self.plan));
        walk(&self.acl, inspection)
    }
}

/// What is searched for, by subject.
#[derive(Debug, Default)]
struct Slots {
    by_subject: BTreeMap<(FieldToMatch, PreParse, Chain), usize>,
    /// the items of each slot, as the engine of patterns takes them
    items: Vec<Vec<String>>,
}

impl Slots {
    fn assign_rule(&mut self, kind: &mut RuleKind) {
        match kind {
            RuleKind::Statement(statement, _) => self.assign(statement),
            RuleKind::Rate(rate, _) => rate.scope_down.iter_mut().for_each(|own| self.assign(own)),
            RuleKind::Group(_) => {}
        }
    }

    fn assign(&mut self, statement: &mut Statement) {
        statement.visit(&mut |searching| match searching {
            Searching::Literal(own) => {
                let slot = self.slot(&mut own.subject);
                // Whether a value is a literal, or begins or ends with it, is seen at once.
                if matches!(own.position, Position::Contains | Position::ContainsWord) {
                    own.item = Some(self.item(slot, literal(&own.search)));
                }
            }
            Searching::Pattern(own) => {
                let slot = self.slot(&mut own.subject);
                own.item = Some(self.item(slot, own.pattern.translated().to_owned()));
            }
            Searching::Patterns(own) => {
                let slot = self.slot(&mut own.subject);
                let all = own.set.patterns.iter().map(|pattern| format!("(?:{})", pattern.translated()));
                own.item = Some(self.item(slot, all.collect::<Vec<_>>().join("|")));
                // A set without patterns has none to search for; the empty pattern would always be found, which is no harm.
            }
            Searching::Other(subject) => drop(self.slot(subject)),
        });
    }

    fn slot(&mut self, subject: &mut Subject) -> usize {
        let key = (subject.field.clone(), subject.pre_parse.clone(), subject.chain.clone());
        let slot = *self.by_subject.entry(key).or_insert_with(|| {
            self.items.push(Vec::new());
            self.items.len() - 1
        });
        subject.slot = Some(slot);
        slot
    }

    fn item(&mut self, slot: usize, item: String) -> usize {
        let items = &mut self.items[slot];
        if let Some(known) = items.iter().position(|own| *own == item) {
            return known;
        }
        items.push(item);
        items.len() - 1
    }

    fn plan(self) -> Plan {
        // One item alone is searched for by its rule.
        let set = |items: Vec<String>| if items.len() > 1 { pattern::set(&items) } else { None };
        Plan { sets: self.items.into_iter().map(set).collect() }
    }
}

/// A literal as a pattern of its bytes.
fn literal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!(r"\x{byte:02x}")).collect()
}

/// What is searched for in each slot; nothing where it is not searched for in one go.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    sets: Vec<Option<RegexSet>>,
}

impl Plan {
    /// Which items the values have.
    pub fn hits(&self, slot: usize, values: &[Value]) -> Option<Vec<bool>> {
        let set = self.sets.get(slot)?.as_ref()?;
        let mut hits = vec![false; set.len()];
        for value in values {
            set.matches(&value.bytes).iter().for_each(|item| hits[item] = true);
        }
        Some(hits)
    }
}

/// The values of a subject.
#[derive(Clone, Debug)]
pub(crate) struct Prepared<'r> {
    /// after transformations
    pub values: Vec<Value<'r>>,
    /// whether the statement matches, where that is decided without looking
    pub decided: Option<bool>,
    /// what was longer than what is inspected
    pub oversize: Option<Oversize>,
    /// which items the values have, if that is known
    pub hits: Option<Vec<bool>>,
}

impl Prepared<'_> {
    /// Whether no value has the item.
    pub fn lacks(&self, item: usize) -> bool {
        self.hits.as_ref().is_some_and(|hits| hits.get(item) == Some(&false))
    }
}

/// What is known already of a request.
pub(crate) struct Memo<'r> {
    pub plan: &'r Plan,
    prepared: Vec<Option<Prepared<'r>>>,
}

impl<'r> Memo<'r> {
    fn new(plan: &'r Plan) -> Memo<'r> {
        Memo { plan, prepared: plan.sets.iter().map(|_| None).collect() }
    }

    /// The values of a slot, if they were prepared. They are to be put back.
    pub fn take(&mut self, slot: usize) -> Option<Prepared<'r>> {
        self.prepared.get_mut(slot)?.take()
    }

    /// Keeps the values of a slot.
    pub fn put(&mut self, slot: usize, prepared: Prepared<'r>) {
        if let Some(place) = self.prepared.get_mut(slot) {
            *place = Some(prepared);
        }
    }
}
