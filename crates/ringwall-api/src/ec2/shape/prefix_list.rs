//! Prefix lists on the wire (RT-43).

use std::collections::BTreeMap;

use ringwall_model::resource::traffic::{PrefixText, Text};
use ringwall_model::resource::{PrefixList, Tags};
use ringwall_net::{Family, Prefix};
use serde::{Deserialize, Serialize};

use super::security_group::Owner;
use super::tag::{self, TagShape};
use super::value::{ipv4_block, ipv6_block};
use crate::ec2::describe::Filterable;
use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// A prefix list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrefixListShape {
    prefix_list_id: String,
    address_family: &'static str,
    state: Option<&'static str>,
    prefix_list_arn: String,
    prefix_list_name: String,
    max_entries: Option<u32>,
    version: Option<u64>,
    tag_set: Vec<TagShape>,
    owner_id: String,
}

/// The answer of a call that makes, changes or deletes a prefix list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrefixListAnswer {
    prefix_list: PrefixListShape,
}

impl PrefixListShape {
    /// The shape of a prefix list.
    pub fn new(list: &PrefixList, state: &'static str, owner: Owner<'_>) -> PrefixListShape {
        let account = list_owner(list, owner);
        let own = !list.is_aws;
        PrefixListShape {
            prefix_list_id: list.id.to_string(),
            address_family: family_name(list.family()),
            state: own.then_some(state),
            prefix_list_arn: Owner { account: &account.to_lowercase(), ..owner }.arn("prefix-list", list.id),
            prefix_list_name: list.name.clone(),
            max_entries: own.then_some(list.max_entries),
            version: own.then_some(list.version),
            tag_set: tag::render(&list.tags),
            owner_id: account.to_owned(),
        }
    }
}

/// Whose a list is: AWS's, or the account's (GWE-19).
fn list_owner<'c>(list: &PrefixList, owner: Owner<'c>) -> &'c str {
    if list.is_aws { "AWS" } else { owner.account }
}

impl PrefixListAnswer {
    /// The answer that shows a prefix list in a state.
    pub fn new(list: &PrefixList, state: &'static str, owner: Owner<'_>) -> PrefixListAnswer {
        PrefixListAnswer { prefix_list: PrefixListShape::new(list, state, owner) }
    }
}

/// The name of an address family.
pub fn family_name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}

/// Reads an address family.
pub fn parse_family(text: &str) -> Result<Family, ApiError> {
    let family = Family::ALL.into_iter().find(|family| family_name(*family) == text);
    family.ok_or_else(|| invalid_value("AddressFamily", text, "Expected IPv4 or IPv6."))
}

/// An entry as a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EntryInput {
    cidr: Option<String>,
    description: Option<String>,
}

/// An entry that is to go, as a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RemovalInput {
    cidr: Option<String>,
}

/// Blocks with their descriptions.
pub type Entries = BTreeMap<PrefixText, Option<String>>;

/// Entries in one call at most.
const MOST_ENTRIES: usize = 100;
const LONGEST_DESCRIPTION: usize = 255;

/// Reads entries; no block comes twice.
pub fn parse_entries(inputs: &[EntryInput]) -> Result<Entries, ApiError> {
    check_number(inputs.len())?;
    let mut entries = Entries::new();
    for input in inputs {
        let block = parse_block(input.cidr.as_deref())?;
        let description = input.description.clone().filter(|text| !text.is_empty());
        if description.as_ref().is_some_and(|text| text.chars().count() > LONGEST_DESCRIPTION) {
            let message = format!("Entry descriptions have at most {LONGEST_DESCRIPTION} characters.");
            return Err(Code::InvalidParameterValue.with(message));
        }
        if entries.insert(block, description).is_some() {
            return Err(repeated(block));
        }
    }
    Ok(entries)
}

/// Reads the blocks of entries that are to go; none comes twice.
pub fn parse_removals(inputs: &[RemovalInput]) -> Result<Vec<PrefixText>, ApiError> {
    check_number(inputs.len())?;
    let mut blocks = Vec::new();
    for input in inputs {
        let block = parse_block(input.cidr.as_deref())?;
        if blocks.contains(&block) {
            return Err(repeated(block));
        }
        blocks.push(block);
    }
    Ok(blocks)
}

fn check_number(number: usize) -> Result<(), ApiError> {
    if number <= MOST_ENTRIES {
        return Ok(());
    }
    let message = format!("The number of entries per request cannot exceeds limit ({MOST_ENTRIES}).");
    Err(Code::InvalidParameterValue.with(message))
}

fn repeated(block: PrefixText) -> ApiError {
    Code::InvalidParameterValue.with(format!("The Cidr {} must not appear multiple times", block.0))
}

fn parse_block(text: Option<&str>) -> Result<PrefixText, ApiError> {
    let text = text.ok_or_else(|| crate::action::missing_parameter("Cidr"))?;
    let block = match text.contains(':') {
        true => Prefix::V6(ipv6_block("Cidr", text)?),
        false => Prefix::V4(ipv4_block("Cidr", text)?),
    };
    Ok(Text(block))
}

impl Filterable for PrefixList {
    type Context<'c> = Owner<'c>;
    const FILTERS: &'static [&'static str] = &["owner-id", "prefix-list-id", "prefix-list-name"];

    fn values(&self, filter: &str, owner: &Owner<'_>) -> Vec<String> {
        match filter {
            "owner-id" => vec![list_owner(self, *owner).to_owned()],
            "prefix-list-id" => vec![self.id.to_string()],
            "prefix-list-name" => vec![self.name.clone()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
