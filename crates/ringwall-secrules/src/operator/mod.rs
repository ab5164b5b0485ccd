//! What is asked of a value.
//!
//! They do what ModSecurity 3 does; its published cases are tests.

mod bytes;
mod digits;
mod ip;
mod number;
mod phrase;
pub(crate) mod rx;
mod utf8;
mod words;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use bytes::ByteRange;
pub(crate) use digits::{Digits, Scheme};
pub(crate) use ip::Prefixes;
pub(crate) use number::{Comparison, number};
pub(crate) use phrase::Phrases;
pub(crate) use rx::Expression;

use crate::text::Text;

/// A question about a value.
#[derive(Clone, Debug)]
pub enum Operator {
    /// whether it begins with a text
    BeginsWith(Text),
    /// whether a text is in it
    Contains(Text),
    /// whether a text is in it, and no part of a longer word
    ContainsWord(Text),
    /// whether it ends with a text
    EndsWith(Text),
    /// whether it is a text
    StringEquals(Text),
    /// whether it is in a text
    Within(Text),
    /// how the number that it begins with compares to another
    Compare(Comparison, Text),
    /// whether an expression is in it
    Rx(Expression),
    /// the same with an expression that depends on the request
    RxOf(Text),
    /// whether an expression is in it, wherever it is
    RxGlobal(Expression),
    /// whether one of many phrases is in it, without regard to case
    Phrases(Phrases),
    /// whether it is an address of one of these networks
    Ip(Prefixes),
    /// whether it is SQL injection
    DetectSqli,
    /// whether it is cross-site scripting
    DetectXss,
    /// whether it has a byte that is none of these
    ByteRange(Box<ByteRange>),
    /// whether `%` stands before something else than two hexadecimal digits
    UrlEncoding,
    /// whether it is no UTF-8
    Utf8Encoding,
    /// whether a number of a kind is in it
    Digits(Digits),
    /// always
    Always,
    /// never
    Never,
}

/// Where something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// the bytes that decided
    pub range: Range<usize>,
    /// what is kept as `TX:0`, `TX:1` … where a rule captures
    pub captures: Vec<(usize, Range<usize>)>,
    /// what is kept as `TX:0` instead, where that is no part of the value
    pub says: Option<&'static str>,
}

impl Hit {
    fn at(range: Range<usize>) -> Hit {
        Hit { range, ..Hit::default() }
    }
}

/// What operators need to know of a request.
pub(crate) trait Surroundings {
    /// A text with its places filled in.
    fn fill<'t>(&'t self, text: &'t Text) -> Cow<'t, [u8]>;

    /// An expression made ready, once.
    fn expression(&mut self, source: &[u8]) -> Option<Expression>;
}

/// Nothing but what is asked.
struct Alone;

impl Surroundings for Alone {
    fn fill<'t>(&'t self, text: &'t Text) -> Cow<'t, [u8]> {
        Cow::Borrowed(text.plain().unwrap_or_default().as_bytes())
    }

    fn expression(&mut self, source: &[u8]) -> Option<Expression> {
        Expression::read(source).ok()
    }
}

impl Operator {
    /// Reads an operator by its name, without `@`, and its argument; files are beside the folder where they are named.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(files: &dyn crate::files::Files, name: &str, argument: &str) -> Result<Operator, String> {
        crate::reader::Reader::new(files).named(&name.to_ascii_lowercase(), argument)
    }

    /// Looks for it in a value, without a request: in texts, places to be filled in are empty.
    pub fn find_in(&self, value: &[u8]) -> Option<Hit> {
        self.find(value, true, &mut Alone)
    }

    /// Looks for it in a value.
    pub(crate) fn find(&self, value: &[u8], is_capturing: bool, around: &mut dyn Surroundings) -> Option<Hit> {
        match self {
            Operator::BeginsWith(text) => {
                let text = around.fill(text);
                value.starts_with(&text).then(|| Hit::at(0..text.len()))
            }
            Operator::Contains(text) => {
                let text = around.fill(text);
                memchr::memmem::find(value, &text).map(|place| Hit::at(place..place + text.len()))
            }
            Operator::ContainsWord(text) => words::contains_word(value, &around.fill(text)).map(Hit::at),
            Operator::EndsWith(text) => {
                let text = around.fill(text);
                value.ends_with(&text).then(|| Hit::at(value.len() - text.len()..value.len()))
            }
            Operator::StringEquals(text) => (*around.fill(text) == *value).then(|| Hit::at(0..value.len())),
            Operator::Within(text) => {
                let is_within = value.is_empty() || memchr::memmem::find(&around.fill(text), value).is_some();
                is_within.then(|| Hit::at(0..value.len()))
            }
            Operator::Compare(comparison, text) => {
                comparison.holds(value, &around.fill(text)).then(|| Hit::at(0..value.len()))
            }
            Operator::RxOf(text) => {
                let source = around.fill(text).into_owned();
                around.expression(&source)?.find(value, is_capturing)
            }
            _ => self.find_alone(value, is_capturing),
        }
    }

    /// Looks for what does not depend on the request.
    fn find_alone(&self, value: &[u8], is_capturing: bool) -> Option<Hit> {
        let whole = || Hit::at(0..value.len());
        match self {
            Operator::Rx(expression) => expression.find(value, is_capturing),
            Operator::RxGlobal(expression) => expression.find_all(value, is_capturing),
            Operator::Phrases(phrases) => phrases.find(value),
            Operator::Ip(prefixes) => prefixes.contain(value).then(whole),
            Operator::DetectSqli => ringwall_detect::sqli(value, ringwall_detect::Sensitivity::High).map(|found| Hit {
                range: found.range,
                captures: Vec::new(),
                says: Some(found.rule),
            }),
            Operator::DetectXss => ringwall_detect::xss(value).map(|found| Hit {
                range: found.range,
                captures: Vec::new(),
                says: Some(found.rule),
            }),
            Operator::ByteRange(range) => range.find(value).map(Hit::at),
            Operator::UrlEncoding => bytes::wrong_escape(value).map(Hit::at),
            Operator::Utf8Encoding => utf8::wrong(value).map(Hit::at),
            Operator::Digits(digits) => digits.find(value),
            Operator::Always => Some(whole()),
            _ => None,
        }
    }
}
