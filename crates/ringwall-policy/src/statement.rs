//! Statements (IAM-27).

use crate::condition::Condition;
use crate::malformed::{Malformed, Reason};
use crate::node::Node;
use crate::{ActionPattern, Kind, Principal, Principals, ResourcePattern, Version};

/// What a statement does with the requests that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// permits them
    Allow,
    /// forbids them, whatever else permits them
    Deny,
}

/// What an element and its opposite choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen<T> {
    /// what is listed, as by `Action`
    Listed(T),
    /// everything that is not listed, as by `NotAction`
    AllBut(T),
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// its name in the policy
    pub sid: Option<String>,
    /// what it does
    pub effect: Effect,
    /// whose requests it is about; of everybody whom an identity's policy is for, if none
    pub principals: Option<Chosen<Principals>>,
    /// which actions it is about
    pub actions: Chosen<Vec<ActionPattern>>,
    /// which resources it is about
    pub resources: Chosen<Vec<ResourcePattern>>,
    /// what has to hold besides
    pub conditions: Vec<Condition>,
}

/// The elements of a statement as they are found.
#[derive(Default)]
struct Found {
    sid: Option<String>,
    effect: Option<Effect>,
    principals: Option<Chosen<Principals>>,
    actions: Option<Chosen<Vec<ActionPattern>>>,
    resources: Option<Chosen<Vec<ResourcePattern>>>,
    conditions: Option<Vec<Condition>>,
}

impl Statement {
    pub(crate) fn read(node: &Node, kind: Kind, version: Version) -> Result<Statement, Malformed> {
        let mut found = Found::default();
        for (name, value) in node.map()? {
            found.take(name, value, version).map_err(|wrong| match wrong.reason {
                Reason::UnknownElement(ref element) if element == name => wrong,
                Reason::Twice(ref element) if element == name && wrong.place.is_empty() => wrong,
                _ => wrong.at(name),
            })?;
        }
        check_principals(found.principals.as_ref(), kind)?;
        Ok(Statement {
            sid: found.sid,
            effect: found.effect.ok_or(Reason::Missing("Effect"))?,
            principals: found.principals,
            actions: found.actions.ok_or(Reason::Missing("Action"))?,
            resources: found.resources.ok_or(Reason::Missing("Resource"))?,
            conditions: found.conditions.unwrap_or_default(),
        })
    }
}

impl Found {
    fn take(&mut self, name: &str, value: &Node, version: Version) -> Result<(), Malformed> {
        let variables = version.has_variables();
        let actions = || value.each(|node| ActionPattern::parse(node.text()?));
        let resources = || value.each(|node| ResourcePattern::parse(node.text()?, variables));
        match name {
            "Sid" => once(&mut self.sid, name, sid(value.text()?)?),
            "Effect" => once(&mut self.effect, name, effect(value.text()?)?),
            "Principal" => once(&mut self.principals, name, Chosen::Listed(Principals::read(value)?)),
            "NotPrincipal" => once(&mut self.principals, name, Chosen::AllBut(Principals::read(value)?)),
            "Action" => once(&mut self.actions, name, Chosen::Listed(actions()?)),
            "NotAction" => once(&mut self.actions, name, Chosen::AllBut(actions()?)),
            "Resource" => once(&mut self.resources, name, Chosen::Listed(resources()?)),
            "NotResource" => once(&mut self.resources, name, Chosen::AllBut(resources()?)),
            "Condition" => once(&mut self.conditions, name, Condition::read_all(value, version)?),
            other => Err(Reason::UnknownElement(other.to_owned()).into()),
        }
    }
}

/// An element comes once, and not beside its opposite.
fn once<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), Malformed> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Reason::Twice(name.to_owned()).into()),
    }
}

fn sid(text: &str) -> Result<String, Malformed> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-_. ".contains(character);
    if text.chars().all(is_name) {
        Ok(text.to_owned())
    } else {
        Err(Malformed::unexpected("a name of letters and digits", text))
    }
}

fn effect(text: &str) -> Result<Effect, Malformed> {
    match text {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(Malformed::unexpected("`Allow` or `Deny`", other)),
    }
}

/// Policies of resources and endpoints name principals, those of identities never (IAM-27); that of a gateway endpoint
/// names everybody (GWE-14).
fn check_principals(principals: Option<&Chosen<Principals>>, kind: Kind) -> Result<(), Malformed> {
    let everybody = |principals: &Principals| principals.0.iter().all(|one| *one == Principal::Everybody);
    match (kind, principals) {
        (Kind::Identity, None) => Ok(()),
        (Kind::Identity, Some(_)) => Err(Reason::NotHere("Principal").into()),
        (_, None) => Err(Reason::Missing("Principal").into()),
        (Kind::GatewayEndpoint, Some(Chosen::Listed(listed))) if everybody(listed) => Ok(()),
        (Kind::GatewayEndpoint, Some(_)) => {
            let expected = "`*`; limit callers by a condition on aws:PrincipalArn";
            Err(Malformed::unexpected(expected, "another principal").at("Principal"))
        }
        (Kind::Resource | Kind::Endpoint, Some(_)) => Ok(()),
    }
}
