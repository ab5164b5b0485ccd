//! What there is: groups, their versions and rules, and building them (WAF-150).

use std::sync::Arc;

use ringwall_waf::document::{Entry, IpSet, ManagedHead, Node, References, Refusal, RegexSet, RuleGroup};
use ringwall_waf::environment::Abilities;
use ringwall_waf::label::Namespace;

use crate::language::Draft;
use crate::{IpLists, groups, patterns};

/// The vendor under which documents name the groups.
pub const VENDOR: &str = "AWS";

/// All groups.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue;

impl Catalogue {
    /// All groups, in the order in which AWS's pages tell of them.
    pub fn groups() -> &'static [Group] {
        groups::ALL
    }

    /// The group of a vendor under a name.
    pub fn group(vendor: &str, name: &str) -> Option<&'static Group> {
        groups::ALL.iter().find(|group| vendor == VENDOR && group.name == name)
    }
}

/// A managed rule group.
#[derive(Debug)]
pub struct Group {
    /// as documents name it
    pub name: &'static str,
    /// what it is for
    pub description: &'static str,
    /// AWS's number, whatever its rules cost (WAF-29)
    pub capacity: u64,
    /// what stands behind `awswaf:managed:aws:` in its labels
    pub(crate) label_name: &'static str,
    /// its static versions, oldest first; none for a group without versions
    pub(crate) versions: &'static [&'static str],
    /// the lists that it needs
    pub(crate) lists: &'static [&'static str],
    /// its rules, in their order
    pub(crate) rules: fn() -> Vec<Draft>,
}

/// A rule as lists and descriptions show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSummary {
    /// AWS's name
    pub name: &'static str,
    /// `Block` or `Count`
    pub action: &'static str,
    /// the label that it writes, written out
    pub label: String,
}

/// Why a group cannot be had: the end of a sentence that begins with the place where a document names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such version.
    #[error("names `{group}`, which has no version `{version}`")]
    NoVersion {
        /// the group
        group: &'static str,
        /// what was asked for
        version: String,
    },
    /// It is made of addresses that nobody supplied.
    #[error("names `{group}`, which is made of addresses that are no part of Ringwall: supply the list `{list}`")]
    NoList {
        /// the group
        group: &'static str,
        /// the list
        list: &'static str,
    },
    /// It needs what is not there.
    #[error("names `{group}`, which cannot be enforced: {refusal}")]
    Rule {
        /// the group
        group: &'static str,
        /// the rule's place, and what it needs
        refusal: Refusal,
    },
}

impl Group {
    /// Static versions, oldest first; none for a group without versions (WAF-143).
    pub fn versions(&self) -> &'static [&'static str] {
        self.versions
    }

    /// The version that a reference without a version means: the newest.
    pub fn default_version(&self) -> Option<&'static str> {
        self.versions.last().copied()
    }

    /// What all its labels begin with.
    pub fn label_namespace(&self) -> Namespace {
        Namespace::of_managed("aws", self.label_name)
    }

    /// The names of the lists of addresses that it is made of; none for most.
    pub fn needed_lists(&self) -> &'static [&'static str] {
        self.lists
    }

    /// The rules of a version, in the order in which they are asked.
    ///
    /// # Errors
    /// [`Refused::NoVersion`].
    pub fn rules(&self, version: Option<&str>) -> Result<Vec<RuleSummary>, Refused> {
        let namespace = self.label_namespace();
        let summary =
            |draft: Draft| RuleSummary { name: draft.name, action: draft.action, label: namespace.label(draft.label) };
        Ok(self.drafts(version)?.into_iter().map(summary).collect())
    }

    /// The labels that the rules of a version write, each once.
    ///
    /// # Errors
    /// [`Refused::NoVersion`].
    pub fn available_labels(&self, version: Option<&str>) -> Result<Vec<String>, Refused> {
        let mut labels: Vec<String> = self.rules(version)?.into_iter().map(|rule| rule.label).collect();
        labels.sort();
        labels.dedup();
        Ok(labels)
    }

    /// The rules of a version as a document has them.
    ///
    /// # Errors
    /// [`Refused::NoVersion`].
    pub fn document(&self, version: Option<&str>) -> Result<Node, Refused> {
        let drafts = self.drafts(version)?;
        Ok(Node::List(drafts.iter().zip(0..).map(|(draft, priority)| draft.document(priority)).collect()))
    }

    /// The group itself.
    ///
    /// # Errors
    /// Each of [`Refused`].
    pub fn build(
        &self,
        version: Option<&str>,
        lists: &IpLists,
        abilities: Abilities,
    ) -> Result<Arc<RuleGroup>, Refused> {
        if let Some(list) = self.lists.iter().find(|list| lists.named(list).is_none()) {
            return Err(Refused::NoList { group: self.name, list });
        }
        let document = self.document(version)?;
        let head = ManagedHead {
            vendor: VENDOR,
            name: self.name,
            namespace: &self.label_namespace(),
            capacity: self.capacity,
        };
        let group = RuleGroup::managed(head, &Entry::root(&document), &Own { lists }, abilities);
        group.map(Arc::new).map_err(|refusal| Refused::Rule { group: self.name, refusal })
    }

    fn drafts(&self, version: Option<&str>) -> Result<Vec<Draft>, Refused> {
        let at = match version {
            None => self.versions.len(),
            Some(version) => {
                let at = self.versions.iter().position(|own| *own == version);
                at.ok_or_else(|| Refused::NoVersion { group: self.name, version: version.to_owned() })?
            }
        };
        Ok((self.rules)().into_iter().filter(|draft| draft.since <= at).collect())
    }
}

/// What managed groups refer to: their own sets and the user's lists, by name.
struct Own<'l> {
    lists: &'l IpLists,
}

impl References for Own<'_> {
    fn ip_set(&self, name: &str) -> Option<Arc<IpSet>> {
        Some(Arc::new(IpSet::new(patterns::arn(name), self.lists.named(name)?.to_vec())))
    }

    fn regex_set(&self, name: &str) -> Option<Arc<RegexSet>> {
        patterns::member(name)
    }

    fn rule_group(&self, _: &str) -> Option<Arc<RuleGroup>> {
        None
    }

    fn managed_group(&self, _: &str, name: &str, _: Option<&str>) -> Result<Arc<RuleGroup>, String> {
        Err(format!("names `{name}`, and a managed group refers to no other"))
    }
}

#[cfg(test)]
mod tests;
