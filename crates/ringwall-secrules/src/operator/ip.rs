//! `@ipMatch`: networks.

use std::net::IpAddr;

/// Networks, of which an address may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes(Vec<(IpAddr, u32)>);

impl Prefixes {
    /// Reads addresses and networks, with commas or white space between.
    pub fn read(text: &str) -> Result<Prefixes, String> {
        let parts = text.split([',', ' ', '\t', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
        let prefixes: Result<Vec<_>, String> = parts.map(prefix).collect();
        match prefixes? {
            none if none.is_empty() => Err("has no address".into()),
            prefixes => Ok(Prefixes(prefixes)),
        }
    }

    /// Reads a file with one of them a line, and comments.
    pub fn of_lines(text: &str) -> Result<Prefixes, String> {
        let lines: Vec<&str> = text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
        Prefixes::read(&lines.join("\n"))
    }

    /// Whether a text is an address of one of them.
    pub fn contain(&self, value: &[u8]) -> bool {
        let address = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<IpAddr>().ok());
        address.is_some_and(|address| self.0.iter().any(|own| is_of(address, own)))
    }
}

fn prefix(text: &str) -> Result<(IpAddr, u32), String> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let wrong = || format!("`{text}` is no address and no network");
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Ok(most), |own| own.parse().map_err(|_| wrong()))?;
    if length > most { Err(wrong()) } else { Ok((address, length)) }
}

fn is_of(address: IpAddr, (network, length): &(IpAddr, u32)) -> bool {
    let differ = |own: u128, other: u128, bits: u32| (own ^ other).checked_shr(bits - length).unwrap_or(0);
    match (address, network) {
        (IpAddr::V4(own), IpAddr::V4(other)) => differ(u32::from(own).into(), u32::from(*other).into(), 32) == 0,
        (IpAddr::V6(own), IpAddr::V6(other)) => differ(own.into(), (*other).into(), 128) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_network() {
        let prefixes = Prefixes::read("192.0.2.0/24, 2001:db8::/32 198.51.100.7").unwrap();
        for (text, expected) in [
            ("192.0.2.9", true),
            ("192.0.3.9", false),
            ("2001:db8:1::", true),
            ("2001:db9::", false),
            ("198.51.100.7", true),
            ("198.51.100.8", false),
            ("x", false),
        ] {
            assert_eq!(prefixes.contain(text.as_bytes()), expected, "{text}");
        }
        assert!(Prefixes::read("0.0.0.0/0").unwrap().contain(b"1.2.3.4"));
        assert!(Prefixes::read("1.2.3.4/33").is_err() && Prefixes::read("").is_err());
    }
}
