//! Permissions: how rules of security groups are written in calls, several sources to an entry (SG-45 to SG-51, SG-60).

use ringwall_model::id::{PrefixListId, VpcId};
use ringwall_model::resource::security_group::PeerRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::world::Traffic;
use ringwall_net::{Family, PortRange, Prefix, Protocol};
use serde::Deserialize;

use super::group_ref::{GroupRef, parse_ref};
use super::value::{ipv4_block, ipv6_block};
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{parse, parse_option};
use crate::error::ApiError;

/// What AWS has in permissions and Ringwall, without peering connections, has not.
pub const UNBUILT: &[&str] =
    &["IpPermissions.N.Groups.N.VpcPeeringConnectionId", "IpPermissions.N.Groups.N.PeeringStatus"];

/// One entry of `IpPermissions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionInput {
    /// protocol
    pub ip_protocol: Option<String>,
    /// first port, or ICMP type
    pub from_port: Option<i64>,
    /// last port, or ICMP code
    pub to_port: Option<i64>,
    /// IPv4 blocks
    #[serde(default)]
    pub ip_ranges: Vec<Ipv4RangeInput>,
    /// IPv6 blocks
    #[serde(default)]
    pub ipv6_ranges: Vec<Ipv6RangeInput>,
    /// prefix lists
    #[serde(default)]
    pub prefix_list_ids: Vec<PrefixListInput>,
    /// groups
    #[serde(default)]
    pub groups: Vec<GroupInput>,
}

/// An IPv4 block of a permission.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv4RangeInput {
    /// the block
    pub cidr_ip: Option<String>,
    /// the rule's description
    pub description: Option<String>,
}

/// An IPv6 block of a permission.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv6RangeInput {
    /// the block
    pub cidr_ipv6: Option<String>,
    /// the rule's description
    pub description: Option<String>,
}

/// A prefix list of a permission.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrefixListInput {
    /// its id
    pub prefix_list_id: Option<String>,
    /// the rule's description
    pub description: Option<String>,
}

/// A group of a permission.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupInput {
    /// its id
    pub group_id: Option<String>,
    /// its name, in the default VPC (SG-72)
    pub group_name: Option<String>,
    /// the account that it belongs to (SG-31)
    pub user_id: Option<String>,
    /// its VPC, as answers name it for groups of other VPCs (PCX-4)
    pub vpc_id: Option<String>,
    /// the rule's description
    pub description: Option<String>,
}

/// A rule as a call writes it: one source (SG-56).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// protocol and ports
    pub traffic: Traffic,
    /// whom it names
    pub peer: PeerInput,
    /// its description; none says nothing about it
    pub description: Option<String>,
}

/// Whom a rule names, before groups are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerInput {
    /// a block or a prefix list
    Known(PeerRecord),
    /// a group
    Group(GroupPeer),
}

/// A group as a permission names it: by its id or its name, with what else was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPeer {
    /// which one
    pub group: GroupRef,
    /// the account that it is said to belong to (SG-31)
    pub account: Option<String>,
    /// the VPC that it is said to be in
    pub vpc: Option<VpcId>,
}

impl GroupPeer {
    /// A group of which nothing else was said.
    pub fn new(group: GroupRef) -> GroupPeer {
        GroupPeer { group, account: None, vpc: None }
    }
}

/// Reads permissions; each source becomes a rule of its own. One entry at least, each with one source at least.
pub fn parse_all(inputs: &[PermissionInput]) -> Result<Vec<Permission>, ApiError> {
    let mut permissions = Vec::new();
    for input in inputs {
        let traffic = parse_traffic(input.ip_protocol.as_deref(), input.from_port, input.to_port)?;
        let before = permissions.len();
        let mut add = |peer: PeerInput, description: &Option<String>| -> Result<(), ApiError> {
            check_description(description.as_deref())?;
            permissions.push(Permission { traffic, peer, description: description.clone() });
            Ok(())
        };
        for range in &input.ip_ranges {
            let text = range.cidr_ip.as_deref().ok_or_else(|| crate::action::missing_parameter("CidrIp"))?;
            let block = Prefix::V4(ipv4_block("cidrIp", text)?);
            add(PeerInput::Known(PeerRecord::Cidr(Text(block))), &range.description)?;
        }
        for range in &input.ipv6_ranges {
            let text = range.cidr_ipv6.as_deref().ok_or_else(|| crate::action::missing_parameter("CidrIpv6"))?;
            let block = Prefix::V6(ipv6_block("cidrIpv6", text)?);
            add(PeerInput::Known(PeerRecord::Cidr(Text(block))), &range.description)?;
        }
        for list in &input.prefix_list_ids {
            let text =
                list.prefix_list_id.as_deref().ok_or_else(|| crate::action::missing_parameter("PrefixListId"))?;
            let id: PrefixListId = parse(text)?;
            add(PeerInput::Known(PeerRecord::PrefixList(id)), &list.description)?;
        }
        for group in &input.groups {
            add(group_peer(group)?, &group.description)?;
        }
        if permissions.len() == before {
            let message = "The permission has no source: it needs an IP range, a prefix list or a security group.";
            return Err(Code::InvalidParameterValue.with(message));
        }
    }
    Ok(permissions)
}

fn group_peer(input: &GroupInput) -> Result<PeerInput, ApiError> {
    // Where both are given, the id counts: the name says nothing more.
    let name = input.group_name.as_deref().filter(|_| input.group_id.is_none());
    Ok(PeerInput::Group(GroupPeer {
        group: parse_ref(input.group_id.as_deref(), name)?,
        account: input.user_id.clone(),
        vpc: parse_option(input.vpc_id.as_deref())?,
    }))
}

/// Protocol and ports of a rule.
pub fn parse_traffic(protocol: Option<&str>, from: Option<i64>, to: Option<i64>) -> Result<Traffic, ApiError> {
    let protocol = protocol.ok_or_else(|| {
        let message = "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.";
        Code::InvalidParameterValue.with(message)
    })?;
    if protocol == "-1" || protocol == "all" {
        return Ok(Traffic::All);
    }
    match parse_protocol(protocol)? {
        protocol if protocol.has_ports() => parse_ports(protocol, from, to),
        protocol if protocol.is_icmp() => parse_icmp(protocol, from, to),
        // SG-46: every port, whatever is given
        protocol => Ok(Traffic::Protocol(protocol)),
    }
}

fn parse_protocol(text: &str) -> Result<Protocol, ApiError> {
    match text.to_ascii_lowercase().as_str() {
        "tcp" => Ok(Protocol::TCP),
        "udp" => Ok(Protocol::UDP),
        "icmp" => Ok(Protocol::ICMP),
        "icmpv6" => Ok(Protocol::ICMPV6),
        number => read_number(number).ok_or_else(|| {
            let message = format!("Invalid value '{text}' for IP protocol. Unknown protocol.");
            Code::InvalidParameterValue.with(message)
        }),
    }
}

/// A protocol by its number: digits alone.
pub fn read_number(text: &str) -> Option<Protocol> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).map(Protocol)
}

fn parse_ports(protocol: Protocol, from: Option<i64>, to: Option<i64>) -> Result<Traffic, ApiError> {
    let (Some(from), Some(to)) = (from, to) else {
        let message = "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
        return Err(Code::InvalidParameterValue.with(message));
    };
    let port = |value: i64| {
        u16::try_from(value).map_err(|_| {
            let message = format!("Invalid value '{value}' for portRange. Must be between 0 and 65535.");
            Code::InvalidParameterValue.with(message)
        })
    };
    let (from, to) = (port(from)?, port(to)?);
    let ports = PortRange::new(from, to).ok_or_else(|| {
        let message = format!("Invalid TCP/UDP port range ({from}:{to})");
        Code::InvalidParameterValue.with(message)
    })?;
    Ok(Traffic::Ports { protocol, ports })
}

/// SG-48, SG-49: type and code; -1 is any, and any type has any code.
fn parse_icmp(protocol: Protocol, from: Option<i64>, to: Option<i64>) -> Result<Traffic, ApiError> {
    let family = if protocol == Protocol::ICMP { Family::V4 } else { Family::V6 };
    if family == Family::V4 && (from.is_none() || to.is_none()) {
        let message = "Invalid value 'Must specify both type and code with ICMP.' for icmpTypeCode.";
        return Err(Code::InvalidParameterValue.with(message));
    }
    let (kind, code) = (from.unwrap_or(-1), to.unwrap_or(-1));
    let number = |value: i64| {
        u8::try_from(value)
            .map_err(|_| invalid_value("icmpTypeCode", value, "ICMP types and codes are between -1 and 255."))
    };
    match (kind, code) {
        (-1, -1) => Ok(Traffic::Protocol(protocol)),
        (-1, _) => Err(invalid_value("icmpTypeCode", code, "ICMP code must be -1 if the type is -1.")),
        (kind, -1) => Ok(Traffic::Icmp { family, kind: number(kind)?, code: None }),
        (kind, code) => Ok(Traffic::Icmp { family, kind: number(kind)?, code: Some(number(code)?) }),
    }
}

/// Protocol, first and last port as answers write them: the ports of `-1` are absent in one shape and -1 in the other
/// (SG-45, SG-76, SG-78).
pub fn render_traffic(traffic: Traffic) -> (String, Option<i32>, Option<i32>) {
    match traffic {
        Traffic::All => ("-1".to_owned(), None, None),
        Traffic::Protocol(protocol) if protocol.is_icmp() => (protocol.to_string(), Some(-1), Some(-1)),
        Traffic::Protocol(protocol) if protocol.has_ports() => (protocol.to_string(), Some(0), Some(65535)),
        Traffic::Protocol(protocol) => (protocol.to_string(), None, None),
        Traffic::Ports { protocol, ports } => {
            (protocol.to_string(), Some(i32::from(ports.first())), Some(i32::from(ports.last())))
        }
        Traffic::Icmp { family, kind, code } => {
            let protocol = ringwall_net::icmp::protocol(family).to_string();
            (protocol, Some(i32::from(kind)), Some(code.map_or(-1, i32::from)))
        }
    }
}

/// What descriptions are written in beside letters and digits (SG-52, SG-56).
pub const DESCRIPTION: &str = " ._-:/()#,@[]+=&;{}!$*";

/// Descriptions have at most 255 characters of a small set (SG-56).
pub fn check_description(text: Option<&str>) -> Result<(), ApiError> {
    if text.is_none_or(is_description) {
        return Ok(());
    }
    let message = format!(
        "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9{DESCRIPTION}"
    );
    Err(Code::InvalidParameterValue.with(message))
}

/// Whether a text has at most 255 characters, all of them of the set.
pub fn is_description(text: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || DESCRIPTION.contains(character);
    text.chars().count() <= 255 && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(protocol: &str, from: Option<i64>, to: Option<i64>) -> String {
        parse_traffic(Some(protocol), from, to).unwrap_err().code.into_owned()
    }

    #[test]
    fn protocols_have_the_ports_that_aws_gives_them() {
        let tcp = Traffic::Ports { protocol: Protocol::TCP, ports: PortRange::single(22) };
        assert_eq!(parse_traffic(Some("tcp"), Some(22), Some(22)).unwrap(), tcp);
        assert_eq!(parse_traffic(Some("6"), Some(22), Some(22)).unwrap(), tcp);
        assert_eq!(parse_traffic(Some("-1"), Some(22), Some(22)).unwrap(), Traffic::All);
        assert_eq!(parse_traffic(Some("50"), Some(22), Some(22)).unwrap(), Traffic::Protocol(Protocol(50)));
        assert_eq!(parse_traffic(Some("icmp"), Some(-1), Some(-1)).unwrap(), Traffic::Protocol(Protocol::ICMP));
        assert_eq!(parse_traffic(Some("icmpv6"), None, None).unwrap(), Traffic::Protocol(Protocol::ICMPV6));
        let unreachable = Traffic::Icmp { family: Family::V4, kind: 3, code: Some(4) };
        assert_eq!(parse_traffic(Some("icmp"), Some(3), Some(4)).unwrap(), unreachable);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(code("tcp", None, Some(1)), "InvalidParameterValue");
        assert_eq!(code("tcp", Some(2), Some(1)), "InvalidParameterValue");
        assert_eq!(code("udp", Some(0), Some(65536)), "InvalidParameterValue");
        assert_eq!(code("icmp", Some(-1), Some(4)), "InvalidParameterValue");
        assert_eq!(code("icmp", Some(256), Some(-1)), "InvalidParameterValue");
        assert_eq!(code("frob", None, None), "InvalidParameterValue");
        assert_eq!(code("256", None, None), "InvalidParameterValue");
    }

    #[test]
    fn a_permission_without_source_is_refused() {
        let input = PermissionInput { ip_protocol: Some("-1".into()), ..Default::default() };
        assert_eq!(parse_all(&[input]).unwrap_err().code, "InvalidParameterValue");
    }
}
