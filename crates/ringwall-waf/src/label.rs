//! Labels: what rules write on a request for later rules to read (WAF-18 … WAF-24).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Entry, Refusal};

/// Words that a label of one's own must not have between its colons (WAF-19).
const RESERVED: &[&str] = &["awswaf", "aws", "waf", "rulegroup", "webacl", "regexpatternset", "ipset", "managed"];

/// What all labels of a web ACL or rule group begin with: `awswaf:111122223333:webacl:name:` (WAF-18).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

impl Namespace {
    /// The namespace of a web ACL.
    pub fn of_web_acl(account: &str, name: &str) -> Namespace {
        Namespace(format!("awswaf:{account}:webacl:{name}:"))
    }

    /// The namespace of a rule group.
    pub fn of_rule_group(account: &str, name: &str) -> Namespace {
        Namespace(format!("awswaf:{account}:rulegroup:{name}:"))
    }

    /// The namespace of a managed rule group.
    pub fn of_managed(vendor: &str, name: &str) -> Namespace {
        Namespace(format!("awswaf:managed:{vendor}:{name}:"))
    }

    /// Whether it is one of a managed rule group.
    pub fn is_managed(&self) -> bool {
        self.0.starts_with("awswaf:managed:")
    }

    /// As it is written in documents.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole label for a name in this namespace.
    pub fn label(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }
}

/// Reads the name of a label that a rule writes (WAF-19).
pub(crate) fn read_name(entry: &Entry) -> Result<String, Refusal> {
    let name = entry.text_of(1..=1024, is_of_label)?;
    let parts: Vec<&str> = name.split(':').collect();
    if parts.len() > 6 {
        return Err(entry.invalid("must have at most five namespaces before its name"));
    }
    if parts.iter().any(|part| part.is_empty() || part.len() > 128) {
        return Err(entry.invalid("must have 1 to 128 characters between its colons"));
    }
    match parts.iter().find(|part| RESERVED.contains(part)) {
        Some(word) => Err(entry.invalid(format!("must not have the reserved word `{word}` between its colons"))),
        None => Ok(name.to_owned()),
    }
}

/// The characters of labels.
pub(crate) fn is_of_label(own: char) -> bool {
    own.is_ascii_alphanumeric() || "_-:".contains(own)
}

/// The labels of a request, in the order in which they were written, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    order: Vec<Arc<str>>,
    known: BTreeSet<Arc<str>>,
}

impl Labels {
    /// Writes a label.
    pub fn add(&mut self, label: impl Into<Arc<str>>) {
        let label = label.into();
        if self.known.insert(label.clone()) {
            self.order.push(label);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(|label| &**label)
    }

    /// Whether one of them satisfies a condition.
    pub fn any(&self, condition: impl Fn(&str) -> bool) -> bool {
        self.iter().any(condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;

    fn read(name: &str) -> Result<String, Refusal> {
        read_name(&Entry::root(&Node::Text(name.to_owned())))
    }

    #[test]
    fn a_name_keeps_to_its_limits() {
        for (name, is_good) in [
            ("a", true),
            ("one:two:three:four:five:name", true),
            ("one:two:three:four:five:six:name", false),
            ("a::b", false),
            (":a", false),
            ("a b", false),
            ("my:waf:x", false),
            ("my:wafs:x", true),
            ("my:WAF:x", true),
        ] {
            assert_eq!(read(name).is_ok(), is_good, "WAF-19: {name}");
        }
        assert!(read(&"a".repeat(129)).is_err());
        assert!(read(&"a".repeat(128)).is_ok());
    }

    #[test]
    fn a_label_is_there_once() {
        let mut labels = Labels::default();
        let namespace = Namespace::of_web_acl("111122223333", "acl");
        for name in ["b", "a", "b"] {
            labels.add(namespace.label(name));
        }
        assert_eq!(
            labels.iter().collect::<Vec<_>>(),
            ["awswaf:111122223333:webacl:acl:b", "awswaf:111122223333:webacl:acl:a"]
        );
    }
}
