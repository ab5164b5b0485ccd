//! From bytes to a [`Frame`]. Total: any bytes give a frame or [`Malformed`], in time linear in the headers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{
    Arp, Content, ETHERNET_HEADER, Embedded, EmbeddedTransport, Fragment, Frame, MOST_EXTENSION_HEADERS, Packet,
    TcpFlags, Transport,
};
use crate::icmp::{Role, role};
use crate::{Family, MacAddress, Protocol};

/// The bytes are no frame that the gates could judge: cut short, contradictory, or without a readable transport header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the frame is cut short or contradicts itself")]
pub struct Malformed;

/// Reads a frame. Bytes after the end of the IP packet (Ethernet padding) are passed over.
pub fn parse(bytes: &[u8]) -> Result<Frame, Malformed> {
    let source = MacAddress(array(bytes, 6)?);
    let destination = MacAddress(array(bytes, 0)?);
    let ethertype = u16::from_be_bytes(array(bytes, 12)?);
    let body = &bytes[ETHERNET_HEADER..];
    let content = match ethertype {
        0x8100 | 0x88a8 => Content::Tagged,
        0x0806 => Content::Arp(arp(body)?),
        0x0800 => Content::Ip(ipv4(body)?),
        0x86dd => Content::Ip(ipv6(body)?),
        other => Content::Other(other),
    };
    Ok(Frame { source, destination, content })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Malformed> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(Malformed)
}

fn word(bytes: &[u8], at: usize) -> Result<u16, Malformed> {
    array(bytes, at).map(u16::from_be_bytes)
}

fn arp(body: &[u8]) -> Result<Arp, Malformed> {
    // Ethernet (1), IPv4 (0x0800), addresses of six and four bytes.
    if array::<6>(body, 0)? != [0, 1, 8, 0, 6, 4] {
        return Err(Malformed);
    }
    Ok(Arp {
        operation: word(body, 6)?,
        sender_mac: MacAddress(array(body, 8)?),
        sender: Ipv4Addr::from(array::<4>(body, 14)?),
        target_mac: MacAddress(array(body, 18)?),
        target: Ipv4Addr::from(array::<4>(body, 24)?),
    })
}

fn ipv4(body: &[u8]) -> Result<Packet, Malformed> {
    let header: [u8; 20] = array(body, 0)?;
    let header_length = usize::from(header[0] & 0x0f) * 4;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if header[0] >> 4 != 4 || header_length < 20 || length < header_length || length > body.len() {
        return Err(Malformed);
    }
    let identification = u32::from(u16::from_be_bytes([header[4], header[5]]));
    let flags = u16::from_be_bytes([header[6], header[7]]);
    let fragment = match (flags & 0x1fff, flags & 0x2000 != 0) {
        (0, false) => Fragment::Whole,
        (0, true) => Fragment::First { identification },
        _ => Fragment::Later { identification },
    };
    let protocol = Protocol(header[9]);
    Ok(Packet {
        source: IpAddr::from(array::<4>(body, 12)?),
        destination: IpAddr::from(array::<4>(body, 16)?),
        protocol,
        fragment,
        dont_fragment: flags & 0x4000 != 0,
        hop_limit: header[8],
        length: length as u32,
        transport: transport(Family::V4, protocol, fragment, &body[header_length..length])?,
    })
}

fn ipv6(body: &[u8]) -> Result<Packet, Malformed> {
    let header: [u8; 40] = array(body, 0)?;
    let length = 40 + usize::from(u16::from_be_bytes([header[4], header[5]]));
    if header[0] >> 4 != 6 || length > body.len() {
        return Err(Malformed);
    }
    let (source, destination) = (ipv6_address(body, 8)?, ipv6_address(body, 24)?);
    let (protocol, at, fragment) = extension_headers(&body[..length], header[6])?;
    Ok(Packet {
        source: source.into(),
        destination: destination.into(),
        protocol,
        fragment,
        dont_fragment: true,
        hop_limit: header[7],
        length: length as u32,
        transport: transport(Family::V6, protocol, fragment, &body[at..length])?,
    })
}

/// An IPv6 address. One that is an IPv4 address in IPv6's clothes never belongs on a wire (RFC 4291, 2.5.5.2);
/// it would be taken for the IPv4 address wherever both families are looked up together.
fn ipv6_address(bytes: &[u8], at: usize) -> Result<Ipv6Addr, Malformed> {
    let address = Ipv6Addr::from(array::<16>(bytes, at)?);
    if address.to_ipv4_mapped().is_some() { Err(Malformed) } else { Ok(address) }
}

/// Walks to the transport header: its protocol, its place, and what a fragment header said.
fn extension_headers(packet: &[u8], first: u8) -> Result<(Protocol, usize, Fragment), Malformed> {
    let (mut next, mut at, mut fragment) = (first, 40, Fragment::Whole);
    for _ in 0..=MOST_EXTENSION_HEADERS {
        match next {
            // hop-by-hop options, routing, destination options
            0 | 43 | 60 => {
                let [following, units] = array(packet, at)?;
                next = following;
                at += 8 * (usize::from(units) + 1);
            }
            44 => {
                let header: [u8; 8] = array(packet, at)?;
                let identification = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
                let offset_and_more = u16::from_be_bytes([header[2], header[3]]);
                next = header[0];
                at += 8;
                if offset_and_more & 0xfff8 != 0 {
                    return Ok((Protocol(next), at, Fragment::Later { identification }));
                }
                // offset 0 and nothing to follow: an atomic fragment, which is whole (RFC 6946)
                if offset_and_more & 1 != 0 {
                    fragment = Fragment::First { identification };
                }
            }
            _ if at > packet.len() => return Err(Malformed),
            protocol => return Ok((Protocol(protocol), at, fragment)),
        }
    }
    Err(Malformed)
}

fn transport(family: Family, protocol: Protocol, fragment: Fragment, segment: &[u8]) -> Result<Transport, Malformed> {
    if let Fragment::Later { .. } = fragment {
        return Ok(Transport::Missing);
    }
    if protocol == Protocol::TCP {
        let header: [u8; 20] = array(segment, 0)?;
        return Ok(Transport::Tcp {
            source: word(segment, 0)?,
            destination: word(segment, 2)?,
            flags: TcpFlags(header[13]),
        });
    }
    if protocol == Protocol::UDP {
        let _: [u8; 8] = array(segment, 0)?;
        return Ok(Transport::Udp { source: word(segment, 0)?, destination: word(segment, 2)? });
    }
    if protocol == crate::icmp::protocol(family) {
        return icmp(family, segment);
    }
    Ok(Transport::Other)
}

fn icmp(family: Family, message: &[u8]) -> Result<Transport, Malformed> {
    let [kind, code, ..] = array::<8>(message, 0)?;
    let carries_target = family == Family::V6 && matches!(kind, 135 | 136);
    Ok(Transport::Icmp {
        kind,
        code,
        identifier: word(message, 4)?,
        embedded: if role(family, kind) == Role::Error { embedded(family, &message[8..]).ok() } else { None },
        target: if carries_target { Some(ipv6_address(message, 8)?) } else { None },
    })
}

fn embedded(family: Family, bytes: &[u8]) -> Result<Embedded, Malformed> {
    let (source, destination, protocol, at) = match family {
        Family::V4 => {
            let header: [u8; 20] = array(bytes, 0)?;
            let header_length = usize::from(header[0] & 0x0f) * 4;
            let offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
            if header[0] >> 4 != 4 || header_length < 20 || offset != 0 {
                return Err(Malformed);
            }
            (IpAddr::from(array::<4>(bytes, 12)?), IpAddr::from(array::<4>(bytes, 16)?), header[9], header_length)
        }
        Family::V6 => {
            let header: [u8; 40] = array(bytes, 0)?;
            if header[0] >> 4 != 6 {
                return Err(Malformed);
            }
            (ipv6_address(bytes, 8)?.into(), ipv6_address(bytes, 24)?.into(), header[6], 40)
        }
    };
    let protocol = Protocol(protocol);
    let start: [u8; 8] = array(bytes, at)?;
    let transport = if protocol.has_ports() {
        EmbeddedTransport::Ports { source: word(&start, 0)?, destination: word(&start, 2)? }
    } else if protocol == crate::icmp::protocol(family) {
        EmbeddedTransport::Icmp { kind: start[0], identifier: word(&start, 4)? }
    } else {
        EmbeddedTransport::Other
    };
    Ok(Embedded { source, destination, protocol, transport })
}

#[cfg(test)]
mod tests {
    use super::super::encode;
    use super::*;

    fn tcp_frame() -> Frame {
        Frame {
            source: MacAddress([2, 0, 0, 0, 0, 1]),
            destination: MacAddress([2, 0, 0, 0, 0, 2]),
            content: Content::Ip(Packet {
                source: "10.0.0.4".parse().unwrap(),
                destination: "10.0.1.5".parse().unwrap(),
                protocol: Protocol::TCP,
                fragment: Fragment::Whole,
                dont_fragment: true,
                hop_limit: 64,
                length: 43,
                transport: Transport::Tcp { source: 40000, destination: 443, flags: TcpFlags::SYN },
            }),
        }
    }

    #[test]
    fn a_frame_survives_being_written_and_read() {
        let bytes = encode(&tcp_frame(), b"abc");
        assert_eq!(parse(&bytes), Ok(tcp_frame()));
    }

    #[test]
    fn every_shorter_prefix_of_a_frame_is_malformed() {
        let bytes = encode(&tcp_frame(), b"abc");
        for length in 0..bytes.len() {
            assert_eq!(parse(&bytes[..length]), Err(Malformed), "{length}");
        }
    }

    #[test]
    fn padding_behind_the_packet_is_passed_over() {
        let mut bytes = encode(&tcp_frame(), b"abc");
        bytes.extend([0; 20]);
        assert_eq!(parse(&bytes), Ok(tcp_frame()));
    }

    #[test]
    fn a_first_fragment_that_hides_the_ports_is_malformed() {
        let mut bytes = encode(&tcp_frame(), b"");
        bytes[16..18].copy_from_slice(&28u16.to_be_bytes());
        bytes[20..22].copy_from_slice(&0x2000u16.to_be_bytes());
        assert_eq!(parse(&bytes[..14 + 28]), Err(Malformed));
    }

    #[test]
    fn any_bytes_at_all_give_an_answer() {
        let mut random = fastrand::Rng::with_seed(3);
        let template = encode(&tcp_frame(), &[7; 40]);
        let mut read = 0;
        for _ in 0..200_000 {
            let mut bytes = template.clone();
            for _ in 0..random.usize(0..6) {
                let at = random.usize(0..bytes.len());
                bytes[at] = random.u8(..);
            }
            bytes.truncate(random.usize(0..=bytes.len()));
            read += usize::from(parse(&bytes).is_ok());
        }
        assert!(read > 1_000, "the mutations left only {read} readable frames");
    }
}
