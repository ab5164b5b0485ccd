//! Cookies: names, values or both of several cookies, as far as they are inspected (WAF-72, WAF-79).

use std::borrow::Cow;

use super::{Extracted, MatchScope, Names, Oversize, OversizeHandling, Value, View};
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
    pub fn extract<'r>(&self, view: &View<'r>) -> Extracted<'r> {
        let mut values = Vec::new();
        let (cookies, is_whole) = inspected(view.request);
        for (name, value) in cookies.into_iter().filter(|(name, _)| self.names.selects(name, <[u8]>::eq)) {
            if self.scope.has_keys() && !name.is_empty() {
                values.push(Value::plain(name));
            }
            if self.scope.has_values() {
                values.push(Value { name: Some(Cow::Borrowed(name)), bytes: Cow::Borrowed(value) });
            }
        }
        let extracted = Extracted::of(values);
        if is_whole { extracted } else { extracted.longer(Oversize::Cookies, self.oversize) }
    }
}

/// A name and a value.
type Cookie<'r> = (&'r [u8], &'r [u8]);

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

/// The cookies that are inspected, and whether they are all there are.
fn inspected<'r>(request: &Request<'r>) -> (Vec<Cookie<'r>>, bool) {
    let mut left = MOST_BYTES;
    let mut inspected = Vec::new();
    for text in request.values_of("cookie") {
        let fits = text.len().min(left);
        left -= fits;
        inspected.extend(pairs(&text[..fits]).take(MOST + 1 - inspected.len().min(MOST)));
        if inspected.len() > MOST || fits < text.len() {
            inspected.truncate(MOST);
            return (inspected, false);
        }
    }
    (inspected, true)
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
