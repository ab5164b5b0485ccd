//! `DeleteNetworkAcl`: not the default one, and none that guards a subnet (NACL-31).

use ringwall_model::id::NetworkAclId;
use ringwall_model::resource::NetworkAcl;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::{Code, has_dependencies};
use crate::ec2::id::{find, parse};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteNetworkAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_acl_id: String,
}

impl Action for DeleteNetworkAcl {
    const NAME: &'static str = "DeleteNetworkAcl";

    type Input = Input;
    type Request = NetworkAclId;
    type Output = Done;

    fn parse(input: Input) -> Result<NetworkAclId, ApiError> {
        parse(&input.network_acl_id)
    }

    fn apply(id: NetworkAclId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        if find::<NetworkAcl>(&region, &id)?.is_default {
            return Err(Code::InvalidParameterValue.with(format!("cannot delete default network ACL {id}")));
        }
        if region.subnets.iter().any(|subnet| subnet.network_acl == id) {
            return Err(has_dependencies("networkAcl", id));
        }
        call.delete::<NetworkAcl>(&id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DeleteNetworkAcl";

    #[test]
    fn an_acl_is_deleted_unless_it_is_needed() {
        let mut bench = Bench::new();
        let default = bench.ok("DescribeNetworkAcls", "");
        let (vpc, id) = (default.get("vpcId"), default.get("networkAclId"));
        let error = bench.call(ACTION, &format!("NetworkAclId={id}")).unwrap_err();
        assert_eq!(error.code, "InvalidParameterValue", "NACL-31");
        assert_eq!(error.message, format!("cannot delete default network ACL {id}"));
        let own = bench.ok("CreateNetworkAcl", &format!("VpcId={vpc}")).get("networkAclId");
        let association = default.get("networkAclAssociationId");
        let swap = |association: &str, acl: &str| format!("AssociationId={association}&NetworkAclId={acl}");
        let association = bench.ok("ReplaceNetworkAclAssociation", &swap(&association, &own)).get("newAssociationId");
        let error = bench.call(ACTION, &format!("NetworkAclId={own}")).unwrap_err();
        assert_eq!(error.code, "DependencyViolation", "NACL-31");
        assert_eq!(error.message, format!("The networkAcl '{own}' has dependencies and cannot be deleted."));
        bench.ok("ReplaceNetworkAclAssociation", &swap(&association, &id));
        assert!(bench.ok(ACTION, &format!("NetworkAclId={own}")).has("<return>true</return>"));
        let error = bench.call(ACTION, &format!("NetworkAclId={own}")).unwrap_err();
        assert_eq!(error.code, "InvalidNetworkAclID.NotFound", "NACL-30, API-33");
        assert_eq!(error.message, format!("The networkAcl ID '{own}' does not exist"));
    }
}
