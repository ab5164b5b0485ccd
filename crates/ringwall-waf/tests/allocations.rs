//! A request that no rule matches is inspected without allocating memory, once there was one of its size.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ringwall_waf::document::Bundle;
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::{Header, Request, Resource};
use ringwall_waf::{Compiled, Scratch};

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

const FIELDS: &[&str] = &[
    r#"{"UriPath": {}}"#,
    r#"{"QueryString": {}}"#,
    r#"{"AllQueryArguments": {}}"#,
    r#"{"SingleQueryArgument": {"Name": "page"}}"#,
    r#"{"SingleHeader": {"Name": "user-agent"}}"#,
    r#"{"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#,
    r#"{"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#,
    r#"{"HeaderOrder": {"OversizeHandling": "CONTINUE"}}"#,
    r#"{"Body": {"OversizeHandling": "CONTINUE"}}"#,
    r#"{"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}}"#,
    r#"{"JsonBody": {"MatchPattern": {"IncludedPaths": ["/items/0/name", "/note"]}, "MatchScope": "VALUE", "OversizeHandling": "CONTINUE"}}"#,
    r#"{"Method": {}}"#,
    r#"{"UriFragment": {"FallbackBehavior": "NO_MATCH"}}"#,
    r#"{"JA3Fingerprint": {"FallbackBehavior": "NO_MATCH"}}"#,
];

const CHAINS: &[&[&str]] = &[
    &["NONE"],
    &["URL_DECODE_UNI", "HTML_ENTITY_DECODE", "LOWERCASE"],
    &["URL_DECODE", "COMPRESS_WHITE_SPACE", "TRIM"],
    &["JS_DECODE", "NORMALIZE_PATH_WIN", "CMD_LINE"],
    &["CSS_DECODE", "ESCAPE_SEQ_DECODE", "REPLACE_COMMENTS", "REMOVE_NULLS"],
    &["BASE64_DECODE", "HEX_DECODE", "SQL_HEX_DECODE"],
    &["UTF8_TO_UNICODE", "UPPERCASE", "SHA256"],
];

/// A web ACL that looks at everything after those transformations, for several things. `attacks` says whether a detector is asked as
/// well.
fn document(chain: &[&str], attacks: bool) -> String {
    let mut rules = Vec::new();
    for field in FIELDS {
        let steps = chain.iter().enumerate().map(|(at, kind)| format!(r#"{{"Priority": {at}, "Type": "{kind}"}}"#));
        let subject =
            format!(r#""FieldToMatch": {field}, "TextTransformations": [{}]"#, steps.collect::<Vec<_>>().join(","));
        let mut statements = vec![format!(
            r#"{{"ByteMatchStatement": {{"SearchString": "Li4vZXRjL3Bhc3N3ZA==", "PositionalConstraint": "{}", {subject}}}}}"#,
            if field.contains("JA3") { "EXACTLY" } else { "CONTAINS" }
        )];
        if !field.contains("JA3") {
            statements.push(format!(
                r#"{{"RegexMatchStatement": {{"RegexString": "(?i)<script[^>]*>|jav\\s*ascript:", {subject}}}}}"#
            ));
            statements.push(format!(r#"{{"RegexMatchStatement": {{"RegexString": "[0-9]{{9}}x", {subject}}}}}"#));
            if attacks {
                statements.push(format!(r#"{{"XssMatchStatement": {{{subject}}}}}"#));
                statements.push(format!(r#"{{"SqliMatchStatement": {{{subject}}}}}"#));
            }
        }
        // Groups of statements need fewer units than rules, and are asked to the same end.
        rules.push(if statements.len() > 1 {
            format!(r#"{{"OrStatement": {{"Statements": [{}]}}}}"#, statements.join(","))
        } else {
            statements.concat()
        });
    }
    let rules: Vec<String> = rules.iter().enumerate().map(|(at, statement)| rule(at, statement)).collect();
    format!(
        r#"{{"Name": "test", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0",
            "DefaultAction": {{"Allow": {{}}}}, "Rules": [{}], {}}}"#,
        rules.join(","),
        visibility("test")
    )
}

fn rule(at: usize, statement: &str) -> String {
    let visibility = visibility(&format!("r{at}"));
    format!(
        r#"{{"Name": "r{at}", "Priority": {at}, "Action": {{"Block": {{}}}}, "Statement": {statement}, {visibility}}}"#
    )
}

fn visibility(name: &str) -> String {
    format!(
        r#""VisibilityConfig": {{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "{name}"}}"#
    )
}

fn requests() -> Vec<(&'static [u8], &'static [u8], Vec<u8>)> {
    let json: Vec<String> = (0..40)
        .map(|own| format!(r#"{{"id": {own}, "name": "item \"{own}\" \u00e4", "tags": ["a", "b c"]}}"#))
        .collect();
    let json = format!(r#"{{"items": [{}], "note": "a fine day"}}"#, json.join(","));
    let form: Vec<String> = (0..950).map(|own| format!("f{own}=v+{own}%20x")).collect();
    vec![
        (b"GET", b"/shop/products?page=2&sort=price%20up&q=red+shoes".as_slice(), Vec::new()),
        (b"POST", b"/api/items", json.into_bytes()),
        (b"POST", b"/form", form.join("&").into_bytes()),
        (b"POST", b"/text", b"it is a fine day; AND so on. ".repeat(250)),
    ]
}

/// How often memory was allocated for each request when it came for the third time, in all web ACLs.
fn allocations(attacks: bool) -> Vec<usize> {
    let abilities = Abilities { detection: true, ..Abilities::default() };
    let compiled = CHAINS.iter().map(|chain| {
        let document = document(chain, attacks);
        Compiled::new(&Bundle::new().read(document.as_bytes(), abilities).unwrap_or_else(|refusal| panic!("{refusal}")))
    });
    let compiled: Vec<Compiled> = compiled.collect();
    let counters = LocalCounters::default();
    let mut scratch = Scratch::new();
    let headers =
        [("host", "shop.example.com"), ("user-agent", "Mozilla/5.0 (X11)"), ("cookie", "sid=0a1b2c; theme=dark")];
    let headers = headers.map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() });
    let mut ask = |(method, target, body): &(&[u8], &[u8], Vec<u8>)| {
        let mut request = Request::new("192.0.2.1".parse().unwrap(), method, target);
        request.headers = &headers;
        request.body = body;
        request.body_size = body.len() as u64;
        let environment =
            Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
        let before = ALLOCATIONS.get();
        for own in &compiled {
            let verdict = own.inspect_with(&mut scratch, &request, Resource::CloudFront, environment);
            assert_eq!((verdict.decided_by(), verdict.matched.len()), ("Default_Action", 0));
        }
        ALLOCATIONS.get() - before
    };
    let requests = requests();
    let first: usize = requests.iter().map(&mut ask).sum();
    assert!(first > 10, "at first there is none: {first}");
    let _: usize = requests.iter().map(&mut ask).sum();
    requests.iter().map(&mut ask).collect()
}

#[test]
fn a_benign_request_needs_no_memory() {
    assert_eq!(allocations(false), [0, 0, 0, 0]);
}

#[test]
fn a_benign_request_needs_no_memory_for_detectors_either() {
    assert_eq!(allocations(true), [0, 0, 0, 0]);
}
