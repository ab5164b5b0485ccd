//! Comments that are there to be read differently by a filter and by a database.

use super::rules::{Hit, Level, Rule};
use crate::find;

/// Finds a comment that MySQL reads as SQL (`/*!50000…*/`), one within another, or one that is closed right behind a lone value.
pub(crate) fn obscured(input: &[u8]) -> Option<Hit> {
    let start = find(input, b"/*")?;
    let body = &input[start + 2..];
    let hit =
        |level, length: usize| Some(Hit { rule: Rule::Obscured, level, start, end: (start + length).min(input.len()) });
    let behind_value = is_value(input[..start].trim_ascii_end());
    if let [b'!', version @ ..] = body {
        let digits = version.iter().take_while(|byte| byte.is_ascii_digit()).count();
        return match digits {
            5 | 6 => hit(Level::Low, 3 + digits),
            _ if behind_value => hit(Level::High, 3),
            _ => None,
        };
    }
    let end = find(body, b"*/");
    let within = &body[..end.unwrap_or(body.len())];
    if behind_value && find(within, b"/*").is_some() {
        return hit(Level::High, 4 + within.len());
    }
    let is_all = end.is_some_and(|end| body[end + 2..].trim_ascii().is_empty());
    let names = |value: &[u8]| !value.is_empty() && value.iter().all(u8::is_ascii_alphanumeric);
    if is_all && within.contains(&b' ') && names(&input[..start]) {
        return hit(Level::High, 4 + within.len());
    }
    None
}

/// Whether it is a number, or ends with a quote or a parenthesis that closes something.
fn is_value(before: &[u8]) -> bool {
    let number = !before.is_empty() && before.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    number || matches!(before.last(), Some(b'\'' | b'"' | b')'))
}
