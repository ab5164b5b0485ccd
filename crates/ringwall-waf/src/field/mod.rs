//! Fields: the parts of a request that a statement can look at (WAF-60).
//!
//! A field gives values, and the statement matches if one of them does. A request without the part gives none, and nothing
//! matches then (WAF-61). Some decide by themselves: what is too long, no JSON, or not there may count as a match.

mod all_query_arguments;
mod arguments;
mod body;
mod body_values;
pub mod cookies;
mod fallback;
pub mod fingerprint;
mod header_order;
mod headers;
mod json;
mod json_body;
mod method;
mod names;
mod oversize;
mod path_segments;
mod pointer;
mod pre_parse;
mod query_string;
mod scope;
mod single_header;
mod single_query_argument;
mod uri_fragment;
mod uri_path;

pub(crate) use arguments::pairs;
pub use body::Body;
pub use body_values::BodyValues;
pub use cookies::Cookies;
pub use fallback::Fallback;
pub use fingerprint::Fingerprint;
pub use header_order::HeaderOrder;
pub use headers::Headers;
pub use json_body::JsonBody;
pub use names::Names;
pub use oversize::{Oversize, OversizeHandling};
pub use pre_parse::PreParse;
pub use scope::MatchScope;
pub use single_header::SingleHeader;
pub use single_query_argument::SingleQueryArgument;
pub use uri_fragment::UriFragment;

use ringwall_search::{TextId, Texts};

use crate::document::{Context, Entry, Refusal};
use crate::request::{Request, Resource};

/// A request as a resource sees it.
#[derive(Clone, Copy, Debug)]
pub struct View<'r> {
    /// the request
    pub request: &'r Request<'r>,
    /// what it goes to
    pub resource: Resource,
    /// how much of its body is inspected, in bytes (WAF-77)
    pub body_limit: usize,
}

impl<'r> View<'r> {
    /// The part of the body that is inspected, and whether that is all of it.
    pub fn body(&self) -> (&'r [u8], bool) {
        let body = self.request.body;
        let inspected = &body[..body.len().min(self.body_limit)];
        let size = self.request.body_size.max(body.len() as u64);
        (inspected, size <= inspected.len() as u64)
    }
}

/// What fields find in a request: values, and the texts that they are. Memory is kept from one request to the next.
#[derive(Debug, Default)]
pub struct Found<'r> {
    /// names and values, and what is made of them
    pub texts: Texts<'r>,
    /// the values of all fields that were looked at, those of one behind each other
    pub values: Vec<Value>,
    json: json::Reader,
}

/// A value that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// the name that it has in the request, if it has one
    pub name: Option<TextId>,
    /// the value itself
    pub text: TextId,
}

impl<'r> Found<'r> {
    /// An empty one for another request, with the memory of this one.
    pub fn recycled<'n>(mut self) -> Found<'n> {
        self.values.clear();
        Found { texts: self.texts.recycled(), values: self.values, json: self.json }
    }

    /// A value without a name.
    fn plain(&mut self, bytes: &'r [u8]) {
        let text = self.texts.add(bytes);
        self.values.push(Value { name: None, text });
    }

    /// A value with a name.
    fn named(&mut self, name: &'r [u8], bytes: &'r [u8]) {
        let name = Some(self.texts.add(name));
        let text = self.texts.add(bytes);
        self.values.push(Value { name, text });
    }
}

/// What a field makes of a request, beside the values that it finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// whether the statement matches, where that is decided without looking
    pub decided: Option<bool>,
    /// what was longer than what is inspected
    pub oversize: Option<Oversize>,
}

impl Extracted {
    /// What is looked at is all there is.
    const WHOLE: Extracted = Extracted { decided: None, oversize: None };

    fn decided(matches: bool) -> Extracted {
        Extracted { decided: Some(matches), oversize: None }
    }

    /// There is more than what is inspected, and something is decided by that (WAF-80).
    fn longer(what: Oversize, handling: OversizeHandling) -> Extracted {
        Extracted { decided: handling.decides(), oversize: Some(what) }
    }
}

/// `FieldToMatch`: exactly one part of a request (WAF-60).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldToMatch {
    /// one header
    SingleHeader(SingleHeader),
    /// one query argument
    SingleQueryArgument(SingleQueryArgument),
    /// all query arguments
    AllQueryArguments,
    /// the path
    UriPath,
    /// what stands between the slashes of the path, for managed groups
    PathSegments,
    /// the query string
    QueryString,
    /// the body as bytes
    Body(Body),
    /// the fields of the body one by one, for managed groups
    BodyValues(BodyValues),
    /// the method
    Method,
    /// the body as JSON
    JsonBody(JsonBody),
    /// several headers
    Headers(Headers),
    /// several cookies
    Cookies(Cookies),
    /// the order of the headers
    HeaderOrder(HeaderOrder),
    /// JA3 or JA4
    Fingerprint(Fingerprint),
    /// the fragment
    UriFragment(UriFragment),
}

impl FieldToMatch {
    /// Reads the object with its one member.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<FieldToMatch, Refusal> {
        let (form, entry) = entry.sole()?;
        let empty = |field| entry.empty().map(|()| field);
        Ok(match form {
            "SingleHeader" => FieldToMatch::SingleHeader(SingleHeader::read(&entry)?),
            "SingleQueryArgument" => FieldToMatch::SingleQueryArgument(SingleQueryArgument::read(&entry)?),
            "AllQueryArguments" => empty(FieldToMatch::AllQueryArguments)?,
            "UriPath" => empty(FieldToMatch::UriPath)?,
            "QueryString" => empty(FieldToMatch::QueryString)?,
            "Body" => FieldToMatch::Body(Body::read(&entry, context)?),
            "RingwallPathSegments" if context.namespace.is_managed() => empty(FieldToMatch::PathSegments)?,
            "RingwallBodyValues" => FieldToMatch::BodyValues(BodyValues::read(&entry, context)?),
            "Method" => empty(FieldToMatch::Method)?,
            "JsonBody" => FieldToMatch::JsonBody(JsonBody::read(&entry, context)?),
            "Headers" => FieldToMatch::Headers(Headers::read(&entry, context)?),
            "Cookies" => FieldToMatch::Cookies(Cookies::read(&entry, context)?),
            "HeaderOrder" => FieldToMatch::HeaderOrder(HeaderOrder::read(&entry, context)?),
            "JA3Fingerprint" => FieldToMatch::Fingerprint(Fingerprint::read(&entry, fingerprint::Kind::Ja3)?),
            "JA4Fingerprint" => FieldToMatch::Fingerprint(Fingerprint::read(&entry, fingerprint::Kind::Ja4)?),
            "UriFragment" => FieldToMatch::UriFragment(UriFragment::read(&entry)?),
            _ => return Err(entry.invalid("is no part of a request")),
        })
    }

    /// What the field makes of a request. Its values are added to what was found; where something is decided, they do not count.
    pub fn extract<'r>(&self, view: &View<'r>, pre_parse: &PreParse, found: &mut Found<'r>) -> Extracted {
        match self {
            FieldToMatch::SingleHeader(own) => own.extract(view, found),
            FieldToMatch::SingleQueryArgument(own) => own.extract(view, pre_parse, found),
            FieldToMatch::AllQueryArguments => all_query_arguments::extract(view, pre_parse, found),
            FieldToMatch::UriPath => uri_path::extract(view, found),
            FieldToMatch::PathSegments => path_segments::extract(view, found),
            FieldToMatch::QueryString => query_string::extract(view, found),
            FieldToMatch::Body(own) => own.extract(view, found),
            FieldToMatch::BodyValues(own) => own.extract(view, found),
            FieldToMatch::Method => method::extract(view, found),
            FieldToMatch::JsonBody(own) => own.extract(view, found),
            FieldToMatch::Headers(own) => own.extract(view, found),
            FieldToMatch::Cookies(own) => own.extract(view, found),
            FieldToMatch::HeaderOrder(own) => own.extract(view, found),
            FieldToMatch::Fingerprint(own) => own.extract(view, found),
            FieldToMatch::UriFragment(own) => own.extract(view, found),
        }
    }

    /// Whether query arguments are looked at, so that the query string can be normalised first (WAF-65).
    pub fn has_arguments(&self) -> bool {
        matches!(self, FieldToMatch::SingleQueryArgument(_) | FieldToMatch::AllQueryArguments)
    }

    /// What a statement of that cost costs with this field (WAF-27).
    pub fn capacity(&self, base: u64) -> u64 {
        match self {
            FieldToMatch::AllQueryArguments => base + 10,
            FieldToMatch::JsonBody(_) => base * 2,
            _ => base,
        }
    }

    /// What log records call it (WAF-132).
    pub fn location(&self) -> &'static str {
        match self {
            FieldToMatch::SingleHeader(_) | FieldToMatch::Headers(_) => "HEADER",
            FieldToMatch::SingleQueryArgument(_) => "SINGLE_QUERY_ARG",
            FieldToMatch::AllQueryArguments => "ALL_QUERY_ARGS",
            FieldToMatch::UriPath | FieldToMatch::PathSegments => "URI",
            FieldToMatch::QueryString => "QUERY_STRING",
            FieldToMatch::Body(_) | FieldToMatch::BodyValues(_) => "BODY",
            FieldToMatch::Method => "METHOD",
            FieldToMatch::Cookies(_) => "COOKIE",
            FieldToMatch::HeaderOrder(_) => "HEADER_ORDER",
            FieldToMatch::JsonBody(_) | FieldToMatch::Fingerprint(_) | FieldToMatch::UriFragment(_) => "UNKNOWN",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
