//! A body of several parts, read as strictly as rules want to know of.

use std::borrow::Cow;

use super::{Fields, disposition};
use crate::collection::Collection;

/// How long a line of a part's headers may be, in bytes.
const LONGEST_LINE: usize = 4096;
/// How long a `Content-Type` may be, in bytes.
const LONGEST_TYPE: usize = 1024;

/// What is noteworthy of the whole.
#[derive(Default)]
struct Flags {
    error: bool,
    boundary_quoted: bool,
    boundary_white_space: bool,
    data_before: bool,
    data_after: bool,
    header_folding: bool,
    invalid_header_folding: bool,
    crlf_line: bool,
    lf_line: bool,
    missing_semicolon: bool,
    invalid_quoting: bool,
    invalid_part: bool,
    /// 1 if something only looks like a boundary, 2 if real ones stand behind it
    unmatched_boundary: u8,
}

/// A part that is read.
#[derive(Default)]
struct Part<'r> {
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// the lines of its headers
    lines: Vec<Vec<u8>>,
    name: Vec<u8>,
    filename: Option<Vec<u8>>,
    /// whether the headers are over
    has_body: bool,
    /// whether a line of the body was read
    has_data: bool,
    /// where its body is
    start: usize,
    end: usize,
    body: &'r [u8],
}

struct Parser<'r> {
    text: &'r [u8],
    boundary: Vec<u8>,
    flags: Flags,
    part: Option<Part<'r>>,
    parts: Vec<Part<'r>>,
    boundaries: usize,
    /// whether there was more of the text
    is_cut: bool,
    is_complete: bool,
    /// what the last line that was read ended with: a line feed alone
    after_lf: bool,
    names: Vec<Vec<u8>>,
    filenames: Vec<Vec<u8>>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    error: Option<String>,
}

/// Reads it.
///
/// Of a text that was cut, the end is no fault: the part that it stands in is one as far as it goes.
pub(super) fn read<'r>(
    fields: &mut Fields<'r>,
    kind: &[u8],
    text: &'r [u8],
    is_cut: bool,
    room: usize,
) -> Result<(), String> {
    let mut parser = Parser {
        text,
        boundary: Vec::new(),
        flags: Flags::default(),
        part: None,
        parts: Vec::new(),
        boundaries: 0,
        is_cut,
        is_complete: false,
        after_lf: false,
        names: Vec::new(),
        filenames: Vec::new(),
        headers: Vec::new(),
        error: None,
    };
    let is_read = match parser.boundary(kind) {
        Ok(()) => parser.lines(),
        Err(says) => {
            parser.flags.error = true;
            parser.error = Some(says.to_owned());
            false
        }
    };
    let is_whole = text.is_empty() || is_read && parser.finish();
    parser.tell(fields, is_whole, room);
    match parser.error {
        Some(says) => Err(format!("Multipart: {says}")),
        None => Ok(()),
    }
}

impl<'r> Parser<'r> {
    /// Reads the boundary out of the body's type.
    fn boundary(&mut self, kind: &[u8]) -> Result<(), &'static str> {
        if kind.len() > LONGEST_TYPE {
            return Err("a type that is too long");
        }
        if boundaries(kind) > 1 {
            return Err("several boundaries in the type");
        }
        let Some(place) = memchr::memmem::find(kind, b"boundary") else {
            return Err(if boundaries(kind) > 0 {
                "a boundary in other letters in the type"
            } else {
                "no boundary in the type"
            });
        };
        self.flags.missing_semicolon = self.before_boundary(&kind[..place])?;
        let behind = &kind[place + 8..];
        let sign = behind.iter().position(|byte| *byte == b'=').ok_or("a boundary without a value")?;
        if behind[..sign].iter().any(|byte| !is_space(*byte)) {
            return Err("a boundary with another name");
        }
        let value = &behind[sign + 1..];
        self.flags.boundary_white_space |= sign > 0 || value.first().is_some_and(|byte| is_space(*byte));
        let value = match value {
            [b'"', inside @ .., b'"'] => {
                self.flags.boundary_quoted = true;
                inside
            }
            [b'"', ..] | [_, .., b'"'] => return Err("a boundary with half a pair of quotes"),
            plain => plain,
        };
        if boundaries(value) > 0 {
            return Err("a boundary in the boundary");
        }
        let value = match is_boundary(value) {
            true => value,
            false => value.split(|byte| *byte == b';').next().unwrap_or_default(),
        };
        if !is_boundary(value) {
            return Err("a boundary with other characters");
        }
        self.boundary = value.to_vec();
        Ok(())
    }

    /// What stands between the type and its parameter; answers whether the semicolon is missing.
    fn before_boundary(&mut self, before: &[u8]) -> Result<bool, &'static str> {
        let between = before.get(b"multipart/form-data".len()..).ok_or("another type")?;
        let mut has_semicolon = false;
        for byte in between {
            match byte {
                b';' if has_semicolon => return Err("two semicolons before the boundary"),
                b';' => has_semicolon = true,
                own if is_space(*own) => {}
                _ => return Err("something else before the boundary"),
            }
        }
        Ok(!has_semicolon)
    }

    /// Goes through the lines; answers whether nothing ended that early.
    fn lines(&mut self) -> bool {
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &self.text[start..]) {
            let end = start + length + 1;
            if !self.line(start, end) {
                return false;
            }
            self.after_lf = !self.text[..end].ends_with(b"\r\n");
            start = end;
            if self.is_complete && start < self.text.len() {
                self.flags.data_after = true;
                return true;
            }
        }
        self.rest(start);
        true
    }

    /// What stands behind the last line feed: perhaps the last boundary.
    fn rest(&mut self, start: usize) {
        let rest = &self.text[start..];
        let is_last = !self.is_complete
            && self.boundaries > 0
            && rest.strip_prefix(b"--").and_then(|own| own.strip_prefix(self.boundary.as_slice())) == Some(b"--");
        if is_last {
            self.flags.lf_line |= self.after_lf;
            self.flags.invalid_part |= self.part.as_ref().is_some_and(|part| part.has_body && !part.has_data);
            self.close(start);
            self.is_complete = true;
        } else if self.is_cut && !self.is_complete && self.boundaries > 0 {
            // Half a header says nothing yet; half a content is content.
            match self.part.as_mut().filter(|part| part.has_body) {
                Some(part) => {
                    part.end = self.text.len();
                    self.close(self.text.len());
                }
                None => self.part = None,
            }
            self.is_complete = true;
        }
    }

    /// A line with its end; answers whether reading goes on.
    fn line(&mut self, start: usize, end: usize) -> bool {
        let line = &self.text[start..end];
        if line.starts_with(b"--") && line.len() > 3 {
            match line[2..].strip_prefix(self.boundary.as_slice()) {
                Some(behind) => {
                    self.flags.lf_line |= self.after_lf;
                    let is_data_missing = self.part.as_ref().is_some_and(|part| !part.has_data);
                    if is_data_missing && self.boundaries > 0 {
                        self.flags.invalid_part = true;
                    } else {
                        return self.found_boundary(behind, start);
                    }
                }
                None => {
                    if let Some(says) = self.almost(&line[2..]) {
                        self.flags.error = true;
                        self.error = Some(says.to_owned());
                        return false;
                    }
                    self.flags.unmatched_boundary = 1;
                }
            }
        } else if self.has_boundary_inside(line) {
            self.flags.unmatched_boundary = 1;
        }
        match &mut self.part {
            None => self.flags.data_before = true,
            Some(part) if part.has_body => {
                part.has_data = true;
                part.end = end;
            }
            Some(_) if line.len() > LONGEST_LINE => {
                self.flags.error = true;
                self.error = Some("a header of a part that is too long".into());
                return false;
            }
            Some(_) => self.header(line, end),
        }
        true
    }

    /// Whether the boundary stands somewhere in a line.
    fn has_boundary_inside(&self, line: &[u8]) -> bool {
        let line = &line[..line.len().min(LONGEST_LINE)];
        memchr::memmem::find_iter(line, b"--").any(|place| {
            line[place + 2..].starts_with(&self.boundary)
                || line.get(place + 3..).is_some_and(|own| line[place + 2] == b'-' && own.starts_with(&self.boundary))
        })
    }

    /// What is wrong with a line that almost is a boundary.
    fn almost(&self, line: &[u8]) -> Option<&'static str> {
        let quoted = line.strip_prefix(b"\"").is_some_and(|own| own.starts_with(&self.boundary));
        if self.flags.boundary_quoted && quoted {
            return Some("a boundary in quotes");
        }
        let blanks = line.iter().take_while(|byte| is_space(**byte)).count();
        (blanks > 0 && line[blanks..].starts_with(&self.boundary)).then_some("a boundary behind blanks")
    }

    /// A boundary, what stands behind it, and where its line begins.
    fn found_boundary(&mut self, behind: &[u8], start: usize) -> bool {
        if self.boundaries > 0 {
            self.flags.unmatched_boundary = 2;
        }
        let (is_last, behind) = match behind.strip_prefix(b"--") {
            Some(behind) => (true, behind),
            None => (false, behind),
        };
        match behind {
            b"\r\n" => self.flags.crlf_line = true,
            b"\n" => self.flags.lf_line = true,
            _ => {
                self.flags.error = true;
                self.error = Some("a boundary with something behind it".into());
                return false;
            }
        }
        self.close(start);
        if is_last {
            self.is_complete = true;
        } else {
            self.part = Some(Part::default());
        }
        self.boundaries += 1;
        true
    }

    /// Ends the part that is read; the line feed before the boundary is the boundary's.
    fn close(&mut self, boundary: usize) {
        let Some(mut part) = self.part.take() else { return };
        for line in &part.lines {
            self.headers.push((part.name.clone(), line.clone()));
        }
        if part.name.is_empty() {
            self.flags.invalid_part = true;
            return;
        }
        let text = &self.text[part.start..part.end.clamp(part.start, boundary.max(part.start))];
        part.body = text.strip_suffix(b"\r\n").or(text.strip_suffix(b"\n")).unwrap_or(text);
        self.parts.push(part);
    }

    /// A line of a part's headers. What is wrong in it is told, and reading goes on.
    fn header(&mut self, line: &[u8], end: usize) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        match text.strip_suffix(b"\r") {
            Some(_) => self.flags.crlf_line = true,
            None => self.flags.lf_line = true,
        }
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let outcome = match text.first() {
            _ if text.contains(&0) => Err("a byte of zero in the headers of a part"),
            None => self.headers_end(end),
            Some(own) if is_space(*own) => self.folded(text),
            Some(_) => self.new_header(text),
        };
        if let Err(says) = outcome {
            self.error = Some(says.to_owned());
        }
    }

    fn folded(&mut self, text: &[u8]) -> Result<(), &'static str> {
        self.flags.header_folding = true;
        let blanks = text.iter().take_while(|byte| is_space(**byte)).count();
        self.flags.invalid_header_folding |= text[..blanks].iter().any(|byte| !matches!(byte, b' ' | b'\t'));
        let part = self.part.as_mut().ok_or("no part")?;
        let (name, value) = part.headers.last_mut().ok_or("a header that continues none")?;
        value.push(b' ');
        value.extend_from_slice(&text[blanks..]);
        if value.len() > LONGEST_LINE {
            return Err("a header of a part that is too long");
        }
        if let Some(line) = part.lines.last_mut() {
            *line = [name, b": ".as_slice(), value].concat();
        }
        Ok(())
    }

    fn new_header(&mut self, text: &[u8]) -> Result<(), &'static str> {
        let part = self.part.as_mut().ok_or("no part")?;
        let colon = text.iter().position(|byte| *byte == b':').ok_or("a header of a part without a colon")?;
        let (name, value) = (&text[..colon], &text[colon + 1..]);
        if name.is_empty() || name.iter().any(|byte| !(33..127).contains(byte)) {
            return Err("a header of a part with a wrong name");
        }
        let value = &value[value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()..];
        if part.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            return Err("a header of a part twice");
        }
        part.headers.push((name.to_vec(), value.to_vec()));
        part.lines.push(text.to_vec());
        Ok(())
    }

    /// The empty line behind a part's headers.
    fn headers_end(&mut self, end: usize) -> Result<(), &'static str> {
        let part = self.part.as_mut().ok_or("no part")?;
        let disposition = part.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"content-disposition"));
        let (_, value) = disposition.ok_or("a part without a Content-Disposition")?;
        let (found, outcome) = disposition::read(value);
        self.flags.invalid_quoting |= found.is_quoted_wrong;
        self.names.extend(found.name.clone());
        self.filenames.extend(found.filename.clone());
        part.name = found.name.unwrap_or_default();
        part.filename = found.filename.filter(|own| !own.is_empty());
        outcome.map_err(|_| "a part with a wrong Content-Disposition")?;
        if part.name.is_empty() {
            return Err("a part without a name");
        }
        if part.filename.is_some() && memchr::memmem::find(value, b"filename=").is_none() {
            return Err("a part with a file name that others do not see");
        }
        part.has_body = true;
        (part.start, part.end) = (end, end);
        Ok(())
    }

    /// Whether the last boundary was there.
    fn finish(&mut self) -> bool {
        if !self.is_complete && self.error.is_none() {
            self.error = Some(if self.boundaries > 0 {
                "no last boundary".into()
            } else {
                String::from("no boundary in the body")
            });
        }
        self.is_complete
    }

    /// Writes down what was found.
    fn tell(&mut self, fields: &mut Fields<'r>, is_whole: bool, mut room: usize) {
        self.tell_flags(fields);
        for name in self.names.drain(..) {
            fields.add(Collection::MultipartName, name.clone(), name);
        }
        for name in self.filenames.drain(..) {
            fields.add(Collection::MultipartFilename, name.clone(), name);
        }
        for (name, line) in self.headers.drain(..) {
            fields.add(Collection::MultipartPartHeaders, name, line);
        }
        if !is_whole {
            return;
        }
        let mut size = 0;
        for part in self.parts.drain(..) {
            let body = Cow::Borrowed(part.body);
            if let Some(filename) = part.filename {
                size += part.body.len();
                fields.add(Collection::Files, part.name.clone(), filename);
                fields.add(Collection::FilesNames, part.name.clone(), part.name.clone());
                fields.add(Collection::FilesSizes, part.name.clone(), part.body.len().to_string().into_bytes());
                fields.add(Collection::FilesTmpContent, part.name, body);
                fields.set_number(Collection::FilesCombinedSize, size);
            } else if room > 0 {
                room -= 1;
                fields.add(Collection::ArgsPost, part.name.clone(), body.clone());
                fields.add(Collection::Args, part.name, body);
            }
        }
    }

    fn tell_flags(&self, fields: &mut Fields<'r>) {
        let flags = &self.flags;
        let strict = [
            (Collection::MultipartBoundaryQuoted, flags.boundary_quoted),
            (Collection::MultipartBoundaryWhitespace, flags.boundary_white_space),
            (Collection::MultipartDataBefore, flags.data_before),
            (Collection::MultipartDataAfter, flags.data_after),
            (Collection::MultipartHeaderFolding, flags.header_folding),
            (Collection::MultipartLfLine, flags.lf_line),
            (Collection::MultipartMissingSemicolon, flags.missing_semicolon),
            (Collection::MultipartInvalidQuoting, flags.invalid_quoting),
            (Collection::MultipartInvalidPart, flags.invalid_part),
            (Collection::MultipartInvalidHeaderFolding, flags.invalid_header_folding),
            (Collection::MultipartFileLimitExceeded, false),
        ];
        for (collection, is_set) in strict {
            fields.set_flag(collection, is_set);
        }
        let is_any = flags.error || strict.iter().any(|(_, is_set)| *is_set);
        fields.set_flag(Collection::MultipartStrictError, is_any);
        fields.set_flag(Collection::MultipartCrlfLfLines, flags.crlf_line && flags.lf_line);
        fields.set_number(Collection::MultipartUnmatchedBoundary, usize::from(flags.unmatched_boundary));
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// How often a boundary is named, in whatever letters.
fn boundaries(text: &[u8]) -> usize {
    let lower = text.to_ascii_lowercase();
    memchr::memmem::find_iter(&lower, b"boundary").filter(|place| lower[place + 8..].contains(&b'=')).count()
}

/// Whether a text may be a boundary.
fn is_boundary(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+_,-./:=?".contains(byte);
    !text.is_empty() && text.iter().all(is_of) && text.last() != Some(&b' ')
}
