//! How a daemon is to run.

use std::net::SocketAddr;
use std::path::PathBuf;

use ringwall_api::settings::{Quotas, Settings, WafSettings};
use ringwall_net::{Ipv4Prefix, Ipv6Prefix};

pub use crate::endpoint_options::EndpointOptions;
pub use crate::waf_options::WafOptions;

/// Options of `ringwall serve`.
#[derive(Clone, Debug)]
pub struct Options {
    /// the name, by which several live side by side on a host
    pub name: String,
    /// where the API listens
    pub listen: SocketAddr,
    /// where state is kept; none keeps it in memory
    pub state: Option<PathBuf>,
    /// the account that everything belongs to
    pub account: String,
    /// the root user's access key
    pub root_key: RootKey,
    /// the blocks that public IPv4 addresses are taken from
    pub public_ipv4: Vec<Ipv4Prefix>,
    /// the blocks that IPv6 blocks of VPCs are taken from
    pub public_ipv6: Vec<Ipv6Prefix>,
    /// where the internet is
    pub internet: Internet,
    /// where names that are not Ringwall's are asked for
    pub resolver: Resolver,
    /// how many there may be
    pub quotas: Quotas,
    /// tracked sessions per interface at most
    pub session_limit: u32,
    /// where and when flow logs are delivered
    pub flow_logs: FlowLogOptions,
    /// what stands behind endpoints and public services
    pub endpoints: EndpointOptions,
    /// what web ACLs are enforced with
    pub waf: WafOptions,
}

/// Where and when flow logs are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowLogOptions {
    /// where files of the destination `file` are; none is below the state
    pub directory: Option<PathBuf>,
    /// seconds between two files in a bucket (FL-31)
    pub period: u32,
}

impl Default for FlowLogOptions {
    fn default() -> Self {
        FlowLogOptions { directory: None, period: 300 }
    }
}

/// Where the internet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Internet {
    /// a namespace of its own, which owns every address that no VPC owns
    Namespace,
    /// the host's own network
    Host,
}

/// Where names that are not Ringwall's are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// where this host asks, by its `/etc/resolv.conf`
    Host,
    /// there
    Addresses(Vec<SocketAddr>),
    /// nowhere: they are refused
    Nowhere,
}

/// An access key.
#[derive(Clone, PartialEq, Eq)]
pub struct RootKey {
    /// its id
    pub id: String,
    /// its secret
    pub secret: String,
}

impl RootKey {
    /// The key that everybody knows, for loopback alone.
    pub fn well_known() -> RootKey {
        RootKey { id: "test".to_owned(), secret: "test".to_owned() }
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the secret stays out of every log
        f.debug_struct("RootKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The options do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// a name that cannot be a directory and a part of a device's name
    #[error("`{0}` cannot be a name: use 1 to 32 of a-z, 0-9 and -, beginning with a letter")]
    Name(String),
    /// a public listener with the key that everybody knows
    #[error(
        "`{0}` can be reached from other machines, and the root key is the one that everybody knows; give a key of your own \
         with --root-key-file, or listen on 127.0.0.1"
    )]
    WellKnownKey(SocketAddr),
    /// an account that is none
    #[error("`{0}` is no account: it has twelve digits")]
    Account(String),
}

impl Options {
    /// Checks what cannot be checked option by option.
    pub fn check(&self) -> Result<(), OptionsError> {
        let name = self.name.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        if name.is_empty() || name.len() > 32 || !name[0].is_ascii_lowercase() || !name.iter().all(is_plain) {
            return Err(OptionsError::Name(self.name.clone()));
        }
        if self.account.len() != 12 || !self.account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(OptionsError::Account(self.account.clone()));
        }
        if !self.listen.ip().is_loopback() && self.root_key == RootKey::well_known() {
            return Err(OptionsError::WellKnownKey(self.listen));
        }
        Ok(())
    }

    /// What calls are to know of the options.
    pub fn settings(&self) -> Settings {
        Settings {
            account: self.account.clone(),
            public_ipv4: self.public_ipv4.clone(),
            public_ipv6: self.public_ipv6.clone(),
            has_log_bucket: true,
            services: self.endpoints.services(),
            waf: WafSettings::default(),
            quotas: self.quotas.clone(),
        }
    }

    /// Where everything is that lives as long as the machine runs.
    pub fn run_directory(&self) -> PathBuf {
        run_directory(&self.name)
    }
}

/// Where everything of a name is that lives as long as the machine runs.
pub fn run_directory(name: &str) -> PathBuf {
    PathBuf::from("/run/ringwall").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            name: "default".into(),
            listen: "127.0.0.1:4566".parse().unwrap(),
            state: None,
            account: "000000000000".into(),
            root_key: RootKey::well_known(),
            public_ipv4: vec![],
            public_ipv6: vec![],
            internet: Internet::Namespace,
            resolver: Resolver::Host,
            quotas: Quotas::default(),
            session_limit: 1,
            flow_logs: FlowLogOptions::default(),
            endpoints: EndpointOptions::default(),
            waf: WafOptions::default(),
        }
    }

    #[test]
    fn the_well_known_key_is_for_loopback_alone() {
        assert_eq!(options().check(), Ok(()));
        let open = Options { listen: "0.0.0.0:4566".parse().unwrap(), ..options() };
        assert_eq!(open.check(), Err(OptionsError::WellKnownKey(open.listen)));
        let own = RootKey { id: "AKIDEXAMPLE".into(), secret: "s".into() };
        assert_eq!(Options { root_key: own, ..open }.check(), Ok(()));
    }

    #[test]
    fn names_are_plain() {
        for name in ["", "-a", "a/b", "..", "A", "a b", &"a".repeat(33)] {
            assert!(Options { name: name.into(), ..options() }.check().is_err(), "{name}");
        }
    }
}
