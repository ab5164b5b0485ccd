//! Whole policies.

use std::sync::Arc;

use crate::condition::Condition;
use crate::origin::GIVEN_KEYS;
use crate::{Chosen, Effect, Principal, ResourcePattern, Statement};

/// What a policy is for: it decides over the elements that it has, and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// of a user, group or role: about whoever has it
    Identity,
    /// of a resource such as a bucket
    Resource,
    /// of an interface endpoint
    Endpoint,
    /// of a gateway endpoint: about everybody (GWE-14)
    GatewayEndpoint,
}

impl Kind {
    /// How long a policy may be, in characters (GWE-12).
    pub fn most_characters(self) -> usize {
        match self {
            Kind::Identity => 6_144,
            Kind::Resource | Kind::Endpoint | Kind::GatewayEndpoint => 20_480,
        }
    }
}

/// The version of the language (IAM-31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, also when none is given: `${…}` is plain text
    V2008,
    /// `2012-10-17`: with policy variables
    V2012,
}

impl Version {
    /// Whether `${…}` is a variable.
    pub fn has_variables(self) -> bool {
        self == Version::V2012
    }
}

/// A policy that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// the version of its language
    pub version: Version,
    /// its name
    pub id: Option<String>,
    /// its statements, in order
    pub statements: Vec<Statement>,
    text: Arc<str>,
}

/// The policy of an endpoint that was given none, as AWS shows it (GWE-12).
pub const FULL_ACCESS: &str =
    r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

impl Policy {
    pub(crate) fn new(version: Version, id: Option<String>, statements: Vec<Statement>, text: &str) -> Policy {
        Policy { version, id, statements, text: text.into() }
    }

    /// The policy that permits everything to everybody: that of an endpoint that was given none (GWE-12).
    pub fn full_access() -> Policy {
        Policy::parse(FULL_ACCESS, Kind::GatewayEndpoint).expect("a policy of our own")
    }

    /// The document as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The condition keys that it looks at, as they are written, in conditions and in variables. What judges requests has to
    /// give those that AWS gives: a key that is missing by omission would decide.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().flat_map(|statement| {
            let resources = statement.resources.patterns().iter().flat_map(ResourcePattern::keys);
            resources.chain(statement.conditions.iter().flat_map(Condition::keys))
        })
    }

    /// The first key that nobody gives: neither one of those that every request has ([`GIVEN_KEYS`]) nor one of `further`.
    pub fn ungiven_key(&self, further: &[&str]) -> Option<&str> {
        let is_given = |key: &str| {
            let is_it = |given: &&str| match given.strip_suffix('*') {
                Some(start) => key.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)),
                None => given.eq_ignore_ascii_case(key),
            };
            GIVEN_KEYS.iter().chain(further).any(is_it)
        };
        self.keys().find(|key| !is_given(key))
    }

    /// Whether it permits everything to everybody whatever the request is, so that nothing has to be known of it.
    pub fn permits_everything(&self) -> bool {
        let is_everything = |statement: &Statement| {
            statement.effect == Effect::Allow
                && statement.conditions.is_empty()
                && matches!(&statement.principals, Some(Chosen::Listed(listed)) if listed.0.contains(&Principal::Everybody))
                && matches!(&statement.actions, Chosen::Listed(listed) if listed.iter().any(|one| one.as_str() == "*"))
                && matches!(&statement.resources, Chosen::Listed(listed) if listed.iter().any(|one| one.as_str() == "*"))
        };
        self.statements.iter().any(is_everything)
            && self.statements.iter().all(|statement| statement.effect == Effect::Allow)
    }

    /// Whether a statement permits something to everybody without any condition: what S3 calls a public policy.
    pub fn is_public(&self) -> bool {
        let everybody = |statement: &Statement| match &statement.principals {
            Some(Chosen::Listed(principals)) => principals.0.contains(&Principal::Everybody),
            Some(Chosen::AllBut(_)) => true,
            None => false,
        };
        self.statements.iter().any(|statement| {
            statement.effect == Effect::Allow && statement.conditions.is_empty() && everybody(statement)
        })
    }
}
