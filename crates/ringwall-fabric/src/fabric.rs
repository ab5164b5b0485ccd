//! The fabric: the namespace that holds the host's ends of all links of one Ringwall, and nothing else.
//!
//! It is no host: it has no address, no route and answers nothing. A packet that arrives at one of its devices goes
//! where the program attached to that device sends it, or nowhere. INVARIANT: nothing in it forwards or answers on its
//! own, so that a missing program means no traffic rather than unfiltered traffic.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::namespace::{Namespace, NamespaceError};
use crate::netlink::{Netlink, NetlinkError};
use crate::place::Place;
use crate::sysctl::{self, SettingError};

/// What can fail with the fabric itself.
#[derive(Debug, thiserror::Error)]
pub enum FabricError {
    /// Its namespace.
    #[error("cannot have the namespace of the fabric")]
    Namespace(#[from] NamespaceError),
    /// The settings that keep it silent.
    #[error("cannot keep the fabric's namespace silent")]
    Setting(#[from] SettingError),
    /// The socket by which it is changed.
    #[error("cannot speak with the kernel about the fabric's namespace")]
    Netlink(#[from] NetlinkError),
}

/// The fabric of one Ringwall.
#[derive(Debug)]
pub struct Fabric {
    place: Place,
    namespace: Namespace,
    netlink: Mutex<Netlink>,
}

impl Fabric {
    /// The fabric of that place, made if there is none. It outlives the process.
    pub fn create_or_open(place: &Place) -> Result<Fabric, FabricError> {
        let namespace = Namespace::create_or_open(&place.fabric_namespace())?;
        Fabric::with_namespace(place, namespace)
    }

    /// The fabric of that place; `None` if there is none.
    pub fn open(place: &Place) -> Result<Option<Fabric>, FabricError> {
        match Namespace::open(&place.fabric_namespace())? {
            Some(namespace) => Fabric::with_namespace(place, namespace).map(Some),
            None => Ok(None),
        }
    }

    fn with_namespace(place: &Place, namespace: Namespace) -> Result<Fabric, FabricError> {
        let netlink = namespace.run_in(|| {
            silence()?;
            Netlink::here().map_err(FabricError::from)
        })??;
        Ok(Fabric { place: place.clone(), namespace, netlink: Mutex::new(netlink) })
    }

    /// Where it lives.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The namespace of the host's ends of all links.
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Runs the closure on a thread of its own that has entered the fabric's namespace, and waits for it.
    pub fn run_in<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R, NamespaceError> {
        self.namespace.run_in(work)
    }

    /// The socket of the fabric's namespace. A conversation that a panic broke off does no harm: its answers are passed
    /// over.
    pub(crate) fn netlink(&self) -> MutexGuard<'_, Netlink> {
        self.netlink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the namespace of the calling thread forward nothing and answer nothing. What is set under `default` holds for
/// every device made later.
fn silence() -> Result<(), SettingError> {
    sysctl::set("ipv4/ip_forward", "0")?;
    for scope in ["all", "default"] {
        sysctl::set(&format!("ipv4/conf/{scope}/forwarding"), "0")?;
        // 8: never answer a question about an address.
        sysctl::set(&format!("ipv4/conf/{scope}/arp_ignore"), "8")?;
        sysctl::set_ipv6(&format!("conf/{scope}/forwarding"), "0")?;
        sysctl::set_ipv6(&format!("conf/{scope}/disable_ipv6"), "1")?;
    }
    Ok(())
}
