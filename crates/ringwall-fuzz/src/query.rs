//! Forms and the query protocols: whatever the form is, it is read or refused, and nothing in it is lost silently.

use std::collections::BTreeMap;

use ringwall_wire::timestamp::{EpochSeconds, HttpDate};
use ringwall_wire::{Blob, Dialect, Flat, Form, Timestamp, query};
use serde::Deserialize;

/// A type with every kind of value in it, and itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Everything {
    text: String,
    letter: Option<char>,
    flag: Option<bool>,
    small: Option<i8>,
    large: Option<u64>,
    huge: Option<i128>,
    number: Option<f64>,
    blob: Option<Blob>,
    at: Option<Timestamp>,
    epoch: Option<EpochSeconds>,
    date: Option<HttpDate>,
    choice: Option<Choice>,
    pair: Option<(u8, String)>,
    list: Vec<String>,
    lists: Vec<Vec<u8>>,
    flat: Flat<Vec<Inner>>,
    map: BTreeMap<String, Inner>,
    inner: Option<Box<Everything>>,
    nothing: (),
    any: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "the fields are there to be read into")]
struct Inner {
    name: String,
    values: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    One,
    Two,
}

/// Reads a form, and an input from it in both dialects.
pub fn query(data: &[u8]) -> bool {
    let Ok(form) = Form::parse(data) else { return false };
    for (name, value) in form.iter() {
        assert_eq!(form.get(name), Some(value), "what is listed is found");
    }
    for dialect in [Dialect::Ec2, Dialect::Query] {
        match query::decode::<Everything>(&form, dialect) {
            Ok(decoded) => {
                let mut places = form.iter().map(|(name, _)| name);
                for name in &decoded.unknown {
                    assert!(places.any(|place| place == name), "{name} is no parameter, or not in the order sent");
                }
            }
            Err(error) => {
                let about = &error.parameter;
                let given = |(name, _): (&str, &str)| name.starts_with(about.as_str()) || about.starts_with(name);
                assert!(error.problem == query::Problem::Missing || form.iter().any(given), "{error} is about nothing");
            }
        }
    }
    true
}
