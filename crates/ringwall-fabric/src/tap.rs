//! All devices of a namespace by one socket: a frame is sent at any of them, and what arrives at any of them is seen.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use crate::namespace::Namespace;
use crate::packet_socket::{PacketSocketError, check, no_address, open_at, receive};

/// A socket at all devices of one namespace, those made later too. It stays there, whichever thread uses it.
#[derive(Debug)]
pub struct Tap {
    descriptor: OwnedFd,
}

impl Tap {
    /// A socket that receives what arrives at any device of the namespace, and not what leaves.
    pub fn open(namespace: &Namespace) -> Result<Tap, PacketSocketError> {
        let opened = namespace.run_in(|| open_at(0))?;
        let descriptor = opened.map_err(|source| PacketSocketError::Open { device: "any".to_owned(), source })?;
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
    pub fn send(&self, device: u32, frame: &[u8]) -> Result<(), PacketSocketError> {
        let mut to = no_address();
        to.sll_family = libc::AF_PACKET as u16;
        to.sll_ifindex = device as i32;
        // SAFETY: the kernel reads the frame and the address within their lengths.
        let sent = unsafe {
            let (at, length) = ((&raw const to).cast(), size_of_val(&to) as libc::socklen_t);
            libc::sendto(self.descriptor.as_raw_fd(), frame.as_ptr().cast(), frame.len(), 0, at, length)
        };
        match io::Error::last_os_error() {
            _ if sent == frame.len() as isize => Ok(()),
            source => Err(PacketSocketError::Send { length: frame.len(), source }),
        }
    }

    /// The next frame that arrives, and the index of the device where; `None` if none does in that time.
    pub fn receive(&self, timeout: Duration) -> Result<Option<(u32, Vec<u8>)>, PacketSocketError> {
        receive(&self.descriptor, timeout)
    }
}
