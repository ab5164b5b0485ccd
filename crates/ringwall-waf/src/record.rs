//! The log record of a request, in AWS's JSON (WAF-127 … WAF-133).

use serde::Serialize;

use crate::action::token::TokenState;
use crate::document::WebAcl;
use crate::environment::{Environment, Millis, Sensitivity};
use crate::inspection::{Condition, Detail};
use crate::logging::Redaction;
use crate::protection::Protections;
use crate::request::{Request, Resource};
use crate::verdict::{Decision, GroupReport, Matched, RateReport, RuleType, Verdict};

/// How many labels of a request are logged (WAF-24).
const MOST_LABELS: usize = 100;

/// Where a request was received.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// the kind of resource
    pub resource: Resource,
    /// the resource, as AWS names it for its kind
    pub id: &'a str,
    /// the request, as the resource names it (WAF-129)
    pub request_id: &'a str,
}

/// A log record. It is written by `serde_json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    timestamp: Millis,
    format_version: u8,
    webacl_id: String,
    terminating_rule_id: String,
    terminating_rule_type: &'static str,
    action: &'static str,
    terminating_rule_match_details: Vec<DetailRecord>,
    http_source_name: &'static str,
    http_source_id: String,
    rule_group_list: Vec<GroupRecord>,
    rate_based_rule_list: Vec<RateRecord>,
    non_terminating_matching_rules: Vec<MatchedRecord>,
    request_headers_inserted: Option<Vec<Pair>>,
    response_code_sent: Option<u16>,
    http_request: RequestRecord,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_response: Option<TokenRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_response: Option<TokenRecord>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "ja3Fingerprint")]
    ja3_fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "ja4Fingerprint")]
    ja4_fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_asn: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    oversize_fields: Vec<&'static str>,
    request_body_size: u64,
    #[serde(rename = "requestBodySizeInspectedByWAF")]
    request_body_size_inspected_by_waf: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DetailRecord {
    condition_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity_level: Option<&'static str>,
    location: &'static str,
    matched_data: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched_field_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MatchedRecord {
    rule_id: String,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    overridden_action: Option<&'static str>,
    rule_match_details: Vec<DetailRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_response: Option<TokenRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_response: Option<TokenRecord>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupRecord {
    rule_group_id: String,
    terminating_rule: Option<MatchedRecord>,
    non_terminating_matching_rules: Vec<MatchedRecord>,
    excluded_rules: Option<Vec<ExcludedRecord>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExcludedRecord {
    exclusion_type: &'static str,
    rule_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RateRecord {
    rate_based_rule_id: String,
    rate_based_rule_name: String,
    limit_key: &'static str,
    limit_value: String,
    max_rate_allowed: u64,
    evaluation_window_sec: String,
    custom_values: Vec<CustomValue>,
}

#[derive(Debug, Serialize)]
struct CustomValue {
    key: &'static str,
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenRecord {
    response_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    solve_timestamp: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Label {
    name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestRecord {
    client_ip: String,
    country: String,
    headers: Vec<Pair>,
    uri: String,
    args: String,
    http_version: String,
    http_method: String,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fragment: Option<String>,
    scheme: String,
    host: String,
}

impl Record {
    /// The record of a verdict.
    pub fn new(
        acl: &WebAcl,
        request: &Request,
        source: Source,
        environment: &Environment,
        verdict: &Verdict,
    ) -> Record {
        let terminating = verdict.terminating.as_ref();
        let shown = &acl.protections;
        let ended_by = |action: &str| {
            let matched = terminating.map(|own| &own.matched).filter(|own| own.action == action)?;
            token(matched)
        };
        let inserted = match &verdict.decision {
            Decision::Allow(headers) if !headers.is_empty() => Some(headers),
            _ => None,
        };
        let known = environment.geography.and_then(|geography| geography.network(request.client.to_canonical()));
        let limit = acl.body_limit(source.resource) as u64;
        let size = request.body_size.max(request.body.len() as u64);
        Record {
            timestamp: environment.now,
            format_version: 1,
            webacl_id: acl.arn.text.clone(),
            terminating_rule_id: verdict.decided_by().to_owned(),
            terminating_rule_type: terminating.map_or("REGULAR", |own| kind(own.kind)),
            action: verdict.action(),
            terminating_rule_match_details: terminating.map(|own| details(&own.matched, shown)).unwrap_or_default(),
            http_source_name: source.resource.log_name(),
            http_source_id: source.id.to_owned(),
            rule_group_list: verdict.groups.iter().map(|own| group(own, shown)).collect(),
            rate_based_rule_list: verdict.rates.iter().map(|own| rate(own, shown)).collect(),
            non_terminating_matching_rules: verdict.matched.iter().map(|own| matched(own, shown)).collect(),
            request_headers_inserted: inserted.map(|headers| {
                headers.iter().map(|own| Pair { name: own.name.clone(), value: own.value.clone() }).collect()
            }),
            response_code_sent: match &verdict.decision {
                Decision::Block(Some(response)) => Some(response.code),
                _ => None,
            },
            http_request: RequestRecord::new(request, source, environment, shown),
            labels: verdict.labels.iter().take(MOST_LABELS).map(|own| Label { name: own.to_owned() }).collect(),
            captcha_response: ended_by("CAPTCHA"),
            challenge_response: ended_by("CHALLENGE"),
            ja3_fingerprint: request.fingerprints.ja3.map(str::to_owned),
            ja4_fingerprint: request.fingerprints.ja4.map(str::to_owned),
            client_asn: known,
            oversize_fields: verdict.oversize.iter().map(|own| own.log_name()).collect(),
            request_body_size: size,
            request_body_size_inspected_by_waf: size.min(limit),
        }
    }

    /// Makes values unreadable (WAF-124). What was found of attacks stays, as AWS's records have it.
    pub(crate) fn redact(&mut self, redaction: &Redaction) {
        let request = &mut self.http_request;
        let is_redacted = |name: &str| redaction.headers.iter().any(|own| own.eq_ignore_ascii_case(name));
        let headers = request.headers.iter_mut().filter(|own| is_redacted(&own.name)).map(|own| &mut own.value);
        let parts = [
            (redaction.path, &mut request.uri),
            (redaction.query, &mut request.args),
            (redaction.method, &mut request.http_method),
            (is_redacted("host"), &mut request.host),
        ];
        let parts = parts.into_iter().filter(|(is_redacted, _)| *is_redacted).map(|(_, value)| value);
        headers.chain(parts).for_each(|value| *value = "REDACTED".to_owned());
    }

    /// The record as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl RequestRecord {
    fn new(request: &Request, source: Source, environment: &Environment, shown: &Protections) -> RequestRecord {
        let client = request.client.to_canonical();
        let place = environment.geography.and_then(|geography| geography.place(client));
        let value = |own: &crate::request::Header| text(&shown.header(own.name, own.value));
        let header = |own: &crate::request::Header| Pair { name: text(own.name), value: value(own) };
        RequestRecord {
            client_ip: client.to_string(),
            country: place.map_or_else(|| "-".to_owned(), |place| place.country),
            headers: request.headers.iter().map(header).collect(),
            uri: text(request.path),
            args: text(&shown.query(request.query.unwrap_or_default())),
            http_version: request.version.to_owned(),
            http_method: text(request.method),
            request_id: source.request_id.to_owned(),
            fragment: request.fragment.map(text),
            scheme: request.scheme.to_owned(),
            host: text(&shown.header(b"host", request.values_of("host").next().unwrap_or_default())),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn kind(kind: RuleType) -> &'static str {
    match kind {
        RuleType::Regular => "REGULAR",
        RuleType::RateBased => "RATE_BASED",
        RuleType::Group => "GROUP",
        RuleType::ManagedGroup => "MANAGED_RULE_GROUP",
    }
}

fn detail(own: &Detail, shown: &Protections) -> DetailRecord {
    let (condition_type, sensitivity_level) = match own.condition {
        Condition::SqlInjection(Sensitivity::Low) => ("SQL_INJECTION", Some("LOW")),
        Condition::SqlInjection(Sensitivity::High) => ("SQL_INJECTION", Some("HIGH")),
        Condition::Xss => ("XSS", None),
    };
    DetailRecord {
        condition_type,
        sensitivity_level,
        location: own.location,
        matched_data: vec![text(&shown.found(own.location, own.field.as_deref(), &own.matched))],
        matched_field_name: own.field.as_deref().map(text),
    }
}

fn details(own: &Matched, shown: &Protections) -> Vec<DetailRecord> {
    own.details.iter().map(|own| detail(own, shown)).collect()
}

/// What was answered to a request that lacked a token, or nothing if it had one.
fn token(own: &Matched) -> Option<TokenRecord> {
    let state: TokenState = own.token?;
    let sent = if own.action == "CAPTCHA" { 405 } else { 202 };
    let failure_reason = state.failure();
    let response_code = failure_reason.map_or(0, |_| sent);
    Some(TokenRecord { response_code, solve_timestamp: state.solved(), failure_reason })
}

fn matched(own: &Matched, shown: &Protections) -> MatchedRecord {
    MatchedRecord {
        rule_id: own.rule.clone(),
        action: own.action,
        overridden_action: own.overridden.filter(|_| !own.is_excluded),
        rule_match_details: details(own, shown),
        captcha_response: token(own).filter(|_| own.action == "CAPTCHA"),
        challenge_response: token(own).filter(|_| own.action == "CHALLENGE"),
    }
}

fn group(own: &GroupReport, shown: &Protections) -> GroupRecord {
    let (excluded, others): (Vec<&Matched>, Vec<&Matched>) = own.matched.iter().partition(|rule| rule.is_excluded);
    let excluded_rules = excluded
        .into_iter()
        .map(|rule| ExcludedRecord { exclusion_type: "EXCLUDED_AS_COUNT", rule_id: rule.rule.clone() });
    let excluded_rules: Vec<ExcludedRecord> = excluded_rules.collect();
    GroupRecord {
        rule_group_id: own.group.clone(),
        terminating_rule: own.terminating.as_ref().map(|own| matched(own, shown)),
        non_terminating_matching_rules: others.into_iter().map(|own| matched(own, shown)).collect(),
        excluded_rules: (!excluded_rules.is_empty()).then_some(excluded_rules),
    }
}

fn rate(own: &RateReport, shown: &Protections) -> RateRecord {
    let values = own.rated.values.iter();
    RateRecord {
        rate_based_rule_id: own.owner.clone(),
        rate_based_rule_name: own.rule.clone(),
        limit_key: own.key_type,
        limit_value: own.rated.key.address().map(|address| address.to_string()).unwrap_or_default(),
        max_rate_allowed: own.limit,
        evaluation_window_sec: own.window.to_string(),
        custom_values: values
            .map(|own| CustomValue {
                key: own.key,
                name: own.name.clone(),
                value: text(&shown.rated(own.key, &own.name, &own.value)),
            })
            .collect(),
    }
}
