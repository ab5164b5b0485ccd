//! What `terraform show -json` prints of a plan or a state, and state files.

use ringwall_waf::document::Node;

use super::attributes::resource;
use super::planned::Plan;
use crate::resource::{Kind, Resource};
use crate::sourced::Sourced;
use crate::{Assumptions, Refused};

/// How deep modules may lie within each other.
const DEEPEST: usize = 32;

/// The resources in it.
pub(crate) fn shown(document: &Node, assumptions: &Assumptions) -> Result<Vec<Resource>, Refused> {
    let document = Sourced::of(document, "");
    let mut found = Vec::new();
    if let Some(planned) = document.get("planned_values") {
        let plan = Plan::new(&document, assumptions);
        if let Some(root) = planned.get("root_module") {
            module(root, 0, &mut found)?;
        }
        for own in &mut found {
            plan.complete(own)?;
        }
    } else if let Some(root) = document.get("values").and_then(|own| own.get("root_module")) {
        module(root, 0, &mut found)?;
    } else if let Some(list) = document.get("resources") {
        state(list, &mut found)?;
    }
    found.iter().map(|own| resource(own.kind, &own.address, &own.attributes, assumptions)).collect()
}

/// A resource as it was found.
pub(super) struct Found {
    pub kind: Kind,
    pub address: String,
    pub attributes: Sourced,
}

fn kind(own: &Sourced) -> Option<Kind> {
    let kind = own.get("type").and_then(Sourced::as_text)?;
    let is_managed = own.get("mode").and_then(Sourced::as_text).is_none_or(|mode| mode == "managed");
    Kind::ALL.into_iter().find(|known| known.terraform_type() == kind).filter(|_| is_managed)
}

/// The resources of a module and of those within it.
fn module(own: &Sourced, depth: usize, found: &mut Vec<Found>) -> Result<(), Refused> {
    if depth > DEEPEST {
        return Err(own.refused("lies too deep"));
    }
    for resource in own.get("resources").map_or(Ok(&[][..]), Sourced::list)? {
        let Some(kind) = kind(resource) else { continue };
        let address = resource.get("address").and_then(Sourced::as_text);
        let address = address.ok_or_else(|| resource.refused("has no address"))?;
        let values = resource.get("values").ok_or_else(|| resource.refused("has no values"))?;
        found.push(Found { kind, address: address.to_owned(), attributes: placed(values, address) });
    }
    for child in own.get("child_modules").map_or(Ok(&[][..]), Sourced::list)? {
        module(child, depth + 1, found)?;
    }
    Ok(())
}

/// The resources of a state file.
fn state(list: &Sourced, found: &mut Vec<Found>) -> Result<(), Refused> {
    for resource in list.list()? {
        let Some(kind) = kind(resource) else { continue };
        let name = resource.get("name").and_then(Sourced::as_text).unwrap_or_default();
        let module = resource.get("module").and_then(Sourced::as_text).map(|own| format!("{own}.")).unwrap_or_default();
        for instance in resource.get("instances").map_or(Ok(&[][..]), Sourced::list)? {
            let index = match instance.get("index_key").map(|own| &own.value) {
                Some(crate::sourced::Value::Scalar(Node::Text(key))) => format!("[{key:?}]"),
                Some(crate::sourced::Value::Scalar(Node::Whole(number))) => format!("[{number}]"),
                _ => String::new(),
            };
            let address = format!("{module}{}.{name}{index}", kind.terraform_type());
            let attributes = instance.get("attributes").ok_or_else(|| instance.refused("has no attributes"))?;
            found.push(Found { kind, attributes: placed(attributes, &address), address });
        }
    }
    Ok(())
}

/// The same values, with places below an address.
fn placed(own: &Sourced, address: &str) -> Sourced {
    let strip = own.place.len();
    fn moved(own: &Sourced, strip: usize, address: &str) -> Sourced {
        use crate::sourced::Value;
        let value = match &own.value {
            Value::Scalar(node) => Value::Scalar(node.clone()),
            Value::List(list) => Value::List(list.iter().map(|own| moved(own, strip, address)).collect()),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, own)| (name.clone(), moved(own, strip, address))).collect())
            }
        };
        Sourced { place: format!("{address}{}", &own.place[strip..]), value }
    }
    moved(own, strip, address)
}
