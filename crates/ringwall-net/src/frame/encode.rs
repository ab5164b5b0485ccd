//! From a [`Frame`] to bytes with correct lengths and checksums.

use std::net::{IpAddr, Ipv6Addr};

use super::{Arp, Content, Embedded, EmbeddedTransport, Fragment, Frame, Packet, Transport};
use crate::checksum::{fold, pseudo_header, sum};
use crate::icmp::{Role, role};
use crate::{MacAddress, Protocol};

/// Writes the frame with `payload` behind its transport header. The packet's own `length` is not used: it follows from
/// what is written. A tagged frame gets an empty tag; a later fragment gets offset 8.
pub fn encode(frame: &Frame, payload: &[u8]) -> Vec<u8> {
    match &frame.content {
        Content::Tagged => [&ethernet(frame, 0x8100)[..], &[0, 7, 0x08, 0x00], payload].concat(),
        Content::Other(ethertype) => [&ethernet(frame, *ethertype)[..], payload].concat(),
        Content::Arp(arp) => encode_arp(frame.source, frame.destination, arp),
        Content::Ip(packet) => {
            let ethertype = if packet.source.is_ipv4() { 0x0800 } else { 0x86dd };
            [&ethernet(frame, ethertype)[..], &ip(packet, payload)].concat()
        }
    }
}

/// Writes an ARP message in a frame.
pub fn encode_arp(source: MacAddress, destination: MacAddress, arp: &Arp) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(42);
    bytes.extend(destination.0);
    bytes.extend(source.0);
    bytes.extend([0x08, 0x06, 0, 1, 8, 0, 6, 4]);
    bytes.extend(arp.operation.to_be_bytes());
    bytes.extend(arp.sender_mac.0);
    bytes.extend(arp.sender.octets());
    bytes.extend(arp.target_mac.0);
    bytes.extend(arp.target.octets());
    bytes
}

/// Writes a neighbour solicitation (RFC 4861, 4.3) with the sender's hardware address as its option.
pub fn encode_neighbour_solicitation(source: MacAddress, sender: Ipv6Addr, target: Ipv6Addr) -> Vec<u8> {
    let low = target.octets();
    let group =
        Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(low[13]), u16::from_be_bytes([low[14], low[15]]));
    let destination = MacAddress([0x33, 0x33, 0xff, low[13], low[14], low[15]]);
    neighbour_message(source, destination, sender, group, 135, 0, target, 1, source)
}

/// Writes a solicited neighbour advertisement (RFC 4861, 4.4) that says: `target` is at `source`.
pub fn encode_neighbour_advertisement(
    source: MacAddress,
    destination: MacAddress,
    target: Ipv6Addr,
    asked_by: Ipv6Addr,
    router: bool,
) -> Vec<u8> {
    // router, solicited, override
    let flags = if router { 0xe000_0000 } else { 0x6000_0000 };
    neighbour_message(source, destination, target, asked_by, 136, flags, target, 2, source)
}

#[expect(clippy::too_many_arguments, reason = "the fields of one message, in their order on the wire")]
fn neighbour_message(
    source: MacAddress,
    destination: MacAddress,
    from: Ipv6Addr,
    to: Ipv6Addr,
    kind: u8,
    flags: u32,
    target: Ipv6Addr,
    option: u8,
    option_mac: MacAddress,
) -> Vec<u8> {
    let mut message = vec![kind, 0, 0, 0];
    message.extend(flags.to_be_bytes());
    message.extend(target.octets());
    message.extend([option, 1]);
    message.extend(option_mac.0);
    finish_icmp(&mut message, from.into(), to.into());
    let mut bytes = Vec::with_capacity(86);
    bytes.extend(destination.0);
    bytes.extend(source.0);
    bytes.extend(0x86ddu16.to_be_bytes());
    bytes.extend(ipv6_header(from, to, Protocol::ICMPV6.0, 255, message.len()));
    bytes.extend(message);
    bytes
}

fn ethernet(frame: &Frame, ethertype: u16) -> Vec<u8> {
    [&frame.destination.0[..], &frame.source.0, &ethertype.to_be_bytes()].concat()
}

fn ip(packet: &Packet, payload: &[u8]) -> Vec<u8> {
    let segment = segment(packet, payload);
    match (packet.source, packet.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let (identification, mut flags) = match packet.fragment {
                Fragment::Whole => (0, 0),
                Fragment::First { identification } => (identification, 0x2000),
                Fragment::Later { identification } => (identification, 1u16),
            };
            flags |= u16::from(packet.dont_fragment) << 14;
            let mut header = vec![0x45, 0];
            header.extend(((20 + segment.len()) as u16).to_be_bytes());
            header.extend((identification as u16).to_be_bytes());
            header.extend(flags.to_be_bytes());
            header.extend([packet.hop_limit, packet.protocol.0, 0, 0]);
            header.extend(source.octets());
            header.extend(destination.octets());
            let checksum = fold(sum(&header, 0));
            header[10..12].copy_from_slice(&checksum.to_be_bytes());
            [header, segment].concat()
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let (extension, next) = match packet.fragment {
                Fragment::Whole => (Vec::new(), packet.protocol.0),
                Fragment::First { identification } => (fragment_header(packet.protocol, 1, identification), 44),
                Fragment::Later { identification } => (fragment_header(packet.protocol, 8, identification), 44),
            };
            let header = ipv6_header(source, destination, next, packet.hop_limit, extension.len() + segment.len());
            [header, extension, segment].concat()
        }
        _ => unreachable!("both addresses of a packet are of one family"),
    }
}

fn ipv6_header(source: Ipv6Addr, destination: Ipv6Addr, next: u8, hop_limit: u8, payload: usize) -> Vec<u8> {
    let mut header = vec![0x60, 0, 0, 0];
    header.extend((payload as u16).to_be_bytes());
    header.extend([next, hop_limit]);
    header.extend(source.octets());
    header.extend(destination.octets());
    header
}

fn fragment_header(protocol: Protocol, offset_and_more: u16, identification: u32) -> Vec<u8> {
    [&[protocol.0, 0][..], &offset_and_more.to_be_bytes(), &identification.to_be_bytes()].concat()
}

fn segment(packet: &Packet, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(40 + payload.len());
    match &packet.transport {
        Transport::Tcp { source, destination, flags } => {
            bytes.extend(source.to_be_bytes());
            bytes.extend(destination.to_be_bytes());
            bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags.0, 0xff, 0xff, 0, 0, 0, 0]);
            bytes.extend(payload);
            let checksum = transport_checksum(packet, &bytes);
            bytes[16..18].copy_from_slice(&checksum.to_be_bytes());
        }
        Transport::Udp { source, destination } => {
            bytes.extend(source.to_be_bytes());
            bytes.extend(destination.to_be_bytes());
            bytes.extend(((8 + payload.len()) as u16).to_be_bytes());
            bytes.extend([0, 0]);
            bytes.extend(payload);
            let checksum = match transport_checksum(packet, &bytes) {
                0 => 0xffff,
                checksum => checksum,
            };
            bytes[6..8].copy_from_slice(&checksum.to_be_bytes());
        }
        Transport::Icmp { kind, code, identifier, embedded, target } => {
            bytes.extend([*kind, *code, 0, 0]);
            let has_identifier = role(packet.family(), *kind) != Role::Error;
            bytes.extend(if has_identifier { *identifier } else { 0 }.to_be_bytes());
            bytes.extend([0, 1]);
            bytes.extend(target.map(|target| target.octets()).into_iter().flatten());
            bytes.extend(embedded.map(|embedded| embedded_bytes(&embedded)).into_iter().flatten());
            bytes.extend(payload);
            finish_icmp(&mut bytes, packet.source, packet.destination);
        }
        Transport::Other | Transport::Missing => bytes.extend(payload),
    }
    bytes
}

fn transport_checksum(packet: &Packet, segment: &[u8]) -> u16 {
    fold(sum(segment, pseudo_header(packet.source, packet.destination, packet.protocol, segment.len())))
}

fn finish_icmp(message: &mut [u8], source: IpAddr, destination: IpAddr) {
    let start = if source.is_ipv4() { 0 } else { pseudo_header(source, destination, Protocol::ICMPV6, message.len()) };
    let checksum = fold(sum(message, start));
    message[2..4].copy_from_slice(&checksum.to_be_bytes());
}

fn embedded_bytes(embedded: &Embedded) -> Vec<u8> {
    let start = match embedded.transport {
        EmbeddedTransport::Ports { source, destination } => {
            [&source.to_be_bytes()[..], &destination.to_be_bytes(), &[0, 8, 0, 0]].concat()
        }
        EmbeddedTransport::Icmp { kind, identifier } => {
            [&[kind, 0, 0, 0][..], &identifier.to_be_bytes(), &[0, 1]].concat()
        }
        EmbeddedTransport::Other => vec![0; 8],
    };
    match (embedded.source, embedded.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let mut header = vec![0x45, 0, 0, 28, 0, 0, 0, 0, 64, embedded.protocol.0, 0, 0];
            header.extend(source.octets());
            header.extend(destination.octets());
            let checksum = fold(sum(&header, 0));
            header[10..12].copy_from_slice(&checksum.to_be_bytes());
            [header, start].concat()
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            [ipv6_header(source, destination, embedded.protocol.0, 64, start.len()), start].concat()
        }
        _ => unreachable!("both addresses of a packet are of one family"),
    }
}
