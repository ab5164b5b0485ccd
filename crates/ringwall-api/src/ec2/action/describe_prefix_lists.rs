//! `DescribePrefixLists`: the lists of addresses of the services that gateway endpoints lead to (GWE-19). Lists that customers
//! manage are told by `DescribeManagedPrefixLists`, with these.

use ringwall_model::id::PrefixListId;
use ringwall_model::resource::{PrefixList, Tags};
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

impl ServiceListShape {
    fn new(list: &PrefixList) -> ServiceListShape {
        ServiceListShape {
            cidr_set: list.entries().map(|(block, _)| block.0.to_string()).collect(),
            prefix_list_id: list.id.to_string(),
            prefix_list_name: list.name.clone(),
        }
    }
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

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let is_told = |id: &PrefixListId| region.prefix_lists.get(id).is_some_and(|list| list.is_aws);
        let absent: Vec<String> = request.ids.iter().filter(|id| !is_told(id)).map(ToString::to_string).collect();
        if !absent.is_empty() {
            return Err(PrefixListId::not_found(&absent));
        }
        let is_meant = |id: &PrefixListId| request.ids.is_empty() || request.ids.contains(id);
        let lists = region.prefix_lists.iter().filter(|list| list.is_aws && is_meant(&list.id));
        let shapes = lists.map(|list| ServiceListShape::new(list)).collect();
        let selected = select(shapes, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), |list| list.prefix_list_id.clone())?;
        Ok(Output { prefix_list_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn there_are_lists_of_services_that_gateway_endpoints_lead_to() {
        let mut bench = Bench::new();
        let action = "DescribePrefixLists";
        let own = bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2");
        let own = own.get("prefixListId");
        let all = bench.ok(action, "");
        let mut names = all.all("prefixListName");
        names.sort();
        assert_eq!(names, ["com.amazonaws.us-east-1.dynamodb", "com.amazonaws.us-east-1.s3"], "GWE-19");
        let s3 = "Filter.1.Name=prefix-list-name&Filter.1.Value.1=com.amazonaws.us-east-1.s3";
        let s3 = bench.ok(action, s3);
        assert!(s3.has("<cidrSet><item>198.18.0.0/24</item></cidrSet>"), "{}", s3.0);
        let id = s3.get("prefixListId");
        assert_eq!(bench.ok(action, &format!("PrefixListId.1={id}")).all("prefixListId"), [id]);
        assert_eq!(bench.refused(action, &format!("PrefixListId.1={own}")), "InvalidPrefixListID.NotFound");
        assert_eq!(bench.refused(action, "Filter.1.Name=owner-id&Filter.1.Value.1=x"), "InvalidParameterValue");
        assert_eq!(bench.refused(action, "MaxResults=4"), "InvalidParameterValue");
    }

    #[test]
    fn the_lists_of_services_are_awss_and_follow_the_settings() {
        let mut bench = Bench::new();
        let aws = "Filter.1.Name=owner-id&Filter.1.Value.1=AWS";
        let told = bench
            .ok("DescribeManagedPrefixLists", &format!("{aws}&Filter.2.Name=prefix-list-name&Filter.2.Value.1=*.s3"));
        let id = told.get("prefixListId");
        assert_eq!(told.get("prefixListArn"), format!("arn:aws:ec2:us-east-1:aws:prefix-list/{id}"));
        assert!(!told.has("<maxEntries>") && !told.has("<version>") && !told.has("<state>"), "{}", told.0);
        let entries =
            |bench: &mut Bench| bench.ok("GetManagedPrefixListEntries", &format!("PrefixListId={id}")).all("cidr");
        assert_eq!(entries(&mut bench), ["198.18.0.0/24"]);
        let list = format!("PrefixListId={id}");
        for (action, parameters) in [
            ("ModifyManagedPrefixList", "&CurrentVersion=1&AddEntry.1.Cidr=10.0.0.0/8"),
            ("RestoreManagedPrefixListVersion", "&CurrentVersion=1&PreviousVersion=1"),
            ("DeleteManagedPrefixList", ""),
        ] {
            assert_eq!(bench.refused(action, &format!("{list}{parameters}")), "OperationNotPermitted", "{action}");
        }
        // GWE-9
        let group = bench.ok("DescribeSecurityGroups", "").get("groupId");
        let rule = format!(
            "GroupId={group}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443&IpPermissions.1.ToPort=443&IpPermissions.1.PrefixListIds.1.PrefixListId={id}"
        );
        bench.ok("AuthorizeSecurityGroupEgress", &rule);
        let place = bench.settings.services.iter().position(|service| service.name == "s3").unwrap();
        bench.settings.services[place].blocks = vec!["203.0.113.0/28".parse().unwrap()];
        assert_eq!(entries(&mut bench), ["203.0.113.0/28"]);
        bench.settings.quotas.prefix_lists = 1;
        let own = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2";
        bench.ok("CreateManagedPrefixList", own);
        assert_eq!(bench.refused("CreateManagedPrefixList", own), "PrefixListLimitExceeded");
    }
}
