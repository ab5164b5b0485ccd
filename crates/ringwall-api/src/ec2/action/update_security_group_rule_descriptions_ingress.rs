//! `UpdateSecurityGroupRuleDescriptionsIngress`: rules for what comes in are described anew (SG-67).

use std::sync::Arc;

use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::security_group::{DescriptionInput, Descriptions, GroupRef, describe, find_ref, parse_ref};
use crate::ec2::shape::Done;
use crate::ec2::shape::permission::{self, PermissionInput};
use crate::error::ApiError;

/// The action.
pub struct UpdateSecurityGroupRuleDescriptionsIngress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<PermissionInput>,
    #[serde(default, rename = "SecurityGroupRuleDescription")]
    security_group_rule_descriptions: Vec<DescriptionInput>,
}

/// What is asked.
pub struct Request {
    group: GroupRef,
    descriptions: Descriptions,
}

impl Action for UpdateSecurityGroupRuleDescriptionsIngress {
    const NAME: &'static str = "UpdateSecurityGroupRuleDescriptionsIngress";
    const UNBUILT: &'static [&'static str] = permission::UNBUILT;

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request {
            group: parse_ref(input.group_id.as_deref(), input.group_name.as_deref())?,
            descriptions: Descriptions::parse(&input.security_group_rule_descriptions, &input.ip_permissions)?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        describe(call, &mut group, false, &request.descriptions)?;
        call.put(group);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "UpdateSecurityGroupRuleDescriptionsIngress";
    const TCP: &str = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22";
    const TEN: &str = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8";

    fn prepare(bench: &mut Bench) -> (String, String) {
        let group = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let added = bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={group}&{TCP}&{TEN}"));
        (group, added.get("securityGroupRuleId"))
    }

    fn described(bench: &mut Bench, rule: &str) -> Vec<String> {
        bench.ok("DescribeSecurityGroupRules", &format!("SecurityGroupRuleId.1={rule}")).all("description")
    }

    #[test]
    fn descriptions_come_and_go_by_permission_and_by_id() {
        let mut bench = Bench::new();
        let (group, rule) = prepare(&mut bench);
        bench.ok(ACTION, &format!("GroupId={group}&{TCP}&{TEN}&IpPermissions.1.IpRanges.1.Description=ten"));
        assert_eq!(described(&mut bench, &rule), ["ten"], "SG-67");
        bench.ok(ACTION, &format!("GroupName=a&{TCP}&{TEN}"));
        assert!(described(&mut bench, &rule).is_empty(), "left out is taken away");
        let by_id = format!("SecurityGroupRuleDescription.1.SecurityGroupRuleId={rule}");
        bench.ok(ACTION, &format!("GroupId={group}&{by_id}&SecurityGroupRuleDescription.1.Description=again"));
        assert_eq!(described(&mut bench, &rule), ["again"]);
        bench.ok(ACTION, &format!("GroupId={group}&{by_id}"));
        assert!(described(&mut bench, &rule).is_empty());
    }

    #[test]
    fn what_is_not_there_cannot_be_described() {
        let mut bench = Bench::new();
        let (group, rule) = prepare(&mut bench);
        let by_id = |id: &str| format!("SecurityGroupRuleDescription.1.SecurityGroupRuleId={id}");
        let other = "IpPermissions.1.IpRanges.2.CidrIp=11.0.0.0/8&IpPermissions.1.IpRanges.1.Description=x";
        for (asked, code) in [
            (format!("{TCP}&{TEN}&{other}"), "InvalidPermission.NotFound"),
            (by_id("sgr-00000000000000000"), "InvalidSecurityGroupRuleId.NotFound"),
            (by_id("x"), "InvalidSecurityGroupRuleId.Malformed"),
            (format!("{}&{TCP}&{TEN}", by_id(&rule)), "InvalidParameterCombination"),
            (String::new(), "MissingParameter"),
            ("SecurityGroupRuleDescription.1.Description=x".into(), "MissingParameter"),
            (format!("{}&SecurityGroupRuleDescription.1.Description=%22", by_id(&rule)), "InvalidParameterValue"),
            (
                format!("{}&SecurityGroupRuleDescription.2.SecurityGroupRuleId={rule}", by_id(&rule)),
                "InvalidParameterValue",
            ),
        ] {
            assert_eq!(bench.refused(ACTION, &format!("GroupId={group}&{asked}")), code, "{asked}");
        }
        assert!(described(&mut bench, &rule).is_empty(), "all or nothing");
    }
}
