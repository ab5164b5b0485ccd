//! Changing rules in place: they keep their ids (SG-65, SG-66).

use ringwall_model::id::SecurityGroupRuleId;
use ringwall_model::resource::SecurityGroup;
use ringwall_model::resource::security_group::PeerRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::world::Traffic;
use ringwall_net::Prefix;
use serde::Deserialize;

use super::rule::{refuse_duplicate, resolve};
use super::{GroupRef, check_quota};
use crate::call::Call;
use crate::ec2::error::{Code, combination};
use crate::ec2::id::{Named, parse};
use crate::ec2::shape::permission::{GroupPeer, PeerInput, check_description, parse_traffic};
use crate::ec2::shape::value::{ipv4_block, ipv6_block};
use crate::error::ApiError;

/// A rule by its id, and what it shall say.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModificationInput {
    security_group_rule_id: Option<String>,
    security_group_rule: Option<RuleInput>,
}

/// What a rule shall say: one of the four sources.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleInput {
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list_id: Option<String>,
    referenced_group_id: Option<String>,
    description: Option<String>,
}

/// What a rule shall say, with everything parsed.
pub struct Modification {
    id: SecurityGroupRuleId,
    traffic: Traffic,
    peer: PeerInput,
    description: Option<String>,
}

impl Modification {
    /// Reads modifications; each is of another rule.
    pub fn parse_all(inputs: &[ModificationInput]) -> Result<Vec<Modification>, ApiError> {
        if inputs.is_empty() {
            return Err(crate::action::missing_parameter("SecurityGroupRule"));
        }
        let modifications: Vec<Modification> = inputs.iter().map(Self::parse).collect::<Result<_, ApiError>>()?;
        for (place, one) in modifications.iter().enumerate() {
            if modifications[..place].iter().any(|other| other.id == one.id) {
                let message = format!("The same security group rule ID '{}' must not appear multiple times", one.id);
                return Err(Code::InvalidParameterValue.with(message));
            }
        }
        Ok(modifications)
    }

    fn parse(input: &ModificationInput) -> Result<Modification, ApiError> {
        let id = input.security_group_rule_id.as_deref();
        let id = parse(id.ok_or_else(|| crate::action::missing_parameter("SecurityGroupRuleId"))?)?;
        let rule = input.security_group_rule.as_ref();
        let rule = rule.ok_or_else(|| crate::action::missing_parameter("SecurityGroupRule"))?;
        check_description(rule.description.as_deref())?;
        Ok(Modification {
            id,
            traffic: parse_traffic(rule.ip_protocol.as_deref(), rule.from_port, rule.to_port)?,
            peer: rule.peer()?,
            description: rule.description.clone().filter(|text| !text.is_empty()),
        })
    }
}

impl RuleInput {
    fn peer(&self) -> Result<PeerInput, ApiError> {
        let names = "cidrIp, cidrIpv6, prefixListId, or referencedGroupId";
        match (&self.cidr_ipv4, &self.cidr_ipv6, &self.prefix_list_id, &self.referenced_group_id) {
            (Some(text), None, None, None) => {
                let block = Prefix::V4(ipv4_block("cidrIpv4", text)?);
                Ok(PeerInput::Known(PeerRecord::Cidr(Text(block))))
            }
            (None, Some(text), None, None) => {
                let block = Prefix::V6(ipv6_block("cidrIpv6", text)?);
                Ok(PeerInput::Known(PeerRecord::Cidr(Text(block))))
            }
            (None, None, Some(text), None) => parse(text).map(PeerRecord::PrefixList).map(PeerInput::Known),
            (None, None, None, Some(text)) => parse(text).map(|id| PeerInput::Group(GroupPeer::new(GroupRef::Id(id)))),
            (None, None, None, None) => {
                Err(Code::MissingParameter.with(format!("The request must contain exactly one of: {names}")))
            }
            _ => Err(combination(format!("Only one of {names} can be specified"))),
        }
    }
}

/// The four kinds of sources, of which a rule keeps its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ipv4,
    Ipv6,
    PrefixList,
    Group,
}

impl Kind {
    fn of(peer: PeerRecord) -> Kind {
        match peer {
            PeerRecord::Cidr(Text(Prefix::V4(_))) => Kind::Ipv4,
            PeerRecord::Cidr(Text(Prefix::V6(_))) => Kind::Ipv6,
            PeerRecord::PrefixList(_) => Kind::PrefixList,
            PeerRecord::Group(_) => Kind::Group,
        }
    }

    /// What a call writes for it.
    fn parameter(self) -> &'static str {
        match self {
            Kind::Ipv4 => "CidrIpv4",
            Kind::Ipv6 => "CidrIpv6",
            Kind::PrefixList => "PrefixListId",
            Kind::Group => "a referenced group id",
        }
    }

    /// What a rule with it is called.
    fn rule(self) -> &'static str {
        match self {
            Kind::Ipv4 => "IPv4 CIDR",
            Kind::Ipv6 => "IPv6 CIDR",
            Kind::PrefixList => "prefix list",
            Kind::Group => "referenced group id",
        }
    }
}

/// Changes rules: all of them or none. What counts for duplicates and quotas is how the group is afterwards.
pub fn modify(call: &Call<'_>, group: &mut SecurityGroup, modifications: &[Modification]) -> Result<(), ApiError> {
    for modification in modifications {
        let peer = resolve(call, group, &modification.peer)?;
        let id = modification.id;
        let Some(rule) = group.rules.get_mut(&id) else {
            return Err(SecurityGroupRuleId::not_found(&[id.to_string()]));
        };
        let (old, new) = (Kind::of(rule.peer), Kind::of(peer));
        if old != new {
            let message = format!(
                "Invalid rule type for security group rule '{id}'. You may not specify {} for an existing {} rule.",
                new.parameter(),
                old.rule()
            );
            return Err(Code::InvalidParameterValue.with(message));
        }
        rule.traffic = modification.traffic;
        rule.peer = peer;
        rule.description = modification.description.clone();
    }
    for modification in modifications {
        let rule = &group.rules[&modification.id];
        refuse_duplicate(group, rule, Some(modification.id))?;
        check_quota(call, group, rule.is_egress)?;
    }
    Ok(())
}
