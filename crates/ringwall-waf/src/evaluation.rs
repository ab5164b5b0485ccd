//! The meaning of a web ACL: its rules are asked one after the other, until one of them ends it.
//!
//! This is the definition. It is written to be read; whatever is faster is compared with it.

use crate::action::token::{Proof, TokenState};
use crate::action::{CustomHeader, DefaultAction, RuleAction};
use crate::compiled::Order;
use crate::document::{GroupReference, Immunity, Rule, RuleKind, WebAcl};
use crate::engine::{Asked, Opinion};
use crate::environment::Environment;
use crate::explanation::{Finding, Step};
use crate::field::View;
use crate::inspection::Inspection;
use crate::rate::CounterId;
use crate::request::{Request, Resource};
use crate::verdict::{Decision, GroupReport, Interstitial, Matched, RateReport, RuleType, Terminating, Verdict};

/// What a web ACL says of a request on its way to a resource.
pub fn inspect<'r>(
    acl: &'r WebAcl,
    request: &'r Request<'r>,
    resource: Resource,
    environment: Environment<'r>,
) -> Verdict {
    let view = View { request, resource, body_limit: acl.body_limit(resource) };
    walk(acl, &mut Inspection::new(view, environment))
}

/// Asks the rules, from the beginning of an inspection.
pub(crate) fn walk<'r>(acl: &'r WebAcl, inspection: &mut Inspection<'r>) -> Verdict {
    Walk::new(acl, inspection, None).all().0
}

/// The same, and what was asked on the way.
pub(crate) fn told<'r>(acl: &'r WebAcl, mut inspection: Inspection<'r>) -> (Verdict, Vec<Step>) {
    let (verdict, steps) = Walk::new(acl, &mut inspection, Some(Vec::new())).all();
    (verdict, steps.unwrap_or_default())
}

struct Walk<'w, 'r> {
    acl: &'r WebAcl,
    inspection: &'w mut Inspection<'r>,
    /// what goes with the request if it is allowed
    inserted: Vec<CustomHeader>,
    matched: Vec<Matched>,
    groups: Vec<GroupReport>,
    rates: Vec<RateReport>,
    /// the rule that refers to the group whose rules are asked
    within: Option<String>,
    /// what was asked, if that is to be told
    steps: Option<Vec<Step>>,
}

/// What a rule that matched leads to.
struct Effect {
    matched: Matched,
    /// what becomes of the request; none if the next rule is asked
    decision: Option<Decision>,
}

impl<'w, 'r> Walk<'w, 'r> {
    fn new(acl: &'r WebAcl, inspection: &'w mut Inspection<'r>, steps: Option<Vec<Step>>) -> Walk<'w, 'r> {
        let (inserted, matched, groups, rates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Walk { acl, inspection, inserted, matched, groups, rates, within: None, steps }
    }

    /// Asks the rules, until one ends it.
    fn all(mut self) -> (Verdict, Option<Vec<Step>>) {
        let acl = self.acl;
        let mut order = Order::new(None, acl.rules.len());
        while let Some(at) = self.inspection.next_rule(&mut order) {
            if let Some((decision, terminating)) = self.rule(&acl.rules[at]) {
                return self.verdict(decision, Some(terminating));
            }
        }
        let decision = match &acl.default_action {
            DefaultAction::Allow(headers) => self.allowed(headers),
            DefaultAction::Block(response) => Decision::Block(response.clone()),
        };
        self.verdict(decision, None)
    }

    /// Asks a rule of the web ACL (WAF-1, WAF-2).
    fn rule(&mut self, rule: &Rule) -> Option<(Decision, Terminating)> {
        let (action, kind) = match &rule.kind {
            RuleKind::Statement(_, action) => (action, RuleType::Regular),
            RuleKind::Rate(_, action) => (action, RuleType::RateBased),
            RuleKind::Group(group) => return self.group(rule, group),
        };
        if !self.holds(rule, &self.acl.arn.text, None) {
            return None;
        }
        let effect = self.act(&rule.name, rule.immunity, action);
        let Some(decision) = effect.decision else {
            self.matched.push(effect.matched);
            return None;
        };
        Some((decision, Terminating { kind, matched: effect.matched }))
    }

    /// Asks the rules of a group in the place of the rule that refers to it (WAF-1, WAF-8, WAF-9).
    fn group(&mut self, outer: &Rule, reference: &GroupReference) -> Option<(Decision, Terminating)> {
        if let Some(scope) = &reference.scope_down {
            let finding = self.steps.as_ref().map(|_| Finding::of(scope, self.inspection));
            let is_asked = scope.matches(self.inspection);
            self.write_pending();
            if let Some(steps) = &mut self.steps {
                let (rule, labels) = (outer.name.clone(), Vec::new());
                steps.push(Step { rule, within: None, holds: is_asked, finding, rated: None, labels });
            }
            if !is_asked {
                return None;
            }
        }
        // Names are written when there is something to report.
        let (group, rule) = (String::new(), String::new());
        let mut report = GroupReport { group, rule, terminating: None, matched: Vec::new() };
        self.within = self.steps.as_ref().map(|_| outer.name.clone());
        let ended = self.rules_of(reference, &mut report).or_else(|| self.engine_of(reference, &mut report));
        self.within = None;
        if let Some((_, matched)) = &ended {
            report.terminating = Some(matched.clone());
        }
        if ended.is_some() || !report.matched.is_empty() {
            report.group = reference.group.id.clone();
            report.rule = outer.name.clone();
            self.groups.push(report);
        }
        let (decision, matched) = ended?;
        let matched = Matched { rule: outer.name.clone(), ..matched };
        if reference.only_counts {
            self.matched.push(Matched { action: "COUNT", overridden: Some(matched.action), ..matched });
            return None;
        }
        let kind = if reference.is_managed { RuleType::ManagedGroup } else { RuleType::Group };
        Some((decision, Terminating { kind, matched }))
    }

    /// Asks a group's rules, until one of them ends it.
    fn rules_of(&mut self, reference: &GroupReference, report: &mut GroupReport) -> Option<(Decision, Matched)> {
        let group = &reference.group;
        let mut order = Order::new(reference.list, group.rules.len());
        while let Some(at) = self.inspection.next_rule(&mut order) {
            let rule = &group.rules[at];
            let (RuleKind::Statement(_, own) | RuleKind::Rate(_, own)) = &rule.kind else { continue };
            if !self.holds(rule, &group.id, Some(reference.counter)) {
                continue;
            }
            let effect = self.act_within(reference, &rule.name, rule.immunity, own);
            let Some(decision) = effect.decision else {
                report.matched.push(effect.matched);
                continue;
            };
            return Some((decision, effect.matched));
        }
        None
    }

    /// Asks the engine behind a group, if there is one.
    fn engine_of(&mut self, reference: &GroupReference, report: &mut GroupReport) -> Option<(Decision, Matched)> {
        let engine = reference.group.engine.as_ref()?;
        let is_set_aside = |rule: &str| reference.action_of(rule).is_some();
        let asked = Asked { view: &self.inspection.view, is_set_aside: &is_set_aside };
        for spoken in engine.inspect(&asked) {
            let label = reference.group.namespace.label(&spoken.label);
            if let Some(steps) = &mut self.steps {
                let (rule, within, labels) = (spoken.rule.clone(), self.within.clone(), vec![label.clone()]);
                let finding = Some(Finding::of_engine(&spoken));
                steps.push(Step { rule, within, holds: true, finding, rated: None, labels });
            }
            self.inspection.labels.add(label);
            self.inspection.details.clear();
            self.inspection.evidence = spoken.evidence;
            let own = match spoken.opinion {
                Opinion::Count => RuleAction::Count(Vec::new()),
                Opinion::Block => RuleAction::Block(None),
            };
            let effect = self.act_within(reference, &spoken.rule, Immunity::default(), &own);
            let Some(decision) = effect.decision else {
                report.matched.push(effect.matched);
                continue;
            };
            return Some((decision, effect.matched));
        }
        None
    }

    /// Does what a group's rule that matched says, or what the reference to the group says instead (WAF-9, WAF-10).
    fn act_within(&mut self, reference: &GroupReference, rule: &str, immunity: Immunity, own: &RuleAction) -> Effect {
        let replaced = reference.action_of(rule);
        let mut effect = self.act(rule, immunity, replaced.unwrap_or(own));
        effect.matched.overridden = replaced.map(|_| own.log_name());
        effect.matched.is_excluded = reference.is_excluded(rule);
        effect
    }

    /// Whether a rule's statement holds, or its rate is over the limit. If so, its labels are written: for later rules (WAF-20).
    fn holds(&mut self, rule: &Rule, owner: &str, reference: Option<CounterId>) -> bool {
        self.inspection.evidence.clear();
        self.inspection.details.clear();
        let finding = self.finding(rule);
        let mut counted = None;
        let holds = match &rule.kind {
            RuleKind::Statement(statement, _) => statement.matches(self.inspection),
            RuleKind::Rate(rate, _) => {
                let counter = reference.map_or(rate.counter, |outer| rate.counter.within(outer));
                let rated = rate.rate(self.inspection, counter);
                counted = if self.steps.is_some() { rated.clone() } else { None };
                let rated = rated.filter(|rated| rated.is_over);
                self.rates.extend(rated.iter().map(|rated| RateReport {
                    owner: owner.to_owned(),
                    rule: rule.name.clone(),
                    key_type: rate.aggregate.log_name(),
                    limit: rate.limit,
                    window: rate.window,
                    rated: rated.clone(),
                }));
                rated.is_some()
            }
            RuleKind::Group(_) => false,
        };
        let before = if self.steps.is_some() { self.inspection.labels.iter().count() } else { 0 };
        self.write_pending();
        if holds {
            rule.labels.iter().for_each(|label| self.inspection.labels.add(label.clone()));
        }
        if let Some(steps) = &mut self.steps {
            let labels = self.inspection.labels.iter().skip(before).map(str::to_owned).collect();
            let (rule, within) = (rule.name.clone(), self.within.clone());
            steps.push(Step { rule, within, holds, finding, rated: counted, labels });
        }
        holds
    }

    /// What a rule's statement says, if that is to be told.
    fn finding(&mut self, rule: &Rule) -> Option<Finding> {
        self.steps.as_ref()?;
        let statement = match &rule.kind {
            RuleKind::Statement(statement, _) => Some(statement),
            RuleKind::Rate(rate, _) => rate.scope_down.as_ref(),
            RuleKind::Group(_) => None,
        };
        statement.map(|own| Finding::of(own, self.inspection))
    }

    fn write_pending(&mut self) {
        for label in std::mem::take(&mut self.inspection.pending) {
            self.inspection.labels.add(label);
        }
    }

    /// Does what a rule that matched says (WAF-2, WAF-3).
    fn act(&mut self, rule: &str, immunity: Immunity, action: &RuleAction) -> Effect {
        let token = match action {
            RuleAction::Captcha(_) => Some(self.token(immunity, Proof::Captcha)),
            RuleAction::Challenge(_) => Some(self.token(immunity, Proof::Challenge)),
            _ => None,
        };
        let decision = match (action, token) {
            (RuleAction::Allow(headers), _) => Some(self.allowed(headers)),
            (RuleAction::Block(response), _) => Some(Decision::Block(response.clone())),
            (RuleAction::Captcha(_), Some(state)) if state.failure().is_some() => {
                Some(Decision::Captcha(self.interstitial(405, "captcha")))
            }
            (RuleAction::Challenge(_), Some(state)) if state.failure().is_some() => {
                Some(Decision::Challenge(self.interstitial(202, "challenge")))
            }
            (RuleAction::Count(headers) | RuleAction::Captcha(headers) | RuleAction::Challenge(headers), _) => {
                self.insert(headers);
                None
            }
        };
        let matched = Matched {
            rule: rule.to_owned(),
            action: action.log_name(),
            overridden: None,
            is_excluded: false,
            details: std::mem::take(&mut self.inspection.details),
            evidence: std::mem::take(&mut self.inspection.evidence),
            token,
        };
        Effect { matched, decision }
    }

    /// What the request's token is worth: as long as the rule says, else the web ACL, else five minutes (WAF-15, WAF-16).
    fn token(&self, immunity: Immunity, proof: Proof) -> TokenState {
        let own = match proof {
            Proof::Captcha => immunity.captcha.or(self.acl.immunity.captcha),
            Proof::Challenge => immunity.challenge.or(self.acl.immunity.challenge),
        };
        let lifetime = own.unwrap_or(300) * 1000;
        let (request, environment) = (self.inspection.view.request, &self.inspection.environment);
        let Some(key) = environment.token_key else { return TokenState::Absent };
        key.examine(request, proof, &self.acl.token_domains, lifetime, environment.now)
    }

    /// The answer with a puzzle; the page goes with it where the client takes HTML (WAF-4).
    fn interstitial(&self, code: u16, action: &'static str) -> Interstitial {
        let mut accepted = self.inspection.view.request.values_of("accept");
        let has_page = accepted.any(|value| value.windows(9).any(|own| own.eq_ignore_ascii_case(b"text/html")));
        Interstitial { code, action, has_page }
    }

    /// Notes headers that go with the request; of several with one name the last (WAF-102).
    fn insert(&mut self, headers: &[CustomHeader]) {
        for header in headers {
            self.inserted.retain(|own| own.name != header.name);
            self.inserted.push(header.clone());
        }
    }

    /// What goes with a request that is allowed: what was noted, and those.
    fn allowed(&self, headers: &[CustomHeader]) -> Decision {
        let kept = self.inserted.iter().filter(|own| headers.iter().all(|header| header.name != own.name));
        Decision::Allow(kept.chain(headers).cloned().collect())
    }

    fn verdict(self, decision: Decision, terminating: Option<Terminating>) -> (Verdict, Option<Vec<Step>>) {
        let verdict = Verdict {
            decision,
            terminating,
            matched: self.matched,
            groups: self.groups,
            rates: self.rates,
            labels: std::mem::take(&mut self.inspection.labels),
            oversize: std::mem::take(&mut self.inspection.oversize),
        };
        (verdict, self.steps)
    }
}
