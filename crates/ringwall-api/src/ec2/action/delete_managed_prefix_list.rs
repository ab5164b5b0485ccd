//! `DeleteManagedPrefixList`: refused while a rule or a route names the list.

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::PrefixList;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::has_dependencies;
use crate::ec2::id::parse;
use crate::ec2::operation::prefix_list::{find_own, naming_groups, naming_tables};
use crate::ec2::shape::prefix_list::PrefixListAnswer;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DeleteManagedPrefixList;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_id: String,
}

impl Action for DeleteManagedPrefixList {
    const NAME: &'static str = "DeleteManagedPrefixList";

    type Input = Input;
    type Request = PrefixListId;
    type Output = PrefixListAnswer;

    fn parse(input: Input) -> Result<PrefixListId, ApiError> {
        parse(&input.prefix_list_id)
    }

    fn apply(id: PrefixListId, call: &mut Call<'_>) -> Result<PrefixListAnswer, ApiError> {
        let region = call.state();
        let list = find_own(&region, id)?;
        if !naming_groups(&region, id).is_empty() || !naming_tables(&region, id).is_empty() {
            return Err(has_dependencies("prefix list", id));
        }
        call.delete::<PrefixList>(&id);
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(PrefixListAnswer::new(&list, "delete-in-progress", owner))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ringwall_model::resource::route_table::{RouteRecord, RouteTargetRecord};
    use ringwall_model::world::RouteDestination;

    use crate::bench::Bench;

    const ACTION: &str = "DeleteManagedPrefixList";

    fn list(bench: &mut Bench) -> String {
        bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2").get("prefixListId")
    }

    #[test]
    fn a_list_is_gone_for_good() {
        let mut bench = Bench::new();
        let id = list(&mut bench);
        let answer = bench.ok(ACTION, &format!("PrefixListId={id}"));
        assert_eq!((answer.get("prefixListId"), answer.get("state")), (id.clone(), "delete-in-progress".into()));
        let error = bench.call(ACTION, &format!("PrefixListId={id}")).unwrap_err();
        assert_eq!(error.code, "InvalidPrefixListID.NotFound", "API-21");
        assert_eq!(error.message, format!("The prefix list ID '{id}' does not exist"));
        assert_eq!(bench.refused(ACTION, "PrefixListId=x"), "InvalidPrefixListId.Malformed");
        assert_eq!(bench.refused(ACTION, ""), "MissingParameter");
    }

    #[test]
    fn a_list_that_a_rule_names_stays() {
        let mut bench = Bench::new();
        let id = list(&mut bench);
        let rule = format!(
            "GroupName=default&IpPermissions.1.IpProtocol=-1&IpPermissions.1.PrefixListIds.1.PrefixListId={id}"
        );
        bench.ok("AuthorizeSecurityGroupIngress", &rule);
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}")), "DependencyViolation");
        bench.ok("RevokeSecurityGroupIngress", &rule);
        bench.ok(ACTION, &format!("PrefixListId={id}"));
    }

    #[test]
    fn a_list_that_a_route_names_stays() {
        let mut bench = Bench::new();
        let id = list(&mut bench);
        let region = bench.store.snapshot().region("us-east-1");
        let mut table = Arc::unwrap_or_clone(region.route_tables.iter().next().unwrap().clone());
        let gateway = region.internet_gateways.iter().next().unwrap().id;
        let destination = RouteDestination::PrefixList(id.parse().unwrap());
        table.routes.push(RouteRecord { destination, target: RouteTargetRecord::InternetGateway(gateway) });
        let mut transaction = bench.store.begin();
        transaction.put("us-east-1", table.clone());
        bench.store.commit(vec![transaction]).unwrap();
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}")), "DependencyViolation");
        let named = bench.ok("GetManagedPrefixListAssociations", &format!("PrefixListId={id}"));
        assert_eq!(named.all("resourceId"), [table.id.to_string()]);
    }
}
