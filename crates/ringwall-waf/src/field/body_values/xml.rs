//! XML: what stands between tags, values of attributes, and sections of characters. Entities are decoded.

use memchr::{memchr, memmem};

use super::super::{Found, Value};
use super::decoded;
use crate::transformation::Transformation;

/// Takes texts and attributes out of a body. This does not ask whether it is well-formed: the body is looked at as a whole, too.
pub fn read<'r>(body: &'r [u8], most: usize, found: &mut Found<'r>) {
    let before = found.values.len();
    let mut rest = body;
    while !rest.is_empty() && found.values.len() - before < most {
        let text = &rest[..memchr(b'<', rest).unwrap_or(rest.len())];
        let text_value = text.trim_ascii();
        if !text_value.is_empty() {
            text_of(text_value, found);
        }
        rest = &rest[text.len()..];
        if let Some(section) = rest.strip_prefix(b"<![CDATA[") {
            let end = memmem::find(section, b"]]>");
            found.plain(&section[..end.unwrap_or(section.len())]);
            rest = end.map_or(&section[section.len()..], |end| &section[end + 3..]);
        } else if !rest.is_empty() {
            let end = memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
            attributes(&rest[..end], most, found);
            rest = &rest[end..];
        }
    }
}

/// The quoted texts of a tag.
fn attributes<'r>(tag: &'r [u8], most: usize, found: &mut Found<'r>) {
    let mut rest = tag;
    for _ in 0..most {
        let Some(start) = rest.iter().position(|byte| matches!(byte, b'"' | b'\'')) else { return };
        let behind = &rest[start + 1..];
        let Some(end) = memchr(rest[start], behind) else { return };
        if end > 0 {
            text_of(&behind[..end], found);
        }
        rest = &behind[end + 1..];
    }
}

/// A text without its entities.
fn text_of<'r>(text: &'r [u8], found: &mut Found<'r>) {
    let text = decoded(text, Transformation::HTML_ENTITY_DECODE, found);
    found.values.push(Value { name: None, text });
}
