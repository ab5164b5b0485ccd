//! Text transformations: what is made of a field before it is looked at (WAF-83).
//!
//! Each is a file. The names are AWS's; where its documentation leaves a detail open, ModSecurity is followed, from which AWS
//! took most of them. A result is at most three times as long as what it was made of, and two of them in a row do not multiply
//! that: none makes anything that another one makes longer again.

pub mod base64_decode;
pub mod base64_decode_ext;
mod bytes;
pub mod cmd_line;
pub mod cmd_line_unix;
pub mod cmd_line_win;
pub mod compress_white_space;
pub mod css_decode;
pub mod escape_seq_decode;
pub mod hex_decode;
pub mod html_entity_decode;
pub mod js_decode;
pub mod js_decode_ext;
pub mod lowercase;
pub mod md5;
pub mod normalize_path;
pub mod normalize_path_win;
pub mod remove_comments_char;
pub mod remove_nulls;
pub mod remove_whitespace;
pub mod replace_comments;
pub mod replace_nulls;
pub mod sha256;
pub mod sql_hex_decode;
pub mod trim;
pub mod trim_left;
pub mod trim_right;
pub mod uppercase;
pub mod url_decode;
pub mod url_decode_uni;
pub mod utf8_to_unicode;

use std::borrow::Cow;

pub(crate) use bytes::hex_number;
use ringwall_search::{ByteSet, Made, Transform};

use crate::document::{Entry, Refusal};

/// What a transformation makes of a text: what is new is written to the output, which is empty before.
type Apply = fn(&[u8], &mut Vec<u8>) -> Made;

/// Every transformation under AWS's name, with the bytes without all of which a text stays as it is.
const ALL: &[(&str, ByteSet, Apply)] = &[
    ("NONE", ByteSet::EMPTY, |_, _| Made::Same),
    ("BASE64_DECODE", ANY, base64_decode::apply),
    ("BASE64_DECODE_EXT", ANY, base64_decode_ext::apply),
    ("CMD_LINE", ByteSet::of(b"\\\"'^ ,;\t\r\n/(").union(ByteSet::UPPER), cmd_line::apply),
    ("CMD_LINE_UNIX", ByteSet::of(b"\\\"'").union(ByteSet::SPACE).union(ByteSet::UPPER), cmd_line_unix::apply),
    ("CMD_LINE_WIN", ByteSet::of(b"\\\"'`^").union(ByteSet::SPACE).union(ByteSet::UPPER), cmd_line_win::apply),
    ("COMPRESS_WHITE_SPACE", ByteSet::SPACE.with(160), compress_white_space::apply),
    ("CSS_DECODE", BACKSLASH, css_decode::apply),
    ("ESCAPE_SEQ_DECODE", BACKSLASH, escape_seq_decode::apply),
    ("HEX_DECODE", ANY, hex_decode::apply),
    ("HTML_ENTITY_DECODE", ByteSet::of(b"&"), html_entity_decode::apply),
    ("JS_DECODE", BACKSLASH, js_decode::apply),
    ("JS_DECODE_EXT", BACKSLASH, js_decode_ext::apply),
    ("LOWERCASE", ByteSet::UPPER, lowercase::apply),
    ("MD5", ANY, md5::apply),
    ("NORMALIZE_PATH", ByteSet::of(b"/."), normalize_path::apply),
    ("NORMALIZE_PATH_WIN", ByteSet::of(b"/.\\"), normalize_path_win::apply),
    ("REMOVE_COMMENTS_CHAR", ByteSet::of(b"/*-#"), remove_comments_char::apply),
    ("REMOVE_NULLS", ByteSet::of(b"\0"), remove_nulls::apply),
    ("REMOVE_WHITESPACE", ByteSet::SPACE.with(160), remove_whitespace::apply),
    ("REPLACE_COMMENTS", ByteSet::of(b"/"), replace_comments::apply),
    ("REPLACE_NULLS", ByteSet::of(b"\0"), replace_nulls::apply),
    ("SHA256", ANY, sha256::apply),
    ("SQL_HEX_DECODE", ByteSet::of(b"xX"), sql_hex_decode::apply),
    ("TRIM", ByteSet::SPACE, trim::apply),
    ("TRIM_LEFT", ByteSet::SPACE, trim_left::apply),
    ("TRIM_RIGHT", ByteSet::SPACE, trim_right::apply),
    ("UPPERCASE", ByteSet::LOWER, uppercase::apply),
    ("URL_DECODE", ByteSet::of(b"%+"), url_decode::apply),
    ("URL_DECODE_UNI", ByteSet::of(b"%+"), url_decode_uni::apply),
    ("UTF8_TO_UNICODE", ByteSet::range(0x80..=0xff), utf8_to_unicode::apply),
];

/// Any text may change.
const ANY: ByteSet = ByteSet::ALL;
/// What escapes begin with.
const BACKSLASH: ByteSet = ByteSet::of(b"\\");

/// The most transformations of a statement (WAF-83).
const MOST: usize = 10;

/// A transformation, known by its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transformation(u8);

impl Transformation {
    /// `URL_DECODE`.
    pub(crate) const URL_DECODE: Transformation = Transformation(place_of(b"URL_DECODE"));
    /// `HTML_ENTITY_DECODE`.
    pub(crate) const HTML_ENTITY_DECODE: Transformation = Transformation(place_of(b"HTML_ENTITY_DECODE"));

    /// The one of that name in AWS's spelling.
    pub fn named(name: &str) -> Option<Transformation> {
        ALL.iter().position(|(own, ..)| *own == name).map(|place| Transformation(place as u8))
    }

    /// All there are.
    pub fn all() -> impl Iterator<Item = Transformation> {
        (0..ALL.len()).map(|place| Transformation(place as u8))
    }

    /// AWS's name.
    pub fn name(self) -> &'static str {
        ALL[usize::from(self.0)].0
    }

    /// What it makes of a text.
    pub fn apply(self, input: &[u8]) -> Cow<'_, [u8]> {
        let mut output = Vec::new();
        match ALL[usize::from(self.0)].2(input, &mut output) {
            Made::Same => Cow::Borrowed(input),
            Made::Part(range) => Cow::Borrowed(&input[range]),
            Made::Written => Cow::Owned(output),
        }
    }
}

/// The place of a name that is there: the compiler refuses another one.
const fn place_of(name: &[u8]) -> u8 {
    let mut place = 0;
    while !is_same(ALL[place].0.as_bytes(), name) {
        place += 1;
    }
    place as u8
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

impl Transform for Transformation {
    const COUNT: usize = ALL.len();

    fn index(self) -> usize {
        usize::from(self.0)
    }

    fn changes(self) -> ByteSet {
        ALL[usize::from(self.0)].1
    }

    fn keeps_empty(self) -> bool {
        !matches!(self.name(), "MD5" | "SHA256")
    }

    fn apply(self, text: &[u8], output: &mut Vec<u8>) -> Made {
        ALL[usize::from(self.0)].2(text, output)
    }
}

impl std::fmt::Debug for Transformation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Transformations in the order in which they are applied, each to what the one before made.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chain(Vec<Transformation>);

impl Chain {
    /// A chain of those; `NONE` leaves no trace.
    pub fn new(transformations: impl IntoIterator<Item = Transformation>) -> Chain {
        Chain(transformations.into_iter().filter(|own| own.name() != "NONE").collect())
    }

    /// Reads `TextTransformations`: one to ten with distinct priorities, lowest first (WAF-83).
    pub(crate) fn read(entry: &Entry) -> Result<Chain, Refusal> {
        let mut listed: Vec<(u64, Transformation)> = Vec::new();
        for own in entry.list_of(1, MOST)? {
            let mut members = own.members()?;
            let priority = members.require("Priority")?;
            let number = priority.integer(0..=i32::MAX as u64)?;
            if listed.iter().any(|(other, _)| *other == number) {
                return Err(priority.invalid("is the priority of another transformation of the statement"));
            }
            let kind = members.require("Type")?;
            let known = Transformation::named(kind.text()?);
            let known = known.ok_or_else(|| kind.invalid("is no text transformation"))?;
            members.finish()?;
            listed.push((number, known));
        }
        listed.sort_by_key(|(priority, _)| *priority);
        Ok(Chain::new(listed.into_iter().map(|(_, own)| own)))
    }

    /// What they make of a text, one after the other.
    pub fn apply<'a>(&self, input: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = Cow::Borrowed(input);
        for own in &self.0 {
            text = match text {
                Cow::Borrowed(bytes) => Transformation::apply(*own, bytes),
                Cow::Owned(bytes) => match Transformation::apply(*own, &bytes) {
                    Cow::Borrowed(same) if same.len() == bytes.len() => Cow::Owned(bytes),
                    changed => Cow::Owned(changed.into_owned()),
                },
            };
        }
        text
    }

    /// The transformations in their order.
    pub fn steps(&self) -> &[Transformation] {
        &self.0
    }

    /// What they cost: ten units each, and `NONE` nothing (WAF-27).
    pub fn capacity(&self) -> u64 {
        10 * self.0.len() as u64
    }

    /// The transformations, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = Transformation> {
        self.0.iter().copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text stays as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests;
