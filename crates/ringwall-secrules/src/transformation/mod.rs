//! What is made of a value before it is looked at.
//!
//! Those that AWS WAF has are [its](ringwall_waf::transformation); the rest is here, a file each. All published cases hold.

mod digests;
mod html_entity_decode;
mod parity;
mod php_arguments_names;
mod remove_comments;
mod remove_white_space;
mod url_encode;

use std::borrow::Cow;

use ringwall_search::{ByteSet, Made, Transform};
use ringwall_waf::transformation as shared;

/// What a transformation makes of a text: written to an output that is empty before, or a text of its own.
#[derive(Clone, Copy)]
enum Apply {
    Writing(fn(&[u8], &mut Vec<u8>) -> Made),
    Making(fn(&[u8]) -> Cow<'_, [u8]>),
}

use Apply::{Making, Writing};

/// A name, what is made, and the bytes without all of which a text stays as it is.
type Entry = (&'static str, Apply, ByteSet);

const ESCAPES: ByteSet = ByteSet::of(b"\\");
const WIDE: ByteSet = ByteSet::range(0x80..=0xff);
const COMMAND: ByteSet = ByteSet::of(b"\"'\\^,;/(").union(ByteSet::SPACE).union(ByteSet::UPPER);

/// Every one. Names without regard to case.
const ALL: &[Entry] = &[
    ("base64Decode", Writing(shared::base64_decode::apply), ByteSet::ALL),
    ("base64DecodeExt", Writing(shared::base64_decode_ext::apply), ByteSet::ALL),
    ("base64Encode", Making(digests::base64_encode), ByteSet::ALL),
    ("cmdLine", Writing(shared::cmd_line::apply), COMMAND),
    ("compressWhitespace", Writing(shared::compress_white_space::apply), ByteSet::SPACE.with(0xa0)),
    ("cssDecode", Writing(shared::css_decode::apply), ESCAPES),
    ("escapeSeqDecode", Writing(shared::escape_seq_decode::apply), ESCAPES),
    ("hexDecode", Writing(shared::hex_decode::apply), ByteSet::ALL),
    ("hexEncode", Making(digests::hex_encode), ByteSet::ALL),
    ("htmlEntityDecode", Making(html_entity_decode::apply), ByteSet::of(b"&")),
    ("jsDecode", Writing(shared::js_decode::apply), ESCAPES),
    ("length", Making(digests::length), ByteSet::ALL),
    ("lowercase", Writing(shared::lowercase::apply), ByteSet::UPPER),
    ("md5", Writing(shared::md5::apply), ByteSet::ALL),
    ("normalizePath", Writing(shared::normalize_path::apply), ByteSet::of(b"/.")),
    ("normalisePath", Writing(shared::normalize_path::apply), ByteSet::of(b"/.")),
    ("normalizePathWin", Writing(shared::normalize_path_win::apply), ByteSet::of(b"/.\\")),
    ("normalisePathWin", Writing(shared::normalize_path_win::apply), ByteSet::of(b"/.\\")),
    ("parityEven7bit", Making(parity::even), ByteSet::ALL),
    ("parityOdd7bit", Making(parity::odd), ByteSet::ALL),
    ("parityZero7bit", Making(parity::zero), WIDE),
    ("phpArgsNames", Making(php_arguments_names::apply), ByteSet::of(b" .[]")),
    ("removeComments", Making(remove_comments::apply), ByteSet::of(b"/<-#")),
    ("removeCommentsChar", Writing(shared::remove_comments_char::apply), ByteSet::of(b"/*<-#")),
    ("removeNulls", Writing(shared::remove_nulls::apply), ByteSet::of(b"\0")),
    ("removeWhitespace", Making(remove_white_space::apply), ByteSet::SPACE.with(0xa0).with(0xc2)),
    ("replaceComments", Writing(shared::replace_comments::apply), ByteSet::of(b"/")),
    ("replaceNulls", Writing(shared::replace_nulls::apply), ByteSet::of(b"\0")),
    ("sha1", Making(digests::sha1), ByteSet::ALL),
    ("sqlHexDecode", Writing(shared::sql_hex_decode::apply), ByteSet::of(b"0")),
    ("trim", Writing(shared::trim::apply), ByteSet::SPACE),
    ("trimLeft", Writing(shared::trim_left::apply), ByteSet::SPACE),
    ("trimRight", Writing(shared::trim_right::apply), ByteSet::SPACE),
    ("uppercase", Writing(shared::uppercase::apply), ByteSet::LOWER),
    ("urlDecode", Writing(shared::url_decode::apply), ByteSet::of(b"%+")),
    ("urlDecodeUni", Writing(shared::url_decode_uni::apply), ByteSet::of(b"%+")),
    ("urlEncode", Making(url_encode::apply), ByteSet::ALL),
    ("utf8toUnicode", Writing(shared::utf8_to_unicode::apply), WIDE),
];

/// A transformation, known by its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transformation(u8);

impl Transformation {
    /// The one of that name, without regard to case.
    pub fn named(name: &str) -> Option<Transformation> {
        ALL.iter().position(|(own, ..)| own.eq_ignore_ascii_case(name)).map(|place| Transformation(place as u8))
    }

    /// All there are.
    pub fn all() -> impl Iterator<Item = Transformation> {
        (0..ALL.len()).map(|place| Transformation(place as u8))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        ALL[usize::from(self.0)].0
    }

    /// What it makes of a text.
    pub fn make(self, text: &[u8]) -> Cow<'_, [u8]> {
        match ALL[usize::from(self.0)].1 {
            Making(make) => make(text),
            Writing(write) => {
                let mut output = Vec::new();
                match write(text, &mut output) {
                    Made::Same => Cow::Borrowed(text),
                    Made::Part(range) => Cow::Borrowed(&text[range]),
                    Made::Written => Cow::Owned(output),
                }
            }
        }
    }
}

impl std::fmt::Debug for Transformation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Transform for Transformation {
    const COUNT: usize = ALL.len();

    fn index(self) -> usize {
        usize::from(self.0)
    }

    fn changes(self) -> ByteSet {
        ALL[usize::from(self.0)].2
    }

    fn keeps_empty(self) -> bool {
        !matches!(self.name(), "length" | "md5" | "sha1")
    }

    fn apply(self, text: &[u8], output: &mut Vec<u8>) -> Made {
        let make = match ALL[usize::from(self.0)].1 {
            Writing(write) => return write(text, output),
            Making(make) => make,
        };
        match make(text) {
            Cow::Borrowed(same) if same.len() == text.len() => Made::Same,
            Cow::Borrowed(part) => {
                let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
                Made::Part(start..start + part.len().min(text.len() - start))
            }
            Cow::Owned(made) => {
                output.extend_from_slice(&made);
                Made::Written
            }
        }
    }
}

#[cfg(test)]
mod tests;
