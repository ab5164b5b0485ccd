//! The old, flat way to write a permission beside the group: `IpProtocol`, `FromPort`, `ToPort` and `CidrIp`, or the name of
//! another group (SG-61).

use crate::ec2::error::{Code, combination};
use crate::ec2::shape::permission::{GroupInput, Ipv4RangeInput, PermissionInput};
use crate::error::ApiError;

/// The flat parameters.
#[derive(Clone, Debug, Default)]
pub struct FlatPermission {
    /// protocol
    pub ip_protocol: Option<String>,
    /// first port
    pub from_port: Option<i64>,
    /// last port
    pub to_port: Option<i64>,
    /// an IPv4 block
    pub cidr_ip: Option<String>,
    /// a group of the default VPC, by name
    pub source_group_name: Option<String>,
    /// the account of that group
    pub source_group_owner: Option<String>,
}

impl FlatPermission {
    /// The first of the parameters that is given.
    fn given(&self) -> Option<&'static str> {
        let names = [
            ("ipProtocol", self.ip_protocol.is_some()),
            ("fromPort", self.from_port.is_some()),
            ("toPort", self.to_port.is_some()),
            ("cidrIp", self.cidr_ip.is_some()),
            ("sourceSecurityGroupName", self.source_group_name.is_some()),
            ("sourceSecurityGroupOwnerId", self.source_group_owner.is_some()),
        ];
        names.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }

    /// The permissions that a call names, in either way but not in both.
    pub fn or_list(self, list: Vec<PermissionInput>) -> Result<Vec<PermissionInput>, ApiError> {
        let Some(given) = self.given() else { return Ok(list) };
        if !list.is_empty() {
            return Err(combination(format!("The parameter ipPermissions cannot be used with the parameter {given}")));
        }
        match (self.source_group_name, self.source_group_owner) {
            (Some(name), account) => {
                let alone = self.ip_protocol.is_none()
                    && self.from_port.is_none()
                    && self.to_port.is_none()
                    && self.cidr_ip.is_none();
                if !alone {
                    return Err(combination(format!(
                        "The parameter sourceSecurityGroupName cannot be used with the parameter {given}"
                    )));
                }
                Ok(whole_group(&name, account.as_deref()))
            }
            (None, Some(_)) => Err(crate::action::missing_parameter("sourceSecurityGroupName")),
            (None, None) => Ok(vec![PermissionInput {
                ip_protocol: self.ip_protocol,
                from_port: self.from_port,
                to_port: self.to_port,
                ip_ranges: self
                    .cidr_ip
                    .map(|cidr| Ipv4RangeInput { cidr_ip: Some(cidr), description: None })
                    .into_iter()
                    .collect(),
                ..PermissionInput::default()
            }]),
        }
    }

    /// Rules for what goes out are written as permissions alone.
    pub fn refuse_for_egress(&self) -> Result<(), ApiError> {
        let Some(given) = self.given() else { return Ok(()) };
        let message = format!("The parameter {given} is not supported for egress rules. Use ipPermissions instead.");
        Err(Code::UnsupportedOperation.with(message))
    }
}

/// A group by name stands for its whole ICMP, UDP and TCP traffic.
fn whole_group(name: &str, account: Option<&str>) -> Vec<PermissionInput> {
    let group = || GroupInput {
        group_name: Some(name.to_owned()),
        user_id: account.map(str::to_owned),
        ..GroupInput::default()
    };
    let permission = |protocol: &str, from: i64, to: i64| PermissionInput {
        ip_protocol: Some(protocol.to_owned()),
        from_port: Some(from),
        to_port: Some(to),
        groups: vec![group()],
        ..PermissionInput::default()
    };
    vec![permission("tcp", 0, 65535), permission("udp", 0, 65535), permission("icmp", -1, -1)]
}
