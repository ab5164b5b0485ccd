//! Method: as it was sent (WAF-64).

use super::{Extracted, Found, View};

/// The method.
pub fn extract<'r>(view: &View<'r>, found: &mut Found<'r>) -> Extracted {
    found.plain(view.request.method);
    Extracted::WHOLE
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn the_method_is_as_it_was_sent() {
        let field = read(r#"{"Method": {}}"#).unwrap();
        assert_eq!(values(&field, &Sent::get("/").method("PaTCH")), ["PaTCH"]);
    }
}
