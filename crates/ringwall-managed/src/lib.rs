//! Managed rule groups under AWS's names, with AWS's rules, actions, labels and capacities (WAF-134 … WAF-150), and with patterns
//! of Ringwall's own: what AWS's look for, AWS does not say beyond a sentence each.
//!
//! A [`Group`] is data: rules in the [language](language) of documents, over [sets of patterns](patterns) that are text files. A page below
//! `pages/` says of each rule what it detects, with requests that match and requests that don't; the pages are tests.
//!
//! | module | holds |
//! |---|---|
//! | [`catalogue`] | what there is, and building it |
//! | [`groups`] | the rules, a group a file |
//! | [`language`] | writing statements as documents have them |
//! | [`patterns`] | the sets that rules refer to |
//! | [`lists`] | addresses that the user supplies |
//! | [`core_rules`] | OWASP's Core Rule Set as one more group |
//!
//! Not here, and therefore refused by name, are AWS's groups that need what only AWS has: Bot Control, the two of account
//! protection, and the one against floods (WAF-145).

pub mod catalogue;
pub mod core_rules;
pub mod groups;
pub mod language;
pub mod lists;
mod offer;
pub mod patterns;
mod supplied;

pub use catalogue::{Catalogue, Group, Refused, RuleSummary, VENDOR};
pub use core_rules::CoreRules;
pub use lists::IpLists;
pub use offer::{Offer, Told};
pub use supplied::Supplied;
