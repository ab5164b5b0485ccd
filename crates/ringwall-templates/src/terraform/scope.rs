//! What expressions can name: variables, locals, and what is known of the account.

use hcl::eval::{Context, Evaluate};
use hcl::expr::Expression;
use hcl::{Body, Map, Value as Hcl};

use super::{ADVICE, functions};
use crate::resource::partition;
use crate::{Assumptions, Refused};

/// The longest value of a local, in bytes as it is written.
const LONGEST: usize = 1 << 20;

/// What expressions can name.
pub(super) struct Scope {
    context: Context<'static>,
}

/// Evaluates an expression.
pub(super) fn evaluate(expression: &Expression, context: &Context, place: &str) -> Result<Hcl, Refused> {
    expression.evaluate(context).map_err(|error| {
        let error = error.to_string();
        let error = error.lines().next().unwrap_or_default();
        Refused::new(place, format!("cannot be told from the configuration alone ({error}): {ADVICE}"))
    })
}

impl Scope {
    pub fn new(bodies: &[(&str, Body)], values: &[(&str, Body)], assumptions: &Assumptions) -> Result<Scope, Refused> {
        let mut context = Context::new();
        functions::declare(&mut context);
        context.declare_var("var", Hcl::Object(variables(bodies, values, assumptions)?));
        context.declare_var("data", data(bodies, assumptions));
        context.declare_var("terraform", object([("workspace", Hcl::from("default"))]));
        context.declare_var("path", object(["module", "root", "cwd"].map(|name| (name, Hcl::from(".")))));
        let mut scope = Scope { context };
        scope.locals(bodies)?;
        Ok(scope)
    }

    pub fn context(&self) -> &Context<'static> {
        &self.context
    }

    pub fn declare(&mut self, name: &str, value: Hcl) {
        self.context.declare_var(hcl::Identifier::sanitized(name), value);
    }

    /// Locals may name each other: those that can be told are, until no more can. What cannot be told is missing, which is
    /// said where it is used.
    fn locals(&mut self, bodies: &[(&str, Body)]) -> Result<(), Refused> {
        let blocks = bodies.iter().flat_map(|(_, body)| body.blocks()).filter(|own| own.identifier() == "locals");
        let mut left: Vec<&hcl::Attribute> = blocks.flat_map(|own| own.body().attributes()).collect();
        let mut known = Map::new();
        loop {
            self.context.declare_var("local", Hcl::Object(known.clone()));
            let before = left.len();
            let mut still = Vec::new();
            for own in left {
                match own.expr().evaluate(&self.context) {
                    Ok(value) => {
                        if size(&value) > LONGEST {
                            return Err(Refused::new(format!("local.{}", own.key()), "becomes too long"));
                        }
                        known.insert(own.key().to_owned(), value);
                    }
                    Err(_) => still.push(own),
                }
            }
            left = still;
            if left.len() == before || left.is_empty() {
                self.context.declare_var("local", Hcl::Object(known));
                return Ok(());
            }
        }
    }
}

/// How long a value is, about.
fn size(value: &Hcl) -> usize {
    match value {
        Hcl::String(text) => text.len(),
        Hcl::Array(list) => list.iter().map(size).fold(8, usize::saturating_add),
        Hcl::Object(members) => members.iter().map(|(name, own)| name.len() + size(own)).fold(8, usize::saturating_add),
        _ => 8,
    }
}

/// Variables: what is given, else what `.tfvars` say, else their defaults.
fn variables(
    bodies: &[(&str, Body)],
    values: &[(&str, Body)],
    assumptions: &Assumptions,
) -> Result<Map<String, Hcl>, Refused> {
    let mut known = Map::new();
    let empty = Context::new();
    let blocks = bodies.iter().flat_map(|(_, body)| body.blocks()).filter(|own| own.identifier() == "variable");
    for block in blocks {
        let name = block.labels().first().map(|own| own.as_str().to_owned()).unwrap_or_default();
        if let Some(default) = block.body().attributes().find(|own| own.key() == "default") {
            known.insert(name.clone(), evaluate(default.expr(), &empty, &format!("var.{name}.default"))?);
        }
        for (_, body) in values {
            if let Some(own) = body.attributes().find(|own| own.key() == name) {
                known.insert(name.clone(), evaluate(own.expr(), &empty, &format!("var.{name}"))?);
            }
        }
        if let Some(text) = assumptions.values.get(&name) {
            // Lists, maps, numbers and flags are written as in a file; anything else is a text.
            let written = text.parse::<Expression>().ok().and_then(|own| own.evaluate(&empty).ok());
            known.insert(name.clone(), written.unwrap_or_else(|| Hcl::from(text.as_str())));
        }
    }
    for name in assumptions.values.keys() {
        let is_declared = bodies.iter().flat_map(|(_, body)| body.blocks()).any(|own| {
            own.identifier() == "variable" && own.labels().first().is_some_and(|label| label.as_str() == name)
        });
        if !is_declared {
            return Err(Refused::new("", format!("has no variable `{name}`, for which a value is given")));
        }
    }
    Ok(known)
}

/// The data sources that say where and whose things are.
fn data(bodies: &[(&str, Body)], assumptions: &Assumptions) -> Hcl {
    let region = assumptions.region.as_str();
    let known = [
        ("aws_caller_identity", object([("account_id", Hcl::from(assumptions.account.as_str()))])),
        ("aws_region", object(["name", "id", "region"].map(|name| (name, Hcl::from(region))))),
        ("aws_partition", object([("partition", Hcl::from(partition(region)))])),
    ];
    let mut sources = Map::new();
    for (kind, value) in known {
        let blocks = bodies.iter().flat_map(|(_, body)| body.blocks()).filter(|own| own.identifier() == "data");
        let names = blocks.filter_map(|own| match own.labels() {
            [own, name] if own.as_str() == kind => Some(name.as_str().to_owned()),
            _ => None,
        });
        sources.insert(kind.to_owned(), Hcl::Object(names.map(|name| (name, value.clone())).collect()));
    }
    Hcl::Object(sources)
}

fn object<const N: usize>(members: [(&str, Hcl); N]) -> Hcl {
    Hcl::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
