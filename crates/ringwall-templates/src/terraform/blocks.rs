//! The attributes and blocks of a resource, evaluated.

use hcl::eval::Context;
use hcl::expr::Expression;
use hcl::{Block, Body, Structure, Value as Hcl};
use ringwall_waf::document::Node;

use super::scope::evaluate;
use crate::Refused;
use crate::sourced::{Sourced, Value};

/// How deep blocks may lie within each other: a statement needs two for each that it has within itself.
const DEEPEST: usize = 60;

/// The most elements of a dynamic block.
const MOST_ELEMENTS: usize = 10_000;

/// Reading blocks in a scope.
pub(super) struct Reading<'c, 'e> {
    context: &'c Context<'e>,
    depth: usize,
}

impl<'c, 'e> Reading<'c, 'e> {
    pub fn new(context: &'c Context<'e>) -> Reading<'c, 'e> {
        Reading { context, depth: 0 }
    }

    /// A body as an object: its attributes, and its blocks as lists. Those that are named are left out.
    pub fn body(&self, body: &Body, place: &str, without: &[&str]) -> Result<Sourced, Refused> {
        if self.depth > DEEPEST {
            return Err(Refused::new(place, "lies too deep"));
        }
        let mut members: Vec<(String, Sourced)> = Vec::new();
        for structure in body.iter() {
            match structure {
                Structure::Attribute(own) if !without.contains(&own.key()) => {
                    let place = format!("{place}.{}", own.key());
                    let value = evaluate(own.expr(), self.context, &place)?;
                    members.push((own.key().to_owned(), sourced(&value, &place)?));
                }
                Structure::Block(own) if !without.contains(&own.identifier()) => {
                    self.block(own, place, &mut members)?
                }
                _ => {}
            }
        }
        Ok(Sourced { place: place.to_owned(), value: Value::Object(members) })
    }

    fn block(&self, block: &Block, place: &str, members: &mut Vec<(String, Sourced)>) -> Result<(), Refused> {
        if block.identifier() == "dynamic" {
            return self.dynamic(block, place, members);
        }
        if let Some(label) = block.labels().first() {
            let reason = format!("has the label `{}`, which blocks of these resources do not have", label.as_str());
            return Err(Refused::new(format!("{place}.{}", block.identifier()), reason));
        }
        self.push(block.identifier(), block.body(), place, members)
    }

    /// Adds a block behind those of the same name.
    fn push(&self, name: &str, body: &Body, place: &str, members: &mut Vec<(String, Sourced)>) -> Result<(), Refused> {
        let at = members.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
            members
                .push((name.to_owned(), Sourced { place: format!("{place}.{name}"), value: Value::List(Vec::new()) }));
            members.len() - 1
        });
        let Value::List(list) = &mut members[at].1.value else {
            return Err(Refused::new(format!("{place}.{name}"), "is an attribute and a block"));
        };
        let within = Reading { context: self.context, depth: self.depth + 1 };
        list.push(within.body(body, &format!("{place}.{name}[{}]", list.len()), &[])?);
        Ok(())
    }

    /// A block for each element of a list or map.
    fn dynamic(&self, block: &Block, place: &str, members: &mut Vec<(String, Sourced)>) -> Result<(), Refused> {
        let name = block.labels().first().map(|own| own.as_str().to_owned()).unwrap_or_default();
        let place_of = |part: &str| format!("{place}.dynamic.{name}.{part}");
        let attribute = |name: &str| block.body().attributes().find(|own| own.key() == name).map(hcl::Attribute::expr);
        let each = attribute("for_each").ok_or_else(|| Refused::new(place_of("for_each"), "is missing"))?;
        let content = block.body().blocks().find(|own| own.identifier() == "content");
        let content = content.ok_or_else(|| Refused::new(place_of("content"), "is missing"))?;
        let iterator = match attribute("iterator") {
            None => name.clone(),
            Some(Expression::Variable(own)) => own.as_str().to_owned(),
            Some(_) => return Err(Refused::new(place_of("iterator"), "must be a name")),
        };
        let is_set = matches!(each, Expression::FuncCall(own) if own.name.name.as_str() == "toset");
        let pairs: Vec<(Hcl, Hcl)> = match evaluate(each, self.context, &place_of("for_each"))? {
            Hcl::Array(list) if is_set => list.into_iter().map(|own| (own.clone(), own)).collect(),
            Hcl::Array(list) => list.into_iter().enumerate().map(|(at, own)| (Hcl::from(at), own)).collect(),
            Hcl::Object(members) => members.into_iter().map(|(key, own)| (Hcl::from(key), own)).collect(),
            Hcl::Null => Vec::new(),
            _ => return Err(Refused::new(place_of("for_each"), "must be a list, a map or a set")),
        };
        if pairs.len() > MOST_ELEMENTS {
            return Err(Refused::new(place_of("for_each"), format!("must have at most {MOST_ELEMENTS} elements")));
        }
        for (key, value) in pairs {
            let mut context = self.context.clone();
            let element = [("key".to_owned(), key), ("value".to_owned(), value)];
            context.declare_var(hcl::Identifier::sanitized(&iterator), Hcl::Object(element.into_iter().collect()));
            let within = Reading { context: &context, depth: self.depth };
            within.push(&name, content.body(), place, members)?;
        }
        Ok(())
    }
}

/// A value with its place.
pub(super) fn sourced(value: &Hcl, place: &str) -> Result<Sourced, Refused> {
    Ok(Sourced::of(&node(value, place, 0)?, place))
}

fn node(value: &Hcl, place: &str, depth: usize) -> Result<Node, Refused> {
    if depth > DEEPEST {
        return Err(Refused::new(place, "lies too deep"));
    }
    Ok(match value {
        Hcl::Null => Node::Null,
        Hcl::Bool(flag) => Node::Flag(*flag),
        Hcl::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => Node::Whole(whole),
            (None, Some(own)) => Node::Number(own),
            (None, None) => return Err(Refused::new(place, "is no number that can be told")),
        },
        Hcl::String(text) => Node::Text(text.clone()),
        Hcl::Array(list) => Node::List(list.iter().map(|own| node(own, place, depth + 1)).collect::<Result<_, _>>()?),
        Hcl::Object(members) => {
            let member = |(name, own): (&String, &Hcl)| Ok((name.clone(), node(own, place, depth + 1)?));
            Node::Object(members.iter().map(member).collect::<Result<_, Refused>>()?)
        }
    })
}
