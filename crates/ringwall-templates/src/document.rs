//! A document in AWS's words, and where its parts came from.

use std::collections::BTreeMap;
use std::fmt;

use ringwall_waf::document::{Bundle, Node, Refusal, WebAcl};
use ringwall_waf::environment::Abilities;

use crate::Assumptions;
use crate::resource::{Kind, Resource};
use crate::sourced::{Sourced, Value};

/// Why a source cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// where, in the words of the source; empty for all of it
    pub place: String,
    /// why, as the end of a sentence that begins with the place
    pub reason: String,
}

impl Refused {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Refused {
        Refused { place: place.into(), reason: reason.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => formatter.write_str(&self.reason),
            place => write!(formatter, "`{place}` {}", self.reason),
        }
    }
}

/// A document in AWS's words: a web ACL and what it refers to.
#[derive(Clone, Debug)]
pub struct Document {
    /// as [`Bundle::read`] takes it
    pub node: Node,
    /// places in it, and where they are in the source
    places: BTreeMap<String, String>,
    style: Style,
}

/// How a source writes names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// as AWS does
    Aws,
    /// in small letters
    Terraform,
}

impl Document {
    /// A document that is in AWS's words already.
    pub fn of_aws(node: Node) -> Document {
        Document { node, places: BTreeMap::new(), style: Style::Aws }
    }

    /// Reads the web ACL. A refusal names the place in the source.
    pub fn web_acl(&self, bundle: &mut Bundle, abilities: Abilities) -> Result<WebAcl, Refused> {
        bundle.read_node(&self.node, abilities).map_err(|refusal| self.refused(&refusal))
    }

    /// A refusal in the words of the source.
    pub fn refused(&self, refusal: &Refusal) -> Refused {
        Refused { place: self.place(&refusal.place.to_string()), reason: refusal.reason.clone() }
    }

    /// A place of the document in the words of the source.
    pub fn place(&self, place: &str) -> String {
        if self.places.is_empty() {
            return place.to_owned();
        }
        let within = format!("WebACL.{place}");
        // What is missing has no place itself: that which should have it does.
        for own in [place, &within] {
            let mut end = own.len();
            loop {
                if let Some(known) = self.places.get(&own[..end]) {
                    return format!("{known}{}", self.spelled(&own[end..]));
                }
                match own[..end].rfind(['.', '[']) {
                    Some(at) => end = at,
                    None => break,
                }
            }
        }
        place.to_owned()
    }

    /// Names as the source writes them.
    fn spelled(&self, rest: &str) -> String {
        if self.style == Style::Aws {
            return rest.to_owned();
        }
        let mut spelled = String::new();
        let mut before = '.';
        for own in rest.chars() {
            if own.is_ascii_uppercase() && before.is_ascii_lowercase() {
                spelled.push('_');
            }
            spelled.push(own.to_ascii_lowercase());
            before = own;
        }
        spelled
    }

    /// Puts together the chosen web ACL and everything that can be referred to.
    pub(crate) fn assemble(
        resources: Vec<Resource>,
        chosen: Option<&str>,
        assumptions: &Assumptions,
    ) -> Result<Document, Refused> {
        let acls: Vec<&Resource> = resources.iter().filter(|own| own.kind == Kind::WebAcl).collect();
        let names = acls.iter().map(|own| own.address.as_str()).collect::<Vec<_>>().join(", ");
        let is_chosen = |own: &&&Resource| chosen.is_none_or(|name| name == own.name || name == own.address);
        let acl = match acls.iter().filter(is_chosen).collect::<Vec<_>>()[..] {
            [acl] => acl,
            [] if acls.is_empty() => return Err(Refused::new("", "has no web ACL")),
            [] => return Err(Refused::new("", format!("has no such web ACL, but {names}"))),
            _ => return Err(Refused::new("", format!("has several web ACLs, of which one must be chosen: {names}"))),
        };
        let style = if acl.address.contains("aws_wafv2_") { Style::Terraform } else { Style::Aws };
        let _ = assumptions;
        let mut places = BTreeMap::new();
        let mut members = vec![("WebACL".to_owned(), finish(&acl.tree, "WebACL", &mut places))];
        for (kind, name) in
            [(Kind::RuleGroup, "RuleGroups"), (Kind::IpSet, "IPSets"), (Kind::RegexSet, "RegexPatternSets")]
        {
            let own = resources.iter().filter(|own| own.kind == kind).enumerate();
            let list = own.map(|(at, own)| finish(&own.tree, &format!("{name}[{at}]"), &mut places));
            members.push((name.to_owned(), Node::List(list.collect())));
        }
        Ok(Document { node: Node::Object(members), places, style })
    }
}

/// The value alone; its places are noted.
fn finish(tree: &Sourced, place: &str, places: &mut BTreeMap<String, String>) -> Node {
    places.insert(place.to_owned(), tree.place.clone());
    match &tree.value {
        Value::Scalar(node) => node.clone(),
        Value::List(list) => Node::List(
            list.iter().enumerate().map(|(at, own)| finish(own, &format!("{place}[{at}]"), places)).collect(),
        ),
        Value::Object(members) => {
            let member =
                |(name, own): &(String, Sourced)| (name.clone(), finish(own, &format!("{place}.{name}"), places));
            Node::Object(members.iter().map(member).collect())
        }
    }
}
