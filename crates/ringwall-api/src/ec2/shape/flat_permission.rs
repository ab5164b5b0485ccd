//! The old, flat way to write one permission: `IpProtocol`, `FromPort`, `ToPort` and one source beside the group (SG-61).

use crate::ec2::error::combination;
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
    fn is_given(&self) -> bool {
        self.ip_protocol.is_some()
            || self.from_port.is_some()
            || self.to_port.is_some()
            || self.cidr_ip.is_some()
            || self.source_group_name.is_some()
    }

    /// The permissions that a call names, in either way but not in both. A group by name stands for all traffic when no
    /// protocol is given.
    pub fn or_list(self, list: Vec<PermissionInput>) -> Result<Vec<PermissionInput>, ApiError> {
        if !self.is_given() {
            return Ok(list);
        }
        if !list.is_empty() {
            return Err(combination(
                "The parameter ipPermissions cannot be used with the parameter ipProtocol or cidrIp",
            ));
        }
        let groups = self.source_group_name.map(|name| GroupInput {
            group_name: Some(name),
            user_id: self.source_group_owner,
            ..GroupInput::default()
        });
        let is_whole_group = groups.is_some() && self.ip_protocol.is_none();
        Ok(vec![PermissionInput {
            ip_protocol: if is_whole_group { Some("-1".to_owned()) } else { self.ip_protocol },
            from_port: self.from_port,
            to_port: self.to_port,
            ip_ranges: self
                .cidr_ip
                .map(|cidr| Ipv4RangeInput { cidr_ip: Some(cidr), description: None })
                .into_iter()
                .collect(),
            groups: groups.into_iter().collect(),
            ..PermissionInput::default()
        }])
    }
}
