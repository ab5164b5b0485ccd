//! Several documents together: a web ACL, and what it refers to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::no_such_group;
use super::{Code, Entry, IpSet, ManagedGroups, Node, Place, References, Refusal, RegexSet, RuleGroup, WebAcl};
use crate::environment::Abilities;

/// Things that documents can refer to, by their ARNs.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    ip_sets: BTreeMap<String, Arc<IpSet>>,
    regex_sets: BTreeMap<String, Arc<RegexSet>>,
    rule_groups: BTreeMap<String, Arc<RuleGroup>>,
    managed: Option<Arc<dyn ManagedGroups>>,
}

impl Bundle {
    /// Nothing.
    pub fn new() -> Bundle {
        Bundle::default()
    }

    /// Adds an IP set as `get-ip-set` prints it.
    pub fn add_ip_set(&mut self, document: &[u8]) -> Result<(), Refusal> {
        self.ip_set(&Entry::root(&Node::parse(document)?))
    }

    /// Adds a regex pattern set as `get-regex-pattern-set` prints it.
    pub fn add_regex_set(&mut self, document: &[u8]) -> Result<(), Refusal> {
        self.regex_set(&Entry::root(&Node::parse(document)?))
    }

    /// Adds a rule group as `get-rule-group` prints it. What it refers to must have been added.
    pub fn add_rule_group(&mut self, document: &[u8], abilities: Abilities) -> Result<(), Refusal> {
        self.rule_group(&Entry::root(&Node::parse(document)?), abilities)
    }

    /// Documents may refer to those managed rule groups.
    pub fn set_managed(&mut self, groups: Arc<dyn ManagedGroups>) {
        self.managed = Some(groups);
    }

    /// Reads a web ACL as `get-web-acl` prints it, or several documents in one:
    /// `{"WebACL": …, "RuleGroups": […], "IPSets": […], "RegexPatternSets": […]}`.
    pub fn read(&mut self, document: &[u8], abilities: Abilities) -> Result<WebAcl, Refusal> {
        self.read_node(&Node::parse(document)?, abilities)
    }

    /// Reads the same from a document that was taken apart already.
    pub fn read_node(&mut self, document: &Node, abilities: Abilities) -> Result<WebAcl, Refusal> {
        let root = Entry::root(document);
        let mut members = root.members()?;
        let Some(acl) = members.take("WebACL") else { return WebAcl::read(&root, self, abilities) };
        let mut each = |name: &str, add: &mut dyn FnMut(&Entry) -> Result<(), Refusal>| {
            members.take(name).map_or(Ok(Vec::new()), |list| list.list())?.iter().try_for_each(add)
        };
        each("IPSets", &mut |own| self.ip_set(own))?;
        each("RegexPatternSets", &mut |own| self.regex_set(own))?;
        each("RuleGroups", &mut |own| self.rule_group(own, abilities))?;
        // What `get-web-acl` prints beside the web ACL.
        for name in ["LockToken", "ApplicationIntegrationURL"] {
            if let Some(entry) = members.take(name) {
                entry.text()?;
            }
        }
        members.finish()?;
        WebAcl::read(&acl, self, abilities)
    }

    fn ip_set(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let set = IpSet::read(entry)?;
        once(self.ip_sets.insert(set.arn.text.clone(), Arc::new(set)), &entry.place)
    }

    fn regex_set(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let set = RegexSet::read(entry)?;
        once(self.regex_sets.insert(set.arn.text.clone(), Arc::new(set)), &entry.place)
    }

    fn rule_group(&mut self, entry: &Entry, abilities: Abilities) -> Result<(), Refusal> {
        let group = RuleGroup::read(entry, self, abilities)?;
        once(self.rule_groups.insert(group.id.clone(), Arc::new(group)), &entry.place)
    }
}

fn once<T>(replaced: Option<T>, place: &Place) -> Result<(), Refusal> {
    let reason = "has the ARN of another document".to_owned();
    replaced.map_or(Ok(()), |_| Err(Refusal { code: Code::InvalidParameter, place: place.clone(), reason }))
}

impl References for Bundle {
    fn ip_set(&self, arn: &str) -> Option<Arc<IpSet>> {
        self.ip_sets.get(arn).cloned()
    }

    fn regex_set(&self, arn: &str) -> Option<Arc<RegexSet>> {
        self.regex_sets.get(arn).cloned()
    }

    fn rule_group(&self, arn: &str) -> Option<Arc<RuleGroup>> {
        self.rule_groups.get(arn).cloned()
    }

    fn managed_group(&self, vendor: &str, name: &str, version: Option<&str>) -> Result<Arc<RuleGroup>, String> {
        match &self.managed {
            Some(groups) => groups.group(vendor, name, version),
            None => Err(no_such_group(vendor, name, version)),
        }
    }
}
