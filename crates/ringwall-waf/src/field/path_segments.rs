//! PathSegments: what stands between the slashes of a path, as it was sent.
//!
//! AWS's language has no such part. It is for the rules of managed groups: an application may take a segment as a value, and what
//! a detector says of a value depends on where it begins. A document of one's own cannot name it.

use super::{Extracted, Found, View};

/// The most segments; what lies behind is one of them, with its slashes.
const MOST: usize = 256;

/// The segments that are not empty.
pub fn extract<'r>(view: &View<'r>, found: &mut Found<'r>) -> Extracted {
    let segments = view.request.path.splitn(MOST, |byte| *byte == b'/');
    segments.filter(|own| !own.is_empty()).for_each(|own| found.plain(own));
    Extracted::WHOLE
}

#[cfg(test)]
mod tests {
    use crate::document::{Entry, Node};
    use crate::field::FieldToMatch;
    use crate::field::tests::{read, result, values};
    use crate::label::Namespace;
    use crate::testing::{Sent, with_context};

    const FIELD: &str = r#"{"RingwallPathSegments": {}}"#;

    fn field() -> FieldToMatch {
        let node = Node::parse(FIELD.as_bytes()).unwrap();
        with_context(|context| {
            context.namespace = Namespace::of_managed("aws", "test");
            FieldToMatch::read(&Entry::root(&node), context).unwrap()
        })
    }

    #[test]
    fn segments_are_looked_at_one_by_one_in_managed_groups_alone() {
        assert_eq!(values(&field(), &Sent::get("/a//b%2fc?d/e")), ["a", "b%2fc"]);
        assert!(values(&field(), &Sent::get("/")).is_empty());
        assert!(read(FIELD).is_err());
    }

    #[test]
    fn their_number_is_bounded() {
        assert_eq!(result(&field(), &Sent::get(&"/a".repeat(9000))).0, 255);
    }
}
