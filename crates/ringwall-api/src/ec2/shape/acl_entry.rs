//! Entries of network ACLs: how calls write them and how answers do (NACL-12 to NACL-17, NACL-34).

use ringwall_model::resource::network_acl::AclEntryRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::world::Traffic;
use ringwall_net::{Family, PortRange, Prefix, Protocol};
use serde::{Deserialize, Serialize};

use super::permission::read_number;
use super::value::{exactly_one, ipv4_block, ipv6_block};
use crate::action::{missing_parameter, unbuilt_parameter};
use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// The highest number that an entry may have; the ones above are the final denies' (NACL-5, NACL-6).
const LAST_NUMBER: i64 = 32766;

/// What an entry says, in the parameters that say it.
#[derive(Clone, Debug, Default)]
pub struct EntryInput {
    /// protocol number, or `-1`
    pub protocol: String,
    /// `allow` or `deny`
    pub rule_action: String,
    /// an IPv4 block
    pub cidr_block: Option<String>,
    /// an IPv6 block
    pub ipv6_cidr_block: Option<String>,
    /// type and code
    pub icmp: Option<IcmpInput>,
    /// ports
    pub port_range: Option<PortRangeInput>,
}

/// ICMP type and code; -1 is any.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IcmpInput {
    #[serde(rename = "Type")]
    kind: Option<i64>,
    code: Option<i64>,
}

/// Ports.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortRangeInput {
    from: Option<i64>,
    to: Option<i64>,
}

/// Reads the number of an entry (NACL-27).
pub fn parse_number(number: i64) -> Result<u16, ApiError> {
    let number_of_customers = u16::try_from(number).ok().filter(|_| (1..=LAST_NUMBER).contains(&number));
    number_of_customers.ok_or_else(|| {
        invalid_value("ruleNumber", number, format!("The rule number must be between 1 and {LAST_NUMBER}."))
    })
}

impl EntryInput {
    /// Reads an entry.
    pub fn parse(&self) -> Result<AclEntryRecord, ApiError> {
        let allow = match self.rule_action.as_str() {
            "allow" => true,
            "deny" => false,
            other => return Err(invalid_value("ruleAction", other, "Expected allow or deny.")),
        };
        let ipv4 = self.cidr_block.as_deref().map(|text| ipv4_block("cidrBlock", text).map(Prefix::V4));
        let ipv6 = self.ipv6_cidr_block.as_deref().map(|text| ipv6_block("ipv6CidrBlock", text).map(Prefix::V6));
        let block = exactly_one(vec![ipv4, ipv6], "cidrBlock or ipv6CidrBlock")??;
        Ok(AclEntryRecord { allow, block: Text(block), traffic: self.traffic(block.family())? })
    }

    fn traffic(&self, family: Family) -> Result<Traffic, ApiError> {
        if self.protocol == "-1" {
            return Ok(Traffic::All);
        }
        let protocol = read_number(&self.protocol).ok_or_else(|| {
            let message = format!("Invalid value '{}' for IP protocol. Unknown protocol.", self.protocol);
            Code::InvalidParameterValue.with(message)
        })?;
        match protocol {
            protocol if protocol.has_ports() => self.ports(protocol),
            protocol if has_types(protocol, family) => self.types(protocol),
            // NACL-14: everything of the protocol, whatever is given
            protocol => Ok(Traffic::Protocol(protocol)),
        }
    }

    fn ports(&self, protocol: Protocol) -> Result<Traffic, ApiError> {
        if self.icmp.is_some() {
            return Err(unbuilt_parameter("Icmp"));
        }
        let range = self.port_range.as_ref();
        let port = |name: &str, value: Option<i64>| {
            let value = value.ok_or_else(|| missing_parameter(name))?;
            u16::try_from(value).map_err(|_| invalid_value(name, value, "Ports are between 0 and 65535."))
        };
        let from = port("portRange.from", range.and_then(|range| range.from))?;
        let to = port("portRange.to", range.and_then(|range| range.to))?;
        let ports = PortRange::new(from, to)
            .ok_or_else(|| Code::InvalidParameterValue.with(format!("Invalid TCP/UDP port range ({from}:{to})")))?;
        Ok(Traffic::Ports { protocol, ports })
    }

    fn types(&self, protocol: Protocol) -> Result<Traffic, ApiError> {
        // Clients that fill everything in send ports of zero.
        let ports = self.port_range.iter().flat_map(|range| [range.from, range.to]).flatten();
        if ports.into_iter().any(|port| port != 0) {
            return Err(unbuilt_parameter("PortRange"));
        }
        let icmp = self.icmp.as_ref();
        let number = |name: &str, value: Option<i64>| match value.ok_or_else(|| missing_parameter(name))? {
            -1 => Ok(None),
            value => {
                let number = u8::try_from(value);
                number.map(Some).map_err(|_| invalid_value(name, value, "Expected a number between -1 and 255."))
            }
        };
        let kind = number("icmp.type", icmp.and_then(|icmp| icmp.kind))?;
        let code = number("icmp.code", icmp.and_then(|icmp| icmp.code))?;
        let family = if protocol == Protocol::ICMP { Family::V4 } else { Family::V6 };
        match (kind, code) {
            (Some(kind), code) => Ok(Traffic::Icmp { family, kind, code }),
            (None, None) => Ok(Traffic::Protocol(protocol)),
            (None, Some(code)) => Err(invalid_value("icmp.code", code, "The code must be -1 if the type is -1.")),
        }
    }
}

/// Whether an entry names types and codes: of ICMP in any block, of ICMPv6 in IPv6 blocks alone (NACL-14, NACL-15).
fn has_types(protocol: Protocol, family: Family) -> bool {
    protocol == Protocol::ICMP || (protocol == Protocol::ICMPV6 && family == Family::V6)
}

/// An entry on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryShape {
    cidr_block: Option<String>,
    egress: bool,
    icmp_type_code: Option<IcmpShape>,
    ipv6_cidr_block: Option<String>,
    port_range: Option<PortRangeShape>,
    protocol: String,
    rule_action: &'static str,
    rule_number: u32,
}

/// ICMP type and code; -1 is any.
#[derive(Debug, Serialize)]
pub struct IcmpShape {
    code: i32,
    r#type: i32,
}

/// Ports.
#[derive(Debug, Serialize)]
pub struct PortRangeShape {
    from: u16,
    to: u16,
}

impl EntryShape {
    /// The shape of an entry.
    pub fn new(number: u32, entry: &AclEntryRecord, egress: bool) -> EntryShape {
        let (protocol, icmp_type_code, port_range) = match entry.traffic {
            Traffic::All => ("-1".to_owned(), None, None),
            Traffic::Protocol(protocol) => {
                let any = has_types(protocol, entry.block.0.family()).then_some(IcmpShape { code: -1, r#type: -1 });
                (protocol.0.to_string(), any, None)
            }
            Traffic::Ports { protocol, ports } => {
                (protocol.0.to_string(), None, Some(PortRangeShape { from: ports.first(), to: ports.last() }))
            }
            Traffic::Icmp { family, kind, code } => {
                let icmp = IcmpShape { code: code.map_or(-1, i32::from), r#type: i32::from(kind) };
                (ringwall_net::icmp::protocol(family).0.to_string(), Some(icmp), None)
            }
        };
        let of = |family: Family| Some(entry.block.0).filter(|block| block.family() == family);
        EntryShape {
            cidr_block: of(Family::V4).map(|block| block.to_string()),
            egress,
            icmp_type_code,
            ipv6_cidr_block: of(Family::V6).map(|block| block.to_string()),
            port_range,
            protocol,
            rule_action: if entry.allow { "allow" } else { "deny" },
            rule_number: number,
        }
    }

    /// The entry that ends every ACL (NACL-6).
    pub fn final_deny(family: Family, egress: bool) -> EntryShape {
        let number = match family {
            Family::V4 => 32767,
            Family::V6 => 32768,
        };
        let entry = AclEntryRecord { allow: false, block: Text(Prefix::all(family)), traffic: Traffic::All };
        EntryShape::new(number, &entry, egress)
    }

    /// The values of a filter that looks at entries, by its name without `entry.` (NACL-33).
    pub fn filter_values(&self, property: &str) -> Vec<String> {
        let icmp = self.icmp_type_code.as_ref();
        let ports = self.port_range.as_ref();
        match property {
            "cidr" => self.cidr_block.iter().cloned().collect(),
            "egress" => vec![self.egress.to_string()],
            "icmp.code" => icmp.map(|icmp| icmp.code.to_string()).into_iter().collect(),
            "icmp.type" => icmp.map(|icmp| icmp.r#type.to_string()).into_iter().collect(),
            "ipv6-cidr" => self.ipv6_cidr_block.iter().cloned().collect(),
            "port-range.from" => ports.map(|ports| ports.from.to_string()).into_iter().collect(),
            "port-range.to" => ports.map(|ports| ports.to.to_string()).into_iter().collect(),
            "protocol" => {
                let name = read_number(&self.protocol).map(|protocol| protocol.to_string());
                [Some(self.protocol.clone()), name].into_iter().flatten().collect()
            }
            "rule-action" => vec![self.rule_action.to_owned()],
            "rule-number" => vec![self.rule_number.to_string()],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(protocol: &str, block: &str) -> EntryInput {
        let ipv6 = block.contains(':');
        EntryInput {
            protocol: protocol.into(),
            rule_action: "allow".into(),
            cidr_block: Some(block.to_owned()).filter(|_| !ipv6),
            ipv6_cidr_block: Some(block.to_owned()).filter(|_| ipv6),
            icmp: None,
            port_range: None,
        }
    }

    fn ports(from: i64, to: i64) -> Option<PortRangeInput> {
        Some(PortRangeInput { from: Some(from), to: Some(to) })
    }

    fn icmp(kind: i64, code: i64) -> Option<IcmpInput> {
        Some(IcmpInput { kind: Some(kind), code: Some(code) })
    }

    #[test]
    fn ports_and_types_count_only_for_protocols_that_have_them() {
        let full = |protocol: &str, block: &str| EntryInput {
            icmp: icmp(3, 4),
            port_range: ports(1, 2),
            ..entry(protocol, block)
        };
        let traffic = |protocol: &str, block: &str| full(protocol, block).parse().unwrap().traffic;
        assert_eq!(traffic("-1", "10.0.0.0/8"), Traffic::All, "NACL-14");
        assert_eq!(traffic("50", "10.0.0.0/8"), Traffic::Protocol(Protocol(50)), "NACL-14");
        let typed =
            |protocol: &str| EntryInput { icmp: icmp(3, 4), port_range: ports(0, 0), ..entry(protocol, "::/0") };
        let traffic_of = |protocol: &str| typed(protocol).parse().unwrap().traffic;
        assert_eq!(traffic_of("1"), Traffic::Icmp { family: Family::V4, kind: 3, code: Some(4) });
        assert_eq!(traffic_of("58"), Traffic::Icmp { family: Family::V6, kind: 3, code: Some(4) }, "NACL-15");
        assert_eq!(traffic("58", "10.0.0.0/8"), Traffic::Protocol(Protocol::ICMPV6), "NACL-14");
        let any = EntryInput { icmp: icmp(-1, -1), ..entry("1", "10.0.0.0/8") };
        assert_eq!(any.parse().unwrap().traffic, Traffic::Protocol(Protocol::ICMP));
    }

    #[test]
    fn ports_of_icmp_and_types_of_tcp_are_refused_by_name() {
        let refusal = |input: EntryInput| input.parse().unwrap_err();
        for protocol in ["6", "17"] {
            let error =
                refusal(EntryInput { icmp: icmp(3, 4), port_range: ports(1, 2), ..entry(protocol, "10.0.0.0/8") });
            assert_eq!(error.code, "UnsupportedOperation");
            assert!(error.message.contains("Icmp"), "{error:?}");
        }
        for (protocol, block) in [("1", "10.0.0.0/8"), ("58", "::/0")] {
            let error = refusal(EntryInput { icmp: icmp(3, 4), port_range: ports(1, 2), ..entry(protocol, block) });
            assert_eq!(error.code, "UnsupportedOperation");
            assert!(error.message.contains("PortRange"), "{error:?}");
        }
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_refused() {
        let code = |input: EntryInput| input.parse().unwrap_err().code.into_owned();
        let of = |protocol: &str| entry(protocol, "10.0.0.0/8");
        for protocol in ["6", "17", "1"] {
            assert_eq!(code(of(protocol)), "MissingParameter", "NACL-15 {protocol}");
        }
        assert_eq!(code(entry("58", "::/0")), "MissingParameter", "NACL-15");
        for protocol in ["tcp", "all", "256", "-2", "+6", ""] {
            assert_eq!(code(of(protocol)), "InvalidParameterValue", "NACL-16 {protocol}");
        }
        for range in [ports(2, 1), ports(-1, 1), ports(0, 65536)] {
            assert_eq!(code(EntryInput { port_range: range, ..of("6") }), "InvalidParameterValue");
        }
        for types in [icmp(-1, 0), icmp(256, 0), icmp(0, -2)] {
            assert_eq!(code(EntryInput { icmp: types, ..of("1") }), "InvalidParameterValue");
        }
        let both = EntryInput { ipv6_cidr_block: Some("::/0".into()), ..of("-1") };
        assert_eq!(code(both), "InvalidParameterCombination");
        assert_eq!(code(EntryInput { cidr_block: None, ..of("-1") }), "MissingParameter");
        assert_eq!(code(EntryInput { rule_action: "Allow".into(), ..of("-1") }), "InvalidParameterValue");
        assert_eq!(code(entry("-1", "10.0.0.0")), "InvalidParameterValue");
    }

    #[test]
    fn numbers_of_customers_end_before_the_final_deny() {
        assert_eq!((parse_number(1).unwrap(), parse_number(32766).unwrap()), (1, 32766), "NACL-5");
        for number in [0, -1, 32767, 32768, 65536, i64::MAX] {
            assert_eq!(parse_number(number).unwrap_err().code, "InvalidParameterValue", "NACL-27");
        }
    }
}
