//! The answer to a request that lacks a token: status, headers, and the page with a new puzzle where the client takes pages (WAF-4).

use super::page::{captcha, challenge};
use super::picture::{image, word};
use super::token::{Proof, TokenKey, host};
use crate::environment::Millis;
use crate::request::Request;
use crate::verdict::Interstitial;

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// its status
    pub status: u16,
    /// its headers
    pub headers: Vec<(&'static str, &'static str)>,
    /// its body
    pub body: Vec<u8>,
}

impl Interstitial {
    /// The answer to a request, with a puzzle that nobody had before: the 48 bytes are random.
    pub fn answer(&self, request: &Request, key: &TokenKey, now: Millis, random: [u8; 48]) -> Answer {
        // What a script or a cache makes of it, it knows by the header; a puzzle is for one time and one client.
        let mut headers = vec![
            ("x-amzn-waf-action", self.action),
            ("access-control-expose-headers", "x-amzn-waf-action"),
            ("cache-control", "no-store, max-age=0"),
        ];
        if !self.has_page {
            return Answer { status: self.code, headers, body: Vec::new() };
        }
        headers.push(("content-type", "text/html; charset=UTF-8"));
        let part = |at: usize| -> [u8; 16] { std::array::from_fn(|byte| random[at * 16 + byte]) };
        let host = host(request);
        let page = if self.action == "captcha" {
            let word = word(part(1));
            captcha(&key.puzzle(Proof::Captcha, now, part(0), &host, &word), &image(&word, part(2)))
        } else {
            challenge(&key.puzzle(Proof::Challenge, now, part(0), &host, ""))
        };
        Answer { status: self.code, headers, body: page.into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::token::{TokenState, solve};
    use crate::testing::Sent;

    fn answer(action: &'static str, has_page: bool) -> Answer {
        let code = if action == "captcha" { 405 } else { 202 };
        let random = std::array::from_fn(|at| at as u8 * 5);
        let own = Interstitial { code, action, has_page };
        Sent::get("/")
            .header("Host", "example.com")
            .request(|request| own.answer(request, &TokenKey::new([7; 32]), 1000, random))
    }

    /// The puzzle of a page.
    fn puzzle(answer: &Answer, letter: &str) -> String {
        let page = String::from_utf8(answer.body.clone()).expect("a page");
        let start = page.find(&format!("\"{letter}.")).expect("a puzzle") + 1;
        page[start..].split('"').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_page_has_a_puzzle_whose_answer_is_a_token() {
        let answer = answer("challenge", true);
        assert_eq!(answer.status, 202, "WAF-4");
        assert!(answer.headers.contains(&("x-amzn-waf-action", "challenge")), "WAF-4");
        let token = solve(&puzzle(&answer, "c"));
        let sent = Sent::get("/").header("Host", "example.com:443").header("Cookie", &format!("aws-waf-token={token}"));
        let key = TokenKey::new([7; 32]);
        let state = sent.request(|request| key.examine(request, Proof::Challenge, &[], 300_000, 2000));
        assert_eq!(state, TokenState::Accepted(1000));
    }

    #[test]
    fn a_picture_stands_beside_the_puzzle_of_its_word() {
        let answer = answer("captcha", true);
        assert_eq!(answer.status, 405, "WAF-4");
        let random: [u8; 16] = std::array::from_fn(|at| (at + 16) as u8 * 5);
        let token = format!("{}{}", puzzle(&answer, "p"), word(random));
        let wrong = format!("{}{}", puzzle(&answer, "p"), "AAAAAA");
        let key = TokenKey::new([7; 32]);
        let state = |token: &str| {
            let sent = Sent::get("/").header("Host", "example.com").header("Cookie", &format!("aws-waf-token={token}"));
            sent.request(|request| key.examine(request, Proof::Captcha, &[], 300_000, 2000))
        };
        assert_eq!((state(&token), state(&wrong)), (TokenState::Accepted(1000), TokenState::Invalid));
        assert!(String::from_utf8(answer.body).unwrap().contains("data:image/bmp;base64,"));
    }

    #[test]
    fn who_takes_no_pages_gets_none() {
        let answer = answer("challenge", false);
        assert!(answer.body.is_empty() && answer.headers.iter().all(|(name, _)| *name != "content-type"), "WAF-4");
    }
}
