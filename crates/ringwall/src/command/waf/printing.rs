//! Texts of requests on a terminal: nothing in them may act on it.

/// Bytes as text: control characters and what is no UTF-8 as `\x0a`. What is longer than so many bytes is cut.
pub fn printable(bytes: &[u8], most: usize) -> String {
    let cut = &bytes[..bytes.len().min(most)];
    let mut text = String::with_capacity(cut.len());
    for chunk in cut.utf8_chunks() {
        for own in chunk.valid().chars() {
            if own.is_control() || is_format(own) {
                own.to_string().bytes().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
            } else {
                text.push(own);
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    if cut.len() < bytes.len() {
        text.push('…');
    }
    text
}

/// Whether a character turns a text around or is not seen.
fn is_format(own: char) -> bool {
    matches!(own, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A number with its thousands apart.
pub fn number(own: u64) -> String {
    let digits = own.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap_or_default()).collect();
    parts.join(",")
}

/// A part of a whole, in per cent.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = part as f64 / whole as f64 * 100.0;
    if part > 0 && share < 0.01 { "<0.01 %".to_owned() } else { format!("{share:.2} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_acts_on_a_terminal() {
        assert_eq!(printable(b"a\x1b[31m\n\xff\xc3\xa9\xe2\x80\xae", 100), "a\\x1b[31m\\x0a\\xff\u{e9}\\xe2\\x80\\xae");
        assert_eq!(printable(b"abcdef", 3), "abc\u{2026}");
        assert_eq!(printable("\u{9b}".as_bytes(), 9), "\\xc2\\x9b", "another way to begin what acts");
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(share(1, 3), "33.33 %");
        assert_eq!(share(1, 1_000_000), "<0.01 %");
        assert_eq!(share(0, 0), "–");
    }
}
