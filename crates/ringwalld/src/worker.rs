//! Workers: how a daemon starts them, and sees that they have died.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ringwall_fabric::{Place, end_worker, prepare_workers, start_worker, worker_socket};
use ringwall_services::NamespaceIdentity;

/// How long a worker that cannot be spoken with may take to end.
const GRACE: Duration = Duration::from_secs(1);
/// How long a worker that died is let lie, so that one that cannot live does not keep the machine busy.
pub(crate) const REST: Duration = Duration::from_millis(50);

/// A worker cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// a file of the run directory
    #[error("cannot use `{path}`")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// the process
    #[error("cannot start the worker `{name}`")]
    Start {
        /// what it is called
        name: &'static str,
        /// why
        source: io::Error,
    },
}

/// Starts a worker, in the place of one that cannot be spoken with or shall not be. It listens when this returns.
pub(crate) fn start_anew(place: &Place, name: &'static str, program: &Path) -> Result<PathBuf, WorkerError> {
    let start = |source| WorkerError::Start { name, source };
    let path = worker_socket(place, name);
    // It still has its sockets.
    end_worker(place, name, Instant::now() + GRACE).map_err(start)?;
    let file = |source| WorkerError::File { path: path.clone(), source };
    prepare_workers(place).map_err(file)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(error)),
        _ => {}
    }
    let listener = UnixListener::bind(&path).map_err(file)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(file)?;
    let mut child = start_worker(place, name, program, listener.into()).map_err(start)?;
    // Takes note of its death, for as long as this process is there to do it.
    std::thread::Builder::new().name("worker".into()).spawn(move || child.wait()).map_err(start)?;
    Ok(path)
}

/// What the namespace that is kept at a path is known by; none if there is none. It may be another one each time: it goes with the
/// last of those whom it is for, and is made anew for the next.
pub(crate) fn namespace_at(path: &Path) -> Option<NamespaceIdentity> {
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Waits until the other end of a connection is closed, without taking anything from it.
pub(crate) fn wait_for_end(stream: &UnixStream) {
    let mut waited = libc::pollfd { fd: stream.as_fd().as_raw_fd(), events: libc::POLLRDHUP, revents: 0 };
    // SAFETY: the call is given one structure, and told so.
    while unsafe { libc::poll(&mut waited, 1, -1) } < 0 {
        if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}
