//! `GetSampledRequests`: requests that a rule matched within the last three hours (WAF-122).

use ringwall_model::resource::waf::{Content, WafKind, WafScope};
use ringwall_waf::environment::Millis;
use ringwall_waf::samples::{KEPT, Sample};
use ringwall_wire::timestamp::{EpochSeconds, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::arn::{find_kind, malformed};
use crate::waf::constraint::{self, required};
use crate::waf::entity::{check_scope, library};
use crate::waf::error::nonexistent;

/// The action.
pub struct GetSampledRequests;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    web_acl_arn: Option<String>,
    rule_metric_name: Option<String>,
    scope: Option<String>,
    time_window: Option<WindowInput>,
    max_items: Option<i64>,
}

/// `TimeWindow` as a parameter.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WindowInput {
    start_time: Option<EpochSeconds>,
    end_time: Option<EpochSeconds>,
}

/// Its parameters, read.
#[derive(Debug)]
pub struct Request {
    acl: String,
    metric: String,
    scope: WafScope,
    start: Millis,
    end: Millis,
    most: usize,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    sampled_requests: Vec<Value>,
    population_size: u64,
    time_window: Window,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Window {
    start_time: EpochSeconds,
    end_time: EpochSeconds,
}

impl Action for GetSampledRequests {
    const NAME: &'static str = "GetSampledRequests";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let window = required(input.time_window, "timeWindow")?;
        let moment = |value: Option<EpochSeconds>, member: &str| {
            required(value, member).map(|own| Millis::try_from(own.0.millis()).unwrap_or(0))
        };
        let most = constraint::number(required(input.max_items, "maxItems")?, "maxItems", 1, 500)?;
        let request = Request {
            acl: constraint::arn(input.web_acl_arn, "webAclArn")?,
            metric: constraint::metric(input.rule_metric_name, "ruleMetricName")?,
            scope: constraint::scope(input.scope)?,
            start: moment(window.start_time, "timeWindow.startTime")?,
            end: moment(window.end_time, "timeWindow.endTime")?,
            most: usize::try_from(most).unwrap_or(1),
        };
        if request.start > request.end {
            return Err(constraint::broken("timeWindow", "TimeWindow", "It must end after it starts"));
        }
        Ok(request)
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_scope(request.scope, call)?;
        let acl = find_kind(call, &request.acl, WafKind::WebAcl)?;
        if acl.scope != request.scope {
            return Err(malformed(&request.acl, "The ARN is of another scope"));
        }
        if !has_metric(call, &acl.content, acl.scope, &request.metric) {
            return Err(nonexistent(&format!("metric of the name {} in the web ACL", request.metric)));
        }
        // Of older times nothing is known, and the answer says which time it is about.
        let now = Millis::try_from(call.now).unwrap_or(0);
        let start = request.start.max(now.saturating_sub(KEPT)).min(request.end);
        let sampled = call.observed.samples.of(&request.acl, &request.metric, start, request.end, request.most);
        Ok(Output {
            sampled_requests: sampled.samples.iter().map(printed).collect(),
            population_size: sampled.population,
            time_window: Window { start_time: seconds(start), end_time: seconds(request.end) },
        })
    }
}

fn seconds(at: Millis) -> EpochSeconds {
    EpochSeconds(Timestamp::from_millis(i64::try_from(at).unwrap_or(i64::MAX)))
}

/// Whether a web ACL, or a rule group that it refers to, has a metric of that name.
fn has_metric(call: &Call<'_>, content: &Content, scope: WafScope, metric: &str) -> bool {
    let region = call.state();
    let library = library(call, &region);
    let has = |content: &Content| content.values().any(|value| names(value, "MetricName", metric));
    has(content) || library.named_by(content, scope).iter().any(|own| has(&own.content))
}

/// Whether a member of that name anywhere within has that value.
fn names(value: &Value, member: &str, text: &str) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().any(|(name, own)| (name == member && own == text) || names(own, member, text))
        }
        Value::Array(list) => list.iter().any(|own| names(own, member, text)),
        _ => false,
    }
}

/// A sample as AWS prints it.
fn printed(sample: &Sample) -> Value {
    let pairs = |headers: &[(String, String)]| -> Vec<Value> {
        headers.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    };
    let mut document = json!({
        "Request": {
            "ClientIP": sample.client.to_string(),
            "Country": sample.country,
            "URI": sample.uri,
            "Method": sample.method,
            "HTTPVersion": sample.version,
            "Headers": pairs(&sample.headers),
        },
        // The newest requests are not chosen among others: each stands for itself.
        "Weight": 1,
        "Timestamp": seconds(sample.time),
        "Action": sample.action,
        "RuleNameWithinRuleGroup": sample.rule_within_group,
        "ResponseCodeSent": sample.response_code,
        "OverriddenAction": sample.overridden,
        "Labels": sample.labels.iter().map(|name| json!({ "Name": name })).collect::<Vec<_>>(),
    });
    if !sample.inserted.is_empty() {
        document["RequestHeadersInserted"] = pairs(&sample.inserted).into();
    }
    if let (Some(token), name @ ("CAPTCHA" | "CHALLENGE")) = (sample.token, sample.action) {
        let (name, sent) = if name == "CAPTCHA" { ("CaptchaResponse", 405) } else { ("ChallengeResponse", 202) };
        let failure = token.failure();
        document[name] = json!({
            "ResponseCode": failure.map_or(0, |_| sent),
            "SolveTimestamp": token.solved(),
            "FailureReason": failure,
        });
    }
    document
}
