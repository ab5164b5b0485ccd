//! Letting go of privileges: everything that needs them comes as an open descriptor.
//!
//! The process stays root, since the files of the embedded S3 are root's and nobody else's, but root without capabilities: it
//! reads and writes its own files, and cannot enter a namespace, open a packet socket, or read what others keep from it.

use std::io;

use ringwall_services::privileges::take_no_more;

/// The version of the structures of `capset(2)` that has 64 capabilities.
const VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Half {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up all capabilities, for ever, and with them those that a program which is run would get.
pub(crate) fn drop_capabilities() -> io::Result<()> {
    take_no_more()?;
    let header = Header { version: VERSION, pid: 0 };
    let none = [Half { effective: 0, permitted: 0, inheritable: 0 }; 2];
    // SAFETY: the structures are of the version that the first one names, and the kernel only reads them.
    match unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
