//! What the engine asks others for: the country of an address, whether a text is an attack, how often a key was seen, the
//! time. All of it is given, so that a request and its surroundings always make the same verdict.

use std::net::IpAddr;
use std::ops::Range;

use ringwall_search::ByteSet;

use crate::action::token::TokenKey;
use crate::rate::Counters;

/// Milliseconds since 1970.
pub type Millis = u64;

/// Where an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1, two upper-case letters
    pub country: String,
    /// the part of an ISO 3166-2 code behind the country's
    pub region: Option<String>,
}

/// Which country and which network an address belongs to.
pub trait Geography {
    /// Where the address is, if that is known.
    fn place(&self, address: IpAddr) -> Option<Place>;

    /// The number of the autonomous system that it belongs to, if that is known.
    fn network(&self, address: IpAddr) -> Option<u32>;
}

/// How readily SQL injection is seen (WAF-34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// fewer false alarms
    #[default]
    Low,
    /// fewer misses
    High,
}

/// Whether a text is an attack, and then which bytes of it say so.
pub trait Detector {
    /// SQL injection. What is one at the low level is one at the high level, though perhaps by something else in it.
    fn sqli(&self, input: &[u8], sensitivity: Sensitivity) -> Option<Range<usize>>;

    /// Cross-site scripting.
    fn xss(&self, input: &[u8]) -> Option<Range<usize>>;

    /// Whether a text that has those bytes and no others can be an SQL injection. May only save work.
    fn may_be_sqli(&self, _: ByteSet) -> bool {
        true
    }

    /// Whether a text that has those bytes and no others can be cross-site scripting. May only save work.
    fn may_be_xss(&self, _: ByteSet) -> bool {
        true
    }
}

/// Ringwall's own detector.
#[derive(Clone, Copy, Debug)]
pub struct OwnDetector;

impl Detector for OwnDetector {
    fn sqli(&self, input: &[u8], sensitivity: Sensitivity) -> Option<Range<usize>> {
        let sensitivity = match sensitivity {
            Sensitivity::Low => ringwall_detect::Sensitivity::Low,
            Sensitivity::High => ringwall_detect::Sensitivity::High,
        };
        ringwall_detect::sqli(input, sensitivity).map(|finding| finding.range)
    }

    fn xss(&self, input: &[u8]) -> Option<Range<usize>> {
        ringwall_detect::xss(input).map(|finding| finding.range)
    }

    fn may_be_sqli(&self, present: ByteSet) -> bool {
        const NEEDED: ByteSet = ByteSet::of(ringwall_detect::SQLI_HARMLESS).complement();
        present.meets(NEEDED)
    }

    fn may_be_xss(&self, present: ByteSet) -> bool {
        const NEEDED: ByteSet = ByteSet::of(ringwall_detect::XSS_NEEDS);
        present.meets(NEEDED)
    }
}

/// Sees no attack in anything: for documents that look for none, as they are read without [`Abilities::detection`].
#[derive(Clone, Copy, Debug)]
pub struct NoDetector;

impl Detector for NoDetector {
    fn sqli(&self, _: &[u8], _: Sensitivity) -> Option<Range<usize>> {
        None
    }

    fn xss(&self, _: &[u8]) -> Option<Range<usize>> {
        None
    }
}

/// What can be enforced here: a document that needs more is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// countries of addresses are known
    pub countries: bool,
    /// autonomous systems of addresses are known
    pub networks: bool,
    /// there is a detector
    pub detection: bool,
    /// there is a key to sign tokens with
    pub tokens: bool,
}

/// Everything that a request is inspected with.
#[derive(Clone, Copy)]
pub struct Environment<'e> {
    /// where addresses are; without it, nowhere
    pub geography: Option<&'e dyn Geography>,
    /// what attacks look like
    pub detector: &'e dyn Detector,
    /// how often keys were seen
    pub counters: &'e dyn Counters,
    /// what tokens are signed with; without it, none is valid
    pub token_key: Option<&'e TokenKey>,
    /// when the request came
    pub now: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_detector_sees_attacks_and_nothing_else() {
        let attack = b"1' UNION SELECT password FROM users-- ";
        let found = OwnDetector.sqli(attack, Sensitivity::Low).expect("an injection");
        assert!(attack.get(found).is_some());
        assert!(OwnDetector.xss(b"<script>alert(1)</script>").is_some());
        assert_eq!(OwnDetector.sqli(b"a fine day", Sensitivity::High), None);
        assert_eq!(OwnDetector.xss(b"a < b"), None);
    }
}
