//! IP sets: blocks of addresses of one family (WAF-40).

use std::net::IpAddr;

use ringwall_net::prefix::Prefix;

use super::{Arn, Entry, Refusal};

/// The most blocks of a set (WAF-40).
const MOST: usize = 10_000;

/// An IP set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpSet {
    /// its name
    pub arn: Arn,
    /// in ascending order, none within another
    blocks: Vec<Prefix>,
}

impl IpSet {
    /// Reads a set as `get-ip-set` prints it.
    pub(crate) fn read(entry: &Entry) -> Result<IpSet, Refusal> {
        let mut members = super::unwrapped(entry, "IPSet")?;
        let arn = super::read_head(&mut members, "ipset")?;
        let is_six = members.require("IPAddressVersion")?.choice(&[("IPV4", false), ("IPV6", true)])?;
        let addresses = members.require("Addresses")?.list_of(0, MOST)?;
        members.finish()?;
        let mut blocks = Vec::with_capacity(addresses.len());
        for entry in addresses {
            let block: Prefix = entry.text()?.parse().map_err(|error| entry.invalid(format!("is {error}")))?;
            if matches!(block, Prefix::V6(_)) != is_six {
                return Err(entry.invalid("is of the other family than IPAddressVersion says"));
            }
            if block.length() == 0 {
                return Err(entry.invalid("must not have the length /0"));
            }
            blocks.push(block);
        }
        Ok(IpSet::new(arn, blocks))
    }

    /// A set of any blocks, however many and of either family: as managed rule groups have them.
    pub fn new(arn: Arn, mut blocks: Vec<Prefix>) -> IpSet {
        blocks.sort();
        blocks.dedup_by(|next, kept| kept.covers(*next));
        IpSet { arn, blocks }
    }

    /// Whether an address is in one of the blocks.
    pub fn contains(&self, address: IpAddr) -> bool {
        let behind = self.blocks.partition_point(|block| block.network() <= address);
        behind.checked_sub(1).is_some_and(|at| self.blocks[at].contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;

    fn read(version: &str, addresses: &[&str]) -> Result<IpSet, Refusal> {
        let arn = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/a/0-0";
        let text = format!(
            r#"{{"Name": "a", "Id": "0-0", "ARN": "{arn}", "IPAddressVersion": "{version}", "Addresses": {addresses:?}}}"#
        );
        IpSet::read(&Entry::root(&Node::parse(text.as_bytes()).unwrap()))
    }

    #[test]
    fn addresses_are_in_a_block_or_not() {
        let set = read("IPV4", &["10.0.0.0/8", "10.1.0.0/16", "192.0.2.1/32", "198.51.100.0/24"]).unwrap();
        for (address, is_in) in [
            ("10.0.0.0", true),
            ("10.2.0.1", true),
            ("10.255.255.255", true),
            ("11.0.0.0", false),
            ("9.255.255.255", false),
            ("192.0.2.1", true),
            ("192.0.2.2", false),
            ("198.51.100.255", true),
            ("::", false),
        ] {
            assert_eq!(set.contains(address.parse().unwrap()), is_in, "{address}");
        }
        assert!(!read("IPV6", &[]).unwrap().contains("::1".parse().unwrap()));
    }

    #[test]
    fn blocks_are_of_the_family_and_have_a_length() {
        assert!(read("IPV4", &["2001:db8::/32"]).is_err(), "WAF-40");
        assert!(read("IPV6", &["2001:db8::/32"]).is_ok());
        assert!(read("IPV4", &["0.0.0.0/0"]).is_err(), "WAF-40");
        assert!(read("IPV4", &["10.0.0.1"]).is_err(), "WAF-40");
        assert!(read("IPV4", &["10.0.0.1/33"]).is_err());
    }

    #[test]
    fn random_sets_are_as_a_search_through_all_blocks_says() {
        for seed in 0..500 {
            let mut random = fastrand::Rng::with_seed(seed);
            let block = |random: &mut fastrand::Rng| {
                let length = random.u8(1..=32);
                let address = u32::from_be_bytes([10, random.u8(..4), random.u8(..4), random.u8(..)]);
                let address = std::net::Ipv4Addr::from(address & (u32::MAX << (32 - length)));
                format!("{address}/{length}")
            };
            let blocks: Vec<String> = (0..random.usize(0..20)).map(|_| block(&mut random)).collect();
            let texts: Vec<&str> = blocks.iter().map(String::as_str).collect();
            let set = read("IPV4", &texts).unwrap();
            let prefixes: Vec<Prefix> = texts.iter().map(|text| text.parse().unwrap()).collect();
            for _ in 0..50 {
                let address = IpAddr::from([10, random.u8(..4), random.u8(..4), random.u8(..)]);
                let is_in = prefixes.iter().any(|prefix| prefix.contains(address));
                assert_eq!(set.contains(address), is_in, "seed {seed}: {address} in {texts:?}");
            }
        }
    }
}
