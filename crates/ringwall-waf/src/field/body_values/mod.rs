//! BodyValues: the fields of a body as the application will see them, each without its encoding.
//!
//! AWS's language has no such part: its `Body` is one text, in which a value of a form can only be looked at together with its
//! neighbours, and its `JsonBody` knows JSON alone. The rules of managed groups are not AWS's documents, and read values one by
//! one. A document of one's own that names this part is refused like any other that AWS does not have.
//!
//! What a body is follows from `Content-Type` and from how it begins. Where the two disagree, or where it is broken, all readings
//! are looked at, since it is not known which of them the application will take.

mod form;
mod multipart;
mod xml;

use std::borrow::Cow;

use super::json::scan;
use super::pointer::Pointers;
use super::{Extracted, Oversize, OversizeHandling, Value, View};
use crate::document::{Context, Entry, Refusal};
use crate::request::Request;

/// The most values that are taken out of a body. AWS's limits of a body in bytes bound them too; this one bounds what a body
/// of nothing but separators costs. What lies behind is looked at as one text.
const MOST: usize = 4096;

/// `RingwallBodyValues`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyValues {
    oversize: OversizeHandling,
}

impl BodyValues {
    /// Reads `{"OversizeHandling": …}`, in a managed group alone.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<BodyValues, Refusal> {
        if !context.namespace.is_managed() {
            return Err(entry.invalid("is no part of a request"));
        }
        let mut members = entry.members()?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(BodyValues { oversize })
    }

    /// The values, as far as the body is inspected.
    pub fn extract<'r>(&self, view: &View<'r>) -> Extracted<'r> {
        let (body, is_whole) = view.body();
        let values = if body.is_empty() { Vec::new() } else { values(view.request, body) };
        let extracted = Extracted::of(values);
        if is_whole { extracted } else { extracted.longer(Oversize::Body, self.oversize) }
    }
}

/// What `Content-Type` says of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said<'r> {
    Form,
    Multipart(Option<&'r [u8]>),
    Json,
    Xml,
    Nothing,
}

fn said<'r>(request: &Request<'r>) -> Said<'r> {
    let Some(kind) = request.values_of("content-type").next() else { return Said::Nothing };
    let has = |word: &str| kind.windows(word.len()).any(|own| own.eq_ignore_ascii_case(word.as_bytes()));
    if has("multipart/") {
        Said::Multipart(multipart::boundary(kind))
    } else if has("urlencoded") {
        Said::Form
    } else if has("json") {
        Said::Json
    } else if has("xml") {
        Said::Xml
    } else {
        Said::Nothing
    }
}

fn values<'r>(request: &Request<'r>, body: &'r [u8]) -> Vec<Value<'r>> {
    let said = said(request);
    let first = body.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let mut values = Vec::new();
    let mut is_read = false;
    if let Said::Multipart(boundary) = said {
        let boundary = boundary.or_else(|| multipart::guessed(body));
        is_read |= boundary.is_some_and(|boundary| multipart::read(body, boundary, MOST, &mut values));
    }
    if said == Said::Json || matches!(first, Some(b'{' | b'[')) {
        let scan = scan(body, &Pointers::all());
        is_read |= scan.is_valid && said != Said::Form;
        values.extend(scan.pieces.into_iter().map(|piece| Value { name: None, bytes: piece.text }));
    }
    if said == Said::Xml || first == Some(b'<') && said == Said::Nothing {
        xml::read(body, MOST, &mut values);
    }
    if said == Said::Form || said == Said::Nothing && form::looks_like_one(body) {
        is_read |= form::read(body, MOST, &mut values) && said == Said::Form;
    }
    if !is_read || values.is_empty() {
        values.push(Value { name: None, bytes: Cow::Borrowed(body) });
    }
    values
}

#[cfg(test)]
mod tests;
