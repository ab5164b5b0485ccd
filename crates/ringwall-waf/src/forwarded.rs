//! Addresses that a header claims a request came from (WAF-41, WAF-42).

use std::net::IpAddr;

use crate::document::{Entry, Members, Refusal};
use crate::field::Fallback;
use crate::request::Request;

/// The most addresses of a header that are looked at (WAF-42).
const MOST: usize = 10;

/// `ForwardedIPConfig`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Forwarded {
    header: String,
    /// for requests whose header holds no address
    pub fallback: Fallback,
}

/// What the header of a request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// there is no such header: the statement does not apply
    Nothing,
    /// there is no address where one should be: the fallback decides
    Nonsense,
    /// those addresses
    Addresses(Vec<IpAddr>),
}

/// Which addresses of the header are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// the first
    First,
    /// the last
    Last,
    /// any of the last ten
    Any,
}

impl Forwarded {
    /// Reads the object, if it is there.
    pub(crate) fn take(members: &mut Members) -> Result<Option<Forwarded>, Refusal> {
        let Some(entry) = members.take("ForwardedIPConfig") else { return Ok(None) };
        let mut members = entry.members()?;
        let forwarded = Forwarded::read(&mut members)?;
        members.finish()?;
        Ok(Some(forwarded))
    }

    /// Reads the members that all forms have.
    pub(crate) fn read(members: &mut Members) -> Result<Forwarded, Refusal> {
        let header = members.require("HeaderName")?;
        let header = header.text_of(1..=255, |own| own.is_ascii_alphanumeric() || own == '-')?.to_ascii_lowercase();
        let fallback = Fallback::read(&members.require("FallbackBehavior")?)?;
        Ok(Forwarded { header, fallback })
    }

    /// The header's name, in lower case.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// What the header says.
    pub fn claimed(&self, request: &Request, position: Position) -> Claimed {
        let mut texts: Vec<&[u8]> = Vec::new();
        let mut is_there = false;
        for value in request.values_of(&self.header) {
            is_there = true;
            texts.extend(value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
        }
        let texts = match position {
            Position::First => &texts[..texts.len().min(1)],
            Position::Last => &texts[texts.len().saturating_sub(1)..],
            Position::Any => &texts[texts.len().saturating_sub(MOST)..],
        };
        let addresses: Vec<IpAddr> = texts.iter().filter_map(|text| address(text)).collect();
        match (is_there, addresses.is_empty()) {
            (false, _) => Claimed::Nothing,
            (true, true) => Claimed::Nonsense,
            (true, false) => Claimed::Addresses(addresses),
        }
    }
}

impl Position {
    /// Reads the word.
    pub(crate) fn read(entry: &Entry) -> Result<Position, Refusal> {
        entry.choice(&[("FIRST", Position::First), ("LAST", Position::Last), ("ANY", Position::Any)])
    }
}

/// An address from its text. An IPv4 address in the form of IPv6 is what it stands for.
fn address(text: &[u8]) -> Option<IpAddr> {
    let address: IpAddr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.to_canonical())
}

/// Whose address a statement asks about: the sender's, or the first that a header claims.
pub(crate) enum Asked {
    /// an address to ask about
    Address(IpAddr),
    /// the statement is decided without one
    Decided(bool),
}

/// The address that a statement with an optional configuration asks about.
pub(crate) fn asked(forwarded: Option<&Forwarded>, request: &Request) -> Asked {
    let Some(forwarded) = forwarded else { return Asked::Address(request.client.to_canonical()) };
    match forwarded.claimed(request, Position::First) {
        Claimed::Nothing => Asked::Decided(false),
        Claimed::Nonsense => Asked::Decided(forwarded.fallback.matches()),
        Claimed::Addresses(addresses) => addresses.first().map_or(Asked::Decided(false), |own| Asked::Address(*own)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sent;

    fn claimed(values: &[&str], position: Position) -> Claimed {
        let forwarded = Forwarded { header: "x-forwarded-for".into(), fallback: Fallback::Match };
        let sent = values.iter().fold(Sent::get("/"), |sent, value| sent.header("X-Forwarded-For", value));
        sent.view(|view| forwarded.claimed(view.request, position))
    }

    fn addresses(texts: &[&str]) -> Claimed {
        Claimed::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn the_position_counts_over_all_lines() {
        let lines = ["192.0.2.1, nonsense", "2001:db8::1 , 192.0.2.3"];
        assert_eq!(claimed(&lines, Position::First), addresses(&["192.0.2.1"]));
        assert_eq!(claimed(&lines, Position::Last), addresses(&["192.0.2.3"]));
        assert_eq!(claimed(&lines, Position::Any), addresses(&["192.0.2.1", "2001:db8::1", "192.0.2.3"]));
        assert_eq!(claimed(&["::ffff:192.0.2.1"], Position::First), addresses(&["192.0.2.1"]));
    }

    #[test]
    fn no_header_is_not_the_same_as_no_address() {
        assert_eq!(claimed(&[], Position::Any), Claimed::Nothing, "WAF-41");
        assert_eq!(claimed(&["unknown, 192.0.2.1"], Position::First), Claimed::Nonsense, "WAF-41");
        assert_eq!(claimed(&[""], Position::Last), Claimed::Nonsense);
    }

    #[test]
    fn any_is_any_of_the_last_ten() {
        let many: Vec<String> = (1..=11).map(|last| format!("192.0.2.{last}")).collect();
        let Claimed::Addresses(found) = claimed(&[&many.join(",")], Position::Any) else { panic!("addresses") };
        assert_eq!((found.len(), found[0]), (10, "192.0.2.2".parse().unwrap()), "WAF-42");
    }
}
