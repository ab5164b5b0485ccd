//! Packets, several to a system call.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use socket2::SockAddr;
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// Packets to a call.
const MOST: usize = 32;
/// Bytes of a question at most. Longer ones are cut, and then they are none.
const ROOM: usize = 1232;

/// Room for packets.
pub(crate) struct Batch {
    room: Vec<[u8; ROOM]>,
    lengths: Vec<usize>,
    sources: Vec<SockAddr>,
    answers: Vec<(Vec<u8>, SockAddr)>,
}

impl Batch {
    pub fn new() -> Batch {
        let (lengths, sources, answers) = (Vec::new(), Vec::new(), Vec::with_capacity(MOST));
        Batch { room: vec![[0; ROOM]; MOST], lengths, sources, answers }
    }

    /// Takes what has come, has each packet answered, and sends the answers. Says whether there may be more.
    pub fn exchange(
        &mut self,
        socket: &UdpSocket,
        mut answer: impl FnMut(&[u8], SocketAddr) -> Option<Vec<u8>>,
    ) -> io::Result<bool> {
        socket.try_io(Interest::READABLE, || self.receive(socket.as_raw_fd()))?;
        for ((packet, length), source) in self.room.iter().zip(&self.lengths).zip(self.sources.drain(..)) {
            let Some(address) = source.as_socket() else { continue };
            if let Some(answer) = answer(&packet[..*length], address) {
                self.answers.push((answer, source));
            }
        }
        self.send(socket.as_raw_fd());
        self.answers.clear();
        Ok(self.lengths.len() == MOST)
    }

    fn receive(&mut self, socket: i32) -> io::Result<()> {
        self.lengths.clear();
        self.sources.clear();
        // SAFETY: zeroes are a valid address of no family.
        let mut names: [libc::sockaddr_storage; MOST] = unsafe { std::mem::zeroed() };
        let mut parts: [libc::iovec; MOST] = std::array::from_fn(|at| part(&mut self.room[at]));
        let mut messages: [libc::mmsghdr; MOST] = std::array::from_fn(|at| header(&mut parts[at]));
        for (message, name) in messages.iter_mut().zip(&mut names) {
            message.msg_hdr.msg_name = std::ptr::from_mut(name).cast();
            message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        }
        // SAFETY: each header points to a name and a room of its own, and all of them outlive the call.
        let received = unsafe {
            libc::recvmmsg(socket, messages.as_mut_ptr(), MOST as u32, libc::MSG_DONTWAIT, std::ptr::null_mut())
        };
        let received = usize::try_from(received).map_err(|_| io::Error::last_os_error())?;
        for (message, name) in messages.iter().zip(&names).take(received) {
            self.lengths.push((message.msg_len as usize).min(ROOM));
            // SAFETY: the kernel has written an address of that length.
            self.sources.push(unsafe { socket_address(name, message.msg_hdr.msg_namelen) });
        }
        Ok(())
    }

    /// Sends the answers. Those that do not go are lost, as packets are; the client asks again.
    fn send(&mut self, socket: i32) {
        let mut parts: Vec<libc::iovec> = self.answers.iter_mut().map(|(answer, _)| part(answer)).collect();
        let mut messages: Vec<libc::mmsghdr> = parts.iter_mut().map(header).collect();
        for (message, (_, source)) in messages.iter_mut().zip(&self.answers) {
            message.msg_hdr.msg_name = source.as_ptr().cast_mut().cast();
            message.msg_hdr.msg_namelen = source.len();
        }
        let mut first = 0;
        while first < messages.len() {
            let rest = &mut messages[first..];
            // SAFETY: each header points to an address and an answer that outlive the call and are only read.
            let sent = unsafe { libc::sendmmsg(socket, rest.as_mut_ptr(), rest.len() as u32, libc::MSG_DONTWAIT) };
            // One that cannot be sent must not keep the others back.
            first += usize::try_from(sent).unwrap_or(0).max(1);
        }
    }
}

fn part(bytes: &mut [u8]) -> libc::iovec {
    libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() }
}

fn header(part: &mut libc::iovec) -> libc::mmsghdr {
    // SAFETY: zeroes are a valid header: no name, no control data.
    let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
    message.msg_hdr.msg_iov = part;
    message.msg_hdr.msg_iovlen = 1;
    message
}

/// An address as the kernel wrote it.
///
/// # Safety
/// The first bytes, as many as the length says, must be an address.
unsafe fn socket_address(name: &libc::sockaddr_storage, length: libc::socklen_t) -> SockAddr {
    // SAFETY: as promised by the caller; the copy is as large as any address can be.
    let filled = unsafe {
        SockAddr::try_init(|storage, room| {
            std::ptr::copy_nonoverlapping(std::ptr::from_ref(name).cast(), storage, 1);
            *room = length;
            Ok(())
        })
    };
    match filled {
        Ok(((), address)) => address,
        Err(_) => unreachable!("nothing fails in copying"),
    }
}
