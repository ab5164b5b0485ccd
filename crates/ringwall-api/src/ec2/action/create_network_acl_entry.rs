//! `CreateNetworkAclEntry`: an entry with a number that is free in its direction (NACL-5, NACL-26, NACL-34).

use std::sync::Arc;

use ringwall_model::id::NetworkAclId;
use ringwall_model::resource::NetworkAcl;
use ringwall_model::resource::network_acl::AclEntryRecord;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_acl::{check_quota, entries_mut};
use crate::ec2::shape::Done;
use crate::ec2::shape::acl_entry::{EntryInput, IcmpInput, PortRangeInput, parse_number};
use crate::error::ApiError;

/// The action.
pub struct CreateNetworkAclEntry;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_acl_id: String,
    rule_number: i64,
    protocol: String,
    rule_action: String,
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

impl Action for CreateNetworkAclEntry {
    const NAME: &'static str = "CreateNetworkAclEntry";

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
        if entries.insert(request.number, request.entry).is_some() {
            let message = format!("The network acl entry identified by {} already exists.", request.number);
            return Err(Code::NetworkAclEntryAlreadyExists.with(message));
        }
        check_quota(call, entries)?;
        call.put(acl);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "CreateNetworkAclEntry";

    fn acl(bench: &mut Bench) -> String {
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        bench.ok("CreateNetworkAcl", &format!("VpcId={vpc}")).get("networkAclId")
    }

    #[test]
    fn an_entry_is_shown_as_it_was_written() {
        let mut bench = Bench::new();
        let id = acl(&mut bench);
        for (number, said, shown) in [
            (
                1,
                "Protocol=6&CidrBlock=100.68.0.18/18&PortRange.From=80&PortRange.To=90",
                "<cidrBlock>100.68.0.0/18</cidrBlock><egress>false</egress><portRange><from>80</from><to>90</to></portRange><protocol>6</protocol>",
            ),
            (
                2,
                "Protocol=1&CidrBlock=0.0.0.0/0&Icmp.Type=3&Icmp.Code=4",
                "<egress>false</egress><icmpTypeCode><code>4</code><type>3</type></icmpTypeCode><protocol>1</protocol>",
            ),
            (
                3,
                "Protocol=58&Ipv6CidrBlock=2001:db8::1/32&Icmp.Type=-1&Icmp.Code=-1",
                "<icmpTypeCode><code>-1</code><type>-1</type></icmpTypeCode><ipv6CidrBlock>2001:db8::/32</ipv6CidrBlock><protocol>58</protocol>",
            ),
            (
                4,
                "Protocol=-1&CidrBlock=0.0.0.0/0&PortRange.From=1&PortRange.To=1",
                "<egress>false</egress><protocol>-1</protocol>",
            ),
            (32766, "Protocol=58&CidrBlock=0.0.0.0/0", "<egress>false</egress><protocol>58</protocol>"),
        ] {
            let asked = format!("NetworkAclId={id}&RuleNumber={number}&RuleAction=allow&Egress=false&{said}");
            assert!(bench.ok(ACTION, &asked).has("<return>true</return>"));
            let acl = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}"));
            let expected = format!("{shown}<ruleAction>allow</ruleAction><ruleNumber>{number}</ruleNumber>");
            assert!(acl.has(&expected), "NACL-13, NACL-14, NACL-32: {expected} in {}", acl.0);
        }
    }

    #[test]
    fn a_number_is_used_once_in_each_direction() {
        let mut bench = Bench::new();
        let id = acl(&mut bench);
        let entry = |egress: bool| {
            format!("NetworkAclId={id}&RuleNumber=100&Protocol=-1&RuleAction=deny&Egress={egress}&CidrBlock=0.0.0.0/0")
        };
        bench.ok(ACTION, &entry(false));
        bench.ok(ACTION, &entry(true));
        let error = bench.call(ACTION, &entry(true)).unwrap_err();
        assert_eq!(error.code, "NetworkAclEntryAlreadyExists", "NACL-5, NACL-26");
        assert_eq!(error.message, "The network acl entry identified by 100 already exists.");
    }

    #[test]
    fn the_quota_counts_families_apart_and_the_final_deny_with_them() {
        let mut bench = Bench::new();
        bench.settings.quotas.entries_per_acl = 3;
        let id = acl(&mut bench);
        let mut add = |number: u32, egress: bool, block: &str| {
            let entry =
                format!("NetworkAclId={id}&RuleNumber={number}&Protocol=-1&RuleAction=deny&Egress={egress}&{block}");
            bench.call(ACTION, &entry).map(drop).map_err(|error| error.code.into_owned())
        };
        let full = Err("NetworkAclEntryLimitExceeded".to_owned());
        assert_eq!(add(1, false, "CidrBlock=10.0.0.0/8"), Ok(()));
        assert_eq!(add(2, false, "CidrBlock=10.0.0.0/8"), Ok(()));
        assert_eq!(add(3, false, "CidrBlock=10.0.0.0/8"), full, "NACL-25, NACL-26");
        assert_eq!(add(3, false, "Ipv6CidrBlock=::/0"), Ok(()));
        assert_eq!(add(4, false, "Ipv6CidrBlock=::/0"), Ok(()));
        assert_eq!(add(5, false, "Ipv6CidrBlock=::/0"), full);
        assert_eq!(add(3, true, "CidrBlock=10.0.0.0/8"), Ok(()), "the other direction");
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        let id = acl(&mut bench);
        let full =
            format!("NetworkAclId={id}&RuleNumber=1&Protocol=-1&RuleAction=deny&Egress=true&CidrBlock=0.0.0.0/0");
        for part in full.split('&') {
            let rest: Vec<&str> = full.split('&').filter(|other| *other != part).collect();
            assert_eq!(bench.refused(ACTION, &rest.join("&")), "MissingParameter", "{part}");
        }
        let absent = full.replace(&id, "acl-00000000000000000");
        assert_eq!(bench.refused(ACTION, &absent), "InvalidNetworkAclID.NotFound", "NACL-30");
        for number in ["0", "32767", "x"] {
            let asked = full.replace("RuleNumber=1", &format!("RuleNumber={number}"));
            assert_eq!(bench.refused(ACTION, &asked), "InvalidParameterValue", "NACL-27");
        }
        bench.ok(ACTION, &full);
    }
}
