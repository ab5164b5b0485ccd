//! The public cases of the two query protocols: what clients understand, written by our serializer.
//!
//! Documents are compared as trees: names with their namespaces, text, and the order among elements of one name. White space
//! between elements and the order of differently named ones do not matter to clients. Moments are compared as moments, since the
//! cases have some with offsets and without milliseconds, which we never write.

#[path = "support/shape.rs"]
mod shape;
mod support;

use ringwall_wire::error::render;
use ringwall_wire::timestamp::{EpochSeconds, HttpDate};
use ringwall_wire::{Blob, Dialect, ErrorDocument, Fault, Protocol, Timestamp, xml};
use roxmltree::{Document, Node};
use serde::ser::{Error, SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::Value;
use shape::Shape;
use support::{assert_skipped, protocol_cases};

const NO_BODY: &str = "the case's answer has no body; ours is checked to be an empty result";
const FURTHER_FIELDS: &str = "the error has fields beyond code and message, which our error documents do not carry";

/// Writes a result as its shape says.
struct Writer<'a>(Shape<'a>, &'a Value);

impl Serialize for Writer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = markup(self.0);
        if words.is_empty() {
            return Bare(self.0, self.1).serialize(serializer);
        }
        let name: &'static str = format!("$wire {}", words.join(" ")).leak();
        serializer.serialize_newtype_struct(name, &Bare(self.0, self.1))
    }
}

/// What deviates from the writer's own ways at this place.
fn markup(shape: Shape<'_>) -> Vec<String> {
    let mut words = Vec::new();
    if shape.is_flat() {
        words.push("flat".to_owned());
    }
    match shape.namespace() {
        Some(Value::String(uri)) => words.push(format!("xmlns={uri}")),
        Some(prefixed) => {
            words.push(format!("xmlns:{}={}", prefixed["prefix"].as_str().unwrap(), prefixed["uri"].as_str().unwrap()));
        }
        None => {}
    }
    match shape.kind() {
        "list" => {
            let name = shape.item().location_name().unwrap_or("member");
            let usual = if shape.dialect == Dialect::Ec2 { "item" } else { "member" };
            words.extend((name != usual).then(|| format!("item={name}")));
        }
        "map" => {
            words.extend(shape.key().location_name().map(|name| format!("key={name}")));
            words.extend(shape.value().location_name().map(|name| format!("value={name}")));
        }
        _ => {}
    }
    words
}

/// The same, what deviates having been said.
struct Bare<'a>(Shape<'a>, &'a Value);

impl Serialize for Bare<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Bare(shape, value) = *self;
        match (shape.kind(), value) {
            ("structure", Value::Object(fields)) => {
                let mut writing = serializer.serialize_struct("", fields.len())?;
                for (name, field) in fields {
                    let member = shape.member(name);
                    let wire_name: &'static str = member.location_name().unwrap_or(name).to_owned().leak();
                    writing.serialize_field(wire_name, &Writer(member, field))?;
                }
                writing.end()
            }
            ("list", Value::Array(items)) => {
                let mut writing = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    writing.serialize_element(&Writer(shape.item(), item))?;
                }
                writing.end()
            }
            ("map", Value::Object(entries)) => {
                let mut writing = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    let key = Value::from(key.as_str());
                    writing.serialize_entry(&Writer(shape.key(), &key), &Writer(shape.value(), value))?;
                }
                writing.end()
            }
            ("string", Value::String(text)) => serializer.serialize_str(text),
            ("boolean", Value::Bool(value)) => serializer.serialize_bool(*value),
            ("blob", Value::String(text)) => Blob(text.clone().into_bytes()).serialize(serializer),
            ("integer", Value::Number(number)) => {
                serializer.serialize_i32(number.as_i64().unwrap().try_into().unwrap())
            }
            ("long", Value::Number(number)) => serializer.serialize_i64(number.as_i64().unwrap()),
            ("float", _) => serializer.serialize_f32(float(value) as f32),
            ("double", _) => serializer.serialize_f64(float(value)),
            ("timestamp", Value::Number(seconds)) => {
                let moment = Timestamp::from_millis((seconds.as_f64().unwrap() * 1000.0).round() as i64);
                match shape.timestamp_format() {
                    Some("unixTimestamp") => EpochSeconds(moment).serialize(serializer),
                    Some("rfc822") => HttpDate(moment).serialize(serializer),
                    _ => moment.serialize(serializer),
                }
            }
            (kind, value) => Err(S::Error::custom(format_args!("no case has had a {kind} like {value} so far"))),
        }
    }
}

fn float(value: &Value) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().unwrap(),
    }
}

/// What clients can tell apart in a document.
#[derive(Debug, PartialEq, Eq)]
struct Element {
    name: String,
    namespace: Option<String>,
    prefixes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn of(document: &str) -> Element {
        let document = Document::parse(document).unwrap_or_else(|error| panic!("{error}: {document}"));
        Element::read(document.root_element())
    }

    fn read(node: Node<'_, '_>) -> Element {
        let mut children: Vec<Element> = node.children().filter(Node::is_element).map(Element::read).collect();
        children.sort_by_cached_key(|child| (child.name.clone(), child.map_key()));
        let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
        let text = text.trim();
        let prefix = |namespace: &roxmltree::Namespace<'_>| {
            Some((namespace.name()?.to_owned(), namespace.uri().to_owned())).filter(|(name, _)| name != "xml")
        };
        Element {
            name: node.tag_name().name().to_owned(),
            namespace: node.tag_name().namespace().map(str::to_owned),
            prefixes: node.namespaces().filter_map(prefix).collect(),
            text: Timestamp::parse_iso8601(text)
                .map_or(text.to_owned(), |moment| format!("moment {}", moment.millis())),
            children,
        }
    }

    /// The key, of an entry of a map. Entries have no order; the items of a list do.
    fn map_key(&self) -> Option<String> {
        let is_key = |child: &&Element| ["key", "K", "Attribute"].contains(&child.name.as_str());
        self.children.iter().find(is_key).filter(|_| self.children.len() == 2).map(|key| key.text.clone())
    }

    fn take(&mut self, name: &str) -> Option<Element> {
        let at = self.children.iter().position(|child| child.name == name)?;
        Some(self.children.remove(at))
    }

    fn without_namespaces(mut self) -> Element {
        self.namespace = None;
        self.children = self.children.into_iter().map(Element::without_namespaces).collect();
        self
    }

    fn text_of(&mut self, path: &[&str]) -> Option<String> {
        match path {
            [] => Some(self.text.clone()),
            [name, rest @ ..] => self.children.iter_mut().find(|child| child.name == *name)?.text_of(rest),
        }
    }
}

/// Takes the request's id from where the dialect has it. The cases leave it out here and there, so it is compared by itself.
fn take_request_id(dialect: Dialect, answer: &mut Element) -> Option<String> {
    match dialect {
        Dialect::Ec2 => answer.take("requestId").map(|id| id.text),
        Dialect::Query => answer.take("ResponseMetadata")?.text_of(&["RequestId"]),
    }
}

fn check_answer(suite: &Value, case: &Value, dialect: Dialect) -> Result<(), &'static str> {
    let id = case["id"].as_str().unwrap();
    let action = case["given"]["name"].as_str().unwrap();
    let value = Shape::of(suite, case, "output", dialect).map(|shape| Writer(shape, &case["result"]));
    let written = xml::response(dialect, action, "https://example.com/", "requestid", &value);
    let mut ours = Element::of(&written.unwrap_or_else(|error| panic!("{id}: {error}")));
    assert_eq!(take_request_id(dialect, &mut ours).as_deref(), Some("requestid"), "{id}");
    let Some(body) = case["response"]["body"].as_str() else {
        assert_eq!(ours.name, format!("{action}Response"), "{id}");
        assert_eq!(ours.take(&format!("{action}Result")).map(|result| result.children), Some(vec![]), "{id}");
        return Err("no body");
    };
    let mut theirs = Element::of(body);
    if let Some(request_id) = take_request_id(dialect, &mut theirs) {
        assert_eq!(request_id, "requestid", "{id}");
    }
    assert_eq!(ours, theirs, "{id}");
    Ok(())
}

fn check_error(case: &Value, dialect: Dialect) -> Result<(), &'static str> {
    let id = case["id"].as_str().unwrap();
    let theirs = Element::of(case["response"]["body"].as_str().unwrap());
    let protocol = if dialect == Dialect::Ec2 { Protocol::Ec2 } else { Protocol::Query };
    let rendered = render(
        protocol,
        &ErrorDocument {
            code: case["errorCode"].as_str().unwrap().to_owned(),
            message: case["errorMessage"].as_str().unwrap_or_default().to_owned(),
            fault: Fault::Client,
            request_id: "foo-id".to_owned(),
            members: Vec::new(),
        },
    );
    if case["error"].as_object().unwrap().keys().any(|field| field != "Message") {
        return Err("further fields");
    }
    // The namespace of errors is the service's or none; clients pass over it.
    assert_eq!(Element::of(&rendered.body).without_namespaces(), theirs, "{id}");
    Ok(())
}

fn run(file: &str, dialect: Dialect, expected_cases: usize, expected_skips: &[(&str, &str)]) {
    let (mut ran, mut skipped) = (0, Vec::new());
    for (suite, case) in protocol_cases(file) {
        let checked = match case.get("error") {
            Some(_) => check_error(&case, dialect),
            None => check_answer(&suite, &case, dialect),
        };
        match checked {
            Ok(()) => ran += 1,
            Err(_) => skipped.push(case["id"].as_str().unwrap().to_owned()),
        }
    }
    assert_eq!(ran, expected_cases);
    assert_skipped(&skipped, expected_skips);
}

#[test]
fn published_ec2_clients_understand_our_answers() {
    run("output/ec2.json", Dialect::Ec2, 28, &[("Ec2ComplexError", FURTHER_FIELDS)]);
}

#[test]
fn published_clients_of_query_services_understand_our_answers() {
    run(
        "output/query.json",
        Dialect::Query,
        34,
        &[
            ("QueryEmptyInputAndEmptyOutput", NO_BODY),
            ("QueryNoInputAndNoOutput", NO_BODY),
            ("QueryNoInputAndOutput", NO_BODY),
            ("QueryComplexError", FURTHER_FIELDS),
        ],
    );
}
