//! More than is inspected: what a statement says then (WAF-80).

use crate::document::{Context, Members, Refusal};

/// What to do with a component that is longer than what is inspected of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OversizeHandling {
    /// inspect what fits
    #[default]
    Continue,
    /// the statement matches, without inspection
    Match,
    /// the statement does not match, without inspection
    NoMatch,
}

impl OversizeHandling {
    /// Reads `OversizeHandling`. Where it is not stated, it is `CONTINUE`, and the place is noted: AWS warns then (WAF-82).
    pub(crate) fn read(members: &mut Members, context: &Context) -> Result<OversizeHandling, Refusal> {
        let Some(entry) = members.take("OversizeHandling") else {
            context.unstated_oversize.borrow_mut().push(members.place.clone());
            return Ok(OversizeHandling::Continue);
        };
        entry.choice(&[
            ("CONTINUE", OversizeHandling::Continue),
            ("MATCH", OversizeHandling::Match),
            ("NO_MATCH", OversizeHandling::NoMatch),
        ])
    }

    /// What is decided without inspection.
    pub fn decides(self) -> Option<bool> {
        match self {
            OversizeHandling::Continue => None,
            OversizeHandling::Match => Some(true),
            OversizeHandling::NoMatch => Some(false),
        }
    }
}

/// The components that can be too long, under the names of log records (WAF-133).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oversize {
    /// the body as bytes
    Body,
    /// the body as JSON
    JsonBody,
    /// the headers
    Headers,
    /// the cookies
    Cookies,
}

impl Oversize {
    /// The name in log records.
    pub fn log_name(self) -> &'static str {
        match self {
            Oversize::Body => "REQUEST_BODY",
            Oversize::JsonBody => "REQUEST_JSON_BODY",
            Oversize::Headers => "REQUEST_HEADERS",
            Oversize::Cookies => "REQUEST_COOKIES",
        }
    }
}
