//! `ListLoggingConfigurations`: where the records of the web ACLs of a scope go, by the names of the web ACLs.

use std::sync::Arc;

use ringwall_model::resource::waf::WafScope;
use ringwall_model::resource::{WafEntity, WafLogging};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::check_scope;
use crate::waf::logging::{Owner, owner, printed};
use crate::waf::paging::Page;

/// The action.
pub struct ListLoggingConfigurations;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    next_marker: Option<String>,
    limit: Option<i64>,
    log_scope: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    logging_configurations: Vec<Value>,
    next_marker: Option<String>,
}

impl Action for ListLoggingConfigurations {
    const NAME: &'static str = "ListLoggingConfigurations";

    type Input = Input;
    type Request = (WafScope, Page, Owner);
    type Output = Output;

    fn parse(input: Input) -> Result<(WafScope, Page, Owner), ApiError> {
        let page = Page::parse(input.next_marker, input.limit)?;
        Ok((constraint::scope(input.scope)?, page, owner(input.log_scope)?))
    }

    fn apply((scope, page, owner): (WafScope, Page, Owner), call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_scope(scope, call)?;
        let region = call.state();
        let with_acl = |logging: &Arc<WafLogging>| {
            let acl = region.waf_entities.get(&logging.web_acl)?;
            (acl.scope == scope && owner == Owner::Customer).then(|| (acl.clone(), logging.clone()))
        };
        let all: Vec<(Arc<WafEntity>, Arc<WafLogging>)> = region.waf_logging.iter().filter_map(with_acl).collect();
        let (shown, next_marker) = page.of(all, |(acl, _)| acl.name.clone());
        let logging_configurations = shown.iter().map(|(acl, logging)| printed(acl, logging, call)).collect();
        Ok(Output { logging_configurations, next_marker })
    }
}
