//! Web ACLs: whatever the document is, it is read or refused with a place; what is read keeps its limits and can be asked.

use ringwall_waf::action::token::TokenKey;
use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::{Abilities, Detector, Environment, Geography, Place, Sensitivity};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::{Fingerprints, Header, Request, Resource};
use ringwall_waf::transformation::{Chain, Transformation};
use ringwall_waf::{Compiled, inspect};
use std::net::IpAddr;
use std::ops::Range;

/// Everything can be enforced.
const ALL: Abilities = Abilities { countries: true, networks: true, detection: true, tokens: true };

/// Surroundings that answer something.
struct Anything;

impl Geography for Anything {
    fn place(&self, address: IpAddr) -> Option<Place> {
        address.is_ipv4().then(|| Place { country: "DE".to_owned(), region: None })
    }

    fn network(&self, address: IpAddr) -> Option<u32> {
        address.is_ipv4().then_some(64_500)
    }
}

impl Detector for Anything {
    fn sqli(&self, input: &[u8], _: Sensitivity) -> Option<Range<usize>> {
        input.iter().position(|byte| *byte == b'\'').map(|place| place..input.len())
    }

    fn xss(&self, input: &[u8]) -> Option<Range<usize>> {
        input.iter().position(|byte| *byte == b'<').map(|place| place..place + 1)
    }
}

/// Reads a document, and asks what was read about a request.
pub fn web_acl(data: &[u8]) -> bool {
    let acl = match Bundle::new().read(data, ALL) {
        Ok(acl) => acl,
        Err(refusal) => {
            assert!(!refusal.reason.is_empty() && !refusal.place.field().is_empty(), "{refusal}");
            return false;
        }
    };
    assert!(acl.capacity <= 5000, "WAF-30");
    assert!(acl.rules.windows(2).all(|pair| pair[0].priority < pair[1].priority), "WAF-1");
    ask(&acl, b"/a/../b?a=%27&b=1#c\nHost: h\nCookie: a=b; c\n\n{\"a\": [\"<\"]}");
    true
}

/// A text after several transformations: bounded, and as one after the other. The first bytes choose them.
pub fn transformation(data: &[u8]) -> bool {
    let Some((choice, text)) = data.split_first_chunk::<4>() else { return false };
    let all: Vec<Transformation> = Transformation::all().collect();
    let chosen = choice.map(|byte| all[usize::from(byte) % all.len()]);
    let by_hand = chosen.iter().fold(text.to_vec(), |text, own| {
        let made = own.apply(&text).into_owned();
        assert!(made.len() <= (3 * text.len()).max(32), "{own:?}");
        made
    });
    assert_eq!(Chain::new(chosen).apply(text), by_hand, "{chosen:?}");
    true
}

/// A request to a web ACL that looks at all of it: what is compiled says what the definition says.
pub fn inspection(data: &[u8]) -> bool {
    static ACL: std::sync::OnceLock<WebAcl> = std::sync::OnceLock::new();
    let acl = ACL.get_or_init(|| {
        let document = include_bytes!("../../../fuzz/seeds/web_acl/everything");
        Bundle::new().read(document, ALL).expect("the seed is a web ACL")
    });
    ask(acl, data)
}

/// Asks about a request, written as its target, header lines, an empty line and a body.
fn ask(acl: &WebAcl, text: &[u8]) -> bool {
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let target = lines.next().unwrap_or_default();
    let mut rest = lines.next().unwrap_or_default();
    let mut headers = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, behind) = (&rest[..end], &rest[end + 1..]);
        rest = behind;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        headers.push(Header { name: &line[..colon], value: line.get(colon + 1..).unwrap_or_default() });
    }
    let mut request = Request::new([192, 0, 2, 1].into(), b"POST", target);
    request.headers = &headers;
    request.body = rest;
    request.body_size = rest.len() as u64;
    request.fingerprints = Fingerprints { ja3: Some("e7d705a3286e19ea42f587b344ee6865"), ja4: None };
    let key = TokenKey::new([0; 32]);
    let compiled = Compiled::new(acl);
    for resource in [Resource::LoadBalancer, Resource::ApiGateway] {
        let counters = [LocalCounters::default(), LocalCounters::default()];
        let environment = |counters| Environment {
            geography: Some(&Anything),
            detector: &Anything,
            counters,
            token_key: Some(&key),
            now: 1_700_000_000_000,
        };
        let defined = inspect(acl, &request, resource, environment(&counters[0]));
        let fast = compiled.inspect(&request, resource, environment(&counters[1]));
        assert_eq!(fast, defined, "what is compiled says something else");
    }
    true
}
