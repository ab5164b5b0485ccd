//! `ModifyManagedPrefixList`: other entries as a new version, another size, or another name (RT-43, RT-44).

use std::sync::Arc;

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::PrefixList;
use ringwall_model::resource::prefix_list::PrefixListState;
use ringwall_model::resource::traffic::PrefixText;
use serde::Deserialize;

use crate::action::{Action, missing_parameter, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, combination};
use crate::ec2::id::parse;
use crate::ec2::operation::prefix_list::{
    add_version, check_entries, check_name, check_quotas_of_namers, check_version, find_own, parse_max_entries,
};
use crate::ec2::shape::prefix_list::{
    Entries, EntryInput, PrefixListAnswer, RemovalInput, parse_entries, parse_removals,
};
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct ModifyManagedPrefixList;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_id: String,
    current_version: Option<i64>,
    prefix_list_name: Option<String>,
    #[serde(default, rename = "AddEntry")]
    add_entries: Vec<EntryInput>,
    #[serde(default, rename = "RemoveEntry")]
    remove_entries: Vec<RemovalInput>,
    max_entries: Option<i64>,
    ipam_prefix_list_resolver_sync_enabled: Option<bool>,
}

/// What is asked.
pub struct Request {
    id: PrefixListId,
    version: Option<i64>,
    name: Option<String>,
    change: Option<Change>,
}

/// What shall become of the entries, or of how many there may be: not of both in one call.
enum Change {
    Entries { added: Entries, removed: Vec<PrefixText> },
    Size(u32),
}

impl Action for ModifyManagedPrefixList {
    const NAME: &'static str = "ModifyManagedPrefixList";

    type Input = Input;
    type Request = Request;
    type Output = PrefixListAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.ipam_prefix_list_resolver_sync_enabled == Some(true) {
            return Err(unbuilt_parameter("IpamPrefixListResolverSyncEnabled"));
        }
        input.prefix_list_name.as_deref().map_or(Ok(()), check_name)?;
        let change = parse_change(&input)?;
        if matches!(change, Some(Change::Entries { .. })) && input.current_version.is_none() {
            return Err(missing_parameter("CurrentVersion"));
        }
        if change.is_none() && input.prefix_list_name.is_none() {
            return Err(Code::InvalidRequest.with("The request received was invalid."));
        }
        let id = parse(&input.prefix_list_id)?;
        Ok(Request { id, version: input.current_version, name: input.prefix_list_name, change })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<PrefixListAnswer, ApiError> {
        let before = find_own(&call.state(), request.id)?;
        request.version.map_or(Ok(()), |version| check_version(&before, version))?;
        let mut list = Arc::unwrap_or_clone(before.clone());
        if let Some(name) = request.name {
            list.name = name;
        }
        // The answer still tells the version from before, while the change is under way.
        let told = PrefixList { name: list.name.clone(), ..Arc::unwrap_or_clone(before) };
        let state = match request.change {
            None => list.state.name(),
            Some(change) => {
                make(&mut list, change)?;
                list.state = PrefixListState::ModifyComplete;
                "modify-in-progress"
            }
        };
        let has_grown = list.max_entries > told.max_entries;
        call.put(list);
        if has_grown {
            check_quotas_of_namers(call, request.id)?;
        }
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(PrefixListAnswer::new(&told, state, owner))
    }
}

fn parse_change(input: &Input) -> Result<Option<Change>, ApiError> {
    let (added, removed) = (parse_entries(&input.add_entries)?, parse_removals(&input.remove_entries)?);
    if let Some(block) = removed.iter().find(|block| added.contains_key(block)) {
        let message =
            format!("Request cannot contain Cidr {} in both AddPrefixListEntries and RemovePrefixListEntries", block.0);
        return Err(Code::InvalidParameterValue.with(message));
    }
    let has_entries = !added.is_empty() || !removed.is_empty();
    match (has_entries, input.max_entries) {
        (true, Some(_)) => Err(combination(
            "You cannot modify the entries and the maximum number of entries for the prefix list in the same request.",
        )),
        (true, None) => Ok(Some(Change::Entries { added, removed })),
        (false, Some(size)) => parse_max_entries(size).map(Change::Size).map(Some),
        (false, None) => Ok(None),
    }
}

fn make(list: &mut PrefixList, change: Change) -> Result<(), ApiError> {
    let current: Entries = list.entries().map(|(block, description)| (*block, description.clone())).collect();
    match change {
        Change::Size(size) => {
            check_entries(&current, list.family(), size)?;
            list.max_entries = size;
        }
        Change::Entries { added, removed } => {
            let mut entries = current;
            for block in removed {
                if entries.remove(&block).is_none() {
                    return Err(refuse_modification(block, "does not exist."));
                }
            }
            for (block, description) in added {
                if entries.insert(block, description).is_some() {
                    return Err(refuse_modification(block, "already exists."));
                }
            }
            check_entries(&entries, list.family(), list.max_entries)?;
            add_version(list, entries);
        }
    }
    Ok(())
}

fn refuse_modification(block: PrefixText, why: &str) -> ApiError {
    Code::InvalidPrefixListModification.with(format!("The prefix list entry with Cidr {} {why}", block.0))
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "ModifyManagedPrefixList";

    fn list(bench: &mut Bench, size: u32) -> String {
        let asked = format!("PrefixListName=a&AddressFamily=IPv4&MaxEntries={size}&Entry.1.Cidr=10.0.0.0/16");
        bench.ok("CreateManagedPrefixList", &asked).get("prefixListId")
    }

    fn blocks(bench: &mut Bench, id: &str, version: u32) -> Vec<String> {
        let asked = format!("PrefixListId={id}&TargetVersion={version}");
        bench.ok("GetManagedPrefixListEntries", &asked).all("cidr")
    }

    #[test]
    fn other_entries_are_a_new_version() {
        let mut bench = Bench::new();
        let id = list(&mut bench, 5);
        let change =
            "CurrentVersion=1&AddEntry.1.Cidr=10.2.0.0/16&AddEntry.1.Description=two&RemoveEntry.1.Cidr=10.0.0.0/16";
        let answer = bench.ok(ACTION, &format!("PrefixListId={id}&{change}"));
        assert_eq!((answer.get("state"), answer.get("version")), ("modify-in-progress".into(), "1".into()));
        let shown = bench.ok("DescribeManagedPrefixLists", &format!("PrefixListId.1={id}"));
        assert_eq!((shown.get("state"), shown.get("version")), ("modify-complete".into(), "2".into()), "RT-43");
        assert_eq!(blocks(&mut bench, &id, 2), ["10.2.0.0/16"]);
        assert_eq!(blocks(&mut bench, &id, 1), ["10.0.0.0/16"], "the old version is kept");
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}&{change}")), "PrefixListVersionMismatch", "RT-44");
    }

    #[test]
    fn a_name_and_a_size_are_no_new_version() {
        let mut bench = Bench::new();
        let id = list(&mut bench, 5);
        let answer = bench.ok(ACTION, &format!("PrefixListId={id}&PrefixListName=b"));
        assert_eq!((answer.get("prefixListName"), answer.get("state")), ("b".into(), "create-complete".into()));
        bench.ok(ACTION, &format!("PrefixListId={id}&MaxEntries=7&CurrentVersion=1"));
        let shown = bench.ok("DescribeManagedPrefixLists", &format!("PrefixListId.1={id}"));
        let found = (shown.get("prefixListName"), shown.get("maxEntries"), shown.get("version"), shown.get("state"));
        assert_eq!(found, ("b".into(), "7".into(), "1".into(), "modify-complete".into()));
        assert_eq!(
            bench.refused(ACTION, &format!("PrefixListId={id}&MaxEntries=8&CurrentVersion=2")),
            "PrefixListVersionMismatch"
        );
    }

    #[test]
    fn a_list_that_grows_must_fit_into_the_groups_that_name_it() {
        let mut bench = Bench::new();
        bench.settings.quotas.rules_per_group = 6;
        let id = list(&mut bench, 4);
        let group = bench.ok("DescribeSecurityGroups", "GroupName.1=default").get("groupId");
        let rule =
            format!("GroupId={group}&IpPermissions.1.IpProtocol=50&IpPermissions.1.PrefixListIds.1.PrefixListId={id}");
        bench.ok("AuthorizeSecurityGroupEgress", &rule);
        bench.ok(ACTION, &format!("PrefixListId={id}&MaxEntries=5"));
        let error = bench.refused(ACTION, &format!("PrefixListId={id}&MaxEntries=6"));
        assert_eq!(error, "RulesPerSecurityGroupLimitExceeded", "RT-44");
        let shown = bench.ok("DescribeManagedPrefixLists", &format!("PrefixListId.1={id}"));
        assert_eq!(shown.get("maxEntries"), "5", "nothing changed");
    }

    #[test]
    fn a_list_that_grows_must_fit_into_the_tables_that_name_it() {
        use ringwall_model::resource::route_table::{RouteRecord, RouteTargetRecord};
        use ringwall_model::world::RouteDestination;
        let mut bench = Bench::new();
        bench.settings.quotas.routes_per_table = 6;
        let id = list(&mut bench, 4);
        let region = bench.store.snapshot().region("us-east-1");
        let mut table = (**region.route_tables.iter().next().unwrap()).clone();
        let gateway = region.internet_gateways.iter().next().unwrap().id;
        let destination = RouteDestination::PrefixList(id.parse().unwrap());
        table.routes.push(RouteRecord { destination, target: RouteTargetRecord::InternetGateway(gateway) });
        let mut transaction = bench.store.begin();
        transaction.put("us-east-1", table);
        bench.store.commit(vec![transaction]).unwrap();
        bench.ok(ACTION, &format!("PrefixListId={id}&MaxEntries=5"));
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}&MaxEntries=6")), "RouteLimitExceeded", "RT-44");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        let id = list(&mut bench, 2);
        let many: Vec<String> = (1..=101).map(|n| format!("RemoveEntry.{n}.Cidr=10.0.{n}.0/24")).collect();
        let (add, remove) = ("AddEntry.1.Cidr=10.9.0.0/16", "RemoveEntry.1.Cidr=10.0.0.0/16");
        for (asked, code) in [
            (String::new(), "InvalidRequest"),
            ("CurrentVersion=1".into(), "InvalidRequest"),
            (add.into(), "MissingParameter"),
            (format!("CurrentVersion=2&{add}"), "PrefixListVersionMismatch"),
            (format!("CurrentVersion=1&{add}&MaxEntries=3"), "InvalidParameterCombination"),
            (format!("CurrentVersion=1&{remove}&AddEntry.1.Cidr=10.0.0.1/16"), "InvalidParameterValue"),
            ("CurrentVersion=1&RemoveEntry.1.Cidr=10.9.0.0/16".into(), "InvalidPrefixListModification"),
            ("CurrentVersion=1&AddEntry.1.Cidr=10.0.0.0/16".into(), "InvalidPrefixListModification"),
            (format!("CurrentVersion=1&{remove}&RemoveEntry.2.Cidr=10.0.0.0/16"), "InvalidParameterValue"),
            ("CurrentVersion=1&AddEntry.1.Cidr=::/0".into(), "InvalidParameterValue"),
            (format!("CurrentVersion=1&{add}&AddEntry.2.Cidr=10.8.0.0/16"), "PrefixListMaxEntriesExceeded"),
            (format!("CurrentVersion=1&{}", many.join("&")), "InvalidParameterValue"),
            ("MaxEntries=0".into(), "InvalidParameterValue"),
            ("PrefixListName=com.amazonaws.x".into(), "InvalidParameterValue"),
            ("IpamPrefixListResolverSyncEnabled=true".into(), "UnsupportedOperation"),
        ] {
            assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}&{asked}")), code, "{asked}");
        }
        bench.ok(ACTION, &format!("PrefixListId={id}&CurrentVersion=1&{add}&IpamPrefixListResolverSyncEnabled=false"));
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}&MaxEntries=1")), "PrefixListMaxEntriesExceeded");
        assert_eq!(blocks(&mut bench, &id, 2), ["10.0.0.0/16", "10.9.0.0/16"]);
    }
}
