//! Body: the bytes behind the headers, as far as they are inspected (WAF-66, WAF-77).

use super::{Extracted, Found, Oversize, OversizeHandling, View};
use crate::document::{Context, Entry, Refusal};

/// `Body`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Body {
    oversize: OversizeHandling,
}

impl Body {
    /// Reads `{"OversizeHandling": …}`.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Body, Refusal> {
        let mut members = entry.members()?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(Body { oversize })
    }

    /// The bytes that are inspected, if there is a body.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let (body, is_whole) = view.body();
        if !is_whole || !body.is_empty() {
            found.plain(body);
        }
        if is_whole { Extracted::WHOLE } else { Extracted::longer(Oversize::Body, self.oversize) }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, result, values};
    use crate::testing::Sent;

    #[test]
    fn a_request_without_a_body_has_no_value() {
        let field = read(r#"{"Body": {"OversizeHandling": "MATCH"}}"#).unwrap();
        assert!(values(&field, &Sent::get("/")).is_empty());
        assert_eq!(values(&field, &Sent::get("/").body("a=b")), ["a=b"]);
    }

    #[test]
    fn a_body_up_to_the_limit_is_inspected_and_a_longer_one_as_the_handling_says() {
        let whole = "x".repeat(8192);
        let longer = "x".repeat(8193);
        for (handling, decided) in [("CONTINUE", None), ("MATCH", Some(true)), ("NO_MATCH", Some(false))] {
            let field = read(&format!(r#"{{"Body": {{"OversizeHandling": "{handling}"}}}}"#)).unwrap();
            assert_eq!(result(&field, &Sent::get("/").body(&whole)), (8192, None), "{handling}");
            let inspected = if decided.is_none() { 8192 } else { 0 };
            assert_eq!(result(&field, &Sent::get("/").body(&longer)), (inspected, decided), "WAF-80: {handling}");
        }
    }
}
