//! `DescribeStaleSecurityGroups`: groups of a VPC with rules that name a group out of reach (SG-34, SG-35).

use ringwall_model::id::VpcId;
use ringwall_model::resource::Vpc;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Paging, page};
use crate::ec2::id::{find, parse};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::stale_security_group::StaleGroupShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeStaleSecurityGroups;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    stale_security_group_set: Vec<StaleGroupShape>,
    next_token: Option<String>,
}

impl Action for DescribeStaleSecurityGroups {
    const NAME: &'static str = "DescribeStaleSecurityGroups";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { vpc: parse(&input.vpc_id)?, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        find::<Vpc>(&region, &request.vpc)?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        let groups = region.security_groups.iter().filter(|group| group.vpc == request.vpc);
        let stale = groups.filter_map(|group| StaleGroupShape::new(group, owner, &region)).collect();
        let page = page(stale, &request.paging, (5, 255), |group| group.group_id().to_owned())?;
        Ok(Output { stale_security_group_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    /// Two VPCs with a group in each; the first group is associated with the second VPC, and the second group names it.
    fn prepare(bench: &mut Bench) -> (String, String, String, String) {
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let (one, other) = (vpc(bench), vpc(bench));
        let group = |bench: &mut Bench, vpc: &str| {
            bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=about a&VpcId={vpc}")).get("groupId")
        };
        let (shared, naming) = (group(bench, &one), group(bench, &other));
        bench.ok("AssociateSecurityGroupVpc", &format!("GroupId={shared}&VpcId={other}"));
        let rule = format!(
            "GroupId={naming}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22&IpPermissions.1.Groups.1.GroupId={shared}"
        );
        bench.ok("AuthorizeSecurityGroupIngress", &rule);
        bench.ok("AuthorizeSecurityGroupEgress", &rule);
        (one, other, shared, naming)
    }

    #[test]
    fn rules_grow_stale_when_the_association_ends_and_fresh_when_it_is_restored() {
        let mut bench = Bench::new();
        let (one, other, shared, naming) = prepare(&mut bench);
        let asked = format!("VpcId={other}");
        assert!(bench.ok("DescribeStaleSecurityGroups", &asked).has("<staleSecurityGroupSet/>"));
        bench.ok("DisassociateSecurityGroupVpc", &format!("GroupId={shared}&VpcId={other}"));
        let stale = bench.ok("DescribeStaleSecurityGroups", &asked);
        let permission = format!(
            "<item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><groups><item>\
             <userId>000000000000</userId><groupId>{shared}</groupId><vpcId>{one}</vpcId></item></groups></item>"
        );
        let expected = format!(
            "<item><description>about a</description><groupId>{naming}</groupId><groupName>a</groupName>\
             <staleIpPermissions>{permission}</staleIpPermissions>\
             <staleIpPermissionsEgress>{permission}</staleIpPermissionsEgress><vpcId>{other}</vpcId></item>"
        );
        assert!(stale.has(&expected), "SG-34, SG-35: {}", stale.0);
        assert!(bench.ok("DescribeStaleSecurityGroups", &format!("VpcId={one}")).has("<staleSecurityGroupSet/>"));
        bench.ok("AssociateSecurityGroupVpc", &format!("GroupId={shared}&VpcId={other}"));
        assert!(bench.ok("DescribeStaleSecurityGroups", &asked).has("<staleSecurityGroupSet/>"), "SG-34");
    }

    #[test]
    fn a_group_that_only_stale_rules_name_can_go_and_its_rules_can_be_revoked() {
        let mut bench = Bench::new();
        let (_, other, shared, naming) = prepare(&mut bench);
        assert_eq!(bench.refused("DeleteSecurityGroup", &format!("GroupId={shared}")), "DependencyViolation");
        bench.ok("DisassociateSecurityGroupVpc", &format!("GroupId={shared}&VpcId={other}"));
        bench.ok("DeleteSecurityGroup", &format!("GroupId={shared}"));
        let stale = bench.ok("DescribeStaleSecurityGroups", &format!("VpcId={other}"));
        assert!(stale.has(&format!("<groups><item><groupId>{shared}</groupId></item></groups>")), "{}", stale.0);
        let listed = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={naming}"));
        assert!(listed.has(&format!("<item><groupId>{shared}</groupId></item>")), "SG-34: it stays listed");
        let rule = format!(
            "GroupId={naming}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22&IpPermissions.1.Groups.1.GroupId={shared}"
        );
        bench.ok("RevokeSecurityGroupIngress", &rule);
        bench.ok("RevokeSecurityGroupEgress", &rule);
        assert!(bench.ok("DescribeStaleSecurityGroups", &format!("VpcId={other}")).has("<staleSecurityGroupSet/>"));
        assert_eq!(bench.refused("AuthorizeSecurityGroupIngress", &rule), "InvalidGroup.NotFound");
    }

    #[test]
    fn a_vpc_is_needed() {
        let mut bench = Bench::new();
        let action = "DescribeStaleSecurityGroups";
        assert_eq!(bench.refused(action, ""), "MissingParameter", "SG-35");
        assert_eq!(bench.refused(action, "VpcId=vpc-00000000000000000"), "InvalidVpcID.NotFound");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        assert_eq!(bench.refused(action, &format!("VpcId={vpc}&MaxResults=256")), "InvalidParameterValue", "SG-35");
    }
}
