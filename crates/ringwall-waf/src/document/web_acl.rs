//! Web ACLs: the document that decides (WAF-1, WAF-5).

use std::collections::BTreeMap;

use super::group::MOST_CAPACITY;
use super::rule::{Immunity, Rule, RuleKind, Visibility, read_rules};
use super::{Arn, Code, Context, Entry, Members, Place, References, Refusal};
use crate::action::{DefaultAction, read_bodies};
use crate::environment::Abilities;
use crate::label::Namespace;
use crate::protection::Protections;
use crate::request::Resource;

/// The most rate-based rules, and references to groups and sets, of a web ACL (WAF-117).
const MOST_RATES: usize = 10;
const MOST_GROUPS: usize = 50;

/// A web ACL.
#[derive(Clone, Debug)]
pub struct WebAcl {
    /// its name
    pub arn: Arn,
    /// what its labels begin with
    pub namespace: Namespace,
    /// what happens when no rule ends the inspection
    pub default_action: DefaultAction,
    /// in the order in which they are asked
    pub rules: Vec<Rule>,
    /// how it is counted
    pub visibility: Visibility,
    /// how long tokens suffice
    pub immunity: Immunity,
    /// the domains that share their tokens
    pub token_domains: Vec<String>,
    /// how much of a body is inspected, in bytes, where that is more than by default (WAF-78)
    pub body_limits: BTreeMap<Resource, usize>,
    /// what log records do not show
    pub protections: Protections,
    /// what it costs (WAF-30)
    pub capacity: u64,
    /// where it says nothing about what is too long (WAF-82)
    pub unstated_oversize: Vec<Place>,
}

impl WebAcl {
    /// Reads a web ACL as `get-web-acl` prints it.
    pub(crate) fn read(entry: &Entry, references: &dyn References, abilities: Abilities) -> Result<WebAcl, Refusal> {
        let mut members = super::unwrapped(entry, "WebACL")?;
        let arn = super::read_head(&mut members, "webacl")?;
        let namespace = Namespace::of_web_acl(&arn.account, &arn.name);
        super::check_namespace(&mut members, &namespace)?;
        refuse_the_rest_of_aws(&mut members)?;
        let mut context = Context::new(references, abilities, namespace, &arn.text);
        if let Some(bodies) = members.take("CustomResponseBodies") {
            context.bodies = read_bodies(&bodies)?;
        }
        let default_action = DefaultAction::read(&members.require("DefaultAction")?, &context)?;
        let visibility = Visibility::read(&mut members)?;
        let immunity = Immunity::read(&mut members)?;
        let token_domains = token_domains(&mut members)?;
        let body_limits = body_limits(&mut members)?;
        let protections = Protections::take(&mut members)?;
        // What it costs follows from its rules, whatever was printed.
        if let Some(capacity) = members.take("Capacity") {
            capacity.integer(0..=u64::MAX)?;
        }
        let rules_entry = members.take("Rules");
        let rules = read_rules(rules_entry.as_ref(), MOST_RATES, &context)?;
        members.finish()?;
        let refused = |reason| Refusal { code: Code::LimitsExceeded, place: Place::default().member("Rules"), reason };
        let capacity = rules.iter().map(Rule::capacity).fold(0, u64::saturating_add);
        if capacity > MOST_CAPACITY {
            return Err(refused(format!("need {capacity} units, and a web ACL has at most {MOST_CAPACITY}")));
        }
        if rules.iter().filter(|rule| matches!(rule.kind, RuleKind::Group(_))).count() > MOST_GROUPS {
            return Err(refused(format!("refer to more than {MOST_GROUPS} rule groups")));
        }
        let unstated_oversize = context.unstated_oversize.take();
        let namespace = context.namespace;
        Ok(WebAcl {
            arn,
            namespace,
            default_action,
            rules,
            visibility,
            immunity,
            token_domains,
            body_limits,
            protections,
            capacity,
            unstated_oversize,
        })
    }

    /// How much of a body is inspected on its way to a resource, in bytes (WAF-77).
    pub fn body_limit(&self, resource: Resource) -> usize {
        let by_default = match resource {
            Resource::LoadBalancer | Resource::AppSync => 8 << 10,
            _ => 16 << 10,
        };
        self.body_limits.get(&resource).copied().unwrap_or(by_default)
    }
}

/// Members that AWS has, and that change what happens: refused unless they say that nothing is changed.
fn refuse_the_rest_of_aws(members: &mut Members) -> Result<(), Refusal> {
    for name in ["PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups"] {
        if let Some(entry) = members.take(name)
            && !entry.list()?.is_empty()
        {
            return Err(entry.unsupported("has rule groups of Firewall Manager, which is not built"));
        }
    }
    for name in ["ManagedByFirewallManager", "RetrofittedByFirewallManager"] {
        if let Some(entry) = members.take(name)
            && entry.flag()?
        {
            return Err(entry.unsupported("needs Firewall Manager, which is not built"));
        }
    }
    let reason = "needs to know which clients are known to attack others, which AWS alone knows; leave it out";
    members.unsupported("OnSourceDDoSProtectionConfig", reason)?;
    members.unsupported("MonetizationConfig", "is not built")?;
    members.take("ApplicationConfig").map_or(Ok(()), |entry| check_application(&entry))
}

/// `ApplicationConfig`: says what the web ACL is for, so that AWS's console can give advice. It never changes what happens.
fn check_application(entry: &Entry) -> Result<(), Refusal> {
    let mut members = entry.members()?;
    let attributes = members.take("Attributes").map_or(Ok(Vec::new()), |list| list.list_of(1, 10))?;
    members.finish()?;
    for attribute in attributes {
        let mut members = attribute.members()?;
        if let Some(name) = members.take("Name") {
            name.text_of(1..=64, |own| own.is_ascii_alphanumeric() || "_-".contains(own))?;
        }
        for value in members.take("Values").map_or(Ok(Vec::new()), |list| list.list_of(1, 50))? {
            value.text_of(1..=64, |_| true)?;
        }
        members.finish()?;
    }
    Ok(())
}

fn token_domains(members: &mut Members) -> Result<Vec<String>, Refusal> {
    let list = members.take("TokenDomains").map_or(Ok(Vec::new()), |entry| entry.list_of(0, 100))?;
    let is_of_domain = |own: char| own.is_ascii_alphanumeric() || "_.-".contains(own);
    list.iter().map(|own| own.text_of(1..=253, is_of_domain).map(str::to_ascii_lowercase)).collect()
}

fn body_limits(members: &mut Members) -> Result<BTreeMap<Resource, usize>, Refusal> {
    let mut limits = BTreeMap::new();
    let Some(entry) = members.take("AssociationConfig") else { return Ok(limits) };
    let mut members = entry.members()?;
    members.unsupported("ChallengeJavascriptSdkInjection", "puts scripts into answers, which is not built")?;
    let kinds = members.take("RequestBody").map_or(Ok(Vec::new()), |own| own.members().map(|mut own| own.rest()))?;
    members.finish()?;
    for (name, entry) in kinds {
        let resource = match name {
            "CLOUDFRONT" => Resource::CloudFront,
            "API_GATEWAY" => Resource::ApiGateway,
            "COGNITO_USER_POOL" => Resource::Cognito,
            "APP_RUNNER_SERVICE" => Resource::AppRunner,
            "VERIFIED_ACCESS_INSTANCE" => Resource::VerifiedAccess,
            "AGENTCORE_GATEWAY" => return Err(entry.unsupported("is a resource that is not built")),
            _ => return Err(entry.invalid("is no resource whose limit can be raised")),
        };
        let mut members = entry.members()?;
        let limit = members.require("DefaultSizeInspectionLimit")?.choice(&[
            ("KB_16", 16 << 10),
            ("KB_32", 32 << 10),
            ("KB_48", 48 << 10),
            ("KB_64", 64 << 10),
        ])?;
        members.finish()?;
        limits.insert(resource, limit);
    }
    Ok(limits)
}
