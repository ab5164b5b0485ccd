//! HeaderOrder: the names of the headers in the order received, in lower case, joined with colons (WAF-73).

use std::borrow::Cow;

use super::headers::inspected;
use super::{Extracted, Oversize, OversizeHandling, Value, View};
use crate::document::{Context, Entry, Refusal};

/// `HeaderOrder`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderOrder {
    oversize: OversizeHandling,
}

impl HeaderOrder {
    /// Reads `{"OversizeHandling": …}`.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<HeaderOrder, Refusal> {
        let mut members = entry.members()?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(HeaderOrder { oversize })
    }

    /// The names, as one text.
    pub fn extract<'r>(&self, view: &View<'r>) -> Extracted<'r> {
        let (headers, is_whole) = inspected(view);
        let names: Vec<Vec<u8>> = headers.iter().map(|header| header.name.to_ascii_lowercase()).collect();
        let order = Value { name: None, bytes: Cow::Owned(names.join(&b':')) };
        let extracted = Extracted::of(if names.is_empty() { Vec::new() } else { vec![order] });
        if is_whole { extracted } else { extracted.longer(Oversize::Headers, self.oversize) }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn names_are_joined_in_their_order() {
        let field = read(r#"{"HeaderOrder": {"OversizeHandling": "CONTINUE"}}"#).unwrap();
        let sent = Sent::get("/").header("Host", "h").header("user-agent", "u").header("ACCEPT", "*/*");
        assert_eq!(values(&field, &sent), ["host:user-agent:accept"]);
        assert!(values(&field, &Sent::get("/")).is_empty());
    }
}
