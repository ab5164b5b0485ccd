//! One node of the parameter tree as a serde deserializer.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, Deserializer, Visitor};

use super::collection::{Entries, Fields, Items};
use super::failure::{Failure, Problem};
use super::tree::{Node, index};
use super::{Dialect, number};
use crate::markup::Markup;

/// What the nodes of one request share.
pub(super) struct Context {
    pub(super) dialect: Dialect,
    unknown: RefCell<Vec<u32>>,
}

impl Context {
    pub(super) fn new(dialect: Dialect) -> Context {
        Context { dialect, unknown: RefCell::default() }
    }

    /// Notes that no field takes these parameters.
    pub(super) fn ignore(&self, node: Node<'_, '_>) {
        let positions = node.positions().filter(|(name, _)| !is_of_every_request(name)).map(|(_, position)| position);
        self.unknown.borrow_mut().extend(positions);
    }

    /// The places of the parameters that no field took, in the order sent.
    pub(super) fn unknown(self) -> Vec<u32> {
        let mut positions = self.unknown.into_inner();
        positions.sort_unstable();
        positions
    }
}

/// The parameters that belong to the protocol and to no action.
fn is_of_every_request(name: &str) -> bool {
    matches!(name, "Action" | "Version") || name.starts_with("X-Amz-")
}

/// A node about to become a value.
pub(super) struct Value<'t, 'de> {
    node: Node<'t, 'de>,
    context: &'t Context,
    markup: Markup,
}

impl<'t, 'de> Value<'t, 'de> {
    pub(super) fn new(node: Node<'t, 'de>, context: &'t Context) -> Self {
        Value { node, context, markup: Markup::default() }
    }

    /// What was given is of another kind than what is asked for.
    fn mistaken(&self, expected: &'static str) -> Failure {
        match (self.node.value(), self.node.first_below()) {
            (Some(value), _) => Failure::at(self.node.path(), Problem::Invalid { value: value.to_owned(), expected }),
            (None, Some((name, value))) => Failure::at(name, Problem::Invalid { value: value.to_owned(), expected }),
            (None, None) => Failure::at(self.node.path(), Problem::Missing),
        }
    }

    fn scalar(&self) -> Result<&'de str, Failure> {
        match (self.node.value(), self.node.first_below()) {
            (Some(value), None) => Ok(value),
            (Some(_), Some((name, value))) => {
                let problem = Problem::Invalid { value: value.to_owned(), expected: "part of a plain value" };
                Err(Failure::at(name, problem))
            }
            (None, _) => Err(self.mistaken("a plain value")),
        }
    }

    fn read<T>(&self, expected: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Failure> {
        let text = self.scalar()?;
        read(text).ok_or_else(|| Failure::at(self.node.path(), Problem::Invalid { value: text.to_owned(), expected }))
    }

    /// The numbered nodes of a list or a map, by number; `wrapped` says whether this is the name of a level between.
    fn numbered(&self, expected: &'static str, wrapped: impl Fn(&str) -> bool) -> Result<Vec<Node<'t, 'de>>, Failure> {
        match self.node.value() {
            // This is how the query protocol writes a list without items; EC2's leaves it out.
            Some("") if self.context.dialect == Dialect::Query && self.node.first_below().is_none() => {
                return Ok(Vec::new());
            }
            Some(_) => return Err(self.mistaken(expected)),
            None => {}
        }
        let mut children = self.node.children();
        let level = match (children.next(), children.next()) {
            (Some((part, only)), None) if index(part).is_none() && only.value().is_none() && wrapped(part) => only,
            _ => self.node,
        };
        let mut numbered = Vec::new();
        for (part, child) in level.children() {
            match index(part) {
                Some(Ok(number)) => numbered.push((number, child)),
                Some(Err(problem)) => return Err(Failure::at(child.path(), problem)),
                None => return Err(Value::new(child, self.context).mistaken(expected)),
            }
        }
        numbered.sort_unstable_by_key(|(number, _)| *number);
        Ok(numbered.into_iter().map(|(_, child)| child).collect())
    }

    fn items(&self) -> Result<Items<'t, 'de>, Failure> {
        let nodes = self.numbered("a list", |_| self.context.dialect == Dialect::Query)?;
        Ok(Items::new(nodes, self.context))
    }

    fn is_list(&self) -> bool {
        let mut children = self.node.children().peekable();
        children.peek().is_some() && children.all(|(part, _)| index(part).is_some())
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $expected:literal,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.$visit(self.read($expected, number::integer)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Failure;

    whole_numbers! {
        deserialize_i8 visit_i8 "a whole number of 8 bits",
        deserialize_i16 visit_i16 "a whole number of 16 bits",
        deserialize_i32 visit_i32 "a whole number of 32 bits",
        deserialize_i64 visit_i64 "a whole number of 64 bits",
        deserialize_i128 visit_i128 "a whole number of 128 bits",
        deserialize_u8 visit_u8 "a whole number from 0 to 255",
        deserialize_u16 visit_u16 "a whole number from 0 to 65535",
        deserialize_u32 visit_u32 "a whole number from 0 to 4294967295",
        deserialize_u64 visit_u64 "a whole number from 0 of 64 bits",
        deserialize_u128 visit_u128 "a whole number from 0 of 128 bits",
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_bool(self.read("`true` or `false`", |text| text.parse().ok())?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let narrow = |number: f64| (number as f32, number.is_infinite());
        let fits = |text: &str| number::float(text).map(narrow).filter(|(narrow, wide)| narrow.is_infinite() == *wide);
        visitor.visit_f32(self.read("a number", fits)?.0)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_f64(self.read("a number", number::float)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_borrowed_str(self.scalar()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_byte_buf(self.read("base64", |text| STANDARD.decode(text).ok())?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor
            .visit_enum(BorrowedStrDeserializer::new(self.scalar()?))
            .map_err(|failure: Failure| failure.within(self.node))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        let markup = self.markup.and(name).map_err(de::Error::custom)?;
        visitor.visit_newtype_struct(Value { markup, ..self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if self.node.value().is_some() {
            return Err(self.mistaken("a structure"));
        }
        let fields = Fields::new(self.node, self.context);
        visitor.visit_map(fields).map_err(|failure| failure.within(self.node))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        let items = self.items()?;
        if items.len() > length {
            return Err(de::Error::custom(format_args!("it takes {length} items")));
        }
        visitor.visit_seq(items)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let nodes = self.numbered("a map", |part| part == "entry")?;
        visitor.visit_map(Entries::new(nodes, self.markup, self.context)?)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_ignored_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_ignored_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.context.ignore(self.node);
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.value() {
            Some(_) => self.deserialize_str(visitor),
            None if self.is_list() => self.deserialize_seq(visitor),
            None => self.deserialize_struct("", &[], visitor),
        }
    }
}
