//! JA4: the same for a client that shuffles its extensions, and readable in its first part.
//!
//! `t13d1516h2_…_…`: TCP, the highest version, whether a host is named, how many ciphers and extensions there are, the first
//! protocol; then digests of the sorted ciphers, and of the sorted extensions with the signature algorithms in their order.

use sha2::{Digest, Sha256};

use crate::hello::Hello;

/// The extensions that the first part tells of already: the host's name and the protocols.
const TOLD: [u16; 2] = [0, 16];

/// The 36 characters.
pub(crate) fn fingerprint(hello: &Hello) -> String {
    let newest = hello.versions.iter().copied().max().unwrap_or(hello.version);
    let version = match newest {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    };
    let name = if hello.has_name { 'd' } else { 'i' };
    let (ciphers, extensions) = (hello.ciphers.len().min(99), hello.extensions.len().min(99));
    let protocol = protocol(hello.protocol.as_deref().unwrap_or_default());
    let kept = hello.extensions.iter().copied().filter(|own| !TOLD.contains(own));
    let mut listed = sorted(kept);
    if !listed.is_empty() && !hello.signatures.is_empty() {
        listed = format!("{listed}_{}", joined(hello.signatures.iter()));
    }
    let first = digest(&sorted(hello.ciphers.iter().copied()));
    format!("t{version}{name}{ciphers:02}{extensions:02}{protocol}_{first}_{}", digest(&listed))
}

/// The first and the last character of a protocol's name; where one of them is neither letter nor digit, the first and the last
/// hexadecimal digit.
fn protocol(name: &[u8]) -> String {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return "00".to_owned() };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [char::from(*first), char::from(*last)].iter().collect();
    }
    format!("{:x}{:x}", first >> 4, last & 15)
}

fn sorted(numbers: impl Iterator<Item = u16>) -> String {
    let mut numbers: Vec<u16> = numbers.collect();
    numbers.sort_unstable();
    joined(numbers.iter())
}

fn joined<'n>(numbers: impl Iterator<Item = &'n u16>) -> String {
    numbers.map(|own| format!("{own:04x}")).collect::<Vec<_>>().join(",")
}

fn digest(text: &str) -> String {
    if text.is_empty() {
        return "0".repeat(12);
    }
    crate::hex(&Sha256::digest(text)[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Chrome's ClientHello, as the specification of JA4 takes it apart.
    fn chrome() -> Hello {
        Hello {
            version: 0x0303,
            ciphers: vec![
                0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
                0x002f, 0x0035,
            ],
            extensions: vec![
                0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01,
                0x000b, 0x000a, 0x0015,
            ],
            signatures: vec![0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
            versions: vec![0x0304, 0x0303],
            protocol: Some(b"h2".to_vec()),
            has_name: true,
            ..Hello::default()
        }
    }

    #[test]
    fn the_published_example_holds() {
        assert_eq!(fingerprint(&chrome()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn the_order_of_extensions_says_nothing_and_that_of_signatures_does() {
        let mut shuffled = chrome();
        shuffled.extensions.reverse();
        shuffled.ciphers.reverse();
        assert_eq!(fingerprint(&shuffled), fingerprint(&chrome()));
        shuffled.signatures.reverse();
        assert_ne!(fingerprint(&shuffled), fingerprint(&chrome()));
    }

    #[test]
    fn what_is_not_there_is_zeros() {
        let bare = Hello { version: 0x0301, ..Hello::default() };
        assert_eq!(fingerprint(&bare), "t10i000000_000000000000_000000000000");
        assert_eq!(fingerprint(&Hello { version: 0x7777, ..Hello::default() })[..3], *"t00");
        let only_told = Hello { extensions: vec![0, 16], signatures: vec![0x0403], ..Hello::default() };
        assert!(fingerprint(&only_told).ends_with("_000000000000"));
        let many = Hello { ciphers: vec![1; 120], ..Hello::default() };
        assert_eq!(fingerprint(&many)[4..6], *"99");
    }

    #[test]
    fn a_protocol_is_its_first_and_last_character() {
        for (name, expected) in [
            (b"h2".as_slice(), "h2"),
            (b"http/1.1", "h1"),
            (b"h", "hh"),
            (b"", "00"),
            (b"\xab", "ab"),
            (b"\xab\xcd", "ad"),
            (b"\x30\xab", "3b"),
            (b"\x30\x31\xab\xcd", "3d"),
        ] {
            assert_eq!(protocol(name), expected, "{name:?}");
        }
    }
}
