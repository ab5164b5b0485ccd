//! `DescribeSecurityGroupRules`: one by one (SG-77 to SG-79).

use ringwall_model::id::SecurityGroupRuleId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page_or_all, refuse_ids_with_paging, select};
use crate::ec2::id::{Named, parse_all};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::security_group_rule::{RuleOfGroup, RuleShape};
use crate::error::ApiError;

/// The action.
pub struct DescribeSecurityGroupRules;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "SecurityGroupRuleId")]
    security_group_rule_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<SecurityGroupRuleId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    security_group_rule_set: Vec<RuleShape>,
    next_token: Option<String>,
}

impl Action for DescribeSecurityGroupRules {
    const NAME: &'static str = "DescribeSecurityGroupRules";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.security_group_rule_ids, "securityGroupRuleIds", &paging)?;
        Ok(Request { ids: parse_all(&input.security_group_rule_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let mut rules = RuleOfGroup::all(&region);
        if !request.ids.is_empty() {
            refuse_absent(&rules, &request.ids)?;
            rules.retain(|rule| request.ids.contains(&rule.id));
        }
        let selected = select(rules, &request.filters, &())?;
        let page = page_or_all(selected, &request.paging, (5, 1000), |rule| rule.id.to_string())?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        let shape = |rule: &RuleOfGroup| RuleShape::new(&rule.group, rule.id, rule.rule(), owner, &region);
        Ok(Output { security_group_rule_set: page.items.iter().map(shape).collect(), next_token: page.next_token })
    }
}

fn refuse_absent(rules: &[RuleOfGroup], ids: &[SecurityGroupRuleId]) -> Result<(), ApiError> {
    let is_there = |id: &SecurityGroupRuleId| rules.binary_search_by_key(id, |rule| rule.id).is_ok();
    let absent: Vec<String> = ids.iter().filter(|id| !is_there(id)).map(ToString::to_string).collect();
    if absent.is_empty() { Ok(()) } else { Err(SecurityGroupRuleId::not_found(&absent)) }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeSecurityGroupRules";

    #[test]
    fn every_rule_is_told_by_itself() {
        let mut bench = Bench::new();
        let group = bench.ok("DescribeSecurityGroups", "GroupName.1=default").get("groupId");
        let shown = bench.ok(ACTION, "");
        assert_eq!(shown.all("groupId"), [group.as_str(), group.as_str(), group.as_str()], "one is that of the source");
        assert_eq!(shown.all("isEgress"), ["true", "false"]);
        assert_eq!((shown.all("fromPort"), shown.all("toPort")), (vec!["-1".into(); 2], vec!["-1".into(); 2]), "SG-78");
        assert_eq!(shown.all("groupOwnerId"), ["000000000000"; 2]);
        assert!(shown.has(&format!(
            "<referencedGroupInfo><groupId>{group}</groupId><userId>000000000000</userId></referencedGroupInfo>"
        )));
    }

    #[test]
    fn rules_are_selected_by_id_group_and_tag() {
        let mut bench = Bench::new();
        let group = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        let rule = format!(
            "GroupId={group}&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0&TagSpecification.1.ResourceType=security-group-rule&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v"
        );
        let rule = bench.ok("AuthorizeSecurityGroupIngress", &rule).get("securityGroupRuleId");
        let ids = |bench: &mut Bench, asked: &str| bench.ok(ACTION, asked).all("securityGroupRuleId");
        assert_eq!(ids(&mut bench, &format!("SecurityGroupRuleId.1={rule}")), [rule.as_str()]);
        assert_eq!(ids(&mut bench, "Filter.1.Name=tag:k&Filter.1.Value.1=v"), [rule.as_str()], "SG-79");
        assert_eq!(ids(&mut bench, &format!("Filter.1.Name=group-id&Filter.1.Value.1={group}")).len(), 2);
        let by_filter = format!("Filter.1.Name=security-group-rule-id&Filter.1.Value.1={rule}");
        assert_eq!(ids(&mut bench, &by_filter), [rule.as_str()]);
        let absent = format!("SecurityGroupRuleId.1={rule}&SecurityGroupRuleId.2=sgr-00000000000000000");
        let error = bench.call(ACTION, &absent).unwrap_err();
        assert_eq!(error.code, "InvalidSecurityGroupRuleId.NotFound");
        assert_eq!(error.message, "The security group rule ID 'sgr-00000000000000000' does not exist");
        assert_eq!(bench.refused(ACTION, "Filter.1.Name=protocol&Filter.1.Value.1=tcp"), "InvalidParameterValue");
        assert_eq!(bench.refused(ACTION, "MaxResults=4"), "InvalidParameterValue", "SG-79");
    }
}
