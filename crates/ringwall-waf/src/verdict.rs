//! What becomes of a request, and everything that led to it.

use std::collections::BTreeSet;

use crate::action::token::TokenState;
use crate::action::{CustomHeader, CustomResponse};
use crate::field::Oversize;
use crate::inspection::{Detail, Evidence};
use crate::label::Labels;
use crate::rate::Rated;

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// it goes on, with those headers (WAF-101, WAF-102)
    Allow(Vec<CustomHeader>),
    /// it is answered; without a response of the document's as the resource does (WAF-6)
    Block(Option<CustomResponse>),
    /// it is answered with a puzzle for a person
    Captcha(Interstitial),
    /// it is answered with a puzzle for a browser
    Challenge(Interstitial),
}

/// An answer with a puzzle (WAF-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interstitial {
    /// the status
    pub code: u16,
    /// the value of the header `x-amzn-waf-action`
    pub action: &'static str,
    /// whether the client takes HTML, so that the page goes with it
    pub has_page: bool,
}

/// What a rule that matched did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// the rule's name
    pub rule: String,
    /// what was done: AWS's word
    pub action: &'static str,
    /// what the rule would have done if the reference to its group did not say otherwise
    pub overridden: Option<&'static str>,
    /// whether that was said by `ExcludedRules` (WAF-10)
    pub is_excluded: bool,
    /// what log records say of attacks
    pub details: Vec<Detail>,
    /// where it found what it looked for
    pub evidence: Vec<Evidence>,
    /// what the request's token was worth, if the rule asked for one
    pub token: Option<TokenState>,
}

/// What kind of rule ended the inspection (WAF-127).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleType {
    /// a statement about the request alone
    Regular,
    /// a rate
    RateBased,
    /// a group of one's own
    Group,
    /// a vendor's group
    ManagedGroup,
}

/// The rule that ended the inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminating {
    /// its kind
    pub kind: RuleType,
    /// what it did; for a group the rule that refers to it, with what the group's rule did
    pub matched: Matched,
}

/// What a group did (WAF-130).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReport {
    /// its ARN, or vendor and name
    pub group: String,
    /// the rule that refers to it
    pub rule: String,
    /// its rule that ended the group
    pub terminating: Option<Matched>,
    /// its rules that matched and did not
    pub matched: Vec<Matched>,
}

/// A rate that was over its limit (WAF-131).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateReport {
    /// the web ACL or group that has the rule
    pub owner: String,
    /// the rule's name
    pub rule: String,
    /// AWS's word for the kind of key
    pub key_type: &'static str,
    /// how many requests are allowed
    pub limit: u64,
    /// within so many seconds
    pub window: u64,
    /// the key and its count
    pub rated: Rated,
}

/// What becomes of a request, and everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// what becomes of it
    pub decision: Decision,
    /// the rule that ended the inspection; none if the default action did
    pub terminating: Option<Terminating>,
    /// rules that matched and did not end it, in their order
    pub matched: Vec<Matched>,
    /// what groups did, in their order
    pub groups: Vec<GroupReport>,
    /// rates that were over their limits
    pub rates: Vec<RateReport>,
    /// all labels
    pub labels: Labels,
    /// what was longer than what is inspected
    pub oversize: BTreeSet<Oversize>,
}

impl Verdict {
    /// AWS's word for what becomes of the request (WAF-127).
    pub fn action(&self) -> &'static str {
        match self.decision {
            Decision::Allow(_) => "ALLOW",
            Decision::Block(_) => "BLOCK",
            Decision::Captcha(_) => "CAPTCHA",
            Decision::Challenge(_) => "CHALLENGE",
        }
    }

    /// The rule that decided, as log records name it (WAF-127).
    pub fn decided_by(&self) -> &str {
        self.terminating.as_ref().map_or("Default_Action", |own| own.matched.rule.as_str())
    }
}
