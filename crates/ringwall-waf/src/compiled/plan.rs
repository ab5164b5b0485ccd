//! What is prepared for a request, and when: made once of a web ACL.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringwall_search::{Guards, Item, Needed, Searcher, Wanted};

use super::Choice;
use crate::document::{RuleKind, WebAcl};
use crate::environment::Sensitivity;
use crate::field::{FieldToMatch, PreParse};
use crate::rate::RateBased;
use crate::statement::{And, Comparison, Not, Or, Place, Position, Statement, Subject};
use crate::transformation::Chain;

/// What a statement asks about its values: equal ones have equal answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    /// for a string in a place
    Literal(Position, Vec<u8>),
    /// for one of some patterns
    Patterns(Vec<String>),
    /// how long they are
    Size(Comparison, u64),
    /// for an attack
    Attack(Attack),
}

/// The attacks that a detector is asked about. It says the same of equal texts, whatever statement asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attack {
    /// SQL injection
    Sqli(Sensitivity),
    /// cross-site scripting
    Xss,
}

impl Attack {
    /// How many there are.
    pub const COUNT: usize = 3;

    /// Its number.
    pub fn index(self) -> usize {
        match self {
            Attack::Sqli(Sensitivity::Low) => 0,
            Attack::Sqli(Sensitivity::High) => 1,
            Attack::Xss => 2,
        }
    }
}

/// What a statement that looks at a subject seeks.
pub(crate) struct Sought {
    pub test: Test,
    /// what a value must have for it to be found, for each part of it: one of them is enough
    pub needed: Vec<Need>,
}

/// What a value must have for a part of a test to be found.
pub(crate) struct Need {
    pub needed: Needed,
    /// and those bytes
    pub guards: Guards,
}

impl Need {
    /// No more than that.
    pub fn of(needed: Needed) -> Need {
        Need { needed, guards: Guards::NONE }
    }
}

/// A field as it is extracted.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub field: FieldToMatch,
    pub pre_parse: PreParse,
    /// the rules that look at it
    pub rules: BTreeSet<usize>,
}

/// The values of a source after transformations.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub source: usize,
    pub chain: Chain,
    /// the questions about them, by what they need
    pub asked: Vec<Asked>,
}

/// A question of a slot, or a part of one, by what it needs.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub item: Item,
    pub question: usize,
    /// its part
    pub part: usize,
}

/// A question: a test of the values of a slot.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// what is needed, for each part of it
    pub parts: Vec<Part>,
    pub attack: Option<Attack>,
    /// whether any text may satisfy it
    is_open: bool,
    /// the rules that are asked if a value may satisfy it
    pub rules: Vec<usize>,
}

/// What is needed for a part of a question.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub item: Item,
    pub guards: Guards,
}

/// Rules that are asked one after the other: the web ACL's, or a group's where it is referred to.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// the number of its first rule among all rules
    pub first: usize,
    /// before which rule which slot must be prepared
    pub stops: Vec<(usize, usize)>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// none if there is too much to search for: then every value may have everything
    pub searcher: Option<Searcher>,
    pub sources: Vec<Source>,
    pub slots: Vec<Slot>,
    pub questions: Vec<Question>,
    /// the web ACL's first
    pub lists: Vec<List>,
    /// the rules that are asked whatever the values are, as bits
    pub always: Vec<u64>,
}

impl Plan {
    /// Makes a plan, and notes in the web ACL the places that it gives to statements and groups.
    pub fn of(acl: &mut WebAcl) -> Plan {
        let mut planner = Planner::default();
        let own = planner.list(acl.rules.len());
        for (at, rule) in acl.rules.iter_mut().enumerate() {
            match &mut rule.kind {
                RuleKind::Group(reference) => {
                    // The scope is asked by the rule that refers to the group; the group itself is always asked for its rules.
                    reference.scope_down.iter_mut().for_each(|scope| planner.look(scope, own, at));
                    planner.ask_always(own, at);
                    let group = Arc::make_mut(&mut reference.group);
                    let list = planner.list(group.rules.len());
                    reference.list = Some(list);
                    for (at, rule) in group.rules.iter_mut().enumerate() {
                        planner.rule(&mut rule.kind, list, at);
                    }
                }
                kind => planner.rule(kind, own, at),
            }
        }
        let searcher = planner.wanted.searcher().ok();
        planner.plan.slots.iter_mut().for_each(|slot| slot.asked.sort_by_key(|own| own.item));
        Plan { searcher, ..planner.plan }
    }
}

#[derive(Default)]
struct Planner {
    plan: Plan,
    wanted: Wanted,
    sources: BTreeMap<(FieldToMatch, PreParse), usize>,
    slots: BTreeMap<(usize, Chain), usize>,
    questions: BTreeMap<(usize, Test), usize>,
    rules: usize,
}

impl Planner {
    fn list(&mut self, rules: usize) -> usize {
        self.plan.lists.push(List { first: self.rules, stops: Vec::new() });
        self.rules += rules;
        self.plan.always.resize(self.rules.div_ceil(64), 0);
        self.plan.lists.len() - 1
    }

    fn rule(&mut self, kind: &mut RuleKind, list: usize, at: usize) {
        let statement = match kind {
            RuleKind::Statement(statement, _) => Some(statement),
            RuleKind::Rate(RateBased { scope_down, .. }, _) => scope_down.as_mut(),
            RuleKind::Group(_) => None,
        };
        let needs = statement.and_then(|statement| {
            self.look(statement, list, at);
            self.needs(statement)
        });
        let number = self.plan.lists[list].first + at;
        match needs {
            None => self.ask_always(list, at),
            Some(questions) => questions.into_iter().for_each(|own| self.plan.questions[own].rules.push(number)),
        }
    }

    fn ask_always(&mut self, list: usize, at: usize) {
        let number = self.plan.lists[list].first + at;
        self.plan.always[number / 64] |= 1 << (number % 64);
    }

    /// Gives places to all subjects of a statement of that rule.
    fn look(&mut self, statement: &mut Statement, list: usize, at: usize) {
        statement.visit(&mut |subject, sought| self.place(subject, sought, list, at));
        Choice::note(statement);
    }

    fn place(&mut self, subject: &mut Subject, sought: Sought, list: usize, at: usize) {
        let Plan { sources, slots, questions, lists, .. } = &mut self.plan;
        let source = *self.sources.entry((subject.field.clone(), subject.pre_parse.clone())).or_insert_with(|| {
            let (field, pre_parse) = (subject.field.clone(), subject.pre_parse.clone());
            sources.push(Source { field, pre_parse, rules: BTreeSet::new() });
            sources.len() - 1
        });
        sources[source].rules.insert(lists[list].first + at);
        let slot = *self.slots.entry((source, subject.chain.clone())).or_insert_with(|| {
            slots.push(Slot { source, chain: subject.chain.clone(), asked: Vec::new() });
            slots.len() - 1
        });
        let stops = &mut lists[list].stops;
        if !stops.iter().any(|stop| stop.1 == slot) {
            stops.push((at, slot));
        }
        let attack = if let Test::Attack(attack) = sought.test { Some(attack) } else { None };
        let question = *self.questions.entry((slot, sought.test)).or_insert_with(|| {
            let is_open = sought.needed.iter().any(|own| own.needed == Needed::Nothing);
            let mut parts = Vec::new();
            for (part, own) in sought.needed.into_iter().enumerate() {
                let item = self.wanted.add(own.needed);
                slots[slot].asked.push(Asked { item, question: questions.len(), part });
                parts.push(Part { item, guards: own.guards });
            }
            questions.push(Question { parts, attack, is_open, rules: Vec::new() });
            questions.len() - 1
        });
        subject.place = Some(Place { slot, question });
    }

    /// The questions without one of which a statement neither holds nor does anything else; none if there are no such.
    ///
    /// What was longer than what is inspected is noted wherever a statement looks at it: that is no question, and the rules that look
    /// there are asked then.
    fn needs(&self, statement: &Statement) -> Option<BTreeSet<usize>> {
        match statement {
            Statement::And(And(inner)) => {
                // The statements behind one that writes labels do not say whether it is asked.
                let loud = inner.iter().position(is_loud).unwrap_or(inner.len());
                let known = inner.iter().take(loud + 1).filter_map(|own| self.needs(own));
                known.min_by_key(|own| (own.iter().any(|own| self.plan.questions[*own].is_open), own.len()))
            }
            Statement::Or(Or { statements: inner, .. }) => {
                let all: Option<Vec<BTreeSet<usize>>> = inner.iter().map(|own| self.needs(own)).collect();
                all.map(|own| own.into_iter().flatten().collect())
            }
            Statement::Not(_) => None,
            leaf => leaf.subject().and_then(|subject| subject.place).map(|place| [place.question].into()),
        }
    }
}

/// Whether a statement writes labels whether it holds or not.
fn is_loud(statement: &Statement) -> bool {
    match statement {
        Statement::And(And(inner)) | Statement::Or(Or { statements: inner, .. }) => inner.iter().any(is_loud),
        Statement::Not(Not(inner)) => is_loud(inner),
        other => matches!(other, Statement::GeoMatch(_)),
    }
}
