//! PreParseTextTransformations: what is done to a query string before it is taken apart (WAF-65).

use std::borrow::Cow;
use std::collections::BTreeMap;

use ringwall_search::Made;

use crate::document::{Entry, Refusal};
use crate::request::split;
use crate::transformation::{url_decode, url_decode_uni};

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    None,
    UrlDecode,
    UrlDecodeUni,
    Combine,
    Semicolons,
}

const STEPS: &[(&str, Step)] = &[
    ("NONE", Step::None),
    ("URL_DECODE", Step::UrlDecode),
    ("URL_DECODE_UNI", Step::UrlDecodeUni),
    ("COMBINE_DUPLICATE_QUERY_ARGS_BY_COMMA", Step::Combine),
    ("REPLACE_SEMICOLONS_WITH_AMPERSANDS", Step::Semicolons),
];

/// Steps in the order in which they are applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreParse(Vec<Step>);

impl PreParse {
    /// Reads the list: at most ten with distinct priorities, lowest first.
    pub(crate) fn read(entry: &Entry) -> Result<PreParse, Refusal> {
        let mut steps: BTreeMap<u64, Step> = BTreeMap::new();
        for own in entry.list_of(0, 10)? {
            let mut members = own.members()?;
            let priority = members.require("Priority")?;
            let step = members.require("Type")?.choice(STEPS)?;
            members.finish()?;
            if steps.insert(priority.integer(0..=i32::MAX as u64)?, step).is_some() {
                return Err(priority.invalid("is the priority of another transformation of the statement"));
            }
        }
        Ok(PreParse(steps.into_values().filter(|step| *step != Step::None).collect()))
    }

    /// What is made of a query string.
    pub fn apply<'a>(&self, query: &'a [u8]) -> Cow<'a, [u8]> {
        self.0.iter().fold(Cow::Borrowed(query), |text, step| match text {
            Cow::Borrowed(text) => step.apply(text),
            Cow::Owned(text) => Cow::Owned(step.apply(&text).into_owned()),
        })
    }

    /// What the steps cost: as other transformations (WAF-27).
    pub fn capacity(&self) -> u64 {
        10 * self.0.len() as u64
    }

    /// Whether the query stays as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Step {
    fn apply(self, query: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Step::None => Cow::Borrowed(query),
            Step::UrlDecode => decoded(url_decode::apply, query),
            Step::UrlDecodeUni => decoded(url_decode_uni::apply, query),
            Step::Combine => Cow::Owned(combined(query)),
            Step::Semicolons => Cow::Owned(query.iter().map(|byte| if *byte == b';' { b'&' } else { *byte }).collect()),
        }
    }
}

/// The query string decoded.
fn decoded(decode: fn(&[u8], &mut Vec<u8>) -> Made, query: &[u8]) -> Cow<'_, [u8]> {
    let mut output = Vec::new();
    if decode(query, &mut output) == Made::Written { Cow::Owned(output) } else { Cow::Borrowed(query) }
}

/// Arguments of the same name as one, at the place of the first, their values separated by commas.
fn combined(query: &[u8]) -> Vec<u8> {
    let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut arguments: Vec<Vec<u8>> = Vec::new();
    for own in query.split(|byte| *byte == b'&') {
        let (name, value) = split(own, b'=');
        match places.get(&name.to_ascii_lowercase()) {
            Some(place) => {
                arguments[*place].push(b',');
                arguments[*place].extend_from_slice(value.unwrap_or_default());
            }
            None => {
                places.insert(name.to_ascii_lowercase(), arguments.len());
                arguments.push(own.to_vec());
            }
        }
    }
    arguments.join(&b'&')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_normalised_in_the_order_of_priorities() {
        let both = PreParse(vec![Step::Semicolons, Step::Combine]);
        assert_eq!(both.apply(b"a=1;b=2&A=3"), b"a=1,3&b=2".as_slice());
        assert_eq!(PreParse(vec![Step::UrlDecodeUni]).apply(b"a%u003d%31"), b"a=1".as_slice());
        assert!(matches!(PreParse::default().apply(b"a=%31"), Cow::Borrowed(b"a=%31")));
    }
}
