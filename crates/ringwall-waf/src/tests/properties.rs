//! What holds for all documents and requests: what is compiled says what the definition says.

use super::judge_with;
use crate::document::tests::{acl, group, read_beside, refers, rule};
use crate::rate::LocalCounters;
use crate::request::Resource;
use crate::testing::{IP_SET, REGEX_SET, Sent, environment};
use crate::{Compiled, Scratch};

fn pick<'a>(random: &mut fastrand::Rng, of: &[&'a str]) -> &'a str {
    of[random.usize(..of.len())]
}

/// Words that rules search for and requests are made of.
const WORDS: &[&str] =
    &["a", "ab", "sqli", "xss", "maybe", "A", "%41", "curl", "bot", "/", "../", "&#97;", "\\x61", " ", "0x61"];

fn field(random: &mut fastrand::Rng) -> String {
    let oversize = pick(random, &["CONTINUE", "MATCH", "NO_MATCH"]);
    let scope = pick(random, &["ALL", "KEY", "VALUE"]);
    match random.u8(..15) {
        12 => {
            let pattern = pick(random, &["/a", "/b/0", "/b"]);
            let invalid = pick(random, &["MATCH", "NO_MATCH", "EVALUATE_AS_STRING"]);
            format!(
                r#"{{"JsonBody": {{"MatchPattern": {{"IncludedPaths": ["{pattern}", "/c/x"]}}, "MatchScope": "{scope}",
                    "InvalidFallbackBehavior": "{invalid}", "OversizeHandling": "{oversize}"}}}}"#
            )
        }
        13 => format!(r#"{{"JA3Fingerprint": {{"FallbackBehavior": "{}"}}}}"#, pick(random, &["MATCH", "NO_MATCH"])),
        14 => format!(
            r#"{{"Cookies": {{"MatchPattern": {{"IncludedCookies": ["a"]}}, "MatchScope": "{scope}", "OversizeHandling": "{oversize}"}}}}"#
        ),
        0 => r#"{"SingleHeader": {"Name": "x-a"}}"#.to_owned(),
        1 => r#"{"SingleQueryArgument": {"Name": "a"}}"#.to_owned(),
        2 => r#"{"AllQueryArguments": {}}"#.to_owned(),
        3 | 4 => r#"{"UriPath": {}}"#.to_owned(),
        5 => r#"{"QueryString": {}}"#.to_owned(),
        6 => format!(r#"{{"Body": {{"OversizeHandling": "{oversize}"}}}}"#),
        7 => r#"{"Method": {}}"#.to_owned(),
        8 => format!(
            r#"{{"JsonBody": {{"MatchPattern": {{"All": {{}}}}, "MatchScope": "{scope}", "OversizeHandling": "{oversize}"}}}}"#
        ),
        9 => format!(
            r#"{{"Headers": {{"MatchPattern": {{"All": {{}}}}, "MatchScope": "{scope}", "OversizeHandling": "{oversize}"}}}}"#
        ),
        10 => format!(
            r#"{{"Cookies": {{"MatchPattern": {{"All": {{}}}}, "MatchScope": "{scope}", "OversizeHandling": "{oversize}"}}}}"#
        ),
        _ => format!(r#"{{"HeaderOrder": {{"OversizeHandling": "{oversize}"}}}}"#),
    }
}

fn subject(random: &mut fastrand::Rng) -> String {
    let kinds = [
        "NONE",
        "LOWERCASE",
        "URL_DECODE",
        "HTML_ENTITY_DECODE",
        "JS_DECODE",
        "COMPRESS_WHITE_SPACE",
        "NORMALIZE_PATH",
    ];
    let chain: Vec<String> = (0..random.usize(1..3))
        .map(|at| format!(r#"{{"Priority": {at}, "Type": "{}"}}"#, pick(random, &kinds)))
        .collect();
    let field = field(random);
    let normalised = if field.contains("QueryArgument") && random.bool() {
        r#", "PreParseTextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]"#
    } else {
        ""
    };
    format!(r#""FieldToMatch": {field}, "TextTransformations": [{}]{normalised}"#, chain.join(","))
}

fn statement(random: &mut fastrand::Rng, depth: usize) -> String {
    use base64::Engine;
    let subject = subject(random);
    match random.u8(..if depth == 0 { 10 } else { 14 }) {
        0..=3 => {
            let word = pick(random, &["a", "ab", "b", "A", "/", "x"]);
            let search = base64::engine::general_purpose::STANDARD.encode(word);
            let contains = if word == "/" { "CONTAINS" } else { "CONTAINS_WORD" };
            let positions = ["EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", contains];
            let fingerprint = subject.contains("Fingerprint");
            let position = if fingerprint { "EXACTLY" } else { pick(random, &positions) };
            format!(
                r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "PositionalConstraint": "{position}", {subject}}}}}"#
            )
        }
        4 | 5 => {
            let pattern = pick(
                random,
                &[
                    "a+b",
                    "^/a",
                    "b$",
                    "(?i)AB",
                    "[^a]b",
                    "",
                    "a|x",
                    "^$",
                    "^[^b]*$",
                    "(?i:cu|bo)[rt]",
                    "a?l",
                    "[%/]+(?:4|a)",
                    "(?:ab|cu)[^ ]*[ &]",
                    "(?:^|[;&#]+)[0-9]*[;9]",
                ],
            )
            .to_owned();
            let pattern = if pattern.is_empty() { "x{2}".to_owned() } else { pattern };
            format!(r#"{{"RegexMatchStatement": {{"RegexString": "{pattern}", {subject}}}}}"#)
        }
        6 => format!(r#"{{"RegexPatternSetReferenceStatement": {{"ARN": "{REGEX_SET}", {subject}}}}}"#),
        7 if random.bool() => format!(r#"{{"XssMatchStatement": {{{subject}}}}}"#),
        7 => {
            let level = pick(random, &["LOW", "HIGH"]);
            format!(r#"{{"SqliMatchStatement": {{"SensitivityLevel": "{level}", {subject}}}}}"#)
        }
        8 => format!(
            r#"{{"SizeConstraintStatement": {{"ComparisonOperator": "{}", "Size": {}, {subject}}}}}"#,
            pick(random, &["GT", "EQ", "LE"]),
            random.u8(..9)
        ),
        9 => match random.u8(..3) {
            0 => format!(r#"{{"IPSetReferenceStatement": {{"ARN": "{IP_SET}"}}}}"#),
            1 => r#"{"GeoMatchStatement": {"CountryCodes": ["DE"]}}"#.to_owned(),
            _ => r#"{"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:"}}"#.to_owned(),
        },
        10 | 11 => format!(r#"{{"NotStatement": {{"Statement": {}}}}}"#, statement(random, depth - 1)),
        kind => {
            // Managed rules have Ors with hundreds of statements.
            let is_wide = kind == 13 && random.u8(..16) == 0;
            let count = if is_wide { random.usize(40..70) } else { random.usize(2..4) };
            let inner: Vec<String> =
                (0..count).map(|_| statement(random, if is_wide { 0 } else { depth - 1 })).collect();
            let name = if kind == 12 { "AndStatement" } else { "OrStatement" };
            format!(r#"{{"{name}": {{"Statements": [{}]}}}}"#, inner.join(","))
        }
    }
}

fn rules(random: &mut fastrand::Rng, most: usize) -> Vec<String> {
    let one = |random: &mut fastrand::Rng, at: usize| {
        let action = pick(random, &["Allow", "Block", "Count", "Count", "Count", "Challenge"]);
        let rest = format!(r#""Action": {{"{action}": {{}}}}, "RuleLabels": [{{"Name": "l{}"}}]"#, random.u8(..3));
        let depth = if random.u8(..4) == 0 { 3 } else { 2 };
        rule(&format!("r{at}"), at as u64, &statement(random, depth), &rest)
    };
    (0..random.usize(0..most)).map(|at| one(random, at)).collect()
}

/// A request made of the words.
fn sent(random: &mut fastrand::Rng) -> Sent {
    let words = |random: &mut fastrand::Rng| (0..random.usize(0..4)).map(|_| pick(random, WORDS)).collect::<String>();
    let mut sent = Sent::get(&format!("/{}?a={}&b={}", words(random), words(random), words(random)));
    sent = sent.from(pick(random, &["192.0.2.70", "192.0.2.1", "203.0.113.1"]));
    for name in ["x-a", "user-agent"] {
        sent = sent.header(name, &words(random));
    }
    if random.bool() {
        sent = sent.header("cookie", &format!("a={}; b={}", words(random), words(random)));
    }
    match random.u8(..4) {
        0 => sent.body(&format!(r#"{{"a": "{}", "b": ["{}"]}}"#, words(random), words(random))),
        1 => sent.body(&words(random)),
        2 => sent.body(&format!("{}{}", words(random), "ab".repeat(4200))),
        _ => sent,
    }
}

/// Every request is inspected with the memory of those before it. `RINGWALL_WAF_DOCUMENTS` says how many documents are tried, each with
/// twelve requests, and `RINGWALL_WAF_SEED` where to begin.
#[test]
fn what_is_compiled_says_what_the_definition_says() {
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |own| own.parse().expect("a number"));
    let (first, count) = (number("RINGWALL_WAF_SEED", 0), number("RINGWALL_WAF_DOCUMENTS", 600_u64));
    let (mut documents, mut cases, mut ended) = (0, 0, 0);
    let mut scratch = Scratch::new();
    for seed in first..first + count {
        let mut random = fastrand::Rng::with_seed(seed);
        let own = group(&rules(&mut random, 5), 3000);
        let mut own_rules = rules(&mut random, 8);
        if random.bool() {
            let over = format!(r#""OverrideAction": {{"{}": {{}}}}"#, pick(&mut random, &["None", "Count"]));
            let at = own_rules.len();
            own_rules.push(rule("group", at as u64, &refers(""), &over));
        }
        let Ok(acl) = read_beside(Some(&own), &acl(&own_rules, "")) else { continue };
        documents += 1;
        let compiled = Compiled::new(&acl);
        for _ in 0..12 {
            let sent = sent(&mut random);
            let defined = judge_with(&acl, &sent, &LocalCounters::default());
            let counters = LocalCounters::default();
            let environment = environment(&counters, sent.now);
            let fast = sent
                .request(|request| compiled.inspect_with(&mut scratch, request, Resource::LoadBalancer, environment));
            assert_eq!(fast, defined, "seed {seed}: {sent:?}");
            let counters = LocalCounters::default();
            let (told, steps) = sent.request(|request| {
                crate::explain(&acl, request, Resource::LoadBalancer, crate::testing::environment(&counters, sent.now))
            });
            assert_eq!(told, defined, "seed {seed}: what is told is what is so: {sent:?}");
            for own in steps.iter().filter(|own| own.rated.is_none()) {
                assert_eq!(own.finding.as_ref().map(|own| own.holds), Some(own.holds), "seed {seed}: {own:?}");
            }
            cases += 1;
            ended += u64::from(defined.terminating.is_some());
        }
    }
    println!("{documents} documents, {cases} requests, {ended} of them ended by a rule");
    assert!(documents > count / 2 && ended > count, "{documents} documents, {ended} requests that a rule ended");
}

/// What holds within an And that does not hold as a whole is part of the reason, once.
#[test]
fn a_statement_that_two_words_bring_up_leaves_its_trace_once() {
    let has = |word: &str| {
        use base64::Engine;
        let search = base64::engine::general_purpose::STANDARD.encode(word);
        format!(
            r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "PositionalConstraint": "CONTAINS",
                "FieldToMatch": {{"UriPath": {{}}}}, "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}"#
        )
    };
    let several = |kind: &str, inner: &[String]| format!(r#"{{"{kind}": {{"Statements": [{}]}}}}"#, inner.join(","));
    let either = several("OrStatement", &[has("ab"), has("cd")]);
    let statement = several("OrStatement", &[several("AndStatement", &[either, has("xy")]), has("ef")]);
    let acl = read_beside(None, &acl(&[rule("r0", 0, &statement, r#""Action": {"Count": {}}"#)], "")).unwrap();
    let compiled = Compiled::new(&acl);
    for (path, traces) in [("/abcdef", 2), ("/cdef", 2), ("/ef", 1), ("/abcdxyef", 2)] {
        let (counters, sent) = (LocalCounters::default(), Sent::get(path));
        let verdict = sent.request(|own| compiled.inspect(own, Resource::LoadBalancer, environment(&counters, 0)));
        assert_eq!(verdict.matched[0].evidence.len(), traces, "{path}: {:?}", verdict.matched);
        assert_eq!(verdict, judge_with(&acl, &sent, &counters), "{path}");
    }
}

/// A detector is asked once about a text, for each level.
#[test]
fn what_a_detector_said_at_one_level_is_not_said_at_the_other() {
    let statement = |level: &str, steps: &str| {
        format!(
            r#"{{"SqliMatchStatement": {{"SensitivityLevel": "{level}", "FieldToMatch": {{"UriPath": {{}}}},
                "TextTransformations": [{{"Priority": 0, "Type": "{steps}"}}]}}}}"#
        )
    };
    let asked = [("LOW", "NONE"), ("HIGH", "LOWERCASE"), ("LOW", "TRIM"), ("HIGH", "NONE")];
    let rules = asked.iter().enumerate().map(|(at, (level, steps))| {
        rule(&format!("r{at}"), at as u64, &statement(level, steps), r#""Action": {"Count": {}}"#)
    });
    let acl = read_beside(None, &acl(&rules.collect::<Vec<_>>(), "")).unwrap();
    let compiled = Compiled::new(&acl);
    for (path, expected) in [("/maybe", vec!["r1", "r3"]), ("/sqli", vec!["r0", "r1", "r2", "r3"]), ("/x", vec![])] {
        let counters = LocalCounters::default();
        let sent = Sent::get(path);
        let verdict = sent.request(|own| compiled.inspect(own, Resource::LoadBalancer, environment(&counters, 0)));
        assert_eq!(verdict.matched.iter().map(|own| own.rule.as_str()).collect::<Vec<_>>(), expected, "{path}");
        assert_eq!(verdict, judge_with(&acl, &sent, &counters), "{path}");
    }
}

/// A request that is as hard as can be made must not take much longer than its length says. The bounds are wide, because the
/// tests run on slow machines and are not optimised; without a bound each of these would take minutes.
#[test]
fn hostile_requests_are_answered_in_time() {
    let body = r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#;
    let json = r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#;
    let kinds = crate::transformation::Transformation::all().map(|own| own.name()).collect::<Vec<_>>();
    let chains = kinds.chunks(6).map(|kinds| {
        let steps = kinds.iter().enumerate().map(|(at, kind)| format!(r#"{{"Priority": {at}, "Type": "{kind}"}}"#));
        format!("[{}]", steps.collect::<Vec<_>>().join(","))
    });
    let mut rules = Vec::new();
    for chain in chains {
        for field in [body, json, r#"{"AllQueryArguments": {}}"#] {
            let statement = format!(
                r#"{{"RegexMatchStatement": {{"RegexString": "(?:a*)*b|(?:x+x+)+y|.{{1,60}}c.{{1,60}}d", "FieldToMatch": {field},
                    "TextTransformations": {chain}}}}}"#
            );
            rules.push(rule(
                &format!("r{}", rules.len()),
                rules.len() as u64,
                &statement,
                r#""Action": {"Count": {}}"#,
            ));
        }
    }
    let acl = read_beside(None, &acl(&rules, "")).unwrap();
    let compiled = Compiled::new(&acl);
    let counters = LocalCounters::default();
    let pieces = ["a", "x", "/*", "&#", "&#x0", "%u", "\\", "[", "{\"a\":", "../", "c", "\"\\u", "0x0", "{\"", "- "];
    for piece in pieces {
        let text = piece.repeat(8192 / piece.len());
        let sent = Sent::get(&format!("/?{}", "a=b&".repeat(2000))).body(&text);
        let begin = std::time::Instant::now();
        sent.request(|request| compiled.inspect(request, Resource::LoadBalancer, environment(&counters, 0)));
        assert!(begin.elapsed().as_secs() < 10, "{piece:?} took {:?}", begin.elapsed());
    }
}
