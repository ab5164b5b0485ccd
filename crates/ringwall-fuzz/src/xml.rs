//! The writer of answers: whatever text is written, another reader of XML reads it back.

use std::collections::BTreeMap;

use ringwall_wire::{Blob, Dialect, Flat, xml};
use roxmltree::Node;
use serde::Serialize;

#[derive(Debug, Default, Serialize)]
struct Answer {
    text: Option<String>,
    number: i64,
    flag: Option<bool>,
    blob: Blob,
    list: Vec<String>,
    flat: Flat<Vec<Item>>,
    map: BTreeMap<String, Item>,
    inner: Option<Box<Answer>>,
}

#[derive(Debug, Serialize)]
struct Item {
    name: String,
}

/// An element as it is to be read back.
#[derive(Debug, PartialEq)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

/// Writes an answer made from the bytes and reads it back.
pub fn xml(data: &[u8]) -> bool {
    let mut bytes = Bytes(data);
    let (namespace, id) = (bytes.text(), bytes.text());
    let answer = bytes.answer(0);
    for dialect in [Dialect::Ec2, Dialect::Query] {
        let written = xml::response(dialect, "Act", &namespace, &id, &answer).expect("an answer can be written");
        let document = roxmltree::Document::parse(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
        let root = document.root_element();
        assert_eq!(root.tag_name().namespace().unwrap_or_default(), arriving(&namespace), "{written}");
        assert_eq!(read(root), expected(dialect, &answer, &id), "{written}");
    }
    true
}

fn read(node: Node<'_, '_>) -> Element {
    for child in node.children() {
        assert!(child.is_element() || child.is_text(), "{child:?}: nothing but elements and text is written");
    }
    let text = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    let children = node.children().filter(Node::is_element).map(read).collect();
    Element { name: node.tag_name().name().to_owned(), text, children }
}

fn leaf(name: &str, text: &str) -> Element {
    Element { name: name.to_owned(), text: arriving(text), children: Vec::new() }
}

fn branch(name: &str, children: Vec<Element>) -> Element {
    Element { name: name.to_owned(), text: String::new(), children }
}

fn expected(dialect: Dialect, answer: &Answer, id: &str) -> Element {
    let fields = answer.elements(dialect);
    match dialect {
        Dialect::Ec2 => branch("ActResponse", std::iter::once(leaf("requestId", id)).chain(fields).collect()),
        Dialect::Query => {
            let metadata = branch("ResponseMetadata", vec![leaf("RequestId", id)]);
            branch("ActResponse", vec![branch("ActResult", fields), metadata])
        }
    }
}

impl Answer {
    fn elements(&self, dialect: Dialect) -> Vec<Element> {
        let item = match dialect {
            Dialect::Ec2 => "item",
            Dialect::Query => "member",
        };
        let entry = |(key, value): (&String, &Item)| {
            branch("entry", vec![leaf("key", key), branch("value", vec![leaf("name", &value.name)])])
        };
        let mut elements: Vec<Element> = self.text.iter().map(|text| leaf("text", text)).collect();
        elements.push(leaf("number", &self.number.to_string()));
        elements.extend(self.flag.iter().map(|flag| leaf("flag", &flag.to_string())));
        elements.push(leaf("blob", &self.blob.base64()));
        elements.push(branch("list", self.list.iter().map(|text| leaf(item, text)).collect()));
        elements.extend(self.flat.0.iter().map(|item| branch("flat", vec![leaf("name", &item.name)])));
        elements.push(branch("map", self.map.iter().map(entry).collect()));
        elements.extend(self.inner.iter().map(|inner| branch("inner", inner.elements(dialect))));
        elements
    }
}

/// What arrives of a text: XML has no place for some characters.
fn arriving(text: &str) -> String {
    let forbidden = |character: char| matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|character| if forbidden(character) { '\u{fffd}' } else { character }).collect()
}

/// Bytes that answers are made from, for as long as they last.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    /// Up to the next line feed, which is how seeds can be written by hand.
    fn line(&mut self) -> &[u8] {
        let end = self.0.iter().position(|&byte| byte == b'\n').unwrap_or(self.0.len());
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        line
    }

    /// A line as text. A byte that is never in UTF-8 stands for a line feed, and other broken text for U+FFFD.
    fn text(&mut self) -> String {
        let line = self.line();
        line.split(|&byte| byte == 0xff).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n")
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.byte() % 4).map(|_| self.text()).collect()
    }

    fn answer(&mut self, depth: usize) -> Answer {
        let present = self.byte();
        Answer {
            text: (present & 1 != 0).then(|| self.text()),
            number: i64::from(self.byte()) - 128,
            flag: (present & 2 != 0).then_some(present & 4 != 0),
            blob: Blob(self.line().to_vec()),
            list: self.texts(),
            flat: Flat(self.texts().into_iter().map(|name| Item { name }).collect()),
            map: self.texts().into_iter().map(|name| (name.clone(), Item { name })).collect(),
            inner: (present & 8 != 0 && depth < 8 && !self.0.is_empty()).then(|| Box::new(self.answer(depth + 1))),
        }
    }
}
