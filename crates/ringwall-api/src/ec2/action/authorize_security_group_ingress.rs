//! `AuthorizeSecurityGroupIngress`: adds rules for what comes in, all or none (SG-57 to SG-61).

use std::sync::Arc;

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::security_group::{GroupRef, authorize, find_ref, parse_ref};
use crate::ec2::shape::flat_permission::FlatPermission;
use crate::ec2::shape::permission::{Permission, PermissionInput, parse_all};
use crate::ec2::shape::security_group::{Owner, RuleShape};
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct AuthorizeSecurityGroupIngress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<PermissionInput>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ip: Option<String>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    group: GroupRef,
    permissions: Vec<Permission>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    r#return: bool,
    security_group_rule_set: Vec<RuleShape>,
}

impl Action for AuthorizeSecurityGroupIngress {
    const NAME: &'static str = "AuthorizeSecurityGroupIngress";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let flat = FlatPermission {
            ip_protocol: input.ip_protocol,
            from_port: input.from_port,
            to_port: input.to_port,
            cidr_ip: input.cidr_ip,
            source_group_name: input.source_security_group_name,
            source_group_owner: input.source_security_group_owner_id,
        };
        let list = flat.or_list(input.ip_permissions)?;
        if list.is_empty() {
            return Err(crate::action::missing_parameter("ipPermissions"));
        }
        Ok(Request {
            group: parse_ref(input.group_id.as_deref(), input.group_name.as_deref())?,
            permissions: parse_all(&list)?,
            tags: tag::parse(&input.tag_specifications, "security-group-rule")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut group = Arc::unwrap_or_clone(find_ref(&call.state(), &request.group)?);
        let added = authorize(call, &mut group, false, &request.permissions, &request.tags)?;
        call.put(group.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        let state = call.state();
        let shape = |id| RuleShape::new(&group, id, &group.rules[&id], owner, &state);
        Ok(Output { r#return: true, security_group_rule_set: added.into_iter().map(shape).collect() })
    }
}
