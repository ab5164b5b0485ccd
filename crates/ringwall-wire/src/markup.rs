//! How a list or a map deviates from its protocol's usual form.
//!
//! The protocols write nearly all lists alike, and so do [`crate::query`] and [`crate::xml`] without being told. Where the API
//! deviates, the field's type is a newtype whose serde name is an instruction to both of them:
//!
//! ```
//! #[derive(serde::Serialize, serde::Deserialize)]
//! #[serde(rename = "$wire item=Rule")]
//! struct Rules(Vec<String>);
//! ```
//!
//! Behind `$wire`, separated by spaces: `flat` (no element around the items: each bears the field's name), `item=NAME` (the
//! element of an item), `key=NAME` and `value=NAME` (the parts of a map's entry), `xmlns=URI` and `xmlns:PREFIX=URI` (attributes
//! of the element). Every other serde format sees an ordinary newtype, so the same type does for JSON.

use serde::{Deserialize, Serialize};

/// A list or a map without an element around its items (`<rule/><rule/>` where others write `<rules><item/><item/></rules>`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "$wire flat")]
pub struct Flat<T>(pub T);

/// What the name of a newtype says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Markup {
    pub(crate) flat: bool,
    pub(crate) item: Option<&'static str>,
    pub(crate) key: Option<&'static str>,
    pub(crate) value: Option<&'static str>,
    pub(crate) namespace: Option<&'static str>,
    /// the prefix and the name of one further namespace
    pub(crate) prefixed: Option<(&'static str, &'static str)>,
}

impl Markup {
    /// What is said so far, with what the name of a newtype adds. Any other newtype's name adds nothing.
    pub(crate) fn and(mut self, name: &'static str) -> Result<Markup, BadMarkup> {
        let Some(words) = name.strip_prefix("$wire ") else { return Ok(self) };
        for word in words.split(' ') {
            match word.split_once('=') {
                None if word == "flat" => self.flat = true,
                Some(("item", name)) => self.item = Some(name),
                Some(("key", name)) => self.key = Some(name),
                Some(("value", name)) => self.value = Some(name),
                Some(("xmlns", uri)) => self.namespace = Some(uri),
                Some((attribute, uri)) if attribute.starts_with("xmlns:") => {
                    self.prefixed = Some((&attribute["xmlns:".len()..], uri));
                }
                _ => return Err(BadMarkup(word)),
            }
        }
        Ok(self)
    }
}

/// A word behind `$wire` that instructs nobody. The mistake is ours and shows at the first use of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a newtype's serde name holds the unknown instruction `{0}`")]
pub struct BadMarkup(pub &'static str);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newtypes_name_is_read_word_by_word() {
        let outer = Markup::default().and("$wire flat key=K value=V xmlns=http://a/?b=c xmlns:p=urn:d").unwrap();
        assert_eq!(
            outer.and("$wire item=I"),
            Ok(Markup {
                flat: true,
                item: Some("I"),
                key: Some("K"),
                value: Some("V"),
                namespace: Some("http://a/?b=c"),
                prefixed: Some(("p", "urn:d")),
            })
        );
    }

    #[test]
    fn an_instruction_that_nobody_knows_is_an_error() {
        for word in ["Flat", "items=I", "flat=", "xmlns"] {
            let name: &'static str = format!("$wire {word}").leak();
            assert_eq!(Markup::default().and(name), Err(BadMarkup(&name[6..])));
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for name in ["", "Flat", "$wire", "$wired flat", "wire flat"] {
            assert_eq!(Markup::default().and(name), Ok(Markup::default()), "{name}");
        }
    }

    #[test]
    fn other_formats_do_not_see_the_newtype() {
        assert_eq!(serde_json::to_string(&Flat(vec![1, 2])).unwrap(), "[1,2]");
        assert_eq!(serde_json::from_str::<Flat<Vec<u8>>>("[1,2]").unwrap(), Flat(vec![1, 2]));
    }
}
