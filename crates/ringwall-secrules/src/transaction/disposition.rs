//! `Content-Disposition` of a part: `form-data; name="a"; filename="b"`.

/// What a part says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Disposition {
    /// the field's name
    pub(super) name: Option<Vec<u8>>,
    /// the file's name, if it is a file
    pub(super) filename: Option<Vec<u8>>,
    /// whether quotes are wrong
    pub(super) is_quoted_wrong: bool,
}

/// Reads it. What was read up to something wrong counts, and is told with it.
pub(super) fn read(text: &[u8]) -> (Disposition, Result<(), &'static str>) {
    let mut found = Disposition::default();
    let outcome = found.read(text);
    (found, outcome)
}

const SIGNS_OF_TYPE: &[u8] = b"()<>@,;:\\\"/[]?=";

impl Disposition {
    fn read(&mut self, text: &[u8]) -> Result<(), &'static str> {
        let rest = blanks(text.strip_prefix(b"form-data").ok_or("no form-data")?);
        let mut rest = match rest {
            [] => return Ok(()),
            [b';', rest @ ..] => rest,
            _ => return Err("something behind form-data"),
        };
        let mut extended = None;
        while !rest.is_empty() {
            rest = blanks(rest);
            let end = rest
                .iter()
                .position(|byte| matches!(byte, b'=' | b'\t' | b' '))
                .ok_or("a parameter without a value")?;
            let (name, behind) = rest.split_at(end);
            let behind = blanks(blanks(behind).strip_prefix(b"=").ok_or("a parameter without a value")?);
            rest = match name {
                b"name" => self.plain(behind, false)?,
                b"filename" => self.plain(behind, true)?,
                b"filename*" => {
                    let (value, behind) = extended_value(behind)?;
                    if extended.replace(value).is_some() {
                        return Err("a second filename*");
                    }
                    behind
                }
                _ => return Err("an unknown parameter"),
            };
            rest = match blanks(rest) {
                [] => break,
                [b';', behind @ ..] => behind,
                _ => {
                    self.is_quoted_wrong = true;
                    return Err("something behind a value");
                }
            };
        }
        if extended.is_some() && self.filename.is_none() { Err("filename* without filename") } else { Ok(()) }
    }

    /// Reads a value of `name` or `filename`; answers with what stands behind it.
    fn plain<'t>(&mut self, text: &'t [u8], is_file: bool) -> Result<&'t [u8], &'static str> {
        let quote = text.first().copied().filter(|byte| matches!(byte, b'"' | b'\'')).unwrap_or(0);
        let (value, rest) = if quote == 0 { token(text) } else { quoted(&text[1..], quote)? };
        if quote == b'\'' || quote == 0 && value.contains(&b'\'') {
            self.is_quoted_wrong = true;
        }
        let slot = if is_file { &mut self.filename } else { &mut self.name };
        if slot.replace(value).is_some_and(|before| !before.is_empty()) {
            return Err("a name twice");
        }
        Ok(rest)
    }
}

fn blanks(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| matches!(byte, b'\t' | b' ')).count()..]
}

fn token(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let is_of = |byte: &&u8| (33..127).contains(*byte) && !SIGNS_OF_TYPE.contains(byte);
    let length = text.iter().take_while(is_of).count();
    (text[..length].to_vec(), &text[length..])
}

/// A value up to its quote; a backslash stands before quotes and backslashes, and is itself elsewhere.
fn quoted(text: &[u8], quote: u8) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let mut value = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [] => return Ok((value, rest)),
            [b'\\'] => return Err("a backslash at the end"),
            [b'\\', own, behind @ ..] if *own == quote || *own == b'\\' => {
                value.push(*own);
                rest = behind;
            }
            [own, behind @ ..] if *own == quote => return Ok((value, behind)),
            [own, behind @ ..] => {
                value.push(*own);
                rest = behind;
            }
        }
    }
}

/// `charset'language'value`.
fn extended_value(text: &[u8]) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let charset = text.iter().take_while(|own| own.is_ascii_alphanumeric() || b"!#$%&+-^_`{}~".contains(own)).count();
    let rest = text[charset..].strip_prefix(b"'").filter(|_| charset > 0).ok_or("filename* without a charset")?;
    let language = rest.iter().position(|byte| *byte == b'\'').ok_or("filename* without a language")?;
    let value = &rest[language + 1..];
    let length = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    let mut inside = &value[..length];
    while let Some((byte, behind)) = inside.split_first() {
        inside = match (byte, behind) {
            (b'%', [high, low, behind @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => behind,
            (own, behind) if own.is_ascii_alphanumeric() || b"!#$&+-.^_`~".contains(own) => behind,
            _ => return Err("filename* with a wrong character"),
        };
    }
    Ok((value[..length].to_vec(), &value[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        let (found, outcome) = read(br#"form-data; name="a\"b"; filename = "c;d""#);
        assert_eq!(outcome, Ok(()));
        assert_eq!((found.name.unwrap(), found.filename.unwrap()), (br#"a"b"#.to_vec(), b"c;d".to_vec()));
        assert!(!found.is_quoted_wrong);
        let (found, outcome) = read(b"form-data; name='a'");
        assert_eq!((found.name, outcome, found.is_quoted_wrong), (Some(b"a".to_vec()), Ok(()), true));
        let (found, outcome) = read(b"form-data; name=a; filename=b; filename*=UTF-8''%41b");
        assert_eq!((found.filename, outcome), (Some(b"b".to_vec()), Ok(())));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for text in [
            "attachment; name=a",
            "form-data x",
            "form-data; name",
            "form-data; name=a b",
            "form-data; name=a; name=b",
            "form-data; other=a",
            "form-data; name=a; filename*=UTF-8''b",
            "form-data; name=\"a\"b",
            "form-data; name=\"a\\",
        ] {
            assert!(read(text.as_bytes()).1.is_err(), "{text}");
        }
    }
}
