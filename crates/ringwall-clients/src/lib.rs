//! What is known of a client beside its request: the country and the network of its address, and the fingerprints of the first
//! message of its TLS. Files and messages are given as bytes.
//!
//! | module | holds |
//! |---|---|
//! | [`places`] | countries and networks of addresses, from databases in MaxMind's format |
//! | [`fingerprint`] | JA3 and JA4 of a ClientHello |

mod hello;
mod ja3;
mod ja4;
pub mod places;

use hello::Hello;
pub use hello::Unreadable;
pub use places::{Places, Unusable};

/// What a client's TLS looks like (WAF-74).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// the MD5 of the JA3 string, as 32 hexadecimal digits
    pub ja3: String,
    /// the 36 characters of JA4
    pub ja4: String,
}

/// The fingerprints of a client by the bytes with which it began its connection: records of TLS with a ClientHello, which may
/// be in pieces. What follows it is not looked at.
pub fn fingerprint(bytes: &[u8]) -> Result<Fingerprints, Unreadable> {
    let message = hello::message(bytes)?;
    let hello = Hello::read(&message)?;
    Ok(Fingerprints { ja3: ja3::fingerprint(&hello), ja4: ja4::fingerprint(&hello) })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
