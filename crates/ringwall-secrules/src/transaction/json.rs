//! A body of JSON: every value is an argument, named by the way to it.

use std::borrow::Cow;

use super::Fields;
use crate::collection::Collection;

/// How many bytes before the end of a text that was cut may be half of something: an escape of two characters at most.
const HALF: usize = 12;

/// Reads it, up to the first thing that is wrong. Depth costs memory in proportion to the text. Of a text that was cut, the end is no
/// fault: the value that it stands in is one as far as it goes.
pub(super) fn read<'r>(
    fields: &mut Fields<'r>,
    text: &'r [u8],
    is_cut: bool,
    deepest: usize,
    room: usize,
) -> Result<(), String> {
    let mut scanner = Scanner { text, place: 0, last: 0, open: Vec::new(), way: Vec::new(), deepest, room };
    let Err(says) = scanner.run(fields) else { return Ok(()) };
    if is_cut && text.len() - scanner.place.min(text.len()) <= HALF {
        let rest = Cow::Borrowed(&text[scanner.last..]);
        scanner.found(fields, b"", rest);
        return Ok(());
    }
    Err(format!("JSON: {says} at byte {}", scanner.place))
}

/// An object or a list that is not closed.
struct Open {
    /// the length of the way to it
    way: usize,
    /// how many elements a list had; none for an object
    elements: Option<usize>,
}

struct Scanner<'r> {
    text: &'r [u8],
    place: usize,
    /// where the last string began
    last: usize,
    open: Vec<Open>,
    /// the way to what is read: `json.a.array_0.`
    way: Vec<u8>,
    deepest: usize,
    room: usize,
}

impl<'r> Scanner<'r> {
    fn run(&mut self, fields: &mut Fields<'r>) -> Result<(), &'static str> {
        self.white_space();
        self.value(fields, b"json")?;
        while let Some(innermost) = self.open.last() {
            let is_object = innermost.elements.is_none();
            self.white_space();
            match (self.next()?, is_object) {
                (b'}', true) | (b']', false) => self.close(),
                _ => {
                    self.place -= 1;
                    self.member(fields, is_object)?;
                }
            }
        }
        self.white_space();
        if self.place == self.text.len() { Ok(()) } else { Err("something behind the end") }
    }

    fn close(&mut self) {
        if let Some(closed) = self.open.pop() {
            self.way.truncate(closed.way);
        }
    }

    /// A member or element, and the comma before it.
    fn member(&mut self, fields: &mut Fields<'r>, is_object: bool) -> Result<(), &'static str> {
        let is_first = matches!(self.text[..self.place].trim_ascii_end().last(), Some(b'{' | b'['));
        // What stands before is a bracket only if nothing was read since: strings end with a quote.
        if !is_first {
            if self.next()? != b',' {
                return Err("no comma");
            }
            self.white_space();
        }
        if !is_object {
            return self.value(fields, b"");
        }
        if self.next()? != b'"' {
            return Err("no key");
        }
        let key = self.string()?;
        self.white_space();
        if self.next()? != b':' {
            return Err("no colon");
        }
        self.white_space();
        self.value(fields, &key)
    }

    /// A value; an object or a list is only opened.
    fn value(&mut self, fields: &mut Fields<'r>, key: &[u8]) -> Result<(), &'static str> {
        let value = match self.next()? {
            own @ (b'{' | b'[') => return self.begin(own == b'{', key),
            b'"' => self.string()?,
            _ => {
                self.place -= 1;
                self.word()?
            }
        };
        self.found(fields, key, value);
        Ok(())
    }

    /// Opens an object or a list.
    fn begin(&mut self, is_object: bool, key: &[u8]) -> Result<(), &'static str> {
        if self.open.len() >= self.deepest {
            return Err("too deep");
        }
        let way = self.way.len();
        self.element();
        let is_in_object = self.open.last().is_some_and(|own| own.elements.is_none());
        self.way.extend_from_slice(if key.is_empty() && is_in_object { b"empty-key" } else { key });
        self.way.extend_from_slice(if is_object { b"." } else { b".array_" });
        self.open.push(Open { way, elements: (!is_object).then_some(0) });
        Ok(())
    }

    /// Writes the number of the element that is read, and counts it.
    fn element(&mut self) {
        if let Some(Open { elements: Some(count), .. }) = self.open.last_mut() {
            self.way.extend_from_slice(count.to_string().as_bytes());
            *count += 1;
        }
    }

    fn found(&mut self, fields: &mut Fields<'r>, key: &[u8], value: Cow<'r, [u8]>) {
        let way = self.way.len();
        self.element();
        let is_in_object = self.open.last().is_some_and(|own| own.elements.is_none());
        self.way.extend_from_slice(if key.is_empty() && is_in_object { b"empty-key" } else { key });
        if self.room > 0 {
            self.room -= 1;
            fields.add(Collection::Args, self.way.clone(), value);
        }
        self.way.truncate(way);
    }

    /// `true`, `false`, `null`, which is the empty text, or a number.
    fn word(&mut self) -> Result<Cow<'r, [u8]>, &'static str> {
        let rest = &self.text[self.place..];
        let length = rest.iter().take_while(|own| own.is_ascii_alphanumeric() || b"+-.".contains(own)).count();
        let word = &rest[..length];
        if matches!(word, b"true" | b"false") || is_number(word) {
            self.place += length;
            return Ok(Cow::Borrowed(word));
        }
        if word == b"null" {
            self.place += length;
            return Ok(Cow::Borrowed(b""));
        }
        Err("no value")
    }

    /// A string behind its first quote, without its escapes.
    fn string(&mut self) -> Result<Cow<'r, [u8]>, &'static str> {
        let start = self.place;
        self.last = start;
        let plain = self.text[start..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
        self.place = start + plain;
        let mut text = Cow::Borrowed(&self.text[start..self.place]);
        loop {
            match self.next()? {
                b'"' => return if std::str::from_utf8(&text).is_ok() { Ok(text) } else { Err("no UTF-8") },
                b'\\' => self.escape(text.to_mut())?,
                0..=0x1f => return Err("a control character"),
                byte => text.to_mut().push(byte),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), &'static str> {
        let byte = match self.next()? {
            own @ (b'"' | b'\\' | b'/') => own,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.character(text),
            _ => return Err("an escape that is none"),
        };
        text.push(byte);
        Ok(())
    }

    /// A character by number, of one or two halves; a half alone is a question mark.
    fn character(&mut self, text: &mut Vec<u8>) -> Result<(), &'static str> {
        let mut number = self.quad()?;
        if (0xd800..0xdc00).contains(&number) && self.text[self.place..].starts_with(b"\\u") {
            let place = self.place;
            self.place += 2;
            match self.quad()? {
                second @ 0xdc00..0xe000 => number = 0x1_0000 + ((number - 0xd800) << 10) + (second - 0xdc00),
                _ => self.place = place,
            }
        }
        let character = char::from_u32(number).unwrap_or('?');
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn quad(&mut self) -> Result<u32, &'static str> {
        let mut number = 0;
        for _ in 0..4 {
            number = number << 4 | (self.next()? as char).to_digit(16).ok_or("an escape that is none")?;
        }
        Ok(number)
    }

    fn next(&mut self) -> Result<u8, &'static str> {
        let byte = self.text.get(self.place).copied().ok_or("an early end")?;
        self.place += 1;
        Ok(byte)
    }

    fn white_space(&mut self) {
        let rest = self.text[self.place..].iter();
        self.place += rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }
}

/// Whether a word is a number of JSON: no zero before other digits, digits on both sides of a point.
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let (mantissa, exponent) = match word.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(place) => (&word[..place], Some(&word[place + 1..])),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
        Some(place) => (&mantissa[..place], Some(&mantissa[place + 1..])),
        None => (mantissa, None),
    };
    let is_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let unsigned = |text: &[u8]| is_digits(text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text));
    is_digits(whole)
        && (whole.len() == 1 || whole[0] != b'0')
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(unsigned)
}
