//! A resource's attributes and blocks in the API's words.
//!
//! Both say the same things: Terraform in small letters, with a block for every object, and one after the other where the API
//! has a list.

use base64::Engine;
use ringwall_waf::document::Node;

use crate::resource::{Identity, Kind, Resource};
use crate::sourced::{Sourced, Value};
use crate::spelling::{scalar, translated};
use crate::{Assumptions, Refused};

/// Blocks that stand one after the other where the API has a list, and the name of the list.
const LISTS: &[(&str, &str)] = &[
    ("attribute", "Attributes"),
    ("custom_key", "CustomKeys"),
    ("data_protection", "DataProtections"),
    ("excluded_rule", "ExcludedRules"),
    ("insert_header", "InsertHeaders"),
    ("managed_rule_group_configs", "ManagedRuleGroupConfigs"),
    ("pre_parse_text_transformation", "PreParseTextTransformations"),
    ("regular_expression", "RegularExpressionList"),
    ("response_header", "ResponseHeaders"),
    ("rule", "Rules"),
    ("rule_action_override", "RuleActionOverrides"),
    ("rule_label", "RuleLabels"),
    ("text_transformation", "TextTransformations"),
];

/// Names that are not the same words with capital letters.
const NAMES: &[(&str, &str)] = &[
    ("alb_low_reputation_mode", "ALBLowReputationMode"),
    ("arn", "ARN"),
    ("asn", "ASN"),
    ("aws_managed_rules_acfp_rule_set", "AWSManagedRulesACFPRuleSet"),
    ("aws_managed_rules_anti_ddos_rule_set", "AWSManagedRulesAntiDDoSRuleSet"),
    ("aws_managed_rules_atp_rule_set", "AWSManagedRulesATPRuleSet"),
    ("aws_managed_rules_bot_control_rule_set", "AWSManagedRulesBotControlRuleSet"),
    ("cloudwatch_metrics_enabled", "CloudWatchMetricsEnabled"),
    ("forwarded_ip", "ForwardedIP"),
    ("forwarded_ip_config", "ForwardedIPConfig"),
    ("http_method", "HTTPMethod"),
    ("ip", "IP"),
    ("ip_address_version", "IPAddressVersion"),
    ("ip_set_forwarded_ip_config", "IPSetForwardedIPConfig"),
    ("ip_set_reference_statement", "IPSetReferenceStatement"),
    ("ja3_fingerprint", "JA3Fingerprint"),
    ("ja4_fingerprint", "JA4Fingerprint"),
    ("on_source_ddos_protection_config", "OnSourceDDoSProtectionConfig"),
];

/// What says nothing about requests.
const WITHOUT_MEANING: [&str; 11] = [
    "application_integration_url",
    "arn",
    "id",
    "lock_token",
    "name",
    "name_prefix",
    "region",
    "scope",
    "tags",
    "tags_all",
    "timeouts",
];

/// The resource with those attributes. Where they have an ARN and an id, it was made already.
pub(super) fn resource(
    kind: Kind,
    address: &str,
    attributes: &Sourced,
    assumptions: &Assumptions,
) -> Result<Resource, Refused> {
    let identity = identity(kind, address, attributes, assumptions)?;
    let own = |name: &str, from: &str, text: &str| {
        let place = attributes.get(from).map_or(&attributes.place, |given| &given.place);
        (name.to_owned(), Sourced::text(place.clone(), text))
    };
    let mut members =
        vec![own("Name", "name", &identity.name), own("Id", "id", &identity.id), own("ARN", "arn", &identity.arn)];
    for (name, value) in attributes.members()? {
        let is_given = !WITHOUT_MEANING.contains(&name.as_str()) && !is_nothing(value);
        // What a web ACL costs is known after it was made, and follows from its rules.
        if !is_given || name == "capacity" && kind == Kind::WebAcl {
            continue;
        }
        members.push(match name.as_str() {
            "custom_response_body" => ("CustomResponseBodies".to_owned(), bodies(value)?),
            "rule_json" | "rules_json" => ("Rules".to_owned(), rules(value)?),
            _ => member("", name, value)?,
        });
    }
    for (of, name) in [(Kind::IpSet, "Addresses"), (Kind::RegexSet, "RegularExpressionList")] {
        if of == kind && members.iter().all(|(own, _)| own != name) {
            members.push((name.to_owned(), attributes.with(Value::List(Vec::new()))));
        }
    }
    let name = identity.name;
    Ok(Resource { kind, address: address.to_owned(), name, tree: attributes.with(Value::Object(members)) })
}

/// What the resource is called, and has for an ARN.
pub(super) fn identity(
    kind: Kind,
    address: &str,
    attributes: &Sourced,
    assumptions: &Assumptions,
) -> Result<Identity, Refused> {
    let text = |name: &str| attributes.get(name).and_then(Sourced::as_text).filter(|own| !own.is_empty());
    let prefix = || text("name_prefix").map(|own| format!("{own}1"));
    let name = text("name").map(str::to_owned).or_else(prefix);
    // One without a name gets one from the provider when it is made.
    let name = name.unwrap_or_else(|| "terraform".to_owned());
    let is_global = match text("scope") {
        Some("REGIONAL") => false,
        Some("CLOUDFRONT") => true,
        _ => return Err(Refused::new(format!("{}.scope", attributes.place), "must be REGIONAL or CLOUDFRONT")),
    };
    let made = Identity::new(kind, address, &name, is_global, assumptions);
    Ok(match (text("arn"), text("id")) {
        (Some(arn), Some(id)) => Identity { name, id: id.to_owned(), arn: arn.to_owned() },
        _ => made,
    })
}

/// Whether a value says nothing: states have such for everything that a configuration leaves out.
fn is_nothing(own: &Sourced) -> bool {
    match &own.value {
        Value::Scalar(Node::Null) => true,
        Value::Scalar(Node::Text(text)) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    }
}

/// The members of a block that is called so.
fn members(within: &str, block: &Sourced) -> Result<Sourced, Refused> {
    if block.is_null() {
        // A plan has null for a block without anything in it.
        return Ok(block.with(Value::Object(Vec::new())));
    }
    let given = block.members()?.iter().filter(|(_, value)| !is_nothing(value));
    let translated = given.map(|(name, value)| member(within, name, value)).collect::<Result<_, _>>()?;
    Ok(block.with(Value::Object(translated)))
}

/// An attribute or block within a block, in the API's words.
fn member(within: &str, name: &str, value: &Sourced) -> Result<(String, Sourced), Refused> {
    if within == "byte_match_statement" && name == "search_string" {
        let text = value.as_text().ok_or_else(|| value.refused("must be a string"))?;
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        return Ok(("SearchString".to_owned(), Sourced::text(value.place.clone(), encoded)));
    }
    let list = LISTS.iter().find(|(own, _)| *own == name).map(|(_, list)| *list);
    let list =
        list.or((name == "statement" && ["and_statement", "or_statement"].contains(&within)).then_some("Statements"));
    if let Some(spelled) = list {
        let blocks = blocks(value).iter().map(|own| members(name, own)).collect::<Result<_, _>>()?;
        return Ok((spelled.to_owned(), value.with(Value::List(blocks))));
    }
    let spelled = spelled(within, name);
    let is_block = |own: &Sourced| matches!(own.value, Value::Object(_)) || own.is_null();
    let translated = match &value.value {
        Value::Object(_) => members(name, value)?,
        Value::List(list) if list.iter().all(is_block) => match list.as_slice() {
            [block] => members(name, block)?,
            _ => return Err(value.refused("must stand there once")),
        },
        Value::List(list) => {
            let element = |own: &Sourced| match &own.value {
                Value::Scalar(node) => Ok(own.with(Value::Scalar(scalar(&spelled, node)))),
                _ => Err(own.refused("must not be a list or an object")),
            };
            value.with(Value::List(list.iter().map(element).collect::<Result<_, _>>()?))
        }
        Value::Scalar(node) => value.with(Value::Scalar(scalar(&spelled, node))),
    };
    Ok((spelled, translated))
}

/// Blocks of one name: several, or one alone.
fn blocks(value: &Sourced) -> &[Sourced] {
    match &value.value {
        Value::List(list) => list,
        _ => std::slice::from_ref(value),
    }
}

/// A name in the API's spelling.
fn spelled(within: &str, name: &str) -> String {
    if within == "request_body" {
        return name.to_ascii_uppercase();
    }
    if let Some((_, known)) = NAMES.iter().find(|(own, _)| *own == name) {
        return (*known).to_owned();
    }
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('_')
        .map(|word| if word.is_ascii() && !word.is_empty() { capital(word) } else { word.to_owned() })
        .collect()
}

/// `custom_response_body` blocks: an object by their keys.
fn bodies(value: &Sourced) -> Result<Sourced, Refused> {
    let mut bodies: Vec<(String, Sourced)> = Vec::new();
    for block in blocks(value) {
        let key = block.get("key").and_then(Sourced::as_text).ok_or_else(|| block.refused("must have a key"))?;
        if bodies.iter().any(|(own, _)| own == key) {
            return Err(block.refused(format!("has the key `{key}` of another one")));
        }
        let rest = block.members()?.iter().filter(|(name, _)| name != "key");
        let rest = rest.map(|(name, value)| member("", name, value)).collect::<Result<_, _>>()?;
        bodies.push((key.to_owned(), block.with(Value::Object(rest))));
    }
    Ok(value.with(Value::Object(bodies)))
}

/// `rule_json`: the rules in the API's words, but for search strings, which stand there as they are.
fn rules(value: &Sourced) -> Result<Sourced, Refused> {
    let text = value.as_text().ok_or_else(|| value.refused("must be a string"))?;
    let node = Node::parse(text.as_bytes()).map_err(|refusal| value.refused(refusal.reason))?;
    translated("Rules", &Sourced::of(&node, &value.place))
}
