//! `GetManagedPrefixListAssociations`: the groups and route tables that name a list.

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::PrefixList;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Paging, page};
use crate::ec2::id::{find, parse};
use crate::ec2::operation::prefix_list::{naming_groups, naming_tables};
use crate::error::ApiError;

/// The action.
pub struct GetManagedPrefixListAssociations;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    id: PrefixListId,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    prefix_list_association_set: Vec<AssociationShape>,
    next_token: Option<String>,
}

/// What names the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationShape {
    resource_id: String,
    resource_owner: String,
}

impl Action for GetManagedPrefixListAssociations {
    const NAME: &'static str = "GetManagedPrefixListAssociations";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { id: parse(&input.prefix_list_id)?, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        find::<PrefixList>(&region, &request.id)?;
        let tables = naming_tables(&region, request.id).into_iter().map(|id| id.to_string());
        let groups = naming_groups(&region, request.id).into_iter().map(|id| id.to_string());
        let page = page(tables.chain(groups).collect(), &request.paging, (5, 255), String::clone)?;
        let shape = |id| AssociationShape { resource_id: id, resource_owner: call.settings.account.clone() };
        Ok(Output {
            prefix_list_association_set: page.items.into_iter().map(shape).collect(),
            next_token: page.next_token,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn groups_are_told_once_however_often_they_name_the_list() {
        let mut bench = Bench::new();
        let action = "GetManagedPrefixListAssociations";
        let id = bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2");
        let id = id.get("prefixListId");
        assert!(bench.ok(action, &format!("PrefixListId={id}")).has("<prefixListAssociationSet/>"));
        let mut ids = Vec::new();
        for name in ["a", "b"] {
            let group = bench.ok("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=x")).get("groupId");
            let rule = format!("GroupId={group}&IpPermissions.1.PrefixListIds.1.PrefixListId={id}");
            bench.ok("AuthorizeSecurityGroupIngress", &format!("{rule}&IpPermissions.1.IpProtocol=-1"));
            bench.ok("AuthorizeSecurityGroupEgress", &format!("{rule}&IpPermissions.1.IpProtocol=50"));
            ids.push(group);
        }
        let shown = bench.ok(action, &format!("PrefixListId={id}"));
        assert_eq!((shown.all("resourceId"), shown.get("resourceOwner")), (ids, "000000000000".into()));
        assert_eq!(bench.refused(action, "PrefixListId=pl-00000000000000000"), "InvalidPrefixListID.NotFound");
        assert_eq!(bench.refused(action, &format!("PrefixListId={id}&MaxResults=256")), "InvalidParameterValue");
    }
}
