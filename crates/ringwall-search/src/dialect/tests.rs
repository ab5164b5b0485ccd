//! What PCRE spells otherwise, and what is refused.

use super::*;

fn compiled(expression: &str, dialect: Dialect) -> regex::bytes::Regex {
    let translated = translate(expression.as_bytes(), dialect).unwrap_or_else(|error| panic!("{expression} {error}"));
    let flags = dialect.flags();
    let mut builder = regex::bytes::RegexBuilder::new(&translated);
    let builder = builder.unicode(false).multi_line(flags.multi_line).dot_matches_new_line(flags.dot_matches_newline);
    builder.build().unwrap_or_else(|error| panic!("{expression} as {translated}: {error}"))
}

fn finds(expression: &str, dialect: Dialect, text: &[u8]) -> bool {
    compiled(expression, dialect).is_match(text)
}

/// Where an expression is refused.
fn refused(expression: &str, dialect: Dialect) -> usize {
    match translate(expression.as_bytes(), dialect) {
        Ok(translated) => panic!("{expression} is taken as {translated}"),
        Err(error) => error.at,
    }
}

#[test]
fn what_both_dialects_spell_otherwise_is_understood() {
    for (expression, text) in [
        ("a{b}", "a{b}"),
        ("a{,3}", "a{,3}"),
        ("{{x", "{{x"),
        (r"[[\]&&~]+\z", "[]&~"),
        ("[]a]+b", "]ab"),
        (r"[^[]\z", "x"),
        (r"[+--]\z", ","),
        (r"[--/]\z", "."),
        (r"[a-\d]\z", "-"),
        (r"[\w-.]\z", "-"),
        (r"\Qa.b\E+.", "a.bbc"),
        (r"\h\v\e\x41\x{42}\x4\012\cA", " \n\u{1b}AB\x04\n\x01"),
        (r"\/\<\>\-\#", "/<>-#"),
        (r"[\d\-\/\b]", "-"),
        ("[[:alpha:]]{2}", "ab"),
        ("[[:^alpha:]]", "1"),
        ("(?<name>a)(?P<other>b)(?'third'c)(?#no)d", "abcd"),
        ("\u{e4}", "x\u{e4}"),
        (r"(?s:.)\Z", "\n"),
        ("a{2,3}?b", "aab"),
        ("(?x) a b # and a comment", "ab"),
        (r"\{\}", "{}"),
    ] {
        for dialect in [Dialect::AWS, Dialect::SEC_LANG] {
            assert!(finds(expression, dialect, text.as_bytes()), "{expression} in {text:?} by {dialect:?}");
        }
    }
    for (expression, text) in [(r"\<a", "a"), (r"[+--]", "*"), ("[--/]", "*"), (r"[a-\d]", "b"), ("[^[:alpha:]]", "a")]
    {
        assert!(!finds(expression, Dialect::SEC_LANG, text.as_bytes()), "{expression} in {text:?}");
    }
}

#[test]
fn the_end_and_lines_are_what_the_dialect_says() {
    assert!(finds("^b$", Dialect::SEC_LANG, b"a\nb\nc"));
    assert!(!finds("^b$", Dialect::AWS, b"a\nb\nc"));
    assert!(finds("^b$", Dialect::AWS, b"b\n"), "also before a last newline");
    assert!(finds("(?m)^b$", Dialect::AWS, b"a\nb\nc"));
    assert!(finds("a.b", Dialect::SEC_LANG, b"a\nb"));
    assert!(!finds("a.b", Dialect::AWS, b"a\nb"));
    assert_eq!(refused("a(?-m:b)", Dialect::SEC_LANG), 1);
}

#[test]
fn characters_are_bytes_or_characters() {
    assert!(finds("\u{e4}+b", Dialect::AWS, "\u{e4}\u{e4}b".as_bytes()));
    assert!(finds("^\u{e4}+b", Dialect::SEC_LANG, b"\xc3\xa4\xa4b"), "the last byte is repeated");
    assert!(finds("^[\u{2018}'`]{3}$", Dialect::SEC_LANG, "\u{2018}".as_bytes()), "three bytes of the class");
    assert_eq!(refused("a[\u{2018}]", Dialect::AWS), 2);
    assert!(compiled(r"\xff", Dialect::SEC_LANG).is_match(b"\xff"));
    assert!(translate(b"a\xff", Dialect::SEC_LANG).is_ok_and(|own| own == r"a\xff"));
    assert!(translate(b"a\xff", Dialect::AWS).is_ok_and(|own| own == r"a\xff"));
}

#[test]
fn groups_are_captured_where_that_matters() {
    let captures = |dialect| compiled("(a)(?:b)(?<n>c)((?i)d)", dialect).captures_len();
    assert_eq!((captures(Dialect::SEC_LANG), captures(Dialect::AWS)), (4, 1));
}

#[test]
fn what_gives_nothing_back_is_taken_where_that_changes_nothing() {
    for (expression, text) in [
        (r#""[^"]*+""#, "\"a\""),
        (r"\s*+=", "  ="),
        (r"(?>\d+)x", "12x"),
        (r"a++", "aaa"),
        (r"(?:[a-z]++,)+", "a,b,"),
        (r"[a-c]{1,}+(?:d|e)f", "abdf"),
        (r"(\d++)-\1?".trim_end_matches(r"\1?"), "1-"),
    ] {
        assert!(finds(expression, Dialect::SEC_LANG, text.as_bytes()), "{expression}");
    }
    for (expression, at) in [
        ("a++a", 1),
        (r"\w*+\d", 2),
        (r".*+x", 1),
        ("(?>a|ab)c", 0),
        (r"(?:\d++)+x", 5),
        (r"\s*+\b", 2),
        ("x(?:a*+)?a", 5),
        ("(?i)a*+A", 5),
        ("a{2}+b", 1),
    ] {
        assert_eq!(refused(expression, Dialect::SEC_LANG), at, "{expression}");
    }
    assert_eq!(refused(r"\s*+=", Dialect::AWS), 2);
    assert_eq!(refused(r"(?>\d+)x", Dialect::AWS), 0);
}

#[test]
fn what_needs_to_go_back_is_refused_with_its_place() {
    for (expression, at) in [
        (r"(a)\1", 3),
        (r"\g{1}", 0),
        ("x(?=a)", 1),
        ("x(?!a)", 1),
        ("(?<=a)", 0),
        ("(?<!a)", 0),
        ("(?R)", 0),
        ("(?1)", 0),
        ("(?(1)a)", 0),
        ("(*ACCEPT)", 0),
        (r"\C", 0),
        (r"a\R", 1),
        (r"\K", 0),
        ("(?C1)", 0),
        ("(?|a|b)", 0),
        ("ab)", 2),
        ("b[a", 1),
        (r"a\", 1),
        ("a**", 2),
        ("a{2}{3}", 4),
        ("*a", 0),
        ("|{2}", 1),
        ("(?q)", 0),
        (r"\p{L}", 0),
        (r"[\x{100}]", 1),
        ("(?#a", 0),
        (r"[a\1]", 2),
    ] {
        assert_eq!(refused(expression, Dialect::SEC_LANG), at, "{expression}");
        assert_eq!(refused(expression, Dialect::AWS), at, "{expression}");
    }
    let error = translate(b"x(?=a)", Dialect::AWS).unwrap_err();
    assert_eq!(error.to_string(), "has a zero-width assertion at byte 1, which is not supported");
}

#[test]
fn whatever_the_expression_is_it_is_taken_or_refused() {
    const PIECES: &[&[u8]] = &[
        b"a",
        b"\\",
        b"[",
        b"]",
        b"{",
        b"}",
        b"(",
        b")",
        b"(?",
        b"*",
        b"+",
        b"?",
        b"|",
        b"^",
        b"$",
        b"-",
        b"1",
        b",",
        b":",
        b"\xff",
        "\u{e4}".as_bytes(),
        b"[:",
        b":]",
        b">",
        b"i",
        b"\\Q",
        b"\\x",
    ];
    let (mut taken, mut compiled) = (0, 0);
    for seed in 0..6_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let pieces: Vec<&[u8]> = (0..random.usize(1..12)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
        for dialect in [Dialect::AWS, Dialect::SEC_LANG] {
            let Ok(translated) = translate(&pieces.concat(), dialect) else { continue };
            taken += 1;
            compiled += usize::from(regex::bytes::RegexBuilder::new(&translated).unicode(false).build().is_ok());
        }
    }
    assert!(taken > 500 && compiled > 300, "{taken} taken, {compiled} compiled");
}
