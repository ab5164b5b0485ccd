//! `RestoreManagedPrefixListVersion`: the entries of an older version become those of a new one (RT-43, RT-44).

use std::sync::Arc;

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::prefix_list::PrefixListState;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::prefix_list::{add_version, check_entries, check_version, entries_of, find_own};
use crate::ec2::shape::prefix_list::PrefixListAnswer;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct RestoreManagedPrefixListVersion;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_id: String,
    previous_version: i64,
    current_version: i64,
}

/// What is asked.
pub struct Request {
    id: PrefixListId,
    previous: i64,
    current: i64,
}

impl Action for RestoreManagedPrefixListVersion {
    const NAME: &'static str = "RestoreManagedPrefixListVersion";

    type Input = Input;
    type Request = Request;
    type Output = PrefixListAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let id = parse(&input.prefix_list_id)?;
        Ok(Request { id, previous: input.previous_version, current: input.current_version })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<PrefixListAnswer, ApiError> {
        let before = find_own(&call.state(), request.id)?;
        check_version(&before, request.current)?;
        let entries = entries_of(&before, request.previous)?.clone();
        check_entries(&entries, before.family(), before.max_entries)?;
        let mut list = Arc::unwrap_or_clone(before.clone());
        add_version(&mut list, entries);
        list.state = PrefixListState::RestoreComplete;
        call.put(list);
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(PrefixListAnswer::new(&before, "restore-in-progress", owner))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn an_old_version_comes_back_as_a_new_one() {
        let mut bench = Bench::new();
        let action = "RestoreManagedPrefixListVersion";
        let list = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2&Entry.1.Cidr=10.0.0.0/16&Entry.2.Cidr=10.1.0.0/16";
        let id = bench.ok("CreateManagedPrefixList", list).get("prefixListId");
        let change = format!("PrefixListId={id}&CurrentVersion=1&RemoveEntry.1.Cidr=10.0.0.0/16");
        bench.ok("ModifyManagedPrefixList", &change);
        for (previous, current, code) in [
            (1, 1, "PrefixListVersionMismatch"),
            (3, 2, "PrefixListVersionNotFound"),
            (0, 2, "PrefixListVersionNotFound"),
        ] {
            let asked = format!("PrefixListId={id}&PreviousVersion={previous}&CurrentVersion={current}");
            assert_eq!(bench.refused(action, &asked), code, "RT-44");
        }
        let asked = format!("PrefixListId={id}&PreviousVersion=1&CurrentVersion=2");
        let answer = bench.ok(action, &asked);
        assert_eq!((answer.get("state"), answer.get("version")), ("restore-in-progress".into(), "2".into()));
        let shown = bench.ok("DescribeManagedPrefixLists", "");
        assert_eq!((shown.get("state"), shown.get("version")), ("restore-complete".into(), "3".into()), "RT-43");
        let entries = bench.ok("GetManagedPrefixListEntries", &format!("PrefixListId={id}"));
        assert_eq!(entries.all("cidr"), ["10.0.0.0/16", "10.1.0.0/16"]);
        assert_eq!(bench.refused(action, &asked), "PrefixListVersionMismatch");
        assert_eq!(bench.refused(action, &format!("PrefixListId={id}")), "MissingParameter");
    }

    #[test]
    fn what_no_longer_fits_does_not_come_back() {
        let mut bench = Bench::new();
        let list = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2&Entry.1.Cidr=10.0.0.0/16&Entry.2.Cidr=10.1.0.0/16";
        let id = bench.ok("CreateManagedPrefixList", list).get("prefixListId");
        let change = format!("PrefixListId={id}&CurrentVersion=1&RemoveEntry.1.Cidr=10.0.0.0/16");
        bench.ok("ModifyManagedPrefixList", &change);
        bench.ok("ModifyManagedPrefixList", &format!("PrefixListId={id}&MaxEntries=1"));
        let asked = format!("PrefixListId={id}&PreviousVersion=1&CurrentVersion=2");
        assert_eq!(bench.refused("RestoreManagedPrefixListVersion", &asked), "PrefixListMaxEntriesExceeded");
    }
}
