//! Maps of the kernel, by bytes and by records.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use ringwall_abi::Pod;

use crate::sys;

/// A map, with the sizes of its keys and values.
#[derive(Debug)]
pub struct RawMap {
    fd: OwnedFd,
    key_size: usize,
    value_size: usize,
}

/// How many elements one call writes or reads.
const BATCH: usize = 4_096;

impl RawMap {
    /// A map by its descriptor.
    pub fn new(fd: OwnedFd, key_size: usize, value_size: usize) -> RawMap {
        RawMap { fd, key_size, value_size }
    }

    /// The descriptor.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// The size of a value.
    pub fn value_size(&self) -> usize {
        self.value_size
    }

    /// The value of a key.
    pub fn get<V: Pod>(&self, key: &[u8]) -> io::Result<Option<V>> {
        let mut value = vec![0; self.value_size];
        Ok(if sys::map_lookup(self.fd(), key, &mut value)? { V::from_bytes(&value) } else { None })
    }

    /// The value of a number.
    pub fn get_at<V: Pod>(&self, key: u32) -> io::Result<Option<V>> {
        self.get(&key.to_ne_bytes())
    }

    /// Sets the value of a key.
    pub fn put(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        assert!(key.len() == self.key_size && value.len() == self.value_size, "sizes are the map's");
        sys::map_update(self.fd(), key, value)
    }

    /// Deletes a key; false if it was not there.
    pub fn delete(&self, key: &[u8]) -> io::Result<bool> {
        sys::map_delete(self.fd(), key)
    }

    /// Sets many values. Kernels without batches for this kind of map get them one by one.
    pub fn put_many(&self, elements: &[(&[u8], &[u8])]) -> io::Result<()> {
        for part in elements.chunks(BATCH) {
            let keys: Vec<u8> = part.iter().flat_map(|(key, _)| key.iter().copied()).collect();
            let values: Vec<u8> = part.iter().flat_map(|(_, value)| value.iter().copied()).collect();
            assert!(keys.len() == part.len() * self.key_size && values.len() == part.len() * self.value_size);
            match sys::map_update_batch(self.fd(), &keys, &values, part.len() as u32) {
                Err(error) if is_unsupported(&error) => {
                    for (key, value) in part {
                        self.put(key, value)?;
                    }
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// Deletes many keys; those that are not there are passed over.
    pub fn delete_many(&self, keys: &[&[u8]]) -> io::Result<()> {
        for key in keys {
            self.delete(key)?;
        }
        Ok(())
    }

    /// Every key.
    pub fn keys(&self) -> io::Result<Vec<Vec<u8>>> {
        let mut keys: Vec<Vec<u8>> = Vec::new();
        let mut next = vec![0; self.key_size];
        while sys::map_next_key(self.fd(), keys.last().map(Vec::as_slice), &mut next)? {
            keys.push(next.clone());
        }
        Ok(keys)
    }

    /// Every element of a hash map, as bytes, handed over in parts. An element that changes meanwhile may be seen once,
    /// twice or not at all.
    pub fn for_each(&self, mut note: impl FnMut(&[u8], &[u8])) -> io::Result<()> {
        let mut position = None;
        // a bucket must fit whole, so a part that is too small for one is tried again with more room
        let mut room = BATCH;
        loop {
            let (mut keys, mut values) = (vec![0; room * self.key_size], vec![0; room * self.value_size]);
            match sys::map_lookup_batch(self.fd(), &mut position, &mut keys, &mut values, room as u32) {
                Ok((count, more)) => {
                    for at in 0..count as usize {
                        let key = &keys[at * self.key_size..(at + 1) * self.key_size];
                        note(key, &values[at * self.value_size..(at + 1) * self.value_size]);
                    }
                    if !more {
                        return Ok(());
                    }
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOSPC) && room < BATCH * 64 => room *= 4,
                Err(error) => return Err(error),
            }
        }
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOTSUPP_KERNEL | libc::EINVAL | libc::EOPNOTSUPP))
}

mod libc {
    pub use ::libc::*;

    /// `ENOTSUPP`, which the kernel returns here and no C library names.
    pub const ENOTSUPP_KERNEL: i32 = 524;
}

impl crate::object::DataPlane {
    /// How many packets were refused so far, by the code of the reason: the counts of all processors together.
    pub fn refusals(&self) -> io::Result<Vec<(u8, u64)>> {
        let map = self.map("refusals");
        let processors = possible_processors()?;
        let mut counts = Vec::new();
        for code in 0..64u32 {
            let mut values = vec![0; processors * 8];
            if sys::map_lookup(map.fd(), &code.to_ne_bytes(), &mut values)? {
                let (words, _) = values.as_chunks::<8>();
                counts.push((code as u8, words.iter().map(|word| u64::from_ne_bytes(*word)).sum()));
            }
        }
        Ok(counts)
    }
}

/// How many processors there may ever be: so many values a per-processor map has.
fn possible_processors() -> io::Result<usize> {
    let text = std::fs::read_to_string("/sys/devices/system/cpu/possible")?;
    Ok(crate::grace::parse_list(text.trim())?.into_iter().max().map_or(1, |last| last + 1))
}
