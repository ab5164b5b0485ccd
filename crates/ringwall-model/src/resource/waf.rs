//! What web ACLs are made of: the documents of WAF, as their owner wrote them.
//!
//! A document was read in full by the engine before it was written here, so it says nothing that cannot be enforced. It is kept
//! in AWS's JSON, because that is what its owner gets back; what the engine makes of it is made anew from here.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Milliseconds, Tags};

/// What a document says beside its name, id and description: the members of AWS's JSON.
pub type Content = Map<String, Value>;

/// A web ACL, or something that web ACLs refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WafEntity {
    /// its id, a UUID
    pub id: String,
    /// what it is
    pub kind: WafKind,
    /// what it is for
    pub scope: WafScope,
    /// its name, which no other of its kind and scope has (WAF-106)
    pub name: String,
    /// its description
    #[serde(default)]
    pub description: Option<String>,
    /// what whoever changes it must present; every change makes another one (WAF-107)
    pub lock_token: String,
    /// what it costs in a web ACL: of a rule group what its owner settled once for all (WAF-29), of a web ACL what its rules
    /// need, of the others nothing
    #[serde(default)]
    pub capacity: u64,
    /// the document
    pub content: Content,
    /// when it was made
    pub created: Milliseconds,
    /// its tags
    #[serde(default)]
    pub tags: Tags,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WafKind {
    /// a web ACL
    WebAcl,
    /// a rule group
    RuleGroup,
    /// an IP set
    IpSet,
    /// a regex pattern set
    RegexPatternSet,
}

impl WafKind {
    /// All of them.
    pub const ALL: [WafKind; 4] = [WafKind::WebAcl, WafKind::RuleGroup, WafKind::IpSet, WafKind::RegexPatternSet];

    /// By what ARNs name it (WAF-105).
    pub fn arn_name(self) -> &'static str {
        match self {
            WafKind::WebAcl => "webacl",
            WafKind::RuleGroup => "rulegroup",
            WafKind::IpSet => "ipset",
            WafKind::RegexPatternSet => "regexpatternset",
        }
    }
}

/// What a document is for: a Region's resources, or the distributions of the world, whose documents are in `us-east-1` (WAF-104).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WafScope {
    /// resources of the Region
    Regional,
    /// distributions
    Cloudfront,
}

impl WafScope {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            WafScope::Regional => "REGIONAL",
            WafScope::Cloudfront => "CLOUDFRONT",
        }
    }

    /// By what ARNs name it (WAF-105).
    pub fn arn_name(self) -> &'static str {
        match self {
            WafScope::Regional => "regional",
            WafScope::Cloudfront => "global",
        }
    }
}

impl WafEntity {
    /// Its ARN, in a Region and an account (WAF-105).
    pub fn arn(&self, region: &str, account: &str) -> String {
        let (scope, kind) = (self.scope.arn_name(), self.kind.arn_name());
        format!("arn:aws:wafv2:{region}:{account}:{scope}/{kind}/{}/{}", self.name, self.id)
    }
}

/// Where the records of a web ACL's requests go, and which of them (WAF-123).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WafLogging {
    /// the id of the web ACL
    pub web_acl: String,
    /// `LoggingConfiguration` without the ARN of the web ACL
    pub content: Content,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_where_what_and_which() {
        let mut entity = WafEntity {
            id: "00000000-0000-4000-8000-000000000001".to_owned(),
            kind: WafKind::IpSet,
            scope: WafScope::Regional,
            name: "own".to_owned(),
            description: None,
            lock_token: String::new(),
            capacity: 0,
            content: Content::new(),
            created: 0,
            tags: Tags::new(),
        };
        let arn = entity.arn("eu-west-1", "111122223333");
        let id = &entity.id;
        assert_eq!(arn, format!("arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/own/{id}"), "WAF-105");
        (entity.scope, entity.kind) = (WafScope::Cloudfront, WafKind::WebAcl);
        assert!(entity.arn("us-east-1", "111122223333").contains(":global/webacl/own/"), "WAF-105");
    }
}
