//! Negative look-around at the edge of an expression, without going back in the value.

use std::ops::Range;

use regex::bytes::Regex;
use ringwall_search::dialect::{Dialect, translate};

use super::{Form, build};

/// `own(?!other)`, where `own` is of one length.
#[derive(Debug)]
pub(super) struct NotBefore {
    own: Regex,
    other: Regex,
    /// how far is looked ahead, in bytes
    longest: usize,
}

impl NotBefore {
    pub(super) fn find(&self, value: &[u8]) -> Option<Range<usize>> {
        let stands_before = |end: usize| self.other.is_match(&value[end..value.len().min(end + self.longest)]);
        starts(&self.own, value).find(|range| !stands_before(range.end))
    }
}

/// `(?<!other)own|rest`.
#[derive(Debug)]
pub(super) struct NotBehind {
    other: Regex,
    own: Regex,
    rest: Option<Regex>,
    /// how far is looked back, in bytes
    longest: usize,
}

impl NotBehind {
    pub(super) fn find(&self, value: &[u8]) -> Option<Range<usize>> {
        let stands_behind = |start: usize| self.other.is_match(&value[start.saturating_sub(self.longest)..start]);
        let own = starts(&self.own, value).find(|range| !stands_behind(range.start));
        let rest = self.rest.as_ref().and_then(|rest| rest.find(value)).map(|found| found.range());
        match (own, rest) {
            (Some(own), Some(rest)) if rest.start < own.start => Some(rest),
            (own, rest) => own.or(rest),
        }
    }
}

/// Every place where an expression of one length is, also where these overlap.
fn starts<'v>(own: &'v Regex, value: &'v [u8]) -> impl Iterator<Item = Range<usize>> + 'v {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = own.find_at(value, from)?.range();
        from = found.start + 1;
        (from <= value.len() + 1).then_some(found)
    })
}

/// Reads an expression of one of both forms; nothing if it is neither.
pub(super) fn read(source: &[u8]) -> Option<Result<Form, String>> {
    let source = std::str::from_utf8(source).ok()?;
    if let Some(behind) = source.strip_prefix("(?<!") {
        let end = closing(behind)?;
        return Some(not_behind(&behind[..end], &behind[end + 1..]));
    }
    let begin = source.rfind("(?!")?;
    let other = source[begin + 3..].strip_suffix(')')?;
    (closing(&source[begin + 3..])? == other.len()).then(|| not_before(&source[..begin], other))
}

fn not_before(own: &str, other: &str) -> Result<Form, String> {
    let (own, length) = of_one_length(own)?;
    if length.0 != length.1 {
        return Err("has a look-ahead behind something of several lengths".into());
    }
    let (_, (_, longest)) = of_one_length(other)?;
    Ok(Form::NotBefore(NotBefore { own, other: edge(other, r"\A(?:", ")")?, longest }))
}

fn not_behind(other: &str, behind: &str) -> Result<Form, String> {
    let (own, rest) = match alternative(behind) {
        Some(place) => (&behind[..place], Some(&behind[place + 1..])),
        None => (behind, None),
    };
    let (_, (_, longest)) = of_one_length(other)?;
    let (own, length) = of_one_length(own)?;
    if length.0 != length.1 {
        return Err("has a look-behind before something of several lengths".into());
    }
    let rest = rest.map(|rest| of_one_length(rest).map(|(regex, _)| regex)).transpose()?;
    Ok(Form::NotBehind(NotBehind { other: edge(other, "(?:", r")\z")?, own, rest, longest }))
}

/// An expression, and how short and how long its matches are; refused if they are not bounded.
fn of_one_length(source: &str) -> Result<(Regex, (usize, usize)), String> {
    let translated = translate(source.as_bytes(), Dialect::SEC_LANG).map_err(|error| error.to_string())?;
    let parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(&translated);
    let properties = parser.map_err(|error| error.to_string())?.properties().clone();
    match (properties.minimum_len(), properties.maximum_len()) {
        (Some(least), Some(most)) if most <= 256 => Ok((build(&translated)?, (least, most))),
        _ => Err("has look-around beside something of any length".into()),
    }
}

fn edge(source: &str, before: &str, behind: &str) -> Result<Regex, String> {
    let translated = translate(source.as_bytes(), Dialect::SEC_LANG).map_err(|error| error.to_string())?;
    build(&format!("{before}{translated}{behind}"))
}

/// Where the group ends that a text is in.
fn closing(text: &str) -> Option<usize> {
    at_depth(text, b')')
}

/// Where the first alternative ends.
fn alternative(text: &str) -> Option<usize> {
    at_depth(text, b'|')
}

/// Where a sign stands that is in no group and no class.
fn at_depth(text: &str, sign: u8) -> Option<usize> {
    let (mut depth, mut in_class, mut is_escaped) = (0_usize, false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if std::mem::take(&mut is_escaped) => {}
            b'\\' => is_escaped = true,
            b']' => in_class = false,
            _ if in_class => {}
            b'[' => in_class = true,
            own if own == sign && depth == 0 => return Some(place),
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}
