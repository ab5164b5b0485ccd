//! The order of the gates.
//!
//! Outward: frame · source check · security group · network ACL, if the packet leaves the subnet · route · gateway.
//! Inward: gateway · network ACL, if the packet comes from outside the subnet · destination check · security group.
//! A packet between two interfaces goes both halves (PATH-1, PATH-2); one to or from the internet goes one (PATH-4,
//! PATH-5), and one that finds its way back through the gateway goes all (IGW-16).
//!
//! Each interface remembers what its own half let through, whatever becomes of the packet afterwards: the two trackers
//! know nothing of each other.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NetworkInterfaceId, SecurityGroupId};
use ringwall_model::limits::{INTERNET_GATEWAY_MTU, VPC_MTU};
use ringwall_model::outcome::{Answer, GroupFinding, Origin, RouteFinding, Sent, Verdict};
use ringwall_model::session::Direction;
use ringwall_model::world::{Interface, World};
use ringwall_net::MacAddress;
use ringwall_net::frame::{Frame, Malformed, Packet};

use super::edge::{egress_only_internet_gateway, internet_gateway, internet_gateway::Entrance};
use super::eni::security_group::Asked;
use super::eni::{security_group, session, source_check};
use super::flow::Flow;
use super::frame::{Step, from_interface, from_internet};
use super::subnet::route_table::{Hop, Routing};
use super::subnet::{network_acl, route_table};
use super::{Memory, Trace, Walk, fragment, owner, path_mtu};

/// What becomes of a frame that enters the network at a second.
pub fn journey(
    world: &World,
    memory: &mut Memory,
    origin: Origin,
    frame: &Result<Frame, Malformed>,
    now: u32,
) -> Trace {
    session::end_idle(world, memory, now);
    let Ok(frame) = frame else { return Walk::default().stop(Reason::MalformedPacket) };
    let step = match origin {
        Origin::Interface(id) => from_interface(world, &world.interfaces[&id], frame),
        Origin::Internet => from_internet(frame),
    };
    let (packet, neighbour) = match step {
        Step::Answer(answer) => return Walk::default().end(Verdict::Answered(answer)),
        Step::Refuse(reason) => return Walk::default().stop(reason),
        Step::ToRouter(packet) => (packet, None),
        Step::ToNeighbour(packet, id) => (packet, Some(id)),
    };
    let Some(flow) = fragment::resolve(memory, origin, packet, now) else {
        return Walk::default().stop(Reason::FragmentWithoutFirst);
    };
    let network = Network { world, memory, packet, now, walk: Walk::default() };
    match origin {
        Origin::Interface(sender) => network.outward(sender, neighbour, &flow),
        Origin::Internet => network.enter(&flow, None),
    }
}

struct Network<'a> {
    world: &'a World,
    memory: &'a mut Memory,
    packet: &'a Packet,
    now: u32,
    walk: Walk,
}

/// From where a packet comes to its receiver.
struct Arrival<'a> {
    crosses_edge: bool,
    peer_groups: Option<&'a BTreeSet<SecurityGroupId>>,
    always_tracked: bool,
    source_mac: MacAddress,
}

impl<'a> Network<'a> {
    fn outward(mut self, sender: NetworkInterfaceId, neighbour: Option<NetworkInterfaceId>, flow: &Flow) -> Trace {
        let interface = &self.world.interfaces[&sender];
        if !source_check::permits_source(interface, flow.source) {
            self.walk.refuse(Reason::SourceNotOfInterface);
        }
        let routing = match neighbour {
            Some(id) => Routing { finding: RouteFinding::Neighbour, hop: Ok(Hop::Interface(id)) },
            None => route_table::judge(self.world, sender, flow.destination),
        };
        let asked = Asked {
            id: sender,
            interface,
            direction: Direction::Out,
            flow,
            peer_groups: self.groups_at_destination(interface, routing.hop, flow),
            always_tracked: routing.hop == Ok(Hop::EgressOnlyInternetGateway),
        };
        let group = self.ask_groups(&asked);
        if self.leaves_subnet(interface, routing.hop, flow) {
            self.ask_acl(interface, Direction::Out, flow);
        }
        self.walk.findings.route = Some(routing.finding);
        if let Err(reason) = routing.hop {
            self.walk.refuse(reason);
        }
        let outside = match routing.hop {
            Ok(Hop::InternetGateway | Hop::EgressOnlyInternetGateway) => self.leave(interface, flow),
            _ => None,
        };
        if self.walk.passes() {
            security_group::remember(self.memory, &asked, group, self.now);
        }
        match (routing.hop, outside) {
            (Ok(Hop::Interface(receiver)), _) => self.between(sender, receiver, neighbour.is_some(), flow),
            (Ok(_), Some(translated)) => self.into_internet(sender, flow, &translated),
            (Ok(_), None) | (Err(_), _) => self.end_nowhere(),
        }
    }

    /// The groups of the interface that the packet is for, if it is the next one on the way (SG-33).
    fn groups_at_destination(
        &self,
        sender: &Interface,
        hop: Result<Hop, Reason>,
        flow: &Flow,
    ) -> Option<&'a BTreeSet<SecurityGroupId>> {
        let (id, interface) = owner(self.world, sender.vpc, flow.destination)?;
        let is_next = hop == Ok(Hop::Interface(id)) || hop == Err(Reason::InterfaceDown);
        is_next.then_some(&*interface.groups)
    }

    /// Whether the packet crosses the edge of the sender's subnet (NACL-2).
    fn leaves_subnet(&self, sender: &Interface, hop: Result<Hop, Reason>, flow: &Flow) -> bool {
        match hop {
            Ok(Hop::Interface(id)) => self.world.interfaces[&id].subnet != sender.subnet,
            Err(Reason::RouteToSender) => false,
            Err(Reason::NoSuchAddress | Reason::InterfaceDown) => {
                !self.world.subnets[&sender.subnet].contains(flow.destination)
            }
            _ => true,
        }
    }

    /// Through the gateway outwards: the packet as the internet sees it.
    fn leave(&mut self, sender: &Interface, flow: &Flow) -> Option<Flow> {
        let source = internet_gateway::source_outside(self.world, sender.vpc, flow);
        if let Err(reason) = source {
            self.walk.refuse(reason);
        }
        if !internet_gateway::permits_destination(flow) {
            self.walk.refuse(Reason::DestinationNotPublic);
            return None;
        }
        Some(flow.translated(source.ok()?, flow.destination))
    }

    fn into_internet(mut self, sender: NetworkInterfaceId, flow: &Flow, translated: &Flow) -> Trace {
        if self.packet.length > INTERNET_GATEWAY_MTU {
            let mut answer = None;
            if self.walk.passes() {
                answer = self.too_big(sender, flow, INTERNET_GATEWAY_MTU);
            }
            self.walk.refuse(Reason::PacketTooBig);
            let sent = sent(None, None, translated);
            return self.walk.end_with(Verdict::LeftToInternet { sent }, answer);
        }
        if internet_gateway::holder(self.world, translated.destination).is_some() {
            return self.enter(translated, Some(sender));
        }
        let sent = sent(None, None, translated);
        self.walk.end(Verdict::LeftToInternet { sent })
    }

    /// From the internet inwards; `reflected` is the interface whose packet the gateway turned round (IGW-16).
    fn enter(mut self, flow: &Flow, reflected: Option<NetworkInterfaceId>) -> Trace {
        use ringwall_model::reserved::is_public;
        if !is_public(flow.source) {
            self.walk.refuse(Reason::SourceNotPublic);
        }
        let Some((receiver, interface, private)) = internet_gateway::holder(self.world, flow.destination) else {
            return self.walk.stop(Reason::UnknownPublicAddress);
        };
        if reflected.is_none() && internet_gateway::holder(self.world, flow.source).is_some() {
            self.walk.refuse(Reason::SpoofedSource);
        }
        let entrance = internet_gateway::entrance(self.world, interface, flow.source);
        let flow = flow.translated(flow.source, private);
        let always_tracked = entrance == Entrance::EgressOnlyInternetGateway;
        let asked =
            Asked { id: receiver, interface, direction: Direction::In, flow: &flow, peer_groups: None, always_tracked };
        match entrance {
            Entrance::None => self.walk.refuse(Reason::NoInternetRoute),
            Entrance::EgressOnlyInternetGateway
                if !egress_only_internet_gateway::permits_inbound(self.memory, &asked) =>
            {
                self.walk.refuse(Reason::InboundThroughEgressOnly);
            }
            _ => {}
        }
        let source_mac = self.world.subnets[&interface.subnet].router;
        let arrival = Arrival { crosses_edge: true, peer_groups: None, always_tracked, source_mac };
        self.inward(receiver, &flow, arrival, None)
    }

    fn between(self, sender: NetworkInterfaceId, receiver: NetworkInterfaceId, direct: bool, flow: &Flow) -> Trace {
        let (from, to) = (&self.world.interfaces[&sender], &self.world.interfaces[&receiver]);
        let arrival = Arrival {
            crosses_edge: from.subnet != to.subnet,
            peer_groups: from.owns(flow.source).then_some(&*from.groups),
            always_tracked: false,
            source_mac: if direct { from.mac } else { self.world.subnets[&to.subnet].router },
        };
        let routed_by = (!direct).then_some(sender);
        self.inward(receiver, flow, arrival, routed_by)
    }

    fn inward(
        mut self,
        receiver: NetworkInterfaceId,
        flow: &Flow,
        arrival: Arrival,
        routed_for: Option<NetworkInterfaceId>,
    ) -> Trace {
        let interface = &self.world.interfaces[&receiver];
        if arrival.crosses_edge {
            self.ask_acl(interface, Direction::In, flow);
        }
        if !source_check::permits_destination(interface, flow.destination) {
            self.walk.refuse(Reason::DestinationNotOfInterface);
        }
        let asked = Asked {
            id: receiver,
            interface,
            direction: Direction::In,
            flow,
            peer_groups: arrival.peer_groups,
            always_tracked: arrival.always_tracked,
        };
        let group = self.ask_groups(&asked);
        if self.walk.passes() {
            security_group::remember(self.memory, &asked, group, self.now);
        }
        let sent = sent(Some(arrival.source_mac), Some(interface.mac), flow);
        let mut answer = None;
        if self.packet.length > VPC_MTU {
            if let Some(sender) = routed_for.filter(|_| self.walk.passes()) {
                answer = self.too_big(sender, flow, VPC_MTU);
            }
            self.walk.refuse(Reason::PacketTooBig);
        }
        self.walk.end_with(Verdict::Delivered { to: receiver, sent }, answer)
    }

    fn ask_groups(&mut self, asked: &Asked) -> GroupFinding {
        let finding = security_group::judge(self.world, self.memory, asked);
        let (refusals, place) = match asked.direction {
            Direction::Out => (
                [Reason::SecurityGroupOut, Reason::NoConnectionOut, Reason::SessionTableFullOut],
                &mut self.walk.findings.group_out,
            ),
            Direction::In => (
                [Reason::SecurityGroupIn, Reason::NoConnectionIn, Reason::SessionTableFullIn],
                &mut self.walk.findings.group_in,
            ),
        };
        *place = Some(finding);
        match finding {
            GroupFinding::NoRule => self.walk.refuse(refusals[0]),
            GroupFinding::NoConnection(_) => self.walk.refuse(refusals[1]),
            GroupFinding::TableFull(_) => self.walk.refuse(refusals[2]),
            _ => {}
        }
        finding
    }

    fn ask_acl(&mut self, interface: &Interface, direction: Direction, flow: &Flow) {
        let acl = self.world.subnets[&interface.subnet].network_acl;
        let finding = network_acl::judge(self.world, acl, direction, flow);
        let (reason, place) = match direction {
            Direction::Out => (Reason::NetworkAclOut, &mut self.walk.findings.acl_out),
            Direction::In => (Reason::NetworkAclIn, &mut self.walk.findings.acl_in),
        };
        *place = Some(finding);
        if !finding.allows {
            self.walk.refuse(reason);
        }
    }

    fn too_big(&self, sender: NetworkInterfaceId, flow: &Flow, mtu: u32) -> Option<Answer> {
        path_mtu::answer(self.world, self.memory, sender, self.packet.fragment, flow, mtu)
    }

    /// Ends a walk that was refused before there was anywhere to go.
    fn end_nowhere(self) -> Trace {
        debug_assert!(!self.walk.passes());
        self.walk.end(Verdict::Dropped { reason: Reason::NoRoute, answer: None })
    }
}

fn sent(source_mac: Option<MacAddress>, destination_mac: Option<MacAddress>, flow: &Flow) -> Sent {
    let (source, destination): (IpAddr, IpAddr) = (flow.source, flow.destination);
    Sent { source_mac, destination_mac, source, destination, embedded: flow.embedded_addresses() }
}
