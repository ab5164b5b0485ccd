//! Cookies: names, values or both of several cookies, as far as they are inspected (WAF-72, WAF-79).

use super::{Extracted, Found, MatchScope, Names, Oversize, OversizeHandling, View};
use crate::document::{Context, Entry, Refusal};
use crate::request::{Request, split};

/// How many bytes of `Cookie` headers are inspected.
pub const MOST_BYTES: usize = 8192;
/// How many cookies are inspected.
pub const MOST: usize = 200;

/// `Cookies`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cookies {
    names: Names,
    scope: MatchScope,
    oversize: OversizeHandling,
}

impl Cookies {
    /// Reads `{"MatchPattern": …, "MatchScope": …, "OversizeHandling": …}`.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Cookies, Refusal> {
        let mut members = entry.members()?;
        let names = Names::read(&members.require("MatchPattern")?, "IncludedCookies", "ExcludedCookies", 60)?;
        let scope = MatchScope::read(&members.require("MatchScope")?)?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(Cookies { names, scope, oversize })
    }

    /// The names and values that are looked at.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let is_whole = inspected(view.request, |name, value| {
            if !self.names.selects(name, <[u8]>::eq) {
                return;
            }
            if self.scope.has_keys() && !name.is_empty() {
                found.plain(name);
            }
            if self.scope.has_values() {
                found.named(name, value);
            }
        });
        if is_whole { Extracted::WHOLE } else { Extracted::longer(Oversize::Cookies, self.oversize) }
    }
}

/// Names and values of the cookies that a request has, in the order sent. One without `=` has no name.
pub fn cookies<'r>(request: &Request<'r>) -> impl Iterator<Item = (&'r [u8], &'r [u8])> {
    request.values_of("cookie").flat_map(pairs)
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let cookies = text.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|own| !own.is_empty());
    cookies.map(|own| match split(own, b'=') {
        (name, Some(value)) => (name.trim_ascii(), value.trim_ascii()),
        (value, None) => (&value[..0], value),
    })
}

/// Visits the cookies that are inspected, and says whether they are all there are.
fn inspected<'r>(request: &Request<'r>, mut visit: impl FnMut(&'r [u8], &'r [u8])) -> bool {
    let (mut left, mut count) = (MOST_BYTES, 0);
    for text in request.values_of("cookie") {
        let fits = text.len().min(left);
        left -= fits;
        for (name, value) in pairs(&text[..fits]) {
            if count == MOST {
                return false;
            }
            count += 1;
            visit(name, value);
        }
        if fits < text.len() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, result, values};
    use crate::testing::Sent;

    fn field(pattern: &str, scope: &str) -> crate::field::FieldToMatch {
        let text = format!(
            r#"{{"Cookies": {{"MatchPattern": {pattern}, "MatchScope": "{scope}", "OversizeHandling": "MATCH"}}}}"#
        );
        read(&text).unwrap()
    }

    #[test]
    fn patterns_and_scope_select_and_case_counts() {
        let sent = Sent::get("/").header("Cookie", "a=1; B=2;c").header("cookie", "a = x=y ;");
        assert_eq!(values(&field(r#"{"All": {}}"#, "ALL"), &sent), ["a", "1", "B", "2", "c", "a", "x=y"]);
        assert_eq!(values(&field(r#"{"IncludedCookies": ["a", "b"]}"#, "VALUE"), &sent), ["1", "x=y"]);
        assert_eq!(values(&field(r#"{"ExcludedCookies": ["a"]}"#, "KEY"), &sent), ["B"]);
        assert!(values(&field(r#"{"All": {}}"#, "ALL"), &Sent::get("/")).is_empty());
    }

    #[test]
    fn a_pattern_is_one_that_is_known() {
        for pattern in [r#"{"Included": ["a"]}"#, r#"{"IncludedHeaders": ["a"]}"#, r#"{"AllCookies": {}}"#, "{}"] {
            let text = format!(r#"{{"Cookies": {{"MatchPattern": {pattern}, "MatchScope": "ALL"}}}}"#);
            assert!(read(&text).is_err(), "{pattern}");
        }
    }

    #[test]
    fn two_hundred_cookies_and_eight_kilobytes_are_inspected() {
        let field = field(r#"{"All": {}}"#, "VALUE");
        let many = |count: usize| Sent::get("/").header("cookie", &"a=b;".repeat(count));
        assert_eq!(result(&field, &many(200)), (200, None));
        assert_eq!(result(&field, &many(201)).1, Some(true), "WAF-79");
        let long = |length: usize| Sent::get("/").header("cookie", &"v".repeat(length));
        assert_eq!(result(&field, &long(8192)), (8192, None));
        assert_eq!(result(&field, &long(8193)).1, Some(true));
    }
}
