//! Rule groups, and rules that refer to them (WAF-8 … WAF-12, WAF-47, WAF-48).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::rule::{Rule, Visibility, read_rules};
use super::{Arn, Code, Context, Entry, Members, References, Refusal};
use crate::action::{RuleAction, read_bodies};
use crate::engine::Engine;
use crate::environment::Abilities;
use crate::label::Namespace;
use crate::rate::CounterId;
use crate::statement::Statement;

/// The most units of a group and of a web ACL (WAF-30).
pub(crate) const MOST_CAPACITY: u64 = 5000;

/// The most rate-based rules of a group (WAF-117).
const MOST_RATES: usize = 4;

/// A rule group.
#[derive(Clone, Debug)]
pub struct RuleGroup {
    /// its ARN, or vendor and name of a managed one
    pub id: String,
    /// its name
    pub name: String,
    /// what its labels begin with
    pub namespace: Namespace,
    /// what it costs, whatever its present rules cost (WAF-29)
    pub capacity: u64,
    /// in the order in which they are asked
    pub rules: Vec<Rule>,
    /// how it is counted
    pub visibility: Visibility,
    /// where its rules say nothing about what is too long (WAF-82)
    pub unstated_oversize: Vec<super::Place>,
    /// what stands behind it beside its rules: asked after them
    pub engine: Option<Arc<dyn Engine>>,
}

impl RuleGroup {
    /// Reads a group as `get-rule-group` prints it.
    pub(crate) fn read(entry: &Entry, references: &dyn References, abilities: Abilities) -> Result<RuleGroup, Refusal> {
        let mut members = super::unwrapped(entry, "RuleGroup")?;
        let arn = super::read_head(&mut members, "rulegroup")?;
        let namespace = Namespace::of_rule_group(&arn.account, &arn.name);
        super::check_namespace(&mut members, &namespace)?;
        let mut context = Context::new(references, abilities, namespace, &arn.text);
        if let Some(bodies) = members.take("CustomResponseBodies") {
            context.bodies = read_bodies(&bodies)?;
        }
        members.unsupported("MonetizationConfig", "is not built")?;
        let capacity_entry = members.require("Capacity")?;
        let capacity = capacity_entry.integer(1..=MOST_CAPACITY)?;
        let visibility = Visibility::read(&mut members)?;
        let rules_entry = members.take("Rules");
        let rules = read_rules(rules_entry.as_ref(), MOST_RATES, &context)?;
        // What it writes and reads, as AWS lists it: that follows from the rules.
        for listed in ["AvailableLabels", "ConsumedLabels"].into_iter().filter_map(|name| members.take(name)) {
            listed.list()?;
        }
        members.finish()?;
        if let Some(entry) =
            rules_entry.filter(|_| rules.iter().any(|rule| matches!(rule.kind, super::RuleKind::Group(_))))
        {
            return Err(entry.invalid("must not refer to other rule groups"));
        }
        let used: u64 = rules.iter().map(Rule::capacity).sum();
        if used > capacity {
            let reason = format!("is less than the {used} units that the rules need");
            return Err(capacity_entry.refused(Code::LimitsExceeded, reason));
        }
        let unstated_oversize = context.unstated_oversize.take();
        let (id, name, namespace) = (arn.text, arn.name, context.namespace);
        Ok(RuleGroup { id, name, namespace, capacity, rules, visibility, unstated_oversize, engine: None })
    }
}

/// What a managed rule group says of itself beside its rules.
#[derive(Clone, Copy, Debug)]
pub struct ManagedHead<'a> {
    /// as documents name it
    pub vendor: &'a str,
    /// as documents name it
    pub name: &'a str,
    /// what its labels begin with
    pub namespace: &'a Namespace,
    /// its published number, whatever its rules cost (WAF-29)
    pub capacity: u64,
}

impl RuleGroup {
    /// Reads the `Rules` of a managed group. They are in the language of documents, may look at more than documents can, and are
    /// held to no quota: neither to the capacity, nor to the number of rules that are rates.
    pub fn managed(
        head: ManagedHead,
        rules: &Entry,
        references: &dyn References,
        abilities: Abilities,
    ) -> Result<RuleGroup, Refusal> {
        let id = format!("{}#{}", head.vendor, head.name);
        let context = Context::new(references, abilities, head.namespace.clone(), &id);
        let rules = read_rules(Some(rules), usize::MAX, &context)?;
        Ok(RuleGroup {
            id,
            name: head.name.to_owned(),
            namespace: context.namespace,
            capacity: head.capacity,
            rules,
            visibility: Visibility { samples: true, metrics: true, metric: head.name.to_owned() },
            unstated_oversize: context.unstated_oversize.take(),
            engine: None,
        })
    }
}

/// A rule that refers to a group.
#[derive(Clone, Debug)]
pub struct GroupReference {
    /// the group
    pub group: Arc<RuleGroup>,
    /// whether it is a vendor's
    pub is_managed: bool,
    /// the rules that do something else here (WAF-9)
    pub overrides: BTreeMap<String, RuleAction>,
    /// the rules that only count here, in the old way of saying so (WAF-10)
    pub excluded: BTreeSet<String>,
    /// whether what the group says is only counted (WAF-8)
    pub only_counts: bool,
    /// which requests the group is asked about; all without it
    pub scope_down: Option<Statement>,
    /// so that the group's rates count for this reference by themselves (WAF-57)
    pub counter: CounterId,
    /// the place of the group's rules in a compiled web ACL
    pub(crate) list: Option<usize>,
}

impl GroupReference {
    /// Reads the statement and `OverrideAction` of the rule with that name.
    pub(crate) fn read(
        form: &str,
        entry: &Entry,
        over: &Entry,
        rule: &str,
        context: &Context,
    ) -> Result<GroupReference, Refusal> {
        let is_managed = form == "ManagedRuleGroupStatement";
        let mut members = entry.members()?;
        let group = if is_managed { managed(&mut members, context)? } else { own(&mut members, context)? };
        // One's own group has none, so that the member is left over and refused.
        let scope_down = if is_managed { members.take("ScopeDownStatement") } else { None };
        let scope_down = scope_down.map(|own| Statement::read(&own, context)).transpose()?;
        let excluded = read_names(members.take("ExcludedRules"), &group, is_managed, |_| Ok(()))?;
        let overrides = read_names(members.take("RuleActionOverrides"), &group, is_managed, |members| {
            RuleAction::read(&members.require("ActionToUse")?, context)
        })?;
        members.finish()?;
        let (form, entry) = over.sole()?;
        let only_counts = match form {
            "None" => false,
            "Count" => true,
            _ => return Err(entry.invalid("must be None or Count")),
        };
        entry.empty()?;
        let counter = CounterId::of(&[&context.owner, rule]);
        let excluded = excluded.into_keys().collect();
        Ok(GroupReference { group, is_managed, overrides, excluded, only_counts, scope_down, counter, list: None })
    }

    /// What a rule of the group does here, where that is not what the group says (WAF-9, WAF-10).
    pub fn action_of(&self, rule: &str) -> Option<&RuleAction> {
        static COUNT: RuleAction = RuleAction::Count(Vec::new());
        self.overrides.get(rule).or_else(|| self.is_excluded(rule).then_some(&COUNT))
    }

    /// Whether a rule only counts here, in the old way of saying so (WAF-10).
    pub fn is_excluded(&self, rule: &str) -> bool {
        !self.overrides.contains_key(rule) && self.excluded.contains(rule)
    }

    /// The group's capacity, and the scope-down's (WAF-29).
    pub fn capacity(&self) -> u64 {
        self.group.capacity + self.scope_down.as_ref().map_or(0, Statement::capacity)
    }
}

fn own(members: &mut Members, context: &Context) -> Result<Arc<RuleGroup>, Refusal> {
    let arn = members.require("ARN")?;
    Arn::read(&arn, "rulegroup")?;
    let group = context.references.rule_group(arn.text()?);
    group.ok_or_else(|| arn.refused(Code::NonexistentItem, "is no rule group that exists"))
}

fn managed(members: &mut Members, context: &Context) -> Result<Arc<RuleGroup>, Refusal> {
    let vendor = members.require("VendorName")?;
    let name = members.require("Name")?;
    let version = members.take("Version").map(|own| own.text()).transpose()?;
    members.unsupported("ManagedRuleGroupConfigs", "configures what no managed rule group here can do")?;
    let (vendor_name, group_name) = (vendor.text()?, name.text()?);
    context.references.managed_group(vendor_name, group_name, version).map_err(|reason| name.unsupported(reason))
}

/// Reads a list of rules of a group, each at most once. Of one's own group they must exist (WAF-11).
fn read_names<T>(
    entry: Option<Entry>,
    group: &RuleGroup,
    is_managed: bool,
    rest: impl Fn(&mut Members) -> Result<T, Refusal>,
) -> Result<BTreeMap<String, T>, Refusal> {
    let mut named = BTreeMap::new();
    for own in entry.map_or(Ok(Vec::new()), |entry| entry.list_of(0, 100))? {
        let mut members = own.members()?;
        let entry = members.require("Name")?;
        let name = entry.name()?;
        let value = rest(&mut members)?;
        members.finish()?;
        if !is_managed && !group.rules.iter().any(|rule| rule.name == name) {
            return Err(entry.refused(Code::NonexistentItem, "is no rule of the group"));
        }
        if named.insert(name, value).is_some() {
            return Err(entry.invalid("stands there twice"));
        }
    }
    Ok(named)
}
