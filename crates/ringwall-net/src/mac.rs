//! Hardware addresses.

use std::fmt;
use std::str::FromStr;

/// An IEEE 802 address of six bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// `ff:ff:ff:ff:ff:ff`
    pub const BROADCAST: MacAddress = MacAddress([0xff; 6]);
    /// All zero, as an ARP request writes its unknown target.
    pub const ZERO: MacAddress = MacAddress([0; 6]);

    /// Whether the group bit is set: broadcast or multicast.
    pub fn is_group(self) -> bool {
        self.0[0] & 1 == 1
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for MacAddress {
    type Err = MacAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2).ok_or(MacAddressError)?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| MacAddressError)?;
        }
        if parts.next().is_some() { Err(MacAddressError) } else { Ok(MacAddress(bytes)) }
    }
}

/// The text is not six pairs of hexadecimal digits with colons between them.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a hardware address of the form `02:00:00:00:00:01`")]
pub struct MacAddressError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_value_are_inverse() {
        let mac = MacAddress([2, 0xab, 0, 1, 2, 0xff]);
        assert_eq!(mac.to_string(), "02:ab:00:01:02:ff");
        assert_eq!(mac.to_string().parse(), Ok(mac));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in
            ["", "02:ab:00:01:02", "02:ab:00:01:02:ff:00", "2:ab:0:1:2:ff", "02-ab-00-01-02-ff", "zz:ab:00:01:02:ff"]
        {
            assert_eq!(text.parse::<MacAddress>(), Err(MacAddressError), "{text}");
        }
    }
}
