//! HeaderOrder: the names of the headers in the order received, in lower case, joined with colons (WAF-73).

use super::headers::inspected;
use super::{Extracted, Found, Oversize, OversizeHandling, Value, View};
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
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let (mut is_whole, mut count) = (true, 0);
        let text = found.texts.write(|output| {
            is_whole = inspected(view, |header| {
                output.extend((count > 0).then_some(b':'));
                output.extend(header.name.iter().map(u8::to_ascii_lowercase));
                count += 1;
            });
        });
        if count > 0 {
            found.values.push(Value { name: None, text });
        }
        if is_whole { Extracted::WHOLE } else { Extracted::longer(Oversize::Headers, self.oversize) }
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
