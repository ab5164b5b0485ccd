//! The Core Rule Set of the system's package, read and asked.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ringwall_secrules::core_rules::{Folder, Settings};
use ringwall_secrules::outcome::Outcome;
use ringwall_secrules::{Response, RuleSet, Scratch, Source};
use ringwall_waf::request::{Header, Request};

fn files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = BTreeMap::new();
        for folder in ["/etc/modsecurity/crs", "/usr/share/modsecurity-crs/rules"] {
            let entries = std::fs::read_dir(folder).unwrap_or_else(|error| {
                panic!("the Core Rule Set is absent: {folder}: {error}; `cargo xtask setup` installs it")
            });
            for entry in entries {
                let path = entry.unwrap().path();
                files.insert(path.to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
        files
    })
}

fn read(settings: &Settings) -> RuleSet {
    RuleSet::read_core(files(), &Folder::of_debian(), settings).unwrap_or_else(|refusal| panic!("{refusal}"))
}

const HEADERS: [Header; 4] = [
    Header { name: b"Host", value: b"example.org" },
    Header { name: b"User-Agent", value: b"test" },
    Header { name: b"Accept", value: b"*/*" },
    Header { name: b"Content-Type", value: b"application/x-www-form-urlencoded" },
];

fn request<'r>(target: &'r [u8], body: &'r [u8]) -> Request<'r> {
    let method: &[u8] = if body.is_empty() { b"GET" } else { b"POST" };
    let mut request = Request::new("192.0.2.1".parse().unwrap(), method, target);
    request.headers = if body.is_empty() { &HEADERS[..3] } else { &HEADERS };
    request.body = body;
    request.body_size = body.len() as u64;
    request
}

fn ask(set: &RuleSet, request: &Request) -> Outcome {
    let outcome = set.inspect(request, 8192, &mut Scratch::new(), &|_| false);
    assert_eq!(outcome, set.define(request, None, 8192, &|_| false), "compiled and defined");
    outcome
}

#[test]
fn attacks_are_stopped_and_told() {
    let set = read(&Settings::default());
    assert_eq!(set.notes().len(), 1, "{:?}", set.notes());
    assert!(set.rules().len() > 600);
    for (target, blocked) in [
        ("/a?b=c", false),
        ("/a?b=1'+union+select+password+from+users--+", true),
        ("/a?b=<script>alert(1)</script>", true),
        ("/../../etc/passwd", true),
    ] {
        let outcome = ask(&set, &request(target.as_bytes(), b""));
        assert_eq!(outcome.interruption.is_some(), blocked, "{target}: {outcome:?}");
        assert_eq!(outcome.scores.blocking >= outcome.scores.threshold, blocked, "{target}");
        assert_eq!(outcome.scores.inbound[1..], [0, 0, 0], "{target}: higher levels are skipped");
    }
    let outcome = ask(&set, &request(b"/a?b=..%2f..%2fetc/passwd", b""));
    let fired = outcome.fired.iter().find(|own| own.id == 930_120).expect("the rule about files");
    let evidence = &fired.evidence[0];
    assert_eq!(
        (evidence.variable.name(), evidence.name.as_slice(), evidence.matched()),
        ("ARGS", b"b".as_slice(), b"etc/passwd".as_slice())
    );
    assert!(fired.message.contains("OS File Access"), "{}", fired.message);
}

#[test]
fn settings_rules_of_ones_own_exclusions_and_limits_count() {
    let own = Settings {
        before: "SecRule REQUEST_FILENAME \"@beginsWith /free\" \"id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetById=942100-942999;ARGS:b\"",
        after: "SecRuleRemoveById 941100",
        ..Settings::default()
    };
    let set = read(&own);
    let attack = b"b=1'+union+select+password+from+users--+";
    let ids = |set: &RuleSet, target: &[u8], body: &[u8]| ask(set, &request(target, body)).ids();
    assert!(ids(&set, b"/a", attack).contains(&942_190));
    assert!(!ids(&set, b"/free", attack).contains(&942_190), "taken out of what the rule looks at");
    assert!(!ids(&set, b"/?b=<script>alert(1)</script>", b"").contains(&941_100), "removed");

    let strict =
        Settings { paranoia_level: 1, executing_paranoia_level: 4, inbound_threshold: 50, ..Settings::default() };
    let outcome = ask(&read(&strict), &request(b"/a", attack));
    assert!(outcome.interruption.is_none() && outcome.scores.inbound[1] > 0 && outcome.scores.blocking < 50);
    let wrong = Settings { paranoia_level: 3, executing_paranoia_level: 2, ..Settings::default() };
    assert!(RuleSet::read_core(files(), &Folder::of_debian(), &wrong).is_err());

    let mut scratch = Scratch::new();
    let long = [b"a=".as_slice(), &b"x".repeat(9000), b"&", attack].concat();
    let cut = set.inspect(&request(b"/a", &long), 8192, &mut scratch, &|_| false);
    let whole = set.inspect(&request(b"/a", &long), 65_536, &mut scratch, &|_| false);
    assert!(cut.interruption.is_none() && whole.interruption.is_some());
    let excluded = set.inspect(&request(b"/a", attack), 8192, &mut scratch, &|id| id / 1000 == 942);
    assert!(
        excluded.interruption.is_none() && excluded.ids().iter().all(|id| id / 1000 != 942),
        "left out by who asks"
    );
}

#[test]
fn a_response_is_looked_at_where_there_is_one() {
    let set = read(&Settings::default());
    let response = Response { status: 500, protocol: "HTTP/1.1", headers: &[], body: b"a <?xml b <?php" };
    let request = request(b"/a", b"");
    let outcome = set.inspect_both(&request, &response, 8192, &mut Scratch::new(), &|_| false);
    assert!(outcome.ids().contains(&953_120), "{:?}", outcome.ids());
    assert_eq!(outcome, set.define(&request, Some(&response), 8192, &|_| false));
}

#[test]
fn a_scratch_serves_several_sets_and_many_requests() {
    let (one, other) = (
        read(&Settings::default()),
        RuleSet::read(files(), &[Source::Text("own", "SecRule ARGS a \"id:1,deny\"")]).unwrap(),
    );
    let mut scratch = Scratch::new();
    for _ in 0..3 {
        assert!(other.inspect(&request(b"/?b=a", b""), 8192, &mut scratch, &|_| false).interruption.is_some());
        assert!(one.inspect(&request(b"/?b=a", b""), 8192, &mut scratch, &|_| false).interruption.is_none());
    }
}

#[test]
fn random_requests_fire_what_is_defined() {
    const PIECES: &[&[u8]] = &[
        b"%2573elect 1 from x",
        b"&#x3c;script&#x3e;",
        b"\\x3cscript\\x3e",
        b"un%2569on select",
        b"jav&#x61;script:alert(1)",
        b"select ",
        b"union ",
        b"' or 1=1--",
        b"<script>",
        b"onload=",
        b"../",
        b"/etc/passwd",
        b"%00",
        b"%2e",
        b"+",
        b"${",
        b"{{",
        b"system(",
        b"\\x41",
        b"&#x3c;",
        b"/*",
        b"*/",
        b"java.lang",
        b"=",
        b"&",
        b"\xff",
        b"aaa",
        b"1",
        b"Set-Cookie:",
        b"%0d%0a",
        b"php://",
        b"|cat",
    ];
    let set = read(&Settings { paranoia_level: 4, executing_paranoia_level: 4, ..Settings::default() });
    let mut scratch = Scratch::new();
    let mut fired = 0;
    for seed in 0..120 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text = |random: &mut fastrand::Rng| -> Vec<u8> {
            (0..random.usize(0..14)).flat_map(|_| PIECES[random.usize(..PIECES.len())].to_vec()).collect()
        };
        let target = [b"/".as_slice(), &text(&mut random), b"?a=", &text(&mut random)].concat();
        let body = [b"b=".as_slice(), &text(&mut random), b"&c=", &text(&mut random)].concat();
        let request = request(&target, &body);
        let outcome = set.inspect(&request, 8192, &mut scratch, &|_| false);
        assert_eq!(outcome, set.define(&request, None, 8192, &|_| false), "seed {seed}");
        fired += outcome.fired.len();
    }
    assert!(fired > 500, "{fired}");
}
