//! `.tf` files of one folder, read as they stand: variables with defaults, locals, references between the four resources,
//! `count`, `for_each` and dynamic blocks. What needs a provider or another module is refused, with the advice to let Terraform
//! itself say what comes of it.

use hcl::eval::Context;
use hcl::{Block, Body, Value as Hcl};

use super::attributes::{identity, resource};
use super::blocks::Reading;
use super::scope::{Scope, evaluate};
use crate::resource::{Kind, Resource};
use crate::sourced::Sourced;
use crate::{Assumptions, Refused, Source};

/// The longest file that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The most instances of a resource.
const MOST_INSTANCES: usize = 1000;

/// The resources of a configuration.
pub(crate) fn configuration(files: &[Source], assumptions: &Assumptions) -> Result<Vec<Resource>, Refused> {
    let (mut bodies, mut values) = (Vec::new(), Vec::new());
    for file in files {
        let body = parse(file)?;
        let list = if file.name.ends_with(".tfvars") { &mut values } else { &mut bodies };
        list.push((file.name.as_str(), body));
    }
    let mut scope = Scope::new(&bodies, &values, assumptions)?;
    // What others refer to comes first: sets, groups, web ACLs.
    let order = [Kind::IpSet, Kind::RegexSet, Kind::RuleGroup, Kind::WebAcl];
    let mut resources = Vec::new();
    for kind in order {
        let blocks = bodies.iter().flat_map(|(_, body)| body.blocks());
        let mut objects = hcl::Map::new();
        for block in blocks.filter(|block| block.identifier() == "resource") {
            let [own, name] = block.labels() else { continue };
            if own.as_str() != kind.terraform_type() {
                continue;
            }
            let made = instances(kind, name.as_str(), block, &scope, assumptions)?;
            objects.insert(name.as_str().to_owned(), made.object);
            resources.extend(made.resources);
        }
        scope.declare(kind.terraform_type(), Hcl::Object(objects));
    }
    Ok(resources)
}

fn parse(file: &Source) -> Result<Body, Refused> {
    let text = std::str::from_utf8(&file.bytes).map_err(|_| Refused::new(file.name.clone(), "is not UTF-8"))?;
    if text.len() > LONGEST {
        return Err(Refused::new(file.name.clone(), format!("is longer than {LONGEST} bytes")));
    }
    hcl::parse(text).map_err(|error| Refused::new(file.name.clone(), format!("cannot be read: {error}")))
}

struct Made {
    /// what an expression sees under the resource's name
    object: Hcl,
    resources: Vec<Resource>,
}

/// The instances of a resource: one, or as many as `count` and `for_each` say.
fn instances(kind: Kind, name: &str, block: &Block, scope: &Scope, assumptions: &Assumptions) -> Result<Made, Refused> {
    let address = format!("{}.{name}", kind.terraform_type());
    let meta = |name: &str| block.body().attributes().find(|own| own.key() == name);
    let make = |address: &str, context: &Context| {
        let reading = Reading::new(context);
        let tree =
            reading.body(block.body(), address, &["count", "for_each", "lifecycle", "depends_on", "provider"])?;
        let object = seen(kind, address, &tree, assumptions)?;
        Ok::<_, Refused>((object, resource(kind, address, &tree, assumptions)?))
    };
    if let Some(count) = meta("count") {
        let place = format!("{address}.count");
        let count = evaluate(count.expr(), scope.context(), &place)?;
        let count = count.as_u64().filter(|own| *own <= MOST_INSTANCES as u64);
        let count = count.ok_or_else(|| Refused::new(place, format!("must be a number up to {MOST_INSTANCES}")))?;
        let (mut objects, mut resources) = (Vec::new(), Vec::new());
        for at in 0..count {
            let mut context = scope.context().clone();
            context.declare_var("count", Hcl::Object([("index".to_owned(), Hcl::from(at))].into_iter().collect()));
            let (object, resource) = make(&format!("{address}[{at}]"), &context)?;
            objects.push(object);
            resources.push(resource);
        }
        return Ok(Made { object: Hcl::Array(objects), resources });
    }
    if let Some(each) = meta("for_each") {
        let place = format!("{address}.for_each");
        let pairs: Vec<(String, Hcl)> = match evaluate(each.expr(), scope.context(), &place)? {
            Hcl::Object(members) => members.into_iter().collect(),
            // A set: its elements are their own keys.
            Hcl::Array(list) => {
                list.into_iter().map(|own| (own.as_str().unwrap_or_default().to_owned(), own)).collect()
            }
            _ => return Err(Refused::new(place, "must be a map or a set")),
        };
        if pairs.len() > MOST_INSTANCES {
            return Err(Refused::new(place, format!("must have at most {MOST_INSTANCES} elements")));
        }
        let (mut objects, mut resources) = (hcl::Map::new(), Vec::new());
        for (key, value) in pairs {
            let mut context = scope.context().clone();
            let each = [("key".to_owned(), Hcl::from(key.clone())), ("value".to_owned(), value)];
            context.declare_var("each", Hcl::Object(each.into_iter().collect()));
            let (object, resource) = make(&format!("{address}[{key:?}]"), &context)?;
            objects.insert(key, object);
            resources.push(resource);
        }
        return Ok(Made { object: Hcl::Object(objects), resources });
    }
    let (object, resource) = make(&address, scope.context())?;
    Ok(Made { object, resources: vec![resource] })
}

/// What an expression sees of a resource: its ARN, id, name and scope, and no more than is known.
fn seen(kind: Kind, address: &str, tree: &Sourced, assumptions: &Assumptions) -> Result<Hcl, Refused> {
    let identity = identity(kind, address, tree, assumptions)?;
    let scope = tree.get("scope").and_then(Sourced::as_text).unwrap_or_default();
    let members = [("arn", identity.arn.as_str()), ("id", &identity.id), ("name", &identity.name), ("scope", scope)];
    Ok(Hcl::Object(members.into_iter().map(|(name, text)| (name.to_owned(), Hcl::from(text))).collect()))
}
