//! Taking keys and values out of JSON, up to the first thing that is not JSON.
//!
//! As AWS's, the reader forgives a missing comma or colon; duplicate keys, characters that do not belong there, an end that
//! comes too early and a root that is neither object nor array are failures (WAF-69). It keeps its own stack, so that depth
//! costs memory in proportion to the text and never the program's.

use std::ops::Range;

use ringwall_search::TextId;

use super::pointer::Pointers;
use super::{Found, MatchScope, Value};
use crate::transformation::hex_number;

/// Finds the keys and values that the pointers reach and the scope means, in their order: a string without its quotes and
/// escapes, any other value as it is written. Says whether the text was JSON to its end.
pub fn scan<'r>(text: &'r [u8], pointers: &Pointers, scope: MatchScope, found: &mut Found<'r>) -> bool {
    let mut reader = std::mem::take(&mut found.json);
    reader.open.clear();
    reader.live.clear();
    reader.keys.clear();
    let mut scanner = Scanner { text, place: 0, paths: pointers.paths(), scope, reader, found };
    let is_valid = scanner.run().is_some();
    let first_duplicate = scanner.first_duplicate();
    let Scanner { reader, found, .. } = scanner;
    found.json = reader;
    match first_duplicate {
        None => is_valid,
        // What comes behind it was read, and does not count.
        Some(values) => {
            found.values.truncate(values);
            false
        }
    }
}

/// What is kept in mind while a text is read. It keeps its memory.
#[derive(Debug, Default)]
pub struct Reader {
    open: Vec<Open>,
    /// the pointers on whose way the open elements are, by their numbers
    live: Vec<usize>,
    keys: Vec<Key>,
}

/// An object or array that is not closed yet.
#[derive(Clone, Debug)]
struct Open {
    /// the object's number; none for an array
    object: Option<usize>,
    /// how many elements an array had so far
    elements: usize,
    reach: Reach,
}

/// How an element lies to the pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// at or beneath the end of one of them
    Inside,
    /// on the way of those
    On(Range<usize>),
}

/// A key that was read.
#[derive(Clone, Copy, Debug)]
struct Key {
    object: usize,
    text: TextId,
    /// how many values there were before it
    values: usize,
}

struct Scanner<'r, 'p> {
    text: &'r [u8],
    place: usize,
    /// the pointers; none for everything
    paths: Option<&'p [Vec<Vec<u8>>]>,
    scope: MatchScope,
    reader: Reader,
    found: &'p mut Found<'r>,
}

impl<'r> Scanner<'r, '_> {
    fn run(&mut self) -> Option<()> {
        self.white_space();
        if !matches!(self.peek()?, b'{' | b'[') {
            return None;
        }
        let paths = self.paths.map(<[_]>::len);
        self.reader.live.extend(0..paths.unwrap_or(0));
        self.value(paths.map_or(Reach::Inside, |count| Reach::On(0..count)))?;
        while let Some(innermost) = self.reader.open.last() {
            let is_object = innermost.object.is_some();
            self.white_space();
            let closing = if is_object { b'}' } else { b']' };
            if self.peek()? == closing {
                self.place += 1;
                if let Some(Open { reach: Reach::On(live), .. }) = self.reader.open.pop() {
                    self.reader.live.truncate(live.start);
                }
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
        let text = self.string()?;
        let innermost = self.reader.open.last()?;
        let (object, is_reached) = (innermost.object?, innermost.reach == Reach::Inside);
        self.reader.keys.push(Key { object, text, values: self.found.values.len() });
        let reach = below(&mut self.reader, self.paths, self.found.texts.bytes(text));
        if is_reached && self.scope.has_keys() {
            self.found.values.push(Value { name: None, text });
        }
        self.white_space();
        if self.peek()? == b':' {
            self.place += 1;
        }
        self.white_space();
        self.value(reach)
    }

    fn element(&mut self) -> Option<()> {
        let innermost = self.reader.open.last_mut()?;
        let number = innermost.elements;
        innermost.elements += 1;
        let mut digits = [0; 20];
        let reach = below(&mut self.reader, self.paths, decimal(number, &mut digits));
        self.value(reach)
    }

    /// A value; an object or array is only opened.
    fn value(&mut self, reach: Reach) -> Option<()> {
        let first = self.peek()?;
        if let b'{' | b'[' = first {
            // An object's number is the place where it begins.
            let object = (first == b'{').then_some(self.place);
            self.place += 1;
            self.reader.open.push(Open { object, elements: 0, reach });
            return Some(());
        }
        let is_found = reach == Reach::Inside && self.scope.has_values();
        if let Reach::On(live) = reach {
            self.reader.live.truncate(live.start);
        }
        let text = if first == b'"' {
            self.string()?
        } else {
            let word = self.word()?;
            self.found.texts.add(word)
        };
        if is_found {
            self.found.values.push(Value { name: None, text });
        }
        self.comma()
    }

    /// How many values there were before the first key that its object has had before, if there is one. All keys are compared at the end,
    /// so that many of them take no longer than sorting them.
    fn first_duplicate(&mut self) -> Option<usize> {
        let texts = &self.found.texts;
        let order = |key: &Key| (key.object, texts.bytes(key.text));
        let keys = &mut self.reader.keys;
        keys.sort_unstable_by(|one, other| order(one).cmp(&order(other)).then(one.text.cmp(&other.text)));
        let pairs = keys.windows(2).filter(|pair| order(&pair[0]) == order(&pair[1]));
        pairs.map(|pair| (pair[1].text, pair[1].values)).min().map(|(_, values)| values)
    }

    /// What may stand behind a value: a comma, which must then be followed by another one, or nothing.
    fn comma(&mut self) -> Option<()> {
        self.white_space();
        if self.reader.open.is_empty() || self.peek()? != b',' {
            return Some(());
        }
        self.place += 1;
        self.white_space();
        (!matches!(self.peek()?, b'}' | b']')).then_some(())
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Option<&'r [u8]> {
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
    fn string(&mut self) -> Option<TextId> {
        let start = self.place + 1;
        let plain = self.text[start..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
        self.place = start + plain;
        if self.peek()? == b'"' {
            self.place += 1;
            return Some(self.found.texts.add(&self.text[start..start + plain]));
        }
        let (mut cursor, mut is_good) = (Cursor { text: self.text, place: self.place }, None);
        let text = self.found.texts.write(|output| {
            output.extend_from_slice(&cursor.text[start..start + plain]);
            is_good = cursor.unescape(output);
        });
        self.place = cursor.place;
        is_good.map(|()| text)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.place).copied()
    }

    fn white_space(&mut self) {
        let rest = self.text[self.place..].iter();
        self.place += rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }
}

/// How an element beneath the innermost open one lies, by its key or its position.
fn below(reader: &mut Reader, paths: Option<&[Vec<Vec<u8>>]>, segment: &[u8]) -> Reach {
    let (Some(paths), Some(Open { reach: Reach::On(live), .. })) = (paths, reader.open.last()) else {
        return Reach::Inside;
    };
    let (live, depth) = (live.clone(), reader.open.len() - 1);
    let start = reader.live.len();
    for at in live {
        let path = &paths[reader.live[at]];
        if path.get(depth).is_none_or(|own| own != segment) {
            continue;
        }
        if path.len() == depth + 1 {
            reader.live.truncate(start);
            return Reach::Inside;
        }
        reader.live.push(reader.live[at]);
    }
    Reach::On(start..reader.live.len())
}

/// A number's decimal digits.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}

/// The inside of a string that has escapes.
struct Cursor<'r> {
    text: &'r [u8],
    place: usize,
}

impl Cursor<'_> {
    /// Writes the rest of the string, up to its closing quote.
    fn unescape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        loop {
            let byte = self.next()?;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape(text)?,
                0..=0x1f => return None,
                _ => text.push(byte),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let letter = self.next()?;
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

    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.place).copied()?;
        self.place += 1;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, bool) {
        let found = |scope| {
            let mut found = Found::default();
            let is_valid = scan(text.as_bytes(), &Pointers::all(), scope, &mut found);
            let text =
                |value: &Value| (value.text, String::from_utf8_lossy(found.texts.bytes(value.text)).into_owned());
            (found.values.iter().map(text).collect::<Vec<_>>(), is_valid)
        };
        let keys: std::collections::BTreeSet<_> = found(MatchScope::Key).0.into_iter().collect();
        let (all, is_valid) = found(MatchScope::All);
        assert_eq!(all.len(), keys.len() + found(MatchScope::Value).0.len());
        let word = |own: (TextId, String)| if keys.contains(&own) { format!("{}:", own.1) } else { own.1 };
        (all.into_iter().map(word).collect::<Vec<_>>().join(" "), is_valid)
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

    #[test]
    fn the_first_key_that_was_there_before_ends_the_text() {
        for (text, found) in [
            (r#"{"a": {"x": 1, "x": 2}, "a": 3}"#, "a: x: 1"),
            (r#"{"a": {"a": 1}, "\u0061": 2, "b": 3}"#, "a: a: 1"),
            (r#"[{"a": 1}, {"a": 2}, {"a": 3, "b": 4, "b": 5, "a": 6}]"#, "a: 1 a: 2 a: 3 b: 4"),
            (r#"{"a": 1, "a"#, "a: 1"),
        ] {
            assert_eq!(read(text), (found.to_owned(), false), "WAF-69: {text}");
        }
        assert!(read(r#"[{"a": 1}, {"a": {"a": 2}}]"#).1, "the same key in other objects");
    }
}
