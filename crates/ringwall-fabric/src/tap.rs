//! All devices of a namespace by one socket: a frame is sent at any of them, and what arrives at any of them is seen.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use crate::namespace::Namespace;
use crate::packet_socket::{PacketSocketError, check, no_address, open_at, receive, switch_on};

/// The kernel puts this much in front of a frame, and expects it there: what it leaves to devices.
const IN_FRONT: usize = 10;
const NEEDS_CHECKSUM: u8 = 1;

/// A checksum that a sender leaves to its device, which a virtual one leaves to whoever takes the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// from which byte of the frame on it sums up
    pub start: u16,
    /// how far behind that it is written; until then the sum of the pseudo-header stands there
    pub offset: u16,
}

/// A frame that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// the index of the device
    pub device: u32,
    /// the frame
    pub bytes: Vec<u8>,
    /// what nobody has finished yet
    pub unfinished: Option<Unfinished>,
}

/// A socket at all devices of one namespace, those made later too. It stays there, whichever thread uses it.
#[derive(Debug)]
pub struct Tap {
    descriptor: OwnedFd,
}

impl Tap {
    /// A socket that receives what arrives at any device of the namespace, and not what leaves.
    pub fn open(namespace: &Namespace) -> Result<Tap, PacketSocketError> {
        let opened = namespace.run_in(|| open_at(0))?;
        let failed = |source| PacketSocketError::Open { device: "any".to_owned(), source };
        let descriptor = opened.map_err(failed)?;
        switch_on(&descriptor, libc::PACKET_VNET_HDR).map_err(failed)?;
        Ok(Tap { descriptor })
    }

    /// The index of a device of the namespace.
    pub fn index_of(&self, device: &str) -> Result<u32, PacketSocketError> {
        // SAFETY: zeroes are a valid request: an empty name, and no index.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        let name = device.bytes().take(libc::IFNAMSIZ - 1);
        request.ifr_name.iter_mut().zip(name).for_each(|(place, byte)| *place = byte as libc::c_char);
        // SAFETY: the kernel reads the name and writes the index, both within the request.
        let asked = unsafe { libc::ioctl(self.descriptor.as_raw_fd(), libc::SIOCGIFINDEX, &mut request) };
        check(asked).map_err(|source| PacketSocketError::Device { device: device.to_owned(), source })?;
        // SAFETY: the kernel has written this member.
        Ok(unsafe { request.ifr_ifru.ifru_ifindex } as u32)
    }

    /// Sends a whole frame, beginning with its Ethernet header, at the device with that index.
    pub fn send(&self, device: u32, frame: &[u8], unfinished: Option<Unfinished>) -> Result<(), PacketSocketError> {
        let mut bytes = vec![0; IN_FRONT];
        if let Some(Unfinished { start, offset }) = unfinished {
            bytes[0] = NEEDS_CHECKSUM;
            bytes[6..8].copy_from_slice(&start.to_ne_bytes());
            bytes[8..10].copy_from_slice(&offset.to_ne_bytes());
        }
        bytes.extend(frame);
        let mut to = no_address();
        to.sll_family = libc::AF_PACKET as u16;
        to.sll_ifindex = device as i32;
        // SAFETY: the kernel reads the frame and the address within their lengths.
        let sent = unsafe {
            let (at, length) = ((&raw const to).cast(), size_of_val(&to) as libc::socklen_t);
            libc::sendto(self.descriptor.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), 0, at, length)
        };
        match io::Error::last_os_error() {
            _ if sent == bytes.len() as isize => Ok(()),
            source => Err(PacketSocketError::Send { length: frame.len(), source }),
        }
    }

    /// The next frame that arrives; `None` if none does in that time.
    pub fn receive(&self, timeout: Duration) -> Result<Option<Arrived>, PacketSocketError> {
        let Some((device, mut front)) = receive(&self.descriptor, IN_FRONT, timeout)? else { return Ok(None) };
        let bytes = front.split_off(IN_FRONT);
        let number = |at: usize| u16::from_ne_bytes([front[at], front[at + 1]]);
        let unfinished = (front[0] & NEEDS_CHECKSUM != 0).then(|| Unfinished { start: number(6), offset: number(8) });
        Ok(Some(Arrived { device, bytes, unfinished }))
    }
}
