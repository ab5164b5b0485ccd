//! What rules took away from others while the request is looked at.

use std::ops::RangeInclusive;

use super::state::full_name;
use crate::collection::Collection;
use crate::model::{Rule, Selector, Target, TargetName};

/// Rules and variables that are left out.
#[derive(Debug, Default)]
pub(crate) struct Removed<'p> {
    pub(crate) ids: Vec<RangeInclusive<u32>>,
    pub(crate) tags: Vec<&'p str>,
    pub(crate) targets: Vec<(RangeInclusive<u32>, &'p TargetName)>,
    pub(crate) tagged_targets: Vec<(&'p str, &'p TargetName)>,
}

impl<'p> Removed<'p> {
    /// Whether a rule is left out.
    pub(crate) fn has(&self, rule: &Rule) -> bool {
        self.ids.iter().any(|ids| ids.contains(&rule.id)) || self.tags.iter().any(|tag| is_tagged(rule, tag))
    }

    /// The variables that a rule does not look at. As ModSecurity 3 does it, only the first link of a chain is meant.
    pub(crate) fn of(&self, rule: &Rule, link: usize) -> Vec<&'p TargetName> {
        if link > 0 || self.targets.is_empty() && self.tagged_targets.is_empty() {
            return Vec::new();
        }
        let by_id = self.targets.iter().filter(|(ids, _)| ids.contains(&rule.id)).map(|(_, target)| *target);
        let by_tag = self.tagged_targets.iter().filter(|(tag, _)| is_tagged(rule, tag)).map(|(_, target)| *target);
        by_id.chain(by_tag).collect()
    }
}

fn is_tagged(rule: &Rule, tag: &str) -> bool {
    rule.tags.iter().any(|own| own.plain().is_some_and(|own| own == tag))
}

/// Whether a variable is left out as a whole.
pub(crate) fn is_whole(removed: &[&TargetName], target: &Target) -> bool {
    removed.iter().any(|own| {
        own.collection == target.collection
            && match (&own.name, &target.selector) {
                (None, Selector::All) => true,
                (Some(own), Selector::Named(name)) => own == name,
                _ => false,
            }
    })
}

/// Whether a value is left out.
pub(crate) fn is_one(removed: &[&TargetName], collection: Collection, name: &[u8]) -> bool {
    removed.iter().any(|own| {
        own.collection == collection
            && match &own.name {
                Some(own) => own.as_bytes().eq_ignore_ascii_case(name),
                None => full_name(collection, b"") == collection.name().as_bytes(),
            }
    })
}
