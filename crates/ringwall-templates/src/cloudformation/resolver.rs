//! What a template's names stand for: parameters, pseudo parameters, and the things that it makes.

use std::cell::Cell;

use ringwall_waf::document::Node;

use crate::resource::{Identity, Kind, partition};
use crate::sourced::{Sourced, Value, below};
use crate::{Assumptions, Refused};

/// How deep functions may lie within each other, and names lead to others.
const DEEPEST: usize = 60;

/// The most bytes of a text that functions put together.
pub(super) const LONGEST: usize = 1 << 20;

/// The most values and conditions of a template that are looked at, each as often as it is used.
const MOST_STEPS: usize = 2_000_000;

pub(super) struct Resolver<'t> {
    template: &'t Node,
    pub assumptions: &'t Assumptions,
    steps: Cell<usize>,
}

/// A member of an object.
pub(super) fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Node::Object(members) = node else { return None };
    members.iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

fn entries<'n>(template: &'n Node, name: &str) -> &'n [(String, Node)] {
    match member(template, name) {
        Some(Node::Object(members)) => members,
        _ => &[],
    }
}

impl<'t> Resolver<'t> {
    pub fn new(template: &'t Node, assumptions: &'t Assumptions) -> Result<Resolver<'t>, Refused> {
        if member(template, "Transform").is_some_and(|own| own != &Node::Text(SERVERLESS.into())) {
            let reason = "is done by AWS alone; give the processed template, as `get-template --template-stage Processed` prints it";
            return Err(Refused::new("Transform", reason));
        }
        for name in assumptions.values.keys() {
            if member(template, "Parameters").and_then(|own| member(own, name)).is_none() {
                return Err(Refused::new("", format!("has no parameter `{name}`, for which a value is given")));
            }
        }
        Ok(Resolver { template, assumptions, steps: Cell::new(0) })
    }

    /// The things of the four kinds, by their logical names.
    pub fn things(&self) -> impl Iterator<Item = (&'t str, Kind)> {
        entries(self.template, "Resources").iter().filter_map(|(name, own)| Some((name.as_str(), kind(own)?)))
    }

    fn thing(&self, logical: &str) -> Option<&'t Node> {
        member(member(self.template, "Resources")?, logical)
    }

    /// Whether a thing is made, by its condition.
    pub fn exists(&self, logical: &str) -> Result<bool, Refused> {
        match self.thing(logical).and_then(|own| member(own, "Condition")) {
            None => Ok(true),
            Some(Node::Text(name)) => self.condition(name, &format!("Resources.{logical}.Condition"), 0),
            Some(_) => Err(Refused::new(format!("Resources.{logical}.Condition"), "must be the name of a condition")),
        }
    }

    /// The properties of a thing, resolved.
    pub fn properties(&self, logical: &str) -> Result<Sourced, Refused> {
        let place = format!("Resources.{logical}.Properties");
        let node = self.thing(logical).and_then(|own| member(own, "Properties"));
        let node = node.ok_or_else(|| Refused::new(place.clone(), "is missing"))?;
        let properties = self.resolve(node, &place, 0)?;
        properties.filter(|own| own.members().is_ok()).ok_or_else(|| Refused::new(place, "must be an object"))
    }

    /// What a thing is called. One without a name gets its logical one.
    pub fn identity(&self, logical: &str, kind: Kind, depth: usize) -> Result<Identity, Refused> {
        let properties = self.thing(logical).and_then(|own| member(own, "Properties"));
        let text = |name: &str| {
            let node = properties.and_then(|own| member(own, name));
            let place = format!("Resources.{logical}.Properties.{name}");
            node.map(|node| self.text(node, &place, depth + 1)).transpose()
        };
        let name = text("Name")?.unwrap_or_else(|| logical.to_owned());
        let is_global = match text("Scope")?.as_deref() {
            Some("REGIONAL") => false,
            Some("CLOUDFRONT") => true,
            _ => {
                return Err(Refused::new(
                    format!("Resources.{logical}.Properties.Scope"),
                    "must be REGIONAL or CLOUDFRONT",
                ));
            }
        };
        Ok(Identity::new(kind, logical, &name, is_global, self.assumptions))
    }

    /// Refuses what would go on for too long.
    pub fn step(&self, place: &str, depth: usize) -> Result<(), Refused> {
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return Err(Refused::new(place, "leads to itself, or lies too deep"));
        }
        Ok(())
    }

    /// A node with its functions carried out; none where it stands for nothing.
    pub fn resolve(&self, node: &Node, place: &str, depth: usize) -> Result<Option<Sourced>, Refused> {
        self.step(place, depth)?;
        let value = match node {
            Node::List(list) => {
                let mut elements = Vec::new();
                for (at, own) in list.iter().enumerate() {
                    elements.extend(self.resolve(own, &format!("{place}[{at}]"), depth + 1)?);
                }
                Value::List(elements)
            }
            Node::Object(members) => {
                if let [(name, argument)] = members.as_slice()
                    && (name == "Ref" || name.starts_with("Fn::"))
                {
                    return self.call(name, argument, place, depth);
                }
                let mut resolved = Vec::new();
                for (name, own) in members {
                    if let Some(value) = self.resolve(own, &below(place, name), depth + 1)? {
                        resolved.push((name.clone(), value));
                    }
                }
                Value::Object(resolved)
            }
            scalar => Value::Scalar(scalar.clone()),
        };
        Ok(Some(Sourced { place: place.to_owned(), value }))
    }

    /// A node that stands for a text.
    pub fn text(&self, node: &Node, place: &str, depth: usize) -> Result<String, Refused> {
        let resolved = self.resolve(node, place, depth)?;
        match resolved.map(|own| own.value) {
            Some(Value::Scalar(Node::Text(text))) => Ok(text),
            Some(Value::Scalar(Node::Whole(number))) => Ok(number.to_string()),
            Some(Value::Scalar(Node::Number(number))) => Ok(number.to_string()),
            Some(Value::Scalar(Node::Flag(flag))) => Ok(flag.to_string()),
            _ => Err(Refused::new(place, "must be a text")),
        }
    }

    /// What `Ref` stands for.
    pub fn reference(&self, name: &str, place: &str, depth: usize) -> Result<Option<Sourced>, Refused> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let region = &self.assumptions.region;
        let pseudo = match name {
            "AWS::Region" => Some(region.as_str()),
            "AWS::AccountId" => Some(self.assumptions.account.as_str()),
            "AWS::Partition" => Some(partition(region)),
            "AWS::URLSuffix" if region.starts_with("cn-") => Some("amazonaws.com.cn"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            "AWS::StackName" => Some("stack"),
            _ => None,
        };
        if let Some(text) = pseudo {
            return Ok(Some(Sourced::text(place, text)));
        }
        if let Some(parameter) = member(self.template, "Parameters").and_then(|own| member(own, name)) {
            return self.parameter(name, parameter, place).map(Some);
        }
        let Some(thing) = self.thing(name) else {
            return Err(Refused::new(place, format!("refers to `{name}`, which the template does not have")));
        };
        let Some(kind) = kind(thing) else { return Err(unknown(name, thing, place)) };
        let identity = self.identity(name, kind, depth + 1)?;
        let scope = if identity.arn.contains(":global/") { "CLOUDFRONT" } else { "REGIONAL" };
        Ok(Some(Sourced::text(place, format!("{}|{}|{scope}", identity.name, identity.id))))
    }

    fn parameter(&self, name: &str, parameter: &Node, place: &str) -> Result<Sourced, Refused> {
        let kind = member(parameter, "Type");
        let given = self.assumptions.values.get(name).map(|own| Node::Text(own.clone()));
        // The value of such a one is the name of where the value is.
        let is_elsewhere = matches!(kind, Some(Node::Text(own)) if own.starts_with("AWS::SSM::"));
        let value = given.or_else(|| member(parameter, "Default").filter(|_| !is_elsewhere).cloned());
        let value = value.ok_or_else(|| {
            Refused::new(place, format!("refers to the parameter `{name}`, which has no value here: give one with `--parameter {name}=VALUE`"))
        })?;
        let is_list = matches!(kind, Some(Node::Text(own)) if own == "CommaDelimitedList" || own.starts_with("List<"));
        match value {
            Node::Text(text) if is_list => {
                let parts = text.split(',').map(|own| Sourced::text(place, own.trim()));
                Ok(Sourced { place: place.to_owned(), value: Value::List(parts.collect()) })
            }
            scalar => Ok(Sourced { place: place.to_owned(), value: Value::Scalar(scalar) }),
        }
    }

    /// What `Fn::GetAtt` stands for.
    pub fn attribute(&self, logical: &str, attribute: &str, place: &str, depth: usize) -> Result<Sourced, Refused> {
        let Some(thing) = self.thing(logical) else {
            return Err(Refused::new(place, format!("refers to `{logical}`, which the template does not have")));
        };
        let Some(kind) = kind(thing) else { return Err(unknown(logical, thing, place)) };
        let identity = self.identity(logical, kind, depth + 1)?;
        let text = match (attribute, kind) {
            ("Arn", _) => identity.arn,
            ("Id", _) => identity.id,
            ("LabelNamespace", Kind::WebAcl | Kind::RuleGroup) => {
                format!("awswaf:{}:{}:{}:", self.assumptions.account, kind.arn_word(), identity.name)
            }
            _ => {
                return Err(Refused::new(
                    place,
                    format!("asks for `{attribute}`, which is not known before deployment"),
                ));
            }
        };
        Ok(Sourced::text(place, text))
    }

    /// A condition by its name.
    pub fn condition(&self, name: &str, place: &str, depth: usize) -> Result<bool, Refused> {
        let condition = member(self.template, "Conditions").and_then(|own| member(own, name));
        let condition = condition.ok_or_else(|| {
            Refused::new(place, format!("names the condition `{name}`, which the template does not have"))
        })?;
        self.holds(condition, &format!("Conditions.{name}"), depth + 1)
    }

    /// A map's value.
    pub fn mapped(&self, map: &str, first: &str, second: &str) -> Option<&'t Node> {
        member(member(member(member(self.template, "Mappings")?, map)?, first)?, second)
    }
}

/// The transform of serverless applications, which leaves these resources as they are.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";

fn kind(thing: &Node) -> Option<Kind> {
    let Some(Node::Text(own)) = member(thing, "Type") else { return None };
    Kind::ALL.into_iter().find(|kind| kind.template_type() == own)
}

fn unknown(logical: &str, thing: &Node, place: &str) -> Refused {
    let kind = match member(thing, "Type") {
        Some(Node::Text(own)) => own.as_str(),
        _ => "a resource",
    };
    let reason = format!(
        "refers to `{logical}`, {kind}, of which nothing is known before deployment; a parameter could take its place"
    );
    Refused::new(place, reason)
}
