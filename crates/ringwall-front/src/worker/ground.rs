//! What stands behind services: the embedded S3, the authority, and other servers.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use ringwall_endpoint::{Authority, IDLE, Upstream, Ways};
use ringwall_s3::{Identities, Identity, RootOnly, Server};

use super::Worker;
use crate::message::{Ground, GroundIdentity};

/// What stands behind services.
pub(crate) struct Standing {
    identity: GroundIdentity,
    identities: Arc<Keys>,
    ways: Arc<Ways>,
    /// what files are found by, for as long as the process lives
    _directories: Vec<OwnedFd>,
}

impl Standing {
    /// What the worker keeps for life.
    pub fn identity(&self) -> &GroundIdentity {
        &self.identity
    }

    /// Where requests go.
    pub fn ways(&self) -> Arc<Ways> {
        self.ways.clone()
    }

    fn begin(ground: &Ground, directories: Vec<OwnedFd>) -> Result<Standing, String> {
        let identity = ground.identity.clone();
        let wanted = 1 + usize::from(identity.s3.is_some());
        if directories.len() != wanted {
            return Err("directories are missing".to_owned());
        }
        // What is above them need not be open to a root without capabilities.
        let mut paths = directories.iter().map(|own| PathBuf::from(format!("/proc/self/fd/{}", own.as_raw_fd())));
        let identities = Arc::new(Keys(RwLock::new(root(ground))));
        let authority = Authority::open(&paths.next().unwrap_or_default()).map_err(|error| error.to_string())?;
        let open = |path: PathBuf| Server::open(&path, &identity.account, identities.clone());
        let s3 = paths.next().map(open).transpose().map_err(|error| format!("the folder of S3: {error}"))?;
        let ways = Ways {
            authority: Arc::new(authority),
            identities: identities.clone(),
            account: identity.account.clone(),
            s3,
            upstreams: upstreams(ground),
            room: Ways::room(),
            idle: IDLE,
        };
        drop(paths);
        Ok(Standing { identity, identities, ways: Arc::new(ways), _directories: directories })
    }

    /// Takes what may change; connections that are open go on as they began.
    fn change(&mut self, ground: &Ground) {
        *self.identities.0.write().unwrap_or_else(PoisonError::into_inner) = root(ground);
        let upstreams = upstreams(ground);
        if upstreams != self.ways.upstreams {
            let last = &self.ways;
            self.ways = Arc::new(Ways {
                authority: last.authority.clone(),
                identities: last.identities.clone(),
                account: last.account.clone(),
                s3: last.s3.clone(),
                upstreams,
                room: last.room.clone(),
                idle: last.idle,
            });
        }
    }
}

impl Worker {
    /// Stands on a ground. The directories are those that it names, in its order.
    pub fn stand_on(&self, ground: Ground, directories: Vec<OwnedFd>) -> Result<(), String> {
        let mut standing = self.ground.borrow_mut();
        match &mut *standing {
            Some(standing) if standing.identity == ground.identity => standing.change(&ground),
            Some(_) => return Err("it stands elsewhere already".to_owned()),
            None => *standing = Some(Standing::begin(&ground, directories)?),
        }
        Ok(())
    }
}

fn upstreams(ground: &Ground) -> std::collections::BTreeMap<String, Upstream> {
    ground.upstreams.iter().map(|(service, address)| (service.clone(), Upstream { address: *address })).collect()
}

fn root(ground: &Ground) -> RootOnly {
    RootOnly {
        access_key_id: ground.access_key_id.clone(),
        secret_access_key: ground.secret_access_key.clone(),
        account: ground.identity.account.clone(),
    }
}

/// The root user's key, which the next control plane may have another one of.
struct Keys(RwLock<RootOnly>);

impl Identities for Keys {
    fn find(&self, access_key_id: &str) -> Option<Identity> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).find(access_key_id)
    }
}
