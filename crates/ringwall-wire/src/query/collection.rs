//! What is below a node, as the fields of a structure, the items of a list, or the entries of a map.

use std::collections::BTreeSet;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::failure::{Failure, Problem};
use super::tree::{Children, Node};
use super::value::{Context, Value};
use crate::markup::Markup;

fn read<'t, 'de, S: DeserializeSeed<'de>>(
    seed: S,
    node: Node<'t, 'de>,
    context: &'t Context,
) -> Result<S::Value, Failure> {
    seed.deserialize(Value::new(node, context)).map_err(|failure| failure.within(node))
}

/// The fields of a structure.
pub(super) struct Fields<'t, 'de> {
    children: Children<'t, 'de>,
    next: Option<Node<'t, 'de>>,
    context: &'t Context,
}

impl<'t, 'de> Fields<'t, 'de> {
    pub(super) fn new(node: Node<'t, 'de>, context: &'t Context) -> Self {
        Fields { children: node.children(), next: None, context }
    }
}

impl<'de> MapAccess<'de> for Fields<'_, 'de> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some((part, node)) = self.children.next() else { return Ok(None) };
        self.next = Some(node);
        seed.deserialize(BorrowedStrDeserializer::new(part)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        match self.next.take() {
            Some(node) => read(seed, node, self.context),
            None => Err(serde::de::Error::custom("a value was asked for before its key")),
        }
    }
}

/// The items of a list.
pub(super) struct Items<'t, 'de> {
    nodes: std::vec::IntoIter<Node<'t, 'de>>,
    context: &'t Context,
}

impl<'t, 'de> Items<'t, 'de> {
    pub(super) fn new(nodes: Vec<Node<'t, 'de>>, context: &'t Context) -> Self {
        Items { nodes: nodes.into_iter(), context }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        self.nodes.next().map(|node| read(seed, node, self.context)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len())
    }
}

/// The entries of a map.
pub(super) struct Entries<'t, 'de> {
    entries: std::vec::IntoIter<(Node<'t, 'de>, Node<'t, 'de>)>,
    value: Option<Node<'t, 'de>>,
    context: &'t Context,
}

impl<'t, 'de> Entries<'t, 'de> {
    /// Finds key and value of each entry, and that no key comes twice.
    pub(super) fn new(nodes: Vec<Node<'t, 'de>>, markup: Markup, context: &'t Context) -> Result<Self, Failure> {
        let (key_name, value_name) = (markup.key.unwrap_or("key"), markup.value.unwrap_or("value"));
        let mut seen = BTreeSet::new();
        let mut entries = Vec::with_capacity(nodes.len());
        for node in nodes {
            let part = |name: &str| {
                let missing = || Failure::at(&format!("{}.{name}", node.path()), Problem::Missing);
                node.child(name).ok_or_else(missing)
            };
            let (key, value) = (part(key_name)?, part(value_name)?);
            if let Some(text) = key.value().filter(|text| !seen.insert(*text)) {
                let problem = Problem::Invalid { value: text.to_owned(), expected: "a key of its own" };
                return Err(Failure::at(key.path(), problem));
            }
            let others = node.children().filter(|(name, _)| ![key_name, value_name].contains(name));
            others.for_each(|(_, child)| context.ignore(child));
            entries.push((key, value));
        }
        Ok(Entries { entries: entries.into_iter(), value: None, context })
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        read(seed, key, self.context).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        match self.value.take() {
            Some(node) => read(seed, node, self.context),
            None => Err(serde::de::Error::custom("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
