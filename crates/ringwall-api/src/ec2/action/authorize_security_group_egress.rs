//! `AuthorizeSecurityGroupEgress`: adds rules for what goes out, all or none (SG-57 to SG-61).

use std::sync::Arc;

use ringwall_model::resource::Tags;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::operation::security_group::{GroupRef, authorize, find_ref, parse_ref};
use crate::ec2::shape::flat_permission::FlatPermission;
use crate::ec2::shape::permission::{self, Permission, PermissionInput, parse_all};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::security_group_rule::AuthorizedShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct AuthorizeSecurityGroupEgress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: String,
    #[serde(default)]
    ip_permissions: Vec<PermissionInput>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ip: Option<String>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    group: GroupRef,
    permissions: Vec<Permission>,
    tags: Tags,
}

impl Action for AuthorizeSecurityGroupEgress {
    const NAME: &'static str = "AuthorizeSecurityGroupEgress";
    const UNBUILT: &'static [&'static str] = permission::UNBUILT;

    type Input = Input;
    type Request = Request;
    type Output = AuthorizedShape;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let flat = FlatPermission {
            ip_protocol: input.ip_protocol,
            from_port: input.from_port,
            to_port: input.to_port,
            cidr_ip: input.cidr_ip,
            source_group_name: input.source_security_group_name,
            source_group_owner: input.source_security_group_owner_id,
        };
        flat.refuse_for_egress()?;
        if input.ip_permissions.is_empty() {
            return Err(missing_parameter("ipPermissions"));
        }
        Ok(Request {
            group: parse_ref(Some(&input.group_id), None)?,
            permissions: parse_all(&input.ip_permissions)?,
            tags: tag::parse(&input.tag_specifications, "security-group-rule")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<AuthorizedShape, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        let added = authorize(call, &mut group, true, &request.permissions, &request.tags)?;
        call.put(group.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(AuthorizedShape::new(&group, &added, owner, &call.state()))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn rules_for_what_goes_out_are_their_own() {
        let mut bench = Bench::new();
        let id = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let rule = format!(
            "GroupId={id}&IpPermissions.1.IpProtocol=17&IpPermissions.1.FromPort=53&IpPermissions.1.ToPort=53&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.2/8"
        );
        let added = bench.ok("AuthorizeSecurityGroupEgress", &rule);
        assert_eq!((added.get("isEgress"), added.get("ipProtocol")), ("true".into(), "udp".into()), "SG-45");
        assert_eq!(added.get("cidrIpv4"), "10.0.0.0/8", "SG-26");
        assert_eq!(bench.refused("AuthorizeSecurityGroupEgress", &rule), "InvalidPermission.Duplicate", "SG-58");
        let added = bench.ok("AuthorizeSecurityGroupIngress", &rule);
        assert_eq!(added.get("isEgress"), "false", "the same rule for the other direction is another one");
    }

    #[test]
    fn a_new_group_has_the_open_rule_already() {
        let mut bench = Bench::new();
        let id = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let all = format!("GroupId={id}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0");
        let error = bench.call("AuthorizeSecurityGroupEgress", &all).unwrap_err();
        assert_eq!(error.code, "InvalidPermission.Duplicate", "SG-4");
        assert_eq!(error.message, "the specified rule \"peer: 0.0.0.0/0, ALL, ALLOW\" already exists");
    }

    #[test]
    fn the_flat_parameters_are_refused() {
        let mut bench = Bench::new();
        let id = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        for flat in [
            "IpProtocol=tcp",
            "FromPort=1",
            "ToPort=1",
            "CidrIp=10.0.0.0/8",
            "SourceSecurityGroupName=default",
            "SourceSecurityGroupOwnerId=000000000000",
        ] {
            for action in ["AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"] {
                let error = bench.refused(action, &format!("GroupId={id}&{flat}"));
                assert_eq!(error, "UnsupportedOperation", "SG-61 {flat}");
            }
        }
        assert_eq!(bench.refused("AuthorizeSecurityGroupEgress", &format!("GroupId={id}")), "MissingParameter");
        assert_eq!(bench.refused("AuthorizeSecurityGroupEgress", "GroupName=a"), "MissingParameter");
    }
}
