//! What a policy says to a request, and why (IAM-21).

use std::fmt;

use crate::condition::Operator;
use crate::template::NoValue;
use crate::{Chosen, Effect, Policy, Request, Statement, UNKNOWN_RESOURCE};

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// a statement forbids it: the number of the first one that does, from 0
    Denied(usize),
    /// none forbids it, and a statement permits it: the number of the first one that does, from 0
    Allowed(usize),
    /// no statement is about it
    Silent,
}

impl Judgement {
    /// Whether the policy permits the request.
    pub fn is_allowed(self) -> bool {
        matches!(self, Judgement::Allowed(_))
    }
}

/// Why a statement is not about a request: the first element that does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// `Principal` or `NotPrincipal`
    Principal,
    /// `Action` or `NotAction`
    Action,
    /// `Resource` or `NotResource`
    Resource,
    /// a condition
    Condition {
        /// how it compares
        operator: Operator,
        /// which key
        key: String,
        /// what the request has for it; nothing if the key is not there
        found: Vec<String>,
    },
    /// a policy variable has no value in this request, or several (IAM-37)
    Variable {
        /// the variable's key
        key: String,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Principal => f.write_str("its principals do not name the caller"),
            Mismatch::Action => f.write_str("its actions do not name this one"),
            Mismatch::Resource => f.write_str("its resources do not name this one"),
            Mismatch::Condition { operator, key, found } if found.is_empty() => {
                write!(f, "its condition {operator} on {key} does not hold: the request has no such key")
            }
            Mismatch::Condition { operator, key, found } => {
                write!(f, "its condition {operator} on {key} does not hold: the request has {}", found.join(", "))
            }
            Mismatch::Variable { key } => write!(f, "the request has no single value for its variable ${{{key}}}"),
        }
    }
}

/// What one statement has to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementJudgement {
    /// the statement's number, from 0
    pub number: usize,
    /// its name, if it has one
    pub sid: Option<String>,
    /// what it would do
    pub effect: Effect,
    /// why it is not about the request; `None` if it is
    pub mismatch: Option<Mismatch>,
}

impl Policy {
    /// What the policy says: an explicit deny wherever it stands, else an allow, else nothing.
    pub fn judge(&self, request: &Request<'_>) -> Judgement {
        let mut judgement = Judgement::Silent;
        for (number, statement) in self.statements.iter().enumerate() {
            match (statement.effect, judgement) {
                (Effect::Deny, _) if statement.mismatch(request).is_none() => return Judgement::Denied(number),
                (Effect::Allow, Judgement::Silent) if statement.mismatch(request).is_none() => {
                    judgement = Judgement::Allowed(number);
                }
                _ => {}
            }
        }
        judgement
    }

    /// What every statement has to do with a request, in order.
    pub fn explain(&self, request: &Request<'_>) -> Vec<StatementJudgement> {
        let numbered = self.statements.iter().enumerate();
        numbered
            .map(|(number, statement)| StatementJudgement {
                number,
                sid: statement.sid.clone(),
                effect: statement.effect,
                mismatch: statement.mismatch(request),
            })
            .collect()
    }
}

impl Statement {
    /// Why the statement is not about a request; `None` if it is.
    pub fn mismatch(&self, request: &Request<'_>) -> Option<Mismatch> {
        self.compare(request).unwrap_or_else(|NoValue { key }| Some(Mismatch::Variable { key }))
    }

    fn compare(&self, request: &Request<'_>) -> Result<Option<Mismatch>, NoValue> {
        let is_principal = self.principals.as_ref().is_none_or(|chosen| match chosen {
            Chosen::Listed(principals) => principals.name(request.caller),
            Chosen::AllBut(principals) => !principals.name(request.caller),
        });
        if !is_principal {
            return Ok(Some(Mismatch::Principal));
        }
        let (actions, expected) = self.actions.listed();
        if actions.iter().any(|pattern| pattern.matches(request.action)) != expected {
            return Ok(Some(Mismatch::Action));
        }
        if !self.is_about(request)? {
            return Ok(Some(Mismatch::Resource));
        }
        for condition in &self.conditions {
            if !condition.holds(request.keys)? {
                let found = request.keys.get(&condition.key).unwrap_or_default().to_vec();
                return Ok(Some(Mismatch::Condition {
                    operator: condition.operator,
                    key: condition.key.clone(),
                    found,
                }));
            }
        }
        Ok(None)
    }
}

impl Statement {
    /// Whether the resource is one of the statement's. One that is not known is taken for the worst.
    fn is_about(&self, request: &Request<'_>) -> Result<bool, NoValue> {
        let (resources, expected) = self.resources.listed();
        if request.resource == UNKNOWN_RESOURCE {
            let is_everything = expected && resources.iter().any(|pattern| pattern.as_str() == "*");
            return Ok(self.effect == Effect::Deny || is_everything);
        }
        let mut is_listed = false;
        for pattern in resources {
            is_listed |= pattern.matches(request.resource, request.keys)?;
        }
        Ok(is_listed == expected)
    }
}

impl<T> Chosen<T> {
    /// What is listed, whichever way.
    pub fn patterns(&self) -> &T {
        self.listed().0
    }

    /// What is listed, and whether it is to be among it.
    fn listed(&self) -> (&T, bool) {
        match self {
            Chosen::Listed(listed) => (listed, true),
            Chosen::AllBut(listed) => (listed, false),
        }
    }
}
