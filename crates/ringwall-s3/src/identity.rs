//! Whose keys there are.

use std::fmt;

use ringwall_policy::Caller;

/// Who signs with a key.
#[derive(Clone)]
pub struct Identity {
    /// the secret that goes with the key
    pub secret_access_key: String,
    /// the token that goes with a temporary key
    pub session_token: Option<String>,
    /// whose key it is
    pub caller: Caller,
}

/// Never shows a secret.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// Where keys are looked up.
pub trait Identities: Send + Sync + 'static {
    /// Who signs with an access key; `None` if there is no such key.
    fn find(&self, access_key_id: &str) -> Option<Identity>;
}

/// The key of an account's root user, and no other.
#[derive(Clone)]
pub struct RootOnly {
    /// the id of the key
    pub access_key_id: String,
    /// its secret
    pub secret_access_key: String,
    /// the account: twelve digits
    pub account: String,
}

impl Identities for RootOnly {
    fn find(&self, access_key_id: &str) -> Option<Identity> {
        (access_key_id == self.access_key_id).then(|| Identity {
            secret_access_key: self.secret_access_key.clone(),
            session_token: None,
            caller: Caller::Account { account: self.account.clone(), arns: vec![root(&self.account)] },
        })
    }
}

/// The ARN of an account's root user.
pub fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}
