//! `DescribeManagedRuleGroup`: the rules of a managed rule group with their actions, its labels, and what it costs (WAF-150).

use std::collections::BTreeSet;

use ringwall_model::resource::waf::WafScope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::check_scope;
use crate::waf::managed::{Wanted, rules};

/// The action.
pub struct DescribeManagedRuleGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vendor_name: Option<String>,
    name: Option<String>,
    scope: Option<String>,
    version_name: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    version_name: Option<String>,
    capacity: u64,
    rules: Vec<Value>,
    label_namespace: String,
    available_labels: Vec<Value>,
    consumed_labels: Vec<Value>,
}

impl Action for DescribeManagedRuleGroup {
    const NAME: &'static str = "DescribeManagedRuleGroup";

    type Input = Input;
    type Request = (Wanted, WafScope, Option<String>);
    type Output = Output;

    fn parse(input: Input) -> Result<(Wanted, WafScope, Option<String>), ApiError> {
        let wanted = Wanted::parse(input.vendor_name, input.name)?;
        let scope = constraint::scope(input.scope)?;
        let version = input.version_name.map(|own| constraint::length(&own, "versionName", 64).map(|()| own));
        Ok((wanted, scope, version.transpose()?))
    }

    fn apply(
        (wanted, scope, version): (Wanted, WafScope, Option<String>),
        call: &mut Call<'_>,
    ) -> Result<Output, ApiError> {
        check_scope(scope, call)?;
        let group = wanted.find(call)?;
        let version = version.or_else(|| group.default_version.clone());
        let rules = rules(call, &group, version.as_deref())?;
        let labels: BTreeSet<&str> = rules.iter().map(|rule| rule.label.as_str()).collect();
        Ok(Output {
            version_name: version,
            capacity: group.capacity,
            rules: rules.iter().map(|rule| json!({ "Name": rule.name, "Action": { rule.action: {} } })).collect(),
            label_namespace: group.namespace.as_str().to_owned(),
            available_labels: labels.into_iter().map(|name| json!({ "Name": name })).collect(),
            consumed_labels: Vec::new(),
        })
    }
}
