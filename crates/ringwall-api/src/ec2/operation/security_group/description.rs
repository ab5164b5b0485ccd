//! Changing what rules are described as, and nothing else about them (SG-67).

use std::collections::BTreeMap;

use ringwall_model::id::SecurityGroupRuleId;
use ringwall_model::resource::SecurityGroup;
use serde::Deserialize;

use super::revocation::{absent_permission, check_rule, look_up};
use super::rule::find_same;
use crate::call::Call;
use crate::ec2::error::{Code, combination};
use crate::ec2::id::parse;
use crate::ec2::shape::permission::{self, Permission, PermissionInput, check_description};
use crate::error::ApiError;

/// A description for a rule by its id.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescriptionInput {
    security_group_rule_id: Option<String>,
    description: Option<String>,
}

/// New descriptions; one that is left out takes the old one away.
pub enum Descriptions {
    /// of rules by id
    Ids(BTreeMap<SecurityGroupRuleId, Option<String>>),
    /// of rules by what they say
    Permissions(Vec<Permission>),
}

impl Descriptions {
    /// Reads which rules get which descriptions.
    pub fn parse(rules: &[DescriptionInput], permissions: &[PermissionInput]) -> Result<Descriptions, ApiError> {
        match (rules, permissions) {
            ([], []) => Err(crate::action::missing_parameter("ipPermissions or securityGroupRuleDescriptions")),
            (rules, []) => by_id(rules).map(Descriptions::Ids),
            ([], permissions) => permission::parse_all(permissions).map(Descriptions::Permissions),
            _ => Err(combination(
                "The parameter securityGroupRuleDescriptions cannot be used with the parameter ipPermissions",
            )),
        }
    }
}

fn by_id(rules: &[DescriptionInput]) -> Result<BTreeMap<SecurityGroupRuleId, Option<String>>, ApiError> {
    let mut descriptions = BTreeMap::new();
    for rule in rules {
        let id = rule.security_group_rule_id.as_deref();
        let id = parse(id.ok_or_else(|| crate::action::missing_parameter("SecurityGroupRuleId"))?)?;
        check_description(rule.description.as_deref())?;
        if descriptions.insert(id, rule.description.clone()).is_some() {
            let message = format!("The same security group rule ID '{id}' must not appear multiple times");
            return Err(Code::InvalidParameterValue.with(message));
        }
    }
    Ok(descriptions)
}

/// Describes rules of a direction anew: all that are named, or none.
pub fn describe(
    call: &Call<'_>,
    group: &mut SecurityGroup,
    is_egress: bool,
    descriptions: &Descriptions,
) -> Result<(), ApiError> {
    let new: BTreeMap<SecurityGroupRuleId, Option<String>> = match descriptions {
        Descriptions::Ids(new) => {
            for id in new.keys() {
                check_rule(group, *id, is_egress)?;
            }
            new.clone()
        }
        Descriptions::Permissions(permissions) => look_up(call, permissions)?
            .into_iter()
            .zip(permissions)
            .map(|((traffic, peer), permission)| {
                let id = find_same(group, is_egress, traffic, peer).ok_or_else(absent_permission)?;
                Ok((id, permission.description.clone()))
            })
            .collect::<Result<_, ApiError>>()?,
    };
    for (id, description) in new {
        if let Some(rule) = group.rules.get_mut(&id) {
            rule.description = description.filter(|text| !text.is_empty());
        }
    }
    Ok(())
}
