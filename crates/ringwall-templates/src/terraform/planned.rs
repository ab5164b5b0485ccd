//! What a plan does not know yet: the ARNs of things that it makes. Its configuration tells which things are meant.

use super::attributes::identity;
use super::shown::Found;
use crate::resource::Kind;
use crate::sourced::{Sourced, Value};
use crate::{Assumptions, Refused};

/// The statements that refer to a thing by its ARN.
const REFERENCES: [&str; 3] =
    ["ip_set_reference_statement", "regex_pattern_set_reference_statement", "rule_group_reference_statement"];

/// The configuration of a plan.
pub(super) struct Plan<'p> {
    root: Option<&'p Sourced>,
    planned: Vec<(String, String)>,
}

impl<'p> Plan<'p> {
    pub fn new(document: &'p Sourced, assumptions: &Assumptions) -> Plan<'p> {
        let root = document.get("configuration").and_then(|own| own.get("root_module"));
        let mut plan = Plan { root, planned: Vec::new() };
        if let Some(own) = document.get("planned_values").and_then(|own| own.get("root_module")) {
            plan.list(own, assumptions, 0);
        }
        plan
    }

    /// Notes the addresses and ARNs of everything that is planned.
    fn list(&mut self, module: &Sourced, assumptions: &Assumptions, depth: usize) {
        let list = |name: &str| module.get(name).and_then(|own| own.list().ok()).unwrap_or_default();
        for own in list("resources") {
            let text = |name: &str| own.get(name).and_then(Sourced::as_text);
            let (Some(address), Some(kind), Some(values)) = (text("address"), text("type"), own.get("values")) else {
                continue;
            };
            let kind = Kind::ALL.into_iter().find(|known| known.terraform_type() == kind);
            if let Some(identity) = kind.and_then(|kind| identity(kind, address, values, assumptions).ok()) {
                self.planned.push((address.to_owned(), identity.arn));
            }
        }
        for child in list("child_modules").iter().filter(|_| depth < 32) {
            self.list(child, assumptions, depth + 1);
        }
    }

    /// Adds the ARNs that a resource refers to and that are not known yet.
    pub fn complete(&self, found: &mut Found) -> Result<(), Refused> {
        let (module, local) = split(&found.address);
        let expressions = self.expressions(module, local);
        let Value::Object(members) = &mut found.attributes.value else { return Ok(()) };
        for (name, value) in members.iter_mut().filter(|(name, _)| name == "rule") {
            let Value::List(rules) = &mut value.value else { continue };
            for rule in rules {
                let written = expressions.and_then(|own| own.get(name)).and_then(|own| named(own, rule));
                self.fill(rule, written, module)?;
            }
        }
        Ok(())
    }

    /// Walks through a block and what the configuration says of it.
    fn fill(&self, block: &mut Sourced, written: Option<&Sourced>, module: &str) -> Result<(), Refused> {
        let Value::Object(members) = &mut block.value else { return Ok(()) };
        for (name, value) in members.iter_mut() {
            let Value::List(blocks) = &mut value.value else { continue };
            let below = written.and_then(|own| own.get(name));
            for (at, own) in blocks.iter_mut().enumerate() {
                let written = below.and_then(|own| own.list().ok()?.get(at));
                if REFERENCES.contains(&name.as_str()) && own.get("arn").is_none() {
                    self.refer(own, written, module)?;
                }
                self.fill(own, written, module)?;
            }
        }
        Ok(())
    }

    fn refer(&self, statement: &mut Sourced, written: Option<&Sourced>, module: &str) -> Result<(), Refused> {
        let references = written.and_then(|own| own.get("arn")).and_then(|own| own.get("references"));
        let names = references.and_then(|own| own.list().ok()).unwrap_or_default();
        let arn = names.iter().filter_map(Sourced::as_text).find_map(|name| {
            let address = format!("{module}{}", name.strip_suffix(".arn").unwrap_or(name));
            self.planned.iter().find(|(own, _)| *own == address).map(|(_, arn)| arn)
        });
        let place = format!("{}.arn", statement.place);
        let Some(arn) = arn else {
            let reason =
                "is not known before the plan is applied: give what `terraform show -json` prints of the state then";
            return Err(Refused::new(place, reason));
        };
        if let Value::Object(members) = &mut statement.value {
            members.retain(|(name, _)| name != "arn");
            members.push(("arn".to_owned(), Sourced::text(place, arn.clone())));
        }
        Ok(())
    }

    /// What the configuration says of a resource.
    fn expressions(&self, module: &str, local: &str) -> Option<&'p Sourced> {
        let mut own = self.root?;
        for call in module.split("module.").filter(|own| !own.is_empty()) {
            let name = call.trim_end_matches('.').split('[').next()?;
            own = own.get("module_calls")?.get(name)?.get("module")?;
        }
        let address = local.split('[').next()?;
        let is_it = |resource: &&Sourced| resource.get("address").and_then(Sourced::as_text) == Some(address);
        own.get("resources")?.list().ok()?.iter().find(is_it)?.get("expressions")
    }
}

/// The module in an address, and what is behind it.
fn split(address: &str) -> (&str, &str) {
    address.rfind("aws_wafv2_").map_or(("", address), |at| address.split_at(at))
}

/// The block of the configuration that has a rule's name.
fn named<'w>(written: &'w Sourced, rule: &Sourced) -> Option<&'w Sourced> {
    let name = rule.get("name")?.as_text()?;
    let is_it = |own: &&Sourced| {
        own.get("name").and_then(|own| own.get("constant_value")).and_then(Sourced::as_text) == Some(name)
    };
    written.list().ok()?.iter().find(is_it)
}
