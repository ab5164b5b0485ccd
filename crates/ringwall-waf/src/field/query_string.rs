//! QueryString: what follows `?`, not decoded (WAF-64).

use super::{Extracted, Found, View};

/// The query string, if there is a `?`.
pub fn extract<'r>(view: &View<'r>, found: &mut Found<'r>) -> Extracted {
    view.request.query.into_iter().for_each(|query| found.plain(query));
    Extracted::WHOLE
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn a_request_without_one_has_no_value() {
        let field = read(r#"{"QueryString": {}}"#).unwrap();
        assert_eq!(values(&field, &Sent::get("/?a=%20b&c")), ["a=%20b&c"]);
        assert_eq!(values(&field, &Sent::get("/?")), [""]);
        assert!(values(&field, &Sent::get("/")).is_empty(), "WAF-61");
    }
}
