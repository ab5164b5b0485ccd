//! A packet that has gone its way, and the legs of that way: one, or two if a NAT gateway lies between them.

use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::outcome::{Findings, Origin, RouteFinding, Sent, Verdict};
use ringwall_model::world::{Interface, RouteTarget, World};
use ringwall_net::frame::{Content, Frame, Packet, Transport};
use ringwall_spec::packet::edge::nat_gateway;
use ringwall_spec::packet::flow::{Flow, FlowTransport};
use ringwall_spec::packet::journey::journey;
use ringwall_spec::packet::{Memory, Trace, fragment};

/// The second in which questions are asked: there is no past.
const NOW: u32 = 1;

/// A packet that has gone its way.
#[derive(Clone, Debug)]
pub struct Walked {
    /// where it entered
    pub origin: Origin,
    /// as it was sent
    pub frame: Frame,
    /// what became of it
    pub trace: Trace,
    /// how it goes on from the NAT gateway that it came through
    beyond: Option<Packet>,
}

/// One leg of a way.
#[derive(Clone, Copy, Debug)]
pub struct Leg<'a> {
    /// what the gates of this leg found
    pub findings: &'a Findings,
    /// which of them refuse
    pub refusals: &'a [Reason],
    /// the packet as it is on this leg
    pub packet: &'a Packet,
    /// the interface that sends it on this leg: the NAT gateway's on the second; none is not one of the network's
    pub sender: Option<NetworkInterfaceId>,
    /// the NAT gateway at which the leg begins
    pub from: Option<NatGatewayId>,
    /// the NAT gateway at which the leg ends
    pub to: Option<NatGatewayId>,
}

impl Walked {
    /// Sends a frame through the specification.
    pub fn send(world: &World, memory: &mut Memory, origin: Origin, frame: Frame) -> Walked {
        let before = memory.clone();
        let trace = journey(world, memory, origin, &Ok(frame.clone()), NOW);
        let mut walked = Walked { origin, frame, trace, beyond: None };
        walked.beyond = walked.translated(world, &before);
        walked
    }

    /// The packet as it was sent, if the frame carries one.
    pub fn packet(&self) -> Option<&Packet> {
        match &self.frame.content {
            Content::Ip(packet) => Some(packet),
            _ => None,
        }
    }

    /// How the packet goes on from the NAT gateway.
    pub fn beyond(&self) -> Option<&Packet> {
        self.beyond.as_ref()
    }

    /// The legs in order; none if the frame carries no packet.
    pub fn legs(&self, world: &World) -> Vec<Leg<'_>> {
        let Some(packet) = self.packet() else { return Vec::new() };
        let sender = self.sender();
        let (before, after) = self.trace.refusals.split_at(self.trace.refusals_before);
        let last = |findings, refusals, packet, sender, from| {
            let to = gateway_ahead(world, findings, packet, sender).filter(|to| Some(*to) != from);
            Leg { findings, refusals, packet, sender, from, to }
        };
        let (Some(through), Some(beyond)) = (&self.trace.through, &self.beyond) else {
            return vec![last(&self.trace.findings, &self.trace.refusals, packet, sender, None)];
        };
        let gateway = through.gateway;
        let own = world.nat_gateways.get(&gateway).map(|content| content.interface);
        let first =
            Leg { findings: &through.findings, refusals: before, packet, sender, from: None, to: Some(gateway) };
        vec![first, last(&self.trace.findings, after, beyond, own, Some(gateway))]
    }

    /// The interface that sent it.
    pub fn sender(&self) -> Option<NetworkInterfaceId> {
        match self.origin {
            Origin::Interface(id) => Some(id),
            Origin::Internet | Origin::Services(_) => None,
        }
    }

    /// Where the packet came out, and how it looks there: who answers, answers this.
    pub fn arrival(&self, world: &World) -> Option<(Origin, Packet)> {
        let packet = self.packet()?;
        match &self.trace.outcome.verdict {
            Verdict::Delivered { to, sent } => Some((Origin::Interface(*to), seen(packet, sent))),
            Verdict::LeftToInternet { sent } => Some((Origin::Internet, seen(packet, sent))),
            Verdict::ToService { sent, .. } => {
                let sender = world.interfaces.get(&self.sender()?)?;
                Some((Origin::Services(sender.vpc), seen(packet, sent)))
            }
            Verdict::Answered(_) | Verdict::Dropped { .. } => None,
        }
    }

    /// What the NAT gateway made of the packet, by what it had lent `before`.
    fn translated(&self, world: &World, before: &Memory) -> Option<Packet> {
        let (through, packet) = (self.trace.through.as_ref()?, self.packet()?);
        let (id, flow) = (through.gateway, fragment::written(packet));
        let translation = if leads_to_nat_gateway(&through.findings) == Some(id) {
            nat_gateway::outward(world, before, id, packet.fragment, &flow, NOW)
        } else {
            let gateway = &world.interfaces[&world.nat_gateways[&id].interface];
            let source = source_after(world, self.sender(), &through.findings, packet.source);
            let flow = flow.translated(source, private(gateway, packet.destination));
            nat_gateway::inward(before, id, packet.fragment, &flow, NOW)
        };
        translation.ok().map(|translation| rewritten(packet, &translation.flow))
    }
}

impl Leg<'_> {
    /// The interface that sends the packet on this leg.
    pub fn sender_interface<'w>(&self, world: &'w World) -> Option<&'w Interface> {
        world.interfaces.get(&self.sender?)
    }

    /// The source address by which the receiver's side of the leg knows the packet.
    pub fn source_at_receiver(&self, world: &World) -> IpAddr {
        source_after(world, self.sender, self.findings, self.packet.source)
    }
}

/// The NAT gateway to which the packet is routed, or whose address it is for.
fn gateway_ahead(
    world: &World,
    findings: &Findings,
    packet: &Packet,
    sender: Option<NetworkInterfaceId>,
) -> Option<NatGatewayId> {
    let vpc = sender.and_then(|id| Some(world.interfaces.get(&id)?.vpc));
    let is_for = |interface: &Interface| {
        let public = interface.ipv4.iter().filter_map(|own| own.public).any(|public| packet.destination == public);
        public || vpc == Some(interface.vpc) && interface.owns(packet.destination)
    };
    let addressed = || world.nat_gateways.iter().find(|(_, gateway)| is_for(&world.interfaces[&gateway.interface]));
    leads_to_nat_gateway(findings).or_else(|| addressed().map(|(id, _)| *id))
}

fn leads_to_nat_gateway(findings: &Findings) -> Option<NatGatewayId> {
    match findings.route? {
        RouteFinding::Route { target: RouteTarget::NatGateway(id), .. } => Some(id),
        _ => None,
    }
}

/// A source address behind the internet gateway, if the packet was routed to it; or else the same.
fn source_after(world: &World, sender: Option<NetworkInterfaceId>, findings: &Findings, source: IpAddr) -> IpAddr {
    let is_outside =
        matches!(findings.route, Some(RouteFinding::Route { target: RouteTarget::InternetGateway(_), .. }));
    let vpc = sender.and_then(|id| Some(world.interfaces.get(&id)?.vpc));
    let all = world.interfaces.values().filter(|interface| Some(interface.vpc) == vpc);
    let own = all.flat_map(|interface| &interface.ipv4).find(|own| IpAddr::V4(own.address) == source);
    own.and_then(|own| own.public).filter(|_| is_outside).map_or(source, IpAddr::V4)
}

/// The private form of one of the interface's public addresses; of another address, itself.
fn private(interface: &Interface, address: IpAddr) -> IpAddr {
    let own = interface.ipv4.iter().find(|own| own.public.map(IpAddr::V4) == Some(address));
    own.map_or(address, |own| own.address.into())
}

fn rewritten(packet: &Packet, flow: &Flow) -> Packet {
    let mut packet = Packet { source: flow.source, destination: flow.destination, ..packet.clone() };
    match (&mut packet.transport, &flow.transport) {
        (
            Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination },
            FlowTransport::Ports { source: from, destination: to, .. },
        ) => (*source, *destination) = (*from, *to),
        (
            Transport::Icmp { identifier, embedded, .. },
            FlowTransport::Icmp { identifier: own, embedded: shown, .. },
        ) => (*identifier, *embedded) = (*own, *shown),
        _ => {}
    }
    packet
}

/// The packet as it came out.
pub fn seen(packet: &Packet, sent: &Sent) -> Packet {
    let mut packet = Packet { source: sent.source, destination: sent.destination, ..packet.clone() };
    match (&mut packet.transport, sent.ports) {
        (Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination }, Some(ports)) => {
            (*source, *destination) = ports;
        }
        (Transport::Icmp { identifier, .. }, Some((own, _))) => *identifier = own,
        _ => {}
    }
    packet
}
