//! `RevokeSecurityGroupEgress`: takes rules for what goes out away (SG-62 to SG-64).

use std::sync::Arc;

use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::security_group::{GroupRef, Revocation, find_ref, parse_ref, revoke};
use crate::ec2::shape::flat_permission::FlatPermission;
use crate::ec2::shape::permission::{self, PermissionInput};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::security_group_rule::RevokedShape;
use crate::error::ApiError;

/// The action.
pub struct RevokeSecurityGroupEgress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: String,
    #[serde(default)]
    ip_permissions: Vec<PermissionInput>,
    #[serde(default, rename = "SecurityGroupRuleId")]
    security_group_rule_ids: Vec<String>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ip: Option<String>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
}

/// What is asked.
pub struct Request {
    group: GroupRef,
    revocation: Revocation,
}

impl Action for RevokeSecurityGroupEgress {
    const NAME: &'static str = "RevokeSecurityGroupEgress";
    const UNBUILT: &'static [&'static str] = permission::UNBUILT;

    type Input = Input;
    type Request = Request;
    type Output = RevokedShape;

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
        Ok(Request {
            group: parse_ref(Some(&input.group_id), None)?,
            revocation: Revocation::parse(&input.security_group_rule_ids, &input.ip_permissions)?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<RevokedShape, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        let revoked = revoke(call, &mut group, true, &request.revocation)?;
        call.put(group.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(RevokedShape::new(&group, &revoked, owner, &call.state()))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn what_a_new_group_lets_out_can_be_taken_away() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let id = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={vpc}")).get("groupId");
        let all = format!("GroupId={id}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0");
        let answer = bench.ok("RevokeSecurityGroupEgress", &all);
        let found = (answer.get("isEgress"), answer.get("ipProtocol"), answer.get("fromPort"), answer.get("cidrIpv4"));
        assert_eq!(found, ("true".into(), "-1".into(), "-1".into(), "0.0.0.0/0".into()));
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}"));
        assert!(shown.has("<ipPermissionsEgress/>"), "SG-5");
        assert_eq!(bench.refused("RevokeSecurityGroupEgress", &all), "InvalidPermission.NotFound", "SG-63");
    }

    #[test]
    fn a_rule_for_the_other_direction_is_none_of_it() {
        let mut bench = Bench::new();
        let id = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let rule = format!("GroupId={id}&IpPermissions.1.IpProtocol=50&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0");
        let rule_id = bench.ok("AuthorizeSecurityGroupIngress", &rule).get("securityGroupRuleId");
        let answer = bench.ok("RevokeSecurityGroupEgress", &rule);
        assert!(answer.has("<revokedSecurityGroupRuleSet/>") && answer.get("ipProtocol") == "50");
        let by_id = format!("GroupId={id}&SecurityGroupRuleId.1={rule_id}");
        assert_eq!(bench.refused("RevokeSecurityGroupEgress", &by_id), "InvalidSecurityGroupRuleId.NotFound");
        bench.ok("RevokeSecurityGroupIngress", &by_id);
    }
}
