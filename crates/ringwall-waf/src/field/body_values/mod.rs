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

use ringwall_search::TextId;

use super::json::scan;
use super::pointer::Pointers;
use super::{Extracted, Found, MatchScope, Oversize, OversizeHandling, View};
use crate::document::{Context, Entry, Refusal};
use crate::request::Request;
use crate::transformation::Transformation;

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
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let (body, is_whole) = view.body();
        if !body.is_empty() {
            values(view.request, body, found);
        }
        if is_whole { Extracted::WHOLE } else { Extracted::longer(Oversize::Body, self.oversize) }
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

/// Finds all values.
fn values<'r>(request: &Request<'r>, body: &'r [u8], found: &mut Found<'r>) {
    let said = said(request);
    let first = body.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let before = found.values.len();
    let mut is_read = false;
    if let Said::Multipart(boundary) = said {
        let boundary = boundary.or_else(|| multipart::guessed(body));
        is_read |= boundary.is_some_and(|boundary| multipart::read(body, boundary, MOST, found));
    }
    if said == Said::Json || matches!(first, Some(b'{' | b'[')) {
        is_read |= scan(body, &Pointers::all(), MatchScope::All, found) && said != Said::Form;
    }
    if said == Said::Xml || first == Some(b'<') && said == Said::Nothing {
        xml::read(body, MOST, found);
    }
    if said == Said::Form || said == Said::Nothing && form::looks_like_one(body) {
        is_read |= form::read(body, MOST, found) && said == Said::Form;
    }
    if !is_read || found.values.len() == before {
        found.plain(body);
    }
}

/// A part of the body without one of its encodings.
fn decoded<'r>(part: &'r [u8], transformation: Transformation, found: &mut Found<'r>) -> TextId {
    let text = found.texts.add(part);
    found.texts.transformed(text, &[transformation])
}

#[cfg(test)]
mod tests;
