//! The names of WAF's things (WAF-105).

use super::{Code, Entry, Refusal};

/// `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn {
    /// all of it
    pub text: String,
    /// where it is
    pub region: String,
    /// whose it is
    pub account: String,
    /// whether it is for distributions, and not for a region's resources
    pub is_global: bool,
    /// its name
    pub name: String,
}

impl Arn {
    /// Reads the ARN of a kind of thing: `webacl`, `rulegroup`, `ipset`, `regexpatternset`.
    pub(crate) fn read(entry: &Entry, kind: &str) -> Result<Arn, Refusal> {
        let text = entry.text_of(20..=2048, |own| !own.is_whitespace())?;
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let wrong = || entry.refused(Code::InvalidResource, format!("is no ARN of a {kind}"));
        let [first, partition, "wafv2", region, account, resource] = parts.as_slice() else { return Err(wrong()) };
        let [scope, own, name, id] = resource.split('/').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let is_known = *first == "arn" && partition.starts_with("aws") && own == kind;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !is_known || !is_account || !["regional", "global"].contains(&scope) || name.is_empty() || id.is_empty() {
            return Err(wrong());
        }
        Ok(Arn {
            text: text.to_owned(),
            region: (*region).to_owned(),
            account: (*account).to_owned(),
            is_global: scope == "global",
            name: name.to_owned(),
        })
    }
}
