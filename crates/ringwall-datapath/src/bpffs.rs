//! The BPF file system: where programs and maps have names, and live on when their process has ended.

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const BPF_FS_MAGIC: i64 = 0xcafe_4a11;

/// Whether one is mounted at a directory.
pub fn is_mounted(path: &Path) -> bool {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return false };
    let mut stat = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the path is a string, and the kernel fills the structure if it returns zero.
    unsafe { libc::statfs(path.as_ptr(), stat.as_mut_ptr()) == 0 && stat.assume_init().f_type == BPF_FS_MAGIC }
}

/// Mounts one at a directory.
pub fn mount(path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    // SAFETY: three strings, and no data.
    let result = unsafe { libc::mount(c"bpf".as_ptr(), path.as_ptr(), c"bpf".as_ptr(), flags, std::ptr::null()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Takes away the one at a directory; nothing to do if none is there.
pub fn unmount(path: &Path) -> io::Result<()> {
    if !is_mounted(path) {
        return Ok(());
    }
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: a string and flags.
    let result = unsafe { libc::umount2(path.as_ptr(), libc::MNT_DETACH) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
