//! Which records are kept (WAF-125).

use crate::document::{Entry, Refusal};
use crate::verdict::{Matched, Verdict};

/// `LoggingFilter`: filters in their order, the first of which decides that a record meets.
#[derive(Clone, Debug)]
pub struct LogFilter {
    filters: Vec<Filter>,
    /// whether records that no filter is about are kept
    keeps_others: bool,
}

#[derive(Clone, Debug)]
struct Filter {
    keeps: bool,
    meets_all: bool,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
enum Condition {
    /// a rule, or the web ACL, did that: AWS's word
    Action(&'static str),
    /// a rule counted because the reference to its group says so, and not by itself
    CountedByOverride,
    /// the request has that label, written out
    Label(String),
}

const KEEP_OR_DROP: &[(&str, bool)] = &[("KEEP", true), ("DROP", false)];

impl LogFilter {
    /// Reads `LoggingFilter`.
    pub(crate) fn read(entry: &Entry) -> Result<LogFilter, Refusal> {
        let mut members = entry.members()?;
        let keeps_others = members.require("DefaultBehavior")?.choice(KEEP_OR_DROP)?;
        let list = members.require("Filters")?.list_of(1, 100)?;
        members.finish()?;
        Ok(LogFilter { filters: list.iter().map(Filter::read).collect::<Result<_, _>>()?, keeps_others })
    }

    /// Whether the record of a request is kept.
    pub fn keeps(&self, verdict: &Verdict) -> bool {
        let first = self.filters.iter().find(|filter| filter.is_met(verdict));
        first.map_or(self.keeps_others, |filter| filter.keeps)
    }
}

impl Filter {
    fn read(entry: &Entry) -> Result<Filter, Refusal> {
        let mut members = entry.members()?;
        let keeps = members.require("Behavior")?.choice(KEEP_OR_DROP)?;
        let meets_all = members.require("Requirement")?.choice(&[("MEETS_ALL", true), ("MEETS_ANY", false)])?;
        let list = members.require("Conditions")?.list_of(1, 100)?;
        members.finish()?;
        Ok(Filter { keeps, meets_all, conditions: list.iter().map(Condition::read).collect::<Result<_, _>>()? })
    }

    fn is_met(&self, verdict: &Verdict) -> bool {
        let mut conditions = self.conditions.iter();
        if self.meets_all {
            conditions.all(|own| own.is_met(verdict))
        } else {
            conditions.any(|own| own.is_met(verdict))
        }
    }
}

impl Condition {
    fn read(entry: &Entry) -> Result<Condition, Refusal> {
        let (form, entry) = entry.sole()?;
        let mut members = entry.members()?;
        let condition = match form {
            "ActionCondition" => Condition::action(&members.require("Action")?)?,
            "LabelNameCondition" => {
                let name = members.require("LabelName")?.text_of(1..=1024, crate::label::is_of_label)?;
                Condition::Label(name.to_owned())
            }
            _ => return Err(entry.invalid("is no condition: there are ActionCondition and LabelNameCondition")),
        };
        members.finish()?;
        Ok(condition)
    }

    fn action(entry: &Entry) -> Result<Condition, Refusal> {
        if entry.text()? == "MONETIZE" {
            return Err(entry.unsupported("is an action that no rule here has"));
        }
        entry
            .choice(&[
                ("ALLOW", Some("ALLOW")),
                ("BLOCK", Some("BLOCK")),
                ("COUNT", Some("COUNT")),
                ("CAPTCHA", Some("CAPTCHA")),
                ("CHALLENGE", Some("CHALLENGE")),
                ("EXCLUDED_AS_COUNT", None),
            ])
            .map(|action| action.map_or(Condition::CountedByOverride, Condition::Action))
    }

    fn is_met(&self, verdict: &Verdict) -> bool {
        match self {
            Condition::Action(action) => {
                verdict.action() == *action || matches(verdict).any(|own| own.action == *action)
            }
            Condition::CountedByOverride => {
                let is_override = |own: &Matched| own.action == "COUNT" && own.overridden.is_some();
                matches(verdict).any(|own| own.is_excluded || is_override(own))
            }
            Condition::Label(name) => verdict.labels.any(|label| label == name),
        }
    }
}

/// Every rule that matched, those of groups included.
fn matches(verdict: &Verdict) -> impl Iterator<Item = &Matched> {
    let of_groups = verdict.groups.iter().flat_map(|group| group.terminating.iter().chain(&group.matched));
    verdict.terminating.iter().map(|own| &own.matched).chain(&verdict.matched).chain(of_groups)
}
