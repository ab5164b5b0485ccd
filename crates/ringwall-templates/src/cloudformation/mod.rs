//! CloudFormation templates: the four kinds of resources, with their properties resolved and in the API's words.
//!
//! The properties are those of the API but for a few: search strings stand as they are and not in base64, `Arn` is spelled
//! otherwise, regular expressions are a plain list, and numbers may be written as texts.

mod conditions;
mod functions;
mod resolver;

use ringwall_waf::document::Node;

use crate::resource::{Kind, Resource};
use crate::sourced::{Sourced, Value};
use crate::spelling::translated;
use crate::{Assumptions, Refused};
use resolver::Resolver;

/// The resources of a template.
pub(crate) fn resources(template: &Node, assumptions: &Assumptions) -> Result<Vec<Resource>, Refused> {
    let resolver = Resolver::new(template, assumptions)?;
    let mut resources = Vec::new();
    for (logical, kind) in resolver.things() {
        if let Some(resource) = resource(&resolver, logical, kind)? {
            resources.push(resource);
        }
    }
    Ok(resources)
}

fn resource(resolver: &Resolver, logical: &str, kind: Kind) -> Result<Option<Resource>, Refused> {
    if !resolver.exists(logical)? {
        return Ok(None);
    }
    let properties = resolver.properties(logical)?;
    let identity = resolver.identity(logical, kind, 0)?;
    let own = |name: &str, text: &str| {
        let place = properties.get(name).map_or(&properties.place, |given| &given.place);
        (name.to_owned(), Sourced::text(place.clone(), text))
    };
    let mut members = vec![own("Name", &identity.name), own("Id", &identity.id), own("ARN", &identity.arn)];
    for (name, value) in properties.members()? {
        if !["Name", "Scope", "Tags"].contains(&name.as_str()) {
            members.push((name.clone(), translated(name, value)?));
        }
    }
    let tree = properties.with(Value::Object(members));
    Ok(Some(Resource { kind, address: logical.to_owned(), name: identity.name, tree }))
}
