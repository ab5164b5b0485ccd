//! What a request brings along for policies to look at.

use std::collections::BTreeMap;

use crate::Caller;

/// The resource of a request of which it is not known what it is about. It is forbidden by what forbids any resource, and permitted
/// only by what permits every resource.
pub const UNKNOWN_RESOURCE: &str = "?";

/// A request, as policies see it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// who calls
    pub caller: &'a Caller,
    /// such as `s3:GetObject`
    pub action: &'a str,
    /// an ARN, `*` for an action that is about no single resource, or [`UNKNOWN_RESOURCE`]
    pub resource: &'a str,
    /// condition keys
    pub keys: &'a Keys,
}

/// Condition keys with their values. Names are the same in capitals and in small (IAM-32); a key without values is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, Vec<String>>);

impl Keys {
    /// Adds a value to a key.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(name.to_ascii_lowercase()).or_default().push(value.into());
    }

    /// The keys with one value more.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Keys {
        self.add(name, value);
        self
    }

    /// The values of a key, if it is there.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(&name.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Every key, by its name in small letters.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}
