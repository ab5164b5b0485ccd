//! The public cases of the two query protocols: what clients send for given parameters, read by our deserializer.

#[path = "support/shape.rs"]
mod shape;
mod support;

use std::fmt;

use ringwall_wire::query::{Decoded, decode_seed};
use ringwall_wire::timestamp::EpochSeconds;
use ringwall_wire::{Blob, Dialect, Form, Timestamp};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use shape::Shape;
use support::{assert_skipped, protocol_cases};

const NO_BODY: &str = "the case gives no body: it is about how clients compress one";

/// What clients fill in by themselves where the parameters have no idempotency token.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// Reads what the shape says into JSON, as the cases write their parameters.
struct Reader<'a>(Shape<'a>);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0.kind() {
            "structure" => deserializer.deserialize_struct("", &[], self),
            "list" => deserializer.deserialize_seq(self),
            "map" => deserializer.deserialize_newtype_struct(map_names(self.0), self),
            "string" => String::deserialize(deserializer).map(Value::from),
            "boolean" => bool::deserialize(deserializer).map(Value::from),
            "integer" => i32::deserialize(deserializer).map(Value::from),
            "long" => i64::deserialize(deserializer).map(Value::from),
            "float" => f32::deserialize(deserializer).map(|number| float(number.into())),
            "double" => f64::deserialize(deserializer).map(float),
            "blob" => {
                let Blob(bytes) = Blob::deserialize(deserializer)?;
                String::from_utf8(bytes).map(Value::from).map_err(D::Error::custom)
            }
            "timestamp" => timestamp(self.0, deserializer),
            other => Err(D::Error::custom(format_args!("no case has had the type {other} so far"))),
        }
    }
}

fn map_names(shape: Shape<'_>) -> &'static str {
    match (shape.key().location_name(), shape.value().location_name()) {
        (Some(key), Some(value)) => format!("$wire key={key} value={value}").leak(),
        _ => "Map",
    }
}

fn float(number: f64) -> Value {
    match number {
        _ if number.is_nan() => "NaN".into(),
        f64::INFINITY => "Infinity".into(),
        f64::NEG_INFINITY => "-Infinity".into(),
        _ => number.into(),
    }
}

fn timestamp<'de, D: Deserializer<'de>>(shape: Shape<'_>, deserializer: D) -> Result<Value, D::Error> {
    let moment = match shape.timestamp_format() {
        Some("unixTimestamp") => EpochSeconds::deserialize(deserializer)?.0,
        _ => Timestamp::deserialize(deserializer)?,
    };
    Ok(moment.seconds().into())
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.0.kind())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Reader(self.0.item()))? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if self.0.kind() == "map" {
                map.insert(name, entries.next_value_seed(Reader(self.0.value()))?);
                continue;
            }
            match self.0.members().find(|(member, shape)| wire_name(member, *shape) == name) {
                Some((member, shape)) => drop(map.insert(member.to_owned(), entries.next_value_seed(Reader(shape))?)),
                None => drop(entries.next_value::<IgnoredAny>()?),
            }
        }
        Ok(map.into())
    }
}

/// What a field is called in a request; in EC2's dialect with a capital (API-3).
fn wire_name(member: &str, shape: Shape<'_>) -> String {
    let name = shape.location_name().unwrap_or(member);
    match shape.dialect {
        Dialect::Ec2 => name[..1].to_uppercase() + &name[1..],
        Dialect::Query => name.to_owned(),
    }
}

/// What the case's parameters become on their way: most arrive as they were.
fn arriving(id: &str, params: &Value) -> Value {
    let mut params = params.clone();
    match id {
        "QueryProtocolIdempotencyTokenAutoFill" | "Ec2ProtocolIdempotencyTokenAutoFill" => {
            params["token"] = TOKEN.into()
        }
        // Neither protocol sends anything for these, so nothing arrives.
        "Ec2EmptyQueryLists" | "QueryEmptyQueryMaps" => params = json!({}),
        _ => {}
    }
    params
}

fn run(file: &str, dialect: Dialect, expected_cases: usize, expected_skips: &[(&str, &str)]) {
    let (mut ran, mut skipped) = (0, Vec::new());
    for (suite, case) in protocol_cases(file) {
        let id = case["id"].as_str().unwrap();
        let Some(body) = case["serialized"]["body"].as_str() else {
            skipped.push(id.to_owned());
            continue;
        };
        let form = Form::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(form.get("Action"), case["given"]["name"].as_str(), "{id}");
        assert_eq!(form.get("Version"), suite["metadata"]["apiVersion"].as_str(), "{id}");
        let decoded = match Shape::of(&suite, &case, "input", dialect) {
            Some(shape) => decode_seed(&form, dialect, Reader(shape)),
            None => ringwall_wire::query::decode(&form, dialect)
                .map(|Decoded { value: (), unknown }| Decoded { value: json!({}), unknown }),
        };
        let decoded = decoded.unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(decoded.value, arriving(id, &case["params"]), "{id}");
        assert_eq!(decoded.unknown, [""; 0], "{id}");
        ran += 1;
    }
    assert_eq!(ran, expected_cases);
    assert_skipped(&skipped, expected_skips);
}

#[test]
fn published_requests_to_ec2_are_read_as_their_parameters() {
    run(
        "input/ec2.json",
        Dialect::Ec2,
        27,
        &[
            ("SDKAppliedContentEncoding_ec2Query", NO_BODY),
            ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", NO_BODY),
        ],
    );
}

#[test]
fn published_requests_to_query_services_are_read_as_their_parameters() {
    run(
        "input/query.json",
        Dialect::Query,
        36,
        &[
            ("SDKAppliedContentEncoding_awsQuery", NO_BODY),
            ("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", NO_BODY),
        ],
    );
}
