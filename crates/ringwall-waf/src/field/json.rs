//! Taking keys and values out of JSON, up to the first thing that is not JSON.
//!
//! As AWS's, the reader forgives a missing comma or colon; duplicate keys, characters that do not belong there, an end that
//! comes too early and a root that is neither object nor array are failures (WAF-69). It keeps its own stack, so that depth
//! costs memory in proportion to the text and never the program's.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::pointer::{Pointers, Reach};
use crate::transformation::hex_number;

/// A key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// whether it is a key
    pub is_key: bool,
    /// a string without its quotes and escapes; any other value as it is written
    pub text: Cow<'a, [u8]>,
}

/// What was found, and whether the text was JSON to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// keys and values in their order, those that the pointers reach
    pub pieces: Vec<Piece<'a>>,
    /// whether nothing was wrong
    pub is_valid: bool,
}

/// Reads a text.
pub fn scan<'a>(text: &'a [u8], pointers: &Pointers) -> Scan<'a> {
    let mut scanner = Scanner { text, place: 0, pieces: Vec::new(), open: Vec::new() };
    let is_valid = scanner.run(pointers).is_some();
    Scan { pieces: scanner.pieces, is_valid }
}

/// An object or array that is not closed yet.
struct Open<'p> {
    /// the keys so far; none for an array
    keys: Option<BTreeSet<Vec<u8>>>,
    /// how many elements an array had so far
    elements: usize,
    reach: Reach<'p>,
}

struct Scanner<'a, 'p> {
    text: &'a [u8],
    place: usize,
    pieces: Vec<Piece<'a>>,
    open: Vec<Open<'p>>,
}

impl<'a, 'p> Scanner<'a, 'p> {
    fn run(&mut self, pointers: &'p Pointers) -> Option<()> {
        self.white_space();
        if !matches!(self.peek()?, b'{' | b'[') {
            return None;
        }
        self.value(pointers.root())?;
        while let Some(innermost) = self.open.last() {
            let is_object = innermost.keys.is_some();
            self.white_space();
            let closing = if is_object { b'}' } else { b']' };
            if self.peek()? == closing {
                self.place += 1;
                self.open.pop();
                self.comma()?;
            } else if is_object {
                self.member()?;
            } else {
                self.element()?;
            }
        }
        self.white_space();
        (self.place == self.text.len()).then_some(())
    }

    /// A key, perhaps a colon, and a value.
    fn member(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.string()?;
        let innermost = self.open.last_mut()?;
        let is_new = innermost.keys.as_mut()?.insert(key.clone().into_owned());
        let reach = innermost.reach.below(&key);
        let is_reached = innermost.reach.is_inside();
        if !is_new {
            return None;
        }
        if is_reached {
            self.pieces.push(Piece { is_key: true, text: key });
        }
        self.white_space();
        if self.peek()? == b':' {
            self.place += 1;
        }
        self.white_space();
        self.value(reach)
    }

    fn element(&mut self) -> Option<()> {
        let innermost = self.open.last_mut()?;
        let reach = innermost.reach.below(innermost.elements.to_string().as_bytes());
        innermost.elements += 1;
        self.value(reach)
    }

    /// A value; an object or array is only opened.
    fn value(&mut self, reach: Reach<'p>) -> Option<()> {
        let first = self.peek()?;
        if let b'{' | b'[' = first {
            self.place += 1;
            let keys = (first == b'{').then(BTreeSet::new);
            self.open.push(Open { keys, elements: 0, reach });
            return Some(());
        }
        let text = if first == b'"' { self.string()? } else { Cow::Borrowed(self.word()?) };
        if reach.is_inside() {
            self.pieces.push(Piece { is_key: false, text });
        }
        self.comma()
    }

    /// What may stand behind a value: a comma, which must then be followed by another one, or nothing.
    fn comma(&mut self) -> Option<()> {
        self.white_space();
        if self.open.is_empty() || self.peek()? != b',' {
            return Some(());
        }
        self.place += 1;
        self.white_space();
        (!matches!(self.peek()?, b'}' | b']')).then_some(())
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Option<&'a [u8]> {
        let rest = &self.text[self.place..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
        let word = &rest[..length];
        let is_number = || word.iter().all(|byte| b"+-.eE".contains(byte) || byte.is_ascii_digit());
        let is_word =
            matches!(word, b"true" | b"false" | b"null") || word.iter().any(u8::is_ascii_digit) && is_number();
        self.place += length;
        is_word.then_some(word)
    }

    /// A string, without its quotes and escapes.
    fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        let start = self.place + 1;
        let plain = self.text[start..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
        self.place = start + plain;
        let mut text = Cow::Borrowed(&self.text[start..self.place]);
        loop {
            let byte = self.peek()?;
            self.place += 1;
            match byte {
                b'"' => return Some(text),
                b'\\' => self.escape(text.to_mut())?,
                0..=0x1f => return None,
                _ => text.to_mut().push(byte),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let letter = self.peek()?;
        self.place += 1;
        text.push(match letter {
            b'"' | b'\\' | b'/' => letter,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.character(text),
            _ => return None,
        });
        Some(())
    }

    /// A character by number, of one or two halves. Half a character is written as the replacement character.
    fn character(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let mut number = u32::from(self.quad()?);
        let is_first_half = (0xd800..0xdc00).contains(&number);
        if is_first_half && self.text[self.place..].starts_with(b"\\u") {
            let place = self.place;
            self.place += 2;
            match u32::from(self.quad()?) {
                second @ 0xdc00..0xe000 => number = 0x1_0000 + ((number - 0xd800) << 10) + (second - 0xdc00),
                _ => self.place = place,
            }
        }
        let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    fn quad(&mut self) -> Option<u16> {
        let number = hex_number(&self.text[self.place..])?;
        self.place += 4;
        Some(number)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.place).copied()
    }

    fn white_space(&mut self) {
        let rest = self.text[self.place..].iter();
        self.place += rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, bool) {
        let pointers = Pointers::all();
        let scan = scan(text.as_bytes(), &pointers);
        let piece = |piece: &Piece| {
            let text = String::from_utf8_lossy(&piece.text).into_owned();
            if piece.is_key { format!("{text}:") } else { text }
        };
        (scan.pieces.iter().map(piece).collect::<Vec<_>>().join(" "), scan.is_valid)
    }

    #[test]
    fn keys_and_values_come_in_their_order() {
        let (found, is_valid) = read(r#"{"a": [1, -2.5e3, "x\n\u00e4\ud83d\ude00"], "b": {"c": true}, "d": null}"#);
        assert_eq!(found, "a: 1 -2.5e3 x\n\u{e4}\u{1f600} b: c: true d: null");
        assert!(is_valid);
    }

    #[test]
    fn a_missing_comma_or_colon_is_forgiven() {
        assert_eq!(read(r#"{"a" 1 "b": [1 2]}"#), ("a: 1 b: 1 2".to_owned(), true), "WAF-69");
    }

    #[test]
    fn failures_end_the_text_where_they_are() {
        for (text, found) in [
            (r#"{"a": 1, "a": 2}"#, "a: 1"),
            (r#"{"a": 1, b: 2}"#, "a: 1"),
            (r#"{"a": 1"#, "a: 1"),
            (r#"{"a": 1} x"#, "a: 1"),
            (r#"{"a": "b"#, "a:"),
            (r#"{"a": 1,}"#, "a: 1"),
            (r#"{"a": tru}"#, "a:"),
            (r#"{"a": "\q"}"#, "a:"),
            ("\"a\"", ""),
            ("", ""),
            ("[1]]", "1"),
        ] {
            assert_eq!(read(text), (found.to_owned(), false), "WAF-69: {text}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let text = "[".repeat(60_000) + &"]".repeat(60_000);
        assert_eq!(read(&text), (String::new(), true));
        assert!(!read(&"{\"a\":".repeat(60_000)).1);
    }

    #[test]
    fn half_a_character_is_a_replacement_character() {
        assert_eq!(read(r#"["\ud83d", "\ud83d\u0041", "\udc00"]"#), ("\u{fffd} \u{fffd}A \u{fffd}".to_owned(), true));
    }
}
