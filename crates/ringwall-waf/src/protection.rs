//! Data protection: what of a request is not written down, or only as a digest (`DataProtectionConfig`).
//!
//! It changes what log records and samples show, and never what rules see. Where a record has a value without its name, so that
//! nobody can tell whether it is a protected one, it is protected as well.

use std::borrow::Cow;

use base64::Engine;
use sha2::{Digest, Sha256};

use crate::document::{Entry, Members, Refusal};
use crate::request::split;

/// The most entries of a configuration, and keys of an entry.
const MOST: (usize, usize) = (26, 100);

/// What stands in the place of a value.
const SUBSTITUTE: &[u8] = b"REDACTED";

/// What is protected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protections(Vec<Protection>);

/// An entry of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Protection {
    part: Part,
    /// the names that are protected
    keys: Vec<String>,
    is_hashed: bool,
    /// whether details of what rules found are shown nevertheless
    shows_matches: bool,
    /// whether details of rates are shown nevertheless
    shows_rates: bool,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header,
    Cookie,
    QueryArgument,
    QueryString,
    Body,
}

impl Part {
    fn has_keys(self) -> bool {
        matches!(self, Part::Header | Part::Cookie | Part::QueryArgument)
    }
}

impl Protections {
    /// Reads `DataProtectionConfig`, if it is there.
    pub(crate) fn take(members: &mut Members) -> Result<Protections, Refusal> {
        let Some(entry) = members.take("DataProtectionConfig") else { return Ok(Protections::default()) };
        let mut members = entry.members()?;
        let list = members.require("DataProtections")?.list_of(1, MOST.0)?;
        members.finish()?;
        list.iter().map(Protection::read).collect::<Result<_, _>>().map(Protections)
    }

    /// A header's value as it may be shown.
    pub fn header<'v>(&self, name: &[u8], value: &'v [u8]) -> Cow<'v, [u8]> {
        if let Some(own) = self.of(Part::Header, name) {
            return own.protect(value);
        }
        if !name.eq_ignore_ascii_case(b"cookie") || self.0.iter().all(|own| own.part != Part::Cookie) {
            return Cow::Borrowed(value);
        }
        self.pairs(value, b';', Part::Cookie)
    }

    /// A query string as it may be shown.
    pub fn query<'v>(&self, query: &'v [u8]) -> Cow<'v, [u8]> {
        if query.is_empty() {
            return Cow::Borrowed(query);
        }
        match self.of(Part::QueryString, b"") {
            Some(own) => own.protect(query),
            None if self.0.iter().any(|own| own.part == Part::QueryArgument) => {
                self.pairs(query, b'&', Part::QueryArgument)
            }
            None => Cow::Borrowed(query),
        }
    }

    /// What a rule found, as it may be shown: the place is in the words of log records.
    pub(crate) fn found<'v>(&self, location: &str, name: Option<&[u8]>, text: &'v [u8]) -> Cow<'v, [u8]> {
        let parts: &[Part] = match location {
            "HEADER" | "HEADER_ORDER" => &[Part::Header, Part::Cookie],
            "COOKIE" => &[Part::Cookie, Part::Header],
            "QUERY_STRING" | "SINGLE_QUERY_ARG" | "ALL_QUERY_ARGS" => &[Part::QueryString, Part::QueryArgument],
            "BODY" | "UNKNOWN" => &[Part::Body],
            _ => &[],
        };
        let is_meant = |own: &&Protection| {
            let is_named = match (own.part, location, name) {
                (Part::Header, "HEADER", Some(name)) | (Part::QueryArgument, _, Some(name)) => own.has(name),
                (Part::Cookie, "COOKIE", Some(name)) => own.has(name),
                (Part::Cookie, "HEADER", Some(name)) => name.eq_ignore_ascii_case(b"cookie"),
                (Part::Header, "COOKIE", _) => own.has(b"cookie"),
                // What has no name may be any of them.
                _ => true,
            };
            parts.contains(&own.part) && !own.shows_matches && is_named
        };
        self.0.iter().find(is_meant).map_or(Cow::Borrowed(text), |own| own.protect(text))
    }

    /// A part of a rate's key as it may be shown.
    pub(crate) fn rated<'v>(&self, key: &str, name: &str, value: &'v [u8]) -> Cow<'v, [u8]> {
        let parts: &[Part] = match key {
            "HEADER" => &[Part::Header],
            "COOKIE" => &[Part::Cookie],
            "QUERY_ARGUMENT" => &[Part::QueryArgument, Part::QueryString],
            "QUERY_STRING" => &[Part::QueryString, Part::QueryArgument],
            _ => &[],
        };
        let is_meant = |own: &&Protection| {
            let is_named = !own.part.has_keys() || key == "QUERY_STRING" || own.has(name.as_bytes());
            parts.contains(&own.part) && !own.shows_rates && is_named
        };
        self.0.iter().find(is_meant).map_or(Cow::Borrowed(value), |own| own.protect(value))
    }

    /// The entry for a part of that name.
    fn of(&self, part: Part, name: &[u8]) -> Option<&Protection> {
        self.0.iter().find(|own| own.part == part && (!part.has_keys() || own.has(name)))
    }

    /// Names and values as they may be shown.
    fn pairs<'v>(&self, text: &'v [u8], between: u8, part: Part) -> Cow<'v, [u8]> {
        let mut shown = Vec::with_capacity(text.len());
        for (at, pair) in text.split(|byte| *byte == between).enumerate() {
            if at > 0 {
                shown.push(between);
            }
            let (name, value) = split(pair, b'=');
            match (self.of(part, name.trim_ascii()), value) {
                (Some(own), Some(value)) => {
                    shown.extend_from_slice(name);
                    shown.push(b'=');
                    shown.extend_from_slice(&own.protect(value));
                }
                _ => shown.extend_from_slice(pair),
            }
        }
        Cow::Owned(shown)
    }
}

impl Protection {
    fn read(entry: &Entry) -> Result<Protection, Refusal> {
        let mut members = entry.members()?;
        let field = members.require("Field")?;
        let is_hashed = members.require("Action")?.choice(&[("SUBSTITUTION", false), ("HASH", true)])?;
        let mut flag = |name: &str| members.take(name).map_or(Ok(false), |own| own.flag());
        let (shows_matches, shows_rates) = (flag("ExcludeRuleMatchDetails")?, flag("ExcludeRateBasedDetails")?);
        members.finish()?;
        let mut members = field.members()?;
        let part = members.require("FieldType")?.choice(&[
            ("SINGLE_HEADER", Part::Header),
            ("SINGLE_COOKIE", Part::Cookie),
            ("SINGLE_QUERY_ARGUMENT", Part::QueryArgument),
            ("QUERY_STRING", Part::QueryString),
            ("BODY", Part::Body),
        ])?;
        let keys = members.take("FieldKeys");
        members.finish()?;
        let keys = match (part.has_keys(), keys) {
            (true, Some(keys)) => keys.list_of(1, MOST.1)?,
            (true, None) => return Err(field.invalid("must have FieldKeys that name what is protected")),
            (false, Some(keys)) if !keys.list()?.is_empty() => {
                return Err(keys.invalid("must not stand with a part that has no names"));
            }
            (false, _) => Vec::new(),
        };
        let key = |own: &Entry| own.text_of(1..=64, |_| true).map(str::to_owned);
        let keys = keys.iter().map(key).collect::<Result<_, _>>()?;
        Ok(Protection { part, keys, is_hashed, shows_matches, shows_rates })
    }

    /// Whether it is for that name. Cookies alone have names with case (WAF-72).
    fn has(&self, name: &[u8]) -> bool {
        self.keys.iter().any(|own| match self.part {
            Part::Cookie => own.as_bytes() == name,
            _ => own.as_bytes().eq_ignore_ascii_case(name),
        })
    }

    /// What is shown in the place of a value.
    fn protect(&self, value: &[u8]) -> Cow<'static, [u8]> {
        if self.is_hashed {
            Cow::Owned(base64::engine::general_purpose::STANDARD.encode(Sha256::digest(value)).into_bytes())
        } else {
            Cow::Borrowed(SUBSTITUTE)
        }
    }
}
