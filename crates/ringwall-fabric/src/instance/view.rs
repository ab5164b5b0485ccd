//! What an instance sees of the host's file system.
//!
//! All of this is mounted before the instance has a user namespace of its own, in a mount namespace that belongs to the
//! host: the instance gets a copy of it, in which the kernel lets nobody take away or loosen what more powerful hands
//! have mounted.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};

use crate::mounts;

/// What the kernel offers in `/proc` to change the whole host by. Root in an instance owns these files like any other,
/// and most of them ask for nothing more than that.
const SWITCHES: [&str; 5] = ["bus", "fs", "irq", "sys", "sysrq-trigger"];

/// Directories that each instance has of its own, empty at first, and how they are mounted.
pub const OWN_DIRECTORIES: [(&str, &str); 2] = [("/run", "mode=0755"), ("/tmp", "mode=1777")];

/// Where programs look up who resolves names.
const RESOLVER: &str = "/etc/resolv.conf";
/// Where the instance's own answer to that lies, in its own `/run`.
const OWN_RESOLVER: &str = "/run/resolv.conf";

#[derive(Debug, thiserror::Error)]
pub(super) enum ViewError {
    #[error("cannot create a namespace of mounts")]
    Namespace(#[source] io::Error),
    #[error("cannot part from the mounts of the host")]
    Part(#[source] io::Error),
    #[error("cannot read the mounts of the host")]
    Read(#[source] io::Error),
    #[error("cannot hide `{path}`")]
    Hide { path: PathBuf, source: io::Error },
    #[error("cannot mount `{path}`")]
    Mount { path: PathBuf, source: io::Error },
    #[error("cannot say in `{path}` who resolves names")]
    Resolver { path: PathBuf, source: io::Error },
    #[error("cannot make `{path}` read-only")]
    Freeze { path: PathBuf, source: io::Error },
}

/// Arranges what the calling process, and whatever comes of it, sees.
pub(super) fn arrange(hide: &[PathBuf], resolver: Option<&str>) -> Result<(), ViewError> {
    unshare(CloneFlags::CLONE_NEWNS).map_err(|error| ViewError::Namespace(error.into()))?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>).map_err(|error| ViewError::Part(error.into()))?;
    let_go_of_namespaces()?;
    // A directory before what is in it, which then is hidden with it.
    let mut hide = hide.to_vec();
    hide.sort();
    for path in &hide {
        self::hide(path).map_err(|source| ViewError::Hide { path: path.clone(), source })?;
    }
    let sys = Path::new("/sys");
    freeze_all(sys).map_err(|source| ViewError::Freeze { path: sys.to_owned(), source })?;
    own_proc()?;
    for (path, mode) in OWN_DIRECTORIES {
        own_directory(Path::new(path), mode)?;
    }
    let path = Path::new(RESOLVER);
    let own = resolver.map_or(Ok(()), |words| own_resolver(path, words));
    own.map_err(|source| ViewError::Resolver { path: path.to_owned(), source })
}

/// Mounts the view of the devices of the network namespace that the calling process is in. Where the kernel does not
/// let it, the host's stays, which is read-only as well.
pub(super) fn own_sys() {
    let _ = mount(Some("sysfs"), "/sys", Some("sysfs"), harmless() | MsFlags::MS_RDONLY, None::<&str>);
}

fn harmless() -> MsFlags {
    MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC
}

/// The copies of mounts that keep network namespaces alive would keep them alive as long as the instance runs, those of
/// other Ringwalls too.
fn let_go_of_namespaces() -> Result<(), ViewError> {
    for mount in mounts::all().map_err(ViewError::Read)?.iter().rev().filter(|mount| mount.kind == "nsfs") {
        // What lies under another mount is out of reach for everyone.
        let _ = umount2(&mount.point, MntFlags::MNT_DETACH);
    }
    Ok(())
}

/// Covers a directory with an empty one and a file with nothing.
fn hide(path: &Path) -> io::Result<()> {
    let result = match path.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            let flags = harmless() | MsFlags::MS_RDONLY;
            mount(Some("hidden"), path, Some("tmpfs"), flags, Some("mode=0755,size=4k"))
        }
        Ok(_) => mount(Some("/dev/null"), path, None::<&str>, MsFlags::MS_BIND, None::<&str>),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => return Err(error),
    };
    result.map_err(io::Error::from)
}

/// The processes of the instance and no others, and the switches of its own network and no others.
fn own_proc() -> Result<(), ViewError> {
    let proc = Path::new("/proc");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: nix::Error| ViewError::Mount { path, source: error.into() }
    };
    mount(Some("proc"), proc, Some("proc"), harmless(), None::<&str>).map_err(failed(proc))?;
    let again = |path: &Path, flags| {
        mount(Some(path), path, None::<&str>, MsFlags::MS_BIND, None::<&str>)?;
        let flags = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | harmless() | flags;
        mount(None::<&str>, path, None::<&str>, flags, None::<&str>)
    };
    for path in SWITCHES.map(|name| proc.join(name)).iter().filter(|path| path.exists()) {
        again(path, MsFlags::MS_RDONLY).map_err(failed(path))?;
    }
    let network = proc.join("sys/net");
    again(&network, MsFlags::empty()).map_err(failed(&network))
}

/// Says who resolves names. The host's file may be one, or point to one in `/run`, which is another here.
fn own_resolver(path: &Path, words: &str) -> io::Result<()> {
    let own = Path::new(OWN_RESOLVER);
    fs::write(own, words)?;
    let (source, target) = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => {
            let target = plain(&path.parent().unwrap_or(Path::new("/")).join(fs::read_link(path)?));
            if !target.exists() {
                // Nothing is there to be covered, and nothing must be made on the host.
                if !target.starts_with("/run") {
                    return Ok(());
                }
                target.parent().map_or(Ok(()), fs::create_dir_all)?;
                return fs::write(&target, words);
            }
            (own, target)
        }
        Ok(_) => (own, path.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    mount(Some(source), &target, None::<&str>, MsFlags::MS_BIND, None::<&str>).map_err(io::Error::from)
}

/// A path without steps back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

fn own_directory(path: &Path, mode: &str) -> Result<(), ViewError> {
    mount(Some("tmpfs"), path, Some("tmpfs"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, Some(mode))
        .map_err(|error| ViewError::Mount { path: path.to_owned(), source: error.into() })
}

/// Makes a mount read-only, and every mount below it.
fn freeze_all(path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the structure is plain data, for which zero means no change; the kernel reads it and the path, no
    // further.
    let result = unsafe {
        let mut attributes: libc::mount_attr = std::mem::zeroed();
        attributes.attr_set = libc::MOUNT_ATTR_RDONLY;
        let flags = libc::AT_RECURSIVE;
        let size = size_of_val(&attributes);
        libc::syscall(libc::SYS_mount_setattr, libc::AT_FDCWD, path.as_ptr(), flags, &raw const attributes, size)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
