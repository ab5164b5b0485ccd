//! The words of a directive, in quotes or without.

use crate::refusal::Wrong;

/// The words of a line. Within quotes, a backslash before such a quote is left out; every other one stays.
pub fn words(text: &str) -> Result<Vec<String>, Wrong> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = match first {
            '"' | '\'' => quoted(&rest[1..], first)?,
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if behind.starts_with(|own: char| !own.is_whitespace()) {
            return Err(format!("something stands right behind the quote that ends `{word}`"));
        }
        words.push(word);
        rest = behind.trim_start();
    }
    Ok(words)
}

/// The text up to a quote, and what stands behind it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Wrong> {
    let mut word = String::new();
    let mut characters = text.char_indices();
    while let Some((place, own)) = characters.next() {
        match own {
            '\\' => match characters.next() {
                Some((_, escaped)) if escaped == quote => word.push(quote),
                Some((_, other)) => word.extend(['\\', other]),
                None => break,
            },
            own if own == quote => return Ok((word, &text[place + 1..])),
            own => word.push(own),
        }
    }
    Err(format!("a quote {quote} has no end"))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_stand_in_quotes_or_alone() {
        assert_eq!(words(r#"A|B "@rx a\"b\\\d" 'c d'"#).unwrap(), ["A|B", r#"@rx a"b\\\d"#, "c d"]);
        assert_eq!(words("a").unwrap(), ["a"]);
        assert!(words(r#"a "b"#).is_err());
        assert!(words(r#"a "b"c"#).is_err());
    }
}
