//! Frames by hand: a socket that sends and receives whole frames at one device.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::namespace::{Namespace, NamespaceError};

/// A socket at one device. It stays in the namespace in which it was opened, whichever thread uses it.
#[derive(Debug)]
pub struct PacketSocket {
    descriptor: OwnedFd,
}

/// What can fail with a packet socket.
#[derive(Debug, thiserror::Error)]
pub enum PacketSocketError {
    /// Entering the namespace.
    #[error("cannot enter the namespace of a packet socket")]
    Namespace(#[from] NamespaceError),
    /// The device should be there.
    #[error("there is no device `{device}`")]
    Device {
        /// its name
        device: String,
        /// the system's answer
        source: io::Error,
    },
    /// The socket.
    #[error("cannot open a packet socket at the device `{device}`")]
    Open {
        /// name of the device
        device: String,
        /// the system's answer
        source: io::Error,
    },
    /// Sending.
    #[error("cannot send a frame of {length} bytes")]
    Send {
        /// length of the frame
        length: usize,
        /// the system's answer
        source: io::Error,
    },
    /// Receiving.
    #[error("cannot receive frames")]
    Receive(#[source] io::Error),
}

impl PacketSocket {
    /// A socket at that device of the namespace. It receives what arrives at the device, for whatever hardware address,
    /// and not what leaves. The device is not asked for more than it takes anyway.
    pub fn open(namespace: &Namespace, device: &str) -> Result<PacketSocket, PacketSocketError> {
        namespace.run_in(|| PacketSocket::open_here(device))?
    }

    fn open_here(device: &str) -> Result<PacketSocket, PacketSocketError> {
        let index =
            index_of(device).map_err(|source| PacketSocketError::Device { device: device.to_owned(), source })?;
        let descriptor =
            open_at(index).map_err(|source| PacketSocketError::Open { device: device.to_owned(), source })?;
        Ok(PacketSocket { descriptor })
    }

    /// Whether a device is up, and so is the other end of its link. One that is not swallows frames without a word.
    pub fn is_running(&self, device: &str) -> Result<bool, PacketSocketError> {
        // SAFETY: zeroes are a valid request: an empty name, and no flags.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        let name = device.bytes().take(libc::IFNAMSIZ - 1);
        request.ifr_name.iter_mut().zip(name).for_each(|(place, byte)| *place = byte as libc::c_char);
        // SAFETY: the kernel reads the name and writes the flags, both within the request.
        let asked = unsafe { libc::ioctl(self.descriptor.as_raw_fd(), libc::SIOCGIFFLAGS, &mut request) };
        check(asked).map_err(|source| PacketSocketError::Device { device: device.to_owned(), source })?;
        // SAFETY: the kernel has written this member.
        let flags = i32::from(unsafe { request.ifr_ifru.ifru_flags });
        Ok(flags & libc::IFF_UP != 0 && flags & libc::IFF_RUNNING != 0)
    }

    /// Sends a whole frame, beginning with its Ethernet header.
    pub fn send(&self, frame: &[u8]) -> Result<(), PacketSocketError> {
        // SAFETY: the kernel reads the frame within its length.
        let sent = unsafe { libc::send(self.descriptor.as_raw_fd(), frame.as_ptr().cast(), frame.len(), 0) };
        match io::Error::last_os_error() {
            _ if sent == frame.len() as isize => Ok(()),
            source => Err(PacketSocketError::Send { length: frame.len(), source }),
        }
    }

    /// The next frame that arrives; `None` if none does in that time.
    pub fn receive(&self, timeout: Duration) -> Result<Option<Vec<u8>>, PacketSocketError> {
        Ok(receive(&self.descriptor, 0, timeout)?.map(|(_, frame)| frame))
    }
}

/// A socket at the device with that index, or at all devices of the calling thread's namespace if that is zero.
pub(crate) fn open_at(index: u32) -> io::Result<OwnedFd> {
    // Without a protocol nothing is received, from whichever device, until the socket is bound.
    let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    // SAFETY: the call takes three numbers.
    let descriptor = check(unsafe { libc::socket(libc::AF_PACKET, kind, 0) })?;
    // SAFETY: the kernel has just returned this descriptor, and nobody else has it.
    let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
    ignore_outgoing(&descriptor)?;
    bind(&descriptor, index)?;
    Ok(descriptor)
}

/// The next frame that arrives, behind as much as the kernel puts in front of it, and the index of the device where; `None`
/// if none does in that time.
pub(crate) fn receive(
    socket: &OwnedFd,
    in_front: usize,
    timeout: Duration,
) -> Result<Option<(u32, Vec<u8>)>, PacketSocketError> {
    let until = Instant::now() + timeout;
    loop {
        if let Some(frame) = take(socket, in_front).map_err(PacketSocketError::Receive)? {
            return Ok(Some(frame));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        let milliseconds = left.min(Duration::from_secs(60)).as_micros().div_ceil(1000) as u16;
        let mut events = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
        match poll(&mut events, PollTimeout::from(milliseconds)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(PacketSocketError::Receive(error.into())),
        }
    }
}

/// A frame that has arrived already.
fn take(socket: &OwnedFd, in_front: usize) -> io::Result<Option<(u32, Vec<u8>)>> {
    let nothing_yet = |error: io::Error| match error.raw_os_error() {
        // Told once when the device goes down, or was down at first: what arrives later is received all the same.
        Some(libc::ENETDOWN | libc::EAGAIN) => Ok(None),
        _ => Err(error),
    };
    loop {
        let (look, mut start) = (libc::MSG_PEEK | libc::MSG_TRUNC, vec![0u8; in_front]);
        // SAFETY: the kernel writes what it puts in front, and tells how much there is.
        let waiting = unsafe { libc::recv(socket.as_raw_fd(), start.as_mut_ptr().cast(), in_front, look) };
        if waiting < 0 {
            return nothing_yet(io::Error::last_os_error());
        }
        let mut frame = vec![0; waiting as usize];
        let mut from = no_address();
        let mut length = size_of_val(&from) as libc::socklen_t;
        // SAFETY: the kernel writes the frame and the address within their lengths.
        let received = unsafe {
            let (frame_at, from_at) = (frame.as_mut_ptr().cast(), (&raw mut from).cast());
            libc::recvfrom(socket.as_raw_fd(), frame_at, frame.len(), 0, from_at, &mut length)
        };
        if received < 0 {
            return nothing_yet(io::Error::last_os_error());
        }
        if from.sll_pkttype != libc::PACKET_OUTGOING {
            frame.truncate(received as usize);
            return Ok(Some((from.sll_ifindex as u32, frame)));
        }
    }
}

/// An address to be filled in.
pub(crate) fn no_address() -> libc::sockaddr_ll {
    // SAFETY: an address of this kind is plain data.
    unsafe { std::mem::zeroed() }
}

pub(crate) fn check(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn index_of(device: &str) -> io::Result<u32> {
    let name = CString::new(device).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the name ends with a zero.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(io::Error::last_os_error()),
        index => Ok(index),
    }
}

fn ignore_outgoing(socket: &OwnedFd) -> io::Result<()> {
    switch_on(socket, libc::PACKET_IGNORE_OUTGOING)
}

/// Switches something on that packet sockets can do.
pub(crate) fn switch_on(socket: &OwnedFd, option: libc::c_int) -> io::Result<()> {
    let yes: libc::c_int = 1;
    // SAFETY: the kernel reads the number within its size.
    let result = unsafe {
        let (value, size) = ((&raw const yes).cast(), size_of_val(&yes) as libc::socklen_t);
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_PACKET, option, value, size)
    };
    check(result).map(drop)
}

fn bind(socket: &OwnedFd, index: u32) -> io::Result<()> {
    let mut address = no_address();
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
    address.sll_ifindex = index as i32;
    // SAFETY: the kernel reads the address within its size.
    let result = unsafe {
        let size = size_of_val(&address) as libc::socklen_t;
        libc::bind(socket.as_raw_fd(), (&raw const address).cast(), size)
    };
    check(result).map(drop)
}
