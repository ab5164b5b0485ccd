//! What the program reports while somebody watches.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;

use aya::maps::{Map, MapData, RingBuf};
use ringwall_abi::Pod;
use ringwall_abi::record::OutcomeRecord;

/// The ring of reports. There is one reader at a time: what it takes out is gone.
pub struct Events {
    ring: RingBuf<MapData>,
}

impl Events {
    /// Opens the pinned ring.
    pub fn open(pins: &Path) -> io::Result<Events> {
        let data = MapData::from_pin(pins.join("events")).map_err(io::Error::other)?;
        let ring = RingBuf::try_from(Map::RingBuf(data)).map_err(io::Error::other)?;
        Ok(Events { ring })
    }

    /// The next report, if one is there.
    pub fn next_report(&mut self) -> Option<OutcomeRecord> {
        while let Some(item) = self.ring.next() {
            if let Some(report) = OutcomeRecord::from_bytes(&item) {
                return Some(report);
            }
        }
        None
    }

    /// Waits for a report; false if the time was up.
    pub fn wait(&self, milliseconds: i32) -> io::Result<bool> {
        let mut poll = libc::pollfd { fd: self.ring.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one structure, for the time of the call.
        match unsafe { libc::poll(&mut poll, 1, milliseconds) } {
            result if result < 0 => Err(io::Error::last_os_error()),
            result => Ok(result > 0),
        }
    }
}

impl AsRawFd for Events {
    fn as_raw_fd(&self) -> RawFd {
        self.ring.as_raw_fd()
    }
}
