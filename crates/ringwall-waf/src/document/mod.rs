//! Documents: web ACLs, rule groups and sets, as AWS prints them, read into what cannot be wrong.
//!
//! Every value is checked where it is read. What AWS does not know is refused, and so is what AWS knows and nobody here can
//! enforce: each time with the place in the document and AWS's error.

mod arn;
mod bundle;
mod context;
mod entry;
mod group;
mod ip_set;
mod node;
mod refusal;
mod regex_set;
mod rule;
mod web_acl;

pub use arn::Arn;
pub use bundle::Bundle;
pub use context::{Context, ManagedGroups, References};
pub use entry::{Entry, Members};
pub use group::{GroupReference, ManagedHead, RuleGroup};
pub use ip_set::IpSet;
pub use node::{LONGEST, Node};
pub use refusal::{Code, Place, Refusal};
pub use regex_set::RegexSet;
pub use rule::{Immunity, Rule, RuleKind, Visibility};
pub use web_acl::WebAcl;

use crate::label::Namespace;

/// The members of a document, which may stand within an object with its kind as the name, as AWS prints it.
fn unwrapped<'a>(entry: &Entry<'a>, kind: &str) -> Result<Members<'a>, Refusal> {
    let mut members = entry.members()?;
    let Some(inner) = members.take(kind) else { return Ok(members) };
    if let Some(token) = members.take("LockToken") {
        token.text()?;
    }
    members.finish()?;
    inner.members()
}

/// Reads what every document begins with: name, id, ARN and description.
fn read_head(members: &mut Members, kind: &str) -> Result<Arn, Refusal> {
    let name = members.require("Name")?;
    members.require("Id")?.text_of(1..=36, |own| own.is_ascii_hexdigit() || own == '-')?;
    let arn = Arn::read(&members.require("ARN")?, kind)?;
    if let Some(description) = members.take("Description") {
        description.text_of(0..=256, |_| true)?;
    }
    if name.name()? != arn.name {
        return Err(name.invalid("is another name than the ARN has"));
    }
    Ok(arn)
}

/// `LabelNamespace` as AWS prints it, which follows from the ARN.
fn check_namespace(members: &mut Members, namespace: &Namespace) -> Result<(), Refusal> {
    let Some(entry) = members.take("LabelNamespace") else { return Ok(()) };
    if entry.text()? == namespace.as_str() { Ok(()) } else { Err(entry.invalid("is another one than the ARN has")) }
}

#[cfg(test)]
pub(crate) mod tests;
