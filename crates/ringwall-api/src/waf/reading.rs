//! Documents, read by the engine with everything they refer to.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::resource::WafEntity;
use ringwall_model::resource::waf::{Content, WafKind, WafScope};
use ringwall_store::Region;
use ringwall_waf::document::{Bundle, References, Refusal, RuleGroup, WebAcl};
use serde_json::Value;

use super::error::{a, limit, refused};
use super::printed::printed;
use crate::error::ApiError;
use crate::settings::WafSettings;

/// Where documents are looked for that others refer to.
#[derive(Clone, Copy, Debug)]
pub struct Library<'l> {
    /// the records of the Region
    pub region: &'l Region,
    /// its name
    pub region_name: &'l str,
    /// the account
    pub account: &'l str,
    /// what can be enforced
    pub settings: &'l WafSettings,
}

/// A document that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}`{name}`: {refusal}", a(*kind))]
pub struct Unread {
    /// what it is
    pub kind: WafKind,
    /// its name
    pub name: String,
    /// why
    pub refusal: Refusal,
}

/// How many references a web ACL or rule group may have (WAF-117).
const MOST_REFERENCES: usize = 50;

/// Reads a stored web ACL with everything that it refers to.
pub fn read_web_acl(library: Library<'_>, acl: &WafEntity) -> Result<WebAcl, Unread> {
    let mut bundle = library.bundle(acl)?;
    bundle.read(&library.document(acl), library.settings.abilities).map_err(|refusal| unread(acl, refusal))
}

/// Reads a stored rule group with everything that it refers to.
pub fn read_rule_group(library: Library<'_>, group: &WafEntity) -> Result<Arc<RuleGroup>, Unread> {
    let mut bundle = library.bundle(group)?;
    let added = bundle.add_rule_group(&library.document(group), library.settings.abilities);
    added.map_err(|refusal| unread(group, refusal))?;
    let arn = group.arn(library.region_name, library.account);
    Ok(References::rule_group(&bundle, &arn).expect("it was added under its ARN"))
}

/// Whether a document can be enforced as it stands; what it costs in units. What it refers to is in the library already.
pub fn check(library: Library<'_>, entity: &WafEntity) -> Result<u64, ApiError> {
    let said = |unread: Unread| said(entity, &unread);
    let references = Named::of(&entity.content).count;
    if references > MOST_REFERENCES {
        return Err(limit(format!("{references} references are more than {MOST_REFERENCES}.")));
    }
    let refused_here = |refusal: Refusal| refused(entity.kind, &refusal);
    match entity.kind {
        WafKind::WebAcl => read_web_acl(library, entity).map(|acl| acl.capacity).map_err(said),
        WafKind::RuleGroup => read_rule_group(library, entity).map(|group| group.capacity).map_err(said),
        WafKind::IpSet => Bundle::new().add_ip_set(&library.document(entity)).map(|()| 0).map_err(refused_here),
        WafKind::RegexPatternSet => {
            Bundle::new().add_regex_set(&library.document(entity)).map(|()| 0).map_err(refused_here)
        }
    }
}

/// The error of a call about a document. Where another one is at fault, which it refers to, that one is named.
fn said(entity: &WafEntity, unread: &Unread) -> ApiError {
    let mut error = refused(unread.kind, &unread.refusal);
    if (unread.kind, &unread.name) != (entity.kind, &entity.name) {
        error.message = format!("In {} `{}`: {}", a(unread.kind), unread.name, error.message);
    }
    error
}

fn unread(entity: &WafEntity, refusal: Refusal) -> Unread {
    Unread { kind: entity.kind, name: entity.name.clone(), refusal }
}

impl Library<'_> {
    fn document(&self, entity: &WafEntity) -> Vec<u8> {
        printed(entity, self.region_name, self.account).to_string().into_bytes()
    }

    /// The document that an ARN names, of a scope.
    pub fn find(&self, arn: &str, scope: WafScope) -> Option<Arc<WafEntity>> {
        let found = self.region.waf_entities.get(arn.rsplit('/').next()?)?;
        (found.scope == scope && found.arn(self.region_name, self.account) == arn).then(|| found.clone())
    }

    /// Everything that a document refers to, read.
    fn bundle(&self, entity: &WafEntity) -> Result<Bundle, Unread> {
        let mut bundle = Bundle::new();
        if let Some(managed) = &self.settings.managed {
            bundle.set_managed(managed.clone());
        }
        let mut added = BTreeSet::new();
        for arn in Named::of(&entity.content).arns {
            self.add(&arn, entity.scope, &mut bundle, &mut added)?;
        }
        Ok(bundle)
    }

    /// Adds what an ARN names, and before it what that refers to. What is not there is refused by the reader, which knows the place.
    fn add(&self, arn: &str, scope: WafScope, bundle: &mut Bundle, added: &mut BTreeSet<String>) -> Result<(), Unread> {
        let Some(found) = self.find(arn, scope) else { return Ok(()) };
        if !added.insert(arn.to_owned()) {
            return Ok(());
        }
        for inner in Named::of(&found.content).arns {
            self.add(&inner, scope, bundle, added)?;
        }
        let document = self.document(&found);
        let result = match found.kind {
            WafKind::IpSet => bundle.add_ip_set(&document),
            WafKind::RegexPatternSet => bundle.add_regex_set(&document),
            WafKind::RuleGroup => bundle.add_rule_group(&document, self.settings.abilities),
            WafKind::WebAcl => Ok(()),
        };
        result.map_err(|refusal| unread(&found, refusal))
    }

    /// The documents that one of a scope refers to.
    pub fn named_by(&self, content: &Content, scope: WafScope) -> Vec<Arc<WafEntity>> {
        Named::of(content).arns.iter().filter_map(|arn| self.find(arn, scope)).collect()
    }

    /// The documents that refer to one.
    pub fn referring_to(&self, entity: &WafEntity) -> Vec<Arc<WafEntity>> {
        let arn = entity.arn(self.region_name, self.account);
        let others = self.region.waf_entities.iter().filter(|own| own.scope == entity.scope);
        others.filter(|own| Named::of(&own.content).arns.contains(&arn)).cloned().collect()
    }
}

/// What a document names.
#[derive(Default)]
struct Named {
    /// the ARNs that its statements refer to
    arns: BTreeSet<String>,
    /// how many statements refer to something, managed rule groups included
    count: usize,
}

impl Named {
    fn of(content: &Content) -> Named {
        let mut named = Named::default();
        if let Some(rules) = content.get("Rules") {
            named.look_at(rules);
        }
        named
    }

    fn look_at(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, own) in members {
                    match name.as_str() {
                        "IPSetReferenceStatement"
                        | "RegexPatternSetReferenceStatement"
                        | "RuleGroupReferenceStatement" => {
                            self.count += 1;
                            self.arns.extend(own.get("ARN").and_then(Value::as_str).map(str::to_owned));
                        }
                        "ManagedRuleGroupStatement" => self.count += 1,
                        _ => {}
                    }
                    self.look_at(own);
                }
            }
            Value::Array(list) => list.iter().for_each(|own| self.look_at(own)),
            _ => {}
        }
    }
}
