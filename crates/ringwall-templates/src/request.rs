//! What `CreateWebACL` and `UpdateWebACL` take, as people keep it in a file for `--cli-input-json`: the web ACL, to which AWS gives
//! its ARN.

use ringwall_waf::document::Node;

use crate::resource::{Identity, Kind};
use crate::{Assumptions, Refused};

/// Members of a request that are no part of the web ACL.
const BESIDE: [&str; 3] = ["Scope", "Tags", "LockToken"];

/// A document, in which a request has become the web ACL that would be made of it. Only requests have a scope.
pub(crate) fn made(node: Node, assumptions: &Assumptions) -> Result<Node, Refused> {
    let Node::Object(mut members) = node else { return Ok(node) };
    if let Some((_, acl)) = members.iter_mut().find(|(name, _)| name == "WebACL") {
        *acl = web_acl(std::mem::replace(acl, Node::Null), "WebACL.", assumptions)?;
        return Ok(Node::Object(members));
    }
    web_acl(Node::Object(members), "", assumptions)
}

fn web_acl(node: Node, place: &str, assumptions: &Assumptions) -> Result<Node, Refused> {
    let Node::Object(mut members) = node else { return Ok(node) };
    let text = |members: &[(String, Node)], wanted: &str| {
        members.iter().find(|(name, _)| name == wanted).map(|(_, value)| match value {
            Node::Text(text) => Ok(text.clone()),
            _ => Err(Refused::new(format!("{place}{wanted}"), "must be a string")),
        })
    };
    let Some(scope) = text(&members, "Scope").transpose()? else { return Ok(Node::Object(members)) };
    let is_global = match scope.as_str() {
        "REGIONAL" => false,
        "CLOUDFRONT" => true,
        _ => return Err(Refused::new(format!("{place}Scope"), "must be REGIONAL or CLOUDFRONT")),
    };
    let name = text(&members, "Name").transpose()?.unwrap_or_default();
    let identity = Identity::new(Kind::WebAcl, &name, &name, is_global, assumptions);
    members.retain(|(name, _)| !BESIDE.contains(&name.as_str()));
    // An update names the one that is there.
    let id = text(&members, "Id").transpose()?.unwrap_or_else(|| identity.id.clone());
    let arn = identity.arn.replace(&identity.id, &id);
    for (name, value) in [("Id", id), ("ARN", arn)] {
        if !members.iter().any(|(own, _)| own == name) {
            members.push((name.to_owned(), Node::Text(value)));
        }
    }
    Ok(Node::Object(members))
}
