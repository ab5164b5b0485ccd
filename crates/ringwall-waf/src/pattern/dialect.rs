//! The regular expressions of AWS WAF, written for the engine that runs them (WAF-45).
//!
//! AWS takes PCRE without what cannot be run in time proportional to the text. The engine here, `regex`, has the same power
//! and its own spelling. Most of a pattern stays as it is; this module goes through it once and rewrites what is spelled
//! otherwise (`\h`, `\Z`, `\Q…\E`, braces that are no quantifier, brackets in classes), and refuses what AWS refuses.

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unknown(pub String);

fn unknown<T>(what: &str) -> Result<T, Unknown> {
    Err(Unknown(format!("has {what}, which is not supported")))
}

/// Writes a pattern for the engine.
pub fn translate(pattern: &str) -> Result<String, Unknown> {
    let is_multiline = pattern.contains("(?")
        && pattern
            .split("(?")
            .skip(1)
            .any(|flags| flags.chars().take_while(|own| own.is_ascii_lowercase()).any(|own| own == 'm'));
    let mut translator = Translator { rest: pattern, output: String::new(), is_multiline, can_repeat: false };
    while !translator.rest.is_empty() {
        translator.step()?;
    }
    Ok(translator.output)
}

struct Translator<'a> {
    rest: &'a str,
    output: String,
    /// whether `$` may mean the end of a line, so that it is left alone
    is_multiline: bool,
    /// whether something stands before that a quantifier can follow
    can_repeat: bool,
}

impl Translator<'_> {
    fn step(&mut self) -> Result<(), Unknown> {
        let Some(first) = self.next() else { return Ok(()) };
        let was_repeatable = std::mem::replace(&mut self.can_repeat, true);
        match first {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => {
                self.can_repeat = false;
                self.group()
            }
            '|' => {
                self.can_repeat = false;
                self.write("|")
            }
            '^' => {
                self.can_repeat = false;
                self.write("^")
            }
            // Without lines, the end is also before a last newline.
            '$' if !self.is_multiline => self.write(r"(?:\n?\z)"),
            '{' => match self.counted() {
                Some(length) if was_repeatable => {
                    let (quantifier, rest) = self.rest.split_at(length);
                    self.rest = rest;
                    self.output.push('{');
                    self.output.push_str(quantifier);
                    self.quantified()
                }
                _ => self.write(r"\{"),
            },
            '}' => self.write(r"\}"),
            '*' | '+' | '?' if !was_repeatable => unknown("a quantifier behind nothing"),
            '*' | '+' | '?' => {
                self.output.push(first);
                self.quantified()
            }
            other => {
                self.output.push(other);
                Ok(())
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let first = self.rest.chars().next()?;
        self.rest = &self.rest[first.len_utf8()..];
        Some(first)
    }

    fn write(&mut self, text: &str) -> Result<(), Unknown> {
        self.output.push_str(text);
        Ok(())
    }

    /// What follows a quantifier: nothing, or a mark that it is lazy. A possessive one is none of AWS's.
    fn quantified(&mut self) -> Result<(), Unknown> {
        self.can_repeat = false;
        if self.rest.starts_with('+') {
            return unknown("a possessive quantifier");
        }
        if self.rest.starts_with('?') {
            self.next();
            self.output.push('?');
        }
        Ok(())
    }

    /// The length of `3}`, `3,}` or `3,5}` at the beginning of what is left.
    fn counted(&self) -> Option<usize> {
        let end = self.rest.find('}')?;
        let (least, most) = self.rest[..end].split_once(',').unwrap_or((&self.rest[..end], ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (!least.is_empty() && is_number(least) && is_number(most)).then_some(end + 1)
    }

    /// What stands behind an opening parenthesis. Nothing is captured.
    fn group(&mut self) -> Result<(), Unknown> {
        if self.rest.starts_with('*') {
            return unknown("a backtracking control verb");
        }
        let Some(behind) = self.rest.strip_prefix('?') else { return self.write("(?:") };
        if behind.starts_with('#') {
            let end = behind.find(')').ok_or_else(|| Unknown("has a comment without an end".into()))?;
            self.rest = &behind[end + 1..];
            return Ok(());
        }
        for (opening, closing) in [("P<", '>'), ("<", '>'), ("'", '\'')] {
            let Some(name) = behind.strip_prefix(opening).filter(|name| !name.starts_with(['=', '!'])) else {
                continue;
            };
            let end = name.find(closing).ok_or_else(|| Unknown("has a name without an end".into()))?;
            self.rest = &name[end + 1..];
            return self.write("(?:");
        }
        let flags = behind.chars().take_while(|own| "imsxU-".contains(*own)).count();
        match behind[flags..].chars().next() {
            Some(end @ (':' | ')')) => {
                self.output.push_str("(?");
                self.output.extend(behind[..flags].chars().filter(|own| *own != 'U'));
                self.output.push(end);
                self.rest = &behind[flags + 1..];
                Ok(())
            }
            Some('=' | '!' | '<') => unknown("a zero-width assertion"),
            Some('>') => unknown("an atomic group"),
            Some('(') => unknown("a conditional"),
            Some('|') => unknown("a branch reset"),
            Some('C') => unknown("a callout"),
            _ => unknown("a recursion, a subroutine or an option"),
        }
    }

    /// What stands behind a backslash outside a class.
    fn escape(&mut self) -> Result<(), Unknown> {
        let Some(letter) = self.next() else { return unknown("a backslash at its end") };
        match letter {
            'Q' => {
                let end = self.rest.find(r"\E").unwrap_or(self.rest.len());
                self.output.push_str(&regex::escape(&self.rest[..end]));
                self.rest = self.rest[end..].strip_prefix(r"\E").unwrap_or_default();
                Ok(())
            }
            'E' => Ok(()),
            'Z' => self.write(r"(?:\n?\z)"),
            'h' => self.write(r"[\t \xa0]"),
            'H' => self.write(r"[^\t \xa0]"),
            'v' => self.write(r"[\n\x0b\x0c\r\x85]"),
            'V' => self.write(r"[^\n\x0b\x0c\r\x85]"),
            'N' => self.write(r"[^\n]"),
            'A' | 'z' | 'b' | 'B' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.output.push('\\');
                self.output.push(letter);
                Ok(())
            }
            '1'..='9' | 'g' | 'k' => unknown("a back-reference"),
            'C' => unknown(r"`\C`"),
            'R' => unknown(r"`\R`"),
            'K' => unknown(r"`\K`"),
            'G' => unknown(r"`\G`"),
            'p' | 'P' | 'X' => unknown("a Unicode property"),
            _ => self.literal(letter),
        }
    }

    /// An escape that stands for one byte, in a class or outside.
    fn literal(&mut self, letter: char) -> Result<(), Unknown> {
        let byte = match letter {
            'a' => 0x07,
            'e' => 0x1b,
            'f' => 0x0c,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'x' => self.hexadecimal()?,
            '0' => self.octal(),
            'c' => match self.next() {
                Some(own) if own.is_ascii() => own.to_ascii_uppercase() as u8 ^ 0x40,
                _ => return unknown(r"`\c` without a letter"),
            },
            other if other.is_ascii_alphanumeric() => return unknown(&format!(r"`\{other}`")),
            other => {
                self.output.push_str(&regex::escape(other.encode_utf8(&mut [0; 4])));
                return Ok(());
            }
        };
        self.output.push_str(&format!(r"\x{byte:02x}"));
        Ok(())
    }

    /// `41`, `4` or `{41}` behind `\x`.
    fn hexadecimal(&mut self) -> Result<u8, Unknown> {
        let braced = self.rest.strip_prefix('{').and_then(|own| own.split_once('}'));
        let (digits, rest) = braced.unwrap_or_else(|| {
            let length = self.rest.bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
            self.rest.split_at(length)
        });
        self.rest = rest;
        let byte = if digits.is_empty() { Ok(0) } else { u8::from_str_radix(digits, 16) };
        byte.map_err(|_| Unknown(r"has `\x` with a number that is no byte".into()))
    }

    /// Up to two more octal digits behind `\0`.
    fn octal(&mut self) -> u8 {
        let length = self.rest.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        u8::from_str_radix(digits, 8).unwrap_or(0)
    }

    /// A class, behind its opening bracket.
    fn class(&mut self) -> Result<(), Unknown> {
        self.output.push('[');
        if self.rest.starts_with('^') {
            self.next();
            self.output.push('^');
        }
        let mut is_first = true;
        loop {
            let Some(own) = self.next() else { return unknown("a class without an end") };
            match own {
                ']' if !is_first => return self.write("]"),
                '[' if self.rest.starts_with(':') && self.rest.contains(":]") => {
                    let end = self.rest.find(":]").unwrap_or_default() + 2;
                    let (name, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    self.output.push('[');
                    self.output.push_str(name);
                }
                '\\' => self.escape_in_class()?,
                '-' => self.output.push('-'),
                // Signs that mean something to the engine in a class, and nothing to PCRE.
                '[' | ']' | '&' | '~' | '^' | '#' | ' ' => {
                    self.output.push('\\');
                    self.output.push(own);
                }
                other if !other.is_ascii() => return unknown("a character beyond ASCII in a class"),
                other => self.output.push(other),
            }
            is_first = false;
        }
    }

    fn escape_in_class(&mut self) -> Result<(), Unknown> {
        match self.next() {
            None => unknown("a class without an end"),
            Some('b') => self.write(r"\x08"),
            Some('h') => self.write(r"\t \xa0"),
            Some('v') => self.write(r"\n\x0b\x0c\r\x85"),
            Some(own @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.output.push('\\');
                self.output.push(own);
                Ok(())
            }
            Some('1'..='9') => unknown("a back-reference"),
            Some('Q' | 'E') => unknown(r"`\Q` in a class"),
            Some(other) if !other.is_ascii() => unknown("a character beyond ASCII in a class"),
            Some(other) => self.literal(other),
        }
    }
}
