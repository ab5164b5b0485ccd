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

/// What a transformation makes of a text.
type Apply = fn(&[u8]) -> Cow<'_, [u8]>;

/// A name, what is made, and the bytes without all of which a text stays as it is.
type Entry = (&'static str, Apply, ByteSet);

const ESCAPES: ByteSet = ByteSet::of(b"\\");
const WIDE: ByteSet = ByteSet::range(0x80..=0xff);
const COMMAND: ByteSet = ByteSet::of(b"\"'\\^,;/(").union(ByteSet::SPACE).union(ByteSet::UPPER);

/// Every one. Names without regard to case.
const ALL: &[Entry] = &[
    ("base64Decode", shared::base64_decode::apply, ByteSet::ALL),
    ("base64DecodeExt", shared::base64_decode_ext::apply, ByteSet::ALL),
    ("base64Encode", digests::base64_encode, ByteSet::ALL),
    ("cmdLine", shared::cmd_line::apply, COMMAND),
    ("compressWhitespace", shared::compress_white_space::apply, ByteSet::SPACE.with(0xa0)),
    ("cssDecode", shared::css_decode::apply, ESCAPES),
    ("escapeSeqDecode", shared::escape_seq_decode::apply, ESCAPES),
    ("hexDecode", shared::hex_decode::apply, ByteSet::ALL),
    ("hexEncode", digests::hex_encode, ByteSet::ALL),
    ("htmlEntityDecode", html_entity_decode::apply, ByteSet::of(b"&")),
    ("jsDecode", shared::js_decode::apply, ESCAPES),
    ("length", digests::length, ByteSet::ALL),
    ("lowercase", shared::lowercase::apply, ByteSet::UPPER),
    ("md5", shared::md5::apply, ByteSet::ALL),
    ("normalizePath", shared::normalize_path::apply, ByteSet::of(b"/.")),
    ("normalisePath", shared::normalize_path::apply, ByteSet::of(b"/.")),
    ("normalizePathWin", shared::normalize_path_win::apply, ByteSet::of(b"/.\\")),
    ("normalisePathWin", shared::normalize_path_win::apply, ByteSet::of(b"/.\\")),
    ("parityEven7bit", parity::even, ByteSet::ALL),
    ("parityOdd7bit", parity::odd, ByteSet::ALL),
    ("parityZero7bit", parity::zero, WIDE),
    ("phpArgsNames", php_arguments_names::apply, ByteSet::of(b" .[]")),
    ("removeComments", remove_comments::apply, ByteSet::of(b"/<-#")),
    ("removeCommentsChar", shared::remove_comments_char::apply, ByteSet::of(b"/*<-#")),
    ("removeNulls", shared::remove_nulls::apply, ByteSet::of(b"\0")),
    ("removeWhitespace", remove_white_space::apply, ByteSet::SPACE.with(0xa0).with(0xc2)),
    ("replaceComments", shared::replace_comments::apply, ByteSet::of(b"/")),
    ("replaceNulls", shared::replace_nulls::apply, ByteSet::of(b"\0")),
    ("sha1", digests::sha1, ByteSet::ALL),
    ("sqlHexDecode", shared::sql_hex_decode::apply, ByteSet::of(b"0")),
    ("trim", shared::trim::apply, ByteSet::SPACE),
    ("trimLeft", shared::trim_left::apply, ByteSet::SPACE),
    ("trimRight", shared::trim_right::apply, ByteSet::SPACE),
    ("uppercase", shared::uppercase::apply, ByteSet::LOWER),
    ("urlDecode", shared::url_decode::apply, ByteSet::of(b"%+")),
    ("urlDecodeUni", shared::url_decode_uni::apply, ByteSet::of(b"%+")),
    ("urlEncode", url_encode::apply, ByteSet::ALL),
    ("utf8toUnicode", shared::utf8_to_unicode::apply, WIDE),
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
        ALL[usize::from(self.0)].1(text)
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
        match self.make(text) {
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
