//! Query arguments: what stands between the `&` of a query string, as it was sent (WAF-64).

use super::{Found, PreParse, Value, View};
use crate::request::split;

/// Finds the arguments whose names are meant, in the order sent. The query string is first normalised by the given
/// transformations (WAF-65).
pub fn arguments<'r>(view: &View<'r>, pre_parse: &PreParse, found: &mut Found<'r>, is_meant: impl Fn(&[u8]) -> bool) {
    let Some(query) = view.request.query else { return };
    if pre_parse.is_empty() {
        pairs(query).filter(|(name, _)| is_meant(name)).for_each(|(name, value)| found.named(name, value));
        return;
    }
    let normal = pre_parse.apply(query);
    for (name, value) in pairs(&normal).filter(|(name, _)| is_meant(name)) {
        let name = Some(found.texts.write(|output| output.extend_from_slice(name)));
        let text = found.texts.write(|output| output.extend_from_slice(value));
        found.values.push(Value { name, text });
    }
}

/// Names and values of a query string. An argument without `=` has an empty value.
pub fn pairs(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let arguments = query.split(|byte| *byte == b'&').filter(|own| !own.is_empty());
    arguments.map(|own| {
        let (name, value) = split(own, b'=');
        (name, value.unwrap_or_default())
    })
}
