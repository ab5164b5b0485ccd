//! What the API spells otherwise than CloudFormation's properties, and Terraform's rules in JSON.

use base64::Engine;
use ringwall_waf::document::Node;

use crate::Refused;
use crate::sourced::{Sourced, Value};

/// Properties that are whole numbers, and lists of them.
const NUMBERS: [&str; 10] = [
    "Priority",
    "Limit",
    "Size",
    "Capacity",
    "ImmunityTime",
    "EvaluationWindowSec",
    "ResponseCode",
    "AsnList",
    "SuccessCodes",
    "FailureCodes",
];

/// Properties that are true or false.
const FLAGS: [&str; 6] = [
    "SampledRequestsEnabled",
    "CloudWatchMetricsEnabled",
    "EnableMachineLearning",
    "EnableRegexInPath",
    "ExcludeRuleMatchDetails",
    "ExcludeRateBasedDetails",
];

/// A property in the API's words.
pub(crate) fn translated(name: &str, own: &Sourced) -> Result<Sourced, Refused> {
    let value = match (&own.value, name) {
        (Value::Scalar(node), _) => Value::Scalar(scalar(name, node)),
        (Value::List(list), "RegularExpressionList") => {
            let pattern = |own: &Sourced| own.with(Value::Object(vec![("RegexString".to_owned(), own.clone())]));
            Value::List(list.iter().map(pattern).collect())
        }
        (Value::List(list), _) => Value::List(list.iter().map(|own| translated(name, own)).collect::<Result<_, _>>()?),
        (Value::Object(_), "ByteMatchStatement") => byte_match(own)?,
        (Value::Object(members), _) => {
            let is_reference = name.ends_with("ReferenceStatement");
            let member = |(name, value): &(String, Sourced)| {
                let spelled = if is_reference && name == "Arn" { "ARN" } else { name };
                Ok((spelled.to_owned(), translated(name, value)?))
            };
            Value::Object(members.iter().map(member).collect::<Result<_, Refused>>()?)
        }
    };
    Ok(own.with(value))
}

/// A value of the kind that the property has: templates may write numbers and words as texts, and texts without quotation marks.
pub(crate) fn scalar(name: &str, node: &Node) -> Node {
    match node {
        Node::Text(text) if NUMBERS.contains(&name) => text.parse().map_or_else(|_| node.clone(), Node::Whole),
        Node::Text(text) if FLAGS.contains(&name) => match text.as_str() {
            "true" | "True" => Node::Flag(true),
            "false" | "False" => Node::Flag(false),
            _ => node.clone(),
        },
        Node::Whole(number) if !NUMBERS.contains(&name) => Node::Text(number.to_string()),
        Node::Number(number) if !NUMBERS.contains(&name) => Node::Text(number.to_string()),
        _ => node.clone(),
    }
}

fn byte_match(own: &Sourced) -> Result<Value, Refused> {
    let mut translated_members = Vec::new();
    let mut search = None;
    for (name, value) in own.members()? {
        let encoded = match name.as_str() {
            "SearchString" => {
                let Value::Scalar(node) = &value.value else { return Err(value.refused("must be a string")) };
                let Node::Text(text) = scalar(name, node) else { return Err(value.refused("must be a string")) };
                Sourced::text(value.place.clone(), base64::engine::general_purpose::STANDARD.encode(text))
            }
            "SearchStringBase64" => value.clone(),
            _ => {
                translated_members.push((name.clone(), translated(name, value)?));
                continue;
            }
        };
        if search.replace(encoded).is_some() {
            return Err(value.refused("stands beside SearchString, and only one of both can say what is searched for"));
        }
    }
    translated_members.extend(search.map(|own| ("SearchString".to_owned(), own)));
    Ok(Value::Object(translated_members))
}
