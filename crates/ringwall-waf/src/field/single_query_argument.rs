//! SingleQueryArgument: the values of one argument, each by itself (WAF-63).

use super::arguments::arguments;
use super::{Extracted, Found, PreParse, View};
use crate::document::{Entry, Refusal};

/// `SingleQueryArgument`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SingleQueryArgument {
    name: String,
}

impl SingleQueryArgument {
    /// Reads `{"Name": …}`, of at most 30 characters.
    pub(crate) fn read(entry: &Entry) -> Result<SingleQueryArgument, Refusal> {
        let mut members = entry.members()?;
        let name = members.require("Name")?.text_of(1..=30, |_| true)?.to_owned();
        members.finish()?;
        Ok(SingleQueryArgument { name })
    }

    /// The values.
    pub fn extract<'r>(&self, view: &View<'r>, pre_parse: &PreParse, found: &mut Found<'r>) -> Extracted {
        arguments(view, pre_parse, found, |name| name.eq_ignore_ascii_case(self.name.as_bytes()));
        Extracted::WHOLE
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values, values_after};
    use crate::testing::Sent;

    #[test]
    fn every_value_of_the_argument_is_one_and_names_have_no_case() {
        let sent = Sent::get("/?a=1&b=2&A=%33&&a");
        let field = read(r#"{"SingleQueryArgument": {"Name": "a"}}"#).unwrap();
        assert_eq!(values(&field, &sent), ["1", "%33", ""]);
        assert!(values(&field, &Sent::get("/a=1")).is_empty());
    }

    #[test]
    fn a_hidden_name_is_found_after_normalising_the_query() {
        let field = read(r#"{"SingleQueryArgument": {"Name": "ab"}}"#).unwrap();
        let sent = Sent::get("/?%61b=1%262");
        assert!(values(&field, &sent).is_empty());
        assert_eq!(values_after(&field, &sent, "URL_DECODE"), ["1"], "WAF-65: decoded first, split then");
    }
}
