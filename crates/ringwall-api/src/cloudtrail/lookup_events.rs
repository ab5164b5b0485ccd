//! `LookupEvents`: past calls, newest first, refused ones too (API-37).

use ringwall_wire::json;
use ringwall_wire::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::error::ApiError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    #[serde(default)]
    lookup_attributes: Vec<LookupAttribute>,
    start_time: Option<f64>,
    end_time: Option<f64>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LookupAttribute {
    attribute_key: String,
    attribute_value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    event_id: String,
    event_name: String,
    read_only: String,
    event_time: f64,
    event_source: String,
    username: String,
    access_key_id: String,
    resources: Vec<Resource>,
    cloud_trail_event: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    resource_type: String,
    resource_name: String,
}

const KEYS: [&str; 8] =
    ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];

const MOST_RESULTS: i64 = 50;

/// Runs the action.
pub fn run(body: &[u8], call: &mut Call<'_>) -> Result<String, ApiError> {
    let decoded =
        json::decode::<Input>(body).map_err(|error| ApiError::new("SerializationException", error.to_string()))?;
    if let Some(name) = decoded.unknown.first() {
        return Err(ApiError::new(
            "InvalidParameterCombinationException",
            format!("The parameter {name} is not supported."),
        ));
    }
    let input = decoded.value;
    check(&input)?;
    let skip = input.next_token.as_deref().map(read_token).transpose()?.unwrap_or(0);
    let size = input.max_results.unwrap_or(MOST_RESULTS) as usize;
    let mut matching = call.trail.newest_first().filter(|record| is_wanted(record, &input, call.region)).skip(skip);
    let events: Vec<Event> = matching.by_ref().take(size).map(|record| event(&record)).collect();
    let next_token = matching.next().map(|_| format!("{:08x}", skip + events.len()));
    json::encode(&Output { events, next_token })
        .map_err(|error| ApiError::new("InternalFailure", error.to_string()).with_status(500))
}

fn check(input: &Input) -> Result<(), ApiError> {
    if let Some(asked) = input.max_results
        && !(1..=MOST_RESULTS).contains(&asked)
    {
        let message = format!("The maximum number of results must be between 1 and {MOST_RESULTS}.");
        return Err(ApiError::new("InvalidMaxResultsException", message));
    }
    if input.lookup_attributes.len() > 1 {
        return Err(ApiError::new("InvalidLookupAttributesException", "You can specify only one lookup attribute."));
    }
    match input.lookup_attributes.iter().find(|attribute| !KEYS.contains(&attribute.attribute_key.as_str())) {
        Some(attribute) => {
            let message = format!("The lookup attribute {} is not valid.", attribute.attribute_key);
            Err(ApiError::new("InvalidLookupAttributesException", message))
        }
        None => match (input.start_time, input.end_time) {
            (Some(start), Some(end)) if start > end => {
                Err(ApiError::new("InvalidTimeRangeException", "The start time is after the end time."))
            }
            _ => Ok(()),
        },
    }
}

fn read_token(token: &str) -> Result<usize, ApiError> {
    usize::from_str_radix(token, 16).map_err(|_| ApiError::new("InvalidNextTokenException", "The token is not valid."))
}

fn text<'v>(record: &'v Value, path: &str) -> &'v str {
    record.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn time(record: &Value) -> f64 {
    Timestamp::parse_iso8601(text(record, "/eventTime")).map_or(0.0, |time| time.millis() as f64 / 1000.0)
}

fn is_wanted(record: &Value, input: &Input, region: &str) -> bool {
    let at = time(record);
    let in_time = input.start_time.is_none_or(|start| at >= start) && input.end_time.is_none_or(|end| at <= end);
    in_time
        && text(record, "/awsRegion") == region
        && input
            .lookup_attributes
            .iter()
            .all(|attribute| has(record, &attribute.attribute_key, &attribute.attribute_value))
}

fn has(record: &Value, key: &str, value: &str) -> bool {
    match key {
        "EventId" => text(record, "/eventID") == value,
        "EventName" => text(record, "/eventName") == value,
        "EventSource" => text(record, "/eventSource") == value,
        "Username" => username(record) == value,
        "AccessKeyId" => text(record, "/userIdentity/accessKeyId") == value,
        "ReadOnly" => record.get("readOnly").and_then(Value::as_bool).is_some_and(|read| read.to_string() == value),
        "ResourceName" => resources(record).iter().any(|resource| resource.resource_name == value),
        "ResourceType" => resources(record).iter().any(|resource| resource.resource_type == value),
        _ => false,
    }
}

fn username(record: &Value) -> &str {
    match text(record, "/userIdentity/type") {
        "Root" => "root",
        _ => text(record, "/userIdentity/userName"),
    }
}

/// The resources that a call names or made: every id in its parameters and its answer.
fn resources(record: &Value) -> Vec<Resource> {
    let named = record.get("resources").and_then(Value::as_array).into_iter().flatten();
    named
        .map(|resource| Resource {
            resource_type: text(resource, "/type").to_owned(),
            resource_name: text(resource, "/ARN").rsplit('/').next().unwrap_or_default().to_owned(),
        })
        .collect()
}

fn event(record: &Value) -> Event {
    Event {
        event_id: text(record, "/eventID").to_owned(),
        event_name: text(record, "/eventName").to_owned(),
        read_only: record.get("readOnly").and_then(Value::as_bool).unwrap_or(false).to_string(),
        event_time: time(record),
        event_source: text(record, "/eventSource").to_owned(),
        username: username(record).to_owned(),
        access_key_id: text(record, "/userIdentity/accessKeyId").to_owned(),
        resources: resources(record),
        cloud_trail_event: record.to_string(),
    }
}
