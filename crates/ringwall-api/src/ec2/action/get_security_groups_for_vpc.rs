//! `GetSecurityGroupsForVpc`: the groups that interfaces in a VPC can have: its own, and those associated with it (SG-81).

use std::sync::Arc;

use ringwall_model::id::VpcId;
use ringwall_model::resource::{SecurityGroup, Tags, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, select};
use crate::ec2::id::{find, parse};
use crate::ec2::operation::security_group::is_usable_in;
use crate::ec2::shape::tag::{self, TagShape};
use crate::error::ApiError;

/// The action.
pub struct GetSecurityGroupsForVpc;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    security_group_for_vpc_set: Vec<UsableGroupShape>,
    next_token: Option<String>,
}

/// A group that can be used in the VPC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsableGroupShape {
    description: String,
    group_name: String,
    owner_id: String,
    group_id: String,
    tag_set: Vec<TagShape>,
    primary_vpc_id: String,
}

/// A group under the filters of this action.
struct UsableGroup(Arc<SecurityGroup>);

impl AsRef<UsableGroup> for UsableGroup {
    fn as_ref(&self) -> &UsableGroup {
        self
    }
}

impl Filterable for UsableGroup {
    type Context<'c> = &'c str;
    const FILTERS: &'static [&'static str] = &["description", "group-id", "group-name", "owner-id", "primary-vpc-id"];

    fn values(&self, filter: &str, account: &&str) -> Vec<String> {
        match filter {
            "description" => vec![self.0.description.clone()],
            "group-id" => vec![self.0.id.to_string()],
            "group-name" => vec![self.0.name.clone()],
            "owner-id" => vec![(*account).to_owned()],
            "primary-vpc-id" => vec![self.0.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.0.tags)
    }
}

impl Action for GetSecurityGroupsForVpc {
    const NAME: &'static str = "GetSecurityGroupsForVpc";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { vpc: parse(&input.vpc_id)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        find::<Vpc>(&region, &request.vpc)?;
        let account = call.settings.account.as_str();
        let usable = region.security_groups.iter().filter(|group| is_usable_in(group, request.vpc));
        let selected = select(usable.cloned().map(UsableGroup).collect(), &request.filters, &account)?;
        let page = page(selected, &request.paging, (5, 1000), |group| group.0.id.to_string())?;
        let shape = |UsableGroup(group): &UsableGroup| UsableGroupShape {
            description: group.description.clone(),
            group_name: group.name.clone(),
            owner_id: account.to_owned(),
            group_id: group.id.to_string(),
            tag_set: tag::render(&group.tags),
            primary_vpc_id: group.vpc.to_string(),
        };
        Ok(Output { security_group_for_vpc_set: page.items.iter().map(shape).collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn own_groups_and_associated_ones_can_be_used() {
        let mut bench = Bench::new();
        let action = "GetSecurityGroupsForVpc";
        let vpc = |bench: &mut Bench| bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let (one, other) = (vpc(&mut bench), vpc(&mut bench));
        let shared = format!("GroupName=shared&GroupDescription=of both&VpcId={one}");
        let shared = bench.ok("CreateSecurityGroup", &shared).get("groupId");
        let names = |bench: &mut Bench, asked: &str| bench.ok(action, asked).all("groupName");
        assert_eq!(names(&mut bench, &format!("VpcId={other}")), ["default"]);
        bench.ok("AssociateSecurityGroupVpc", &format!("GroupId={shared}&VpcId={other}"));
        assert_eq!(names(&mut bench, &format!("VpcId={other}")), ["default", "shared"], "SG-81");
        assert_eq!(names(&mut bench, &format!("VpcId={one}")), ["default", "shared"]);
        let filtered = format!("VpcId={other}&Filter.1.Name=primary-vpc-id&Filter.1.Value.1={one}");
        let answer = bench.ok(action, &filtered);
        assert_eq!((answer.get("groupId"), answer.get("primaryVpcId")), (shared, one));
        for filter in ["description", "group-id", "group-name", "owner-id"] {
            let none = format!("VpcId={other}&Filter.1.Name={filter}&Filter.1.Value.1=nothing");
            assert!(names(&mut bench, &none).is_empty(), "{filter}");
            let all = format!("VpcId={other}&Filter.1.Name={filter}&Filter.1.Value.1=*");
            assert_eq!(names(&mut bench, &all).len(), 2, "{filter}");
        }
        assert_eq!(bench.refused(action, ""), "MissingParameter");
        assert_eq!(bench.refused(action, "VpcId=vpc-00000000000000000"), "InvalidVpcID.NotFound");
        let unknown = format!("VpcId={other}&Filter.1.Name=vpc-id&Filter.1.Value.1=x");
        assert_eq!(bench.refused(action, &unknown), "InvalidParameterValue");
    }
}
