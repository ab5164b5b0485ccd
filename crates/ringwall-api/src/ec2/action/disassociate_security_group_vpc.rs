//! `DisassociateSecurityGroupVpc`: a group can no longer be used in another VPC, at once (SG-81).

use std::sync::Arc;

use ringwall_model::id::{SecurityGroupId, VpcId};
use ringwall_model::resource::{SecurityGroup, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::security_group::{has_dependent_object, is_held_in};
use crate::error::ApiError;

/// The action.
pub struct DisassociateSecurityGroupVpc;

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

impl Action for DisassociateSecurityGroupVpc {
    const NAME: &'static str = "DisassociateSecurityGroupVpc";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { group: parse(&input.group_id)?, vpc: parse(&input.vpc_id)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let mut group = Arc::unwrap_or_clone(find::<SecurityGroup>(&region, &request.group)?);
        find::<Vpc>(&region, &request.vpc)?;
        if !group.associated_vpcs.remove(&request.vpc) {
            let message = format!("The security group {} is not associated with {}.", group.id, request.vpc);
            return Err(Code::InvalidParameterValue.with(message));
        }
        if is_held_in(&region, group.id, request.vpc) {
            return Err(has_dependent_object(group.id));
        }
        call.put(group);
        Ok(Output { state: "disassociated" })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ringwall_model::resource::network_interface::ConnectionTracking;
    use ringwall_model::resource::traffic::Text;
    use ringwall_model::resource::{NetworkInterface, Tags};

    use crate::bench::Bench;

    /// An interface in a VPC that holds a group.
    fn put_interface(bench: &mut Bench, group: &str, vpc: &str) {
        let snapshot = bench.store.snapshot();
        let subnet = snapshot.region("us-east-1").subnets.iter().next().unwrap().id;
        let mut transaction = bench.store.begin();
        let interface = NetworkInterface {
            id: "eni-00000000000000001".parse().unwrap(),
            subnet,
            vpc: vpc.parse().unwrap(),
            mac: Text("02:00:00:00:00:01".parse().unwrap()),
            description: String::new(),
            ipv4: Vec::new(),
            ipv6: Vec::new(),
            groups: Arc::new([group.parse().unwrap()].into()),
            source_dest_check: true,
            connection_tracking: ConnectionTracking::default(),
            attachment: None,
            kind: ringwall_model::resource::network_interface::InterfaceKind::Interface,
            auto_public: None,
            tags: Tags::new(),
        };
        transaction.put("us-east-1", interface);
        bench.store.commit(vec![transaction]).unwrap();
    }

    #[test]
    fn a_group_is_taken_out_of_a_vpc_where_no_interface_holds_it() {
        let mut bench = Bench::new();
        let action = "DisassociateSecurityGroupVpc";
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let (one, other, third) = (vpc(&mut bench), vpc(&mut bench), vpc(&mut bench));
        let group = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={one}"));
        let group = group.get("groupId");
        for vpc in [&other, &third] {
            bench.ok("AssociateSecurityGroupVpc", &format!("GroupId={group}&VpcId={vpc}"));
        }
        put_interface(&mut bench, &group, &other);
        assert_eq!(bench.ok(action, &format!("GroupId={group}&VpcId={third}")).get("state"), "disassociated");
        let held = bench.refused(action, &format!("GroupId={group}&VpcId={other}"));
        assert_eq!(held, "DependencyViolation", "SG-81");
        let held = bench.refused("DeleteSecurityGroup", &format!("GroupId={group}"));
        assert_eq!(held, "DependencyViolation", "SG-68");
        for never in [&third, &one] {
            let error = bench.refused(action, &format!("GroupId={group}&VpcId={never}"));
            assert_eq!(error, "InvalidParameterValue");
        }
        let listed = bench.ok("DescribeSecurityGroupVpcAssociations", "");
        assert_eq!(listed.all("vpcId"), [other]);
    }
}
