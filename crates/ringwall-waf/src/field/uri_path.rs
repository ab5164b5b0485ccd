//! UriPath: the path without query or fragment, not decoded (WAF-64).

use super::{Extracted, Found, View};

/// The path.
pub fn extract<'r>(view: &View<'r>, found: &mut Found<'r>) -> Extracted {
    found.plain(view.request.path);
    Extracted::WHOLE
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, values};
    use crate::testing::Sent;

    #[test]
    fn the_path_is_as_it_was_sent() {
        let field = read(r#"{"UriPath": {}}"#).unwrap();
        assert_eq!(values(&field, &Sent::get("/a/%2e%2e/b?c#d")), ["/a/%2e%2e/b"]);
    }
}
