//! Input that an application puts into a script's string or template, and that leaves it.
//!
//! `';alert(1)//` closes the string, calls something, and hides the rest. Each of these is common in code; the input is taken
//! for an attack where all come together: a plain word or nothing, a quote, an operator, the name of something that runs code or
//! holds secrets, and an end that makes the script whole again.

use std::ops::Range;

use crate::find;

/// What is called or read by those who get that far.
const SINKS: &[&str] = &[
    "alert",
    "prompt",
    "confirm",
    "print",
    "eval",
    "window",
    "self",
    "top",
    "parent",
    "frames",
    "this",
    "globalThis",
    "document",
    "location",
    "Function",
    "setTimeout",
    "setInterval",
    "fetch",
    "import",
    "open",
    "console",
    "name",
    "atob",
    "new",
    "throw",
    "onerror",
    "import",
    "al",
];

/// Finds input that leaves a string: which bytes decide.
pub(crate) fn leaves_string(input: &[u8]) -> Option<Range<usize>> {
    let start = input.iter().position(|byte| matches!(byte, b'\'' | b'"' | b'`'))?;
    let quote = input[start];
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-.\\@".contains(byte) || *byte >= 0x80;
    if start > 64 || !input[..start].iter().all(plain) {
        return None;
    }
    let rest = &input[start + 1..];
    let blank = |byte: &u8| *byte <= b' ' || matches!(byte, b')' | b'}' | b']' | b'(');
    let at = rest.iter().position(|byte| !blank(byte))?;
    let operators = rest[at..].iter().take_while(|byte| b";-+*/^,|&?<>=%!~\n (".contains(byte)).count();
    let called = &rest[at + operators..];
    let closed = rest[..at].iter().any(|byte| matches!(byte, b')' | b'}'));
    if operators == 0 && !closed || !begins_with_sink(called) {
        return None;
    }
    whole_again(input, quote).then_some(start..start + 1 + at + operators + called.len().min(24))
}

/// Finds an expression in a template: `${alert(1)}`, `{{constructor.constructor('…')()}}`.
pub(crate) fn in_template(input: &[u8]) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(at) = input[from..].iter().position(|byte| *byte == b'{').map(|at| from + at) {
        from = at + 1;
        if at == 0 || !matches!(input[at - 1], b'$' | b'{') {
            continue;
        }
        let body = &input[at + 1..];
        let near = &body[..body.len().min(256)];
        let reaches = find(near, b"constructor")
            .is_some_and(|at| near[at + 11..].iter().take(4).any(|byte| b".[(".contains(byte)));
        let begins = input[at - 1] == b'$' && begins_with_sink(body) && near.contains(&b'(');
        if reaches && near.contains(&b'(') || begins {
            return Some(at - 1..(at + 24).min(input.len()));
        }
    }
    None
}

/// Whether a name from the list is used here: called, indexed, looked into, or assigned.
fn begins_with_sink(text: &[u8]) -> bool {
    let length =
        text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte == b'\\').count();
    let (name, behind) = text.split_at(length);
    let escaped = name.contains(&b'\\');
    let known = escaped || SINKS.iter().any(|sink| sink.as_bytes() == name);
    let mut behind = behind.iter().skip_while(|byte| **byte <= b' ' || **byte == b')');
    known && behind.next().is_some_and(|byte| b"([.`=?/{".contains(byte) || name == b"new" || name == b"throw")
}

/// Whether the script goes on behind the input as if nothing had happened.
fn whole_again(input: &[u8], quote: u8) -> bool {
    let trimmed = input.trim_ascii_end();
    let hides = find(trimmed, b"//").is_some() || trimmed.ends_with(b"<!--") || trimmed.ends_with(b"/*");
    let mut end = trimmed.iter().rev();
    let joins = end.next() == Some(&quote)
        && end.next().is_some_and(|byte| b"-+*/^,|&;=?:<>%(".contains(byte) || *byte <= b' ');
    hides || joins || trimmed.ends_with(b";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_a_string_needs_a_quote_a_call_and_an_end() {
        for input in [
            "';alert(1)//",
            "'-alert(1)-'",
            "\\';alert(0)//",
            "\"-eval(x)-\"",
            "x'});alert(1);//",
            "';window['al'+'ert'](1);//",
            "`+alert`1`+`",
        ] {
            assert!(leaves_string(input.as_bytes()).is_some(), "{input}");
        }
        for input in [
            "",
            "'",
            "it's top notch",
            "'a' + document.title",
            "say('x'); alert(1);",
            "don't alert(1)",
            "';alert",
            "the 'window' is open",
        ] {
            assert!(leaves_string(input.as_bytes()).is_none(), "{input}");
        }
    }

    #[test]
    fn templates_that_reach_a_constructor_or_call_are_found() {
        for input in ["${alert(1)}", "{{constructor.constructor('x')()}}", "a{{'a'.constructor.prototype.x=(1)}}"] {
            assert!(in_template(input.as_bytes()).is_some(), "{input}");
        }
        for input in ["{{name}}", "${HOME}/bin", "{\"a\":{\"constructor\":1}}", "{", "{{constructor}}"] {
            assert!(in_template(input.as_bytes()).is_none(), "{input}");
        }
    }
}
