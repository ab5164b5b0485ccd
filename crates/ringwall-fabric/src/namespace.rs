//! Network namespaces: kept alive by a bind mount, entered by threads made for it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::statfs::{FsType, fstatfs};

const NAMESPACE_FILE_SYSTEM: FsType = FsType(0x6e73_6673);

/// A network namespace, held open: it exists at least as long as this value.
#[derive(Debug)]
pub struct Namespace {
    file: File,
}

/// What can fail with a namespace.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// The directory that keeps it is missing and cannot be made.
    #[error("cannot create the directory `{path}`")]
    Directory {
        /// the directory
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// The file at which it is, or shall be, kept.
    #[error("cannot open `{path}`")]
    Open {
        /// the file
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// The thread that does it.
    #[error("cannot start a thread for a network namespace")]
    Thread(#[source] io::Error),
    /// Making it.
    #[error("cannot create a network namespace")]
    Create(#[source] io::Error),
    /// Keeping it alive.
    #[error("cannot keep a network namespace at `{path}`")]
    Keep {
        /// where it should be kept
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// Entering it.
    #[error("cannot enter a network namespace")]
    Enter(#[source] io::Error),
}

impl Namespace {
    /// The namespace that is kept at the path; `None` if there is none.
    pub fn open(path: &Path) -> Result<Option<Namespace>, NamespaceError> {
        let cannot_open = |source| NamespaceError::Open { path: path.to_owned(), source };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot_open(error)),
        };
        // Where nothing is mounted, the path is the empty file that only waits to be mounted over.
        let is_namespace =
            fstatfs(&file).map_err(|error| cannot_open(error.into()))?.filesystem_type() == NAMESPACE_FILE_SYSTEM;
        Ok(is_namespace.then_some(Namespace { file }))
    }

    /// The namespace that is kept at the path, made if there is none.
    pub fn create_or_open(path: &Path) -> Result<Namespace, NamespaceError> {
        if let Some(namespace) = Namespace::open(path)? {
            return Ok(namespace);
        }
        let directory = path.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(directory)
            .map_err(|source| NamespaceError::Directory { path: directory.to_owned(), source })?;
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|source| NamespaceError::Open { path: path.to_owned(), source })?;
        let namespace = Namespace::anonymous()?;
        let source = format!("/proc/self/fd/{}", namespace.file.as_raw_fd());
        mount(Some(source.as_str()), path, None::<&str>, MsFlags::MS_BIND, None::<&str>)
            .map_err(|error| NamespaceError::Keep { path: path.to_owned(), source: error.into() })?;
        Ok(namespace)
    }

    /// A new namespace that nothing but this value keeps alive.
    pub fn anonymous() -> Result<Namespace, NamespaceError> {
        let file = on_a_thread(|| {
            unshare(CloneFlags::CLONE_NEWNET).map_err(|error| NamespaceError::Create(error.into()))?;
            File::open("/proc/thread-self/ns/net").map_err(NamespaceError::Create)
        })?;
        Ok(Namespace { file })
    }

    /// The namespace that the calling thread is in.
    pub fn current() -> Result<Namespace, NamespaceError> {
        let path = Path::new("/proc/thread-self/ns/net");
        let file = File::open(path).map_err(|source| NamespaceError::Open { path: path.to_owned(), source })?;
        Ok(Namespace { file })
    }

    /// No longer keeps a namespace alive at the path; it goes with the last that uses it. Nothing to do if none is kept.
    pub fn let_go(path: &Path) -> Result<(), NamespaceError> {
        let failed = |source| NamespaceError::Open { path: path.to_owned(), source };
        match unmount(path) {
            Err(error) if !matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOENT)) => {
                return Err(failed(error));
            }
            _ => {}
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    /// Runs the closure on a thread of its own that has entered the namespace, and waits for it. What the closure opens
    /// there (sockets, links of programs) stays bound to the namespace. A panic of the closure goes on in the caller.
    pub fn run_in<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R, NamespaceError> {
        on_a_thread(|| {
            setns(&self.file, CloneFlags::CLONE_NEWNET).map_err(|error| NamespaceError::Enter(error.into()))?;
            Ok(work())
        })
    }

    /// What distinguishes it from every other namespace that exists: the device and number of its file.
    pub fn identity(&self) -> Result<(u64, u64), NamespaceError> {
        let metadata = self.file.metadata().map_err(NamespaceError::Enter)?;
        Ok((metadata.dev(), metadata.ino()))
    }
}

impl From<OwnedFd> for Namespace {
    fn from(descriptor: OwnedFd) -> Namespace {
        Namespace { file: descriptor.into() }
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// A thread that changed its namespace is never used for anything else again, so it is made anew each time.
fn on_a_thread<R: Send>(work: impl FnOnce() -> Result<R, NamespaceError> + Send) -> Result<R, NamespaceError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name("namespace".to_owned())
            .spawn_scoped(scope, work)
            .map_err(NamespaceError::Thread)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Lets go of what is kept at the path. Whoever still holds the namespace open keeps it.
pub(crate) fn unmount(path: &Path) -> io::Result<()> {
    umount2(path, MntFlags::MNT_DETACH | MntFlags::UMOUNT_NOFOLLOW).map_err(io::Error::from)
}
