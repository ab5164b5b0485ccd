//! Elements, attributes and escaped text.

use super::XmlError;
use crate::Dialect;
use crate::markup::Markup;

/// A document being written.
pub(super) struct Writer {
    pub(super) dialect: Dialect,
    out: String,
}

/// Where an element's content begins: one that is still there when the element closes is empty.
#[derive(Clone, Copy)]
pub(super) struct Opened(usize);

impl Writer {
    pub(super) fn new(dialect: Dialect, start: &str) -> Writer {
        Writer { dialect, out: start.to_owned() }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn open(&mut self, name: &str, markup: Markup) -> Result<Opened, XmlError> {
        self.begin(name)?;
        if let Some(uri) = markup.namespace {
            self.attribute("xmlns", uri);
        }
        if let Some((prefix, uri)) = markup.prefixed {
            check(prefix)?;
            self.attribute(&format!("xmlns:{prefix}"), uri);
        }
        Ok(self.content())
    }

    pub(super) fn open_in_namespace(&mut self, name: &str, uri: &str) -> Result<Opened, XmlError> {
        self.begin(name)?;
        self.attribute("xmlns", uri);
        Ok(self.content())
    }

    fn begin(&mut self, name: &str) -> Result<(), XmlError> {
        check(name)?;
        self.out.push('<');
        self.out.push_str(name);
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }

    fn content(&mut self) -> Opened {
        self.out.push('>');
        Opened(self.out.len())
    }

    pub(super) fn close(&mut self, name: &str, opened: Opened) {
        if self.out.len() == opened.0 {
            self.out.pop();
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    pub(super) fn leaf(&mut self, name: &str, markup: Markup, text: &str) -> Result<(), XmlError> {
        let opened = self.open(name, markup)?;
        escape(text, &mut self.out);
        self.close(name, opened);
        Ok(())
    }
}

/// Names are ours, but one that breaks the document would be an injection, so it is worth the look.
fn check(name: &str) -> Result<(), XmlError> {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if begins && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) {
        Ok(())
    } else {
        Err(XmlError::Name(name.to_owned()))
    }
}

/// Appends text so that a parser reads the same again, in an element as in an attribute.
pub(crate) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // only `]]>` would need it
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser turns bare ones into line feeds, or into spaces in an attribute.
            '\r' => out.push_str("&#13;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..'\x20' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}
