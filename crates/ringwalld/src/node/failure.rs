//! What went wrong, and whom it concerns.

use ringwall_model::id::{InstanceId, NetworkInterfaceId, VpcId};

/// A step that could not be taken.
pub(super) struct Failure {
    /// whom it concerns
    pub who: Who,
    /// what went wrong
    pub reason: String,
}

/// Whom a failure concerns.
#[derive(Clone, Copy)]
pub(super) enum Who {
    /// an interface's link, and the instance that cannot be without it
    Link(NetworkInterfaceId, Option<InstanceId>),
    /// an instance
    Instance(InstanceId),
    /// the services of a VPC
    Services(VpcId),
}

impl Who {
    /// The failure of what was tried for it.
    pub(super) fn failed(self, error: &dyn std::error::Error) -> Failure {
        self.failed_because(chain(error))
    }

    /// The failure for a reason that is put into words already.
    pub(super) fn failed_because(self, reason: String) -> Failure {
        Failure { who: self, reason }
    }

    /// The instance that cannot run now.
    pub(super) fn instance(self) -> Option<InstanceId> {
        match self {
            Who::Link(_, instance) => instance,
            Who::Instance(id) => Some(id),
            Who::Services(_) => None,
        }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Who::Link(link, _) => write!(f, "{link}"),
            Who::Instance(instance) => write!(f, "{instance}"),
            Who::Services(vpc) => write!(f, "the services of {vpc}"),
        }
    }
}

/// Says that something failed which nobody waits for.
pub(super) fn complain(what: &str, error: &dyn std::error::Error) {
    eprintln!("ringwall: {what}: {}", chain(error));
}

/// An error with what caused it.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        // Some say their cause themselves.
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}
