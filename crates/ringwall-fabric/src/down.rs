//! Taking down everything of one Ringwall: afterwards, nothing on the host tells that it was there.
//!
//! What belongs to it is known by where it is: below its run directory, or in a network namespace that is kept there.
//! Nothing else is touched, so that others go on living beside it. The directories of instances are not in the run
//! directory and stay.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::{LinkMessageBuilder, LinkUnspec};

use crate::fabric::{Fabric, FabricError};
use crate::instance::{InstanceError, Record, Stop, Stopping, read_json};
use crate::link::{self, LinkError, UPLINK};
use crate::mounts;
use crate::namespace::{self, Namespace, NamespaceError};
use crate::netlink::NetlinkError;
use crate::place::Place;
use crate::process::Process;
use crate::worker;

/// How long a killed process may take to vanish.
const KILL_TIME: Duration = Duration::from_secs(10);

/// What was taken down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// ids of the instances that ran
    pub instances: Vec<String>,
    /// processes beside instances that ran in the network namespaces, and workers
    pub processes: Vec<u32>,
    /// links that were in the fabric still
    pub links: usize,
    /// labels of the network namespaces
    pub namespaces: Vec<String>,
    /// whether there was a run directory
    pub directory: bool,
}

/// What can fail while taking down.
#[derive(Debug, thiserror::Error)]
pub enum DownError {
    /// What is written down about instances.
    #[error("cannot read `{path}`")]
    Read {
        /// the file or directory
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// Ending an instance.
    #[error("cannot end an instance")]
    Instance(#[from] InstanceError),
    /// A network namespace.
    #[error("cannot open a namespace to take down")]
    Namespace(#[from] NamespaceError),
    /// Ending another process.
    #[error("cannot end process {pid}")]
    Process {
        /// the process
        pid: u32,
        /// the system's answer
        source: io::Error,
    },
    /// Ending a worker.
    #[error("cannot end a worker")]
    Worker(#[source] io::Error),
    /// The fabric.
    #[error("cannot open the fabric to take down")]
    Fabric(#[from] FabricError),
    /// Counting its links.
    #[error("cannot list the links to take down")]
    Links(#[from] LinkError),
    /// Deleting them.
    #[error("cannot delete the links")]
    Delete(#[source] NetlinkError),
    /// The mounts that keep namespaces.
    #[error("cannot unmount `{path}`")]
    Unmount {
        /// the mount
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// The run directory.
    #[error("cannot remove `{path}`")]
    Remove {
        /// the directory
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
}

/// Takes down everything of the Ringwall of that place: its instances, which have that long to end by themselves, its
/// links, its network namespaces and what runs in them, its run directory. What is gone already is no failure. A
/// namespace of which someone holds a [`Fabric`], an [`crate::Uplink`] or a [`Namespace`] is empty and out of reach,
/// and ends with that value.
pub fn down(place: &Place, grace: Duration) -> Result<Removed, DownError> {
    let mut removed = Removed { instances: end_instances(place, grace)?, ..Removed::default() };
    let namespaces = namespaces(place)?;
    removed.processes = end_processes(&namespaces, grace)?;
    removed.processes.extend(worker::end_workers(place, Instant::now() + grace).map_err(DownError::Worker)?);
    if let Some(fabric) = Fabric::open(place)? {
        removed.links = delete_links(&fabric)?;
    }
    removed.namespaces = namespaces.into_iter().map(|(label, _)| label).collect();
    let directory = place.directory();
    unmount_all(&directory)?;
    removed.directory = match fs::remove_dir_all(&directory) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(source) => return Err(DownError::Remove { path: directory, source }),
    };
    Ok(removed)
}

/// The entries of a directory that may not be there.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, DownError> {
    let failed = |source| DownError::Read { path: directory.to_owned(), source };
    let mut paths = match fs::read_dir(directory) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(failed(error)),
    };
    paths.sort();
    Ok(paths)
}

/// Asks all at once, so that they take no longer together than the slowest of them.
fn end_instances(place: &Place, grace: Duration) -> Result<Vec<String>, DownError> {
    let mut stopping = Vec::new();
    let records = entries(&place.instances())?;
    for path in records.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        match read_json::<Record>(&path) {
            Ok(record) => stopping.extend(record.map(Stopping::begin).transpose()?),
            Err(source) => return Err(DownError::Read { path, source }),
        }
    }
    let until = Instant::now() + grace;
    let mut ended = Vec::new();
    for stopping in stopping {
        if stopping.finish(until)? != Stop::WasNotRunning {
            ended.push(stopping.id().to_owned());
        }
    }
    Ok(ended)
}

/// The network namespaces of the place, with their labels.
fn namespaces(place: &Place) -> Result<Vec<(String, Namespace)>, DownError> {
    let mut namespaces = Vec::new();
    for path in entries(&place.namespaces())? {
        let label = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        namespaces.extend(Namespace::open(&path)?.map(|namespace| (label, namespace)));
    }
    Ok(namespaces)
}

/// Ends what runs in the namespaces, such as a server that plays a host of the internet. Each would keep its namespace.
fn end_processes(namespaces: &[(String, Namespace)], grace: Duration) -> Result<Vec<u32>, DownError> {
    let mut ours = BTreeSet::new();
    for (_, namespace) in namespaces {
        ours.insert(namespace.identity()?);
    }
    // Whoever keeps this process's own namespace there, as a joke or by mistake, shall not have the host ended.
    ours.remove(&Namespace::current()?.identity()?);
    let mut holds = Vec::new();
    for process in processes_in(&ours)? {
        let failed = |source| DownError::Process { pid: process.pid, source };
        if let Some(hold) = process.hold().map_err(failed)? {
            hold.signal(Signal::SIGTERM).map_err(failed)?;
            holds.push((process.pid, hold));
        }
    }
    let until = Instant::now() + grace;
    for (pid, hold) in &holds {
        let failed = |source| DownError::Process { pid: *pid, source };
        if !hold.wait(until).map_err(failed)? {
            hold.signal(Signal::SIGKILL).map_err(failed)?;
            hold.wait(Instant::now() + KILL_TIME).map_err(failed)?;
        }
    }
    Ok(holds.into_iter().map(|(pid, _)| pid).collect())
}

/// The processes whose network namespace is one of these. This process is none of them, whatever its threads do.
fn processes_in(namespaces: &BTreeSet<(u64, u64)>) -> Result<Vec<Process>, DownError> {
    let mut processes = Vec::new();
    for path in entries(Path::new("/proc"))? {
        let number = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let Some(pid) = number.filter(|&pid| pid != std::process::id()) else { continue };
        let process = Process::of(pid).map_err(|source| DownError::Process { pid, source })?;
        // Looked at after the process: if it still runs when it is signalled, this was its namespace.
        let namespace = fs::metadata(path.join("ns/net")).ok();
        if namespace.is_some_and(|metadata| namespaces.contains(&(metadata.dev(), metadata.ino()))) {
            processes.extend(process);
        }
    }
    Ok(processes)
}

/// Deletes all devices of the fabric with one request, which takes hardly longer than deleting one. The uplink's far
/// end goes with them, wherever it is.
fn delete_links(fabric: &Fabric) -> Result<usize, DownError> {
    let links = fabric.links()?.len();
    let mut netlink = fabric.netlink();
    let has_uplink = netlink.link_of_name(UPLINK).map_err(DownError::Delete)?.is_some();
    if links > 0 || has_uplink {
        let all = LinkMessageBuilder::<LinkUnspec>::new().link_group(link::GROUP).build();
        match netlink.perform(RouteNetlinkMessage::DelLink(all), 0) {
            // The last of them went with its instance in the meantime.
            Err(error) if error.is(libc::ENODEV) => {}
            result => result.map_err(DownError::Delete)?,
        }
    }
    Ok(links)
}

/// Unmounts whatever is mounted in the directory, what is mounted on top first.
fn unmount_all(directory: &Path) -> Result<(), DownError> {
    let mounts =
        mounts::all().map_err(|source| DownError::Read { path: PathBuf::from("/proc/self/mountinfo"), source })?;
    for mount in mounts.iter().rev().filter(|mount| mount.point.starts_with(directory)) {
        namespace::unmount(&mount.point).map_err(|source| DownError::Unmount { path: mount.point.clone(), source })?;
    }
    Ok(())
}
