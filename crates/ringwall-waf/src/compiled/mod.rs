//! A web ACL made ready: what rules have in common is done once for each request.
//!
//! - Rules that look at the same part of a request share its values, and what transformations make of them.
//! - What any rule searches for is searched for in one go, by [`ringwall_search`]: each distinct text is read once. A statement whose
//!   string no value has is not asked further, and a rule that needs such a statement is not even looked at, so that rules that
//!   cannot match cost nothing.
//! - Equal statements about the same values are asked once.
//!
//! The rules that are left are asked as the [definition](crate::inspect) asks them, in their order, and what comes behind a
//! rule that ends it is not prepared. What is known beforehand only ever leaves out what would find nothing, so that verdicts are
//! the same, with all their reasons; random documents and requests are compared with the definition in the tests.
//!
//! With a [`Scratch`] that has seen a request of the same size, a request that no rule matches is inspected without allocating
//! memory, apart from what is noted of it: labels of geographic statements, keys of rates, what was too long. Only
//! `PreParseTextTransformations` make texts of their own.

mod choice;
mod memo;
mod plan;

use crate::document::WebAcl;
use crate::environment::Environment;
use crate::evaluation::walk;
use crate::field::View;
use crate::inspection::Inspection;
use crate::request::{Request, Resource};
use crate::verdict::Verdict;

pub(crate) use choice::Choice;
pub(crate) use memo::{Memo, Order, Outcome};
pub(crate) use plan::{Attack, Need, Plan, Sought, Test};

/// A web ACL made ready.
#[derive(Clone, Debug)]
pub struct Compiled {
    acl: WebAcl,
    plan: Plan,
}

/// Memory that is kept from one request to the next: one for each thread that inspects requests, for any number of web ACLs.
#[derive(Debug, Default)]
pub struct Scratch {
    state: memo::State<'static>,
}

impl Scratch {
    /// Nothing is kept yet.
    pub fn new() -> Scratch {
        Scratch::default()
    }
}

impl Compiled {
    /// Makes a web ACL ready.
    pub fn new(acl: &WebAcl) -> Compiled {
        let mut acl = acl.clone();
        let plan = Plan::of(&mut acl);
        Compiled { acl, plan }
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
        self.inspect_with(&mut Scratch::new(), request, resource, environment)
    }

    /// The same, with memory that is kept.
    pub fn inspect_with<'r>(
        &'r self,
        scratch: &mut Scratch,
        request: &'r Request<'r>,
        resource: Resource,
        environment: Environment<'r>,
    ) -> Verdict {
        let view = View { request, resource, body_limit: self.acl.body_limit(resource) };
        let mut inspection = Inspection::new(view, environment);
        inspection.memo = Some(Memo::new(&self.plan, environment.detector, std::mem::take(&mut scratch.state)));
        let verdict = walk(&self.acl, &mut inspection);
        if let Some(memo) = inspection.memo.take() {
            scratch.state = memo.finished();
        }
        verdict
    }
}
