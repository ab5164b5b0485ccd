//! Actions as documents write them, and tokens as browsers bring them.

use super::page::{captcha, challenge};
use super::picture::{image, word};
use super::token::{Proof, TokenKey, TokenState, solve};
use super::{DefaultAction, RuleAction};
use crate::document::{Code, Entry, Node, Refusal};
use crate::testing::{Sent, with_context};

fn read(text: &str) -> Result<RuleAction, Refusal> {
    let node = Node::parse(text.as_bytes()).expect("JSON");
    with_context(|context| RuleAction::read(&Entry::root(&node), context))
}

#[test]
fn a_custom_response_keeps_to_its_limits() {
    let with = |response: &str| read(&format!(r#"{{"Block": {{"CustomResponse": {response}}}}}"#));
    for (code, is_good) in
        [(200, true), (203, false), (302, true), (305, false), (402, false), (429, true), (505, true), (506, false)]
    {
        assert_eq!(with(&format!(r#"{{"ResponseCode": {code}}}"#)).is_ok(), is_good, "WAF-99: {code}");
    }
    assert_eq!(
        with(r#"{"ResponseCode": 403, "CustomResponseBodyKey": "none"}"#).unwrap_err().code,
        Code::NonexistentItem
    );
    let header =
        |name: &str| format!(r#"{{"ResponseCode": 403, "ResponseHeaders": [{{"Name": "{name}", "Value": "v"}}]}}"#);
    assert!(with(&header("x-a")).is_ok());
    assert!(with(&header("Content-Type")).is_err(), "WAF-100");
    assert!(with(&header("a b")).is_err());
    let many = |count: usize| {
        let headers: Vec<String> = (0..count).map(|at| format!(r#"{{"Name": "h{at}", "Value": "v"}}"#)).collect();
        format!(r#"{{"ResponseCode": 403, "ResponseHeaders": [{}]}}"#, headers.join(","))
    };
    assert!(with(&many(10)).is_ok());
    assert_eq!(with(&many(11)).unwrap_err().code, Code::LimitsExceeded, "WAF-100");
}

#[test]
fn inserted_headers_have_their_prefix_and_stand_once() {
    let with = |names: &[&str]| {
        let headers: Vec<String> = names.iter().map(|name| format!(r#"{{"Name": "{name}", "Value": "v"}}"#)).collect();
        read(&format!(r#"{{"Allow": {{"CustomRequestHandling": {{"InsertHeaders": [{}]}}}}}}"#, headers.join(",")))
    };
    let Ok(RuleAction::Allow(inserted)) = with(&["Sample"]) else { panic!("allowed") };
    assert_eq!(inserted[0].name, "x-amzn-waf-sample", "WAF-101");
    assert!(with(&["a", "A"]).is_err());
}

#[test]
fn what_is_not_built_is_refused() {
    assert_eq!(read(r#"{"Monetize": {}}"#).unwrap_err().code, Code::Unsupported, "WAF-14");
    assert!(read(r#"{"Allow": {}, "Block": {}}"#).is_err());
    assert!(read(r#"{"Allow": {"CustomResponse": {"ResponseCode": 200}}}"#).is_err());
    let node = Node::parse(br#"{"Count": {}}"#).unwrap();
    assert!(with_context(|context| DefaultAction::read(&Entry::root(&node), context)).is_err(), "WAF-5");
    let node = Node::parse(br#"{"Challenge": {}}"#).unwrap();
    let refused = with_context(|context| {
        context.abilities.tokens = false;
        RuleAction::read(&Entry::root(&node), context)
    });
    assert_eq!(refused.unwrap_err().code, Code::Unsupported);
}

const NOW: u64 = 1_700_000_000_000;

fn state(cookie: &str, host: &str, domains: &[&str], now: u64) -> TokenState {
    let sent = Sent::get("/").header("Host", host).header("Cookie", &format!("a=b; aws-waf-token={cookie}"));
    let domains: Vec<String> = domains.iter().map(|own| (*own).to_owned()).collect();
    sent.view(|view| TokenKey::new([7; 32]).examine(view.request, Proof::Challenge, &domains, 300_000, now))
}

fn token(host: &str) -> String {
    solve(&TokenKey::new([7; 32]).puzzle(Proof::Challenge, NOW, [1; 16], host, ""))
}

#[test]
fn a_token_is_accepted_for_its_time_and_host() {
    let token = token("example.com");
    assert_eq!(state(&token, "Example.com:8080", &[], NOW + 299_999), TokenState::Accepted(NOW));
    assert_eq!(state(&token, "example.com", &[], NOW + 300_000), TokenState::Expired(NOW), "WAF-16");
    assert_eq!(state(&token, "www.example.com", &[], NOW), TokenState::DomainMismatch);
    assert_eq!(state(&token, "www.example.com", &["example.com"], NOW), TokenState::Accepted(NOW));
    assert_eq!(state(&token, "badexample.com", &["example.com"], NOW), TokenState::DomainMismatch);
    assert_eq!(
        state(&format!("p.0~{token}"), "example.com", &[], NOW),
        TokenState::Accepted(NOW),
        "the other one is another's"
    );
}

#[test]
fn a_token_that_was_changed_or_not_solved_is_invalid() {
    let token = token("a");
    let (puzzle, answer) = token.rsplit_once('.').unwrap();
    assert_eq!(state(&format!("{puzzle}.{}1", answer), "a", &[], NOW), TokenState::Invalid);
    // The time, the nonce, the host, the signature.
    for place in [5, 20, puzzle.len() - 66, puzzle.len() - 10] {
        let mut changed = puzzle.as_bytes().to_vec();
        changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
        let changed = solve(&format!("{}.", String::from_utf8(changed).unwrap()));
        assert_eq!(state(&changed, "a", &[], NOW), TokenState::Invalid, "place {place}");
    }
    assert_eq!(state("", "a", &[], NOW), TokenState::Invalid);
    let none = Sent::get("/").view(|view| TokenKey::new([7; 32]).examine(view.request, Proof::Challenge, &[], 1, NOW));
    assert_eq!(none, TokenState::Absent);
    let other = solve(&TokenKey::new([8; 32]).puzzle(Proof::Challenge, NOW, [1; 16], "a", ""));
    assert_eq!(state(&other, "a", &[], NOW), TokenState::Invalid, "signed by another key");
}

#[test]
fn a_person_is_proved_by_the_answer_that_was_signed() {
    let key = TokenKey::new([7; 32]);
    let puzzle = key.puzzle(Proof::Captcha, NOW, [1; 16], "a", "x7k2");
    let state = |answer: &str, proof| {
        let cookie = format!("aws-waf-token={puzzle}{answer}");
        let sent = Sent::get("/").header("Host", "a").header("Cookie", &cookie);
        sent.view(|view| key.examine(view.request, proof, &[], 300_000, NOW))
    };
    assert_eq!(state("X7K2", Proof::Captcha), TokenState::Accepted(NOW));
    assert_eq!(state("x7k3", Proof::Captcha), TokenState::Invalid);
    assert_eq!(state("x7k2", Proof::Challenge), TokenState::Absent);
}

#[test]
fn the_page_has_the_puzzle_and_nothing_that_is_not_plain() {
    let page = challenge("c.1.2\"</script>.");
    assert!(page.contains("const puzzle = \"c.1.2script.\", bits = 16,"), "{page}");
    let word = word([3; 16]);
    let page =
        captcha(&TokenKey::new([7; 32]).puzzle(Proof::Captcha, NOW, [1; 16], "a", &word), &image(&word, [4; 16]));
    assert!(page.contains("img src=\"data:image/bmp;base64,Qk") && !page.contains(&word), "{page}");
}
