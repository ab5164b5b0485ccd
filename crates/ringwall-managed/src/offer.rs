//! Managed rule groups as lists and descriptions show them, whatever stands behind each (WAF-150).

use ringwall_waf::document::ManagedGroups;
use ringwall_waf::label::Namespace;

use crate::{Catalogue, CoreRules, Group, VENDOR, core_rules};

/// A managed rule group that may be there: one of the [`Catalogue`], or OWASP's Core Rule Set.
#[derive(Clone, Debug)]
pub struct Offer {
    /// as documents name it
    pub vendor: &'static str,
    /// as documents name it
    pub name: &'static str,
    /// what it is for
    pub description: &'static str,
    /// what it costs (WAF-29)
    pub capacity: u64,
    /// what its labels begin with
    pub namespace: Namespace,
    /// its versions, oldest first; none for a group without versions
    pub versions: Vec<String>,
    /// the version that a reference without a version means
    pub default_version: Option<String>,
    own: Option<&'static Group>,
}

/// A rule of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// its name
    pub name: String,
    /// `Block` or `Count`
    pub action: &'static str,
    /// the label that it writes, written out
    pub label: String,
}

impl Offer {
    /// All that may be there, those of AWS's names first.
    pub fn all() -> Vec<Offer> {
        Catalogue::groups().iter().map(Offer::of).chain([Offer::of_core_rules()]).collect()
    }

    /// The one of a vendor under a name.
    pub fn named(vendor: &str, name: &str) -> Option<Offer> {
        Offer::all().into_iter().find(|own| (own.vendor, own.name) == (vendor, name))
    }

    /// Whether documents can refer to it: whether everything is there that it needs.
    pub fn is_there(&self, groups: &dyn ManagedGroups) -> bool {
        groups.group(self.vendor, self.name, None).is_ok()
    }

    /// Its rules in a version, in their order.
    ///
    /// # Errors
    /// Why there are none, as the end of a sentence that begins with the place where a document names it.
    pub fn rules(&self, groups: &dyn ManagedGroups, version: Option<&str>) -> Result<Vec<Told>, String> {
        if let Some(own) = self.own {
            let rules = own.rules(version).map_err(|refused| refused.to_string())?;
            let told =
                |rule: crate::RuleSummary| Told { name: rule.name.to_owned(), action: rule.action, label: rule.label };
            return Ok(rules.into_iter().map(told).collect());
        }
        let group = groups.group(self.vendor, self.name, version)?;
        let rules = group.engine.as_ref().map(|engine| engine.rules()).unwrap_or_default();
        let told = |(name, opinion): (String, ringwall_waf::engine::Opinion)| Told {
            label: self.namespace.label(&name),
            action: opinion.action(),
            name,
        };
        Ok(rules.into_iter().map(told).collect())
    }

    fn of(group: &'static Group) -> Offer {
        Offer {
            vendor: VENDOR,
            name: group.name,
            description: group.description,
            capacity: group.capacity,
            namespace: group.label_namespace(),
            versions: group.versions().iter().map(|own| (*own).to_owned()).collect(),
            default_version: group.default_version().map(str::to_owned),
            own: Some(group),
        }
    }

    fn of_core_rules() -> Offer {
        Offer {
            vendor: core_rules::VENDOR,
            name: core_rules::NAME,
            description: core_rules::DESCRIPTION,
            capacity: core_rules::CAPACITY,
            namespace: CoreRules::namespace(),
            versions: CoreRules::versions(),
            default_version: Some(core_rules::Configuration::default().to_string()),
            own: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use ringwall_waf::environment::Abilities;

    use super::*;
    use crate::{IpLists, Supplied};

    #[test]
    fn what_is_offered_can_be_had_or_is_not_there() {
        let supplied = Supplied::new(IpLists::default(), Abilities { detection: true, ..Abilities::default() });
        let there: Vec<&str> = Offer::all().iter().filter(|own| own.is_there(&supplied)).map(|own| own.name).collect();
        assert!(there.contains(&"AWSManagedRulesCommonRuleSet"), "{there:?}");
        for absent in ["AWSManagedRulesAnonymousIpList", core_rules::NAME] {
            assert!(!there.contains(&absent), "{absent}: nobody gave what it needs");
            assert!(Offer::all().iter().any(|own| own.name == absent));
        }
        let sqli = Offer::named(VENDOR, "AWSManagedRulesSQLiRuleSet").unwrap();
        let rules = sqli.rules(&supplied, None).unwrap();
        assert!(rules.iter().any(|own| own.label.starts_with("awswaf:managed:aws:sql-database:SQLi")), "{rules:?}");
        assert!(sqli.rules(&supplied, Some("PL1")).is_err());
    }
}
