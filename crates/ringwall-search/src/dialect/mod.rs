//! Regular expressions of PCRE, written for the engine that runs them (WAF-45).
//!
//! The engine, `regex`, takes time proportional to the text and has its own spelling. Most of an expression stays as it is; this
//! module goes through it once and rewrites what is spelled otherwise (`\h`, `\Z`, `\Q…\E`, braces that are no quantifier,
//! brackets and signs in classes, bytes beyond ASCII), and refuses what the engine cannot do, with its place. Two dialects
//! are taken: [`Dialect::AWS`] and [`Dialect::SEC_LANG`].
//!
//! What is written is to be compiled for bytes, without Unicode, with the flags that [`Dialect::flags`] names.

mod class;
mod possessive;

use crate::Flags;

/// What is taken, and how it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// whether possessive quantifiers and atomic groups are taken, where they change nothing
    possessive: bool,
    /// whether groups are captured
    captures: bool,
    /// whether characters beyond ASCII are the bytes of UTF-8, each by itself
    bytes: bool,
    flags: Flags,
}

impl Dialect {
    /// What AWS WAF takes: nothing that gives back less than it could, nothing captured.
    pub const AWS: Dialect = Dialect {
        possessive: false,
        captures: false,
        bytes: false,
        flags: Flags { ignores_case: false, multi_line: false, dot_matches_newline: false },
    };

    /// What ModSecurity takes: bytes, captures, `.` matches newlines, and `^` and `$` at lines.
    pub const SEC_LANG: Dialect = Dialect {
        possessive: true,
        captures: true,
        bytes: true,
        flags: Flags { ignores_case: false, multi_line: true, dot_matches_newline: true },
    };

    /// How expressions of the dialect are to be compiled.
    pub const fn flags(self) -> Flags {
        self.flags
    }
}

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has {what} at byte {at}, which is not supported")]
pub struct Unsupported {
    /// what there is
    pub what: String,
    /// where it begins, in bytes
    pub at: usize,
}

/// Writes an expression for the engine.
///
/// ```
/// use ringwall_search::dialect::{Dialect, translate};
///
/// assert_eq!(translate(br"a{b}\h", Dialect::AWS).unwrap(), r"a\x7bb\x7d[\t\x20\xa0]");
/// assert_eq!(translate(br"a(?=b)", Dialect::SEC_LANG).unwrap_err().at, 1);
/// ```
///
/// # Errors
/// If the engine cannot do it, what it is and where. What only the engine's parser refuses is not found here.
pub fn translate(expression: &[u8], dialect: Dialect) -> Result<String, Unsupported> {
    let mut translator = Translator {
        whole: expression,
        at: 0,
        dialect,
        output: String::new(),
        is_multi_line: dialect.flags.multi_line || sets_lines(expression),
        atom: None,
        open: Vec::new(),
        possessive: Vec::new(),
    };
    while translator.at < expression.len() {
        translator.step()?;
    }
    possessive::check(&translator)?;
    Ok(translator.output)
}

/// Whether an expression switches lines on somewhere.
fn sets_lines(expression: &[u8]) -> bool {
    let groups = expression.windows(2).enumerate().filter(|(_, own)| *own == b"(?");
    let mut flags = groups.map(|(at, _)| expression[at + 2..].iter().take_while(|own| own.is_ascii_lowercase()));
    flags.any(|mut own| own.any(|flag| *flag == b'm'))
}

struct Translator<'a> {
    whole: &'a [u8],
    /// how far it is read
    at: usize,
    dialect: Dialect,
    output: String,
    /// whether `$` may mean the end of a line, so that it is left alone
    is_multi_line: bool,
    /// where in the output the part begins that a quantifier would repeat, if there is one
    atom: Option<usize>,
    /// where in the output the groups begin that are open
    open: Vec<usize>,
    /// where in the output groups begin that are not to give anything back, and where in the expression
    possessive: Vec<(usize, usize)>,
}

type Step = Result<(), Unsupported>;

impl Translator<'_> {
    fn rest(&self) -> &[u8] {
        &self.whole[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.whole.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, text: &[u8]) -> bool {
        let is_there = self.rest().starts_with(text);
        self.at += if is_there { text.len() } else { 0 };
        is_there
    }

    fn unsupported<T>(&self, what: &str, at: usize) -> Result<T, Unsupported> {
        Err(Unsupported { what: what.to_owned(), at })
    }

    /// Writes something that a quantifier can repeat.
    fn atom(&mut self, text: &str) -> Step {
        self.atom = Some(self.output.len());
        self.output.push_str(text);
        Ok(())
    }

    /// Writes something that none can.
    fn other(&mut self, text: &str) -> Step {
        self.atom = None;
        self.output.push_str(text);
        Ok(())
    }

    fn step(&mut self) -> Step {
        let at = self.at;
        let Some(first) = self.next() else { return Ok(()) };
        match first {
            b'\\' => self.escape(),
            b'[' => {
                let start = self.output.len();
                self.class()?;
                self.atom = Some(start);
                Ok(())
            }
            b'(' => self.group(),
            b')' => {
                let Some(start) = self.open.pop() else {
                    return self.unsupported("a closing parenthesis without an opening one", at);
                };
                self.output.push(')');
                self.atom = Some(start);
                Ok(())
            }
            b'|' => self.other("|"),
            b'^' => self.other("^"),
            // Without lines, the end is also before a last newline.
            b'$' if !self.is_multi_line => self.atom(r"(?:\n?\z)"),
            b'$' => self.other("$"),
            b'{' => match (self.counted(), self.atom) {
                (Some(length), Some(_)) => {
                    self.at += length;
                    self.quantifier(at)
                }
                (Some(_), None) => self.unsupported("a quantifier behind nothing that can be repeated", at),
                _ => self.atom(r"\x7b"),
            },
            b'}' => self.atom(r"\x7d"),
            b'*' | b'+' | b'?' if self.atom.is_none() => {
                self.unsupported("a quantifier behind nothing that can be repeated", at)
            }
            b'*' | b'+' | b'?' => self.quantifier(at),
            // White space and `#` may be comments, which the engine knows as well.
            b'.' | b'#' | b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                self.atom(char::from(first).encode_utf8(&mut [0; 4]))
            }
            _ => self.literal(at),
        }
    }

    /// A character: one byte, or the bytes of UTF-8 together where characters count.
    fn literal(&mut self, at: usize) -> Step {
        let length = match self.whole[at] {
            0..=0x7f => 1,
            _ if self.dialect.bytes => 1,
            _ => {
                let window = &self.whole[at..self.whole.len().min(at + 4)];
                let is_character =
                    |length: &usize| window.get(..*length).is_some_and(|own| std::str::from_utf8(own).is_ok());
                (2..=4).find(is_character).unwrap_or(1)
            }
        };
        self.at = at + length;
        let bytes: String = self.whole[at..at + length].iter().map(|byte| written(*byte)).collect();
        if length == 1 { self.atom(&bytes) } else { self.atom(&format!("(?:{bytes})")) }
    }

    /// A quantifier that begins there and is read to its end, and what follows it: nothing, a mark that it is lazy, or one that it
    /// gives nothing back.
    fn quantifier(&mut self, at: usize) -> Step {
        let own = String::from_utf8_lossy(&self.whole[at..self.at]).into_owned();
        self.output.push_str(&own);
        let atom = self.atom.take();
        if self.take(b"?") {
            self.output.push('?');
        } else if self.peek() == Some(b'+') {
            let (true, Some(atom)) = (self.dialect.possessive, atom) else {
                return self.unsupported("a possessive quantifier", at);
            };
            self.at += 1;
            self.output.insert_str(atom, "(?:");
            self.output.push(')');
            self.possessive.iter_mut().filter(|own| own.0 >= atom).for_each(|own| own.0 += 3);
            self.possessive.push((atom, at));
        }
        Ok(())
    }

    /// The length of `3}`, `3,}` or `3,5}` at the beginning of what is left.
    fn counted(&self) -> Option<usize> {
        let end = self.rest().iter().take(24).position(|byte| *byte == b'}')?;
        let own = &self.rest()[..end];
        let (least, most) = match own.iter().position(|byte| *byte == b',') {
            Some(comma) => (&own[..comma], &own[comma + 1..]),
            None => (own, &own[..0]),
        };
        let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        (!least.is_empty() && is_number(least) && is_number(most)).then_some(end + 1)
    }

    /// What stands behind an opening parenthesis.
    fn group(&mut self) -> Step {
        let at = self.at - 1;
        let start = self.output.len();
        if self.peek() == Some(b'*') {
            return self.unsupported("a backtracking control verb", at);
        }
        if !self.take(b"?") {
            return self.open_group(start, if self.dialect.captures { "(" } else { "(?:" });
        }
        if self.take(b"#") {
            let Some(end) = self.rest().iter().position(|byte| *byte == b')') else {
                return self.unsupported("a comment without an end", at);
            };
            self.at += end + 1;
            return Ok(());
        }
        for (opening, closing) in [(b"P<".as_slice(), b'>'), (b"<", b'>'), (b"'", b'\'')] {
            let Some(name) =
                self.rest().strip_prefix(opening).filter(|name| !name.starts_with(b"=") && !name.starts_with(b"!"))
            else {
                continue;
            };
            let Some(end) = name.iter().position(|byte| *byte == closing) else {
                return self.unsupported("a name without an end", at);
            };
            self.at += opening.len() + end + 1;
            return self.open_group(start, if self.dialect.captures { "(" } else { "(?:" });
        }
        let flags = self.rest().iter().take_while(|own| b"imsxU-".contains(own)).count();
        let own: Vec<u8> = self.rest()[..flags].to_vec();
        let what = match self.rest().get(flags) {
            Some(end @ (b':' | b')')) => {
                let end = *end;
                self.at += flags + 1;
                return self.flags(&own, end, at);
            }
            Some(b'>') if flags == 0 && self.dialect.possessive => {
                self.at += 1;
                self.possessive.push((start, at));
                return self.open_group(start, "(?:");
            }
            Some(b'=' | b'!' | b'<') => "a zero-width assertion",
            Some(b'>') => "an atomic group",
            Some(b'(') => "a conditional",
            Some(b'|') => "a branch reset",
            Some(b'C') => "a callout",
            _ => "a recursion, a subroutine or an option",
        };
        self.unsupported(what, at)
    }

    /// A group that begins there in the output.
    fn open_group(&mut self, start: usize, opening: &str) -> Step {
        self.open.push(start);
        self.other(opening)
    }

    /// Flags that are set from here on, or for a group.
    fn flags(&mut self, flags: &[u8], end: u8, at: usize) -> Step {
        let off = flags.iter().skip_while(|own| **own != b'-');
        if self.dialect.flags.multi_line && off.clone().any(|own| *own == b'm') {
            return self.unsupported("lines switched off", at);
        }
        let start = self.output.len();
        let kept: String = flags.iter().filter(|own| **own != b'U').map(|own| char::from(*own)).collect();
        let kept = kept.strip_suffix('-').unwrap_or(&kept);
        match end {
            b')' if kept.is_empty() => Ok(()),
            b')' => self.other(&format!("(?{kept})")),
            _ => self.open_group(start, &format!("(?{kept}:")),
        }
    }

    /// What stands behind a backslash outside a class.
    fn escape(&mut self) -> Step {
        let at = self.at - 1;
        let Some(letter) = self.next() else { return self.unsupported("a backslash at its end", at) };
        match letter {
            b'Q' => {
                let end = self.rest().windows(2).position(|own| own == br"\E");
                let text = &self.rest()[..end.unwrap_or(self.rest().len())];
                let (length, text): (usize, Vec<String>) =
                    (text.len(), text.iter().map(|byte| written(*byte)).collect());
                self.at += length + end.map_or(0, |_| 2);
                let Some((last, before)) = text.split_last() else { return Ok(()) };
                self.output.push_str(&before.concat());
                self.atom(last)
            }
            b'E' => Ok(()),
            b'Z' => self.atom(r"(?:\n?\z)"),
            b'h' => self.atom(r"[\t\x20\xa0]"),
            b'H' => self.atom(r"[^\t\x20\xa0]"),
            b'v' => self.atom(r"[\n\x0b\x0c\r\x85]"),
            b'V' => self.atom(r"[^\n\x0b\x0c\r\x85]"),
            b'N' => self.atom(r"[^\n]"),
            b'A' | b'z' | b'b' | b'B' => self.other(&format!("\\{}", char::from(letter))),
            b'd' | b'D' | b's' | b'S' | b'w' | b'W' => self.atom(&format!("\\{}", char::from(letter))),
            b'1'..=b'9' | b'g' | b'k' => self.unsupported("a back-reference", at),
            b'C' | b'R' | b'K' | b'G' => self.unsupported(&format!(r"`\{}`", char::from(letter)), at),
            b'p' | b'P' | b'X' => self.unsupported("a Unicode property", at),
            0x80.. => self.literal(at + 1),
            _ => {
                let byte = self.escaped(letter, at)?;
                self.atom(&written(byte))
            }
        }
    }

    /// The byte that an escape stands for, in a class or outside.
    fn escaped(&mut self, letter: u8, at: usize) -> Result<u8, Unsupported> {
        Ok(match letter {
            b'a' => 0x07,
            b'e' => 0x1b,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => self.hexadecimal(at)?,
            b'0' => self.octal(),
            b'c' => match self.next() {
                Some(own) if own.is_ascii() => own.to_ascii_uppercase() ^ 0x40,
                _ => return self.unsupported(r"`\c` without a letter", at),
            },
            own if own.is_ascii_alphanumeric() => {
                return self.unsupported(&format!(r"`\{}`", char::from(own)), at);
            }
            own => own,
        })
    }

    /// `41`, `4` or `{41}` behind `\x`.
    fn hexadecimal(&mut self, at: usize) -> Result<u8, Unsupported> {
        let braced = self.rest().strip_prefix(b"{").and_then(|own| {
            let end = own.iter().take(16).position(|byte| *byte == b'}')?;
            Some((own[..end].to_vec(), end + 2))
        });
        let (digits, used) = braced.unwrap_or_else(|| {
            let length = self.rest().iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
            (self.rest()[..length].to_vec(), length)
        });
        self.at += used;
        let digits = String::from_utf8_lossy(&digits).into_owned();
        let byte = if digits.is_empty() { Ok(0) } else { u8::from_str_radix(&digits, 16) };
        byte.or_else(|_| self.unsupported(r"`\x` with a number that is no byte", at))
    }

    /// Up to two more octal digits behind `\0`.
    fn octal(&mut self) -> u8 {
        let length = self.rest().iter().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
        let value = self.rest()[..length].iter().fold(0, |value, digit| value << 3 | (digit - b'0'));
        self.at += length;
        value
    }
}

/// A byte that stands for itself, everywhere and under all flags.
fn written(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'_' { char::from(byte).to_string() } else { format!(r"\x{byte:02x}") }
}

#[cfg(test)]
mod tests;
