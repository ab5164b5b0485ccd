//! AllQueryArguments: the values of all arguments, not their names (WAF-63).

use super::arguments::arguments;
use super::{Extracted, Found, PreParse, View};

/// The values.
pub fn extract<'r>(view: &View<'r>, pre_parse: &PreParse, found: &mut Found<'r>) -> Extracted {
    arguments(view, pre_parse, found, |_| true);
    Extracted::WHOLE
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn values_are_looked_at_one_by_one_and_names_are_not() {
        let field = read(r#"{"AllQueryArguments": {}}"#).unwrap();
        assert_eq!(values(&field, &Sent::get("/?one=1&two=2&three")), ["1", "2", ""]);
        assert!(values(&field, &Sent::get("/?")).is_empty());
    }
}
