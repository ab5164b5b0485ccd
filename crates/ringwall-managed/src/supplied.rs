//! The groups as documents get them: by vendor, name and version.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ringwall_waf::document::{ManagedGroups, RuleGroup};
use ringwall_waf::environment::Abilities;

use crate::{Catalogue, CoreRules, IpLists, VENDOR, core_rules};

/// What is known of a group that was asked for: the group, or why there is none.
type Answer = Result<Arc<RuleGroup>, String>;

/// The groups with the lists that a user supplies. Each is made when it is first asked for.
#[derive(Debug, Default)]
pub struct Supplied {
    lists: IpLists,
    abilities: Abilities,
    core_rules: Option<CoreRules>,
    made: Mutex<BTreeMap<(&'static str, Option<&'static str>), Answer>>,
}

impl Supplied {
    /// The groups with those lists, where so much can be enforced.
    pub fn new(lists: IpLists, abilities: Abilities) -> Supplied {
        Supplied { lists, abilities, core_rules: None, made: Mutex::default() }
    }

    /// With OWASP's Core Rule Set.
    pub fn with_core_rules(self, core_rules: CoreRules) -> Supplied {
        Supplied { core_rules: Some(core_rules), ..self }
    }

    /// OWASP's Core Rule Set, if it is here.
    pub fn core_rules(&self) -> Option<&CoreRules> {
        self.core_rules.as_ref()
    }
}

impl ManagedGroups for Supplied {
    fn group(&self, vendor: &str, name: &str, version: Option<&str>) -> Answer {
        if (vendor, name) == (core_rules::VENDOR, core_rules::NAME) {
            let own = self.core_rules.as_ref().ok_or_else(|| {
                format!("names `{name}`, whose rules are not installed: install the package modsecurity-crs, or name a folder with the Core Rule Set")
            })?;
            return own.group(version);
        }
        let group = Catalogue::group(vendor, name)
            .ok_or_else(|| format!("names `{name}` of `{vendor}`, and the managed rule groups here are {}", known()))?;
        let version = match version {
            None => group.default_version(),
            Some(version) => {
                let known = group.versions().iter().find(|own| **own == version);
                Some(*known.ok_or_else(|| format!("names `{name}`, which has no version `{version}`"))?)
            }
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || group.build(version, &self.lists, self.abilities).map_err(|refused| refused.to_string());
        made.entry((group.name, version)).or_insert_with(make).clone()
    }
}

fn known() -> String {
    let names: Vec<&str> = Catalogue::groups().iter().map(|group| group.name).collect();
    format!("those of `{VENDOR}` by the names {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_made_once_and_an_unknown_one_is_refused_with_what_there_is() {
        let supplied = Supplied::new(IpLists::default(), Abilities { detection: true, ..Abilities::default() });
        let ask = |name, version| supplied.group(VENDOR, name, version);
        let first = ask("AWSManagedRulesKnownBadInputsRuleSet", None).unwrap();
        assert!(Arc::ptr_eq(&first, &ask("AWSManagedRulesKnownBadInputsRuleSet", Some("Version_1.1")).unwrap()));
        let old = ask("AWSManagedRulesKnownBadInputsRuleSet", Some("Version_1.0")).unwrap();
        assert_eq!(old.rules.len() + 1, first.rules.len());
        for (name, version, reason) in [
            ("AWSManagedRulesBotControlRuleSet", None, "the managed rule groups here are"),
            ("AWSManagedRulesSQLiRuleSet", Some("Version_7.0"), "has no version `Version_7.0`"),
            ("AWSManagedRulesAnonymousIpList", None, "supply the list `anonymous`"),
        ] {
            let refused = ask(name, version).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
