//! Cross-site scripting (WAF-34).
//!
//! The input is read as what a page may put it into: text with tags, a tag that the page has opened, an address, a string of a
//! script, a template. Tags and attributes are read by the states of the HTML standard (`tokenise`); what they do is known by name
//! (`names`) and by value (`value`). `rules` says what each finding is.

mod entity;
mod names;
mod rules;
mod script;
mod tokenise;
mod value;

use std::ops::Range;

use crate::{Finding, Page, find};
use names::{Danger, Meaning};
use rules::Rule;
use tokenise::{Attribute, Part, Parts};

/// How often a value is looked into that holds tags itself.
const NESTED: usize = 2;

/// Finds cross-site scripting.
///
/// ```
/// let finding = ringwall_detect::xss(b"<img src=x onerror=alert(1)>").unwrap();
/// assert_eq!((finding.rule, finding.range), ("event", 11..27));
/// assert_eq!(ringwall_detect::xss(b"<img src=x>"), None);
/// ```
pub fn xss(input: &[u8]) -> Option<Finding> {
    let hit = in_text(input, 0..input.len(), NESTED)
        .or_else(|| in_tag(input))
        .or_else(|| value::is_lone_script_address(input).then_some((Rule::LoneAddress, 0..input.len())))
        .or_else(|| script::leaves_string(input).map(|range| (Rule::Script, range)))
        .or_else(|| script::in_template(input).map(|range| (Rule::Template, range)))
        .or_else(|| utf7(input))?;
    let (rule, range) = hit;
    Some(Finding { rule: rule.page().name, says: rule.page().says, range })
}

/// Every rule by which [`xss`] finds something.
pub fn xss_rules() -> &'static [Page] {
    &rules::PAGES
}

/// A rule, and the bytes that decided.
type Hit = (Rule, Range<usize>);

/// Reads the range as HTML that begins outside of a tag.
fn in_text(input: &[u8], range: Range<usize>, nested: usize) -> Option<Hit> {
    let mut tag: Option<Range<usize>> = None;
    for part in Parts::new(input, range) {
        let hit = match part {
            Part::Open(name) => {
                let danger = names::tag(&input[name.clone()]);
                tag = (danger == Some(Danger::WithAttribute)).then(|| name.clone());
                (danger == Some(Danger::Itself)).then_some((Rule::Tag, name))
            }
            Part::Attribute(attribute) => {
                let loads = tag.take().filter(|_| attribute.value.is_some() && !is_harmless(input, &attribute));
                let hit = in_attribute(input, &attribute).or_else(|| loads.map(|name| (Rule::Tag, name)));
                let nested = || within(input, attribute.value?, nested);
                hit.or_else(nested)
            }
            Part::Comment(body) => comment(&input[body.clone()])
                .then(|| (Rule::Declaration, body.clone()))
                .or_else(|| within(input, body, nested)),
            Part::Declaration(body) => declaration(&input[body.clone()])
                .then(|| (Rule::Declaration, body.clone()))
                .or_else(|| within(input, body, nested)),
            Part::Close | Part::EndTag => {
                tag = None;
                None
            }
        };
        if hit.is_some() {
            return hit;
        }
    }
    None
}

/// A value or comment may be text again, if what stands before the input opened another element or quote.
fn within(input: &[u8], range: Range<usize>, nested: usize) -> Option<Hit> {
    let holds_tag = nested > 0 && input[range.clone()].contains(&b'<');
    if holds_tag { in_text(input, range, nested - 1) } else { None }
}

/// `<meta charset="utf-8">` and `<meta name=…>` load nothing.
fn is_harmless(input: &[u8], attribute: &Attribute) -> bool {
    let name = &input[attribute.name.clone()];
    let value = attribute.value.clone().map_or(&[][..], |value| &input[value]);
    name.eq_ignore_ascii_case(b"name") || name.eq_ignore_ascii_case(b"charset") && value.eq_ignore_ascii_case(b"utf-8")
}

/// An attribute of a tag.
fn in_attribute(input: &[u8], attribute: &Attribute) -> Option<Hit> {
    let name = &input[attribute.name.clone()];
    let range = attribute.value.clone()?;
    let value = &input[range.clone()];
    if names::is_event(name) || names::may_be_event(name) {
        return Some((Rule::Event, attribute.name.start..range.end));
    }
    match names::meaning(name) {
        Meaning::Document => Some((Rule::Document, attribute.name.start..range.end)),
        Meaning::Style => value::is_script_style(value).then_some((Rule::Style, range)),
        Meaning::Address | Meaning::Unknown => value::is_script_address(value).then_some((Rule::Address, range)),
        Meaning::Text => None,
    }
}

/// Conditional comments of old browsers, and directives to the server.
fn comment(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    body.starts_with(b"[if") || body.first() == Some(&b'#') && body.get(1).is_some_and(u8::is_ascii_alphabetic)
}

/// Declarations that define or load something.
fn declaration(body: &[u8]) -> bool {
    let begins = |word: &str| body.len() >= word.len() && body[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    begins("entity")
        || begins("import")
        || begins("?import")
        || begins("xml-stylesheet")
        || begins("doctype") && body.contains(&b'[')
}

/// Attributes of a tag that the application has opened: behind a quote, a blank or a slash, or at the beginning.
fn in_tag(input: &[u8]) -> Option<Hit> {
    let mut boundary = true;
    let mut at = 0;
    while at < input.len() {
        let byte = input[at];
        if boundary && byte.is_ascii_alphabetic() {
            let run = input[at..]
                .iter()
                .take(32)
                .take_while(|byte| byte.is_ascii_alphabetic() || b":-\0".contains(byte))
                .count();
            if let Some(hit) = loose(input, at, run) {
                return Some(hit);
            }
            at += run.max(1);
            boundary = false;
            continue;
        }
        boundary = byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b'/');
        at += 1;
    }
    None
}

/// An attribute outside of any tag of the input's: only what cannot be anything else.
fn loose(input: &[u8], at: usize, run: usize) -> Option<Hit> {
    let name = &input[at..at + run];
    // Words without a value are many, and told faster than names are looked up.
    if input[at + run..].iter().find(|byte| **byte > b' ') != Some(&b'=') {
        return None;
    }
    let event = names::is_event(name);
    if !event && !matches!(names::meaning(name), Meaning::Address | Meaning::Style | Meaning::Document) {
        return None;
    }
    let attribute = tokenise::attribute_at(input, at);
    let range = attribute.value.clone()?;
    let runs = match names::meaning(name) {
        _ if event => is_code(&input[range.clone()]),
        // A style has blanks, and the quote around it may be the application's.
        Meaning::Style => value::is_script_style(&input[range.start..(range.start + 256).min(input.len())]),
        _ => in_attribute(input, &attribute).is_some(),
    };
    runs.then_some((Rule::LooseAttribute, at..range.end))
}

/// Whether a value is code.
fn is_code(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b'(' | b'`' | b'=' | b'&' | b'[')) && value != b"="
}

/// `<` as UTF-7 has it, before a letter: `+ADw-script`.
fn utf7(input: &[u8]) -> Option<Hit> {
    let mut from = 0;
    let at = loop {
        let at = from + find(&input[from..], b"+ADw-")?;
        if input.get(at + 5).is_some_and(u8::is_ascii_alphabetic) {
            break at;
        }
        from = at + 1;
    };
    Some((Rule::Utf7, at..at + 6))
}
