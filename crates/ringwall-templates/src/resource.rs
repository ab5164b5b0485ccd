//! The four kinds of things that a source can have, under the names of each source.

use sha2::{Digest, Sha256};

use crate::Assumptions;
use crate::sourced::Sourced;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    WebAcl,
    RuleGroup,
    IpSet,
    RegexSet,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::WebAcl, Kind::RuleGroup, Kind::IpSet, Kind::RegexSet];

    /// CloudFormation's name.
    pub fn template_type(self) -> &'static str {
        match self {
            Kind::WebAcl => "AWS::WAFv2::WebACL",
            Kind::RuleGroup => "AWS::WAFv2::RuleGroup",
            Kind::IpSet => "AWS::WAFv2::IPSet",
            Kind::RegexSet => "AWS::WAFv2::RegexPatternSet",
        }
    }

    /// Terraform's name.
    pub fn terraform_type(self) -> &'static str {
        match self {
            Kind::WebAcl => "aws_wafv2_web_acl",
            Kind::RuleGroup => "aws_wafv2_rule_group",
            Kind::IpSet => "aws_wafv2_ip_set",
            Kind::RegexSet => "aws_wafv2_regex_pattern_set",
        }
    }

    /// The word in ARNs (WAF-105).
    pub fn arn_word(self) -> &'static str {
        match self {
            Kind::WebAcl => "webacl",
            Kind::RuleGroup => "rulegroup",
            Kind::IpSet => "ipset",
            Kind::RegexSet => "regexpatternset",
        }
    }
}

/// A thing of a source, in AWS's words.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub kind: Kind,
    /// what the source calls it
    pub address: String,
    /// its name
    pub name: String,
    /// as the API prints it
    pub tree: Sourced,
}

/// What AWS would give a thing that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub name: String,
    pub id: String,
    pub arn: String,
}

impl Identity {
    /// The identity of a thing that is not made yet: the id follows from its address, so that it is always the same.
    pub fn new(kind: Kind, address: &str, name: &str, is_global: bool, assumptions: &Assumptions) -> Identity {
        let digest = Sha256::digest(format!("{} {address}", kind.arn_word()));
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let id = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        let region = if is_global { "us-east-1" } else { &assumptions.region };
        let (scope, account, word) = (scope_word(is_global), &assumptions.account, kind.arn_word());
        let arn = format!("arn:{}:wafv2:{region}:{account}:{scope}/{word}/{name}/{id}", partition(region));
        Identity { name: name.to_owned(), id, arn }
    }
}

fn scope_word(is_global: bool) -> &'static str {
    if is_global { "global" } else { "regional" }
}

/// The partition that a region belongs to.
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        own if own.starts_with("cn-") => "aws-cn",
        own if own.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
