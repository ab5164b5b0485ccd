//! `DescribeManagedPrefixLists` (RT-43).

use ringwall_model::id::PrefixListId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::prefix_list::PrefixListShape;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DescribeManagedPrefixLists;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "PrefixListId")]
    prefix_list_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<PrefixListId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    prefix_list_set: Vec<PrefixListShape>,
    next_token: Option<String>,
}

impl Action for DescribeManagedPrefixLists {
    const NAME: &'static str = "DescribeManagedPrefixLists";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.prefix_list_ids, "prefixListIds", &paging)?;
        Ok(Request { ids: parse_all(&input.prefix_list_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = if request.ids.is_empty() {
            region.prefix_lists.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(all, &request.filters, &owner)?;
        let page = page(selected, &request.paging, (1, 100), |list| list.id.to_string())?;
        let shapes = page.items.iter().map(|list| PrefixListShape::new(list, list.state.name(), owner));
        Ok(Output { prefix_list_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeManagedPrefixLists";

    fn list(bench: &mut Bench, name: &str) -> String {
        let asked = format!("PrefixListName={name}&AddressFamily=IPv6&MaxEntries=2");
        bench.ok("CreateManagedPrefixList", &asked).get("prefixListId")
    }

    #[test]
    fn lists_are_told_and_selected() {
        let mut bench = Bench::new();
        bench.settings.services.clear();
        let (one, other) = (list(&mut bench, "a"), list(&mut bench, "b"));
        let all = bench.ok(ACTION, "");
        assert_eq!(all.all("prefixListId"), [one.as_str(), other.as_str()]);
        assert_eq!((all.get("state"), all.get("addressFamily")), ("create-complete".into(), "IPv6".into()), "RT-43");
        assert_eq!(bench.ok(ACTION, &format!("PrefixListId.1={other}")).all("prefixListName"), ["b"]);
        for (filter, value, count) in [
            ("owner-id", "000000000000", 2),
            ("owner-id", "AWS", 0),
            ("prefix-list-id", one.as_str(), 1),
            ("prefix-list-name", "b", 1),
            ("tag:k", "v", 0),
        ] {
            let shown = bench.ok(ACTION, &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(shown.all("prefixListId").len(), count, "{filter}");
        }
        let absent = format!("PrefixListId.1={one}&PrefixListId.2=pl-00000000000000000");
        assert_eq!(bench.refused(ACTION, &absent), "InvalidPrefixListID.NotFound", "API-22");
    }

    #[test]
    fn pages_may_be_as_small_as_one() {
        let mut bench = Bench::new();
        bench.settings.services.clear();
        let (one, other) = (list(&mut bench, "a"), list(&mut bench, "b"));
        let first = bench.ok(ACTION, "MaxResults=1");
        assert_eq!(first.all("prefixListId"), [one]);
        let token = first.get("nextToken").replace('=', "%3D");
        let rest = bench.ok(ACTION, &format!("MaxResults=1&NextToken={token}"));
        assert_eq!((rest.all("prefixListId"), rest.all("nextToken")), (vec![other], vec![]));
        assert_eq!(bench.refused(ACTION, "MaxResults=101"), "InvalidParameterValue");
    }
}
