//! What a rule does with a request that it matches (WAF-14).

mod answer;
mod custom;
pub mod page;
pub mod picture;
pub mod token;

pub use answer::Answer;
pub use custom::{CustomBody, CustomHeader, CustomResponse};
pub(crate) use custom::{read_bodies, take_inserted};

use crate::document::{Context, Entry, Refusal};

/// `Action` of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// it passes, with those headers; nothing else is asked
    Allow(Vec<CustomHeader>),
    /// it is answered, if with nothing of one's own then as the resource does; nothing else is asked
    Block(Option<CustomResponse>),
    /// it is counted, and the next rule is asked
    Count(Vec<CustomHeader>),
    /// as Count with a token of a person, else it is answered with a puzzle for one
    Captcha(Vec<CustomHeader>),
    /// as Count with a token of a browser, else it is answered with a puzzle for one
    Challenge(Vec<CustomHeader>),
}

impl RuleAction {
    /// Reads the object with its one member.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<RuleAction, Refusal> {
        let (form, entry) = entry.sole()?;
        let mut members = entry.members()?;
        let action = match form {
            "Allow" => RuleAction::Allow(take_inserted(&mut members, context)?),
            "Block" => RuleAction::Block(CustomResponse::take(&mut members, context)?),
            "Count" => RuleAction::Count(take_inserted(&mut members, context)?),
            "Captcha" if context.abilities.tokens => RuleAction::Captcha(take_inserted(&mut members, context)?),
            "Challenge" if context.abilities.tokens => RuleAction::Challenge(take_inserted(&mut members, context)?),
            "Captcha" | "Challenge" => return Err(entry.unsupported("needs a key to sign tokens with")),
            "Monetize" => return Err(entry.unsupported("is not built")),
            _ => return Err(entry.invalid("is no action")),
        };
        members.finish()?;
        Ok(action)
    }

    /// AWS's word in log records.
    pub fn log_name(&self) -> &'static str {
        match self {
            RuleAction::Allow(_) => "ALLOW",
            RuleAction::Block(_) => "BLOCK",
            RuleAction::Count(_) => "COUNT",
            RuleAction::Captcha(_) => "CAPTCHA",
            RuleAction::Challenge(_) => "CHALLENGE",
        }
    }
}

/// `DefaultAction` of a web ACL: what happens when no rule ends the inspection (WAF-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultAction {
    /// it passes, with those headers
    Allow(Vec<CustomHeader>),
    /// it is answered
    Block(Option<CustomResponse>),
}

impl DefaultAction {
    /// Reads the object with its one member.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<DefaultAction, Refusal> {
        let (form, entry) = entry.sole()?;
        let mut members = entry.members()?;
        let action = match form {
            "Allow" => DefaultAction::Allow(take_inserted(&mut members, context)?),
            "Block" => DefaultAction::Block(CustomResponse::take(&mut members, context)?),
            _ => return Err(entry.invalid("must be Allow or Block")),
        };
        members.finish()?;
        Ok(action)
    }
}

#[cfg(test)]
mod tests;
