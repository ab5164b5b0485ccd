//! The way through a NAT gateway: its subnet's ACL on both sides, the translation, and the route of its own subnet (PATH-6
//! to PATH-8).

use ringwall_model::gate::Reason;
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::limits::NAT_GATEWAY_MTU;
use ringwall_model::outcome::{Answer, Verdict};
use ringwall_model::session::Direction;
use ringwall_model::world::Interface;
use ringwall_net::frame::TcpFlags;

use super::Trace;
use super::edge::nat_gateway::{self, Translation};
use super::eni::security_group::{self, Asked};
use super::flow::{Flow, FlowTransport};
use super::journey::Network;
use super::subnet::network_acl;
use super::subnet::route_table::{self, Hop};

impl<'a> Network<'a> {
    /// Through a NAT gateway, from an interface of the VPC.
    pub(super) fn reach_nat_gateway(mut self, sender: NetworkInterfaceId, id: NatGatewayId, flow: &Flow) -> Trace {
        let from = self.world.interfaces[&sender].subnet;
        let interface = self.nat_interface(id);
        let crosses_edge = interface.subnet != from;
        if crosses_edge {
            self.ask_acl(interface, Direction::In, flow);
        }
        if let Some(ended) = self.stop_at_nat_gateway() {
            return ended;
        }
        match nat_gateway::outward(self.world, self.memory, id, self.packet.fragment, flow, self.now) {
            Ok(translation) => self.onward(id, translation),
            Err(reason) => {
                let is_told = self.walk.passes() && reason == Reason::NatConnectionUnknown;
                let answer = is_told.then(|| self.reset(sender, interface, flow)).flatten();
                self.walk.refuse(reason);
                self.walk.end_with(Verdict::Dropped { reason, answer: None }, answer)
            }
        }
    }

    /// To an address of a NAT gateway itself: back to who began, if anybody did.
    pub(super) fn back_to_nat_gateway(mut self, id: NatGatewayId, crosses_edge: bool, flow: &Flow) -> Trace {
        if crosses_edge {
            self.ask_acl(self.nat_interface(id), Direction::In, flow);
        }
        if let Some(ended) = self.stop_at_nat_gateway() {
            return ended;
        }
        match nat_gateway::inward(self.memory, id, self.packet.fragment, flow, self.now) {
            Ok(translation) => self.onward(id, translation),
            Err(reason) => self.walk.stop(reason),
        }
    }

    fn nat_interface(&self, id: NatGatewayId) -> &'a Interface {
        &self.world.interfaces[&self.world.nat_gateways[&id].interface]
    }

    /// What stops a packet at a NAT gateway whatever it is: a second one (NAT-18 knows other ways on only), or its size.
    fn stop_at_nat_gateway(&mut self) -> Option<Trace> {
        if self.walk.has_come_through() {
            return Some(std::mem::take(&mut self.walk).stop(Reason::SecondNatGateway));
        }
        let answer = self.refuse_size(NAT_GATEWAY_MTU);
        let is_too_big = self.packet.length > NAT_GATEWAY_MTU;
        let nowhere = Verdict::Dropped { reason: Reason::PacketTooBig, answer: None };
        is_too_big.then(|| std::mem::take(&mut self.walk).end_with(nowhere, answer))
    }

    /// On from a NAT gateway, by the route table and the ACL of its own subnet (PATH-6, PATH-8).
    fn onward(mut self, id: NatGatewayId, translation: Translation) -> Trace {
        let gateway = self.world.nat_gateways[&id].interface;
        let interface = self.nat_interface(id);
        let Translation { flow, loan } = translation;
        self.walk.come_through(id);
        let routing = route_table::judge(self.world, gateway, flow.destination);
        if self.leaves_subnet(interface, routing.hop, &flow) {
            self.ask_acl(interface, Direction::Out, &flow);
        }
        self.walk.findings.route = Some(routing.finding);
        if let Err(reason) = routing.hop {
            self.walk.refuse(reason);
        }
        let outside = match routing.hop {
            Ok(Hop::InternetGateway | Hop::EgressOnlyInternetGateway) => self.leave(interface.vpc, &flow),
            Ok(Hop::GatewayEndpoint(_)) => self.permit_endpoint(interface.vpc, &flow),
            _ => None,
        };
        if self.walk.passes()
            && let Some((connection, mapping)) = loan
        {
            self.memory.nat.insert((id, connection), mapping);
        }
        match (routing.hop, outside) {
            (Ok(Hop::Interface(receiver)), _) => self.between(gateway, receiver, false, &flow),
            (Ok(Hop::NatGateway(second)), _) => self.reach_nat_gateway(gateway, second, &flow),
            (Ok(Hop::GatewayEndpoint(id)), _) => self.reach_endpoint(interface, id, &flow),
            (Ok(_), Some(translated)) => self.reach_internet(gateway, &translated),
            (Ok(_), None) | (Err(_), _) => self.end_nowhere(),
        }
    }

    /// What the sender is told of a segment whose connection the gateway does not know (NAT-9): a packet like any other, so
    /// the ACLs on its way and the sender's groups must admit it.
    fn reset(&self, sender: NetworkInterfaceId, gateway: &Interface, flow: &Flow) -> Option<Answer> {
        let FlowTransport::Ports { source, destination, flags: Some(flags) } = flow.transport else { return None };
        if flags.has(TcpFlags::RST) {
            return None;
        }
        let flags = Some(TcpFlags::RST);
        let transport = FlowTransport::Ports { source: destination, destination: source, flags };
        let reset = Flow { source: flow.destination, destination: flow.source, protocol: flow.protocol, transport };
        let interface = &self.world.interfaces[&sender];
        if interface.subnet != gateway.subnet {
            let admits = |subnet, direction| {
                let acl = self.world.subnets[subnet].network_acl;
                network_acl::judge(self.world, acl, direction, &reset).allows
            };
            if !admits(&gateway.subnet, Direction::Out) || !admits(&interface.subnet, Direction::In) {
                return None;
            }
        }
        let asked = Asked {
            id: sender,
            interface,
            direction: Direction::In,
            flow: &reset,
            peer_groups: None,
            always_tracked: true,
        };
        security_group::judge(self.world, self.memory, &asked).passes().then_some(Answer::Reset)
    }
}
