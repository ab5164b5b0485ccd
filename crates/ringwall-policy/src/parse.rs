//! From a document to a policy.

use crate::malformed::{Malformed, Reason};
use crate::node::Node;
use crate::{Kind, Policy, Statement, Version};

impl Policy {
    /// Reads a policy, whole or not at all.
    pub fn parse(text: &str, kind: Kind) -> Result<Policy, Malformed> {
        let most = kind.most_characters();
        if text.len() > most && text.chars().count() > most {
            return Err(Reason::TooLong { most }.into());
        }
        let document = Node::parse(text)?;
        let (mut version, mut id, mut statements) = (None, None, None);
        for (name, value) in document.map()? {
            let is_repeated = match name.as_str() {
                "Version" => version.replace(value).is_some(),
                "Id" => id.replace(value).is_some(),
                "Statement" => statements.replace(value).is_some(),
                other => return Err(Reason::UnknownElement(other.to_owned()).into()),
            };
            if is_repeated {
                return Err(Reason::Twice(name.clone()).into());
            }
        }
        let version = version.map_or(Ok(Version::V2008), read_version).map_err(|wrong| wrong.at("Version"))?;
        let id = id.map(|node| node.text().map(str::to_owned)).transpose().map_err(|wrong| wrong.at("Id"))?;
        let statements = statements.ok_or(Reason::Missing("Statement"))?;
        let statements = statements
            .each(|node| Statement::read(node, kind, version))
            .and_then(|statements| check_names(&statements).map(|()| statements))
            .map_err(|wrong| wrong.at("Statement"))?;
        Ok(Policy::new(version, id, statements, text))
    }
}

fn read_version(node: &Node) -> Result<Version, Malformed> {
    match node.text()? {
        "2008-10-17" => Ok(Version::V2008),
        "2012-10-17" => Ok(Version::V2012),
        other => Err(Malformed::unexpected("`2008-10-17` or `2012-10-17`", other)),
    }
}

fn check_names(statements: &[Statement]) -> Result<(), Malformed> {
    let mut names: Vec<&str> = statements.iter().filter_map(|statement| statement.sid.as_deref()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Reason::RepeatedSid(pair[0].to_owned()).into()),
        None => Ok(()),
    }
}
