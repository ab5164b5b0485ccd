//! Reading rules: files, directives, and what stands in them.
//!
//! What would have no effect, or what cannot be done here, is refused with its file and line. What a rule says of logs for
//! people is read over.

mod action;
mod directive;
mod line;
mod operator;
mod switch;
mod target;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::collection::Collection;
use crate::files::Files;
use crate::limits::Limits;
use crate::model::{Engine, Phase, Rule, Selector, Target};
use crate::refusal::{Place, Refusal, Wrong};
use crate::text::{Slots, Text};

/// How many files may be read.
const MOST_FILES: usize = 1000;
/// How many bytes they may have together.
const MOST_BYTES: usize = 32 << 20;
/// How deep files may include each other.
const DEEPEST: usize = 8;
/// How many rules there may be.
const MOST_RULES: usize = 20_000;
/// How many links a chain may have.
const MOST_LINKS: usize = 64;

/// What stands in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// a rule
    Rule(usize),
    /// a place that rules can skip to
    Marker(usize),
}

/// Rules as they were read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) rules: Vec<Rule>,
    pub(crate) phases: [Vec<Step>; 5],
    pub(crate) slots: Slots,
    pub(crate) limits: Limits,
    pub(crate) engine: Engine,
    pub(crate) notes: Vec<Refusal>,
}

/// A change to rules that counts wherever it stands.
#[derive(Debug)]
enum Later {
    Remove(Whom),
    Targets(Whom, Vec<Target>, Vec<(Collection, Selector)>),
}

/// The rules that are meant.
#[derive(Debug)]
enum Whom {
    Ids(Vec<RangeInclusive<u32>>),
    Tagged(String),
    Saying(String),
}

/// Who reads.
pub(crate) struct Reader<'f> {
    files: &'f dyn Files,
    /// where the directive begins that is read
    place: Place,
    /// the number of the rule that is read
    id: u32,
    slots: Slots,
    markers: BTreeMap<String, usize>,
    defaults: BTreeMap<Phase, action::Actions>,
    rules: Vec<Rule>,
    ids: BTreeSet<u32>,
    /// whether the last rule's chain goes on
    is_chain_open: bool,
    phases: [Vec<Step>; 5],
    later: Vec<(Place, Later)>,
    limits: Limits,
    engine: Engine,
    notes: Vec<Refusal>,
    bytes: usize,
    opened: usize,
}

impl<'f> Reader<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Reader<'f> {
        let mut slots = Slots::default();
        for digit in 0..10 {
            slots.place(Collection::Tx, &digit.to_string());
        }
        Reader {
            files,
            place: Place::default(),
            id: 0,
            slots,
            markers: BTreeMap::new(),
            defaults: BTreeMap::new(),
            rules: Vec::new(),
            ids: BTreeSet::new(),
            is_chain_open: false,
            phases: Default::default(),
            later: Vec::new(),
            limits: Limits::default(),
            engine: Engine::On,
            notes: Vec::new(),
            bytes: 0,
            opened: 0,
        }
    }

    /// Reads the files that a pattern names.
    pub(crate) fn include(&mut self, pattern: &str, depth: usize) -> Result<usize, Refusal> {
        let names = crate::files::matching(self.files, pattern);
        let mut count = 0;
        for name in &names {
            if let Some(content) = self.files.read(name) {
                self.file(name, &content, depth)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Reads a file's content.
    pub(crate) fn file(&mut self, name: &str, content: &[u8], depth: usize) -> Result<(), Refusal> {
        let outer = std::mem::replace(&mut self.place, Place { file: name.into(), line: 1 });
        self.opened += 1;
        let place = self.place.clone();
        let bounded = match (self.opened > MOST_FILES, depth > DEEPEST) {
            (true, _) => Err(format!("is one of more than {MOST_FILES} files")),
            (_, true) => Err(format!("is included through more than {DEEPEST} files")),
            _ => self.take(content.len()),
        };
        bounded.map_err(|says| place.refuse(says))?;
        let text = std::str::from_utf8(content).map_err(|_| place.refuse("is no UTF-8"))?;
        for line in line::lines(text) {
            self.place.line = line.number;
            let place = self.place.clone();
            self.directive(&line.text, depth).map_err(|says| match says {
                Stop::Here(says) => place.refuse(says),
                Stop::Inside(refusal) => refusal,
            })?;
        }
        if self.is_chain_open {
            return Err(self.place.refuse("a chain ends with the file"));
        }
        self.place = outer;
        Ok(())
    }

    /// Counts bytes that were read.
    fn take(&mut self, count: usize) -> Result<(), Wrong> {
        self.bytes += count;
        if self.bytes > MOST_BYTES {
            Err(format!("is more than {MOST_BYTES} bytes with all before it"))
        } else {
            Ok(())
        }
    }

    /// What was read.
    pub(crate) fn finish(mut self) -> Result<Read, Refusal> {
        for (place, later) in std::mem::take(&mut self.later) {
            self.change(&later).map_err(|says| place.refuse(says))?;
        }
        Ok(Read {
            rules: self.rules,
            phases: self.phases,
            slots: self.slots,
            limits: self.limits,
            engine: self.engine,
            notes: self.notes,
        })
    }

    fn text(&mut self, text: &str) -> Result<Text, Wrong> {
        Text::read(text, &mut self.slots)
    }

    /// The number of a marker.
    fn marker(&mut self, name: &str) -> usize {
        let next = self.markers.len();
        *self.markers.entry(name.to_owned()).or_insert(next)
    }

    /// Whether the rule that is read is one of the Core Rule Set's own, by its number.
    fn is_core(&self) -> bool {
        (901_000..=999_999).contains(&self.id)
    }

    /// Makes a change to the rules that are meant.
    fn change(&mut self, later: &Later) -> Result<(), Wrong> {
        let is_meant = |rule: &Rule, whom: &Whom| match whom {
            Whom::Ids(ids) => ids.iter().any(|own| own.contains(&rule.id)),
            Whom::Tagged(tag) => rule.tags.iter().any(|own| own.plain() == Some(tag)),
            Whom::Saying(says) => rule.message.as_ref().and_then(Text::plain) == Some(says),
        };
        let mut count = 0;
        match later {
            Later::Remove(whom) => {
                let removed: Vec<bool> = self.rules.iter().map(|rule| is_meant(rule, whom)).collect();
                count += removed.iter().filter(|own| **own).count();
                for phase in &mut self.phases {
                    phase.retain(|step| !matches!(step, Step::Rule(at) if removed[*at]));
                }
            }
            Later::Targets(whom, added, excluded) => {
                for rule in self.rules.iter_mut().filter(|rule| is_meant(rule, whom)) {
                    count += 1;
                    let Some(link) = rule.links.first_mut() else { continue };
                    for (collection, selector) in excluded {
                        exclude(&mut link.targets, *collection, selector);
                    }
                    link.targets.extend(added.iter().cloned());
                }
            }
        }
        if count == 0 { Err("is about a rule that there is not".into()) } else { Ok(()) }
    }
}

/// Takes values of a variable away from what is looked at.
fn exclude(targets: &mut Vec<Target>, collection: Collection, selector: &Selector) {
    targets.retain(|own| own.collection != collection || own.selector != *selector);
    for target in targets.iter_mut().filter(|own| own.collection == collection) {
        target.exclusions.push(selector.clone());
    }
}

/// Why a directive is refused: itself, or something in a file that it includes.
enum Stop {
    Here(Wrong),
    Inside(Refusal),
}

impl From<Wrong> for Stop {
    fn from(says: Wrong) -> Stop {
        Stop::Here(says)
    }
}

impl From<&str> for Stop {
    fn from(says: &str) -> Stop {
        Stop::Here(says.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Inside(refusal)
    }
}

#[cfg(test)]
mod tests;
