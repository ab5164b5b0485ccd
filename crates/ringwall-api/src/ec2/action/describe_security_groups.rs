//! `DescribeSecurityGroups` (SG-74 to SG-76, SG-80).

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::SecurityGroupId;
use ringwall_model::resource::SecurityGroup;
use ringwall_store::Region;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page_or_all, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::security_group::{GroupRef, find_ref};
use crate::ec2::shape::security_group::{Owner, SecurityGroupShape};
use crate::error::ApiError;

/// The action.
pub struct DescribeSecurityGroups;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "GroupId")]
    group_ids: Vec<String>,
    #[serde(default, rename = "GroupName")]
    group_names: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<SecurityGroupId>,
    names: Vec<String>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    security_group_info: Vec<SecurityGroupShape>,
    next_token: Option<String>,
}

impl Action for DescribeSecurityGroups {
    const NAME: &'static str = "DescribeSecurityGroups";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.group_ids, "groupIds", &paging)?;
        refuse_ids_with_paging(&input.group_names, "groupNames", &paging)?;
        let ids = parse_all(&input.group_ids)?;
        Ok(Request { ids, names: input.group_names, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(asked_for(&request, &region)?, &request.filters, &(owner, &*region))?;
        let page = page_or_all(selected, &request.paging, (5, 1000), |group| group.id.to_string())?;
        let shapes = page.items.iter().map(|group| SecurityGroupShape::new(group, owner, &region));
        Ok(Output { security_group_info: shapes.collect(), next_token: page.next_token })
    }
}

/// The groups with the ids, and those with the names in the default VPC; all of them if there are neither.
fn asked_for(request: &Request, region: &Region) -> Result<Vec<Arc<SecurityGroup>>, ApiError> {
    if request.ids.is_empty() && request.names.is_empty() {
        return Ok(region.security_groups.iter().cloned().collect());
    }
    let mut ids: BTreeSet<SecurityGroupId> = request.ids.iter().copied().collect();
    for name in &request.names {
        ids.insert(find_ref(region, &GroupRef::Name(name.clone()))?.id);
    }
    find_all(region, &ids.into_iter().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use crate::bench::{Answer, Bench};

    fn group(bench: &mut Bench, name: &str) -> String {
        bench.ok("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=about {name}")).get("groupId")
    }

    fn names(answer: &Answer) -> Vec<String> {
        answer.all("groupName")
    }

    #[test]
    fn groups_are_found_by_id_and_by_name() {
        let mut bench = Bench::new();
        let (one, other) = (group(&mut bench, "a"), group(&mut bench, "b"));
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={other}&GroupId.2={one}"));
        assert_eq!(names(&shown), ["a", "b"]);
        assert_eq!(names(&bench.ok("DescribeSecurityGroups", "GroupName.1=b")), ["b"]);
        let both = bench.ok("DescribeSecurityGroups", &format!("GroupName.1=b&GroupId.1={one}"));
        assert_eq!(names(&both), ["a", "b"]);
        assert_eq!(names(&bench.ok("DescribeSecurityGroups", "")), ["default", "a", "b"]);
    }

    #[test]
    fn one_that_is_absent_spoils_the_call() {
        let mut bench = Bench::new();
        let one = group(&mut bench, "a");
        let asked = format!("GroupId.1={one}&GroupId.2=sg-00000000000000000&GroupId.3=sg-00000000000000001");
        let error = bench.call("DescribeSecurityGroups", &asked).unwrap_err();
        assert_eq!(error.code, "InvalidGroup.NotFound", "API-22, SG-70");
        assert!(error.message.contains("'sg-00000000000000000', 'sg-00000000000000001' do not exist"), "{error}");
        let error = bench.call("DescribeSecurityGroups", &format!("GroupName.1={one}")).unwrap_err();
        assert_eq!(error.code, "InvalidGroup.NotFound");
        assert!(error.message.starts_with(&format!("The security group '{one}' does not exist in default VPC 'vpc-")));
    }

    #[test]
    fn rules_of_equal_traffic_are_one_permission() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let tcp = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22";
        let sources = "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.1.Description=ten";
        bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={id}&{tcp}&{sources}"));
        let sources = format!("IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0&IpPermissions.1.Groups.1.GroupId={id}");
        bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={id}&{tcp}&{sources}"));
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}"));
        let expected = format!(
            "<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>\
             <groups><item><userId>000000000000</userId><groupId>{id}</groupId></item></groups>\
             <ipRanges><item><cidrIp>10.0.0.0/8</cidrIp><description>ten</description></item></ipRanges>\
             <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges><prefixListIds/></item></ipPermissions>"
        );
        assert!(shown.has(&expected), "SG-75, SG-76: {}", shown.0);
        let all = "<ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item>";
        assert!(shown.has(all), "SG-76: {}", shown.0);
    }

    #[test]
    fn filters_look_at_groups_and_their_rules() {
        let mut bench = Bench::new();
        let (one, other) = (group(&mut bench, "web"), group(&mut bench, "db"));
        bench.ok("CreateTags", &format!("ResourceId.1={one}&Tag.1.Key=tier&Tag.1.Value=front"));
        let tcp = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=5432&IpPermissions.1.ToPort=5433";
        let named = format!("IpPermissions.1.Groups.1.GroupId={one}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8");
        bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={other}&{tcp}&{named}"));
        for (filter, value, expected) in [
            ("group-name", "w?b", vec!["web"]),
            ("group-id", one.as_str(), vec!["web"]),
            ("description", "about *", vec!["web", "db"]),
            ("owner-id", "000000000000", vec!["default", "web", "db"]),
            ("vpc-id", "vpc-*", vec!["default", "web", "db"]),
            ("tag:tier", "front", vec!["web"]),
            ("tag-key", "tier", vec!["web"]),
            ("ip-permission.protocol", "tcp", vec!["db"]),
            ("ip-permission.from-port", "5432", vec!["db"]),
            ("ip-permission.to-port", "5433", vec!["db"]),
            ("ip-permission.cidr", "10.0.0.0/8", vec!["db"]),
            ("ip-permission.group-id", one.as_str(), vec!["db"]),
            ("ip-permission.group-name", "web", vec!["db"]),
            ("ip-permission.user-id", "000000000000", vec!["default", "db"]),
            ("ip-permission.ipv6-cidr", "*", vec![]),
            ("ip-permission.prefix-list-id", "*", vec![]),
            ("egress.ip-permission.protocol", "-1", vec!["default", "web", "db"]),
            ("egress.ip-permission.cidr", "0.0.0.0/0", vec!["default", "web", "db"]),
            ("egress.ip-permission.to-port", "*", vec![]),
        ] {
            let shown = bench.ok("DescribeSecurityGroups", &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(names(&shown), expected, "SG-80 {filter}");
        }
        let unknown = bench.refused("DescribeSecurityGroups", "Filter.1.Name=frob&Filter.1.Value.1=a");
        assert_eq!(unknown, "InvalidParameterValue", "API-24");
    }

    #[test]
    fn pages_go_through_all_groups() {
        let mut bench = Bench::new();
        (0..12).for_each(|number| drop(group(&mut bench, &format!("g{number:02}"))));
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let shown = bench.ok("DescribeSecurityGroups", &format!("MaxResults=5{token}"));
            seen.extend(names(&shown));
            match shown.all("nextToken").first() {
                Some(next) => token = format!("&NextToken={}", next.replace('=', "%3D")),
                None => break,
            }
        }
        assert_eq!(seen, names(&bench.ok("DescribeSecurityGroups", "")), "API-26");
        assert_eq!(seen.len(), 13);
        assert_eq!(bench.refused("DescribeSecurityGroups", "MaxResults=4"), "InvalidParameterValue");
        assert_eq!(bench.refused("DescribeSecurityGroups", "MaxResults=1001"), "InvalidParameterValue");
        assert_eq!(
            bench.refused("DescribeSecurityGroups", "MaxResults=5&GroupName.1=default"),
            "InvalidParameterCombination"
        );
    }
}
