//! Values with the places that they came from.

use ringwall_waf::document::Node;

use crate::Refused;

/// A value and its place in the source, in the source's words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sourced {
    pub place: String,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// anything but a list and an object
    Scalar(Node),
    List(Vec<Sourced>),
    Object(Vec<(String, Sourced)>),
}

impl Sourced {
    /// A value as it stands, with the place of every part below the given one.
    pub fn of(node: &Node, place: &str) -> Sourced {
        let value = match node {
            Node::List(list) => Value::List(
                list.iter().enumerate().map(|(at, own)| Sourced::of(own, &format!("{place}[{at}]"))).collect(),
            ),
            Node::Object(members) => {
                let member = |(name, own): &(String, Node)| (name.clone(), Sourced::of(own, &below(place, name)));
                Value::Object(members.iter().map(member).collect())
            }
            scalar => Value::Scalar(scalar.clone()),
        };
        Sourced { place: place.to_owned(), value }
    }

    pub fn text(place: impl Into<String>, text: impl Into<String>) -> Sourced {
        Sourced { place: place.into(), value: Value::Scalar(Node::Text(text.into())) }
    }

    /// With another value in the same place.
    pub fn with(&self, value: Value) -> Sourced {
        Sourced { place: self.place.clone(), value }
    }

    pub fn refused(&self, reason: impl Into<String>) -> Refused {
        Refused::new(self.place.clone(), reason)
    }

    pub fn is_null(&self) -> bool {
        self.value == Value::Scalar(Node::Null)
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn list(&self) -> Result<&[Sourced], Refused> {
        match &self.value {
            Value::List(list) => Ok(list),
            _ => Err(self.refused("must be a list")),
        }
    }

    pub fn members(&self) -> Result<&[(String, Sourced)], Refused> {
        match &self.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.refused("must be an object")),
        }
    }

    /// A member that is there and not null.
    pub fn get(&self, name: &str) -> Option<&Sourced> {
        match &self.value {
            Value::Object(members) => {
                members.iter().find(|(own, _)| own == name).map(|(_, value)| value).filter(|own| !own.is_null())
            }
            _ => None,
        }
    }
}

/// The place of a member.
pub(crate) fn below(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}
