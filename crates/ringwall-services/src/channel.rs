//! Messages with descriptors over a Unix socket: the length, then JSON; descriptors come with the first byte.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;

use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of a message at most: a VPC with every quota exhausted takes a fraction of it.
const LONGEST: usize = 64 << 20;
/// Descriptors that come with a message at most.
pub const MOST_DESCRIPTORS: usize = 64;

/// Sends a message with descriptors.
pub fn send(stream: &mut UnixStream, message: &impl Serialize, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).ok().filter(|length| *length as usize <= LONGEST);
    let length = length.ok_or_else(|| io::Error::other("a message is too long"))?.to_be_bytes();
    if descriptors.len() > MOST_DESCRIPTORS {
        return Err(io::Error::other("too many descriptors for one message"));
    }
    let raw: Vec<i32> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    let control: &[ControlMessage<'_>] = if raw.is_empty() { &[] } else { &rights };
    let part = [IoSlice::new(&length)];
    let sent = loop {
        match sendmsg::<()>(stream.as_raw_fd(), &part, control, MsgFlags::MSG_NOSIGNAL, None) {
            Err(nix::errno::Errno::EINTR) => {}
            result => break result?,
        }
    };
    stream.write_all(&length[sent..])?;
    stream.write_all(&body)
}

/// Receives a message with its descriptors; none if the other end is gone.
pub fn receive<M: DeserializeOwned>(stream: &mut UnixStream) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
    let mut length = [0_u8; 4];
    let (received, descriptors) = receive_start(stream, &mut length)?;
    if received == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[received..])?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is too long"));
    }
    // Grows with what really comes, whatever was announced.
    let mut body = Vec::new();
    stream.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((serde_json::from_slice(&body)?, descriptors)))
}

fn receive_start(stream: &UnixStream, start: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut room = nix::cmsg_space!([i32; MOST_DESCRIPTORS]);
    let mut part = [IoSliceMut::new(start)];
    let message = loop {
        match recvmsg::<()>(stream.as_raw_fd(), &mut part, Some(&mut room), MsgFlags::MSG_CMSG_CLOEXEC) {
            Err(nix::errno::Errno::EINTR) => {}
            result => break result?,
        }
    };
    let mut descriptors = Vec::new();
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(raw) = control {
            // SAFETY: the kernel has just made these descriptors for this message, and nobody else has them.
            descriptors.extend(raw.into_iter().map(|raw| unsafe { OwnedFd::from_raw_fd(raw) }));
        }
    }
    Ok((message.bytes, descriptors))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn a_message_comes_with_its_descriptors() {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let (reader, mut writer) = io::pipe().unwrap();
        send(&mut here, &"plain", &[]).unwrap();
        send(&mut here, &"with a pipe", &[reader.as_fd()]).unwrap();
        drop((here, reader));
        let (first, none) = receive::<String>(&mut there).unwrap().unwrap();
        assert_eq!((first.as_str(), none.len()), ("plain", 0));
        let (second, mut one) = receive::<String>(&mut there).unwrap().unwrap();
        assert_eq!((second.as_str(), one.len()), ("with a pipe", 1));
        writer.write_all(b"x").unwrap();
        drop(writer);
        let mut text = String::new();
        std::fs::File::from(one.remove(0)).read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
        assert!(receive::<String>(&mut there).unwrap().is_none());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for bytes in [&[0xff_u8; 8][..], &[0, 0, 0, 9, b'"', b'a'], &[0, 0, 0, 1, b'{'], &[0, 0]] {
            let (mut here, mut there) = UnixStream::pair().unwrap();
            here.write_all(bytes).unwrap();
            drop(here);
            assert!(receive::<String>(&mut there).is_err(), "{bytes:?}");
        }
    }
}
