//! JsonBody: keys, values or both of a body of JSON (WAF-67).

use super::json::scan;
use super::pointer::Pointers;
use super::{Extracted, Found, MatchScope, Oversize, OversizeHandling, View};
use crate::document::{Context, Entry, Refusal};

/// What to do with a body that is no JSON (WAF-68).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Invalid {
    /// look at what came before the first failure
    Partial,
    Match,
    NoMatch,
    /// look at the whole body as text
    Text,
}

/// `JsonBody`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JsonBody {
    pointers: Pointers,
    scope: MatchScope,
    invalid: Invalid,
    oversize: OversizeHandling,
}

impl JsonBody {
    /// Reads `{"MatchPattern": …, "MatchScope": …, "InvalidFallbackBehavior"?: …, "OversizeHandling"?: …}`.
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<JsonBody, Refusal> {
        let mut members = entry.members()?;
        let pointers = Pointers::read(&members.require("MatchPattern")?)?;
        let scope = MatchScope::read(&members.require("MatchScope")?)?;
        let invalid =
            [("MATCH", Invalid::Match), ("NO_MATCH", Invalid::NoMatch), ("EVALUATE_AS_STRING", Invalid::Text)];
        let invalid = members.take("InvalidFallbackBehavior").map(|own| own.choice(&invalid)).transpose()?;
        let oversize = OversizeHandling::read(&mut members, context)?;
        members.finish()?;
        Ok(JsonBody { pointers, scope, invalid: invalid.unwrap_or(Invalid::Partial), oversize })
    }

    /// The keys and values that are looked at.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let (body, is_whole) = view.body();
        if body.is_empty() && is_whole {
            return Extracted::WHOLE;
        }
        let before = found.values.len();
        let is_valid = scan(body, &self.pointers, self.scope, found);
        let extracted = match self.invalid {
            Invalid::Match if !is_valid => Extracted::decided(true),
            Invalid::NoMatch if !is_valid => Extracted::decided(false),
            Invalid::Text if !is_valid => {
                found.values.truncate(before);
                found.plain(body);
                Extracted::WHOLE
            }
            _ => Extracted::WHOLE,
        };
        if is_whole {
            return extracted;
        }
        let longer = Extracted::longer(Oversize::JsonBody, self.oversize);
        Extracted { decided: longer.decided.or(extracted.decided), ..longer }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::FieldToMatch;
    use crate::field::tests::{read, result, values};
    use crate::testing::Sent;

    fn field(pattern: &str, scope: &str, more: &str) -> FieldToMatch {
        read(&format!(r#"{{"JsonBody": {{"MatchPattern": {pattern}, "MatchScope": "{scope}"{more}}}}}"#)).unwrap()
    }

    const BODY: &str = r#"{"a": {"b": "x", "c/d": [1, {"e": "y"}]}, "b": "z"}"#;

    #[test]
    fn scope_selects_keys_and_values() {
        let sent = Sent::get("/").body(BODY);
        assert_eq!(values(&field(r#"{"All": {}}"#, "KEY", ""), &sent), ["a", "b", "c/d", "e", "b"]);
        assert_eq!(values(&field(r#"{"All": {}}"#, "VALUE", ""), &sent), ["x", "1", "y", "z"]);
    }

    #[test]
    fn paths_reach_what_lies_beneath_them_and_not_their_own_keys() {
        let sent = Sent::get("/").body(BODY);
        assert_eq!(values(&field(r#"{"IncludedPaths": ["/a/b"]}"#, "ALL", ""), &sent), ["x"], "WAF-70");
        assert_eq!(values(&field(r#"{"IncludedPaths": ["/a/c~1d/1"]}"#, "ALL", ""), &sent), ["e", "y"]);
        assert_eq!(values(&field(r#"{"IncludedPaths": ["/b", "/a"]}"#, "KEY", ""), &sent), ["b", "c/d", "e"]);
        assert!(values(&field(r#"{"IncludedPaths": ["/a/x"]}"#, "ALL", ""), &sent).is_empty());
    }

    #[test]
    fn what_is_no_json_is_as_the_fallback_says() {
        let sent = Sent::get("/").body(r#"{"a": "x", nonsense"#);
        assert_eq!(values(&field(r#"{"All": {}}"#, "ALL", ""), &sent), ["a", "x"], "WAF-68");
        let fallback =
            |word: &str| field(r#"{"All": {}}"#, "ALL", &format!(r#", "InvalidFallbackBehavior": "{word}""#));
        assert_eq!(result(&fallback("MATCH"), &sent).1, Some(true));
        assert_eq!(result(&fallback("NO_MATCH"), &sent).1, Some(false));
        assert_eq!(values(&fallback("EVALUATE_AS_STRING"), &sent), [r#"{"a": "x", nonsense"#]);
    }

    #[test]
    fn a_pointer_is_one_and_not_to_everything() {
        for (path, is_one) in
            [("/a", true), ("/", false), ("a", false), ("/a//b", false), ("/~2", false), ("/~01", true)]
        {
            let text =
                format!(r#"{{"JsonBody": {{"MatchPattern": {{"IncludedPaths": ["{path}"]}}, "MatchScope": "ALL"}}}}"#);
            assert_eq!(read(&text).is_ok(), is_one, "{path}");
        }
    }
}
