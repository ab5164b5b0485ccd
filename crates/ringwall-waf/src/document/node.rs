//! JSON as it is written: members in their order, and none twice.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Code, Place, Refusal};

/// The longest document that is read, in bytes. AWS's limits allow none that is longer.
pub const LONGEST: usize = 4 << 20;

/// A value of JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// a whole number that is not negative
    Whole(u64),
    /// any other number
    Number(f64),
    /// a string
    Text(String),
    /// an array
    List(Vec<Node>),
    /// an object
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a document. Its depth is bounded by the reader of JSON, its length by [`LONGEST`].
    pub fn parse(bytes: &[u8]) -> Result<Node, Refusal> {
        let refused = |reason: String| Refusal { code: Code::InvalidParameter, place: Place::default(), reason };
        if bytes.len() > LONGEST {
            return Err(refused(format!("is longer than {LONGEST} bytes")));
        }
        serde_json::from_slice(bytes).map_err(|error| refused(format!("is not JSON: {error}")))
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Flag(_) => "true or false",
            Node::Whole(_) | Node::Number(_) => "a number",
            Node::Text(_) => "a string",
            Node::List(_) => "a list",
            Node::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Flag(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(u64::try_from(value).map_or(Node::Number(value as f64), Node::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut names = std::collections::BTreeSet::new();
        let mut members = Vec::new();
        while let Some((name, node)) = entries.next_entry::<String, Node>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format_args!("the member `{name}` stands there twice")));
            }
            members.push((name, node));
        }
        Ok(Node::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_none_stands_twice() {
        let Ok(Node::Object(members)) = Node::parse(br#"{"b": 1, "a": [null, -1, 1.5]}"#) else { panic!("an object") };
        assert_eq!(members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        let refusal = Node::parse(br#"{"a": 1, "a": 2}"#).unwrap_err();
        assert!(refusal.reason.contains("`a` stands there twice"), "{refusal}");
    }

    #[test]
    fn depth_and_length_are_bounded() {
        assert!(Node::parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(Node::parse(format!("\"{}\"", "x".repeat(LONGEST)).as_bytes()).is_err());
    }
}
