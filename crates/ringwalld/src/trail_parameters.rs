//! Parameters and answers as the trail writes them: nested JSON with names that begin in lower case.

use ringwall_api::service::Message;
use serde_json::{Map, Value};

/// What is never written down: whatever people put into it.
const SECRET: [&str; 1] = ["UserData"];

/// The parameters of a call.
pub fn parameters(message: &Message) -> Value {
    match message {
        Message::Json { body, .. } => serde_json::from_slice(body).map_or(Value::Null, lower_names),
        Message::Query(form) => {
            let mut root = Map::new();
            let own =
                form.iter().filter(|(name, _)| !matches!(*name, "Action" | "Version") && !name.starts_with("X-Amz-"));
            for (name, value) in own {
                let path: Vec<&str> = name.split('.').collect();
                let secret = path.iter().any(|part| SECRET.contains(part));
                let value = if secret { "<sensitiveDataRemoved>" } else { value };
                insert(&mut root, &path, value);
            }
            tidy(Value::Object(root))
        }
    }
}

/// Members whose own members have names that somebody chose, or that are no names of members.
const MAPS: [&str; 2] = ["CustomResponseBodies", "RequestBody"];

/// A document with members as the trail names them, to begin in lower case.
fn lower_names(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let lower = |(name, value): (String, Value)| match value {
                Value::Object(own) if MAPS.contains(&name.as_str()) => {
                    let own = own.into_iter().map(|(key, value)| (key, lower_names(value)));
                    (lower_first(&name), Value::Object(own.collect()))
                }
                value => (lower_first(&name), lower_names(value)),
            };
            Value::Object(members.into_iter().map(lower).collect())
        }
        Value::Array(list) => list.into_iter().map(lower_names).collect(),
        value => value,
    }
}

fn insert(into: &mut Map<String, Value>, path: &[&str], value: &str) {
    match path {
        [] => {}
        [last] => {
            into.insert(lower_first(last), Value::String(value.to_owned()));
        }
        [first, rest @ ..] => {
            let entry = into.entry(lower_first(first)).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = entry {
                insert(inner, rest, value);
            }
        }
    }
}

/// Objects whose keys are numbers are lists.
fn tidy(value: Value) -> Value {
    let Value::Object(map) = value else { return value };
    let is_list = !map.is_empty() && map.keys().all(|key| key.parse::<u32>().is_ok());
    if is_list {
        let mut items: Vec<(u32, Value)> =
            map.into_iter().map(|(key, item)| (key.parse().unwrap_or(0), tidy(item))).collect();
        items.sort_by_key(|(number, _)| *number);
        return Value::Array(items.into_iter().map(|(_, item)| item).collect());
    }
    Value::Object(map.into_iter().map(|(key, item)| (key, tidy(item))).collect())
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}

/// The answer to a call, from the XML or JSON that went out.
pub fn answer_elements(answer: &str) -> Value {
    if let Ok(value) = serde_json::from_str(answer) {
        return lower_names(value);
    }
    let body = answer.split_once("?>").map_or(answer, |(_, body)| body).trim_start();
    element(body, 0).map_or(Value::Null, |(_, value, _)| value)
}

/// Our own answers nest less deep than this.
const DEEPEST: usize = 32;

/// Reads one element of our own XML: its name, its content, and what comes behind it.
fn element(text: &str, depth: usize) -> Option<(&str, Value, &str)> {
    let rest = text.strip_prefix('<')?;
    let (head, mut rest) = rest.split_once('>')?;
    if let Some(head) = head.strip_suffix('/') {
        return Some((head.split(' ').next()?, Value::Null, rest));
    }
    let name = head.split(' ').next()?;
    let mut map = Map::new();
    let mut items = Vec::new();
    while rest.starts_with('<') && !rest.starts_with("</") && depth < DEEPEST {
        let (child, value, after) = element(rest, depth + 1)?;
        match child {
            "item" | "member" => items.push(value),
            _ => {
                map.insert(child.to_owned(), value);
            }
        }
        rest = after;
    }
    let (content, rest) = rest.split_once("</")?;
    let (_, rest) = rest.split_once('>')?;
    let value = if !items.is_empty() {
        Value::Array(items)
    } else if !map.is_empty() {
        Value::Object(map)
    } else {
        Value::String(unescape(content))
    };
    Some((name, value, rest))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringwall_wire::form::Form;
    use serde_json::json;

    #[test]
    fn parameters_nest_and_secrets_stay_out() {
        let form = Form::parse(
            b"Action=RunInstances&Version=1&ImageId=ami-host&UserData=c2VjcmV0&SecurityGroupId.1=a&SecurityGroupId.2=b",
        )
        .unwrap();
        let expected =
            json!({ "imageId": "ami-host", "userData": "<sensitiveDataRemoved>", "securityGroupId": ["a", "b"] });
        assert_eq!(parameters(&Message::Query(form)), expected);
    }

    #[test]
    fn members_of_documents_begin_in_lower_case_and_chosen_names_stay() {
        let body = json!({ "Name": "a", "CustomResponseBodies": { "Own": { "Content": "B" } }, "Rules": [{ "Action": { "Block": {} } }] });
        let message = Message::Json { action: "CreateWebACL".into(), body: body.to_string().into_bytes() };
        let expected = json!({
            "name": "a", "customResponseBodies": { "Own": { "content": "B" } }, "rules": [{ "action": { "block": {} } }],
        });
        assert_eq!(parameters(&message), expected);
        assert_eq!(answer_elements(r#"{"Summary":{"ARN":"x"}}"#), json!({ "summary": { "aRN": "x" } }));
    }

    #[test]
    fn answers_nest_as_they_did_in_xml() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"n\"><requestId>1</requestId><vpc><cidr>a&amp;b</cidr><tagSet/></vpc><s><item><a>1</a></item><item><a>2</a></item></s></R>";
        let expected =
            json!({ "requestId": "1", "vpc": { "cidr": "a&b", "tagSet": null }, "s": [{ "a": "1" }, { "a": "2" }] });
        assert_eq!(answer_elements(xml), expected);
    }

    #[test]
    fn what_is_no_answer_is_nothing() {
        for text in ["", "<", "<a", "<a>", "<a><b></a>", "plain"] {
            let _ = answer_elements(text);
        }
    }
}
