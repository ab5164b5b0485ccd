//! The `bpf(2)` system call, for what the loading library does not offer: whole batches of elements, test runs with their
//! context, maps of maps.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const MAP_CREATE: i32 = 0;
const MAP_LOOKUP_ELEM: i32 = 1;
const MAP_UPDATE_ELEM: i32 = 2;
const MAP_DELETE_ELEM: i32 = 3;
const MAP_GET_NEXT_KEY: i32 = 4;
const OBJ_PIN: i32 = 6;
const OBJ_GET: i32 = 7;
const PROG_TEST_RUN: i32 = 10;
const MAP_LOOKUP_AND_DELETE_ELEM: i32 = 21;
const MAP_LOOKUP_BATCH: i32 = 24;
const MAP_UPDATE_BATCH: i32 = 26;
const MAP_DELETE_BATCH: i32 = 27;

/// The largest of the kernel's argument structures that are used here, as 64-bit words.
#[repr(C, align(8))]
struct Attributes([u8; 144]);

impl Attributes {
    fn new() -> Attributes {
        Attributes([0; 144])
    }

    fn u32(mut self, offset: usize, value: u32) -> Attributes {
        self.0[offset..offset + 4].copy_from_slice(&value.to_ne_bytes());
        self
    }

    fn u64(mut self, offset: usize, value: u64) -> Attributes {
        self.0[offset..offset + 8].copy_from_slice(&value.to_ne_bytes());
        self
    }

    fn pointer<T: ?Sized>(self, offset: usize, value: *const T) -> Attributes {
        self.u64(offset, value.cast::<u8>().addr() as u64)
    }

    fn read_u32(&self, offset: usize) -> u32 {
        let bytes: [u8; 4] = self.0[offset..offset + 4].try_into().expect("four bytes");
        u32::from_ne_bytes(bytes)
    }

    fn call(&mut self, command: i32) -> io::Result<i32> {
        // SAFETY: the kernel reads and writes the structure within its length, and every pointer in it was made from a
        // reference that the caller holds across the call.
        let result = unsafe { libc::syscall(libc::SYS_bpf, command, self.0.as_mut_ptr(), self.0.len()) };
        if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result as i32) }
    }
}

fn fd(borrowed: BorrowedFd<'_>) -> u32 {
    borrowed.as_raw_fd() as u32
}

fn owned(raw: i32) -> OwnedFd {
    // SAFETY: the kernel has just returned this descriptor, and nobody else has it.
    unsafe { OwnedFd::from_raw_fd(raw) }
}

/// Creates a map. `inner` is the template of a map of maps.
pub fn map_create(
    kind: u32,
    key_size: u32,
    value_size: u32,
    entries: u32,
    flags: u32,
    inner: Option<BorrowedFd<'_>>,
) -> io::Result<OwnedFd> {
    let attributes = Attributes::new().u32(0, kind).u32(4, key_size).u32(8, value_size).u32(12, entries).u32(16, flags);
    attributes.u32(20, inner.map_or(0, fd)).call(MAP_CREATE).map(owned)
}

/// Reads an element into `value`, whose length must be the map's; false if there is none.
pub fn map_lookup(map: BorrowedFd<'_>, key: &[u8], value: &mut [u8]) -> io::Result<bool> {
    let mut attributes = Attributes::new().u32(0, fd(map)).pointer(8, key.as_ptr()).pointer(16, value.as_mut_ptr());
    match attributes.call(MAP_LOOKUP_ELEM) {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes an element and reads its last value, whose length must be the map's; false if there was none.
pub fn map_take(map: BorrowedFd<'_>, key: &[u8], value: &mut [u8]) -> io::Result<bool> {
    let mut attributes = Attributes::new().u32(0, fd(map)).pointer(8, key.as_ptr()).pointer(16, value.as_mut_ptr());
    match attributes.call(MAP_LOOKUP_AND_DELETE_ELEM) {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes an element.
pub fn map_update(map: BorrowedFd<'_>, key: &[u8], value: &[u8]) -> io::Result<()> {
    let attributes = Attributes::new().u32(0, fd(map)).pointer(8, key.as_ptr()).pointer(16, value.as_ptr());
    attributes.u64(24, 0).call(MAP_UPDATE_ELEM).map(drop)
}

/// Deletes an element; false if there was none.
pub fn map_delete(map: BorrowedFd<'_>, key: &[u8]) -> io::Result<bool> {
    match Attributes::new().u32(0, fd(map)).pointer(8, key.as_ptr()).call(MAP_DELETE_ELEM) {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The key that follows another one, or the first one; false at the end.
pub fn map_next_key(map: BorrowedFd<'_>, key: Option<&[u8]>, next: &mut [u8]) -> io::Result<bool> {
    let key = key.map_or(std::ptr::null(), <[u8]>::as_ptr);
    match Attributes::new().u32(0, fd(map)).pointer(8, key).pointer(16, next.as_mut_ptr()).call(MAP_GET_NEXT_KEY) {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

fn batch(map: BorrowedFd<'_>, keys: &[u8], values: Option<&[u8]>, count: u32, command: i32) -> io::Result<()> {
    let values = values.map_or(std::ptr::null(), <[u8]>::as_ptr);
    let mut attributes =
        Attributes::new().pointer(16, keys.as_ptr()).pointer(24, values).u32(32, count).u32(36, fd(map));
    attributes.call(command).map(drop)
}

/// Writes many elements: keys one behind the other, values likewise.
pub fn map_update_batch(map: BorrowedFd<'_>, keys: &[u8], values: &[u8], count: u32) -> io::Result<()> {
    batch(map, keys, Some(values), count, MAP_UPDATE_BATCH)
}

/// Deletes many elements.
pub fn map_delete_batch(map: BorrowedFd<'_>, keys: &[u8], count: u32) -> io::Result<()> {
    batch(map, keys, None, count, MAP_DELETE_BATCH)
}

/// Reads many elements of a hash map, from where `position` says (empty at first) on. Returns how many, and whether more
/// may follow.
pub fn map_lookup_batch(
    map: BorrowedFd<'_>,
    position: &mut Option<u64>,
    keys: &mut [u8],
    values: &mut [u8],
    count: u32,
) -> io::Result<(u32, bool)> {
    let start = *position;
    let mut next: u64 = 0;
    let from = start.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let mut attributes = Attributes::new()
        .pointer(0, from)
        .pointer(8, std::ptr::from_mut(&mut next))
        .pointer(16, keys.as_mut_ptr())
        .pointer(24, values.as_mut_ptr())
        .u32(32, count)
        .u32(36, fd(map));
    let result = attributes.call(MAP_LOOKUP_BATCH);
    let read = attributes.read_u32(32);
    match result {
        Ok(_) => {
            *position = Some(next);
            Ok((read, true))
        }
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok((read, false)),
        Err(error) => Err(error),
    }
}

fn path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))
}

/// Gives a map or program a name in the BPF file system, so that it outlives its process.
pub fn pin(object: BorrowedFd<'_>, at: &Path) -> io::Result<()> {
    let at = path(at)?;
    Attributes::new().pointer(0, at.as_ptr()).u32(8, fd(object)).call(OBJ_PIN).map(drop)
}

/// Opens what has a name in the BPF file system.
pub fn open_pin(at: &Path) -> io::Result<OwnedFd> {
    let at = path(at)?;
    Attributes::new().pointer(0, at.as_ptr()).call(OBJ_GET).map(owned)
}

/// What a program made of a packet.
#[derive(Debug)]
pub struct TestRun {
    /// the program's return value
    pub result: u32,
    /// length of the packet afterwards
    pub length: usize,
}

/// Runs a program on a packet: `data` in, `out` out, with the first bytes of the packet's context.
pub fn test_run(program: BorrowedFd<'_>, data: &[u8], out: &mut [u8], context: &[u8]) -> io::Result<TestRun> {
    let mut attributes = Attributes::new()
        .u32(0, fd(program))
        .u32(8, data.len() as u32)
        .u32(12, out.len() as u32)
        .pointer(16, data.as_ptr())
        .pointer(24, out.as_mut_ptr())
        .u32(32, 1)
        .u32(40, context.len() as u32)
        .pointer(48, context.as_ptr());
    attributes.call(PROG_TEST_RUN)?;
    Ok(TestRun { result: attributes.read_u32(4), length: attributes.read_u32(12) as usize })
}
