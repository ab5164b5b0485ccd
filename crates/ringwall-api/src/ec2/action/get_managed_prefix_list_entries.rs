//! `GetManagedPrefixListEntries`: the blocks of a version of a list (RT-43).

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::PrefixList;
use ringwall_model::resource::traffic::PrefixText;
use ringwall_net::Prefix;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Paging, page};
use crate::ec2::id::{find, parse};
use crate::ec2::operation::prefix_list::entries_of;
use crate::error::ApiError;

/// The action.
pub struct GetManagedPrefixListEntries;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_id: String,
    target_version: Option<i64>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    id: PrefixListId,
    version: Option<i64>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    entry_set: Vec<EntryShape>,
    next_token: Option<String>,
}

/// An entry.
#[derive(Debug, Serialize)]
pub struct EntryShape {
    cidr: String,
    description: Option<String>,
}

impl Action for GetManagedPrefixListEntries {
    const NAME: &'static str = "GetManagedPrefixListEntries";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { id: parse(&input.prefix_list_id)?, version: input.target_version, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let list = find::<PrefixList>(&call.state(), &request.id)?;
        let current = i64::try_from(list.version).unwrap_or(i64::MAX);
        let entries = entries_of(&list, request.version.unwrap_or(current))?;
        let page = page(entries.iter().collect(), &request.paging, (1, 100), |(block, _)| place(**block))?;
        let shape = |(block, description): &(&PrefixText, &Option<String>)| EntryShape {
            cidr: block.0.to_string(),
            description: (*description).clone(),
        };
        Ok(Output { entry_set: page.items.iter().map(shape).collect(), next_token: page.next_token })
    }
}

/// A text that sorts as blocks do.
fn place(block: PrefixText) -> String {
    match block.0 {
        Prefix::V4(block) => format!("{:08x}/{:03}", u32::from(block.network()), block.length()),
        Prefix::V6(block) => format!("{:032x}/{:03}", u128::from(block.network()), block.length()),
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "GetManagedPrefixListEntries";

    #[test]
    fn pages_go_through_all_entries() {
        for (family, block) in [("IPv4", "10.0.N.0/24"), ("IPv6", "2001:db8:N::/48")] {
            let mut bench = Bench::new();
            let entries: Vec<String> =
                (1..=100).map(|n| format!("Entry.{n}.Cidr={}", block.replace('N', &n.to_string()))).collect();
            let asked = format!("PrefixListName=a&AddressFamily={family}&MaxEntries=200&{}", entries.join("&"));
            let id = bench.ok("CreateManagedPrefixList", &asked).get("prefixListId");
            let more = format!("PrefixListId={id}&CurrentVersion=1&AddEntry.1.Cidr={}", block.replace('N', "222"));
            bench.ok("ModifyManagedPrefixList", &more);
            let (mut seen, mut token) = (Vec::new(), String::new());
            loop {
                let shown = bench.ok(ACTION, &format!("PrefixListId={id}&MaxResults=7{token}"));
                seen.extend(shown.all("cidr"));
                match shown.all("nextToken").first() {
                    Some(next) => token = format!("&NextToken={}", next.replace('=', "%3D")),
                    None => break,
                }
            }
            assert_eq!(seen.len(), 101, "API-26");
            let unsized_page = bench.ok(ACTION, &format!("PrefixListId={id}"));
            assert_eq!((unsized_page.all("cidr").len(), unsized_page.all("nextToken").len()), (100, 1));
            assert_eq!(bench.ok(ACTION, &format!("PrefixListId={id}&TargetVersion=1")).all("cidr").len(), 100);
        }
    }

    #[test]
    fn a_version_or_list_that_is_not_there_is_refused() {
        let mut bench = Bench::new();
        let id = bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2");
        let id = id.get("prefixListId");
        assert!(bench.ok(ACTION, &format!("PrefixListId={id}")).has("<entrySet/>"));
        for version in ["0", "2", "-1"] {
            let asked = format!("PrefixListId={id}&TargetVersion={version}");
            assert_eq!(bench.refused(ACTION, &asked), "PrefixListVersionNotFound");
        }
        assert_eq!(bench.refused(ACTION, "PrefixListId=pl-00000000000000000"), "InvalidPrefixListID.NotFound");
        assert_eq!(bench.refused(ACTION, &format!("PrefixListId={id}&MaxResults=0")), "InvalidParameterValue");
        assert_eq!(bench.refused(ACTION, ""), "MissingParameter");
    }
}
