//! `CheckCapacity`: what rules cost, before they are in a web ACL or rule group (WAF-25 … WAF-30).

use std::collections::BTreeSet;

use ringwall_model::resource::waf::{Content, WafKind, WafScope};
use ringwall_model::resource::{Tags, WafEntity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint::{self, required};
use crate::waf::entity::{check_scope, content, library};
use crate::waf::reading::check;

/// The action.
pub struct CheckCapacity;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    rules: Option<Value>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    capacity: u64,
}

impl Action for CheckCapacity {
    const NAME: &'static str = "CheckCapacity";

    type Input = Input;
    type Request = (WafScope, Content);
    type Output = Output;

    fn parse(input: Input) -> Result<(WafScope, Content), ApiError> {
        let scope = constraint::scope(input.scope)?;
        Ok((scope, content(vec![("Rules", Some(required(input.rules, "rules")?))])))
    }

    fn apply((scope, rules): (WafScope, Content), call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_scope(scope, call)?;
        let region = call.state();
        let capacity = check(library(call, &region), &around(scope, rules))?;
        Ok(Output { capacity })
    }
}

/// A web ACL with the rules, and with every custom body that they name: which ones there will be is not said here.
fn around(scope: WafScope, mut content: Content) -> WafEntity {
    let mut keys = BTreeSet::new();
    content.values().for_each(|rules| body_keys(rules, &mut keys));
    let body = || json!({ "ContentType": "TEXT_PLAIN", "Content": "-" });
    let bodies: Content = keys.into_iter().map(|key| (key, body())).collect();
    let visibility =
        json!({ "SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": "capacity" });
    let rest = [
        ("DefaultAction", json!({ "Allow": {} })),
        ("VisibilityConfig", visibility),
        ("CustomResponseBodies", Value::Object(bodies)),
    ];
    content.extend(rest.map(|(name, value)| (name.to_owned(), value)));
    WafEntity {
        id: "00000000-0000-4000-8000-000000000000".to_owned(),
        kind: WafKind::WebAcl,
        scope,
        name: "capacity".to_owned(),
        description: None,
        lock_token: String::new(),
        capacity: 0,
        content,
        created: 0,
        tags: Tags::new(),
    }
}

fn body_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let key = members.get("CustomResponseBodyKey").and_then(Value::as_str);
            keys.extend(key.map(str::to_owned));
            members.values().for_each(|own| body_keys(own, keys));
        }
        Value::Array(list) => list.iter().for_each(|own| body_keys(own, keys)),
        _ => {}
    }
}
