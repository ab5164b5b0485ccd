//! `ReplaceNetworkAclEntry`: a whole entry in place of another one (NACL-28).

use std::sync::Arc;

use ringwall_model::id::NetworkAclId;
use ringwall_model::resource::NetworkAcl;
use ringwall_model::resource::network_acl::AclEntryRecord;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_acl::{absent_entry, check_quota, entries_mut};
use crate::ec2::shape::Done;
use crate::ec2::shape::acl_entry::{EntryInput, IcmpInput, PortRangeInput, parse_number};
use crate::error::ApiError;

/// The action.
pub struct ReplaceNetworkAclEntry;

/// Its parameters. Where no direction is said, it is that of what comes in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_acl_id: String,
    rule_number: i64,
    protocol: String,
    rule_action: String,
    #[serde(default)]
    egress: bool,
    cidr_block: Option<String>,
    ipv6_cidr_block: Option<String>,
    icmp: Option<IcmpInput>,
    port_range: Option<PortRangeInput>,
}

/// What is asked.
pub struct Request {
    acl: NetworkAclId,
    number: u16,
    egress: bool,
    entry: AclEntryRecord,
}

impl Action for ReplaceNetworkAclEntry {
    const NAME: &'static str = "ReplaceNetworkAclEntry";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let entry = EntryInput {
            protocol: input.protocol,
            rule_action: input.rule_action,
            cidr_block: input.cidr_block,
            ipv6_cidr_block: input.ipv6_cidr_block,
            icmp: input.icmp,
            port_range: input.port_range,
        };
        Ok(Request {
            acl: parse(&input.network_acl_id)?,
            number: parse_number(input.rule_number)?,
            egress: input.egress,
            entry: entry.parse()?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut acl = Arc::unwrap_or_clone(find::<NetworkAcl>(&call.state(), &request.acl)?);
        let entries = entries_mut(&mut acl, request.egress);
        let old = entries.insert(request.number, request.entry).ok_or_else(|| absent_entry(request.number))?;
        if old.block.0.family() != request.entry.block.0.family() {
            check_quota(call, entries)?;
        }
        call.put(acl);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "ReplaceNetworkAclEntry";

    fn acl(bench: &mut Bench) -> String {
        bench.ok("DescribeNetworkAcls", "").get("networkAclId")
    }

    #[test]
    fn an_entry_is_replaced_as_a_whole_by_number_and_direction() {
        let mut bench = Bench::new();
        let id = acl(&mut bench);
        let entry = "Protocol=17&RuleAction=deny&CidrBlock=10.0.0.0/8&PortRange.From=53&PortRange.To=53";
        bench.ok(ACTION, &format!("NetworkAclId={id}&RuleNumber=100&Egress=true&{entry}"));
        let shown = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}"));
        assert_eq!(shown.all("protocol"), ["17", "-1", "-1", "-1"], "NACL-28: the egress entry alone");
        assert_eq!(shown.all("cidrBlock")[0], "10.0.0.0/8");
        bench.ok(ACTION, &format!("NetworkAclId={id}&RuleNumber=100&{entry}"));
        let shown = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}"));
        assert_eq!(shown.all("protocol"), ["17", "-1", "17", "-1"], "without a direction it is ingress");
    }

    #[test]
    fn what_is_not_there_is_not_replaced() {
        let mut bench = Bench::new();
        let id = acl(&mut bench);
        let entry = "Protocol=-1&RuleAction=deny&Egress=true&CidrBlock=10.0.0.0/8";
        let asked = format!("NetworkAclId={id}&RuleNumber=99&{entry}");
        assert_eq!(bench.refused(ACTION, &asked), "InvalidNetworkAclEntry.NotFound", "NACL-28");
        let last = format!("NetworkAclId={id}&RuleNumber=32767&{entry}");
        assert_eq!(bench.refused(ACTION, &last), "InvalidParameterValue", "NACL-27");
        let absent = format!("NetworkAclId=acl-00000000000000000&RuleNumber=100&{entry}");
        assert_eq!(bench.refused(ACTION, &absent), "InvalidNetworkAclID.NotFound");
    }

    #[test]
    fn an_entry_of_the_other_family_must_fit_in() {
        let mut bench = Bench::new();
        bench.settings.quotas.entries_per_acl = 2;
        let id = acl(&mut bench);
        let entry = |number: u32, block: &str| {
            format!("NetworkAclId={id}&RuleNumber={number}&Protocol=-1&RuleAction=allow&Egress=false&{block}")
        };
        bench.ok("CreateNetworkAclEntry", &entry(5, "Ipv6CidrBlock=::/0"));
        let asked = entry(5, "CidrBlock=10.0.0.0/8");
        assert_eq!(bench.refused(ACTION, &asked), "NetworkAclEntryLimitExceeded", "NACL-25");
        bench.ok(ACTION, &entry(100, "CidrBlock=10.0.0.0/8"));
    }
}
