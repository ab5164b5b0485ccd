//! Logging configurations: found by their web ACLs, and as AWS prints them.

use std::sync::Arc;

use ringwall_model::resource::waf::{Content, WafKind};
use ringwall_model::resource::{WafEntity, WafLogging};
use ringwall_waf::document::Refusal;
use ringwall_waf::logging::Logging;
use serde_json::Value;

use super::constraint::{self, word};
use super::error::{nonexistent, unsupported};
use crate::call::Call;
use crate::error::ApiError;

/// Whose logging a call is about: that of the web ACL's owner, or that of another of AWS's services, which there is none of here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// the web ACL's owner
    Customer,
    /// a service of AWS's
    Service,
}

/// Reads `LogScope`.
pub fn owner(scope: Option<String>) -> Result<Owner, ApiError> {
    let words = [
        ("CUSTOMER", Owner::Customer),
        ("SECURITY_LAKE", Owner::Service),
        ("CLOUDWATCH_TELEMETRY_RULE_MANAGED", Owner::Service),
    ];
    scope.map_or(Ok(Owner::Customer), |scope| word(Some(scope), "logScope", &words))
}

/// Which logging a call is about.
#[derive(Clone, Debug)]
pub struct Wanted {
    acl: String,
    owner: Owner,
}

impl Wanted {
    /// Reads the ARN, `LogType` and `LogScope`.
    pub fn parse(acl: Option<String>, kind: Option<String>, scope: Option<String>) -> Result<Wanted, ApiError> {
        if let Some(kind) = kind {
            word(Some(kind), "logType", &[("WAF_LOGS", ())])?;
        }
        Ok(Wanted { acl: constraint::arn(acl, "resourceArn")?, owner: owner(scope)? })
    }

    /// The web ACL and its logging.
    pub fn find(&self, call: &Call<'_>) -> Result<(Arc<WafEntity>, Arc<WafLogging>), ApiError> {
        let acl = super::arn::find_kind(call, &self.acl, WafKind::WebAcl)?;
        let region = call.state();
        let found = region.waf_logging.get(&acl.id).filter(|_| self.owner == Owner::Customer).cloned();
        let found = found.ok_or_else(|| nonexistent(&format!("logging configuration of {}", self.acl)))?;
        Ok((acl, found))
    }
}

/// A configuration as AWS prints it.
pub fn printed(acl: &WafEntity, logging: &WafLogging, call: &Call<'_>) -> Value {
    let mut document = logging.content.clone();
    document.insert("ResourceArn".to_owned(), acl.arn(call.region, &call.settings.account).into());
    Value::Object(document)
}

/// Writes the configuration of a web ACL, in place of the one that it had.
pub fn put(mut content: Content, call: &mut Call<'_>) -> Result<Value, ApiError> {
    let said = content.remove("ResourceArn");
    let arn = said.as_ref().and_then(Value::as_str).map(str::to_owned);
    let arn = constraint::arn(arn, "loggingConfiguration.resourceArn")?;
    let acl = super::arn::find_kind(call, &arn, WafKind::WebAcl)?;
    for (name, value) in
        [("LogType", "WAF_LOGS".into()), ("LogScope", "CUSTOMER".into()), ("ManagedByFirewallManager", false.into())]
    {
        content.entry(name).or_insert(value);
    }
    let logging = WafLogging { web_acl: acl.id.clone(), content };
    let document = printed(&acl, &logging, call);
    let read = Logging::read(document.to_string().as_bytes());
    read.map_err(|refusal: Refusal| super::error::refused(WafKind::WebAcl, &refusal))?;
    if !call.settings.has_log_bucket {
        return Err(unsupported("This Ringwall was started without an S3 that records could go to.".to_owned()));
    }
    call.put(logging);
    Ok(document)
}
