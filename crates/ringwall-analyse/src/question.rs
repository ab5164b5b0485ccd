//! Who wants to talk to whom: from names that people use to a packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::outcome::Origin;
use ringwall_model::reserved::{SERVICES_MAC, UPLINK_ROUTER};
use ringwall_model::world::{Interface, World};
use ringwall_net::frame::{Content, Fragment, Frame, Packet, TcpFlags, Transport};
use ringwall_net::{Family, MacAddress, Protocol};
use ringwall_spec::packet::edge::nat_gateway;

/// One end of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// an interface, by its primary address or another of its own
    Interface(NetworkInterfaceId, Option<IpAddr>),
    /// an address that whoever asks does not place: a public one, or a private one in the VPC of the other end
    Address(IpAddr),
    /// a host of the internet
    Internet(Option<IpAddr>),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// who begins
    pub from: End,
    /// whom it wants to reach
    pub to: End,
    /// the protocol
    pub protocol: Protocol,
    /// destination port of TCP and UDP
    pub port: u16,
    /// source port of TCP and UDP
    pub source_port: u16,
    /// the family, where both ends have both
    pub family: Option<Family>,
    /// a source address that is not the sender's own
    pub spoofed: Option<IpAddr>,
}

/// The question makes no sense in this network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// both ends are outside
    #[error(
        "both ends are in the internet; one of them must be an instance, an interface or an address of the network"
    )]
    NothingHere,
    /// an interface without an address of the family
    #[error("`{interface}` has no address of the family that the other end uses")]
    NoAddress {
        /// the interface
        interface: NetworkInterfaceId,
    },
    /// the sender is not known
    #[error("no interface has the address {address}, so nobody can send from it")]
    UnknownSender {
        /// the address
        address: IpAddr,
    },
    /// several VPCs use the address
    #[error("the address {address} is used in several VPCs; name the instance or interface instead")]
    Ambiguous {
        /// the address
        address: IpAddr,
    },
    /// an address of each family
    #[error("no packet goes from {from} to {to}: one is an IPv4 address and the other an IPv6 address")]
    TwoFamilies {
        /// the sender's
        from: IpAddr,
        /// the receiver's
        to: IpAddr,
    },
    /// nobody is behind a NAT gateway's interface
    #[error("`{interface}` is a NAT gateway's: nobody sends from it; name who sends through it")]
    NatGateway {
        /// the interface
        interface: NetworkInterfaceId,
    },
    /// an interface that the world does not have
    #[error("there is no interface `{interface}`")]
    NoInterface {
        /// the interface
        interface: NetworkInterfaceId,
    },
}

/// The packet that begins a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// where it enters
    pub origin: Origin,
    /// the frame
    pub frame: Frame,
}

/// A host of the internet that nobody named.
pub const SOME_HOST_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
/// The same for IPv6.
pub const SOME_HOST_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 0x10);

const MAC_OF_THE_INTERNET: MacAddress = MacAddress([0x02, 0x52, 0x57, 0, 0, 2]);

impl Question {
    /// The packet that begins the conversation: for TCP a SYN, for ICMP an echo request.
    pub fn opening(&self, world: &World) -> Result<Opening, QuestionError> {
        let from = self.place(world, &self.from)?;
        let family = self.decide_family(world)?;
        match from {
            Place::Interface(id) if nat_gateway::of_interface(world, id).is_some() => {
                Err(QuestionError::NatGateway { interface: id })
            }
            Place::Interface(id) => self.leaving(world, id, family),
            Place::Internet(address) => self.entering(world, address, family),
        }
    }

    fn place(&self, world: &World, end: &End) -> Result<Place, QuestionError> {
        match end {
            End::Interface(id, _) if world.interfaces.contains_key(id) => Ok(Place::Interface(*id)),
            End::Interface(id, _) => Err(QuestionError::NoInterface { interface: *id }),
            End::Internet(address) => Ok(Place::Internet(*address)),
            End::Address(address) => {
                let mut owners = world.interfaces.iter().filter(|(_, interface)| interface.owns(*address));
                match (owners.next(), owners.next()) {
                    (Some((id, _)), None) => Ok(Place::Interface(*id)),
                    (Some(_), Some(_)) => Err(QuestionError::Ambiguous { address: *address }),
                    (None, _) if ringwall_model::reserved::is_public(*address) => Ok(Place::Internet(Some(*address))),
                    (None, _) => Err(QuestionError::UnknownSender { address: *address }),
                }
            }
        }
    }

    fn decide_family(&self, world: &World) -> Result<Family, QuestionError> {
        let of_end = |end: &End| match end {
            End::Interface(_, address) | End::Internet(address) => address.map(Family::of),
            End::Address(address) => Some(Family::of(*address)),
        };
        let named = self.spoofed.map(Family::of).or_else(|| of_end(&self.from)).or_else(|| of_end(&self.to));
        if let Some(family) = self.family.or(named) {
            return Ok(family);
        }
        let has_v4 = |end: &End| match end {
            End::Interface(id, _) => world.interfaces.get(id).is_some_and(|interface| !interface.ipv4.is_empty()),
            _ => true,
        };
        Ok(if has_v4(&self.from) && has_v4(&self.to) { Family::V4 } else { Family::V6 })
    }

    fn leaving(&self, world: &World, id: NetworkInterfaceId, family: Family) -> Result<Opening, QuestionError> {
        let interface = &world.interfaces[&id];
        let given = match self.from {
            End::Interface(_, Some(address)) | End::Address(address) => Some(address),
            _ => None,
        };
        let own =
            given.or_else(|| first_address(interface, family)).ok_or(QuestionError::NoAddress { interface: id })?;
        let destination = self.destination_for(world, interface.vpc, family)?;
        let subnet = &world.subnets[&interface.subnet];
        let neighbour = world.interfaces.values().find(|other| {
            other.subnet == interface.subnet && other.up && other.owns(destination) && other.mac != interface.mac
        });
        let frame = Frame {
            source: interface.mac,
            destination: neighbour.map_or(subnet.router, |other| other.mac),
            content: Content::Ip(self.packet(self.spoofed.unwrap_or(own), destination)?),
        };
        Ok(Opening { origin: Origin::Interface(id), frame })
    }

    fn entering(&self, world: &World, address: Option<IpAddr>, family: Family) -> Result<Opening, QuestionError> {
        let some_host = match family {
            Family::V4 => IpAddr::V4(SOME_HOST_V4),
            Family::V6 => IpAddr::V6(SOME_HOST_V6),
        };
        let destination = match &self.to {
            End::Internet(_) => return Err(QuestionError::NothingHere),
            End::Address(address) => *address,
            End::Interface(id, given) => {
                let interface = world.interfaces.get(id).ok_or(QuestionError::NoInterface { interface: *id })?;
                // From outside only a public address can be meant; without one, the private one is tried and goes nowhere.
                let public = interface.ipv4.iter().find_map(|own| own.public).map(IpAddr::V4);
                let by_family = if family == Family::V4 { public } else { None };
                given
                    .or(by_family)
                    .or_else(|| first_address(interface, family))
                    .ok_or(QuestionError::NoAddress { interface: *id })?
            }
        };
        let source = self.spoofed.or(address).unwrap_or(some_host);
        let frame = Frame {
            source: MAC_OF_THE_INTERNET,
            destination: UPLINK_ROUTER,
            content: Content::Ip(self.packet(source, destination)?),
        };
        Ok(Opening { origin: Origin::Internet, frame })
    }

    /// The address by which the other end is meant from inside a VPC: its private one in the same VPC, else its public one.
    fn destination_for(&self, world: &World, vpc: VpcId, family: Family) -> Result<IpAddr, QuestionError> {
        match &self.to {
            End::Address(address) | End::Internet(Some(address)) => Ok(*address),
            End::Internet(None) => Ok(match family {
                Family::V4 => SOME_HOST_V4.into(),
                Family::V6 => SOME_HOST_V6.into(),
            }),
            End::Interface(id, given) => {
                let interface = world.interfaces.get(id).ok_or(QuestionError::NoInterface { interface: *id })?;
                let public = interface.ipv4.iter().find_map(|own| own.public).map(IpAddr::V4);
                let outside = public.filter(|_| interface.vpc != vpc && family == Family::V4);
                given
                    .or(outside)
                    .or_else(|| first_address(interface, family))
                    .ok_or(QuestionError::NoAddress { interface: *id })
            }
        }
    }

    fn packet(&self, source: IpAddr, destination: IpAddr) -> Result<Packet, QuestionError> {
        if Family::of(source) != Family::of(destination) {
            return Err(QuestionError::TwoFamilies { from: source, to: destination });
        }
        let transport = match self.protocol {
            Protocol::TCP => Transport::Tcp { source: self.source_port, destination: self.port, flags: TcpFlags::SYN },
            Protocol::UDP => Transport::Udp { source: self.source_port, destination: self.port },
            protocol if protocol.is_icmp() => Transport::Icmp {
                kind: if source.is_ipv4() { 8 } else { 128 },
                code: 0,
                identifier: self.source_port,
                embedded: None,
                target: None,
            },
            _ => Transport::Other,
        };
        let protocol =
            if self.protocol.is_icmp() { ringwall_net::icmp::protocol(Family::of(source)) } else { self.protocol };
        Ok(Packet {
            source,
            destination,
            protocol,
            fragment: Fragment::Whole,
            dont_fragment: true,
            hop_limit: 64,
            length: if source.is_ipv4() { 60 } else { 80 },
            transport,
        })
    }
}

enum Place {
    Interface(NetworkInterfaceId),
    Internet(Option<IpAddr>),
}

fn first_address(interface: &Interface, family: Family) -> Option<IpAddr> {
    interface.addresses().find(|address| Family::of(*address) == family)
}

/// The answer to a packet as it arrived at `at`: the same addresses and ports the other way round.
pub fn answer(world: &World, at: Origin, arrived: &Packet) -> Frame {
    let transport = match arrived.transport {
        Transport::Tcp { source, destination, .. } => {
            Transport::Tcp { source: destination, destination: source, flags: TcpFlags::SYN.with(TcpFlags::ACK) }
        }
        Transport::Udp { source, destination } => Transport::Udp { source: destination, destination: source },
        Transport::Icmp { identifier, .. } => Transport::Icmp {
            kind: if arrived.source.is_ipv4() { 0 } else { 129 },
            code: 0,
            identifier,
            embedded: None,
            target: None,
        },
        Transport::Other | Transport::Missing => Transport::Other,
    };
    let packet = Packet { source: arrived.destination, destination: arrived.source, transport, ..arrived.clone() };
    let (source, destination) = match at {
        Origin::Internet => (MAC_OF_THE_INTERNET, UPLINK_ROUTER),
        Origin::Services(_) => (SERVICES_MAC, UPLINK_ROUTER),
        Origin::Interface(id) => {
            let interface = &world.interfaces[&id];
            let neighbour = world.interfaces.values().find(|other| {
                other.subnet == interface.subnet
                    && other.up
                    && other.owns(packet.destination)
                    && other.mac != interface.mac
            });
            (interface.mac, neighbour.map_or(world.subnets[&interface.subnet].router, |other| other.mac))
        }
    };
    Frame { source, destination, content: Content::Ip(packet) }
}
