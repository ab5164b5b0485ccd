//! Statements: what a rule asks of a request. Each is a file.
//!
//! [`Statement`] has those that can stand anywhere, also within And, Or, Not and as a scope-down. Rate-based rules and
//! references to rule groups stand at the top of a rule alone and are kinds of [`crate::document::RuleKind`] (WAF-12,
//! WAF-13): so a statement that must not be nested cannot be.

mod and;
mod asn_match;
mod byte_match;
mod geo_match;
mod ip_set;
mod label_match;
mod not;
mod or;
mod regex_match;
mod regex_set;
mod size_constraint;
mod sqli_match;
mod subject;
mod xss_match;

pub use and::And;
pub use asn_match::AsnMatch;
pub use byte_match::{ByteMatch, Position};
pub use geo_match::GeoMatch;
pub use ip_set::IpSetReference;
pub use label_match::LabelMatch;
pub use not::Not;
pub use or::Or;
pub use regex_match::RegexMatch;
pub use regex_set::RegexSetReference;
pub use size_constraint::{Comparison, SizeConstraint};
pub use sqli_match::SqliMatch;
pub use subject::Subject;
pub(crate) use subject::{Find, Place};
pub use xss_match::XssMatch;

use ringwall_search::Needed;

use crate::compiled::{Attack, Need, Sought, Test};
use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;
use crate::pattern::Pattern;

/// A statement that can stand anywhere.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each is said in its file")]
pub enum Statement {
    And(And),
    AsnMatch(AsnMatch),
    ByteMatch(ByteMatch),
    GeoMatch(GeoMatch),
    IpSetReference(IpSetReference),
    LabelMatch(LabelMatch),
    Not(Not),
    Or(Or),
    RegexMatch(RegexMatch),
    RegexSetReference(RegexSetReference),
    SizeConstraint(SizeConstraint),
    SqliMatch(SqliMatch),
    XssMatch(XssMatch),
}

impl Statement {
    /// Reads a statement.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Statement, Refusal> {
        let (form, entry) = entry.sole()?;
        Ok(match form {
            "AndStatement" => Statement::And(And::read(&entry, context)?),
            "AsnMatchStatement" => Statement::AsnMatch(AsnMatch::read(&entry, context)?),
            "ByteMatchStatement" => Statement::ByteMatch(ByteMatch::read(&entry, context)?),
            "GeoMatchStatement" => Statement::GeoMatch(GeoMatch::read(&entry, context)?),
            "IPSetReferenceStatement" => Statement::IpSetReference(IpSetReference::read(&entry, context)?),
            "LabelMatchStatement" => Statement::LabelMatch(LabelMatch::read(&entry, context)?),
            "NotStatement" => Statement::Not(Not::read(&entry, context)?),
            "OrStatement" => Statement::Or(Or::read(&entry, context)?),
            "RegexMatchStatement" => Statement::RegexMatch(RegexMatch::read(&entry, context)?),
            "RegexPatternSetReferenceStatement" => {
                Statement::RegexSetReference(RegexSetReference::read(&entry, context)?)
            }
            "SizeConstraintStatement" => Statement::SizeConstraint(SizeConstraint::read(&entry, context)?),
            "SqliMatchStatement" => Statement::SqliMatch(SqliMatch::read(&entry, context)?),
            "XssMatchStatement" => Statement::XssMatch(XssMatch::read(&entry, context)?),
            "RateBasedStatement" | "RuleGroupReferenceStatement" | "ManagedRuleGroupStatement" => {
                return Err(entry.invalid("can only be the whole statement of a rule"));
            }
            _ => return Err(entry.invalid("is no statement")),
        })
    }

    /// Whether it holds for a request.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        match self {
            Statement::And(own) => own.matches(inspection),
            Statement::AsnMatch(own) => own.matches(inspection),
            Statement::ByteMatch(own) => own.matches(inspection),
            Statement::GeoMatch(own) => own.matches(inspection),
            Statement::IpSetReference(own) => own.matches(inspection),
            Statement::LabelMatch(own) => own.matches(inspection),
            Statement::Not(own) => own.matches(inspection),
            Statement::Or(own) => own.matches(inspection),
            Statement::RegexMatch(own) => own.matches(inspection),
            Statement::RegexSetReference(own) => own.matches(inspection),
            Statement::SizeConstraint(own) => own.matches(inspection),
            Statement::SqliMatch(own) => own.matches(inspection),
            Statement::XssMatch(own) => own.matches(inspection),
        }
    }

    /// What it costs, in web ACL capacity units (WAF-25).
    pub fn capacity(&self) -> u64 {
        match self {
            Statement::And(own) => own.capacity(),
            Statement::AsnMatch(own) => own.capacity(),
            Statement::ByteMatch(own) => own.capacity(),
            Statement::GeoMatch(own) => own.capacity(),
            Statement::IpSetReference(own) => own.capacity(),
            Statement::LabelMatch(own) => own.capacity(),
            Statement::Not(own) => own.capacity(),
            Statement::Or(own) => own.capacity(),
            Statement::RegexMatch(own) => own.capacity(),
            Statement::RegexSetReference(own) => own.capacity(),
            Statement::SizeConstraint(own) => own.capacity(),
            Statement::SqliMatch(own) => own.capacity(),
            Statement::XssMatch(own) => own.capacity(),
        }
    }
}

impl Statement {
    /// What it looks at by itself, if it is of those that look at a part of the request.
    pub(crate) fn subject(&self) -> Option<&Subject> {
        match self {
            Statement::ByteMatch(own) => Some(&own.subject),
            Statement::RegexMatch(own) => Some(&own.subject),
            Statement::RegexSetReference(own) => Some(&own.subject),
            Statement::SizeConstraint(own) => Some(&own.subject),
            Statement::SqliMatch(own) => Some(&own.subject),
            Statement::XssMatch(own) => Some(&own.subject),
            Statement::And(_)
            | Statement::AsnMatch(_)
            | Statement::GeoMatch(_)
            | Statement::IpSetReference(_)
            | Statement::LabelMatch(_)
            | Statement::Not(_)
            | Statement::Or(_) => None,
        }
    }

    /// Visits all subjects that it looks at, with what it seeks there.
    pub(crate) fn visit(&mut self, visitor: &mut dyn FnMut(&mut Subject, Sought)) {
        match self {
            Statement::And(And(inner)) | Statement::Or(Or { statements: inner, .. }) => {
                inner.iter_mut().for_each(|own| own.visit(visitor))
            }
            Statement::Not(Not(inner)) => inner.visit(visitor),
            Statement::ByteMatch(own) => {
                let needed = Need::of(Needed::one_of([own.search.as_slice()]));
                let test = Test::Literal(own.position, own.search.clone());
                visitor(&mut own.subject, Sought { test, needed: vec![needed] })
            }
            Statement::RegexMatch(own) => visitor(&mut own.subject, patterns([&own.pattern])),
            Statement::RegexSetReference(own) => visitor(&mut own.subject, patterns(&own.set.patterns)),
            Statement::SizeConstraint(own) => {
                let test = Test::Size(own.comparison, own.size);
                visitor(&mut own.subject, Sought { test, needed: vec![Need::of(Needed::Nothing)] })
            }
            // What a detector needs is not known before there is one.
            Statement::SqliMatch(own) => {
                let test = Test::Attack(Attack::Sqli(own.sensitivity));
                visitor(&mut own.subject, Sought { test, needed: vec![Need::of(Needed::Nothing)] })
            }
            Statement::XssMatch(own) => visitor(
                &mut own.subject,
                Sought { test: Test::Attack(Attack::Xss), needed: vec![Need::of(Needed::Nothing)] },
            ),
            Statement::AsnMatch(_)
            | Statement::GeoMatch(_)
            | Statement::IpSetReference(_)
            | Statement::LabelMatch(_) => {}
        }
    }
}

/// One of some patterns is sought.
fn patterns<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Sought {
    let need = |pattern: &Pattern| Need { needed: pattern.needed(), guards: pattern.guards() };
    let all = patterns.into_iter().map(|pattern| (pattern.source().to_owned(), need(pattern)));
    let (sources, needed) = all.unzip();
    Sought { test: Test::Patterns(sources), needed }
}

/// Reads `Statements` of And and Or: two or more (WAF-46).
fn read_several(entry: &Entry, context: &Context) -> Result<Vec<Statement>, Refusal> {
    let mut members = entry.members()?;
    let list = members.require("Statements")?.list_of(2, usize::MAX)?;
    members.finish()?;
    list.iter().map(|own| Statement::read(own, context)).collect()
}

/// Refuses what needs a detector where there is none.
fn needs_detector(entry: &Entry, context: &Context) -> Result<(), Refusal> {
    if context.abilities.detection {
        Ok(())
    } else {
        Err(entry.unsupported("needs a detector of attacks, and there is none"))
    }
}

#[cfg(test)]
pub(crate) mod tests;
