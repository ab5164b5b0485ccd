//! Tags of WAF's documents.

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use super::constraint::{broken, length, required};
use super::error::invalid;
use crate::error::ApiError;

/// A tag on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    key: Option<String>,
    value: Option<String>,
}

impl Tag {
    /// Its key.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }
}

const MOST: usize = 50;
const PATTERN: &str = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";

/// The tags of a call that makes something: none, or a list that is not empty.
pub fn parse_new(list: Option<Vec<Tag>>) -> Result<Tags, ApiError> {
    list.map_or(Ok(Tags::new()), parse)
}

/// A list of tags that is not empty, with every key once.
pub fn parse(list: Vec<Tag>) -> Result<Tags, ApiError> {
    if list.is_empty() {
        return Err(broken("tags", "[]", "Member must have length greater than or equal to 1"));
    }
    let mut tags = Tags::new();
    for (at, tag) in list.into_iter().enumerate() {
        let member = |name: &str| format!("tags.{}.member.{name}", at + 1);
        let key = check_key(required(tag.key, &member("key"))?, &member("key"))?;
        let value = required(tag.value, &member("value"))?;
        if value.chars().count() > 256 {
            return Err(broken(&member("value"), &value, "Member must have length less than or equal to 256"));
        }
        check_characters(&value, &member("value"))?;
        if tags.insert(key.clone(), value).is_some() {
            return Err(invalid("TAGS", &key, "The key stands there twice."));
        }
    }
    check_number(&tags)?;
    Ok(tags)
}

/// Keys of tags to be taken away.
pub fn parse_keys(keys: Vec<String>) -> Result<Vec<String>, ApiError> {
    if keys.is_empty() {
        return Err(broken("tagKeys", "[]", "Member must have length greater than or equal to 1"));
    }
    let member = |at: usize| format!("tagKeys.{}.member", at + 1);
    keys.into_iter().enumerate().map(|(at, key)| check_key(key, &member(at))).collect()
}

/// Whether something may have so many tags.
pub fn check_number(tags: &Tags) -> Result<(), ApiError> {
    if tags.len() <= MOST {
        return Ok(());
    }
    Err(ApiError::new("WAFTagOperationException", format!("More than {MOST} tags would be on it.")))
}

fn check_key(key: String, member: &str) -> Result<String, ApiError> {
    length(&key, member, 128)?;
    check_characters(&key, member)?;
    if key.to_ascii_lowercase().starts_with("aws:") {
        let message = format!("The key {key} begins with aws:, which is AWS's own.");
        return Err(ApiError::new("WAFTagOperationException", message));
    }
    Ok(key)
}

fn check_characters(text: &str, member: &str) -> Result<(), ApiError> {
    let is_allowed = |own: char| own.is_alphanumeric() || own == ' ' || "_.:/=+-@".contains(own);
    if text.chars().all(is_allowed) {
        return Ok(());
    }
    Err(broken(member, text, &format!("Member must satisfy regular expression pattern: {PATTERN}")))
}

/// Tags on the wire.
pub fn render(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) }
    }

    #[test]
    fn keys_and_values_keep_to_their_limits() {
        for (key, value, code) in [
            ("stage", "test", None),
            ("größe", "", None),
            ("", "x", Some("ValidationException")),
            ("a?", "x", Some("ValidationException")),
            ("a", "<x>", Some("ValidationException")),
            (&"k".repeat(129), "x", Some("ValidationException")),
            ("k", &"v".repeat(257), Some("ValidationException")),
            ("aws:x", "x", Some("WAFTagOperationException")),
        ] {
            let refused = parse(vec![tag(key, value)]).err();
            assert_eq!(refused.as_ref().map(|error| &*error.code), code, "{key}={value}");
        }
        assert_eq!(parse(vec![tag("a", "1"), tag("a", "2")]).unwrap_err().code, "WAFInvalidParameterException");
        assert_eq!(parse(vec![]).unwrap_err().code, "ValidationException");
        let many = |count: usize| parse((0..count).map(|at| tag(&format!("k{at}"), "v")).collect());
        assert!(many(50).is_ok() && many(51).is_err());
    }
}
