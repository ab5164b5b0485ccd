//! `DescribeSecurityGroupReferences`: the VPCs at the other side of a peering or transit gateway connection whose rules name
//! given groups (SG-35). There are no such connections here, so no VPC does; the groups must be there all the same.

use ringwall_model::id::SecurityGroupId;
use ringwall_model::resource::SecurityGroup;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{find_all, parse_all};
use crate::error::ApiError;

/// The action.
pub struct DescribeSecurityGroupReferences;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "GroupId")]
    group_ids: Vec<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    security_group_reference_set: Vec<Reference>,
}

/// A VPC whose rules name a group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    group_id: String,
    referencing_vpc_id: String,
}

impl Action for DescribeSecurityGroupReferences {
    const NAME: &'static str = "DescribeSecurityGroupReferences";

    type Input = Input;
    type Request = Vec<SecurityGroupId>;
    type Output = Output;

    fn parse(input: Input) -> Result<Vec<SecurityGroupId>, ApiError> {
        if input.group_ids.is_empty() {
            return Err(missing_parameter("GroupId"));
        }
        parse_all(&input.group_ids)
    }

    fn apply(ids: Vec<SecurityGroupId>, call: &mut Call<'_>) -> Result<Output, ApiError> {
        find_all::<SecurityGroup>(&call.state(), &ids)?;
        Ok(Output { security_group_reference_set: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn no_vpc_is_at_the_other_side_of_a_connection() {
        let mut bench = Bench::new();
        let action = "DescribeSecurityGroupReferences";
        let id = bench.ok("DescribeSecurityGroups", "GroupName.1=default").get("groupId");
        assert!(bench.ok(action, &format!("GroupId.1={id}")).has("<securityGroupReferenceSet/>"));
        assert_eq!(bench.refused(action, ""), "MissingParameter");
        assert_eq!(bench.refused(action, "GroupId.1=sg-00000000000000000"), "InvalidGroup.NotFound");
    }
}
