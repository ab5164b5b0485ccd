//! `GetRateBasedStatementManagedKeys`: the addresses that a rate-based rule limits now (WAF-58).

use ringwall_model::resource::waf::WafKind;
use ringwall_waf::document::{Rule, RuleKind, WebAcl};
use ringwall_waf::environment::Millis;
use ringwall_waf::rate::{Aggregate, CounterId, RateBased};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Target, library};
use crate::waf::error::{nonexistent, refused};
use crate::waf::read_web_acl;

/// The action.
pub struct GetRateBasedStatementManagedKeys;

/// How many addresses are told (WAF-58).
const MOST: usize = 10_000;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    #[serde(rename = "WebACLName")]
    web_acl_name: Option<String>,
    #[serde(rename = "WebACLId")]
    web_acl_id: Option<String>,
    rule_group_rule_name: Option<String>,
    rule_name: Option<String>,
}

/// Which rule is asked about.
#[derive(Debug)]
pub struct Request {
    acl: Target,
    /// the rule that refers to the group which has the rule
    outer: Option<String>,
    rule: String,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    #[serde(rename = "ManagedKeysIPV4")]
    ipv4: Keys,
    #[serde(rename = "ManagedKeysIPV6")]
    ipv6: Keys,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    #[serde(rename = "IPAddressVersion")]
    version: &'static str,
    addresses: Vec<String>,
}

impl Action for GetRateBasedStatementManagedKeys {
    const NAME: &'static str = "GetRateBasedStatementManagedKeys";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let name = constraint::name(input.web_acl_name, "webACLName")?;
        let id = constraint::uuid(input.web_acl_id, "webACLId")?;
        let outer = input.rule_group_rule_name.map(|own| constraint::name(Some(own), "ruleGroupRuleName"));
        Ok(Request {
            acl: Target::parse(input.scope, Some(name), Some(id))?,
            outer: outer.transpose()?,
            rule: constraint::name(input.rule_name, "ruleName")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let entity = request.acl.find(call, WafKind::WebAcl)?;
        let region = call.state();
        let acl = read_web_acl(library(call, &region), &entity);
        let acl = acl.map_err(|unread| refused(unread.kind, &unread.refusal))?;
        let (rate, counter) = find(&acl, &request)
            .ok_or_else(|| nonexistent(&format!("rate-based rule of the name {} there", request.rule)))?;
        if !matches!(rate.aggregate, Aggregate::Ip | Aggregate::ForwardedIp(_)) {
            let message = "The rule counts by other keys than addresses, which are not told.";
            return Err(ApiError::new("WAFUnsupportedAggregateKeyTypeException", message));
        }
        let now = Millis::try_from(call.now).unwrap_or(0);
        let over = call.observed.counters.over(counter, rate.limit, rate.window, now);
        let (ipv4, ipv6): (Vec<_>, Vec<_>) =
            over.iter().filter_map(|(key, _)| key.address()).take(MOST).partition(std::net::IpAddr::is_ipv4);
        let texts = |addresses: Vec<std::net::IpAddr>, length| {
            addresses.iter().map(|address| format!("{address}/{length}")).collect()
        };
        Ok(Output {
            ipv4: Keys { version: "IPV4", addresses: texts(ipv4, 32) },
            ipv6: Keys { version: "IPV6", addresses: texts(ipv6, 128) },
        })
    }
}

/// The rate of the rule, and whose counts it has there.
fn find<'a>(acl: &'a WebAcl, request: &Request) -> Option<(&'a RateBased, CounterId)> {
    let Some(outer) = &request.outer else {
        let rate = rate_of(&acl.rules, &request.rule)?;
        return Some((rate, rate.counter));
    };
    let outer = acl.rules.iter().find(|rule| rule.name == *outer)?;
    let RuleKind::Group(reference) = &outer.kind else { return None };
    let rate = rate_of(&reference.group.rules, &request.rule)?;
    Some((rate, rate.counter.within(reference.counter)))
}

fn rate_of<'r>(rules: &'r [Rule], name: &str) -> Option<&'r RateBased> {
    match &rules.iter().find(|rule| rule.name == name)?.kind {
        RuleKind::Rate(rate, _) => Some(rate),
        _ => None,
    }
}
