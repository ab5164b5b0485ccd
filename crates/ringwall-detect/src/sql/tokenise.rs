//! Bytes to parts, as one of several databases would read them.
//!
//! The same bytes are read differently by where the application puts them ([`Place`]) and by whose SQL it is ([`Dialect`]). Each
//! reading is one pass over the input; nothing is read twice in one pass, whatever the bytes are.

use super::token::{Hidden, Kind, Token};
use super::word::{self, Word};

/// Where the application puts the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// As it is, where a value is expected: `… where id = INPUT`.
    Bare,
    /// Between quotes of this kind: `… where name = 'INPUT'`.
    Quoted(u8),
}

/// Whose SQL it is, where that makes a difference to the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `--` begins a comment wherever it stands; a backslash is a byte like any other.
    Standard,
    /// `#` begins a comment; `--` only before a blank; a backslash escapes; `/*!` is a comment to others and not to MySQL.
    MySql,
}

/// The parts of an input.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    input: &'a [u8],
    at: usize,
    place: Place,
    dialect: Dialect,
}

impl<'a> Tokens<'a> {
    /// The parts of the input in that place.
    pub(crate) fn new(input: &'a [u8], place: Place, dialect: Dialect) -> Tokens<'a> {
        Tokens { input, at: 0, place, dialect }
    }

    /// The next part; the end again and again where there is none.
    pub(crate) fn next(&mut self) -> Token {
        if let (0, Place::Quoted(quote)) = (self.at, self.place) {
            let (end, closed) = self.text_end(0, quote);
            self.at = end;
            let kind = if closed { Kind::Breakout } else { Kind::End };
            return Token { kind, start: 0, end, after_comment: false, touches: false };
        }
        loop {
            let before = self.at;
            let mut after_comment = false;
            if let Some(rest) = self.skip(&mut after_comment) {
                return rest;
            }
            let start = self.at;
            let kind = self.read();
            let touches = start == before && start > 0;
            if let Some(kind) = kind {
                return Token { kind, start, end: self.at, after_comment, touches };
            }
        }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.input.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Goes past blanks and comments; the last comment is returned if it hides all that follows.
    fn skip(&mut self, after_comment: &mut bool) -> Option<Token> {
        loop {
            let Some(&byte) = self.input.get(self.at) else {
                return Some(self.token(Kind::End, self.at, *after_comment));
            };
            let start = self.at;
            match (byte, self.byte(1)) {
                (0..=b' ' | 0x7f | 0xa0, _) => self.at += 1,
                (0xc2, 0xa0) => self.at += 2,
                (b'/', b'*') if self.dialect == Dialect::MySql && self.byte(2) == b'!' => {
                    self.at += 3;
                    let digits = self.input[self.at..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
                    self.at += digits;
                    *after_comment = true;
                }
                // What ends a comment of MySQL's, or one of the application that the input stands in.
                (b'*', b'/') if self.dialect == Dialect::MySql || self.at == 0 => {
                    self.at += 2;
                    *after_comment = true;
                }
                (b'/', b'*') => {
                    let Some(length) = find(&self.input[self.at + 2..], b"*/") else {
                        return Some(self.rest(start, 2));
                    };
                    self.at += 2 + length + 2;
                    *after_comment = true;
                }
                (b'-', b'-') if self.dialect == Dialect::Standard || self.byte(2) <= b' ' => {
                    if !self.line(2) {
                        return Some(self.rest(start, 2));
                    }
                    *after_comment = true;
                }
                (b'#', _) if self.dialect == Dialect::MySql => {
                    if !self.line(1) {
                        let rest = self.rest(start, 1);
                        let body = &self.input[start + 1..];
                        let prose =
                            body.iter().any(u8::is_ascii_alphanumeric) && (body.len() > 8 || body.contains(&b' '));
                        return Some(if prose { Token { kind: Kind::Rest(Hidden::Prose), ..rest } } else { rest });
                    }
                    *after_comment = true;
                }
                _ => return None,
            }
        }
    }

    /// Goes past a comment of one line; says whether there is another line.
    fn line(&mut self, marker: usize) -> bool {
        let Some(length) = self.input[self.at + marker..].iter().position(|&byte| byte == b'\n') else { return false };
        self.at += marker + length + 1;
        true
    }

    fn rest(&mut self, start: usize, marker: usize) -> Token {
        let body = &self.input[start + marker..];
        self.at = self.input.len();
        self.token(Kind::Rest(hidden(body)), start, false)
    }

    fn token(&self, kind: Kind, start: usize, after_comment: bool) -> Token {
        Token { kind, start, end: self.at, after_comment, touches: false }
    }

    /// Reads one part; nothing if the bytes are as good as a blank.
    fn read(&mut self) -> Option<Kind> {
        let byte = self.byte(0);
        let kind = match byte {
            b'\'' | b'"' => self.quoted(byte),
            b'`' => self.backtick(),
            b'0'..=b'9' => return self.number(),
            b'.' if self.byte(1).is_ascii_digit() => return self.number(),
            b'$' => self.dollar(),
            b'@' => self.at_sign(),
            b':' => self.colon(),
            b'\\' if self.byte(1) == b'N' => self.take(2, Kind::Number),
            b'[' => self.bracket(),
            b'{' => self.brace(),
            b'(' => self.take(1, Kind::Open),
            b')' | b'}' => self.take(1, Kind::Close),
            b',' => self.take(1, Kind::Comma),
            b'.' => self.take(1, Kind::Dot),
            b';' => self.take(1, Kind::Semicolon),
            _ if is_name(byte) => self.name(),
            _ => self.operator(),
        };
        Some(kind)
    }

    fn take(&mut self, length: usize, kind: Kind) -> Kind {
        self.at = (self.at + length).min(self.input.len());
        kind
    }

    /// Where a string ends whose first byte is at `from`, and whether it has an end.
    fn text_end(&self, from: usize, quote: u8) -> (usize, bool) {
        let escapes = self.dialect == Dialect::MySql && quote != b'`';
        let mut at = from;
        while let Some(&byte) = self.input.get(at) {
            at += 1;
            if byte == b'\\' && escapes {
                at += 1;
            } else if byte == quote {
                if self.input.get(at) != Some(&quote) {
                    return (at, true);
                }
                at += 1;
            }
        }
        (self.input.len(), false)
    }

    fn quoted(&mut self, quote: u8) -> Kind {
        let (end, closed) = self.text_end(self.at + 1, quote);
        self.at = end;
        match (closed, self.place) {
            (true, _) => Kind::Text,
            (false, Place::Quoted(own)) if own != quote => Kind::Other,
            (false, _) => Kind::OpenText,
        }
    }

    /// An identifier in backticks. One that does not end hides what follows, as MySQL once had it.
    fn backtick(&mut self) -> Kind {
        let start = self.at;
        let (end, closed) = self.text_end(start + 1, b'`');
        self.at = end;
        let inner = &self.input[start + 1..end.max(start + 2).min(self.input.len()) - usize::from(closed)];
        match (closed, self.place) {
            (false, Place::Quoted(b'`')) => Kind::OpenText,
            (false, _) => Kind::Rest(hidden(inner)),
            (true, _) if word::lookup(inner) == Some(Word::Catalogue) => Kind::Word(Word::Catalogue),
            (true, _) => Kind::Name,
        }
    }

    /// A number; a name that begins with digits; nothing for `1.e`, which MySQL reads over.
    fn number(&mut self) -> Option<Kind> {
        let rest = &self.input[self.at..];
        let digits = |from: usize, is: fn(&u8) -> bool| rest[from..].iter().take_while(|byte| is(byte)).count();
        let mut end = match (rest[0], rest.get(1)) {
            (b'0', Some(b'x' | b'X')) => 2 + digits(2, |byte| byte.is_ascii_hexdigit()),
            (b'0', Some(b'b' | b'B')) if matches!(rest.get(2), Some(b'0' | b'1')) => {
                2 + digits(2, |byte| matches!(byte, b'0' | b'1'))
            }
            _ => {
                let mut end = digits(0, u8::is_ascii_digit);
                if rest.get(end) == Some(&b'.') {
                    end += 1 + digits(end + 1, u8::is_ascii_digit);
                }
                end
            }
        };
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits((end + 1 + sign).min(rest.len()), u8::is_ascii_digit);
            if exponent > 0 {
                end += 1 + sign + exponent;
            } else if !rest.get(end + 1).is_some_and(|&byte| is_name(byte)) && end + 1 < rest.len() {
                self.at += end + 1;
                return None;
            }
        }
        let letters = rest[end..].iter().take(32).take_while(|byte| is_name(**byte)).count();
        // Oracle has numbers like `1d` and `1f`.
        let suffix = usize::from(matches!(rest.get(end), Some(b'd' | b'D' | b'f' | b'F')));
        let is_word = |from: usize| word::lookup(&rest[from..end + letters]).is_some_and(|word| !word.is_name_alone());
        let glued_word = || is_word(end) || is_word(end + suffix);
        if letters > 0 && !glued_word() && !rest[..end].contains(&b'.') {
            self.at += end;
            return Some(self.name_run());
        }
        self.at += if letters > suffix && is_word(end + suffix) { end + suffix } else { end };
        Some(Kind::Number)
    }

    /// `$1`, `$1.50`, `$$text$$`, `$tag$text$tag$`.
    fn dollar(&mut self) -> Kind {
        let rest = &self.input[self.at + 1..];
        if rest.first().is_some_and(u8::is_ascii_digit) {
            self.at += 1;
            return self.number().unwrap_or(Kind::Number);
        }
        let tag = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if rest.get(tag) != Some(&b'$') {
            self.at += 1;
            return self.name_run();
        }
        let mark = &self.input[self.at..self.at + tag + 2];
        let from = self.at + mark.len();
        match find(&self.input[from..], mark) {
            Some(length) => self.take(mark.len() * 2 + length, Kind::Text),
            None => self.take(usize::MAX / 2, Kind::Other),
        }
    }

    fn at_sign(&mut self) -> Kind {
        if self.byte(1) == b'>' {
            return self.take(2, Kind::Compare);
        }
        self.at += if self.byte(1) == b'@' { 2 } else { 1 };
        match self.byte(0) {
            quote @ (b'\'' | b'"' | b'`') => {
                self.at = self.text_end(self.at + 1, quote).0;
            }
            byte if is_name(byte) => {
                self.name_run();
            }
            _ => {}
        }
        Kind::Variable
    }

    fn colon(&mut self) -> Kind {
        match self.byte(1) {
            b'=' => self.take(2, Kind::Compare),
            b':' => self.take(2, Kind::Cast),
            byte if byte.is_ascii_alphabetic() => {
                self.at += 1;
                self.name_run();
                Kind::Variable
            }
            _ => self.take(1, Kind::Other),
        }
    }

    /// `[User]`, a name to SQL Server.
    fn bracket(&mut self) -> Kind {
        let rest = &self.input[self.at + 1..];
        let length = rest.iter().take(64).take_while(|byte| is_name(**byte) || **byte == b' ').count();
        if length > 0 && rest.get(length) == Some(&b']') {
            return self.take(length + 2, Kind::Name);
        }
        self.take(1, Kind::Other)
    }

    /// `{`, and the word that ODBC and MySQL expect behind it: `{d '…'}`, `{if length(…)}`.
    fn brace(&mut self) -> Kind {
        self.at += 1;
        let rest = &self.input[self.at..];
        let word = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
        if word > 0 && rest.get(word).is_some_and(|byte| *byte <= b' ' || *byte == b'(') {
            self.at += word;
        }
        Kind::Open
    }

    fn name(&mut self) -> Kind {
        let start = self.at;
        self.name_run();
        let name = &self.input[start..self.at];
        // Strings with a prefix: x'41', b'1', n'text', e'text', q'[text]'.
        if let ([b'x' | b'X' | b'b' | b'B' | b'n' | b'N' | b'e' | b'E' | b'q' | b'Q'], b'\'') = (name, self.byte(0))
            && self.place != Place::Quoted(b'\'')
        {
            return self.quoted(b'\'');
        }
        word::lookup(name).map_or(Kind::Name, Kind::Word)
    }

    /// Goes to the end of a name.
    fn name_run(&mut self) -> Kind {
        let mut before = 0;
        while let Some(&byte) = self.input.get(self.at)
            && (is_name(byte) || byte == b'$')
            && !(byte == 0xa0 && before < 0x80)
            && !(byte == 0xc2 && self.byte(1) == 0xa0)
        {
            before = byte;
            self.at += 1;
        }
        Kind::Name
    }

    fn operator(&mut self) -> Kind {
        let (length, kind) = match (self.byte(0), self.byte(1), self.byte(2)) {
            (b'<', b'=', b'>') => (3, Kind::Compare),
            (b'<', b'<', _) | (b'>', b'>', _) => (2, Kind::Compute),
            (b'<' | b'>' | b'=' | b'!' | b'^', b'=', _) | (b'<', b'>' | b'@', _) => (2, Kind::Compare),
            (b'!', b'<' | b'>' | b'~', _) | (b'~', b'*', _) => (2, Kind::Compare),
            (b'<' | b'>' | b'=', ..) => (1, Kind::Compare),
            (b'|', b'|', _) => (2, Kind::Concat),
            (b'&', b'&', _) => (2, Kind::Both),
            (b'-' | b'#', b'>', b'>') => (3, Kind::Compute),
            (b'-' | b'#', b'>', _) => (2, Kind::Compute),
            (b'!' | b'~', ..) => (1, Kind::Unary),
            (b'*', ..) => (1, Kind::Star),
            (b'+' | b'-' | b'/' | b'%' | b'^' | b'|' | b'&', ..) => (1, Kind::Compute),
            _ => (1, Kind::Other),
        };
        self.take(length, kind)
    }
}

/// Whether a name may hold the byte. Every byte beyond ASCII is a letter somewhere.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// What a comment hides. One short word behind a blank is what tools append so that the blank is not cut off.
fn hidden(body: &[u8]) -> Hidden {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    if !body.iter().any(is_word) {
        return Hidden::Nothing;
    }
    let trimmed = body.trim_ascii();
    let one_short_word = trimmed.len() <= 8 && !trimmed.contains(&b' ') && body[0] <= b' ';
    if one_short_word { Hidden::Nothing } else { Hidden::Words }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut from = 0;
    loop {
        let at = from + haystack[from..].iter().position(|byte| byte == first)?;
        if haystack[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
}
