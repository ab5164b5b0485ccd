//! Web ACLs that are written down for CloudFormation and Terraform, read into the document that AWS's own API prints: so that
//! every check is the same for all of them, and a refusal names the place in the words of the source.
//!
//! | module | reads |
//! |---|---|
//! | `cloudformation` | templates in JSON and YAML: `AWS::WAFv2::WebACL`, `RuleGroup`, `IPSet`, `RegexPatternSet` |
//! | `terraform` | `aws_wafv2_web_acl`, `_rule_group`, `_ip_set`, `_regex_pattern_set` in `.tf` files, plans and states |
//! | `request` | what `CreateWebACL` takes |
//! | [`document`] | what comes of it |
//!
//! What cannot be resolved is refused, with what to do. Nothing here opens a file.

mod cloudformation;
pub mod document;
mod request;
mod resource;
mod sourced;
mod spelling;
mod terraform;
mod yaml;

use std::collections::BTreeMap;

pub use document::{Document, Refused};
use ringwall_waf::document::Node;

/// What sources leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// the region that things are made in
    pub region: String,
    /// the account that they belong to: 12 digits
    pub account: String,
    /// parameters of a template, and variables of Terraform
    pub values: BTreeMap<String, String>,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        Assumptions { region: "us-east-1".into(), account: "111122223333".into(), values: BTreeMap::new() }
    }
}

/// A file, as it was named.
#[derive(Clone, Debug)]
pub struct Source {
    /// its name
    pub name: String,
    /// what it holds
    pub bytes: Vec<u8>,
}

/// Reads the document with a web ACL in a file, or in the `.tf` and `.tfvars` files of a folder. Where there are several web
/// ACLs, `chosen` is the name of one, as AWS or as the source has it.
pub fn read(sources: &[Source], chosen: Option<&str>, assumptions: &Assumptions) -> Result<Document, Refused> {
    let resources = match sources {
        [] => return Err(Refused::new("", "there is no file to read")),
        files if files.iter().any(|file| is_terraform(&file.name)) => terraform::configuration(files, assumptions)?,
        [file] => match one(file, assumptions)? {
            Form::Aws(node) => return Ok(Document::of_aws(request::made(node, assumptions)?)),
            Form::Resources(resources) => resources,
        },
        _ => return Err(Refused::new("", "several files are read together only if they are Terraform's")),
    };
    Document::assemble(resources, chosen, assumptions)
}

fn is_terraform(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tfvars")
}

enum Form {
    Aws(Node),
    Resources(Vec<resource::Resource>),
}

fn one(file: &Source, assumptions: &Assumptions) -> Result<Form, Refused> {
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    let is_yaml = file.name.ends_with(".yaml") || file.name.ends_with(".yml") || file.name.ends_with(".template");
    if !is_json && !is_yaml && !bytes.trim_ascii_start().starts_with(b"AWSTemplateFormatVersion") {
        let expected =
            "is neither JSON, as AWS prints it, nor a CloudFormation template (.yaml), nor Terraform's (.tf)";
        return Err(Refused::new("", expected));
    }
    let node = if is_json {
        Node::parse(bytes).map_err(|refusal| Refused::new("", refusal.reason))?
    } else {
        yaml::read(bytes)?
    };
    let Node::Object(members) = &node else { return Err(Refused::new("", "must be an object")) };
    let has = |name: &str| members.iter().any(|(own, _)| own == name);
    if has("Resources") {
        return cloudformation::resources(&node, assumptions).map(Form::Resources);
    }
    if has("planned_values") || has("terraform_version") || has("values") && has("format_version") {
        return terraform::shown(&node, assumptions).map(Form::Resources);
    }
    if has("resource") {
        let advice = "is a configuration of Terraform in JSON, which is not read: give what `terraform show -json` prints of a plan or a state";
        return Err(Refused::new("", advice));
    }
    if is_json { Ok(Form::Aws(node)) } else { Err(Refused::new("", "has no `Resources`, as a template has")) }
}

#[cfg(test)]
mod tests;
