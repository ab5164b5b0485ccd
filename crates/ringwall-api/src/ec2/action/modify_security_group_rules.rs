//! `ModifySecurityGroupRules`: rules say something else and keep their ids (SG-65, SG-66).

use std::sync::Arc;

use ringwall_model::id::SecurityGroupId;
use ringwall_model::resource::SecurityGroup;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::security_group::{Modification, ModificationInput, modify};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct ModifySecurityGroupRules;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: String,
    #[serde(default, rename = "SecurityGroupRule")]
    security_group_rules: Vec<ModificationInput>,
}

/// What is asked.
pub struct Request {
    group: SecurityGroupId,
    modifications: Vec<Modification>,
}

impl Action for ModifySecurityGroupRules {
    const NAME: &'static str = "ModifySecurityGroupRules";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let modifications = Modification::parse_all(&input.security_group_rules)?;
        Ok(Request { group: parse(&input.group_id)?, modifications })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut group = Arc::unwrap_or_clone(find::<SecurityGroup>(&call.state(), &request.group)?);
        modify(call, &mut group, &request.modifications)?;
        call.put(group);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "ModifySecurityGroupRules";

    fn group(bench: &mut Bench) -> String {
        bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId")
    }

    fn rule(bench: &mut Bench, group: &str, port: u32, source: &str) -> String {
        let tcp =
            format!("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={port}&IpPermissions.1.ToPort={port}");
        let asked = format!("GroupId={group}&{tcp}&IpPermissions.1.{source}");
        bench.ok("AuthorizeSecurityGroupIngress", &asked).get("securityGroupRuleId")
    }

    fn change(number: u32, rule: &str, port: u32, source: &str) -> String {
        let part = format!("SecurityGroupRule.{number}");
        let inner = format!("{part}.SecurityGroupRule");
        format!(
            "{part}.SecurityGroupRuleId={rule}&{inner}.IpProtocol=tcp&{inner}.FromPort={port}&{inner}.ToPort={port}&{inner}.{source}"
        )
    }

    #[test]
    fn a_rule_keeps_its_id_and_its_tags_and_loses_a_description_that_is_not_said() {
        let mut bench = Bench::new();
        let group = group(&mut bench);
        let ten = "IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.1.Description=ten";
        let id = rule(&mut bench, &group, 22, ten);
        bench.ok("CreateTags", &format!("ResourceId.1={id}&Tag.1.Key=k&Tag.1.Value=v"));
        let answer = bench.ok(ACTION, &format!("GroupId={group}&{}", change(1, &id, 23, "CidrIpv4=11.0.0.1/8")));
        assert!(answer.has("<return>true</return>"));
        let shown = bench.ok("DescribeSecurityGroupRules", &format!("SecurityGroupRuleId.1={id}"));
        assert_eq!((shown.get("fromPort"), shown.get("cidrIpv4")), ("23".into(), "11.0.0.0/8".into()), "SG-65, SG-26");
        assert!(shown.all("description").is_empty(), "SG-66");
        assert_eq!(shown.get("key"), "k");
        let same = change(1, &id, 23, "CidrIpv4=11.0.0.0/8&SecurityGroupRule.1.SecurityGroupRule.Description=new");
        bench.ok(ACTION, &format!("GroupId={group}&{same}"));
        let shown = bench.ok("DescribeSecurityGroupRules", &format!("SecurityGroupRuleId.1={id}"));
        assert_eq!(shown.get("description"), "new", "a rule is no duplicate of itself");
    }

    #[test]
    fn a_rule_keeps_its_kind_of_source() {
        let mut bench = Bench::new();
        let group = group(&mut bench);
        let list = bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=1");
        let list = list.get("prefixListId");
        let sources = [
            ("IpRanges.1.CidrIp=10.0.0.0/8".to_owned(), "CidrIpv4=10.0.0.0/8".to_owned()),
            ("Ipv6Ranges.1.CidrIpv6=2001:db8::/32".to_owned(), "CidrIpv6=2001:db8::/32".to_owned()),
            (format!("PrefixListIds.1.PrefixListId={list}"), format!("PrefixListId={list}")),
            (format!("Groups.1.GroupId={group}"), format!("ReferencedGroupId={group}")),
        ];
        for (place, (source, _)) in sources.iter().enumerate() {
            let id = rule(&mut bench, &group, 22, source);
            for (other, (_, source)) in sources.iter().enumerate() {
                let asked = format!("GroupId={group}&{}", change(1, &id, 100 + place as u32, source));
                let answer = bench.call(ACTION, &asked).map_err(|error| error.code.into_owned());
                let expected = if place == other { Ok(()) } else { Err("InvalidParameterValue".to_owned()) };
                assert_eq!(answer.map(drop), expected, "SG-66 {source}");
            }
        }
        let id = rule(&mut bench, &group, 23, "IpRanges.1.CidrIp=10.0.0.0/8");
        let asked = format!("GroupId={group}&{}", change(1, &id, 23, &format!("ReferencedGroupId={group}")));
        let error = bench.call(ACTION, &asked).unwrap_err();
        assert!(error.message.ends_with("You may not specify a referenced group id for an existing IPv4 CIDR rule."));
    }

    #[test]
    fn duplicates_are_judged_by_how_the_group_is_afterwards() {
        let mut bench = Bench::new();
        let group = group(&mut bench);
        let one = rule(&mut bench, &group, 1, "IpRanges.1.CidrIp=10.0.0.0/8");
        let other = rule(&mut bench, &group, 2, "IpRanges.1.CidrIp=10.0.0.0/8");
        let clash = format!("GroupId={group}&{}", change(1, &one, 2, "CidrIpv4=10.0.0.0/8"));
        assert_eq!(bench.refused(ACTION, &clash), "InvalidPermission.Duplicate", "SG-58, SG-59");
        let swap = format!(
            "GroupId={group}&{}&{}",
            change(1, &one, 2, "CidrIpv4=10.0.0.0/8"),
            change(2, &other, 1, "CidrIpv4=10.0.0.0/8")
        );
        bench.ok(ACTION, &swap);
        let both = format!(
            "GroupId={group}&{}&{}",
            change(1, &one, 7, "CidrIpv4=10.0.0.0/8"),
            change(2, &other, 7, "CidrIpv4=10.0.0.0/8")
        );
        assert_eq!(bench.refused(ACTION, &both), "InvalidPermission.Duplicate");
        let shown = bench.ok("DescribeSecurityGroupRules", &format!("SecurityGroupRuleId.1={one}"));
        assert_eq!(shown.get("fromPort"), "2", "all or nothing");
    }

    #[test]
    fn a_larger_prefix_list_must_fit_in() {
        let mut bench = Bench::new();
        bench.settings.quotas.rules_per_group = 5;
        let group = group(&mut bench);
        let mut list = |size: u32| {
            let asked = format!("PrefixListName=l&AddressFamily=IPv4&MaxEntries={size}");
            bench.ok("CreateManagedPrefixList", &asked).get("prefixListId")
        };
        let (small, large) = (list(1), list(6));
        let id = rule(&mut bench, &group, 1, &format!("PrefixListIds.1.PrefixListId={small}"));
        let asked = format!("GroupId={group}&{}", change(1, &id, 1, &format!("PrefixListId={large}")));
        assert_eq!(bench.refused(ACTION, &asked), "RulesPerSecurityGroupLimitExceeded", "SG-36");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        let group = group(&mut bench);
        let id = rule(&mut bench, &group, 1, "IpRanges.1.CidrIp=10.0.0.0/8");
        let twice = format!("{}&{}", change(1, &id, 2, "CidrIpv4=1.0.0.0/8"), change(2, &id, 3, "CidrIpv4=1.0.0.0/8"));
        let both = "CidrIpv4=1.0.0.0/8&SecurityGroupRule.1.SecurityGroupRule.CidrIpv6=::/0";
        let absent = "sgr-00000000000000000";
        for (asked, code) in [
            (String::new(), "MissingParameter"),
            (format!("SecurityGroupRule.1.SecurityGroupRuleId={id}"), "MissingParameter"),
            (change(1, &id, 2, "Description=x"), "MissingParameter"),
            (change(1, &id, 2, both), "InvalidParameterCombination"),
            (change(1, absent, 2, "CidrIpv4=1.0.0.0/8"), "InvalidSecurityGroupRuleId.NotFound"),
            (change(1, "x", 2, "CidrIpv4=1.0.0.0/8"), "InvalidSecurityGroupRuleId.Malformed"),
            (change(1, &id, 65536, "CidrIpv4=1.0.0.0/8"), "InvalidParameterValue"),
            (change(1, &id, 2, "CidrIpv4=1.0.0.0"), "InvalidParameterValue"),
            (change(1, &id, 2, "ReferencedGroupId=sg-00000000000000000"), "InvalidGroup.NotFound"),
            (twice, "InvalidParameterValue"),
        ] {
            assert_eq!(bench.refused(ACTION, &format!("GroupId={group}&{asked}")), code, "{asked}");
        }
    }
}
