//! What became of many requests, in sum and for every rule.

use std::collections::BTreeMap;

use ringwall_waf::action::RuleAction;
use ringwall_waf::document::{RuleKind, WebAcl};
use ringwall_waf::verdict::{Decision, Verdict};

/// What became of many requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// how many there were
    pub requests: u64,
    /// how many passed
    pub allowed: u64,
    /// how many were blocked
    pub blocked: u64,
    /// how many were answered with a puzzle, for a person or for a browser
    pub puzzled: u64,
    /// every rule of the web ACL and its groups, in the order in which they are asked
    pub rules: Vec<RuleSum>,
    by_path: BTreeMap<String, usize>,
}

/// What a rule did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSum {
    /// its name, behind that of the rule that refers to its group
    pub path: String,
    /// what it does, in AWS's word; for a rule that refers to a group, nothing
    pub action: Option<&'static str>,
    /// how many requests it matched
    pub matched: u64,
    /// of how many it ended the inspection
    pub ended: u64,
    /// how many it only counted
    pub counted: u64,
    /// how many of those passed in the end: they would be blocked if its Count were Block
    pub would_block: u64,
}

impl Tally {
    /// The sums of a web ACL, of no requests.
    pub fn new(acl: &WebAcl) -> Tally {
        let mut tally =
            Tally { requests: 0, allowed: 0, blocked: 0, puzzled: 0, rules: Vec::new(), by_path: BTreeMap::new() };
        for rule in &acl.rules {
            match &rule.kind {
                RuleKind::Statement(_, action) | RuleKind::Rate(_, action) => tally.list(&rule.name, Some(action)),
                RuleKind::Group(reference) => {
                    tally.list(&rule.name, None);
                    for inner in &reference.group.rules {
                        let (RuleKind::Statement(_, own) | RuleKind::Rate(_, own)) = &inner.kind else { continue };
                        let replaced = reference.action_of(&inner.name);
                        tally.list(&path(&rule.name, &inner.name), Some(replaced.unwrap_or(own)));
                    }
                }
            }
        }
        tally
    }

    fn list(&mut self, path: &str, action: Option<&RuleAction>) {
        self.by_path.insert(path.to_owned(), self.rules.len());
        let action = action.map(RuleAction::log_name);
        let path = path.to_owned();
        self.rules.push(RuleSum { path, action, matched: 0, ended: 0, counted: 0, would_block: 0 });
    }

    /// The sums of a rule. One that an engine behind a group speaks of is listed when it first does.
    fn row(&mut self, path: &str) -> &mut RuleSum {
        let at = match self.by_path.get(path) {
            Some(at) => *at,
            None => {
                self.list(path, None);
                self.rules.len() - 1
            }
        };
        &mut self.rules[at]
    }

    /// Adds a request.
    pub fn add(&mut self, verdict: &Verdict) {
        self.requests += 1;
        let passed = matches!(verdict.decision, Decision::Allow(_));
        match verdict.decision {
            Decision::Allow(_) => self.allowed += 1,
            Decision::Block(_) => self.blocked += 1,
            Decision::Captcha(_) | Decision::Challenge(_) => self.puzzled += 1,
        }
        let mut note = |path: &str, ended: bool, counted: bool| {
            let own = self.row(path);
            own.matched += 1;
            own.ended += u64::from(ended);
            own.counted += u64::from(counted);
            own.would_block += u64::from(counted && passed);
        };
        for own in &verdict.matched {
            note(&own.rule, false, own.action == "COUNT");
        }
        let ending = verdict.terminating.as_ref().map(|own| own.matched.rule.as_str());
        if let Some(rule) = ending {
            note(rule, true, false);
        }
        for group in &verdict.groups {
            for own in &group.matched {
                note(&path(&group.rule, &own.rule), false, own.action == "COUNT");
            }
            // A group whose result is only counted ends nothing but itself (WAF-8).
            if let Some(own) = &group.terminating {
                let ended = ending == Some(group.rule.as_str());
                note(&path(&group.rule, &own.rule), ended, !ended);
            }
        }
    }

    /// Adds the sums of other requests to the same web ACL.
    pub fn merge(&mut self, other: &Tally) {
        self.requests += other.requests;
        self.allowed += other.allowed;
        self.blocked += other.blocked;
        self.puzzled += other.puzzled;
        for other in &other.rules {
            let own = self.row(&other.path);
            own.matched += other.matched;
            own.ended += other.ended;
            own.counted += other.counted;
            own.would_block += other.would_block;
        }
    }
}

/// The name of a group's rule behind that of the rule that refers to the group.
fn path(outer: &str, inner: &str) -> String {
    format!("{outer}/{inner}")
}

/// The names of the rule that decided: in the web ACL, and within its group where a group has it. The last one says most.
pub fn deciding(verdict: &Verdict) -> Vec<String> {
    let outer = verdict.decided_by();
    let mut names = vec![outer.to_owned()];
    let group = verdict.groups.iter().find(|group| verdict.terminating.is_some() && group.rule == outer);
    names.extend(group.and_then(|group| group.terminating.as_ref()).map(|inner| path(outer, &inner.rule)));
    names
}
