//! Waiting until no packet is judged by what was there before.
//!
//! The program runs at a link's ingress, in the kernel's network interrupt, which nothing on the same processor interrupts
//! but hardware: whoever has been scheduled on a processor since a moment knows that every program that ran there at that
//! moment has ended. So visiting each processor once is enough, and takes some ten microseconds each, where the kernel's own
//! grace period takes many milliseconds. Where that argument does not hold (a real-time kernel, whose network interrupt can be
//! interrupted) or processors are out of reach, an update of a map of maps waits for the kernel's grace period.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use crate::sys;

const MAP_TYPE_ARRAY: u32 = 2;
const MAP_TYPE_ARRAY_OF_MAPS: u32 = 12;

/// Waits for packets.
#[derive(Debug)]
pub struct Grace {
    outer: OwnedFd,
    inner: OwnedFd,
    is_real_time: bool,
}

impl Grace {
    /// What is needed for waiting.
    pub fn new() -> io::Result<Grace> {
        let inner = sys::map_create(MAP_TYPE_ARRAY, 4, 4, 1, 0, None)?;
        let outer = sys::map_create(MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, Some(inner.as_fd()))?;
        let is_real_time = fs::read_to_string("/sys/kernel/realtime").is_ok_and(|text| text.trim() == "1");
        Ok(Grace { outer, inner, is_real_time })
    }

    /// Returns when every packet that was under way at the call has been dealt with.
    pub fn wait(&self) -> io::Result<()> {
        if self.is_real_time || visit_processors().is_err() {
            return self.wait_for_kernel();
        }
        Ok(())
    }

    fn wait_for_kernel(&self) -> io::Result<()> {
        let inner = (self.inner.as_raw_fd() as u32).to_ne_bytes();
        sys::map_update(self.outer.as_fd(), &0u32.to_ne_bytes(), &inner)
    }
}

fn visit_processors() -> io::Result<()> {
    let online = parse_list(fs::read_to_string("/sys/devices/system/cpu/online")?.trim())?;
    let before = affinity()?;
    let visited = online.into_iter().try_for_each(|processor| {
        if processor >= libc::CPU_SETSIZE as usize {
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        // SAFETY: a set of processors is plain data, and the number is within it.
        let only = unsafe {
            let mut only: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(processor, &mut only);
            only
        };
        set_affinity(&only)
    });
    set_affinity(&before)?;
    visited
}

fn affinity() -> io::Result<libc::cpu_set_t> {
    // SAFETY: a set of processors is plain data, and the kernel writes no more than its size.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        match libc::sched_getaffinity(0, size_of_val(&set), &mut set) {
            0 => Ok(set),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

fn set_affinity(set: &libc::cpu_set_t) -> io::Result<()> {
    // SAFETY: the kernel reads the set within its size.
    match unsafe { libc::sched_setaffinity(0, size_of_val(set), set) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Reads a list such as `0-3,8`.
pub(crate) fn parse_list(text: &str) -> io::Result<Vec<usize>> {
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let mut numbers = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().map_err(|_| bad())?, last.parse().map_err(|_| bad())?);
        numbers.extend(first..=last);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_processors_are_read() {
        assert_eq!(parse_list("0-2,5").unwrap(), [0, 1, 2, 5]);
        assert!(parse_list("").is_err() && parse_list("a-b").is_err());
    }

    #[test]
    fn visiting_leaves_the_thread_where_it_may_run() {
        let before = affinity().unwrap();
        visit_processors().unwrap();
        let after = affinity().unwrap();
        // SAFETY: both are sets of processors.
        assert!(unsafe { libc::CPU_EQUAL(&before, &after) });
    }
}
