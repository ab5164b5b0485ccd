//! CIDR blocks.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::Family;

macro_rules! prefix_of_family {
    ($(#[$doc:meta])* $name:ident, $address:ty, $bits:ty, $width:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            bits: $bits,
            length: u8,
        }

        impl $name {
            /// The block of every address of the family.
            pub const ALL: $name = $name { bits: 0, length: 0 };

            /// The block of `length` bits that holds the address; bits beyond the length are dropped, as AWS does on
            /// write (SG-26, RT-25). `None` if the length exceeds the width of an address.
            pub fn new(address: $address, length: u8) -> Option<$name> {
                (length <= $width).then(|| $name { bits: <$bits>::from(address) & Self::mask(length), length })
            }

            /// The block that holds one address.
            pub fn host(address: $address) -> $name {
                $name { bits: address.into(), length: $width }
            }

            fn mask(length: u8) -> $bits {
                if length == 0 { 0 } else { <$bits>::MAX << ($width - length) }
            }

            /// The first address of the block.
            pub fn network(self) -> $address {
                self.bits.into()
            }

            /// The last address of the block.
            pub fn last(self) -> $address {
                (self.bits | !Self::mask(self.length)).into()
            }

            /// How many leading bits the addresses of the block share.
            pub fn length(self) -> u8 {
                self.length
            }

            /// Whether the block holds the address.
            pub fn contains(self, address: $address) -> bool {
                <$bits>::from(address) & Self::mask(self.length) == self.bits
            }

            /// Whether the block holds every address of the other one.
            pub fn covers(self, other: $name) -> bool {
                self.length <= other.length && self.contains(other.network())
            }

            /// Whether the two blocks share an address.
            pub fn overlaps(self, other: $name) -> bool {
                self.covers(other) || other.covers(self)
            }

            /// The address that lies `offset` above the first one; `None` outside the block.
            pub fn nth(self, offset: $bits) -> Option<$address> {
                let address = <$address>::from(self.bits.checked_add(offset)?);
                self.contains(address).then_some(address)
            }

            /// How many addresses the block holds, at most the largest value of the type.
            pub fn size(self) -> $bits {
                (!Self::mask(self.length)).saturating_add(1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.network(), self.length)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = PrefixError;

            fn from_str(text: &str) -> Result<Self, PrefixError> {
                let (address, length) = text.split_once('/').ok_or(PrefixError)?;
                if length.len() > 3 || length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(PrefixError);
                }
                let address: $address = address.parse().map_err(|_| PrefixError)?;
                let length: u8 = length.parse().map_err(|_| PrefixError)?;
                $name::new(address, length).ok_or(PrefixError)
            }
        }
    };
}

prefix_of_family!(
    /// A block of IPv4 addresses.
    Ipv4Prefix, Ipv4Addr, u32, 32
);
prefix_of_family!(
    /// A block of IPv6 addresses.
    Ipv6Prefix, Ipv6Addr, u128, 128
);

/// A block of addresses of either family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prefix {
    /// IPv4
    V4(Ipv4Prefix),
    /// IPv6
    V6(Ipv6Prefix),
}

impl Prefix {
    /// Every address of the family.
    pub fn all(family: Family) -> Prefix {
        match family {
            Family::V4 => Prefix::V4(Ipv4Prefix::ALL),
            Family::V6 => Prefix::V6(Ipv6Prefix::ALL),
        }
    }

    /// The block that holds one address.
    pub fn host(address: IpAddr) -> Prefix {
        match address {
            IpAddr::V4(address) => Prefix::V4(Ipv4Prefix::host(address)),
            IpAddr::V6(address) => Prefix::V6(Ipv6Prefix::host(address)),
        }
    }

    /// The family of the block.
    pub fn family(self) -> Family {
        match self {
            Prefix::V4(_) => Family::V4,
            Prefix::V6(_) => Family::V6,
        }
    }

    /// How many leading bits the addresses of the block share.
    pub fn length(self) -> u8 {
        match self {
            Prefix::V4(prefix) => prefix.length(),
            Prefix::V6(prefix) => prefix.length(),
        }
    }

    /// The first address of the block.
    pub fn network(self) -> IpAddr {
        match self {
            Prefix::V4(prefix) => prefix.network().into(),
            Prefix::V6(prefix) => prefix.network().into(),
        }
    }

    /// The last address of the block.
    pub fn last(self) -> IpAddr {
        match self {
            Prefix::V4(prefix) => prefix.last().into(),
            Prefix::V6(prefix) => prefix.last().into(),
        }
    }

    /// Whether the block holds the address; never across families.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self, address) {
            (Prefix::V4(prefix), IpAddr::V4(address)) => prefix.contains(address),
            (Prefix::V6(prefix), IpAddr::V6(address)) => prefix.contains(address),
            _ => false,
        }
    }

    /// Whether the block holds every address of the other one; never across families.
    pub fn covers(self, other: Prefix) -> bool {
        match (self, other) {
            (Prefix::V4(one), Prefix::V4(other)) => one.covers(other),
            (Prefix::V6(one), Prefix::V6(other)) => one.covers(other),
            _ => false,
        }
    }

    /// Whether the two blocks share an address.
    pub fn overlaps(self, other: Prefix) -> bool {
        self.covers(other) || other.covers(self)
    }
}

impl From<Ipv4Prefix> for Prefix {
    fn from(prefix: Ipv4Prefix) -> Self {
        Prefix::V4(prefix)
    }
}

impl From<Ipv6Prefix> for Prefix {
    fn from(prefix: Ipv6Prefix) -> Self {
        Prefix::V6(prefix)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Prefix::V4(prefix) => fmt::Display::fmt(prefix, f),
            Prefix::V6(prefix) => fmt::Display::fmt(prefix, f),
        }
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        if text.contains(':') { text.parse().map(Prefix::V6) } else { text.parse().map(Prefix::V4) }
    }
}

/// The text is no CIDR block.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a CIDR block of the form `10.0.0.0/16` or `2001:db8::/56`")]
pub struct PrefixError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_beyond_the_length_are_dropped() {
        assert_eq!("100.68.0.18/18".parse::<Ipv4Prefix>().unwrap().to_string(), "100.68.0.0/18");
        assert_eq!("2001:db8::1/32".parse::<Ipv6Prefix>().unwrap().to_string(), "2001:db8::/32");
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "::/129",
            "",
            "/",
            "10.0.0.0/8/8",
        ] {
            assert_eq!(text.parse::<Prefix>(), Err(PrefixError), "{text}");
        }
    }

    #[test]
    fn a_block_knows_its_edges() {
        let block: Ipv4Prefix = "10.0.1.0/24".parse().unwrap();
        assert_eq!(
            (block.network(), block.last(), block.size()),
            (Ipv4Addr::new(10, 0, 1, 0), Ipv4Addr::new(10, 0, 1, 255), 256)
        );
        assert_eq!(block.nth(255), Some(Ipv4Addr::new(10, 0, 1, 255)));
        assert_eq!(block.nth(256), None);
        assert!(block.contains(Ipv4Addr::new(10, 0, 1, 0)) && !block.contains(Ipv4Addr::new(10, 0, 2, 0)));
    }

    #[test]
    fn two_blocks_overlap_only_if_one_covers_the_other() {
        let mut random = fastrand::Rng::with_seed(2);
        for _ in 0..10_000 {
            let mut block = || Ipv4Prefix::new((random.u32(..) & 0xf00f_000f).into(), random.u8(0..=32)).unwrap();
            let (one, other) = (block(), block());
            let share = one.network() <= other.last() && other.network() <= one.last();
            assert_eq!(one.overlaps(other), share, "{one} {other}");
        }
    }

    #[test]
    fn families_never_mix() {
        let all: Prefix = Prefix::all(Family::V4);
        assert!(!all.contains("::1".parse().unwrap()) && !all.overlaps(Prefix::all(Family::V6)));
    }
}
