//! UriFragment: what follows `#` (WAF-75).

use super::{Extracted, Fallback, Found, View};
use crate::document::{Entry, Refusal};

/// `UriFragment`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UriFragment {
    fallback: Option<Fallback>,
}

impl UriFragment {
    /// Reads `{"FallbackBehavior": …}`, which may be left out.
    pub(crate) fn read(entry: &Entry) -> Result<UriFragment, Refusal> {
        let mut members = entry.members()?;
        let fallback = members.take("FallbackBehavior").map(|own| Fallback::read(&own)).transpose()?;
        members.finish()?;
        Ok(UriFragment { fallback })
    }

    /// The fragment, or what the fallback says.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let fragment = view.request.fragment.filter(|_| view.resource.knows_fingerprints());
        fragment.into_iter().for_each(|fragment| found.plain(fragment));
        match (fragment, self.fallback) {
            (None, Some(fallback)) => Extracted::decided(fallback.matches()),
            _ => Extracted::WHOLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, result, values};
    use crate::testing::Sent;

    #[test]
    fn the_fragment_or_the_fallback() {
        let field = read(r#"{"UriFragment": {"FallbackBehavior": "MATCH"}}"#).unwrap();
        assert_eq!(values(&field, &Sent::get("/a?b#c")), ["c"]);
        assert_eq!(result(&field, &Sent::get("/a")).1, Some(true));
        assert_eq!(result(&read(r#"{"UriFragment": {}}"#).unwrap(), &Sent::get("/a")), (0, None));
    }
}
