//! LabelMatchStatement: what earlier rules wrote (WAF-22, WAF-23).

use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;
use crate::label::{Namespace, is_of_label};

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelMatch {
    /// whether every label below the key is meant, and not one label
    is_namespace: bool,
    key: String,
    /// where a key that is not written out belongs; none for one that is
    context: Option<Namespace>,
}

impl LabelMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<LabelMatch, Refusal> {
        let mut members = entry.members()?;
        let is_namespace = members.require("Scope")?.choice(&[("LABEL", false), ("NAMESPACE", true)])?;
        let key_entry = members.require("Key")?;
        let key = key_entry.text_of(1..=1024, is_of_label)?.to_owned();
        members.finish()?;
        if key.ends_with(':') != is_namespace {
            let reason =
                if is_namespace { "must end with `:` in the scope NAMESPACE" } else { "must end with a label's name" };
            return Err(key_entry.invalid(reason));
        }
        let context = (!key.starts_with("awswaf:")).then(|| context.namespace.clone());
        Ok(LabelMatch { is_namespace, key, context })
    }

    /// Whether the request has such a label.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        inspection.labels.any(|label| self.is_meant(label))
    }

    /// A key that is written out is the whole label, or the beginning of it. Another one is looked for among the labels of the
    /// context: their last components, or their first ones.
    fn is_meant(&self, label: &str) -> bool {
        let label = match &self.context {
            None => Some(label),
            Some(context) => label.strip_prefix(context.as_str()),
        };
        label.is_some_and(|label| match (self.is_namespace, &self.context) {
            (true, _) => label.starts_with(&self.key) && label.len() > self.key.len(),
            (false, None) => label == self.key,
            (false, Some(_)) => {
                label.strip_suffix(self.key.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with(':'))
            }
        })
    }

    /// What it looks for, to be read.
    pub(crate) fn wanted(&self) -> String {
        format!("{} {}", if self.is_namespace { "NAMESPACE" } else { "LABEL" }, self.key)
    }

    /// One unit (WAF-22).
    pub fn capacity(&self) -> u64 {
        1
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::Sent;

    fn statement(scope: &str, key: &str) -> String {
        format!(r#"{{"LabelMatchStatement": {{"Scope": "{scope}", "Key": "{key}"}}}}"#)
    }

    #[test]
    fn keys_mean_labels_of_their_context_or_are_written_out() {
        let own = "awswaf:111122223333:webacl:test:one:two:three";
        let others = "awswaf:111122223333:rulegroup:other:one:three";
        for (label, scope, key, is_match) in [
            (own, "LABEL", "three", true),
            (own, "LABEL", "two:three", true),
            (own, "LABEL", "one:two:three", true),
            (own, "LABEL", "hree", false),
            (own, "LABEL", "one:two", false),
            (own, "LABEL", own, true),
            (own, "LABEL", "awswaf:111122223333:webacl:test:three", false),
            (own, "NAMESPACE", "one:", true),
            (own, "NAMESPACE", "one:two:", true),
            (own, "NAMESPACE", "two:", false),
            (own, "NAMESPACE", "awswaf:111122223333:webacl:", true),
            (others, "LABEL", "three", false),
            (others, "LABEL", others, true),
            (others, "NAMESPACE", "one:", false),
            (others, "NAMESPACE", "awswaf:111122223333:rulegroup:other:", true),
        ] {
            let sent = Sent::get("/").labelled(label);
            assert_eq!(matches(&statement(scope, key), &sent), is_match, "WAF-23: {scope} {key} of {label}");
        }
    }

    #[test]
    fn a_key_ends_as_its_scope_says() {
        assert!(read(&statement("LABEL", "a:")).is_err(), "WAF-22");
        assert!(read(&statement("NAMESPACE", "a")).is_err(), "WAF-22");
        assert!(read(&statement("LABEL", "a b")).is_err());
        assert_eq!(capacity(&statement("LABEL", "a")), 1, "WAF-22");
    }
}
