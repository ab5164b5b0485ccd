//! The shapes of the protocol cases: what a value's type is and what it is called on the wire.

use ringwall_wire::Dialect;
use serde_json::Value;

/// A shape at the place where it is referred to, which may give it a name and a format of its own.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    shapes: &'a Value,
    reference: &'a Value,
    pub dialect: Dialect,
}

impl<'a> Shape<'a> {
    /// The input or the output of a case's operation.
    pub fn of(suite: &'a Value, case: &'a Value, direction: &str, dialect: Dialect) -> Option<Shape<'a>> {
        let reference = case["given"].get(direction)?;
        Some(Shape { shapes: &suite["shapes"], reference, dialect })
    }

    fn refer(self, reference: &'a Value) -> Shape<'a> {
        Shape { reference, ..self }
    }

    fn definition(self) -> &'a Value {
        &self.shapes[self.reference["shape"].as_str().expect("a reference names a shape")]
    }

    pub fn kind(self) -> &'a str {
        self.definition()["type"].as_str().expect("a shape has a type")
    }

    /// The fields of a structure.
    #[allow(dead_code, reason = "a result says which fields it has")]
    pub fn members(self) -> impl Iterator<Item = (&'a str, Shape<'a>)> {
        let members = self.definition()["members"].as_object().into_iter().flatten();
        members.map(move |(name, reference)| (name.as_str(), self.refer(reference)))
    }

    #[allow(dead_code, reason = "a request has wire names")]
    pub fn member(self, name: &str) -> Shape<'a> {
        self.refer(&self.definition()["members"][name])
    }

    /// The items of a list.
    pub fn item(self) -> Shape<'a> {
        self.refer(&self.definition()["member"])
    }

    pub fn key(self) -> Shape<'a> {
        self.refer(&self.definition()["key"])
    }

    pub fn value(self) -> Shape<'a> {
        self.refer(&self.definition()["value"])
    }

    pub fn location_name(self) -> Option<&'a str> {
        self.reference["locationName"].as_str()
    }

    #[allow(dead_code, reason = "inputs show in the request whether a list is flat")]
    pub fn is_flat(self) -> bool {
        self.reference["flattened"] == true
    }

    #[allow(dead_code, reason = "requests have no namespaces")]
    pub fn namespace(self) -> Option<&'a Value> {
        self.reference.get("xmlNamespace")
    }

    pub fn timestamp_format(self) -> Option<&'a str> {
        let format = |value: &'a Value| value["timestampFormat"].as_str();
        format(self.reference).or_else(|| format(self.definition()))
    }
}
