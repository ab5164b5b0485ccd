//! UDP: as many small packets as go, sixty-four to a call, so that the way costs more than the calls.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bytes in a packet.
const SIZE: usize = 64;
/// Packets to a call.
const BATCH: usize = 64;
/// The first byte of a packet that asks how many have come so far.
const QUESTION: u8 = b'?';

/// Counts on a port and on the one after it answers how many came.
pub fn count(port: u16) -> io::Result<()> {
    let packets = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port))?;
    let questions = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port + 1))?;
    let counted = Arc::new(AtomicU64::new(0));
    let counter = counted.clone();
    std::thread::spawn(move || {
        let mut room = vec![[0_u8; SIZE]; BATCH];
        while let Ok(count) = receive(&packets, &mut room) {
            counter.fetch_add(count as u64, Ordering::Relaxed);
        }
    });
    std::thread::spawn(move || {
        let mut byte = [0];
        while let Ok((_, asker)) = questions.recv_from(&mut byte) {
            // whoever asked may have gone
            let _ = questions.send_to(&counted.load(Ordering::Relaxed).to_be_bytes(), asker);
        }
    });
    Ok(())
}

/// Packets a second that arrived.
pub fn packets(server: SocketAddr, time: Duration) -> io::Result<f64> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect(server)?;
    let before = ask(server)?;
    let packet = [0_u8; SIZE];
    let begin = Instant::now();
    while begin.elapsed() < time {
        send(&socket, &packet)?;
    }
    let elapsed = begin.elapsed();
    Ok((ask(server)? - before) as f64 / elapsed.as_secs_f64())
}

fn ask(mut server: SocketAddr) -> io::Result<u64> {
    server.set_port(server.port() + 1);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.set_read_timeout(Some(Duration::from_millis(500)))?;
    let mut answer = [0; 8];
    for _ in 0..5 {
        socket.send_to(&[QUESTION], server)?;
        if socket.recv(&mut answer).is_ok() {
            return Ok(u64::from_be_bytes(answer));
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "the server does not say how many packets came"))
}

fn message(room: &mut libc::iovec) -> libc::mmsghdr {
    // SAFETY: zeroes are a valid header: no name, no control data.
    let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
    message.msg_hdr.msg_iov = room;
    message.msg_hdr.msg_iovlen = 1;
    message
}

fn send(socket: &UdpSocket, packet: &[u8; SIZE]) -> io::Result<()> {
    let mut room = libc::iovec { iov_base: packet.as_ptr().cast_mut().cast(), iov_len: SIZE };
    let mut messages: [libc::mmsghdr; BATCH] = std::array::from_fn(|_| message(&mut room));
    // SAFETY: every header points to the same packet, which outlives the call and is only read.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), messages.as_mut_ptr(), BATCH as u32, 0) };
    match io::Error::last_os_error() {
        _ if sent >= 0 => Ok(()),
        // The way is full.
        error if error.raw_os_error() == Some(libc::ENOBUFS) => Ok(()),
        error => Err(error),
    }
}

fn receive(socket: &UdpSocket, room: &mut [[u8; SIZE]]) -> io::Result<usize> {
    let mut parts: Vec<libc::iovec> =
        room.iter_mut().map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: SIZE }).collect();
    let mut messages: Vec<libc::mmsghdr> = parts.iter_mut().map(message).collect();
    // SAFETY: each header points to a room of its own, and all of them outlive the call.
    let received = unsafe {
        libc::recvmmsg(
            socket.as_raw_fd(),
            messages.as_mut_ptr(),
            messages.len() as u32,
            libc::MSG_WAITFORONE,
            std::ptr::null_mut(),
        )
    };
    usize::try_from(received).map_err(|_| io::Error::last_os_error())
}
