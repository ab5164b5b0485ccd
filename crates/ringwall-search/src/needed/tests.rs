//! What expressions need, and that nothing matches without it.

use super::*;
use crate::Guards;

fn strings(of: &[&str]) -> Needed {
    Needed::OneOf(of.iter().map(|own| own.as_bytes().to_vec()).collect())
}

fn needed(expression: &str) -> Needed {
    Needed::by_expression(expression).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn strings_are_taken_from_where_they_are_longest() {
    for (expression, expected) in [
        ("union", strings(&["union"])),
        ("(?i)UNION", strings(&["union"])),
        (r"[Uu]nion\W+(?:all|distinct)", strings(&["union"])),
        (r"in[ +]to", strings(&["in to", "in+to"])),
        (r"a.*select.*b", strings(&["select"])),
        ("ab+cd", strings(&["ab"])),
        ("(?:get|post) /", strings(&["get /", "post /"])),
        ("https?:", strings(&["http:", "https:"])),
        ("^(?:ab|cd)$", strings(&["ab", "cd"])),
        ("[0-2]{2}", strings(&["00", "01", "02", "10", "11", "12", "20", "21", "22"])),
        ("(?:ab|xaby)", strings(&["ab"])),
        (r"\bor\b", strings(&["or"])),
    ] {
        assert_eq!(needed(expression), expected, "{expression}");
    }
}

#[test]
fn where_there_is_no_string_a_byte_is_needed_or_nothing() {
    assert_eq!(needed("[0-9]+"), Needed::Byte(ByteSet::range(b'0'..=b'9')));
    assert_eq!(needed("a|bc"), Needed::Byte(ByteSet::of(b"aAbB")));
    assert_eq!(needed(r"[a-z]*\x00[^b]"), Needed::Byte(ByteSet::of(&[0])));
    for expression in ["", "a*", "(?:ab)?", "^$", "a|", "(?:ab|c*)", r"\b"] {
        assert_eq!(needed(expression), Needed::Nothing, "{expression}");
    }
}

#[test]
fn many_strings_stay_few() {
    let long = "a".repeat(500);
    assert_eq!(needed(&long), strings(&[&long[..24]]));
    let many: Vec<String> = (0..600).map(|own| format!("{own:x}zz{own}")).collect();
    assert!(
        matches!(needed(&many.join("|")), Needed::OneOf(own) if own.len() <= 512)
            || needed(&many.join("|")) != Needed::Nothing
    );
    let phrases: Vec<String> = (0..2000).map(|own| format!("phrase {own} Of many")).collect();
    let Needed::OneOf(own) = Needed::one_of(phrases.iter().map(|own| own.as_bytes())) else { panic!("strings") };
    assert_eq!(own.len(), 2000);
    assert!(own.contains("phrase 7 of many".as_bytes()));
}

fn has(text: &[u8], needed: &Needed) -> bool {
    let lower = text.to_ascii_lowercase();
    match needed {
        Needed::OneOf(strings) => strings.iter().any(|own| lower.windows(own.len()).any(|part| part == own)),
        Needed::Byte(bytes) => text.iter().any(|byte| bytes.has(*byte)),
        Needed::Nothing => true,
    }
}

/// A random expression over few letters, so that texts match it.
fn expression(random: &mut fastrand::Rng, depth: usize) -> String {
    const LEAVES: &[&str] = &[
        "a",
        "b",
        "c",
        "ab",
        "bca",
        "A",
        "[ab]",
        "[^a]",
        "[a-c]",
        ".",
        "^",
        "$",
        r"\b",
        r"\B",
        "",
        r"\x00",
        "[^\\x00-\\xff]",
        r"\s",
        "(?i:b)",
        "(?s:.)",
        "[Cc]",
        r"\xc3\xa4",
        "a*",
        "[A-B]",
        "(c*a)",
        "(a|b*c)",
    ];
    if depth == 0 {
        return LEAVES[random.usize(..LEAVES.len())].to_owned();
    }
    match random.u8(..9) {
        0..=3 => {
            let parts: Vec<String> = (0..random.usize(2..5)).map(|_| expression(random, depth - 1)).collect();
            format!("(?:{})", parts.concat())
        }
        4 | 5 => {
            let parts: Vec<String> = (0..random.usize(2..4)).map(|_| expression(random, depth - 1)).collect();
            format!("({})", parts.join("|"))
        }
        6 => {
            let quantifier = ["*", "+", "?", "{2}", "{1,2}", "{0}", "{2,}", "+?"][random.usize(..8)];
            format!("(?:{}){quantifier}", expression(random, depth - 1))
        }
        7 => format!("(?i:{})", expression(random, depth - 1)),
        _ => LEAVES[random.usize(..LEAVES.len())].to_owned(),
    }
}

#[test]
fn nothing_matches_without_what_is_needed() {
    const PIECES: &[&[u8]] =
        &[b"a", b"b", b"c", b"A", b"B", b"C", b"ab", b"\0", b"\n", b" ", "\u{e4}".as_bytes(), b"\xff"];
    let mut random = fastrand::Rng::with_seed(4);
    let (mut matched, mut left_out, mut guarded) = (0, 0, 0);
    for _ in 0..3_000 {
        let source = expression(&mut random, 3);
        let mut builder = regex::bytes::RegexBuilder::new(&source);
        let flags =
            Flags { ignores_case: random.bool(), multi_line: random.bool(), dot_matches_newline: random.bool() };
        let builder = builder.unicode(false).case_insensitive(flags.ignores_case).multi_line(flags.multi_line);
        let Ok(compiled) = builder.dot_matches_new_line(flags.dot_matches_newline).build() else { continue };
        let needed = Needed::by_expression_with(&source, flags).unwrap();
        let guards = Guards::by_expression_with(&source, flags).unwrap();
        for _ in 0..30 {
            let text: Vec<u8> =
                (0..random.usize(0..8)).flat_map(|_| PIECES[random.usize(..PIECES.len())]).copied().collect();
            if compiled.is_match(&text) {
                matched += 1;
                assert!(has(&text, &needed), "{source} matches {text:?} without {needed:?}");
                assert!(guards.let_pass(ByteSet::in_text(&text)), "{source} matches {text:?} without {guards:?}");
            } else {
                left_out += usize::from(!has(&text, &needed));
                guarded += usize::from(has(&text, &needed) && !guards.let_pass(ByteSet::in_text(&text)));
            }
        }
    }
    assert!(
        matched > 5_000 && left_out > 5_000 && guarded > 500,
        "{matched} matched, {left_out} left out, {guarded} by guards"
    );
}
