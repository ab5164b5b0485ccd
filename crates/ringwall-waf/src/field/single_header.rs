//! SingleHeader: the values of one header, each by itself (WAF-62).

use super::{Extracted, Found, View};
use crate::document::{Entry, Refusal};

/// `SingleHeader`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SingleHeader {
    /// in lower case
    name: String,
}

impl SingleHeader {
    /// Reads `{"Name": …}`, of at most 64 characters.
    pub(crate) fn read(entry: &Entry) -> Result<SingleHeader, Refusal> {
        let mut members = entry.members()?;
        let name = members.require("Name")?.text_of(1..=64, |own| !own.is_whitespace())?.to_ascii_lowercase();
        members.finish()?;
        Ok(SingleHeader { name })
    }

    /// The values.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        view.request.values_of(&self.name).for_each(|value| found.plain(value));
        Extracted::WHOLE
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn every_value_of_the_header_is_one_without_white_space_around_it() {
        let sent = Sent::get("/").header("X-One", " a ").header("x-two", "b").header("x-ONE", "c");
        let field = read(r#"{"SingleHeader": {"Name": "x-One"}}"#).unwrap();
        assert_eq!(values(&field, &sent), ["a", "c"]);
        assert!(values(&read(r#"{"SingleHeader": {"Name": "x-three"}}"#).unwrap(), &sent).is_empty());
    }

    #[test]
    fn a_name_has_one_to_sixty_four_characters() {
        assert!(read(r#"{"SingleHeader": {"Name": ""}}"#).is_err());
        assert!(read(&format!(r#"{{"SingleHeader": {{"Name": "{}"}}}}"#, "a".repeat(65))).is_err());
        assert!(read(&format!(r#"{{"SingleHeader": {{"Name": "{}"}}}}"#, "a".repeat(64))).is_ok());
    }
}
