//! Headers: names, values or both of several headers, as far as they are inspected (WAF-71, WAF-79).

use super::{Extracted, Found, MatchScope, Names, Oversize, OversizeHandling, View};
use crate::document::{Context, Entry, Refusal};
use crate::request::Header;

/// How many bytes of headers are inspected: names and values together.
pub const MOST_BYTES: usize = 8192;
/// How many headers are inspected.
pub const MOST: usize = 200;

/// `Headers`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Headers {
    names: Names,
    scope: MatchScope,
    oversize: OversizeHandling,
}

impl Headers {
    /// Reads `{"MatchPattern": …, "MatchScope": …, "OversizeHandling": …}`.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<Headers, Refusal> {
        let mut members = entry.members()?;
        let names = Names::read(&members.require("MatchPattern")?, "IncludedHeaders", "ExcludedHeaders", 64)?;
        let scope = MatchScope::read(&members.require("MatchScope")?)?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(Headers { names, scope, oversize })
    }

    /// The names and values that are looked at.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let is_whole = inspected(view, |header| {
            if !self.names.selects(header.name, <[u8]>::eq_ignore_ascii_case) {
                return;
            }
            if self.scope.has_keys() {
                found.plain(header.name);
            }
            if self.scope.has_values() {
                found.named(header.name, header.value);
            }
        });
        if is_whole { Extracted::WHOLE } else { Extracted::longer(Oversize::Headers, self.oversize) }
    }
}

/// Visits the headers that are inspected, and says whether they are all there are.
pub(super) fn inspected<'r>(view: &View<'r>, mut visit: impl FnMut(Header<'r>)) -> bool {
    let mut left = MOST_BYTES;
    for (at, header) in view.request.headers.iter().enumerate() {
        if at == MOST || header.name.len() > left {
            return false;
        }
        left -= header.name.len();
        let value = header.value.trim_ascii();
        let fits = value.len().min(left);
        left -= fits;
        visit(Header { name: header.name, value: &value[..fits] });
        if fits < value.len() {
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
            r#"{{"Headers": {{"MatchPattern": {pattern}, "MatchScope": "{scope}", "OversizeHandling": "CONTINUE"}}}}"#
        );
        read(&text).unwrap()
    }

    #[test]
    fn patterns_and_scope_select() {
        let sent = Sent::get("/").header("Host", "h").header("Cookie", "a=b").header("X-A", "x");
        assert_eq!(values(&field(r#"{"All": {}}"#, "ALL"), &sent), ["Host", "h", "Cookie", "a=b", "X-A", "x"]);
        assert_eq!(values(&field(r#"{"IncludedHeaders": ["x-a", "HOST"]}"#, "VALUE"), &sent), ["h", "x"]);
        assert_eq!(values(&field(r#"{"ExcludedHeaders": ["x-a"]}"#, "KEY"), &sent), ["Host", "Cookie"]);
    }

    #[test]
    fn two_hundred_headers_and_eight_kilobytes_are_inspected() {
        let many = |count: usize| (0..count).fold(Sent::get("/"), |sent, _| sent.header("a", "b"));
        let field =
            read(r#"{"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE", "OversizeHandling": "MATCH"}}"#);
        let field = field.unwrap();
        assert_eq!(result(&field, &many(200)), (200, None));
        assert_eq!(result(&field, &many(201)).1, Some(true), "WAF-79");
        let long = |length: usize| Sent::get("/").header("a", &"v".repeat(length));
        assert_eq!(result(&field, &long(8191)), (8191, None));
        assert_eq!(result(&field, &long(8192)).1, Some(true));
    }

    #[test]
    fn a_list_of_names_has_at_most_one_hundred_and_ninety_nine() {
        let pattern = |count: usize| format!(r#"{{"IncludedHeaders": {:?}}}"#, vec!["a"; count]);
        let text = |count| {
            format!(
                r#"{{"Headers": {{"MatchPattern": {}, "MatchScope": "ALL", "OversizeHandling": "MATCH"}}}}"#,
                pattern(count)
            )
        };
        assert!(read(&text(199)).is_ok());
        assert!(read(&text(200)).is_err());
        assert!(read(&text(0)).is_err());
    }
}
