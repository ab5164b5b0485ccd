//! What holds for any bytes: no panic, ranges within the input, the high sensitivity finds no less, nothing is allocated, and time
//! grows no faster than the input.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use ringwall_detect::{SQLI_HARMLESS, Sensitivity, XSS_NEEDS, sqli, sqli_rules, xss, xss_rules};

/// The system's allocator, and how often this thread has called it.
struct Counting;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

// SAFETY: every call is handed to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps what this function asks of it.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps what this function asks of it.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What inputs are put together from: what readers decide by.
const PIECES: &[&str] = &[
    "'",
    "\"",
    "`",
    "\\",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*!50000",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    ".",
    "=",
    "<",
    ">",
    "!",
    "~",
    "|",
    "||",
    "&&",
    "&",
    "+",
    "-",
    "*",
    "%",
    "^",
    ":",
    "::",
    ":=",
    "@",
    "@@",
    "$",
    "$$",
    "$a$",
    "?",
    " ",
    "\n",
    "\t",
    "\0",
    "\u{a0}",
    "\u{3000}",
    "0",
    "1",
    "1.",
    ".5",
    "1e",
    "1.e",
    "1e5",
    "0x",
    "0x4f",
    "0b1",
    "1d",
    "a",
    "or",
    "and",
    "not",
    "select",
    "union",
    "all",
    "from",
    "where",
    "order",
    "group",
    "by",
    "having",
    "limit",
    "insert",
    "into",
    "values",
    "update",
    "set",
    "delete",
    "drop",
    "table",
    "exec",
    "sleep",
    "version",
    "null",
    "like",
    "is",
    "in",
    "between",
    "case",
    "when",
    "end",
    "outfile",
    "</",
    "<!--",
    "-->",
    "<!",
    "<?",
    "script",
    "img",
    "onerror",
    "onload",
    "href",
    "style",
    "srcdoc",
    "javascript:",
    "data:text/html",
    "&#",
    "&#x",
    "&Tab;",
    "&colon;",
    "&",
    "/",
    "//",
    "alert",
    "constructor",
    "${",
    "{{",
    "+ADw-",
];

fn assemble(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut input = Vec::new();
    for _ in 0..random.usize(0..24) {
        if random.u8(..) < 24 {
            input.push(random.u8(..));
        } else {
            input.extend_from_slice(PIECES[random.usize(..PIECES.len())].as_bytes());
            if random.bool() {
                input.push(b' ');
            }
        }
    }
    input
}

/// Everything that must hold for an input. Whether something was found, and whether not, in it.
fn check(input: &[u8]) -> bool {
    let before = ALLOCATIONS.get();
    let (low, high, html) = (sqli(input, Sensitivity::Low), sqli(input, Sensitivity::High), xss(input));
    assert_eq!(ALLOCATIONS.get(), before, "something was allocated for {}", input.escape_ascii());
    for finding in [&low, &high, &html].into_iter().flatten() {
        let range = &finding.range;
        assert!(range.start <= range.end && range.end <= input.len(), "{range:?} of {}", input.escape_ascii());
        let pages = sqli_rules().iter().chain(xss_rules());
        assert!(pages.into_iter().any(|page| page.name == finding.rule && page.says == finding.says));
    }
    assert!(low.is_none() || high.is_some(), "{}", input.escape_ascii());
    high.is_some() || html.is_some()
}

#[test]
fn any_bytes_are_read_within_bounds_and_without_allocating() {
    let mut random = fastrand::Rng::with_seed(21);
    let (mut found, mut rounds) = (0, 0);
    while rounds < 100_000 {
        rounds += 1;
        found += usize::from(check(&assemble(&mut random)));
    }
    assert!(found > rounds / 20 && found < rounds, "{found} of {rounds}: both sides were seen");
}

#[test]
fn what_is_said_to_be_harmless_is_harmless() {
    let mut random = fastrand::Rng::with_seed(22);
    let (mut sql, mut html) = (0, 0);
    for _ in 0..60_000 {
        let mut input = assemble(&mut random);
        let is_sql = sqli(&input, Sensitivity::High).is_some();
        let is_html = xss(&input).is_some();
        assert!(!is_sql || input.iter().any(|byte| !SQLI_HARMLESS.contains(byte)), "{}", input.escape_ascii());
        assert!(!is_html || input.iter().any(|byte| XSS_NEEDS.contains(byte)), "{}", input.escape_ascii());
        (sql, html) = (sql + usize::from(is_sql), html + usize::from(is_html));
        input.retain(|byte| !XSS_NEEDS.contains(byte));
        assert_eq!(xss(&input), None, "{}", input.escape_ascii());
        input.retain(|byte| SQLI_HARMLESS.contains(byte));
        assert_eq!(sqli(&input, Sensitivity::High), None, "{}", input.escape_ascii());
    }
    assert!(sql > 3_000 && html > 500, "{sql} injections, {html} scripts");
}

#[test]
fn every_beginning_and_end_of_every_example_is_read() {
    for page in sqli_rules().iter().chain(xss_rules()) {
        for example in page.finds.iter().chain(page.finds_at_high).chain(page.leaves) {
            let example = example.as_bytes();
            for at in 0..=example.len() {
                check(&example[..at]);
                check(&example[at..]);
            }
        }
    }
}

#[test]
fn injections_are_found_whatever_quoted_text_stands_before_them() {
    let mut random = fastrand::Rng::with_seed(22);
    for _ in 0..2_000 {
        let before: String = (0..random.usize(0..300)).map(|_| random.alphanumeric()).collect();
        for injection in ["' or 1=1-- ", "' union select 1,2-- ", "';drop table a-- ", "' and sleep(5)-- "] {
            let input = format!("{before}{injection}");
            assert!(sqli(input.as_bytes(), Sensitivity::Low).is_some(), "{input}");
        }
        let input = format!("{before}\"><script>");
        assert!(xss(input.as_bytes()).is_some(), "{input}");
    }
}

#[test]
fn hostile_inputs_take_no_longer_than_their_length() {
    // A reader that looks at what is left once for each part would need minutes for these.
    let mut slowest = (Duration::ZERO, "");
    for piece in PIECES.iter().chain(&[
        "/*/*",
        "$a$b",
        "a'b\"",
        "/href=",
        "onclick=",
        "style=x ",
        "' or a ",
        "<a b='",
        "&#0",
        "((",
        "1.e",
        "{{(",
        "'a' ",
        " or",
        "select a,",
        "<a href=\"<",
    ]) {
        let input = piece.repeat(32_768 / piece.len());
        for before in ["", "<a ", "x' or "] {
            let input = [before.as_bytes(), input.as_bytes()].concat();
            let start = Instant::now();
            check(&input);
            slowest = slowest.max((start.elapsed(), piece));
        }
    }
    println!("slowest: {slowest:?} for 32 KiB, three readings");
    assert!(slowest.0 < Duration::from_secs(3), "{slowest:?}");
}
