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

/// How a transformation makes a text of another one.
enum How {
    /// as AWS's does: what is new is written to the output
    Shared(fn(&[u8], &mut Vec<u8>) -> Made),
    /// as one of SecLang's own
    Own(fn(&[u8]) -> Cow<'_, [u8]>),
}

use How::{Own, Shared};

/// A name, what is made, and the bytes without all of which a text stays as it is.
type Entry = (&'static str, How, ByteSet);

const ESCAPES: ByteSet = ByteSet::of(b"\\");
const WIDE: ByteSet = ByteSet::range(0x80..=0xff);
const COMMAND: ByteSet = ByteSet::of(b"\"'\\^,;/(").union(ByteSet::SPACE).union(ByteSet::UPPER);

/// Every one. Names without regard to case.
const ALL: &[Entry] = &[
    ("base64Decode", Shared(shared::base64_decode::apply), ByteSet::ALL),
    ("base64DecodeExt", Shared(shared::base64_decode_ext::apply), ByteSet::ALL),
    ("base64Encode", Own(digests::base64_encode), ByteSet::ALL),
    ("cmdLine", Shared(shared::cmd_line::apply), COMMAND),
    ("compressWhitespace", Shared(shared::compress_white_space::apply), ByteSet::SPACE.with(0xa0)),
    ("cssDecode", Shared(shared::css_decode::apply), ESCAPES),
    ("escapeSeqDecode", Shared(shared::escape_seq_decode::apply), ESCAPES),
    ("hexDecode", Shared(shared::hex_decode::apply), ByteSet::ALL),
    ("hexEncode", Own(digests::hex_encode), ByteSet::ALL),
    ("htmlEntityDecode", Own(html_entity_decode::apply), ByteSet::of(b"&")),
    ("jsDecode", Shared(shared::js_decode::apply), ESCAPES),
    ("length", Own(digests::length), ByteSet::ALL),
    ("lowercase", Shared(shared::lowercase::apply), ByteSet::UPPER),
    ("md5", Shared(shared::md5::apply), ByteSet::ALL),
    ("normalizePath", Shared(shared::normalize_path::apply), ByteSet::of(b"/.")),
    ("normalisePath", Shared(shared::normalize_path::apply), ByteSet::of(b"/.")),
    ("normalizePathWin", Shared(shared::normalize_path_win::apply), ByteSet::of(b"/.\\")),
    ("normalisePathWin", Shared(shared::normalize_path_win::apply), ByteSet::of(b"/.\\")),
    ("parityEven7bit", Own(parity::even), ByteSet::ALL),
    ("parityOdd7bit", Own(parity::odd), ByteSet::ALL),
    ("parityZero7bit", Own(parity::zero), WIDE),
    ("phpArgsNames", Own(php_arguments_names::apply), ByteSet::of(b" .[]")),
    ("removeComments", Own(remove_comments::apply), ByteSet::of(b"/<-#")),
    ("removeCommentsChar", Shared(shared::remove_comments_char::apply), ByteSet::of(b"/*<-#")),
    ("removeNulls", Shared(shared::remove_nulls::apply), ByteSet::of(b"\0")),
    ("removeWhitespace", Own(remove_white_space::apply), ByteSet::SPACE.with(0xa0).with(0xc2)),
    ("replaceComments", Shared(shared::replace_comments::apply), ByteSet::of(b"/")),
    ("replaceNulls", Shared(shared::replace_nulls::apply), ByteSet::of(b"\0")),
    ("sha1", Own(digests::sha1), ByteSet::ALL),
    ("sqlHexDecode", Shared(shared::sql_hex_decode::apply), ByteSet::of(b"0")),
    ("trim", Shared(shared::trim::apply), ByteSet::SPACE),
    ("trimLeft", Shared(shared::trim_left::apply), ByteSet::SPACE),
    ("trimRight", Shared(shared::trim_right::apply), ByteSet::SPACE),
    ("uppercase", Shared(shared::uppercase::apply), ByteSet::LOWER),
    ("urlDecode", Shared(shared::url_decode::apply), ByteSet::of(b"%+")),
    ("urlDecodeUni", Shared(shared::url_decode_uni::apply), ByteSet::of(b"%+")),
    ("urlEncode", Own(url_encode::apply), ByteSet::ALL),
    ("utf8toUnicode", Shared(shared::utf8_to_unicode::apply), WIDE),
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
        match &ALL[usize::from(self.0)].1 {
            Own(make) => make(text),
            Shared(make) => {
                let mut output = Vec::new();
                match make(text, &mut output) {
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
        let make = match &ALL[usize::from(self.0)].1 {
            Shared(make) => return make(text, output),
            Own(make) => make,
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
