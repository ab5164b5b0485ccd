//! Documents as AWS prints them: what their owner wrote, and what follows from it.

use std::collections::BTreeSet;

use ringwall_model::resource::WafEntity;
use ringwall_model::resource::waf::{Content, WafKind};
use ringwall_waf::label::Namespace;
use serde_json::{Value, json};

/// A document as its `Get` action prints it, in a Region and an account.
pub fn printed(entity: &WafEntity, region: &str, account: &str) -> Value {
    let mut document = entity.content.clone();
    let mut say = |name: &str, value: Value| document.insert(name.to_owned(), value);
    say("Name", entity.name.clone().into());
    say("Id", entity.id.clone().into());
    say("ARN", entity.arn(region, account).into());
    say("Description", entity.description.clone().unwrap_or_default().into());
    match entity.kind {
        WafKind::WebAcl => {
            say("Capacity", entity.capacity.into());
            say("LabelNamespace", Namespace::of_web_acl(account, &entity.name).as_str().into());
            say("ManagedByFirewallManager", false.into());
            say("RetrofittedByFirewallManager", false.into());
        }
        WafKind::RuleGroup => {
            let namespace = Namespace::of_rule_group(account, &entity.name);
            say("Capacity", entity.capacity.into());
            say("LabelNamespace", namespace.as_str().into());
            say("AvailableLabels", names(written_labels(&entity.content, &namespace)));
            say("ConsumedLabels", names(read_labels(&entity.content, &namespace)));
        }
        WafKind::IpSet | WafKind::RegexPatternSet => {}
    }
    Value::Object(document)
}

fn names(labels: BTreeSet<String>) -> Value {
    labels.into_iter().map(|name| json!({ "Name": name })).collect()
}

/// The labels that rules write, written out.
fn written_labels(content: &Content, namespace: &Namespace) -> BTreeSet<String> {
    let rules = content.get("Rules").and_then(Value::as_array).into_iter().flatten();
    let labels = rules.filter_map(|rule| rule.get("RuleLabels")?.as_array()).flatten();
    labels.filter_map(|label| label.get("Name")?.as_str()).map(|name| namespace.label(name)).collect()
}

/// The labels that rules look for, written out (WAF-23).
fn read_labels(content: &Content, namespace: &Namespace) -> BTreeSet<String> {
    let mut labels = BTreeSet::new();
    for (name, value) in content {
        find_read_labels(name, value, namespace, &mut labels);
    }
    labels
}

fn find_read_labels(name: &str, value: &Value, namespace: &Namespace, labels: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if name == "LabelMatchStatement" => {
            let key = members.get("Key").and_then(Value::as_str).unwrap_or_default();
            let is_whole = key.starts_with("awswaf:");
            labels.insert(if is_whole { key.to_owned() } else { namespace.label(key) });
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, own)| find_read_labels(name, own, namespace, labels));
        }
        Value::Array(list) => list.iter().for_each(|own| find_read_labels("", own, namespace, labels)),
        _ => {}
    }
}
