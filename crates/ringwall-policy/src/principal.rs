//! Who calls, and `Principal` and `NotPrincipal` (IAM-30, IAM-41).

use crate::malformed::{Malformed, Reason};
use crate::node::Node;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// nobody that is known: the request is not signed
    Anonymous,
    /// a user, a role's session or the root user of an account
    Account {
        /// twelve digits
        account: String,
        /// The ARNs that name the caller: of a session both the session's and its role's (IAM-41).
        arns: Vec<String>,
    },
    /// a service of AWS's, such as `delivery.logs.amazonaws.com`
    Service(String),
}

/// The principals that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals(pub Vec<Principal>);

/// One principal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everybody, also who is not known
    Everybody,
    /// an account, by its number or by the ARN of its root: everybody in it
    Account(String),
    /// a user, role or session, by its ARN
    Arn(String),
    /// a service
    Service(String),
    /// somebody known to a provider of identities; no caller here ever is
    Federated(String),
    /// an account by the id that S3 knows it by; no caller here ever is
    CanonicalUser(String),
}

impl Principals {
    pub(crate) fn read(node: &Node) -> Result<Principals, Malformed> {
        if let Node::Text(text) = node {
            return match text.as_str() {
                "*" => Ok(Principals(vec![Principal::Everybody])),
                other => Err(Malformed::unexpected("`*` or an object such as `{\"AWS\": \"123456789012\"}`", other)),
            };
        }
        let mut principals = Vec::new();
        let mut kinds: Vec<&str> = Vec::new();
        for (kind, values) in node.map()? {
            if kinds.contains(&kind.as_str()) {
                return Err(Reason::Twice(kind.clone()).into());
            }
            kinds.push(kind);
            let read = match kind.as_str() {
                "AWS" => values.each(|node| aws(node.text()?)),
                "Service" => values.each(|node| service(node.text()?)),
                "Federated" => values.each(|node| plain(node.text()?).map(Principal::Federated)),
                "CanonicalUser" => values.each(|node| plain(node.text()?).map(Principal::CanonicalUser)),
                other => return Err(Reason::UnknownElement(other.to_owned()).into()),
            };
            principals.extend(read.map_err(|wrong| wrong.at(kind))?);
        }
        if principals.is_empty() { Err(Reason::Empty.into()) } else { Ok(Principals(principals)) }
    }

    /// Whether the caller is among them.
    pub fn name(&self, caller: &Caller) -> bool {
        self.0.iter().any(|principal| principal.names(caller))
    }
}

impl Principal {
    fn names(&self, caller: &Caller) -> bool {
        match (self, caller) {
            (Principal::Everybody, _) => true,
            (Principal::Account(own), Caller::Account { account, .. }) => own == account,
            (Principal::Arn(own), Caller::Account { arns, .. }) => arns.contains(own),
            (Principal::Service(own), Caller::Service(service)) => own == service,
            _ => false,
        }
    }
}

fn aws(text: &str) -> Result<Principal, Malformed> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" {
        return Ok(Principal::Everybody);
    }
    if is_account(text) {
        return Ok(Principal::Account(text.to_owned()));
    }
    match text.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", partition, "iam" | "sts", "", account, name]
            if partition.starts_with("aws") && is_account(account) && !name.contains(['*', '?']) =>
        {
            match name.split_once('/') {
                _ if name == "root" => Ok(Principal::Account(account.to_owned())),
                Some(("user" | "role" | "assumed-role" | "federated-user", rest)) if !rest.is_empty() => {
                    Ok(Principal::Arn(text.to_owned()))
                }
                _ => Err(wrong_principal(text)),
            }
        }
        _ => Err(wrong_principal(text)),
    }
}

fn wrong_principal(text: &str) -> Malformed {
    Malformed::unexpected("`*`, an account, or the ARN of a user, role or session without wildcards", text)
}

fn service(text: &str) -> Result<Principal, Malformed> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    if text == "*" || !text.contains('.') || !text.bytes().all(is_name) {
        return Err(Malformed::unexpected("a service such as `delivery.logs.amazonaws.com`", text));
    }
    Ok(Principal::Service(text.to_owned()))
}

fn plain(text: &str) -> Result<String, Malformed> {
    if text.is_empty() || text.contains(['*', '?']) {
        return Err(Malformed::unexpected("a name without wildcards", text));
    }
    Ok(text.to_owned())
}
