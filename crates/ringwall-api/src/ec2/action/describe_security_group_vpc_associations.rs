//! `DescribeSecurityGroupVpcAssociations`: which groups can be used in which other VPCs (SG-81).

use ringwall_model::id::{SecurityGroupId, VpcId};
use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, select};
use crate::error::ApiError;

/// The action.
pub struct DescribeSecurityGroupVpcAssociations;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    security_group_vpc_association_set: Vec<AssociationShape>,
    next_token: Option<String>,
}

/// An association on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationShape {
    group_id: String,
    vpc_id: String,
    vpc_owner_id: String,
    state: &'static str,
    group_owner_id: String,
}

const STATE: &str = "associated";

/// An association.
struct Association {
    group: SecurityGroupId,
    vpc: VpcId,
}

impl AsRef<Association> for Association {
    fn as_ref(&self) -> &Association {
        self
    }
}

impl Filterable for Association {
    type Context<'c> = &'c str;
    const FILTERS: &'static [&'static str] = &["group-id", "group-owner-id", "state", "vpc-id", "vpc-owner-id"];
    const TAGGED: bool = false;

    fn values(&self, filter: &str, account: &&str) -> Vec<String> {
        match filter {
            "group-id" => vec![self.group.to_string()],
            "group-owner-id" | "vpc-owner-id" => vec![(*account).to_owned()],
            "state" => vec![STATE.to_owned()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

impl Action for DescribeSecurityGroupVpcAssociations {
    const NAME: &'static str = "DescribeSecurityGroupVpcAssociations";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let account = call.settings.account.as_str();
        let mut associations = Vec::new();
        for group in region.security_groups.iter() {
            associations.extend(group.associated_vpcs.iter().map(|vpc| Association { group: group.id, vpc: *vpc }));
        }
        let selected = select(associations, &request.filters, &account)?;
        let key = |association: &Association| format!("{}/{}", association.group, association.vpc);
        let page = page(selected, &request.paging, (5, 1000), key)?;
        let shape = |association: &Association| AssociationShape {
            group_id: association.group.to_string(),
            vpc_id: association.vpc.to_string(),
            vpc_owner_id: account.to_owned(),
            state: STATE,
            group_owner_id: account.to_owned(),
        };
        Ok(Output {
            security_group_vpc_association_set: page.items.iter().map(shape).collect(),
            next_token: page.next_token,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn associations_are_told_and_selected() {
        let mut bench = Bench::new();
        let action = "DescribeSecurityGroupVpcAssociations";
        bench.settings.quotas.vpcs = 10;
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let vpcs: Vec<String> = (0..7).map(|_| vpc(&mut bench)).collect();
        let group = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={}", vpcs[0]));
        let group = group.get("groupId");
        assert!(bench.ok(action, "").has("<securityGroupVpcAssociationSet/>"));
        for vpc in &vpcs[1..] {
            bench.ok("AssociateSecurityGroupVpc", &format!("GroupId={group}&VpcId={vpc}"));
        }
        let expected = format!(
            "<item><groupId>{group}</groupId><vpcId>{}</vpcId><vpcOwnerId>000000000000</vpcOwnerId>\
             <state>associated</state><groupOwnerId>000000000000</groupOwnerId></item>",
            vpcs[1]
        );
        assert!(bench.ok(action, "").has(&expected));
        for (filter, value, count) in [
            ("group-id", group.as_str(), 6),
            ("vpc-id", vpcs[2].as_str(), 1),
            ("state", "associated", 6),
            ("state", "disassociated", 0),
            ("group-owner-id", "000000000000", 6),
            ("vpc-owner-id", "1*", 0),
        ] {
            let answer = bench.ok(action, &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(answer.all("vpcId").len(), count, "{filter}");
        }
        for unknown in ["tag:a", "tag-key", "frob"] {
            let error = bench.refused(action, &format!("Filter.1.Name={unknown}&Filter.1.Value.1=x"));
            assert_eq!(error, "InvalidParameterValue", "{unknown}: associations have no tags");
        }
        let first = bench.ok(action, "MaxResults=5");
        let token = first.get("nextToken").replace('=', "%3D");
        let rest = bench.ok(action, &format!("MaxResults=5&NextToken={token}"));
        assert_eq!([first.all("vpcId"), rest.all("vpcId")].concat(), vpcs[1..]);
    }
}
