//! Checksums left to the device, as every kernel's own stack leaves them: the program must get along with those that are
//! still to be finished.

use ringwall_fabric::{Arrived, Unfinished};
use ringwall_net::checksum::{fold, pseudo_header, sum};
use ringwall_net::frame::{Content, Fragment, Packet, Transport, parse};
use ringwall_net::{Family, Protocol};

/// Leaves every other checksum that can be left.
#[derive(Debug, Default)]
pub struct Offload {
    is_next: bool,
}

impl Offload {
    /// A frame as its sender hands it to the device.
    pub fn leave(&mut self, frame: &[u8]) -> (Vec<u8>, Option<Unfinished>) {
        let Some((packet, unfinished)) = leavable(frame) else { return (frame.to_vec(), None) };
        self.is_next = !self.is_next;
        if !self.is_next {
            return (frame.to_vec(), None);
        }
        let (start, at) = (usize::from(unfinished.start), usize::from(unfinished.start + unfinished.offset));
        let pseudo = pseudo_header(packet.source, packet.destination, packet.protocol, frame.len() - start);
        let mut left = frame.to_vec();
        left[at..at + 2].copy_from_slice(&(!fold(pseudo)).to_be_bytes());
        (left, Some(unfinished))
    }
}

/// The checksum of a whole TCP segment or UDP datagram, if it is right and ends with the frame.
fn leavable(frame: &[u8]) -> Option<(Packet, Unfinished)> {
    let Content::Ip(packet) = parse(frame).ok()?.content else { return None };
    let has_ports = matches!(packet.transport, Transport::Tcp { .. } | Transport::Udp { .. });
    let (header, names_protocol) = match Family::of(packet.source) {
        Family::V4 => (usize::from(frame[14] & 15) * 4, true),
        Family::V6 => (40, Protocol(frame[20]) == packet.protocol),
    };
    let start = 14 + header;
    let is_plain = has_ports && names_protocol && packet.fragment == Fragment::Whole;
    if !is_plain || frame.len() != 14 + packet.length as usize {
        return None;
    }
    let offset = if packet.protocol == Protocol::TCP { 16 } else { 6 };
    let pseudo = pseudo_header(packet.source, packet.destination, packet.protocol, frame.len() - start);
    let is_written = packet.protocol == Protocol::TCP || frame[start + 6..start + 8] != [0, 0];
    let is_right = is_written && fold(sum(&frame[start..], pseudo)) == 0;
    is_right.then_some((packet, Unfinished { start: start as u16, offset }))
}

/// A frame as its receiver reads it, who finishes what was left.
pub fn finished(arrived: Arrived) -> Vec<u8> {
    let Arrived { mut bytes, unfinished, .. } = arrived;
    if let Some(Unfinished { start, offset }) = unfinished {
        let (start, at) = (usize::from(start), usize::from(start + offset));
        let checksum = match fold(sum(&bytes[start..], 0)) {
            0 => 0xffff,
            checksum => checksum,
        };
        bytes[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    }
    bytes
}
