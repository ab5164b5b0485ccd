//! Tokens: the answer to a puzzle, in a cookie (WAF-16).
//!
//! Nothing is remembered between requests. A puzzle says what it is for, when and for which host it was made, and carries a
//! signature; the client adds an answer. Whoever has the key can see by puzzle and answer alone that the puzzle was its own and
//! was solved:
//!
//! ```text
//! aws-waf-token = token [ "~" token ]
//! token         = kind "." time "." nonce "." host "." signature "." answer
//! ```
//!
//! The answer to a challenge is a number for which the SHA-256 of the token begins with [`DIFFICULTY`] bits of zero: a browser
//! that runs scripts finds one in a moment, and a client that makes many requests pays for each. The answer to a CAPTCHA is
//! what a picture shows; it is part of what is signed, so that it can be told right from wrong and not be read from the puzzle.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::environment::Millis;
use crate::field::cookies::cookies;
use crate::request::Request;

/// The cookie's name.
pub const COOKIE: &str = "aws-waf-token";

/// How many bits of zero the digest of a solved challenge begins with.
pub const DIFFICULTY: u32 = 16;

/// The most tokens of a cookie, and of cookies, that are looked at.
const MOST: usize = 4;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 600;

/// What tokens are signed with.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

/// What a token proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// a browser that runs scripts
    Challenge,
    /// a person
    Captcha,
}

/// What a request's token is worth for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// it has none
    Absent,
    /// not signed here, or not solved
    Invalid,
    /// solved longer ago than the rule allows
    Expired(Millis),
    /// solved for another host
    DomainMismatch,
    /// solved then
    Accepted(Millis),
}

impl TokenKey {
    /// A key of 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> TokenKey {
        TokenKey(bytes)
    }

    /// A puzzle: all of a token but its answer, and the point before it. The expected answer is given for a CAPTCHA, and empty
    /// for a challenge; the nonce is random.
    pub fn puzzle(&self, proof: Proof, now: Millis, nonce: [u8; 16], host: &str, expected: &str) -> String {
        let host: String = host.bytes().map(|byte| format!("{byte:02x}")).collect();
        let head = format!("{}.{now:x}.{:032x}.{host}", proof.letter(), u128::from_be_bytes(nonce));
        let signature: String = self.sign(&head, expected).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{head}.{signature}.")
    }

    fn sign(&self, head: &str, expected: &str) -> [u8; 32] {
        self.mac(head, expected).finalize().into_bytes().into()
    }

    fn mac(&self, head: &str, expected: &str) -> Hmac<Sha256> {
        // A key shorter than a block is filled up with zeros.
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        // What the picture shows has neither case nor points.
        mac.update(head.as_bytes());
        mac.update(b".");
        mac.update(expected.to_ascii_lowercase().as_bytes());
        mac
    }

    /// What the tokens of a request are worth: the best of those that prove what is asked for. A token lives so many
    /// milliseconds, and is for the host that it was made for, or among the given domains for all of them.
    pub fn examine(
        &self,
        request: &Request,
        proof: Proof,
        domains: &[String],
        lifetime: Millis,
        now: Millis,
    ) -> TokenState {
        let host = host(request);
        let tokens = cookies(request)
            .filter(|(name, _)| *name == COOKIE.as_bytes())
            .flat_map(|(_, value)| value.split(|byte| *byte == b'~'));
        let mut best = TokenState::Absent;
        for text in tokens.take(MOST).filter_map(|token| std::str::from_utf8(token).ok()) {
            let state = match self.solved(text, proof) {
                Solved::ForAnotherProof => continue,
                Solved::No => TokenState::Invalid,
                Solved::At(_, own) if !is_accepted(&own, &host, domains) => TokenState::DomainMismatch,
                Solved::At(at, _) if now.saturating_sub(at) >= lifetime => TokenState::Expired(at),
                Solved::At(at, _) => TokenState::Accepted(at),
            };
            if state.rank() > best.rank() {
                best = state;
            }
        }
        best
    }

    fn solved(&self, token: &str, proof: Proof) -> Solved {
        let own = token.split('.').next().unwrap_or_default();
        if [Proof::Challenge, Proof::Captcha].iter().any(|other| *other != proof && other.letter() == own) {
            return Solved::ForAnotherProof;
        }
        self.when_solved(token, proof).unwrap_or(Solved::No)
    }

    /// When the puzzle was made, and for which host, if it was made here and is solved.
    fn when_solved(&self, token: &str, proof: Proof) -> Option<Solved> {
        if token.len() > LONGEST {
            return None;
        }
        let (puzzle, answer) = token.rsplit_once('.')?;
        let (head, signature) = puzzle.rsplit_once('.')?;
        let mut parts = head.split('.');
        let is_kind = parts.next()? == proof.letter();
        let at = Millis::from_str_radix(parts.next()?, 16).ok()?;
        let _nonce = parts.next()?;
        let host = String::from_utf8(unhex(parts.next()?)?).ok()?;
        if !is_kind || parts.next().is_some() {
            return None;
        }
        let expected = if proof == Proof::Captcha { answer } else { "" };
        self.mac(head, expected).verify_slice(&unhex(signature)?).ok()?;
        let is_solved = proof == Proof::Captcha || is_work(token);
        is_solved.then_some(Solved::At(at, host))
    }
}

enum Solved {
    No,
    ForAnotherProof,
    At(Millis, String),
}

/// Whether the digest of a token begins with enough bits of zero.
fn is_work(token: &str) -> bool {
    let digest = Sha256::digest(token.as_bytes());
    let first = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    first.leading_zeros() >= DIFFICULTY
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|own| own.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The host that a request is for, in lower case and without its port.
pub fn host(request: &Request) -> String {
    let value = request.values_of("host").next().unwrap_or_default();
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
        _ => text,
    }
}

/// Whether a token for one host is one for another.
fn is_accepted(own: &str, host: &str, domains: &[String]) -> bool {
    let is_below = |host: &str, domain: &String| {
        host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let is_listed = |host: &str| domains.iter().any(|domain| is_below(host, domain));
    own == host || is_listed(own) && is_listed(host)
}

impl Proof {
    fn letter(self) -> &'static str {
        match self {
            Proof::Challenge => "c",
            Proof::Captcha => "p",
        }
    }
}

impl TokenState {
    fn rank(self) -> u8 {
        match self {
            TokenState::Absent => 0,
            TokenState::Invalid => 1,
            TokenState::DomainMismatch => 2,
            TokenState::Expired(_) => 3,
            TokenState::Accepted(_) => 4,
        }
    }

    /// When it was solved, if that is known.
    pub fn solved(self) -> Option<Millis> {
        match self {
            TokenState::Accepted(at) | TokenState::Expired(at) => Some(at),
            _ => None,
        }
    }

    /// Why it is not enough, in the words of log records (WAF-133); none if it is.
    pub fn failure(self) -> Option<&'static str> {
        match self {
            TokenState::Absent => Some("TOKEN_MISSING"),
            TokenState::Invalid => Some("TOKEN_INVALID"),
            TokenState::DomainMismatch => Some("TOKEN_DOMAIN_MISMATCH"),
            TokenState::Expired(_) => Some("TOKEN_EXPIRED"),
            TokenState::Accepted(_) => None,
        }
    }
}

/// Solves a challenge as a browser does.
#[cfg(test)]
pub(crate) fn solve(puzzle: &str) -> String {
    (0_u64..).map(|answer| format!("{puzzle}{answer}")).find(|token| is_work(token)).unwrap_or_default()
}
