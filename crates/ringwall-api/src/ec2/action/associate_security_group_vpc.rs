//! `AssociateSecurityGroupVpc`: a group can be used in another VPC too, at once (SG-81).

use std::sync::Arc;

use ringwall_model::id::{SecurityGroupId, VpcId};
use ringwall_model::resource::{SecurityGroup, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::security_group::{DEFAULT, is_usable_in};
use crate::error::ApiError;

/// The action.
pub struct AssociateSecurityGroupVpc;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: String,
    vpc_id: String,
}

/// What is asked.
pub struct Request {
    group: SecurityGroupId,
    vpc: VpcId,
}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    state: &'static str,
}

impl Action for AssociateSecurityGroupVpc {
    const NAME: &'static str = "AssociateSecurityGroupVpc";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { group: parse(&input.group_id)?, vpc: parse(&input.vpc_id)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let mut group = Arc::unwrap_or_clone(find::<SecurityGroup>(&region, &request.group)?);
        let vpc = find::<Vpc>(&region, &request.vpc)?;
        if group.name == DEFAULT {
            let message = format!("The default security group {} cannot be associated with another VPC.", group.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        if is_usable_in(&group, vpc.id) {
            let message = format!("The security group {} is already associated with {}.", group.id, vpc.id);
            return Err(Code::ResourceAlreadyAssociated.with(message));
        }
        if vpc.is_default {
            let message = format!("Security groups cannot be associated with the default VPC {}.", vpc.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        group.associated_vpcs.insert(vpc.id);
        call.put(group);
        Ok(Output { state: "associated" })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn an_association_makes_a_group_usable_and_nameable() {
        let mut bench = Bench::new();
        let action = "AssociateSecurityGroupVpc";
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let (one, other) = (vpc(&mut bench), vpc(&mut bench));
        let group = format!("GroupName=shared&GroupDescription=x&VpcId={one}");
        let group = bench.ok("CreateSecurityGroup", &group).get("groupId");
        let foreign = format!("GroupName=b&GroupDescription=b&VpcId={other}");
        let foreign = bench.ok("CreateSecurityGroup", &foreign).get("groupId");
        let name = format!("GroupId={foreign}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={group}");
        assert_eq!(bench.refused("AuthorizeSecurityGroupIngress", &name), "InvalidGroup.NotFound");
        let answer = bench.ok(action, &format!("GroupId={group}&VpcId={other}"));
        assert_eq!(answer.get("state"), "associated");
        let named = bench.ok("AuthorizeSecurityGroupIngress", &name);
        assert!(named.has(&format!("<vpcId>{one}</vpcId></referencedGroupInfo>")), "PCX-4: {}", named.0);
        let back = format!("GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={foreign}");
        bench.ok("AuthorizeSecurityGroupIngress", &back);
        let again = bench.refused(action, &format!("GroupId={group}&VpcId={other}"));
        assert_eq!(again, "Resource.AlreadyAssociated");
        let own = bench.refused(action, &format!("GroupId={group}&VpcId={one}"));
        assert_eq!(own, "Resource.AlreadyAssociated");
    }

    #[test]
    fn neither_default_groups_nor_default_vpcs_are_associated() {
        let mut bench = Bench::new();
        let action = "AssociateSecurityGroupVpc";
        let default = bench.ok("DescribeVpcs", "").get("vpcId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let group = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={vpc}"));
        let group = group.get("groupId");
        let error = bench.refused(action, &format!("GroupId={group}&VpcId={default}"));
        assert_eq!(error, "InvalidParameterValue", "SG-81");
        let default_group = bench.ok("DescribeSecurityGroups", "GroupName.1=default").get("groupId");
        let error = bench.refused(action, &format!("GroupId={default_group}&VpcId={vpc}"));
        assert_eq!(error, "InvalidParameterValue", "SG-81");
        let error = bench.refused(action, &format!("GroupId={group}&VpcId=vpc-00000000000000000"));
        assert_eq!(error, "InvalidVpcID.NotFound");
        assert_eq!(bench.refused(action, &format!("GroupId={group}")), "MissingParameter");
    }

    #[test]
    fn an_associated_vpc_cannot_be_deleted() {
        let mut bench = Bench::new();
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let (one, other) = (vpc(&mut bench), vpc(&mut bench));
        let group = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={one}"));
        let asked = format!("GroupId={}&VpcId={other}", group.get("groupId"));
        bench.ok("AssociateSecurityGroupVpc", &asked);
        assert_eq!(bench.refused("DeleteVpc", &format!("VpcId={other}")), "DependencyViolation");
        bench.ok("DisassociateSecurityGroupVpc", &asked);
        bench.ok("DeleteVpc", &format!("VpcId={other}"));
    }
}
