//! Bodies of the JSON protocols: to an action's input and from its output.
//!
//! As in [`crate::query`], what no field takes is no error but listed. A body is read as it comes, never as a tree first, so a key
//! given twice is an error and memory is bounded by the body and the input's type. Times are numbers here
//! ([`crate::timestamp::EpochSeconds`]) and bytes base64 ([`crate::Blob`]).

mod key;
mod watch;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

pub use crate::query::Decoded;
use watch::{Path, Unknown, Watched};

/// The body is no input of the action: AWS's `SerializationException`.
#[derive(Debug, thiserror::Error)]
#[error("the body cannot be read: {0}")]
pub struct JsonError(#[from] serde_json::Error);

impl JsonError {
    /// AWS's code.
    pub const CODE: &'static str = "SerializationException";
}

/// Reads an action's input. No body at all is an empty object, which is how some clients send one. Unknown fields are named like
/// `Rules[0].Statement.Foo`, all of them unless their names together are longer than the body.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Decoded<T>, JsonError> {
    let body: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let unknown = Unknown::in_body(body);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Watched::new(std::marker::PhantomData, Path::Root, &unknown).deserialize(&mut reader)?;
    reader.end()?;
    Ok(Decoded { value, unknown: unknown.into_inner().into_names() })
}

/// Writes an action's output. What is absent is left out of objects (API-9).
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let mut tree = serde_json::to_value(value)?;
    leave_out_nulls(&mut tree);
    Ok(tree.to_string())
}

fn leave_out_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::timestamp::{EpochSeconds, Timestamp};

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Rule {
        name: String,
        priority: Option<u32>,
        statements: Vec<Statement>,
        labels: BTreeMap<String, Rule>,
        at: Option<EpochSeconds>,
        any: Option<Wrapped>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Statement {
        Allow,
        Rate { limit: u64 },
        Not(Box<Rule>),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Value);

    #[test]
    fn a_body_becomes_an_input_and_the_rest_is_listed() {
        let body = br#"{ "Name": "a", "Extra": [1, { "x": 2 }], "Priority": 3, "At": 1.5, "Any": { "Free": null },
            "Statements": ["Allow", { "Rate": { "limit": 5, "per": 1 } }, { "Not": { "name": "b" } }],
            "Labels": { "a.b": { "Namee": 1 } } }"#;
        let decoded = decode::<Rule>(body).unwrap();
        assert_eq!(decoded.unknown, ["Extra", "Statements[1].Rate.per", "Statements[2].Not.name", "Labels.a.b.Namee"]);
        let value = Rule {
            name: "a".to_owned(),
            priority: Some(3),
            statements: vec![Statement::Allow, Statement::Rate { limit: 5 }, Statement::Not(Box::default())],
            labels: BTreeMap::from([("a.b".to_owned(), Rule::default())]),
            at: Some(EpochSeconds(Timestamp::from_millis(1500))),
            any: Some(Wrapped(serde_json::json!({ "Free": null }))),
        };
        assert_eq!(decoded.value, value);
    }

    #[test]
    fn no_body_is_an_empty_object() {
        for body in ["", " \n", "{}"] {
            assert_eq!(decode::<Rule>(body.as_bytes()).unwrap(), Decoded { value: Rule::default(), unknown: vec![] });
        }
    }

    #[test]
    fn what_is_no_input_is_refused() {
        let deep = format!("{{\"Extra\":{}", "[".repeat(100_000));
        for body in
            ["[", "{}x", "{\"Name\":1}", "{\"Name\":\"a\",\"Name\":\"b\"}", "{\"Priority\":-1}", "\"\u{1}\"", &deep]
        {
            assert!(decode::<Rule>(body.as_bytes()).is_err(), "{body:.20}");
        }
        assert!(decode::<Rule>(b"{\"Name\":\"\xff\"}").is_err());
    }

    #[test]
    fn the_keys_of_a_map_may_be_of_any_type_that_text_is() {
        #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        struct Id(String);
        #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        enum Kind {
            A,
        }
        let ids = decode::<BTreeMap<Id, u8>>(b"{\"x\":1}").unwrap().value;
        assert_eq!(ids, BTreeMap::from([(Id("x".to_owned()), 1)]));
        assert_eq!(decode::<BTreeMap<i8, u8>>(b"{\"-1\":1}").unwrap().value, BTreeMap::from([(-1, 1)]));
        assert_eq!(decode::<BTreeMap<Kind, u8>>(b"{\"A\":1}").unwrap().value, BTreeMap::from([(Kind::A, 1)]));
        assert!(decode::<BTreeMap<i8, u8>>(b"{\"128\":1}").is_err());
    }

    #[test]
    fn the_names_of_unknown_fields_take_no_more_room_than_the_body() {
        let fields: Vec<String> = (0..10_000).map(|number| format!("\"{number}\":0")).collect();
        let body = format!("{{\"Labels\":{{\"{}\":{{{}}}}}}}", "k".repeat(100_000), fields.join(","));
        let unknown = decode::<Rule>(body.as_bytes()).unwrap().unknown;
        assert_eq!(unknown.len(), 2);
    }

    #[test]
    fn an_output_leaves_out_what_is_absent() {
        let rule = Rule { name: "a".to_owned(), statements: vec![Statement::Not(Box::default())], ..Rule::default() };
        assert_eq!(
            encode(&rule).unwrap(),
            r#"{"Labels":{},"Name":"a","Statements":[{"Not":{"Labels":{},"Name":"","Statements":[]}}]}"#
        );
        assert_eq!(encode(&vec![None, Some(1)]).unwrap(), "[null,1]");
    }
}
