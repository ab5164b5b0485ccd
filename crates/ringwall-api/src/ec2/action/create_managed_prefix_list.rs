//! `CreateManagedPrefixList`: a list of blocks that rules and routes can name (RT-43).

use std::collections::BTreeMap;

use ringwall_model::resource::prefix_list::PrefixListState;
use ringwall_model::resource::{PrefixList, Tags};
use ringwall_net::Family;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::operation::prefix_list::{check_entries, check_name, parse_max_entries};
use crate::ec2::shape::prefix_list::{Entries, EntryInput, PrefixListAnswer, parse_entries, parse_family};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateManagedPrefixList;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    prefix_list_name: String,
    address_family: String,
    max_entries: i64,
    #[serde(default, rename = "Entry")]
    entries: Vec<EntryInput>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    name: String,
    family: Family,
    max_entries: u32,
    entries: Entries,
    tags: Tags,
}

impl Action for CreateManagedPrefixList {
    const NAME: &'static str = "CreateManagedPrefixList";
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = PrefixListAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        check_name(&input.prefix_list_name)?;
        let family = parse_family(&input.address_family)?;
        let max_entries = parse_max_entries(input.max_entries)?;
        let entries = parse_entries(&input.entries)?;
        check_entries(&entries, family, max_entries)?;
        let tags = tag::parse(&input.tag_specifications, "prefix-list")?;
        Ok(Request { name: input.prefix_list_name, family, max_entries, entries, tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<PrefixListAnswer, ApiError> {
        let own = call.state().prefix_lists.iter().filter(|list| !list.is_aws).count();
        if own >= call.settings.quotas.prefix_lists as usize {
            return Err(Code::PrefixListLimitExceeded.with("The maximum number of prefix lists has been reached."));
        }
        let list = PrefixList {
            id: call.new_id(),
            is_aws: false,
            name: request.name,
            is_ipv6: request.family == Family::V6,
            max_entries: request.max_entries,
            version: 1,
            versions: BTreeMap::from([(1, request.entries)]),
            state: PrefixListState::CreateComplete,
            tags: request.tags,
        };
        call.put(list.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(PrefixListAnswer::new(&list, "create-in-progress", owner))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "CreateManagedPrefixList";
    const PLAIN: &str = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=2";

    #[test]
    fn a_list_begins_with_version_one() {
        let mut bench = Bench::new();
        let entries = "Entry.1.Cidr=10.1.2.3/16&Entry.1.Description=ten&Entry.2.Cidr=10.0.0.0/16";
        let tags = "TagSpecification.1.ResourceType=prefix-list&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let made = bench.ok(ACTION, &format!("{PLAIN}&{entries}&{tags}"));
        let id = made.get("prefixListId");
        let expected = format!(
            "<prefixList><prefixListId>{id}</prefixListId><addressFamily>IPv4</addressFamily>\
             <state>create-in-progress</state>\
             <prefixListArn>arn:aws:ec2:us-east-1:000000000000:prefix-list/{id}</prefixListArn>\
             <prefixListName>a</prefixListName><maxEntries>2</maxEntries><version>1</version>\
             <tagSet><item><key>k</key><value>v</value></item></tagSet><ownerId>000000000000</ownerId></prefixList>"
        );
        assert!(made.has(&expected), "RT-43: {}", made.0);
        let shown = bench.ok("GetManagedPrefixListEntries", &format!("PrefixListId={id}"));
        assert_eq!(shown.all("cidr"), ["10.0.0.0/16", "10.1.0.0/16"]);
        assert_eq!(shown.all("description"), ["ten"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        bench.settings.services.clear();
        let many: Vec<String> = (1..=101).map(|n| format!("Entry.{n}.Cidr=10.0.{n}.0/24")).collect();
        let large = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=200";
        let long = "a".repeat(256);
        for (asked, code) in [
            (String::new(), "MissingParameter"),
            ("PrefixListName=a&AddressFamily=IPv4".into(), "MissingParameter"),
            ("PrefixListName=a&AddressFamily=ipv4&MaxEntries=1".into(), "InvalidParameterValue"),
            ("PrefixListName=a&AddressFamily=IPv4&MaxEntries=0".into(), "InvalidParameterValue"),
            ("PrefixListName=a&AddressFamily=IPv4&MaxEntries=1001".into(), "InvalidParameterValue"),
            ("PrefixListName=com.amazonaws.x&AddressFamily=IPv4&MaxEntries=1".into(), "InvalidParameterValue"),
            (format!("PrefixListName={long}&AddressFamily=IPv4&MaxEntries=1"), "InvalidParameterValue"),
            (format!("{PLAIN}&Entry.1.Cidr=x"), "InvalidParameterValue"),
            (format!("{PLAIN}&Entry.1.Description=x"), "MissingParameter"),
            (format!("{PLAIN}&Entry.1.Cidr=::/0"), "InvalidParameterValue"),
            (format!("{PLAIN}&Entry.1.Cidr=10.0.0.0/8&Entry.2.Cidr=10.0.0.1/8"), "InvalidParameterValue"),
            (
                format!("{PLAIN}&Entry.1.Cidr=1.0.0.0/8&Entry.2.Cidr=2.0.0.0/8&Entry.3.Cidr=3.0.0.0/8"),
                "PrefixListMaxEntriesExceeded",
            ),
            (format!("{large}&{}", many.join("&")), "InvalidParameterValue"),
        ] {
            assert_eq!(bench.refused(ACTION, &asked), code, "{asked}");
        }
        assert!(bench.ok("DescribeManagedPrefixLists", "").has("<prefixListSet/>"));
    }

    #[test]
    fn the_same_token_makes_no_second_list() {
        let mut bench = Bench::new();
        bench.settings.services.clear();
        let one = bench.ok(ACTION, &format!("{PLAIN}&ClientToken=t"));
        let again = bench.ok(ACTION, &format!("{PLAIN}&ClientToken=t"));
        assert_eq!(one.get("prefixListId"), again.get("prefixListId"), "API-31");
        let other = "PrefixListName=b&AddressFamily=IPv4&MaxEntries=2&ClientToken=t";
        assert_eq!(bench.refused(ACTION, other), "IdempotentParameterMismatch");
        assert_eq!(bench.ok("DescribeManagedPrefixLists", "").all("prefixListId").len(), 1);
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.prefix_lists = 1;
        bench.ok(ACTION, PLAIN);
        assert_eq!(bench.refused(ACTION, PLAIN), "PrefixListLimitExceeded", "RT-43");
    }
}
