//! A set of rules, ready to be asked, by many threads at once.

use std::sync::atomic::{AtomicU64, Ordering};

use ringwall_waf::request::Request;

use crate::evaluation::{Question, Scratch, evaluate};
use crate::files::Files;
use crate::limits::Limits;
use crate::model::{Engine, Rule};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::reader::{Reader, Step};
use crate::refusal::{Place, Refusal};
use crate::text::Slots;
use crate::transaction::Response;

/// Rules that were read.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) phases: [Vec<Step>; 5],
    pub(crate) slots: Slots,
    pub(crate) limits: Limits,
    pub(crate) engine: Engine,
    pub(crate) plan: Plan,
    /// tells this set from others in the same program
    pub(crate) number: u64,
    notes: Vec<Refusal>,
}

/// A part of what rules are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'s> {
    /// the files that a pattern names, of which there must be one; `*` stands for anything in the last part
    Files(&'s str),
    /// the same, if there are any
    FilesIfAny(&'s str),
    /// a text, and what refusals call it
    Text(&'s str, &'s str),
}

static NEXT: AtomicU64 = AtomicU64::new(1);

impl RuleSet {
    /// Reads rules from their parts, in that order.
    ///
    /// # Errors
    /// What is wrong first, with its file and line.
    pub fn read(files: &dyn Files, sources: &[Source]) -> Result<RuleSet, Refusal> {
        let mut reader = Reader::new(files);
        for source in sources {
            match source {
                Source::Files(pattern) => {
                    if reader.include(pattern, 0)? == 0 {
                        let place = Place { file: (*pattern).into(), line: 1 };
                        return Err(place.refuse("there is no such file"));
                    }
                }
                Source::FilesIfAny(pattern) => drop(reader.include(pattern, 0)?),
                Source::Text(name, text) => reader.file(name, text.as_bytes(), 0)?,
            }
        }
        let read = reader.finish()?;
        let plan = Plan::new(&read.rules).map_err(|says| Place::default().refuse(says))?;
        Ok(RuleSet {
            rules: read.rules,
            phases: read.phases,
            slots: read.slots,
            limits: read.limits,
            engine: read.engine,
            plan,
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            notes: read.notes,
        })
    }

    /// Asks the rules of a request.
    ///
    /// Of the body, `body_limit` bytes are looked at. A rule is left out if `is_excluded` says so of its number.
    pub fn inspect(
        &self,
        request: &Request,
        body_limit: usize,
        scratch: &mut Scratch,
        is_excluded: &dyn Fn(u32) -> bool,
    ) -> Outcome {
        evaluate(self, &Question { request, response: None, body_limit, is_excluded }, Some(scratch))
    }

    /// Asks the rules of a request and its response.
    pub fn inspect_both(
        &self,
        request: &Request,
        response: &Response,
        body_limit: usize,
        scratch: &mut Scratch,
        is_excluded: &dyn Fn(u32) -> bool,
    ) -> Outcome {
        evaluate(self, &Question { request, response: Some(response), body_limit, is_excluded }, Some(scratch))
    }

    /// The same as it is defined: every rule is asked of every value. Slow; what the others are compared with.
    pub fn define(
        &self,
        request: &Request,
        response: Option<&Response>,
        body_limit: usize,
        is_excluded: &dyn Fn(u32) -> bool,
    ) -> Outcome {
        evaluate(self, &Question { request, response, body_limit, is_excluded }, None)
    }

    /// The rules, in the order in which they were read.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What was accepted though it changes nothing, with the reason.
    pub fn notes(&self) -> &[Refusal] {
        &self.notes
    }
}
