//! `AuthorizeSecurityGroupIngress`: adds rules for what comes in, all or none (SG-57 to SG-61).

use std::sync::Arc;

use ringwall_model::resource::Tags;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::operation::security_group::{GroupRef, authorize, find_ref, parse_ref};
use crate::ec2::shape::flat_permission::FlatPermission;
use crate::ec2::shape::permission::{self, Permission, PermissionInput, parse_all};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::security_group_rule::AuthorizedShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct AuthorizeSecurityGroupIngress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<PermissionInput>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ip: Option<String>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    group: GroupRef,
    permissions: Vec<Permission>,
    tags: Tags,
}

impl Action for AuthorizeSecurityGroupIngress {
    const NAME: &'static str = "AuthorizeSecurityGroupIngress";
    const UNBUILT: &'static [&'static str] = permission::UNBUILT;

    type Input = Input;
    type Request = Request;
    type Output = AuthorizedShape;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let flat = FlatPermission {
            ip_protocol: input.ip_protocol,
            from_port: input.from_port,
            to_port: input.to_port,
            cidr_ip: input.cidr_ip,
            source_group_name: input.source_security_group_name,
            source_group_owner: input.source_security_group_owner_id,
        };
        let list = flat.or_list(input.ip_permissions)?;
        if list.is_empty() {
            return Err(missing_parameter("ipPermissions"));
        }
        Ok(Request {
            group: parse_ref(input.group_id.as_deref(), input.group_name.as_deref())?,
            permissions: parse_all(&list)?,
            tags: tag::parse(&input.tag_specifications, "security-group-rule")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<AuthorizedShape, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        let added = authorize(call, &mut group, false, &request.permissions, &request.tags)?;
        call.put(group.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(AuthorizedShape::new(&group, &added, owner, &call.state()))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "AuthorizeSecurityGroupIngress";

    fn group(bench: &mut Bench, name: &str) -> String {
        bench.ok("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=x")).get("groupId")
    }

    fn tcp(number: u32, port: u32) -> String {
        let part = format!("IpPermissions.{number}");
        format!("{part}.IpProtocol=tcp&{part}.FromPort={port}&{part}.ToPort={port}")
    }

    #[test]
    fn each_source_becomes_a_rule_of_its_own() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let sources = format!(
            "IpPermissions.1.IpRanges.1.CidrIp=100.68.0.18/18&IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.2.Description=ten&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001:db8::1/32&IpPermissions.1.Groups.1.GroupId={id}&IpPermissions.1.Groups.1.UserId=000000000000"
        );
        let tags = "TagSpecification.1.ResourceType=security-group-rule&TagSpecification.1.Tag.1.Key=k";
        let added = bench.ok(ACTION, &format!("GroupId={id}&{}&{sources}&{tags}", tcp(1, 22)));
        assert!(added.has("<return>true</return>"), "SG-57");
        let ids = added.all("securityGroupRuleId");
        assert_eq!(ids.len(), 4, "SG-56");
        assert_eq!(added.all("cidrIpv4"), ["100.68.0.0/18", "10.0.0.0/8"], "SG-26");
        assert_eq!(added.all("cidrIpv6"), ["2001:db8::/32"]);
        assert!(added.has(&format!(
            "<referencedGroupInfo><groupId>{id}</groupId><userId>000000000000</userId></referencedGroupInfo>"
        )));
        assert_eq!(added.all("key"), ["k"; 4], "SG-57: every rule is tagged");
        assert_eq!(added.all("description"), ["ten"]);
        let arn = format!("arn:aws:ec2:us-east-1:000000000000:security-group-rule/{}", ids[0]);
        assert_eq!(added.all("securityGroupRuleArn")[0], arn, "SG-56");
    }

    #[test]
    fn a_call_adds_all_rules_or_none() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let range = |number: u32, block: &str| format!("IpPermissions.{number}.IpRanges.1.CidrIp={block}");
        bench.ok(ACTION, &format!("GroupId={id}&{}&{}", tcp(1, 22), range(1, "0.0.0.0/0")));
        let two = format!(
            "GroupId={id}&{}&{}&{}&{}",
            tcp(1, 80),
            range(1, "0.0.0.0/0"),
            tcp(2, 22),
            range(2, "0.0.0.0/0&IpPermissions.2.IpRanges.1.Description=other")
        );
        let error = bench.call(ACTION, &two).unwrap_err();
        assert_eq!(error.code, "InvalidPermission.Duplicate", "SG-58, SG-59");
        assert_eq!(
            error.message,
            "the specified rule \"peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW\" already exists"
        );
        assert_eq!(
            bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}")).all("fromPort"),
            ["22"],
            "nothing was added"
        );
        let twice =
            format!("GroupId={id}&{}&{}&{}&{}", tcp(1, 80), range(1, "10.0.0.1/8"), tcp(2, 80), range(2, "10.0.0.0/8"));
        let error = bench.call(ACTION, &twice).unwrap_err();
        assert_eq!(error.code, "InvalidParameterValue");
        assert_eq!(error.message, "The same permission must not appear multiple times");
    }

    #[test]
    fn the_flat_form_is_one_permission_or_a_whole_group() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let added = bench.ok(ACTION, "GroupName=a&IpProtocol=icmp&FromPort=3&ToPort=4&CidrIp=10.0.0.0/8");
        let found = (added.get("ipProtocol"), added.get("fromPort"), added.get("toPort"), added.get("groupId"));
        assert_eq!(found, ("icmp".into(), "3".into(), "4".into(), id), "SG-61, SG-48");
        let added = bench.ok(ACTION, "GroupName=a&SourceSecurityGroupName=default");
        assert_eq!(added.all("ipProtocol"), ["tcp", "udp", "icmp"], "the whole group");
        for (flat, code) in [
            ("SourceSecurityGroupName=default&IpProtocol=tcp", "InvalidParameterCombination"),
            ("SourceSecurityGroupOwnerId=000000000000", "MissingParameter"),
            ("SourceSecurityGroupName=default&SourceSecurityGroupOwnerId=111111111111", "InvalidGroup.NotFound"),
            ("SourceSecurityGroupName=absent", "InvalidGroup.NotFound"),
            ("IpProtocol=tcp&FromPort=1&ToPort=1", "InvalidParameterValue"),
            ("CidrIp=10.0.0.0/8", "InvalidParameterValue"),
            ("CidrIp=10.0.0.0/8&IpPermissions.1.IpProtocol=-1", "InvalidParameterCombination"),
            ("", "MissingParameter"),
        ] {
            assert_eq!(bench.refused(ACTION, &format!("GroupName=a&{flat}")), code, "{flat}");
        }
    }

    #[test]
    fn whom_a_rule_names_must_be_there_and_in_reach() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let foreign = format!("GroupName=b&GroupDescription=b&VpcId={vpc}");
        let foreign = bench.ok("CreateSecurityGroup", &foreign).get("groupId");
        for (source, code) in [
            (format!("Groups.1.GroupId={foreign}"), "InvalidGroup.NotFound"),
            ("Groups.1.GroupId=sg-00000000000000000".into(), "InvalidGroup.NotFound"),
            ("Groups.1.GroupId=x".into(), "InvalidGroupId.Malformed"),
            (format!("Groups.1.GroupId={id}&IpPermissions.1.Groups.1.UserId=111111111111"), "InvalidGroup.NotFound"),
            (format!("Groups.1.GroupId={id}&IpPermissions.1.Groups.1.VpcId={vpc}"), "InvalidGroup.NotFound"),
            (format!("Groups.1.GroupId={id}&IpPermissions.1.Groups.1.PeeringStatus=x"), "UnsupportedOperation"),
            ("PrefixListIds.1.PrefixListId=pl-00000000000000000".into(), "InvalidPrefixListID.NotFound"),
            ("IpRanges.1.CidrIp=10.0.0.1".into(), "InvalidParameterValue"),
            ("IpRanges.1.CidrIp=::/0".into(), "InvalidParameterValue"),
            ("Ipv6Ranges.1.CidrIpv6=10.0.0.0/8".into(), "InvalidParameterValue"),
            ("IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.1.Description=%22".into(), "InvalidParameterValue"),
        ] {
            let asked = format!("GroupId={id}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.{source}");
            assert_eq!(bench.refused(ACTION, &asked), code, "SG-24, SG-25, SG-30, SG-31 {source}");
        }
        let asked =
            format!("GroupId={foreign}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupName=default");
        assert_eq!(bench.refused(ACTION, &asked), "InvalidGroup.NotFound", "SG-72: a name is of the default VPC");
    }

    #[test]
    fn quotas_count_families_apart_and_groups_in_both() {
        let mut bench = Bench::new();
        bench.settings.quotas.rules_per_group = 2;
        let id = group(&mut bench, "a");
        let mut add = |port: u32, source: &str| {
            let asked = format!("GroupId={id}&{}&IpPermissions.1.{source}", tcp(1, port));
            bench.call(ACTION, &asked).map(drop).map_err(|error| error.code.into_owned())
        };
        let full = Err("RulesPerSecurityGroupLimitExceeded".to_owned());
        assert_eq!(add(1, "IpRanges.1.CidrIp=0.0.0.0/0"), Ok(()));
        assert_eq!(add(2, "IpRanges.1.CidrIp=0.0.0.0/0"), Ok(()));
        assert_eq!(add(3, "IpRanges.1.CidrIp=0.0.0.0/0"), full, "SG-38");
        assert_eq!(add(1, &format!("Groups.1.GroupId={id}")), full, "SG-38: a group counts as IPv4 too");
        assert_eq!(add(1, "Ipv6Ranges.1.CidrIpv6=::/0"), Ok(()), "IPv6 is counted apart");
    }

    #[test]
    fn a_prefix_list_counts_with_its_maximum() {
        let mut bench = Bench::new();
        bench.settings.quotas.rules_per_group = 10;
        let id = group(&mut bench, "a");
        let list = "PrefixListName=a&AddressFamily=IPv4&MaxEntries=9";
        let list = bench.ok("CreateManagedPrefixList", list).get("prefixListId");
        let named = format!("GroupId={id}&{}&IpPermissions.1.PrefixListIds.1.PrefixListId={list}", tcp(1, 1));
        bench.ok(ACTION, &named);
        let one = |port| format!("GroupId={id}&{}&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0", tcp(1, port));
        bench.ok(ACTION, &one(1));
        assert_eq!(bench.refused(ACTION, &one(2)), "RulesPerSecurityGroupLimitExceeded", "SG-36");
        bench.ok(ACTION, &format!("GroupId={id}&{}&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0", tcp(1, 1)));
    }

    #[test]
    fn rules_times_groups_of_an_interface_stay_within_a_thousand() {
        let mut bench = Bench::new();
        bench.settings.quotas.rules_per_group = 1000;
        bench.settings.quotas.groups_per_interface = 10;
        let id = group(&mut bench, "a");
        let ranges: Vec<String> =
            (0..100).map(|n| format!("IpPermissions.1.IpRanges.{}.CidrIp=10.0.{n}.0/24", n + 1)).collect();
        bench.ok(ACTION, &format!("GroupId={id}&{}&{}", tcp(1, 1), ranges.join("&")));
        let one = format!("GroupId={id}&{}&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0", tcp(1, 2));
        assert_eq!(bench.refused(ACTION, &one), "RulesPerSecurityGroupLimitExceeded", "SG-39");
    }
}
