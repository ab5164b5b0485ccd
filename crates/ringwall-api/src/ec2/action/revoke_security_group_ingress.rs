//! `RevokeSecurityGroupIngress`: takes rules for what comes in away (SG-62 to SG-64).

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
pub struct RevokeSecurityGroupIngress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: Option<String>,
    group_name: Option<String>,
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

impl Action for RevokeSecurityGroupIngress {
    const NAME: &'static str = "RevokeSecurityGroupIngress";
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
        let permissions = flat.or_list(input.ip_permissions)?;
        Ok(Request {
            group: parse_ref(input.group_id.as_deref(), input.group_name.as_deref())?,
            revocation: Revocation::parse(&input.security_group_rule_ids, &permissions)?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<RevokedShape, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        let revoked = revoke(call, &mut group, false, &request.revocation)?;
        call.put(group.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(RevokedShape::new(&group, &revoked, owner, &call.state()))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "RevokeSecurityGroupIngress";
    const TCP: &str = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22";

    /// A group in the default VPC or in one of its own, with a rule for SSH; its id and the rule's.
    fn group(bench: &mut Bench, in_default_vpc: bool) -> (String, String) {
        let vpc = match in_default_vpc {
            true => String::new(),
            false => format!("&VpcId={}", bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId")),
        };
        let id = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a{vpc}")).get("groupId");
        let source = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.1.Description=ten";
        let added = bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={id}&{TCP}&{source}"));
        (id, added.get("securityGroupRuleId"))
    }

    fn rules(bench: &mut Bench, id: &str) -> Vec<String> {
        let asked = format!("Filter.1.Name=group-id&Filter.1.Value.1={id}");
        bench.ok("DescribeSecurityGroupRules", &asked).all("securityGroupRuleId")
    }

    #[test]
    fn a_rule_goes_by_what_it_says_and_its_description_need_not_be_said() {
        let mut bench = Bench::new();
        let (id, rule) = group(&mut bench, false);
        let asked = format!("GroupId={id}&{TCP}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8");
        let answer = bench.ok(ACTION, &asked);
        let expected = format!(
            "<return>true</return><unknownIpPermissionSet/><revokedSecurityGroupRuleSet><item>\
             <securityGroupRuleId>{rule}</securityGroupRuleId><groupId>{id}</groupId><isEgress>false</isEgress>\
             <ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><cidrIpv4>10.0.0.0/8</cidrIpv4>\
             <description>ten</description></item></revokedSecurityGroupRuleSet>"
        );
        assert!(answer.has(&expected), "SG-62: {}", answer.0);
        assert!(!rules(&mut bench, &id).contains(&rule));
    }

    #[test]
    fn a_rule_goes_by_its_id() {
        let mut bench = Bench::new();
        let (id, rule) = group(&mut bench, false);
        let egress = rules(&mut bench, &id).into_iter().find(|other| *other != rule).unwrap();
        let absent = "sgr-00000000000000000";
        for ids in [
            format!("SecurityGroupRuleId.1={rule}&SecurityGroupRuleId.2={absent}"),
            format!("SecurityGroupRuleId.1={rule}&SecurityGroupRuleId.2={egress}"),
        ] {
            let error = bench.refused(ACTION, &format!("GroupId={id}&{ids}"));
            assert_eq!(error, "InvalidSecurityGroupRuleId.NotFound", "SG-64");
        }
        let other = group(&mut bench, true).0;
        let error = bench.refused(ACTION, &format!("GroupId={other}&SecurityGroupRuleId.1={rule}"));
        assert_eq!(error, "InvalidSecurityGroupRuleId.NotFound", "it is a rule of another group");
        let answer =
            bench.ok(ACTION, &format!("GroupId={id}&SecurityGroupRuleId.1={rule}&SecurityGroupRuleId.2={rule}"));
        assert_eq!(answer.all("securityGroupRuleId"), [rule.as_str()]);
        assert_eq!(rules(&mut bench, &id), [egress]);
        let malformed = bench.refused(ACTION, &format!("GroupId={id}&SecurityGroupRuleId.1=sgr-1"));
        assert_eq!(malformed, "InvalidSecurityGroupRuleId.Malformed");
    }

    #[test]
    fn an_absent_rule_is_an_error_and_nothing_is_revoked() {
        let mut bench = Bench::new();
        let (id, rule) = group(&mut bench, false);
        let ranges = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.2.CidrIp=11.0.0.0/8";
        let error = bench.call(ACTION, &format!("GroupId={id}&{TCP}&{ranges}")).unwrap_err();
        assert_eq!(error.code, "InvalidPermission.NotFound", "SG-63");
        assert_eq!(error.message, "The specified rule does not exist in this security group.");
        assert!(rules(&mut bench, &id).contains(&rule));
    }

    #[test]
    fn in_a_default_vpc_an_absent_rule_is_listed_and_the_others_go() {
        let mut bench = Bench::new();
        let (id, rule) = group(&mut bench, true);
        let ranges = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.2.CidrIp=11.0.0.0/8";
        let answer = bench.ok(ACTION, &format!("GroupId={id}&{TCP}&{ranges}"));
        assert_eq!(
            (answer.all("cidrIp"), answer.all("cidrIpv4")),
            (vec!["11.0.0.0/8".into()], vec!["10.0.0.0/8".into()])
        );
        assert_eq!(answer.get("securityGroupRuleId"), rule, "SG-63");
        let again = bench.ok(ACTION, &format!("GroupId={id}&SourceSecurityGroupName=default"));
        assert_eq!(again.all("ipProtocol").len(), 3);
        assert!(again.has("<revokedSecurityGroupRuleSet/>"));
    }

    #[test]
    fn rules_are_meant_in_one_way() {
        let mut bench = Bench::new();
        let (id, rule) = group(&mut bench, true);
        let range = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8";
        for (asked, code) in [
            (format!("SecurityGroupRuleId.1={rule}&{TCP}&{range}"), "InvalidParameterCombination"),
            (format!("SecurityGroupRuleId.1={rule}&CidrIp=10.0.0.0/8"), "InvalidParameterCombination"),
            (String::new(), "MissingParameter"),
            (format!("{TCP}&{range}&IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0/8"), "InvalidParameterValue"),
            (
                format!("{TCP}&IpPermissions.1.Groups.1.GroupId={id}&IpPermissions.1.Groups.1.UserId=1"),
                "InvalidGroup.NotFound",
            ),
        ] {
            assert_eq!(bench.refused(ACTION, &format!("GroupId={id}&{asked}")), code, "{asked}");
        }
        bench.ok(ACTION, "GroupName=a&IpProtocol=tcp&FromPort=22&ToPort=22&CidrIp=10.0.0.0/8");
    }
}
