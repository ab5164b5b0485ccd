//! `ReplaceNetworkAclAssociation`: another ACL guards the subnet (NACL-1, NACL-29, NACL-30).

use std::sync::Arc;

use ringwall_model::id::{NetworkAclAssociationId, NetworkAclId};
use ringwall_model::resource::NetworkAcl;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{Named, find, parse};
use crate::error::ApiError;

/// The action.
pub struct ReplaceNetworkAclAssociation;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    association_id: String,
    network_acl_id: String,
}

/// What is asked.
pub struct Request {
    association: NetworkAclAssociationId,
    acl: NetworkAclId,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    new_association_id: String,
}

impl Action for ReplaceNetworkAclAssociation {
    const NAME: &'static str = "ReplaceNetworkAclAssociation";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { association: parse(&input.association_id)?, acl: parse(&input.network_acl_id)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let subnet = region.subnets.iter().find(|subnet| subnet.network_acl_association == request.association);
        let subnet = subnet.ok_or_else(|| NetworkAclAssociationId::not_found(&[request.association.to_string()]))?;
        let acl = find::<NetworkAcl>(&region, &request.acl)?;
        if acl.vpc != subnet.vpc {
            let message =
                format!("The network ACL {} and the subnet {} belong to different networks.", acl.id, subnet.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        let mut subnet = Arc::unwrap_or_clone(subnet.clone());
        // Naturally idempotent (API-32): where the ACL is that one already, nothing changes.
        if subnet.network_acl != acl.id {
            subnet.network_acl = acl.id;
            subnet.network_acl_association = call.new_id();
            call.put(subnet.clone());
        }
        Ok(Output { new_association_id: subnet.network_acl_association.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "ReplaceNetworkAclAssociation";

    #[test]
    fn a_subnet_changes_its_acl_and_the_association_its_id() {
        let mut bench = Bench::new();
        let default = bench.ok("DescribeNetworkAcls", "");
        let (vpc, id, old) =
            (default.get("vpcId"), default.get("networkAclId"), default.get("networkAclAssociationId"));
        let subnet = default.get("subnetId");
        let own = bench.ok("CreateNetworkAcl", &format!("VpcId={vpc}")).get("networkAclId");
        let new = bench.ok(ACTION, &format!("AssociationId={old}&NetworkAclId={own}")).get("newAssociationId");
        assert_ne!(new, old, "NACL-29");
        let shown = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={own}"));
        assert_eq!((shown.all("subnetId"), shown.get("networkAclAssociationId")), (vec![subnet], new.clone()));
        let rest = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}")).all("subnetId");
        assert_eq!(rest.len(), 2, "NACL-1");
        let gone = bench.call(ACTION, &format!("AssociationId={old}&NetworkAclId={id}")).unwrap_err();
        assert_eq!(gone.code, "InvalidAssociationID.NotFound", "NACL-29, NACL-30");
        let same = bench.ok(ACTION, &format!("AssociationId={new}&NetworkAclId={own}")).get("newAssociationId");
        assert_eq!(same, new, "API-32");
        bench.ok(ACTION, &format!("AssociationId={new}&NetworkAclId={id}"));
        assert_eq!(bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}")).all("subnetId").len(), 3);
    }

    #[test]
    fn only_an_acl_of_the_same_vpc_will_do() {
        let mut bench = Bench::new();
        let old = bench.ok("DescribeNetworkAcls", "").get("networkAclAssociationId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let foreign = bench.ok("CreateNetworkAcl", &format!("VpcId={vpc}")).get("networkAclId");
        for (asked, code) in [
            (format!("AssociationId={old}&NetworkAclId={foreign}"), "InvalidParameterValue"),
            (format!("AssociationId={old}&NetworkAclId=acl-00000000000000000"), "InvalidNetworkAclID.NotFound"),
            (format!("AssociationId=x&NetworkAclId={foreign}"), "InvalidAssociationID.Malformed"),
            (format!("AssociationId={old}"), "MissingParameter"),
        ] {
            assert_eq!(bench.refused(ACTION, &asked), code, "{asked}");
        }
    }
}
