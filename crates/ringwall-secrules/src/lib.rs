//! SecLang, the language of ModSecurity's rules, and the OWASP Core Rule Set that is written in it.
//!
//! [`RuleSet::read`] reads rules from files that whoever has them [gives](files::Files), and refuses what cannot be done here, with file
//! and line. [`RuleSet::inspect`] asks them of a request, which is [the same](ringwall_waf::request::Request) as web ACLs are
//! asked of, and answers which of them fired, what they found and where, and what the Core Rule Set makes of it.
//!
//! What rules mean is what ModSecurity 3 does; where it is not followed, [the decision record](../../../docs/decisions) says why.
//! Nothing here reads a clock, a file or a socket.
//!
//! | module | holds |
//! |---|---|
//! | [`model`] | rules as they are read |
//! | [`collection`] | the variables that there are |
//! | [`transformation`] | what is made of values |
//! | [`core_rules`] | the Core Rule Set: where it is, and how it is set |
//! | [`outcome`] | what is answered |

pub mod collection;
pub mod core_rules;
mod evaluation;
pub mod files;
mod limits;
pub mod model;
mod operator;
pub mod outcome;
mod plan;
mod reader;
pub mod refusal;
mod ruleset;
mod text;
mod transaction;
pub mod transformation;

pub use evaluation::Scratch;
pub use limits::Limits;
pub use operator::{Hit, Operator};
pub use ruleset::{RuleSet, Source};
pub use text::Text;
pub use transaction::Response;
