//! Tags.

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// A tag on the wire.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct TagShape {
    /// its key
    pub key: String,
    /// its value
    pub value: String,
}

/// A tag as a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagInput {
    /// its key
    pub key: String,
    /// its value; none is empty
    pub value: Option<String>,
}

/// Tags for what a call makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagSpecification {
    /// the type of resource that they are for
    pub resource_type: Option<String>,
    /// the tags
    #[serde(default, rename = "Tag")]
    pub tags: Vec<TagInput>,
}

const MOST_TAGS: usize = 50;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// Tags on the wire.
pub fn render(tags: &Tags) -> Vec<TagShape> {
    tags.iter().map(|(key, value)| TagShape { key: key.clone(), value: value.clone() }).collect()
}

/// The tags for a new resource of a type (API-29).
pub fn parse(specifications: &[TagSpecification], resource_type: &str) -> Result<Tags, ApiError> {
    let mut by_type = parse_types(specifications, &[resource_type])?;
    Ok(by_type.pop().unwrap_or_default())
}

/// The tags for new resources of several types, in the order of the types.
pub fn parse_types(specifications: &[TagSpecification], types: &[&str]) -> Result<Vec<Tags>, ApiError> {
    let mut by_type = vec![Tags::new(); types.len()];
    for specification in specifications {
        let given = specification
            .resource_type
            .as_deref()
            .ok_or_else(|| Code::InvalidParameterValue.with("Tag specification resource type must have a value"))?;
        let Some(place) = types.iter().position(|known| *known == given) else {
            return Err(Code::InvalidParameterValue
                .with(format!("'{given}' is not a valid taggable resource type for this operation.")));
        };
        let list: Vec<(String, String)> =
            specification.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().unwrap_or_default())).collect();
        for (key, value) in list {
            check(&key, &value)?;
            if by_type[place].insert(key.clone(), value).is_some() {
                return Err(Code::InvalidParameterValue.with(format!("Duplicate tag key '{key}' specified.")));
            }
        }
        check_number(&by_type[place])?;
    }
    Ok(by_type)
}

/// Whether a tag may be written by a caller (API-28).
pub fn check(key: &str, value: &str) -> Result<(), ApiError> {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(invalid_value("Tag.Key", key, format!("Keys have between 1 and {LONGEST_KEY} characters.")));
    }
    if value.chars().count() > LONGEST_VALUE {
        return Err(invalid_value("Tag.Value", value, format!("Values have at most {LONGEST_VALUE} characters.")));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        let message = "Tag keys starting with 'aws:' are reserved for internal use";
        return Err(Code::InvalidParameterValue.with(message));
    }
    Ok(())
}

/// Whether a resource may have so many tags.
pub fn check_number(tags: &Tags) -> Result<(), ApiError> {
    if tags.len() > MOST_TAGS {
        return Err(Code::TagLimitExceeded.with(format!("More than {MOST_TAGS} tags specified")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specification(resource_type: &str, key: &str) -> TagSpecification {
        let tags = vec![TagInput { key: key.to_owned(), value: Some("v".to_owned()) }];
        TagSpecification { resource_type: Some(resource_type.to_owned()), tags }
    }

    #[test]
    fn tags_are_for_the_type_that_is_made() {
        assert_eq!(parse(&[specification("vpc", "a")], "vpc").unwrap(), Tags::from([("a".into(), "v".into())]));
        assert_eq!(parse(&[specification("subnet", "a")], "vpc").unwrap_err().code, "InvalidParameterValue");
    }

    #[test]
    fn reserved_and_oversized_keys_are_refused() {
        for key in ["aws:x", "AWS:x", "", &"k".repeat(129)] {
            assert!(parse(&[specification("vpc", key)], "vpc").is_err(), "{key}");
        }
    }
}
