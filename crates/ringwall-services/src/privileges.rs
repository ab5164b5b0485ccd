//! Letting go of privileges: everything that needs them comes as an open descriptor. What is needed of them is room for those.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

/// The user that owns nothing.
const NOBODY: u32 = 65_534;

/// Descriptors that may be open: those of a thousand VPCs, beside all connections and all questions on their way.
const DESCRIPTORS: libc::rlim_t = 16_384;

/// Makes room for descriptors, as much as may be had.
pub fn make_room() -> io::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if most < DESCRIPTORS && setrlimit(Resource::RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS).is_ok() {
        return Ok(());
    }
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most.min(DESCRIPTORS), most)?)
}

/// Never gets a privilege again, whatever it runs.
pub fn take_no_more() -> io::Result<()> {
    // SAFETY: the call takes numbers alone.
    match unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Becomes nobody, for ever. Whoever is no root already has nothing to let go of.
pub(crate) fn drop_all() -> io::Result<()> {
    take_no_more()?;
    if !Uid::effective().is_root() {
        return Ok(());
    }
    let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    setgroups(&[])?;
    setresgid(group, group, group)?;
    // With the last of its root numbers, the kernel takes all capabilities from a process.
    setresuid(user, user, user)?;
    Ok(())
}
