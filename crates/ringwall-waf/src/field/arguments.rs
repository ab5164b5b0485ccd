//! Query arguments: what stands between the `&` of a query string, as it was sent (WAF-64).

use std::borrow::Cow;

use super::{PreParse, Value, View};
use crate::request::split;

/// A name and a value.
pub type Argument<'r> = (Cow<'r, [u8]>, Cow<'r, [u8]>);

/// Names and values, in the order sent. The query string is first normalised by the given transformations (WAF-65). An
/// argument without `=` has an empty value.
pub fn arguments<'r>(view: &View<'r>, pre_parse: &PreParse) -> Vec<Argument<'r>> {
    let Some(query) = view.request.query else { return Vec::new() };
    let pairs = |text| split_pairs(text).map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value)));
    match pre_parse.apply(query) {
        Cow::Borrowed(query) => pairs(query).collect(),
        Cow::Owned(query) => {
            split_pairs(&query).map(|(name, value)| (Cow::Owned(name.to_vec()), Cow::Owned(value.to_vec()))).collect()
        }
    }
}

/// Names and values between `&`, as they stand there.
pub(super) fn split_pairs(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let arguments = query.split(|byte| *byte == b'&').filter(|own| !own.is_empty());
    arguments.map(|own| {
        let (name, value) = split(own, b'=');
        (name, value.unwrap_or_default())
    })
}

/// An argument's value, which knows its name.
pub(super) fn named<'r>((name, bytes): Argument<'r>) -> Value<'r> {
    Value { name: Some(name), bytes }
}
