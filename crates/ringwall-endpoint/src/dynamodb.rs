//! What a request to DynamoDB is about: the tables that its body names.

use ringwall_policy::UNKNOWN_RESOURCE;
use serde_json::Value;

use crate::ask::{Ask, Place};

/// Operations that are about no table.
const ABOUT_NOTHING: &[&str] = &["DescribeEndpoints", "DescribeLimits", "ListTables"];

/// Reads an operation and its body.
pub(crate) fn ask(name: &str, body: &[u8], place: Place<'_>) -> Ask {
    // Which kind of statement PartiQL is, and on which table, only a parser of it could tell.
    if matches!(name, "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction") {
        return Ask::unknown();
    }
    let action = match name {
        "TransactGetItems" => "GetItem",
        // Each of its parts is of one of these actions: see `transaction`.
        "TransactWriteItems" => return transaction(body, place),
        other => other,
    };
    let action = Some(format!("dynamodb:{action}"));
    if ABOUT_NOTHING.contains(&name) {
        return Ask { action, resources: vec!["*".to_owned()] };
    }
    let body = serde_json::from_slice::<Value>(body).ok();
    let tables = body.as_ref().and_then(|body| tables(name, body)).filter(|tables| !tables.is_empty());
    let index = body.as_ref().and_then(|body| body.get("IndexName")).and_then(Value::as_str);
    let resources = match tables {
        None => vec![UNKNOWN_RESOURCE.to_owned()],
        Some(tables) => tables
            .into_iter()
            .map(|table| match index {
                None => arn(table, place),
                Some(index) => format!("{}/index/{index}", arn(table, place)),
            })
            .collect(),
    };
    Ask { action, resources }
}

/// A table's ARN. A table may be named by its ARN, too.
fn arn(table: &str, Place { region, account }: Place<'_>) -> String {
    match table.starts_with("arn:") {
        true => table.to_owned(),
        false => format!("arn:aws:dynamodb:{region}:{account}:table/{table}"),
    }
}

fn tables<'b>(name: &str, body: &'b Value) -> Option<Vec<&'b str>> {
    match name {
        "BatchGetItem" | "BatchWriteItem" => {
            Some(body.get("RequestItems")?.as_object()?.keys().map(String::as_str).collect())
        }
        "TransactGetItems" => {
            let items = body.get("TransactItems")?.as_array()?;
            items.iter().map(|item| item.get("Get")?.get("TableName")?.as_str()).collect()
        }
        _ => match (body.get("TableName"), body.get("ResourceArn")) {
            (Some(table), None) => Some(vec![table.as_str()?]),
            (None, Some(resource)) => Some(vec![resource.as_str()?]),
            _ => None,
        },
    }
}

/// A transaction does several things to several tables. If it is one thing, it is that; else what it does cannot be said in one
/// word, and only a policy that permits everything does.
fn transaction(body: &[u8], place: Place<'_>) -> Ask {
    let read = || -> Option<Ask> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let mut resources = Vec::new();
        let mut actions = Vec::new();
        for item in body.get("TransactItems")?.as_array()? {
            let [(kind, inner)] = item.as_object()?.iter().collect::<Vec<_>>()[..] else { return None };
            actions.push(match kind.as_str() {
                "Put" => "dynamodb:PutItem",
                "Update" => "dynamodb:UpdateItem",
                "Delete" => "dynamodb:DeleteItem",
                "ConditionCheck" => "dynamodb:ConditionCheckItem",
                _ => return None,
            });
            resources.push(arn(inner.get("TableName")?.as_str()?, place));
        }
        actions.dedup();
        let [action] = actions[..] else { return None };
        Some(Ask { action: Some(action.to_owned()), resources })
    };
    read().unwrap_or_else(Ask::unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "arn:aws:dynamodb:eu-central-1:123456789012:table/";

    fn asked(name: &str, body: &str) -> (String, Vec<String>) {
        let ask = ask(name, body.as_bytes(), Place { region: "eu-central-1", account: "123456789012" });
        let resources = ask.resources.iter().map(|arn| arn.replace(TABLE, "")).collect();
        (ask.action.unwrap_or_default(), resources)
    }

    #[test]
    fn tables_are_named_in_bodies() {
        for (name, body, action, resources) in [
            ("PutItem", r#"{"TableName": "t"}"#, "dynamodb:PutItem", vec!["t"]),
            ("Query", r#"{"TableName": "t", "IndexName": "i"}"#, "dynamodb:Query", vec!["t/index/i"]),
            ("GetItem", r#"{"TableName": "arn:aws:x"}"#, "dynamodb:GetItem", vec!["arn:aws:x"]),
            ("BatchGetItem", r#"{"RequestItems": {"a": {}, "b": {}}}"#, "dynamodb:BatchGetItem", vec!["a", "b"]),
            ("TransactGetItems", r#"{"TransactItems": [{"Get": {"TableName": "a"}}]}"#, "dynamodb:GetItem", vec!["a"]),
            (
                "TransactWriteItems",
                r#"{"TransactItems": [{"Put": {"TableName": "a"}}, {"Put": {"TableName": "b"}}]}"#,
                "dynamodb:PutItem",
                vec!["a", "b"],
            ),
            ("ListTables", "{}", "dynamodb:ListTables", vec!["*"]),
            ("TagResource", r#"{"ResourceArn": "arn:x"}"#, "dynamodb:TagResource", vec!["arn:x"]),
            ("PutItem", "{", "dynamodb:PutItem", vec!["?"]),
            ("PutItem", "{}", "dynamodb:PutItem", vec!["?"]),
            ("PutItem", r#"{"TableName": 1}"#, "dynamodb:PutItem", vec!["?"]),
            ("BatchGetItem", r#"{"RequestItems": {}}"#, "dynamodb:BatchGetItem", vec!["?"]),
            (
                "TransactWriteItems",
                r#"{"TransactItems": [{"Put": {"TableName": "a"}}, {"Delete": {"TableName": "a"}}]}"#,
                "",
                vec!["?"],
            ),
            ("ExecuteStatement", r#"{"Statement": "SELECT * FROM t"}"#, "", vec!["?"]),
        ] {
            let resources: Vec<String> = resources.into_iter().map(str::to_owned).collect();
            assert_eq!(asked(name, body), (action.to_owned(), resources), "{name} {body}");
        }
    }
}
