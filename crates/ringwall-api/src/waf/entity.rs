//! What the documents of all four kinds have in common: how they are made, found, listed, changed and deleted.

use std::sync::Arc;

use ringwall_model::resource::waf::{Content, WafKind, WafScope};
use ringwall_model::resource::{Tags, WafEntity, WafLogging};
use serde::Serialize;
use serde_json::Value;

use super::error::{a, associated, duplicate, invalid, limit, nonexistent, stale_lock};
use super::paging::Page;
use super::reading::{Library, check};
use super::{constraint, tags};
use crate::call::Call;
use crate::error::ApiError;

/// A document to be made.
#[derive(Debug)]
pub struct New {
    scope: WafScope,
    name: String,
    description: Option<String>,
    capacity: u64,
    content: Content,
    tags: Tags,
}

impl New {
    /// Reads what all have.
    pub fn parse(
        scope: Option<String>,
        name: Option<String>,
        description: Option<String>,
        content: Content,
        tags: Option<Vec<tags::Tag>>,
    ) -> Result<New, ApiError> {
        Ok(New {
            name: constraint::name(name, "name")?,
            scope: constraint::scope(scope)?,
            description: constraint::description(description)?,
            capacity: 0,
            content,
            tags: tags::parse_new(tags)?,
        })
    }

    /// The same with a capacity that was settled by its owner.
    pub fn with_capacity(self, capacity: u64) -> New {
        New { capacity, ..self }
    }
}

/// Which document a call is about.
#[derive(Clone, Debug)]
pub struct Target {
    scope: WafScope,
    name: String,
    id: String,
}

impl Target {
    /// Reads scope, name and id.
    pub fn parse(scope: Option<String>, name: Option<String>, id: Option<String>) -> Result<Target, ApiError> {
        Ok(Target {
            name: constraint::name(name, "name")?,
            scope: constraint::scope(scope)?,
            id: constraint::uuid(id, "id")?,
        })
    }

    /// The document of a kind.
    pub fn find(&self, call: &Call<'_>, kind: WafKind) -> Result<Arc<WafEntity>, ApiError> {
        check_scope(self.scope, call)?;
        let region = call.state();
        let found = region.waf_entities.get(&self.id);
        let found = found.filter(|own| (own.kind, own.scope, &own.name) == (kind, self.scope, &self.name));
        found.cloned().ok_or_else(|| {
            let kind = a(kind).split_once(' ').map_or("", |(_, kind)| kind);
            nonexistent(&format!("{kind} of the name {} and the id {}", self.name, self.id))
        })
    }

    /// The document of a kind, if the lock token is the present one (WAF-107).
    fn find_locked(&self, call: &Call<'_>, kind: WafKind, lock_token: &str) -> Result<Arc<WafEntity>, ApiError> {
        let found = self.find(call, kind)?;
        if found.lock_token == lock_token { Ok(found) } else { Err(stale_lock()) }
    }
}

/// A document in a list, and the answer to a call that made one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Summary {
    name: String,
    id: String,
    description: String,
    lock_token: String,
    #[serde(rename = "ARN")]
    arn: String,
}

impl Summary {
    fn of(entity: &WafEntity, call: &Call<'_>) -> Summary {
        Summary {
            name: entity.name.clone(),
            id: entity.id.clone(),
            description: entity.description.clone().unwrap_or_default(),
            lock_token: entity.lock_token.clone(),
            arn: entity.arn(call.region, &call.settings.account),
        }
    }
}

/// The members of a document that are there, without what is `null`: for AWS that is as if it were not there.
pub fn content(members: Vec<(&str, Option<Value>)>) -> Content {
    let there = members.into_iter().filter_map(|(name, value)| {
        let mut value = value.filter(|value| !value.is_null())?;
        leave_out_nulls(&mut value);
        Some((name.to_owned(), value))
    });
    there.collect()
}

fn leave_out_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, own| !own.is_null());
            members.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

/// Documents for distributions are in one Region alone (WAF-104).
pub fn check_scope(scope: WafScope, call: &Call<'_>) -> Result<(), ApiError> {
    if scope == WafScope::Cloudfront && call.region != "us-east-1" {
        return Err(invalid("SCOPE_VALUE", scope.name(), "The scope is not valid: it is for calls to us-east-1"));
    }
    Ok(())
}

/// Where documents are looked for that others refer to: the call's Region with the changes so far. `region` is what
/// [`Call::state`] gave.
pub fn library<'l>(call: &'l Call<'_>, region: &'l ringwall_store::Region) -> Library<'l> {
    Library { region, region_name: call.region, account: &call.settings.account, settings: &call.settings.waf }
}

/// Makes a document.
pub fn create(kind: WafKind, new: New, call: &mut Call<'_>) -> Result<Summary, ApiError> {
    check_scope(new.scope, call)?;
    let region = call.state();
    let others: Vec<_> = region.waf_entities.iter().filter(|own| (own.kind, own.scope) == (kind, new.scope)).collect();
    if others.iter().any(|own| own.name == new.name) {
        return Err(duplicate(&format!("{} of the name {}", a(kind), new.name)));
    }
    let quota = quota(kind, call);
    if others.len() >= quota {
        let scope = new.scope.name();
        return Err(limit(format!(
            "There are {quota} of that kind in the scope {scope}, which are as many as may be."
        )));
    }
    let mut entity = WafEntity {
        id: uuid((call.random)()),
        kind,
        scope: new.scope,
        name: new.name,
        description: new.description,
        lock_token: uuid((call.random)()),
        capacity: new.capacity,
        content: new.content,
        created: call.now,
        tags: new.tags,
    };
    entity.capacity = check(library(call, &region), &entity)?;
    let summary = Summary::of(&entity, call);
    call.put(entity);
    Ok(summary)
}

/// A page of the documents of a kind and scope.
pub fn list(
    kind: WafKind,
    scope: WafScope,
    page: &Page,
    call: &Call<'_>,
) -> Result<(Vec<Summary>, Option<String>), ApiError> {
    check_scope(scope, call)?;
    let region = call.state();
    let all = region.waf_entities.iter().filter(|own| (own.kind, own.scope) == (kind, scope)).cloned().collect();
    let (entities, marker) = page.of(all, |own: &Arc<WafEntity>| own.name.clone());
    Ok((entities.iter().map(|own| Summary::of(own, call)).collect(), marker))
}

/// A change of a document: all of it but what can never change (WAF-108).
#[derive(Debug)]
pub struct Change {
    target: Target,
    lock_token: String,
    description: Option<String>,
    content: Content,
}

impl Change {
    /// Reads what all have.
    pub fn parse(
        target: Target,
        lock_token: Option<String>,
        description: Option<String>,
        content: Content,
    ) -> Result<Change, ApiError> {
        let lock_token = constraint::uuid(lock_token, "lockToken")?;
        Ok(Change { target, lock_token, description: constraint::description(description)?, content })
    }
}

/// The answer to a change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Changed {
    next_lock_token: String,
}

/// Changes a document. What refers to it must still be readable with it. `kept` names what stays of the content.
pub fn update(kind: WafKind, change: Change, kept: &[&str], call: &mut Call<'_>) -> Result<Changed, ApiError> {
    let old = change.target.find_locked(call, kind, &change.lock_token)?;
    let mut entity = WafEntity::clone(&old);
    entity.content = change.content;
    let stays = old.content.iter().filter(|(name, _)| kept.contains(&name.as_str()));
    entity.content.extend(stays.map(|(name, value)| (name.clone(), value.clone())));
    entity.description = change.description;
    entity.lock_token = uuid((call.random)());
    let region = call.state();
    entity.capacity = check(library(call, &region), &entity)?;
    let next_lock_token = entity.lock_token.clone();
    call.put(entity.clone());
    let region = call.state();
    for referring in library(call, &region).referring_to(&entity) {
        check(library(call, &region), &referring).map_err(|mut error| {
            let (what, name) = (a(referring.kind), &referring.name);
            error.message = format!("Then {what} that refers to it, `{name}`, could not be: {}", error.message);
            error
        })?;
    }
    Ok(Changed { next_lock_token })
}

/// Deletes a document that nothing refers to (WAF-111). The logging of a web ACL goes with it.
pub fn delete(kind: WafKind, target: &Target, lock_token: &str, call: &mut Call<'_>) -> Result<(), ApiError> {
    let found = target.find_locked(call, kind, lock_token)?;
    let region = call.state();
    if let Some(other) = library(call, &region).referring_to(&found).first() {
        let (what, name) = (a(other.kind), &other.name);
        return Err(associated(format!("It is in use: {what} of the name {name} refers to it.")));
    }
    call.delete::<WafEntity>(&found.id);
    call.delete::<WafLogging>(&found.id);
    Ok(())
}

fn quota(kind: WafKind, call: &Call<'_>) -> usize {
    let quotas = &call.settings.quotas;
    let quota = match kind {
        WafKind::WebAcl => quotas.web_acls,
        WafKind::RuleGroup => quotas.rule_groups,
        WafKind::IpSet => quotas.ip_sets,
        WafKind::RegexPatternSet => quotas.regex_pattern_sets,
    };
    quota as usize
}

/// A number as a UUID of version 4.
fn uuid(number: u128) -> String {
    let bits = number & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let text = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// Which document a call is about that can be named in two ways.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// by its ARN
    Arn(String),
    /// by scope, name and id
    Target(Target),
}

impl Wanted {
    /// Reads the ARN if there is one, else scope, name and id; not both.
    pub fn parse(
        arn: Option<String>,
        scope: Option<String>,
        name: Option<String>,
        id: Option<String>,
    ) -> Result<Wanted, ApiError> {
        match arn {
            Some(arn) if scope.is_some() || name.is_some() || id.is_some() => {
                Err(invalid("RESOURCE_ARN", &arn, "The call names something by its ARN and in another way as well"))
            }
            Some(arn) => constraint::arn(Some(arn), "aRN").map(Wanted::Arn),
            None => Target::parse(scope, name, id).map(Wanted::Target),
        }
    }

    /// The document of a kind.
    pub fn find(&self, call: &Call<'_>, kind: WafKind) -> Result<Arc<WafEntity>, ApiError> {
        match self {
            Wanted::Arn(arn) => super::arn::find_kind(call, arn, kind),
            Wanted::Target(target) => target.find(call, kind),
        }
    }
}
