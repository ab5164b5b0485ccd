//! How values of the network are written down in records: as the text that people write.

use std::fmt::Display;
use std::str::FromStr;

use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, MacAddress, PortRange, Prefix, Protocol};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::world::{RouteDestination, Traffic};

/// Values with a text form, for `#[serde(with = "text")]`.
pub mod text {
    use super::*;

    /// Writes the text.
    pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// Reads the text.
    pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>
    where
        T::Err: Display,
    {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A value that is written as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<T>(pub T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text::serialize(&self.0, serializer)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer).map(Text)
    }
}

/// An IPv4 block as text.
pub type Ipv4Text = Text<Ipv4Prefix>;
/// An IPv6 block as text.
pub type Ipv6Text = Text<Ipv6Prefix>;
/// A block as text.
pub type PrefixText = Text<Prefix>;
/// A hardware address as text.
pub type MacText = Text<MacAddress>;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TrafficForm {
    All,
    Protocol(u8),
    Tcp(u16, u16),
    Udp(u16, u16),
    Icmp(u8, Option<u8>),
    Icmpv6(u8, Option<u8>),
}

impl Serialize for Traffic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = match *self {
            Traffic::All => TrafficForm::All,
            Traffic::Protocol(protocol) => TrafficForm::Protocol(protocol.0),
            Traffic::Ports { protocol: Protocol::TCP, ports } => TrafficForm::Tcp(ports.first(), ports.last()),
            Traffic::Ports { ports, .. } => TrafficForm::Udp(ports.first(), ports.last()),
            Traffic::Icmp { family: Family::V4, kind, code } => TrafficForm::Icmp(kind, code),
            Traffic::Icmp { family: Family::V6, kind, code } => TrafficForm::Icmpv6(kind, code),
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Traffic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ports = |protocol, first, last| {
            let ports =
                PortRange::new(first, last).ok_or_else(|| serde::de::Error::custom("ports in the wrong order"))?;
            Ok(Traffic::Ports { protocol, ports })
        };
        match TrafficForm::deserialize(deserializer)? {
            TrafficForm::All => Ok(Traffic::All),
            TrafficForm::Protocol(number) => Ok(Traffic::Protocol(Protocol(number))),
            TrafficForm::Tcp(first, last) => ports(Protocol::TCP, first, last),
            TrafficForm::Udp(first, last) => ports(Protocol::UDP, first, last),
            TrafficForm::Icmp(kind, code) => Ok(Traffic::Icmp { family: Family::V4, kind, code }),
            TrafficForm::Icmpv6(kind, code) => Ok(Traffic::Icmp { family: Family::V6, kind, code }),
        }
    }
}

impl Serialize for RouteDestination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            RouteDestination::Prefix(prefix) => serializer.collect_str(prefix),
            RouteDestination::PrefixList(list) => serializer.collect_str(list),
        }
    }
}

impl<'de> Deserialize<'de> for RouteDestination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        if text.starts_with("pl-") {
            return text.parse().map(RouteDestination::PrefixList).map_err(serde::de::Error::custom);
        }
        text.parse().map(RouteDestination::Prefix).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let all = [
            Traffic::All,
            Traffic::Protocol(Protocol(50)),
            Traffic::Ports { protocol: Protocol::TCP, ports: PortRange::single(443) },
            Traffic::Ports { protocol: Protocol::UDP, ports: PortRange::ALL },
            Traffic::Icmp { family: Family::V4, kind: 3, code: Some(4) },
            Traffic::Icmp { family: Family::V6, kind: 128, code: None },
        ];
        for traffic in all {
            let json = serde_json::to_string(&traffic).unwrap();
            assert_eq!(serde_json::from_str::<Traffic>(&json).unwrap(), traffic, "{json}");
        }
    }

    #[test]
    fn a_range_in_the_wrong_order_is_not_read() {
        assert!(serde_json::from_str::<Traffic>(r#"{"tcp":[2,1]}"#).is_err());
    }
}
