//! AWS's policy language: read strictly, judged with reasons (IAM-21, IAM-27 to IAM-37).
//!
//! A policy is a document of statements, each with an effect, and with elements that say which requests it is about: who calls,
//! which action, on which resource, under which conditions. [`Policy::parse`] reads it, as one [`Kind`]; what is no policy is
//! refused with its place. [`Policy::judge`] answers for one [`Request`]: an explicit deny before an allow before nothing at all.
//! [`Policy::explain`] says of every statement whether it matches and, if not, which element does not.
//!
//! A policy alone permits nothing. Which policies a request has to pass, and what follows from silence, is the caller's: the
//! policy of a VPC endpoint restricts in addition to all others and never grants (GWE-13).
//!
//! Everything here is a pure function: the time, too, is a key that the request brings along.

mod action;
pub mod condition;
mod denial;
mod judge;
mod malformed;
mod node;
mod origin;
mod parse;
mod policy;
mod principal;
mod request;
mod resource;
mod statement;
mod template;

#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tests;

pub use action::ActionPattern;
pub use denial::denial;
pub use judge::{Judgement, Mismatch, StatementJudgement};
pub use malformed::{Malformed, Reason};
pub use origin::{GIVEN_KEYS, Origin, Passage, S3_KEYS, service_keys};
pub use policy::{FULL_ACCESS, Kind, Policy, Version};
pub use principal::{Caller, Principal, Principals};
pub use request::{Keys, Request, UNKNOWN_RESOURCE};
pub use resource::ResourcePattern;
pub use statement::{Chosen, Effect, Statement};
