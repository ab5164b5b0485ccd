//! A JSON document as it was written: with its order, and with every name that comes twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::malformed::shown;
use crate::{Malformed, Reason};

/// How deep values may lie in each other. A policy's own elements lie six deep.
const DEEPEST: u8 = 8;

/// A value of JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn parse(text: &str) -> Result<Node, Malformed> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let node = Depth(DEEPEST).deserialize(&mut reader).and_then(|node| reader.end().map(|()| node));
        node.map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Reason::Syntax { line: error.line(), column: error.column(), message: shown(message) }.into()
        })
    }

    /// A few words for a message.
    pub(crate) fn describe(&self) -> String {
        match self {
            Node::Null => "null".to_owned(),
            Node::Flag(flag) => flag.to_string(),
            Node::Number(number) => number.clone(),
            Node::Text(text) => text.clone(),
            Node::List(_) => "a list".to_owned(),
            Node::Map(_) => "an object".to_owned(),
        }
    }

    pub(crate) fn text(&self) -> Result<&str, Malformed> {
        match self {
            Node::Text(text) => Ok(text),
            other => Err(Malformed::unexpected("a string", &other.describe())),
        }
    }

    pub(crate) fn map(&self) -> Result<&[(String, Node)], Malformed> {
        match self {
            Node::Map(entries) => Ok(entries),
            other => Err(Malformed::unexpected("an object", &other.describe())),
        }
    }

    /// One value or a list of at least one, each read, with its place.
    pub(crate) fn each<T>(&self, read: impl Fn(&Node) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        match self {
            Node::List(nodes) if nodes.is_empty() => Err(Reason::Empty.into()),
            Node::List(nodes) => {
                let numbered = nodes.iter().enumerate();
                numbered.map(|(number, node)| read(node).map_err(|wrong| wrong.at(&format!("[{number}]")))).collect()
            }
            one => Ok(vec![read(one)?]),
        }
    }
}

/// How many levels may still be opened.
struct Depth(u8);

impl Depth {
    fn inner<E: Error>(&self) -> Result<Depth, E> {
        self.0.checked_sub(1).map(Depth).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = access.next_element_seed(self.inner()?)? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            entries.push((name, access.next_value_seed(self.inner()?)?));
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_twice_are_kept_in_order() {
        let node = Node::parse(r#"{"b": 1, "a": [true, null, "x", -1.5], "b": {}}"#).unwrap();
        let names: Vec<&str> = node.map().unwrap().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b"]);
    }

    #[test]
    fn depth_is_bounded_and_errors_have_their_line() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Node::parse(&nested(8)).is_ok());
        for depth in [9, 1_000, 100_000] {
            let Reason::Syntax { message, .. } = Node::parse(&nested(depth)).unwrap_err().reason else { panic!() };
            assert_eq!(message, "nested too deeply");
        }
        let wrong = Node::parse("{\n  \"Version\": ]").unwrap_err();
        let Reason::Syntax { line, column, .. } = wrong.reason else { panic!("{wrong}") };
        assert_eq!((line, column), (2, 14));
        assert!(Node::parse("{} {}").is_err());
    }
}
