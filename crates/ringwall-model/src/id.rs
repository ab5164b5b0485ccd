//! Typed ids of resources: a prefix that names the kind, a dash, and 17 hexadecimal digits (8 in ids from before 2016) (API-19).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The hexadecimal part of an id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits {
    value: u128,
    short: bool,
}

impl Digits {
    /// How many bits 17 digits hold.
    const BITS: u32 = 68;

    /// The digits of a new id, from the lower bits of a random number.
    pub fn from_random(random: u128) -> Digits {
        Digits { value: random & ((1 << Self::BITS) - 1), short: false }
    }

    fn parse(text: &str) -> Option<Digits> {
        let well_formed = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if !matches!(text.len(), 8 | 17) || !text.bytes().all(well_formed) {
            return None;
        }
        Some(Digits { value: u128::from_str_radix(text, 16).ok()?, short: text.len() == 8 })
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.short { write!(f, "{:08x}", self.value) } else { write!(f, "{:017x}", self.value) }
    }
}

/// The text is no id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid id: `{text}` (expecting `{prefix}-...`)")]
pub struct MalformedId {
    /// what was given
    pub text: String,
    /// the prefix that an id of this kind has
    pub prefix: &'static str,
}

/// What all typed ids have in common.
pub trait ResourceId: Copy + Ord + fmt::Display + FromStr<Err = MalformedId> {
    /// The part before the dash.
    const PREFIX: &'static str;

    /// A new id from the lower bits of a random number.
    fn from_random(random: u128) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Digits);

        impl ResourceId for $name {
            const PREFIX: &'static str = $prefix;

            fn from_random(random: u128) -> Self {
                $name(Digits::from_random(random))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                text.strip_prefix(concat!($prefix, "-"))
                    .and_then(Digits::parse)
                    .map($name)
                    .ok_or_else(|| MalformedId { text: text.to_owned(), prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// a virtual private cloud
    VpcId = "vpc";
    /// a CIDR block of a VPC
    VpcCidrAssociationId = "vpc-cidr-assoc";
    /// a subnet
    SubnetId = "subnet";
    /// an IPv6 block of a subnet
    SubnetCidrAssociationId = "subnet-cidr-assoc";
    /// a route table
    RouteTableId = "rtb";
    /// the association of a route table with a subnet or, as the main one, with its VPC
    RouteTableAssociationId = "rtbassoc";
    /// an internet gateway
    InternetGatewayId = "igw";
    /// an egress-only internet gateway
    EgressOnlyInternetGatewayId = "eigw";
    /// a NAT gateway
    NatGatewayId = "nat";
    /// a VPC endpoint
    VpcEndpointId = "vpce";
    /// a flow log
    FlowLogId = "fl";
    /// an Elastic IP address
    AllocationId = "eipalloc";
    /// the association of an Elastic IP address with a private one
    AddressAssociationId = "eipassoc";
    /// a network interface
    NetworkInterfaceId = "eni";
    /// the attachment of a network interface to an instance
    AttachmentId = "eni-attach";
    /// a security group
    SecurityGroupId = "sg";
    /// a rule of a security group
    SecurityGroupRuleId = "sgr";
    /// a network ACL
    NetworkAclId = "acl";
    /// the association of a network ACL with a subnet
    NetworkAclAssociationId = "aclassoc";
    /// a prefix list
    PrefixListId = "pl";
    /// an instance
    InstanceId = "i";
    /// a reservation: the instances that one call started
    ReservationId = "r";
    /// an image
    ImageId = "ami";
    /// a volume: there are none, but calls may ask for one
    VolumeId = "vol";
    /// a set of DHCP options
    DhcpOptionsId = "dopt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_prefix_and_seventeen_digits() {
        let id = VpcId::from_random(u128::MAX);
        assert_eq!(id.to_string(), "vpc-fffffffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(VpcId::from_random(1).to_string(), "vpc-00000000000000001");
    }

    #[test]
    fn old_short_ids_keep_their_length() {
        assert_eq!("sg-0000000a".parse::<SecurityGroupId>().unwrap().to_string(), "sg-0000000a");
    }

    #[test]
    fn other_kinds_and_shapes_are_malformed() {
        for text in [
            "vpc-",
            "vpc-1",
            "sg-00000000000000001",
            "vpc-0000000000000000g",
            "VPC-00000000000000001",
            "vpc-0000000A",
            "",
        ] {
            assert_eq!(text.parse::<VpcId>(), Err(MalformedId { text: text.to_owned(), prefix: "vpc" }));
        }
    }

    #[test]
    fn an_id_is_a_string_in_json() {
        let id = SubnetId::from_random(7);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<SubnetId>(&json).unwrap(), id);
    }
    #[test]
    fn every_text_that_is_an_id_is_the_only_one_for_it() {
        let mut random = fastrand::Rng::with_seed(35);
        let mut read = 0;
        for _ in 0..100_000 {
            let id = NetworkInterfaceId::from_random(random.u128(..));
            let mut text = if random.bool() { id.to_string() } else { format!("eni-{:08x}", random.u32(..)) };
            for _ in 0..random.usize(0..3) {
                let at = random.usize(0..=text.len());
                match random.u8(..3) {
                    0 => text.insert(at, *random.choice(&['0', 'f', 'F', 'g', '-', '+', ' ', '\u{661}']).unwrap()),
                    _ => drop(text.char_indices().nth(at).map(|(place, _)| place).map(|place| text.remove(place))),
                }
                if !text.is_ascii() {
                    break;
                }
            }
            if let Ok(id) = text.parse::<NetworkInterfaceId>() {
                assert_eq!(id.to_string(), text);
                read += 1;
            }
        }
        assert!(read > 30_000, "the mutations left only {read} ids that can be read");
    }
}
