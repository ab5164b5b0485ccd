//! The order of the gates.
//!
//! Outward: frame · source check · security group · network ACL, if the packet leaves the subnet · route · gateway.
//! Inward: gateway · network ACL, if the packet comes from outside the subnet · destination check · security group.
//! A packet between two interfaces goes both halves (PATH-1, PATH-2); one to or from the internet goes one (PATH-4,
//! PATH-5), and one that finds its way back through the gateway goes all (IGW-16). A NAT gateway is asked by no group, but
//! its subnet's ACL and route table are: it makes two ways of one (PATH-6 to PATH-8).
//!
//! Each interface remembers what its own half let through, whatever becomes of the packet afterwards: the two trackers
//! know nothing of each other.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NetworkInterfaceId, SecurityGroupId, VpcEndpointId, VpcId};
use ringwall_model::limits::{INTERNET_GATEWAY_MTU, VPC_MTU};
use ringwall_model::outcome::{Answer, GroupFinding, Origin, RouteFinding, Sent, Service, Verdict};
use ringwall_model::reserved::SERVICES_MAC;
use ringwall_model::session::Direction;
use ringwall_model::world::{Interface, World};
use ringwall_net::MacAddress;
use ringwall_net::frame::{Frame, Malformed, Packet};

use super::edge::internet_gateway::Entrance;
use super::edge::{egress_only_internet_gateway, gateway_endpoint, internet_gateway, nat_gateway};
use super::eni::security_group::Asked;
use super::eni::{security_group, session, source_check};
use super::flow::Flow;
use super::frame::{Step, from_interface, from_internet, from_services};
use super::subnet::route_table::{Hop, Routing};
use super::subnet::{network_acl, route_table};
use super::{Memory, Trace, Walk, fragment, owner, path_mtu, services};

/// What becomes of a frame that enters the network at a second.
pub fn journey(
    world: &World,
    memory: &mut Memory,
    origin: Origin,
    frame: &Result<Frame, Malformed>,
    now: u32,
) -> Trace {
    session::end_idle(world, memory, now);
    nat_gateway::end_idle(world, memory, now);
    let Ok(frame) = frame else { return Walk::default().stop(Reason::MalformedPacket) };
    let step = match origin {
        Origin::Interface(id) => from_interface(world, &world.interfaces[&id], frame),
        Origin::Internet => from_internet(frame),
        Origin::Services(_) => from_services(frame),
    };
    let (packet, neighbour) = match step {
        Step::Answer(answer) => return Walk::default().end(Verdict::Answered(answer)),
        Step::Refuse(reason) => return Walk::default().stop(reason),
        Step::ToRouter(packet) => (packet, None),
        Step::ToNeighbour(packet, id) => (packet, Some(id)),
        Step::ToService(packet, service) => return to_service(world, memory, origin, packet, service, now),
    };
    let Some(flow) = fragment::resolve(memory, origin, packet, now) else {
        return Walk::default().stop(Reason::FragmentWithoutFirst);
    };
    let told = match origin {
        Origin::Interface(sender) if neighbour.is_none() => Some((sender, flow.clone())),
        _ => None,
    };
    let network = Network { world, memory, packet, told, now, walk: Walk::default() };
    match origin {
        Origin::Interface(sender) => network.outward(sender, neighbour, &flow),
        Origin::Internet => network.enter(&flow, None),
        Origin::Services(vpc) => network.enter_from_service(vpc, &flow),
    }
}

/// To a service of the VPC, past every rule (DNS-4).
fn to_service(
    world: &World,
    memory: &mut Memory,
    origin: Origin,
    packet: &Packet,
    service: Service,
    now: u32,
) -> Trace {
    let Origin::Interface(sender) = origin else { unreachable!("only interfaces ask services") };
    let (interface, mut walk) = (&world.interfaces[&sender], Walk::default());
    if !interface.owns(packet.source) {
        walk.refuse(Reason::SourceNotOfInterface);
    }
    if packet.length > VPC_MTU {
        walk.refuse(Reason::PacketTooBig);
    }
    if walk.passes()
        && let Err(reason) = services::count(memory, sender, now)
    {
        walk.refuse(reason);
    }
    let flow = fragment::written(packet);
    let router = world.subnets[&interface.subnet].router;
    let sent = sent(packet, Some(router), Some(SERVICES_MAC), &flow);
    walk.end(Verdict::ToService { service, sent })
}

/// A packet on its way.
pub(super) struct Network<'a> {
    pub(super) world: &'a World,
    pub(super) memory: &'a mut Memory,
    pub(super) packet: &'a Packet,
    /// who is told of what the router refuses, and his packet as he sent it
    told: Option<(NetworkInterfaceId, Flow)>,
    pub(super) now: u32,
    pub(super) walk: Walk,
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
            always_tracked: self.is_always_tracked(routing.hop),
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
            Ok(Hop::InternetGateway | Hop::EgressOnlyInternetGateway) => self.leave(interface.vpc, flow),
            Ok(Hop::GatewayEndpoint(_)) => self.permit_endpoint(interface.vpc, flow),
            _ => None,
        };
        if self.walk.passes() {
            security_group::remember(self.memory, &asked, group, self.now);
        }
        match (routing.hop, outside) {
            (Ok(Hop::Interface(receiver)), _) => self.between(sender, receiver, neighbour.is_some(), flow),
            (Ok(Hop::NatGateway(id)), _) => self.reach_nat_gateway(sender, id, flow),
            (Ok(Hop::GatewayEndpoint(id)), _) => self.reach_endpoint(interface, id, flow),
            (Ok(_), Some(translated)) => self.reach_internet(sender, &translated),
            (Ok(_), None) | (Err(_), _) => self.end_nowhere(),
        }
    }

    /// Whether what goes there is tracked however open the rules are (SG-17).
    fn is_always_tracked(&self, hop: Result<Hop, Reason>) -> bool {
        match hop {
            Ok(Hop::EgressOnlyInternetGateway | Hop::NatGateway(_)) => true,
            Ok(Hop::GatewayEndpoint(id)) => self.world.gateway_endpoints[&id].always_tracked,
            _ => false,
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
    pub(super) fn leaves_subnet(&self, sender: &Interface, hop: Result<Hop, Reason>, flow: &Flow) -> bool {
        match hop {
            Ok(Hop::Interface(id)) => self.world.interfaces[&id].subnet != sender.subnet,
            Ok(Hop::NatGateway(id)) => {
                let interface = self.world.nat_gateways[&id].interface;
                self.world.interfaces[&interface].subnet != sender.subnet
            }
            Err(Reason::RouteToSender) => false,
            Err(Reason::NoSuchAddress | Reason::InterfaceDown) => {
                !self.world.subnets[&sender.subnet].contains(flow.destination)
            }
            _ => true,
        }
    }

    /// Through the gateway outwards: the packet as the internet sees it.
    pub(super) fn leave(&mut self, vpc: VpcId, flow: &Flow) -> Option<Flow> {
        let source = internet_gateway::source_outside(self.world, vpc, flow);
        if let Err(reason) = source {
            self.walk.refuse(reason);
        }
        if !internet_gateway::permits_destination(flow) {
            self.walk.refuse(Reason::DestinationNotPublic);
            return None;
        }
        Some(flow.translated(source.ok()?, flow.destination))
    }

    /// The packet as the endpoint's service sees it: as it is (GWE-10). Its source must be somebody who can be answered.
    pub(super) fn permit_endpoint(&mut self, vpc: VpcId, flow: &Flow) -> Option<Flow> {
        if let Err(reason) = gateway_endpoint::permits(flow) {
            self.walk.refuse(reason);
        }
        if owner(self.world, vpc, flow.source).is_none_or(|(_, owner)| !owner.up) {
            self.walk.refuse(Reason::EndpointSourceUnknown);
        }
        Some(flow.clone())
    }

    pub(super) fn reach_endpoint(mut self, sender: &Interface, id: VpcEndpointId, flow: &Flow) -> Trace {
        let answer = self.refuse_size(VPC_MTU);
        let router = self.world.subnets[&sender.subnet].router;
        let sent = sent(self.packet, Some(router), Some(SERVICES_MAC), flow);
        self.walk.end_with(Verdict::ToService { service: Service::GatewayEndpoint(id), sent }, answer)
    }

    pub(super) fn reach_internet(mut self, sender: NetworkInterfaceId, translated: &Flow) -> Trace {
        let sent = sent(self.packet, None, None, translated);
        if self.packet.length > INTERNET_GATEWAY_MTU {
            let answer = self.refuse_size(INTERNET_GATEWAY_MTU);
            return self.walk.end_with(Verdict::LeftToInternet { sent }, answer);
        }
        if internet_gateway::holder(self.world, translated.destination).is_some() {
            return self.enter(translated, Some(sender));
        }
        self.walk.end(Verdict::LeftToInternet { sent })
    }

    /// From a service of the VPC, or from what is behind one of its gateway endpoints.
    fn enter_from_service(mut self, vpc: VpcId, flow: &Flow) -> Trace {
        let (receiver, interface) = match owner(self.world, vpc, flow.destination) {
            Some((id, interface)) if interface.up => (id, interface),
            Some(_) => return self.walk.stop(Reason::InterfaceDown),
            None => return self.walk.stop(Reason::NoSuchAddress),
        };
        let source_mac = self.world.subnets[&interface.subnet].router;
        let gateway = nat_gateway::of_interface(self.world, receiver);
        let is_local = services::at(self.world, vpc, flow.source).is_some();
        if is_local && gateway.is_none() {
            self.refuse_size(VPC_MTU);
            let sent = sent(self.packet, Some(source_mac), Some(interface.mac), flow);
            return self.walk.end(Verdict::Delivered { to: receiver, sent });
        }
        let endpoint = gateway_endpoint::toward(self.world, interface, flow.source);
        let endpoint = endpoint.and_then(|id| self.world.gateway_endpoints.get(&id));
        if endpoint.is_none() && !is_local {
            return self.walk.stop(Reason::NoGatewayEndpoint);
        }
        if let Some(id) = gateway {
            return self.back_to_nat_gateway(id, true, flow);
        }
        let always_tracked = endpoint.is_some_and(|endpoint| endpoint.always_tracked);
        self.inward(receiver, flow, Arrival { crosses_edge: true, peer_groups: None, always_tracked, source_mac })
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
        self.told = None;
        if let Some(id) = nat_gateway::of_interface(self.world, receiver) {
            return self.back_to_nat_gateway(id, true, &flow);
        }
        let source_mac = self.world.subnets[&interface.subnet].router;
        self.inward(receiver, &flow, Arrival { crosses_edge: true, peer_groups: None, always_tracked, source_mac })
    }

    pub(super) fn between(
        self,
        sender: NetworkInterfaceId,
        receiver: NetworkInterfaceId,
        direct: bool,
        flow: &Flow,
    ) -> Trace {
        let (from, to) = (&self.world.interfaces[&sender], &self.world.interfaces[&receiver]);
        if let Some(id) = nat_gateway::of_interface(self.world, receiver) {
            return self.back_to_nat_gateway(id, from.subnet != to.subnet, flow);
        }
        let arrival = Arrival {
            crosses_edge: from.subnet != to.subnet,
            peer_groups: from.owns(flow.source).then_some(&*from.groups),
            always_tracked: self.walk.has_come_through(),
            source_mac: if direct { from.mac } else { self.world.subnets[&to.subnet].router },
        };
        self.inward(receiver, flow, arrival)
    }

    fn inward(mut self, receiver: NetworkInterfaceId, flow: &Flow, arrival: Arrival) -> Trace {
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
        let sent = sent(self.packet, Some(arrival.source_mac), Some(interface.mac), flow);
        let answer = self.refuse_size(VPC_MTU);
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

    pub(super) fn ask_acl(&mut self, interface: &Interface, direction: Direction, flow: &Flow) {
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

    /// Refuses the packet if it is larger than `mtu`; what its sender is told then.
    pub(super) fn refuse_size(&mut self, mtu: u32) -> Option<Answer> {
        if self.packet.length <= mtu {
            return None;
        }
        let told = self.told.as_ref().filter(|_| self.walk.passes());
        let answer = told.and_then(|(sender, flow)| {
            path_mtu::answer(self.world, self.memory, *sender, self.packet.fragment, flow, mtu)
        });
        self.walk.refuse(Reason::PacketTooBig);
        answer
    }

    /// Ends a walk that was refused before there was anywhere to go.
    pub(super) fn end_nowhere(self) -> Trace {
        debug_assert!(!self.walk.passes());
        self.walk.end(Verdict::Dropped { reason: Reason::NoRoute, answer: None })
    }
}

fn sent(packet: &Packet, source_mac: Option<MacAddress>, destination_mac: Option<MacAddress>, flow: &Flow) -> Sent {
    let (source, destination): (IpAddr, IpAddr) = (flow.source, flow.destination);
    let ports = flow.written_ports(packet.fragment);
    Sent { source_mac, destination_mac, source, destination, ports, embedded: flow.embedded() }
}
