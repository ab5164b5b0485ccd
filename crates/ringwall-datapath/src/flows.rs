//! The counters that flow logs are made of: those of sessions, of sessions that have ended, of packets without a session.

use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use ringwall_abi::Pod;
use ringwall_abi::code::ENDED_BYTES;
use ringwall_abi::record::{
    Control, EndedRecord, NatKey, NatMapping, SessionKeyRecord, SessionRecord, StrayKey, StrayRecord,
};

use crate::object::DataPlane;
use crate::sys;

impl DataPlane {
    /// Sets whether packets without a session, and sessions that end, are counted for whoever collects flows. Only the one
    /// who publishes tables may call this.
    pub fn set_collecting(&self, collect: bool) -> io::Result<()> {
        let control = self.control()?;
        self.set_control(Control { collect: u32::from(collect), ..control })
    }

    /// Every session with its counters. One that begins, ends or changes meanwhile may be seen once, twice or not at all.
    pub fn sessions(&self, mut note: impl FnMut(&SessionKeyRecord, &SessionRecord)) -> io::Result<()> {
        self.map("sessions").for_each(|key, value| {
            if let (Some(key), Some(value)) = (SessionKeyRecord::from_bytes(key), SessionRecord::from_bytes(value)) {
                note(&key, &value);
            }
        })
    }

    /// Every connection through a NAT gateway with its counters, as [`DataPlane::sessions`] gives sessions.
    pub fn loans(&self, mut note: impl FnMut(&NatKey, &NatMapping)) -> io::Result<()> {
        self.map("nat_mappings").for_each(|key, value| {
            if let (Some(key), Some(value)) = (NatKey::from_bytes(key), NatMapping::from_bytes(value)) {
                note(&key, &value);
            }
        })
    }

    /// Every kind of packet without a session, with its counters.
    pub fn strays(&self, mut note: impl FnMut(&StrayKey, &StrayRecord)) -> io::Result<()> {
        self.map("strays").for_each(|key, value| {
            if let (Some(key), Some(value)) = (StrayKey::from_bytes(key), StrayRecord::from_bytes(value)) {
                note(&key, &value);
            }
        })
    }

    /// Ends the counting of a kind of packet: its last counters, if it was still there.
    pub fn take_stray(&self, key: &StrayKey) -> io::Result<Option<StrayRecord>> {
        let map = self.map("strays");
        let mut value = vec![0; map.value_size()];
        let found = sys::map_take(map.fd(), key.bytes(), &mut value)?;
        Ok(if found { StrayRecord::from_bytes(&value) } else { None })
    }

    /// How much could not be counted so far, by the number of the interface.
    pub fn flow_losses(&self) -> io::Result<Vec<(u32, u64)>> {
        let mut losses = Vec::new();
        self.map("flow_losses").for_each(|key, value| {
            if let (Ok(key), Ok(value)) = (key.try_into(), value.try_into()) {
                losses.push((u32::from_ne_bytes(key), u64::from_ne_bytes(value)));
            }
        })?;
        Ok(losses)
    }
}

/// Sessions that have ended. They stay in the ring until they are released, also if whoever reads them is killed.
#[derive(Debug)]
pub struct Ended {
    consumer: NonNull<u8>,
    producer: NonNull<u8>,
    page: usize,
    read: u64,
}

// SAFETY: the pages are this value's own mapping; their words are read and written as atomics.
unsafe impl Send for Ended {}

const BUSY: u32 = 1 << 31;
const DISCARDED: u32 = 1 << 30;
const HEADER: u64 = 8;

impl Ended {
    /// Opens the ring. There must be one reader at a time.
    pub fn open(plane: &DataPlane) -> io::Result<Ended> {
        let map = plane.map("ended").fd();
        // SAFETY: asks for a number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).map_err(io::Error::other)?;
        let writable = libc::PROT_READ | libc::PROT_WRITE;
        let consumer = map_pages(map.as_raw_fd(), page, writable, 0)?;
        // The kernel maps its data twice in a row, so that no record is cut at the end.
        let producer = map_pages(map.as_raw_fd(), page + 2 * ENDED_BYTES as usize, libc::PROT_READ, page);
        let producer = producer.inspect_err(|_| unmap(consumer, page))?;
        let mut ring = Ended { consumer, producer, page, read: 0 };
        ring.read = ring.position(ring.consumer).load(Ordering::Acquire);
        Ok(ring)
    }

    fn position(&self, at: NonNull<u8>) -> &AtomicU64 {
        // SAFETY: both mappings begin with a position, an aligned word that is there as long as this value.
        unsafe { at.cast::<AtomicU64>().as_ref() }
    }

    /// The next session that has ended, if there is one more.
    pub fn next_ended(&mut self) -> Option<EndedRecord> {
        loop {
            if self.read >= self.position(self.producer).load(Ordering::Acquire) {
                return None;
            }
            let offset = (self.read % u64::from(ENDED_BYTES)) as usize;
            // SAFETY: the offset is within the data, whose mapping goes on for a whole ring behind it; headers are aligned.
            let start = unsafe { self.producer.add(self.page + offset) };
            // SAFETY: a record begins with its length, which the kernel writes as one word.
            let length = unsafe { start.cast::<std::sync::atomic::AtomicU32>().as_ref() }.load(Ordering::Acquire);
            if length & BUSY != 0 {
                return None;
            }
            let size = (length & !DISCARDED).min(ENDED_BYTES) as usize;
            // SAFETY: the kernel has written so many bytes behind the header, within the second mapping at most.
            let bytes = unsafe { std::slice::from_raw_parts(start.add(HEADER as usize).as_ptr(), size) };
            self.read += (HEADER + size as u64).next_multiple_of(8);
            if length & DISCARDED == 0
                && let Some(record) = EndedRecord::from_bytes(bytes)
            {
                return Some(record);
            }
        }
    }

    /// Whether so much waits to be read that the ring may soon be full.
    pub fn is_filling(&self) -> bool {
        self.position(self.producer).load(Ordering::Acquire).wrapping_sub(self.read) > u64::from(ENDED_BYTES) / 4
    }

    /// Gives back the room of what was read.
    pub fn release(&mut self) {
        self.position(self.consumer).store(self.read, Ordering::Release);
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        unmap(self.consumer, self.page);
        unmap(self.producer, self.page + 2 * ENDED_BYTES as usize);
    }
}

fn map_pages(fd: i32, length: usize, protection: i32, offset: usize) -> io::Result<NonNull<u8>> {
    let offset = libc::off_t::try_from(offset).map_err(io::Error::other)?;
    // SAFETY: a new mapping at a place that the kernel chooses.
    let at = unsafe { libc::mmap(std::ptr::null_mut(), length, protection, libc::MAP_SHARED, fd, offset) };
    if at == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    NonNull::new(at.cast()).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn unmap(at: NonNull<u8>, length: usize) {
    // SAFETY: a mapping of this length that was made here, and that nobody uses any more.
    unsafe { libc::munmap(at.as_ptr().cast(), length) };
}
