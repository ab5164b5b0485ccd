//! Rules: a statement, and what is done with a request that it matches (WAF-15).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::GroupReference;
use super::{Code, Context, Entry, Members, Refusal};
use crate::action::RuleAction;
use crate::label::read_name;
use crate::rate::RateBased;
use crate::statement::Statement;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// its name
    pub name: String,
    /// its place among the others, lowest first (WAF-1)
    pub priority: u64,
    /// what it asks and does
    pub kind: RuleKind,
    /// the labels that it writes when it matches, written out
    pub labels: Vec<Arc<str>>,
    /// how it is counted
    pub visibility: Visibility,
    /// how long a token suffices, where the rule says so
    pub immunity: Immunity,
}

/// What a rule asks and does.
#[derive(Clone, Debug)]
pub enum RuleKind {
    /// a statement about the request alone
    Statement(Statement, RuleAction),
    /// a rate
    Rate(RateBased, RuleAction),
    /// the rules of a group in its place
    Group(GroupReference),
}

/// `VisibilityConfig` (WAF-118).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// whether requests are kept as samples
    pub samples: bool,
    /// whether there are metrics
    pub metrics: bool,
    /// the metric's name
    pub metric: String,
}

/// How many seconds after a puzzle was solved its token suffices; none where nothing is said (WAF-16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Immunity {
    /// for CAPTCHA
    pub captcha: Option<u64>,
    /// for Challenge
    pub challenge: Option<u64>,
}

impl Visibility {
    /// Reads `VisibilityConfig`.
    pub(crate) fn read(members: &mut Members) -> Result<Visibility, Refusal> {
        let mut members = members.require("VisibilityConfig")?.members()?;
        let samples = members.require("SampledRequestsEnabled")?.flag()?;
        let metrics = members.require("CloudWatchMetricsEnabled")?.flag()?;
        let entry = members.require("MetricName")?;
        let metric = entry.text_of(1..=255, |own| own.is_ascii_alphanumeric() || "_#:.-/".contains(own))?.to_owned();
        members.finish()?;
        if ["All", "Default_Action"].contains(&metric.as_str()) {
            return Err(entry.invalid("is a name that AWS keeps for itself"));
        }
        Ok(Visibility { samples, metrics, metric })
    }
}

impl Immunity {
    /// Reads `CaptchaConfig` and `ChallengeConfig`.
    pub(crate) fn read(members: &mut Members) -> Result<Immunity, Refusal> {
        let mut read = |name: &str, least: u64| {
            let Some(entry) = members.take(name) else { return Ok(None) };
            let mut members = entry.members()?;
            let Some(entry) = members.take("ImmunityTimeProperty") else { return members.finish().map(|()| None) };
            members.finish()?;
            let mut members = entry.members()?;
            let seconds = members.require("ImmunityTime")?.integer(least..=259_200)?;
            members.finish().map(|()| Some(seconds))
        };
        Ok(Immunity { captcha: read("CaptchaConfig", 60)?, challenge: read("ChallengeConfig", 300)? })
    }
}

impl Rule {
    fn read(entry: &Entry, context: &Context) -> Result<Rule, Refusal> {
        let mut members = entry.members()?;
        let name = members.require("Name")?.name()?;
        let priority = members.require("Priority")?.integer(0..=i32::MAX as u64)?;
        let labels = members.take("RuleLabels");
        let visibility = Visibility::read(&mut members)?;
        let immunity = Immunity::read(&mut members)?;
        let kind = RuleKind::read(&mut members, &name, context)?;
        members.finish()?;
        if let (Some(labels), RuleKind::Group(_)) = (&labels, &kind) {
            return Err(labels.invalid("cannot be written by a rule that refers to a rule group"));
        }
        let label = |own: &Entry| {
            let mut members = own.members()?;
            let name = read_name(&members.require("Name")?)?;
            members.finish().map(|()| Arc::from(context.namespace.label(&name)))
        };
        let labels = labels.map_or(Ok(Vec::new()), |entry| entry.list_of(0, 100))?;
        let labels = labels.iter().map(label).collect::<Result<_, _>>()?;
        Ok(Rule { name, priority, kind, labels, visibility, immunity })
    }

    /// What it costs (WAF-25).
    pub fn capacity(&self) -> u64 {
        match &self.kind {
            RuleKind::Statement(statement, _) => statement.capacity(),
            RuleKind::Rate(rate, _) => rate.capacity(),
            RuleKind::Group(group) => group.capacity(),
        }
    }
}

impl RuleKind {
    fn read(members: &mut Members, name: &str, context: &Context) -> Result<RuleKind, Refusal> {
        let outer = members.require("Statement")?;
        let (action, over) = (members.take("Action"), members.take("OverrideAction"));
        let (form, statement) = outer.sole()?;
        if ["RuleGroupReferenceStatement", "ManagedRuleGroupStatement"].contains(&form) {
            if let Some(action) = action {
                return Err(action.invalid("is for other rules; one that refers to a group has OverrideAction"));
            }
            let over =
                over.ok_or_else(|| outer.invalid("refers to a group, so that the rule must have OverrideAction"))?;
            return GroupReference::read(form, &statement, &over, name, context).map(RuleKind::Group);
        }
        if let Some(over) = over {
            return Err(over.invalid("is for rules that refer to a group; this one has Action"));
        }
        let entry = action.ok_or_else(|| outer.invalid("stands in a rule that must have Action"))?;
        let action = RuleAction::read(&entry, context)?;
        if form != "RateBasedStatement" {
            return Ok(RuleKind::Statement(Statement::read(&outer, context)?, action));
        }
        if matches!(action, RuleAction::Allow(_)) {
            return Err(entry.invalid("must not be Allow for a rate"));
        }
        Ok(RuleKind::Rate(RateBased::read(&statement, name, context)?, action))
    }
}

/// Reads `Rules`, in the order in which they are asked: ascending, distinct priorities and distinct names (WAF-1), and at most
/// so many of them rates (WAF-117).
pub(crate) fn read_rules(entry: Option<&Entry>, most_rates: usize, context: &Context) -> Result<Vec<Rule>, Refusal> {
    let (mut rules, mut rates) = (Vec::new(), 0);
    let (mut names, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    for entry in entry.map_or(Ok(Vec::new()), Entry::list)? {
        let rule = Rule::read(&entry, context)?;
        if !priorities.insert(rule.priority) {
            return Err(entry.invalid(format!("has the priority {} of another rule", rule.priority)));
        }
        if !names.insert(rule.name.clone()) {
            return Err(entry.invalid(format!("has the name `{}` of another rule", rule.name)));
        }
        rates += usize::from(matches!(rule.kind, RuleKind::Rate(..)));
        if rates > most_rates {
            return Err(entry.refused(Code::LimitsExceeded, format!("is one rate-based rule more than {most_rates}")));
        }
        rules.push(rule);
    }
    rules.sort_by_key(|rule| rule.priority);
    Ok(rules)
}
