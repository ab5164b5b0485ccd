//! A body of XML: its text, and its attributes.
//!
//! Nothing outside of it is read, and entities that it declares itself are not known: a body that uses one cannot be read.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Fields;
use crate::collection::Collection;

/// How deep elements may be.
const DEEPEST: usize = 256;

/// Reads it, up to the first thing that is wrong.
///
/// Of a text that was cut, the end is no fault: half a tag, comment or section at its end is text as far as it goes.
pub(super) fn read(fields: &mut Fields<'_>, text: &[u8], is_cut: bool) -> Result<(), String> {
    let mut found = Found::default();
    let (whole, half) = text.split_at(if is_cut { half_begins(text) } else { text.len() });
    let mut outcome = found.run(whole);
    if is_cut && outcome.as_ref().is_err_and(|says| says == EARLY) {
        outcome = Ok(());
    }
    found.text.extend_from_slice(half);
    if found.has_root {
        fields.add(Collection::Xml, b"".as_slice(), std::mem::take(&mut found.text));
    }
    for (name, value) in found.attributes {
        fields.add(Collection::XmlAttributes, name, value);
    }
    outcome.map_err(|says| format!("XML: {says}"))
}

/// What is said of a text that ends before its root does.
const EARLY: &str = "an early end";

/// Where something begins that ends behind a text: a comment, a section of characters, a tag or an entity.
fn half_begins(text: &[u8]) -> usize {
    let open = |begin: &[u8], end: &[u8]| {
        let at = memchr::memmem::rfind(text, begin)?;
        memchr::memmem::find(&text[at..], end).is_none().then_some(at)
    };
    let pairs: [(&[u8], &[u8]); 5] =
        [(b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"<", b">"), (b"&", b";")];
    pairs.iter().filter_map(|(begin, end)| open(begin, end)).min().unwrap_or(text.len())
}

#[derive(Default)]
struct Found {
    has_root: bool,
    text: Vec<u8>,
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Found {
    fn run(&mut self, text: &[u8]) -> Result<(), String> {
        let mut reader = Reader::from_reader(text);
        reader.config_mut().check_end_names = true;
        let mut depth = 0_usize;
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(tag) => {
                    self.element(&tag, depth)?;
                    depth += 1;
                }
                Event::Empty(tag) => self.element(&tag, depth)?,
                Event::End(_) => depth -= 1,
                Event::Text(own) if depth > 0 => self.text.extend_from_slice(&own),
                Event::Text(own) if !own.trim_ascii().is_empty() => return Err("text outside of the root".into()),
                Event::CData(own) if depth > 0 => self.text.extend_from_slice(&own),
                Event::GeneralRef(own) if depth > 0 => {
                    let character = entity(&own).ok_or("an entity that is not known")?;
                    self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Event::CData(_) | Event::GeneralRef(_) => return Err("text outside of the root".into()),
                Event::Eof if depth > 0 || !self.has_root => return Err(EARLY.into()),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn element(&mut self, tag: &BytesStart, depth: usize) -> Result<(), String> {
        if depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err("a second root".into());
        }
        if depth >= DEEPEST {
            return Err("too deep".into());
        }
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = unescaped(&attribute.value).ok_or("an entity that is not known")?;
            self.attributes.push((attribute.key.as_ref().to_vec(), value));
        }
        Ok(())
    }
}

/// A text with its entities replaced; none if one of them is not known.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = memchr::memchr(b'&', rest) {
        output.extend_from_slice(&rest[..place]);
        let end = place + memchr::memchr(b';', &rest[place..])?;
        output.extend_from_slice(entity(&rest[place + 1..end])?.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[end + 1..];
    }
    output.extend_from_slice(rest);
    Some(output)
}

/// The character of an entity, by number or by one of five names.
fn entity(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number).filter(|own| *own != '\0')
        }
    }
}
