//! `DescribePrefixLists`: the lists of addresses of AWS's services. They come with endpoints, which Ringwall has none of, so
//! there are none; lists that customers manage are told by `DescribeManagedPrefixLists`.

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{Named, parse_all};
use crate::error::ApiError;

/// The action.
pub struct DescribePrefixLists;

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
    prefix_list_set: Vec<ServiceListShape>,
    next_token: Option<String>,
}

/// The list of a service.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceListShape {
    cidr_set: Vec<String>,
    prefix_list_id: String,
    prefix_list_name: String,
}

impl AsRef<ServiceListShape> for ServiceListShape {
    fn as_ref(&self) -> &ServiceListShape {
        self
    }
}

impl Filterable for ServiceListShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["prefix-list-id", "prefix-list-name"];
    const TAGGED: bool = false;

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "prefix-list-id" => vec![self.prefix_list_id.clone()],
            "prefix-list-name" => vec![self.prefix_list_name.clone()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

/// The lists of the services that have an endpoint here.
const SERVICE_LISTS: Vec<ServiceListShape> = Vec::new();

impl Action for DescribePrefixLists {
    const NAME: &'static str = "DescribePrefixLists";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.prefix_list_ids, "prefixListIds", &paging)?;
        Ok(Request { ids: parse_all(&input.prefix_list_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, _: &mut Call<'_>) -> Result<Output, ApiError> {
        if !request.ids.is_empty() {
            let ids: Vec<String> = request.ids.iter().map(ToString::to_string).collect();
            return Err(PrefixListId::not_found(&ids));
        }
        let selected = select(SERVICE_LISTS, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), |list| list.prefix_list_id.clone())?;
        Ok(Output { prefix_list_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn there_are_no_lists_of_services() {
        let mut bench = Bench::new();
        let action = "DescribePrefixLists";
        let id = bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2");
        let id = id.get("prefixListId");
        assert!(bench.ok(action, "").has("<prefixListSet/>"));
        let s3 = "Filter.1.Name=prefix-list-name&Filter.1.Value.1=com.amazonaws.us-east-1.s3";
        assert!(bench.ok(action, s3).has("<prefixListSet/>"));
        assert_eq!(bench.refused(action, &format!("PrefixListId.1={id}")), "InvalidPrefixListID.NotFound");
        assert_eq!(bench.refused(action, "Filter.1.Name=owner-id&Filter.1.Value.1=x"), "InvalidParameterValue");
        assert_eq!(bench.refused(action, "MaxResults=4"), "InvalidParameterValue");
    }
}
