//! Whether the value of an attribute runs scripts.

use super::entity::Decoded;

/// Schemes whose address is a script.
const SCRIPTS: &[&str] =
    &["javascript:", "vbscript:", "vbs:", "livescript:", "mocha:", "feed:javascript:", "view-source:javascript:"];

/// Schemes whose address holds a document.
const DOCUMENTS: &[&str] = &[
    "data:text/html",
    "data:text/xml",
    "data:application/xhtml",
    "data:application/xml",
    "data:image/svg",
    "data:application/x-",
    "data:text/javascript",
    "data:text/vbscript",
    "data:,",
    "data:;",
    "data:text/xsl",
];

/// Whether a browser takes the value for the address of a script, or of a document with scripts.
pub(crate) fn is_script_address(value: &[u8]) -> bool {
    starts_with_any(address(value), SCRIPTS) || starts_with_any(address(value), DOCUMENTS) || holds_address(value)
}

/// Whether a text on its own is the address of a script. A word with a colon is not: “JavaScript: the good parts”.
pub(crate) fn is_lone_script_address(text: &[u8]) -> bool {
    if starts_with_any(address(text), &["data:text/html,", "data:text/html;"]) {
        return true;
    }
    if !starts_with_any(address(text), &["javascript:", "vbscript:"]) {
        return false;
    }
    let mut behind = text.iter().skip_while(|byte| !matches!(**byte, b':' | b'&')).skip(1);
    let prose = behind.next() == Some(&b' ') && behind.next().is_some_and(u8::is_ascii_alphabetic);
    let calls = text.iter().any(|byte| matches!(byte, b'(' | b'`' | b'=' | b'[' | b'%' | b'\\' | b'&' | b'/'));
    calls && !prose
}

/// Whether a style runs scripts, or loads what does, in any browser there was.
pub(crate) fn is_script_style(value: &[u8]) -> bool {
    const MARKS: &[&str] = &[
        "expression(",
        "javascript:",
        "vbscript:",
        "behavior:",
        "behaviour:",
        "-moz-binding",
        "@import",
        "-o-link",
        "url(data:",
    ];
    let escaped = value.windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_hexdigit());
    escaped || holds_any(style(value), MARKS)
}

/// A list of addresses, or one behind a delay: `0;url=javascript:…`, `a;javascript:…`.
fn holds_address(value: &[u8]) -> bool {
    let value = &value[..value.len().min(512)];
    let separated = value.iter().any(|byte| matches!(byte, b';' | b'=' | b','));
    separated
        && holds_any(
            address(value),
            &["url=javascript:", "url='javascript:", "url=data:text/html", ";javascript:", "url=vbscript:"],
        )
}

/// The characters of an address that count: in lower case, without what leads and without control characters.
/// Browsers leave out tabs and line ends only; old ones left out more.
fn address(value: &[u8]) -> impl Iterator<Item = u8> + Clone {
    let leads = |character: &u32| *character <= 0x20 || *character >= 0x7f || matches!(*character, 0x22 | 0x27 | 0x60);
    let skipped = |character: &u32| *character >= 0x20;
    Decoded::new(value).skip_while(leads).filter(skipped).map(lower)
}

/// The characters of a style that count: in lower case, without blanks, comments and backslashes.
fn style(value: &[u8]) -> impl Iterator<Item = u8> + Clone {
    let (mut before, mut comment) = (0, false);
    Decoded::new(value).map(lower).filter(move |&byte| {
        let last = std::mem::replace(&mut before, byte);
        match (comment, last, byte) {
            (true, b'*', b'/') => comment = false,
            (false, b'/', b'*') => comment = true,
            (false, ..) => return byte > b' ' && byte != b'\\' && byte != b'/',
            _ => {}
        }
        false
    })
}

fn lower(character: u32) -> u8 {
    u8::try_from(character).map_or(0xff, |byte| byte.to_ascii_lowercase())
}

fn starts_with_any(text: impl Iterator<Item = u8> + Clone, known: &[&str]) -> bool {
    known.iter().any(|known| {
        let mut text = text.clone();
        known.bytes().all(|byte| text.next() == Some(byte))
    })
}

/// Whether one of the texts, none longer than 32 bytes, is somewhere in this one.
fn holds_any(text: impl Iterator<Item = u8>, known: &[&str]) -> bool {
    let mut window = [0_u8; 32];
    for byte in text {
        window.rotate_left(1);
        window[31] = byte;
        if known.iter().any(|known| window.ends_with(known.as_bytes())) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_scripts_are_seen_through_references_and_blanks() {
        for value in [
            "javascript:alert(1)",
            " \u{1}JaVaScript:x",
            "java\tscript:x",
            "j&#97v&#x61script&colon;x",
            "java&Tab;script:x",
            "vbscript:x",
            "data:text/html;base64,x",
            "data:image/svg+xml,x",
            "0;url=javascript:x",
        ] {
            assert!(is_script_address(value.as_bytes()), "{value}");
        }
        for value in [
            "",
            "/javascript:",
            "https://example.com/javascript:",
            "data:image/png;base64,x",
            "javascript",
            "#",
            "mailto:a@b.c",
        ] {
            assert!(!is_script_address(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn styles_that_run_scripts_are_seen_through_comments() {
        for value in [
            "width:expression(x)",
            "width:exp/**/ression (x)",
            "background:url(javascript:x)",
            "-moz-binding:url(x)",
            "x:e\\xpression(1)",
        ] {
            assert!(is_script_style(value.as_bytes()), "{value}");
        }
        for value in ["", "color:red", "background:url(/a.png)", "font-family:expression"] {
            assert!(!is_script_style(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_text_of_its_own_is_an_address_only_if_it_calls() {
        assert!(is_lone_script_address(b"javascript:alert(1)"));
        assert!(is_lone_script_address(b"javascript:/*x*/alert`1`"));
        for text in ["JavaScript: the good parts", "javascript:", "javascript", "Learn javascript: (part 1)"] {
            assert!(!is_lone_script_address(text.as_bytes()), "{text}");
        }
        assert!(!is_lone_script_address(b"JavaScript: The Definitive Guide (7th edition)"));
    }
}
