//! Sources in all forms, what comes of them, and what is refused.

mod configuration;
mod everything;
mod hostile;
mod templates;

use ringwall_waf::document::{Bundle, Node, WebAcl};
use ringwall_waf::environment::Abilities;

use crate::{Assumptions, Document, Refused, Source, read};

/// Everything can be enforced.
const ALL: Abilities = Abilities { countries: true, networks: true, detection: true, tokens: true };

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn document(name: &str, text: &str) -> Result<Document, Refused> {
    read(&[source(name, text)], None, &Assumptions::default())
}

/// The refusal of a document, by the reader of the source or of what comes of it.
fn refusal(name: &str, text: &str) -> String {
    let refused = document(name, text).and_then(|own| own.web_acl(&mut Bundle::new(), ALL).map(|_| own));
    refused.map_or_else(|refused| refused.to_string(), |_| "nothing is refused".to_owned())
}

fn web_acl(name: &str, text: &str) -> WebAcl {
    let document = document(name, text).unwrap_or_else(|refused| panic!("{refused}"));
    document.web_acl(&mut Bundle::new(), ALL).unwrap_or_else(|refused| panic!("{refused}"))
}

/// A node with its members in the order of the alphabet, lists of things in that of their names, and ids left out.
fn normal(node: &Node) -> Node {
    match node {
        Node::Text(text) if text.starts_with("arn:") => {
            Node::Text(text.rsplit_once('/').map_or(text.clone(), |(own, _)| own.to_owned()))
        }
        Node::List(list) => {
            let mut list: Vec<Node> = list.iter().map(normal).collect();
            list.sort_by_key(|own| format!("{own:?}"));
            Node::List(list)
        }
        Node::Object(members) => {
            let mut members: Vec<(String, Node)> = members
                .iter()
                .filter(|(name, _)| name != "Id")
                .map(|(name, own)| (name.clone(), normal(own)))
                .collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            Node::Object(members)
        }
        other => other.clone(),
    }
}
