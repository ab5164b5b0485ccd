//! Packets as pages write them: `SECOND ORIGIN: WHAT[, OPTION]…`, with an interface, `internet` or
//! `services of VPC` as the origin.
//!
//! ```text
//! 0 client: tcp 10.0.1.5:40000 > 10.0.2.7:80 syn
//! 1 internet: icmp 203.0.113.9 > 198.51.100.5 type 3 code 4 about tcp 198.51.100.5:40000 > 203.0.113.9:80
//! 2 client: arp who has 10.0.1.6
//! 3 client: udp 10.0.1.5 > 10.0.2.7, later fragment 9
//! ```
//!
//! Options: `first fragment ID`, `later fragment ID`, `length BYTES`, `hop limit N`, `to router`, `to NAME`, `to HARDWARE`,
//! `from HARDWARE`, `cut to BYTES`. Without one for the destination, the frame goes where a host would send it: to a
//! neighbour that has the address, and to the router otherwise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ringwall_model::id::{NetworkInterfaceId, SubnetId};
use ringwall_model::outcome::Origin;
use ringwall_model::reserved::UPLINK_ROUTER;
use ringwall_model::world::{Interface, World};
use ringwall_net::frame::{
    Arp, Content, Embedded, EmbeddedTransport, Fragment, Frame, Packet, TcpFlags, Transport, encode, encode_arp,
    encode_neighbour_solicitation, parse,
};
use ringwall_net::{Family, MacAddress, Protocol};

use super::names::Names;
use super::world::value;

/// The hardware address of whatever is beyond the uplink.
const BEYOND: MacAddress = MacAddress([2, 0, 0, 9, 9, 9]);

/// A packet on its way into the network.
#[derive(Clone, Debug)]
pub struct Sent {
    /// the second
    pub at: u32,
    /// where it enters
    pub origin: Origin,
    /// the frame
    pub bytes: Vec<u8>,
}

/// Reads a packet of a page.
pub fn read(world: &World, names: &Names, text: &str) -> Result<Sent, String> {
    let (head, what) = text.split_once(": ").ok_or("expected `SECOND ORIGIN: PACKET`")?;
    let (at, origin) = head.split_once(' ').ok_or("expected a second and an origin")?;
    let sender = Sender::read(world, names, origin)?;
    let mut parts = what.split(", ");
    let what = parts.next().unwrap_or_default();
    let options = Options::read(world, names, parts)?;
    let bytes = sender.frame(what, &options)?;
    Ok(Sent { at: value(at)?, origin: sender.origin, bytes })
}

/// Who sends.
struct Sender<'a> {
    world: &'a World,
    origin: Origin,
    interface: Option<&'a Interface>,
}

/// What is not as it would be by itself.
#[derive(Default)]
struct Options {
    fragment: Option<Fragment>,
    length: Option<usize>,
    hop_limit: Option<u8>,
    to: Option<To>,
    from: Option<MacAddress>,
    cut: Option<usize>,
}

enum To {
    Router,
    Mac(MacAddress),
}

impl Options {
    fn read<'a>(world: &World, names: &Names, parts: impl Iterator<Item = &'a str>) -> Result<Options, String> {
        let mut options = Options::default();
        for part in parts {
            let words: Vec<&str> = part.split_whitespace().collect();
            match words[..] {
                ["first", "fragment", id] => {
                    options.fragment = Some(Fragment::First { identification: value(id)? });
                }
                ["later", "fragment", id] => {
                    options.fragment = Some(Fragment::Later { identification: value(id)? });
                }
                ["length", bytes] => options.length = Some(value(bytes)?),
                ["hop", "limit", number] => options.hop_limit = Some(value(number)?),
                ["cut", "to", bytes] => options.cut = Some(value(bytes)?),
                ["from", mac] => options.from = Some(value(mac)?),
                ["to", "router"] => options.to = Some(To::Router),
                ["to", mac] if mac.contains(':') => options.to = Some(To::Mac(value(mac)?)),
                ["to", name] => {
                    let id: NetworkInterfaceId = names.id(name)?;
                    options.to = Some(To::Mac(world.interfaces[&id].mac));
                }
                ["to", "router", "of", name] => {
                    let id: SubnetId = names.id(name)?;
                    options.to = Some(To::Mac(world.subnets[&id].router));
                }
                _ => return Err(format!("`{part}` is no option")),
            }
        }
        Ok(options)
    }
}

impl<'a> Sender<'a> {
    fn read(world: &'a World, names: &Names, name: &str) -> Result<Sender<'a>, String> {
        if name == "internet" {
            return Ok(Sender { world, origin: Origin::Internet, interface: None });
        }
        if let Some(vpc) = name.strip_prefix("services of ") {
            return Ok(Sender { world, origin: Origin::Services(names.id(vpc)?), interface: None });
        }
        let id: NetworkInterfaceId = names.id(name)?;
        let interface = world.interfaces.get(&id).filter(|interface| interface.up);
        Ok(Sender {
            world,
            origin: Origin::Interface(id),
            interface: Some(interface.ok_or("who is down sends nothing")?),
        })
    }

    fn frame(&self, what: &str, options: &Options) -> Result<Vec<u8>, String> {
        let words: Vec<&str> = what.split_whitespace().collect();
        let source = options.from.unwrap_or(self.interface.map_or(BEYOND, |interface| interface.mac));
        let mut bytes = match words[..] {
            ["arp", "who", "has", target] => self.arp(source, 1, value(target)?),
            ["arp", "answer", "for", target] => self.arp(source, 2, value(target)?),
            ["who", "has", target] => self.solicitation(source, value(target)?, options),
            ["tagged"] => self.content(source, Content::Tagged, options),
            ["ethertype", number] => self.content(source, Content::Other(value(number)?), options),
            _ => self.packet(source, &words, options)?,
        };
        bytes.truncate(options.cut.unwrap_or(bytes.len()));
        Ok(bytes)
    }

    fn arp(&self, source: MacAddress, operation: u16, target: Ipv4Addr) -> Vec<u8> {
        let sender = self.interface.and_then(|interface| interface.ipv4.first()).map(|own| own.address);
        let sender = sender.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let message = Arp { operation, sender_mac: source, sender, target_mac: MacAddress::ZERO, target };
        encode_arp(source, MacAddress::BROADCAST, &message)
    }

    fn solicitation(&self, source: MacAddress, target: Ipv6Addr, options: &Options) -> Vec<u8> {
        let sender = self.interface.and_then(|interface| interface.ipv6.first()).copied();
        let mut bytes = encode_neighbour_solicitation(source, sender.unwrap_or(Ipv6Addr::UNSPECIFIED), target);
        // the hop limit is the eighth byte of the header behind Ethernet's
        bytes[14 + 7] = options.hop_limit.unwrap_or(255);
        bytes
    }

    fn content(&self, source: MacAddress, content: Content, options: &Options) -> Vec<u8> {
        let destination = match options.to {
            Some(To::Mac(mac)) => mac,
            _ => self.router(),
        };
        encode(&Frame { source, destination, content }, &[0; 20])
    }

    fn packet(&self, source: MacAddress, words: &[&str], options: &Options) -> Result<Vec<u8>, String> {
        let asked = Asked::read(words)?;
        let fragment = options.fragment.unwrap_or(Fragment::Whole);
        let packet = Packet {
            source: asked.source.0,
            destination: asked.destination.0,
            protocol: asked.protocol,
            fragment,
            dont_fragment: true,
            hop_limit: options.hop_limit.unwrap_or(64),
            length: 0,
            transport: match fragment {
                Fragment::Later { .. } => Transport::Missing,
                _ => asked.transport()?,
            },
        };
        let destination = match &options.to {
            Some(To::Mac(mac)) => *mac,
            Some(To::Router) => self.router(),
            None => self.next_hop(packet.destination),
        };
        let frame = Frame { source, destination, content: Content::Ip(packet) };
        let bytes = encode(&frame, &[]);
        let Some(length) = options.length else { return Ok(bytes) };
        let Ok(Frame { content: Content::Ip(packet), .. }) = parse(&bytes) else {
            return Err("only a readable packet can have a length".to_owned());
        };
        let missing = length.checked_sub(packet.length as usize).ok_or("the headers alone are longer")?;
        Ok(encode(&frame, &vec![0; missing]))
    }

    fn router(&self) -> MacAddress {
        self.interface.map_or(UPLINK_ROUTER, |interface| self.world.subnets[&interface.subnet].router)
    }

    /// Where a host sends a packet: what its ARP or neighbour discovery would have told it.
    fn next_hop(&self, destination: IpAddr) -> MacAddress {
        let near = |other: &&Interface| {
            let own = self.interface.map(|interface| interface.subnet);
            own == Some(other.subnet) && other.up && other.owns(destination)
        };
        self.world.interfaces.values().find(near).map_or(self.router(), |other| other.mac)
    }
}

/// Addresses and what is said about the transport.
struct Asked<'w> {
    protocol: Protocol,
    source: (IpAddr, Option<u16>),
    destination: (IpAddr, Option<u16>),
    rest: &'w [&'w str],
}

impl<'w> Asked<'w> {
    fn read(words: &'w [&'w str]) -> Result<Asked<'w>, String> {
        let (kind, words) = words.split_first().ok_or("no packet")?;
        let (number, words) = match words {
            [number, rest @ ..] if *kind == "protocol" => (Some(value(number)?), rest),
            _ => (None, words),
        };
        let [source, ">", destination, rest @ ..] = words else { return Err("expected `SOURCE > DESTINATION`".into()) };
        let (source, destination) = (end(source)?, end(destination)?);
        if source.0.is_ipv4() != destination.0.is_ipv4() {
            return Err("both addresses are of one family".to_owned());
        }
        let protocol = match (*kind, number) {
            ("tcp", _) => Protocol::TCP,
            ("udp", _) => Protocol::UDP,
            ("icmp", _) => ringwall_net::icmp::protocol(Family::of(source.0)),
            ("protocol", Some(number)) => Protocol(number),
            _ => return Err(format!("`{kind}` is no protocol")),
        };
        Ok(Asked { protocol, source, destination, rest })
    }

    fn ports(&self) -> Result<(u16, u16), String> {
        self.source.1.zip(self.destination.1).ok_or_else(|| "expected ports".to_owned())
    }

    fn transport(&self) -> Result<Transport, String> {
        match self.protocol {
            Protocol::TCP => {
                let (source, destination) = self.ports()?;
                Ok(Transport::Tcp { source, destination, flags: flags(self.rest)? })
            }
            Protocol::UDP if self.rest.is_empty() => {
                let (source, destination) = self.ports()?;
                Ok(Transport::Udp { source, destination })
            }
            Protocol::ICMP | Protocol::ICMPV6 => self.icmp(),
            _ if self.rest.is_empty() => Ok(Transport::Other),
            _ => Err(format!("`{}` cannot be read", self.rest.join(" "))),
        }
    }

    fn icmp(&self) -> Result<Transport, String> {
        let family = Family::of(self.source.0);
        let (rest, embedded) = match self.rest.iter().position(|word| *word == "about") {
            Some(place) => (&self.rest[..place], Some(Asked::read(&self.rest[place + 1..])?.embedded()?)),
            None => (self.rest, None),
        };
        let echo = |v4, v6| if family == Family::V4 { v4 } else { v6 };
        let (kind, code, identifier) = match rest {
            ["echo", "request", id] => (echo(8, 128), 0, value(id)?),
            ["echo", "reply", id] => (echo(0, 129), 0, value(id)?),
            ["type", kind, "code", code] => (value(kind)?, value(code)?, 0),
            _ => return Err("expected `echo request ID`, `echo reply ID` or `type T code C`".to_owned()),
        };
        Ok(Transport::Icmp { kind, code, identifier, embedded, target: None })
    }

    fn embedded(&self) -> Result<Embedded, String> {
        let transport = match self.transport()? {
            Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination } => {
                EmbeddedTransport::Ports { source, destination }
            }
            Transport::Icmp { kind, identifier, .. } => EmbeddedTransport::Icmp { kind, identifier },
            Transport::Other | Transport::Missing => EmbeddedTransport::Other,
        };
        Ok(Embedded { source: self.source.0, destination: self.destination.0, protocol: self.protocol, transport })
    }
}

fn end(text: &str) -> Result<(IpAddr, Option<u16>), String> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Ok((socket.ip(), Some(socket.port())));
    }
    Ok((value(text)?, None))
}

fn flags(words: &[&str]) -> Result<TcpFlags, String> {
    words.iter().try_fold(TcpFlags(0), |flags, word| {
        Ok(flags.with(match *word {
            "syn" => TcpFlags::SYN,
            "ack" => TcpFlags::ACK,
            "fin" => TcpFlags::FIN,
            "rst" => TcpFlags::RST,
            other => return Err(format!("`{other}` is no flag")),
        }))
    })
}
