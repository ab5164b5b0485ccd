//! ByteMatchStatement: a string in a place (WAF-32, WAF-33).

use std::ops::Range;

use base64::Engine;

use super::Subject;
use crate::document::{Context, Entry, Refusal};
use crate::field::FieldToMatch;
use crate::inspection::Inspection;

/// The longest string that is searched for, in bytes (WAF-32).
const LONGEST: usize = 200;

/// Where the string must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// it is the whole value
    Exactly,
    /// at the beginning
    StartsWith,
    /// at the end
    EndsWith,
    /// anywhere
    Contains,
    /// anywhere, as a word of its own
    ContainsWord,
}

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteMatch {
    /// what is looked at
    pub subject: Subject,
    /// the string
    pub search: Vec<u8>,
    /// where it must stand
    pub position: Position,
}

impl ByteMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<ByteMatch, Refusal> {
        let mut members = entry.members()?;
        let search_entry = members.require("SearchString")?;
        let subject = Subject::read(&mut members, context)?;
        let constraint = members.require("PositionalConstraint")?;
        let position = constraint.choice(&[
            ("EXACTLY", Position::Exactly),
            ("STARTS_WITH", Position::StartsWith),
            ("ENDS_WITH", Position::EndsWith),
            ("CONTAINS", Position::Contains),
            ("CONTAINS_WORD", Position::ContainsWord),
        ])?;
        members.finish()?;
        let search = base64::engine::general_purpose::STANDARD.decode(search_entry.text()?);
        let search = search.map_err(|error| search_entry.invalid(format!("is no base64: {error}")))?;
        if search.is_empty() || search.len() > LONGEST {
            return Err(search_entry.invalid(format!("must be 1 to {LONGEST} bytes before it is encoded")));
        }
        if position == Position::ContainsWord && !search.iter().all(|byte| is_of_word(*byte)) {
            return Err(search_entry.invalid("must have letters, digits and underscores alone to be a word"));
        }
        if matches!(subject.field, FieldToMatch::Fingerprint(_)) && position != Position::Exactly {
            return Err(constraint.invalid("must be EXACTLY for a fingerprint"));
        }
        Ok(ByteMatch { subject, search, position })
    }

    /// Whether a value has the string where it must stand.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        self.subject.any(inspection, |text| self.find(text))
    }

    /// Where a value has the string.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let search = self.search.as_slice();
        let starts = || memchr::memmem::find_iter(text, search);
        let start = match self.position {
            Position::Exactly => (text == search).then_some(0),
            Position::StartsWith => text.starts_with(search).then_some(0),
            Position::EndsWith => text.ends_with(search).then(|| text.len() - search.len()),
            Position::Contains => starts().next(),
            // Where two places overlap, a byte of the word stands before the second: it is none of its own.
            Position::ContainsWord => starts().find(|start| {
                let before = start.checked_sub(1).and_then(|place| text.get(place));
                let behind = text.get(start + search.len());
                ![before, behind].into_iter().flatten().any(|byte| is_of_word(*byte))
            }),
        }?;
        Some(start..start + search.len())
    }

    /// Two units, or ten where the place is not known beforehand (WAF-25).
    pub fn capacity(&self) -> u64 {
        self.subject.capacity(match self.position {
            Position::Exactly | Position::StartsWith | Position::EndsWith => 2,
            Position::Contains | Position::ContainsWord => 10,
        })
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::Sent;

    fn statement(search: &str, position: &str) -> String {
        let search = base64::engine::general_purpose::STANDARD.encode(search);
        format!(
            r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "FieldToMatch": {{"UriPath": {{}}}},
                "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}], "PositionalConstraint": "{position}"}}}}"#
        )
    }

    #[test]
    fn the_place_counts_and_so_does_case() {
        for (search, position, path, is_match) in [
            ("/admin", "EXACTLY", "/admin", true),
            ("/admin", "EXACTLY", "/admin/", false),
            ("/admin", "STARTS_WITH", "/admin/", true),
            ("/admin", "STARTS_WITH", "/x/admin", false),
            ("/admin", "STARTS_WITH", "/ADMIN", false),
            (".php", "ENDS_WITH", "/a.php", true),
            (".php", "ENDS_WITH", "/a.php5", false),
            ("min", "CONTAINS", "/admin", true),
            ("min", "CONTAINS", "/adm", false),
            ("admin", "CONTAINS_WORD", "/admin", true),
            ("admin", "CONTAINS_WORD", "/admins/admin-x", true),
            ("admin", "CONTAINS_WORD", "/xadmin/admin_", false),
        ] {
            assert_eq!(matches(&statement(search, position), &Sent::get(path)), is_match, "{search} {position} {path}");
        }
    }

    #[test]
    fn the_string_has_limits() {
        assert!(read(&statement(&"a".repeat(200), "CONTAINS")).is_ok());
        assert!(read(&statement(&"a".repeat(201), "CONTAINS")).is_err(), "WAF-32");
        assert!(read(&statement("", "CONTAINS")).is_err());
        assert!(read(&statement("a b", "CONTAINS_WORD")).is_err(), "WAF-33");
        assert!(read(&statement("a b", "CONTAINS")).is_ok());
        let broken = statement("abc", "CONTAINS").replace("YWJj", "*");
        assert_eq!(read(&broken).unwrap_err().place.to_string(), "ByteMatchStatement.SearchString");
    }

    #[test]
    fn it_costs_what_aws_says() {
        for (position, cost) in
            [("EXACTLY", 2), ("STARTS_WITH", 2), ("ENDS_WITH", 2), ("CONTAINS", 10), ("CONTAINS_WORD", 10)]
        {
            assert_eq!(capacity(&statement("a", position)), cost, "WAF-25: {position}");
        }
        assert_eq!(capacity(&statement("a", "EXACTLY").replace("NONE", "LOWERCASE")), 12, "WAF-27");
        assert_eq!(capacity(&statement("a", "CONTAINS").replace("UriPath", "AllQueryArguments")), 20, "WAF-27");
    }

    #[test]
    fn a_fingerprint_is_compared_exactly() {
        let fingerprint = |position| {
            let field = r#"{"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}"#;
            statement("e7d705a3286e19ea42f587b344ee6865", position).replace(r#"{"UriPath": {}}"#, field)
        };
        assert!(read(&fingerprint("CONTAINS")).is_err(), "WAF-74");
        let sent = Sent::get("/").ja3("e7d705a3286e19ea42f587b344ee6865");
        assert!(matches(&fingerprint("EXACTLY"), &sent));
        assert!(!matches(&fingerprint("EXACTLY"), &Sent::get("/").ja3("00000000000000000000000000000000")));
        assert!(matches(&fingerprint("EXACTLY"), &Sent::get("/")), "the fallback");
    }

    #[test]
    fn the_query_is_normalised_before_it_is_taken_apart_if_it_is_taken_apart() {
        let with = |field: &str| {
            let pre =
                r#""PreParseTextTransformations": [{"Priority": 1, "Type": "URL_DECODE"}], "PositionalConstraint""#;
            statement("2", "EXACTLY").replace("UriPath", field).replace(r#""PositionalConstraint""#, pre)
        };
        assert!(matches(&with("AllQueryArguments"), &Sent::get("/?a=1%26b=2")), "WAF-65");
        assert!(read(&with("QueryString")).is_err(), "WAF-65");
    }
}
