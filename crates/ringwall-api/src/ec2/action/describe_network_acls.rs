//! `DescribeNetworkAcls` (NACL-32, NACL-33).

use ringwall_model::id::NetworkAclId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::network_acl::NetworkAclShape;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DescribeNetworkAcls;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "NetworkAclId")]
    network_acl_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<NetworkAclId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_acl_set: Vec<NetworkAclShape>,
    next_token: Option<String>,
}

impl Action for DescribeNetworkAcls {
    const NAME: &'static str = "DescribeNetworkAcls";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.network_acl_ids, "networkAclIds", &paging)?;
        Ok(Request { ids: parse_all(&input.network_acl_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = if request.ids.is_empty() {
            region.network_acls.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(all, &request.filters, &(owner, &*region))?;
        let page = page(selected, &request.paging, (5, 1000), |acl| acl.id.to_string())?;
        let shapes = page.items.iter().map(|acl| NetworkAclShape::new(acl, owner, &region));
        Ok(Output { network_acl_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeNetworkAcls";

    #[test]
    fn the_default_acl_lets_everything_through_before_its_final_deny() {
        let mut bench = Bench::new();
        let shown = bench.ok(ACTION, "");
        let entry = |egress: bool, action: &str, number: u32| {
            format!(
                "<item><cidrBlock>0.0.0.0/0</cidrBlock><egress>{egress}</egress><protocol>-1</protocol><ruleAction>{action}</ruleAction><ruleNumber>{number}</ruleNumber></item>"
            )
        };
        let entries = [
            entry(true, "allow", 100),
            entry(true, "deny", 32767),
            entry(false, "allow", 100),
            entry(false, "deny", 32767),
        ];
        assert!(shown.has(&format!("<entrySet>{}</entrySet>", entries.concat())), "NACL-6, NACL-7, NACL-32");
        assert_eq!((shown.get("default"), shown.get("ownerId")), ("true".into(), "000000000000".into()));
        assert_eq!(shown.all("subnetId").len(), 3, "NACL-10: the default subnets");
    }

    #[test]
    fn with_ipv6_the_default_acl_opens_both_families() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true").get("vpcId");
        let shown = bench.ok(ACTION, &format!("Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}"));
        let one_direction = ["100", "101", "32767", "32768"];
        assert_eq!(shown.all("ruleNumber"), [one_direction, one_direction].concat(), "NACL-6, NACL-7");
        assert_eq!(shown.all("ipv6CidrBlock"), ["::/0"; 4]);
    }

    #[test]
    fn acls_are_selected() {
        let mut bench = Bench::new();
        let default = bench.ok(ACTION, "");
        let (id, vpc) = (default.get("networkAclId"), default.get("vpcId"));
        let own = bench.ok("CreateNetworkAcl", &format!("VpcId={vpc}")).get("networkAclId");
        bench.ok("CreateTags", &format!("ResourceId.1={own}&Tag.1.Key=k&Tag.1.Value=v"));
        let entry = "Egress=true&RuleAction=deny";
        let tcp = format!(
            "NetworkAclId={own}&{entry}&RuleNumber=7&Protocol=6&CidrBlock=10.0.0.0/8&PortRange.From=1&PortRange.To=2"
        );
        bench.ok("CreateNetworkAclEntry", &tcp);
        let icmp =
            format!("NetworkAclId={own}&{entry}&RuleNumber=8&Protocol=58&Ipv6CidrBlock=::/0&Icmp.Type=3&Icmp.Code=-1");
        bench.ok("CreateNetworkAclEntry", &icmp);
        let (association, subnet) = (default.get("networkAclAssociationId"), default.get("subnetId"));
        for (filter, value, expected) in [
            ("association.association-id", association.as_str(), vec![&id]),
            ("association.network-acl-id", id.as_str(), vec![&id]),
            ("association.subnet-id", subnet.as_str(), vec![&id]),
            ("default", "true", vec![&id]),
            ("default", "false", vec![&own]),
            ("entry.cidr", "10.0.0.0/8", vec![&own]),
            ("entry.egress", "false", vec![&id, &own]),
            ("entry.icmp.code", "-1", vec![&own]),
            ("entry.icmp.type", "3", vec![&own]),
            ("entry.ipv6-cidr", "::/0", vec![&own]),
            ("entry.port-range.from", "1", vec![&own]),
            ("entry.port-range.to", "2", vec![&own]),
            ("entry.protocol", "6", vec![&own]),
            ("entry.protocol", "tcp", vec![&own]),
            ("entry.protocol", "-1", vec![&id, &own]),
            ("entry.rule-action", "allow", vec![&id]),
            ("entry.rule-number", "32767", vec![&id, &own]),
            ("network-acl-id", own.as_str(), vec![&own]),
            ("owner-id", "000000000000", vec![&id, &own]),
            ("vpc-id", vpc.as_str(), vec![&id, &own]),
            ("tag:k", "v", vec![&own]),
        ] {
            let shown = bench.ok(ACTION, &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            let mut found = shown.all("networkAclId");
            found.dedup();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "NACL-33 {filter}");
        }
        assert_eq!(bench.refused(ACTION, "Filter.1.Name=entry.x&Filter.1.Value.1=y"), "InvalidParameterValue");
        assert_eq!(bench.ok(ACTION, &format!("NetworkAclId.1={own}")).get("networkAclId"), own);
        let absent = format!("NetworkAclId.1={own}&NetworkAclId.2=acl-00000000000000000");
        assert_eq!(bench.refused(ACTION, &absent), "InvalidNetworkAclID.NotFound");
        assert_eq!(bench.refused(ACTION, "MaxResults=4"), "InvalidParameterValue");
    }
}
