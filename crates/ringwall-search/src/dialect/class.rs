//! Classes: what stands between brackets. Signs mean less there to PCRE than to the engine, so each byte is written by its number.

use super::{Step, Translator, Unsupported, written};

/// A part of a class.
enum Member {
    /// one byte, which a range may begin with
    Byte(u8),
    /// several, as the engine spells them
    Several(String),
}

impl Translator<'_> {
    /// A class, behind its opening bracket.
    pub(super) fn class(&mut self) -> Step {
        let at = self.at - 1;
        self.output.push('[');
        if self.take(b"^") {
            self.output.push('^');
        }
        let mut is_first = true;
        loop {
            match self.peek() {
                None => return self.unsupported("a class without an end", at),
                Some(b']') if !is_first => {
                    self.at += 1;
                    self.output.push(']');
                    return Ok(());
                }
                Some(_) => {}
            }
            is_first = false;
            match self.member(at)? {
                Member::Several(text) => self.output.push_str(&text),
                Member::Byte(byte) => {
                    self.output.push_str(&written(byte));
                    if let Some(end) = self.range(at)? {
                        self.output.push('-');
                        self.output.push_str(&written(end));
                    }
                }
            }
        }
    }

    /// The end of a range, if one follows. A hyphen before the end of the class, or before what is no byte, is one itself.
    fn range(&mut self, class: usize) -> Result<Option<u8>, Unsupported> {
        let before = self.at;
        if !self.take(b"-") || matches!(self.peek(), None | Some(b']')) {
            self.at = before;
            return Ok(None);
        }
        match self.member(class)? {
            Member::Byte(end) => Ok(Some(end)),
            Member::Several(_) => {
                self.at = before;
                Ok(None)
            }
        }
    }

    fn member(&mut self, class: usize) -> Result<Member, Unsupported> {
        let at = self.at;
        let Some(own) = self.next() else { return self.unsupported("a class without an end", class) };
        if own == b'[' && self.peek() == Some(b':') {
            let end = self.rest().windows(2).take(12).position(|own| own == b":]");
            if let Some(end) = end {
                let name = String::from_utf8_lossy(&self.rest()[..end + 2]).into_owned();
                self.at += end + 2;
                return Ok(Member::Several(format!("[{name}")));
            }
        }
        match own {
            b'\\' => self.escape_in_class(class),
            0x80.. if !self.dialect.bytes => self.unsupported("a character beyond ASCII in a class", at),
            byte => Ok(Member::Byte(byte)),
        }
    }

    fn escape_in_class(&mut self, class: usize) -> Result<Member, Unsupported> {
        let at = self.at - 1;
        let several = |text: &str| Ok(Member::Several(text.to_owned()));
        match self.next() {
            None => self.unsupported("a class without an end", class),
            Some(b'b') => Ok(Member::Byte(0x08)),
            Some(b'h') => several(r"\t\x20\xa0"),
            Some(b'v') => several(r"\n\x0b\x0c\r\x85"),
            Some(own @ (b'd' | b'D' | b's' | b'S' | b'w' | b'W')) => several(&format!("\\{}", char::from(own))),
            Some(b'1'..=b'9') => self.unsupported("a back-reference", at),
            Some(b'Q' | b'E') => self.unsupported(r"`\Q` in a class", at),
            Some(0x80..) if !self.dialect.bytes => self.unsupported("a character beyond ASCII in a class", at),
            Some(own) => self.escaped(own, at).map(Member::Byte),
        }
    }
}
