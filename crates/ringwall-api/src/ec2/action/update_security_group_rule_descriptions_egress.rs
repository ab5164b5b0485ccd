//! `UpdateSecurityGroupRuleDescriptionsEgress`: rules for what goes out are described anew (SG-67).

use std::sync::Arc;

use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::security_group::{DescriptionInput, Descriptions, GroupRef, describe, find_ref, parse_ref};
use crate::ec2::shape::Done;
use crate::ec2::shape::permission::{self, PermissionInput};
use crate::error::ApiError;

/// The action.
pub struct UpdateSecurityGroupRuleDescriptionsEgress;

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

impl Action for UpdateSecurityGroupRuleDescriptionsEgress {
    const NAME: &'static str = "UpdateSecurityGroupRuleDescriptionsEgress";
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
        describe(call, &mut group, true, &request.descriptions)?;
        call.put(group);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn only_rules_for_what_goes_out_are_described() {
        let mut bench = Bench::new();
        let action = "UpdateSecurityGroupRuleDescriptionsEgress";
        let group = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let all = format!("GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0");
        bench.ok(action, &format!("{all}&IpPermissions.1.IpRanges.1.Description=everything"));
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={group}"));
        assert_eq!(shown.all("description"), ["everything"], "SG-67");
        let ingress = bench.ok("AuthorizeSecurityGroupIngress", &all).get("securityGroupRuleId");
        let by_id = format!("GroupId={group}&SecurityGroupRuleDescription.1.SecurityGroupRuleId={ingress}");
        assert_eq!(bench.refused(action, &by_id), "InvalidSecurityGroupRuleId.NotFound");
    }
}
