//! Theorems on what lies between a VPC and the internet.

use std::net::IpAddr;

use ringwall_model::gate::Gate;
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::reserved::UPLINK_ROUTER;
use ringwall_model::session::Direction;
use ringwall_model::world::RouteTarget;
use ringwall_net::MacAddress;
use ringwall_net::frame::{Content, Frame, Packet, Transport, encode};
use ringwall_spec::packet::subnet::route_table::select;

use crate::theorem;
use crate::watch::{Evidence, Judge, passes, watch};

theorem!(no_public_address_no_way_in_from_the_internet, fault: SHIFTS_PUBLIC_ADDRESSES);

fn no_public_address_no_way_in_from_the_internet(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let (id, receiver) = case.receiver().filter(|_| case.origin == Origin::Internet)?;
        case.trace.through.is_none().then_some(())?;
        let IpAddr::V4(destination) = case.packet()?.destination else { return None };
        let holds = receiver.ipv4.iter().any(|own| own.public == Some(destination));
        let mut without = case.world.clone();
        let own = without.interfaces.get_mut(&id).expect("it received");
        own.ipv4.iter_mut().for_each(|own| own.public = None);
        Some(holds && !passes(&case.in_world(&without)))
    })
}

theorem!(what_left_by_a_public_address_comes_back_to_who_sent_it, fault: TRANSLATES_BACK_WRONGLY);

fn what_left_by_a_public_address_comes_back_to_who_sent_it(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let Verdict::LeftToInternet { sent } = case.trace.outcome.verdict else { return None };
        let ((id, _), packet) = (case.sender()?, case.packet()?);
        let Transport::Udp { source, destination } = packet.transport else { return None };
        (packet.source != sent.source).then_some(())?;
        let transport = Transport::Udp { source: destination, destination: source };
        let answer = Packet { source: sent.destination, destination: sent.source, transport, ..packet.clone() };
        let from = MacAddress([2, 0, 0, 9, 9, 9]);
        let bytes = encode(&Frame { source: from, destination: UPLINK_ROUTER, content: Content::Ip(answer) }, &[]);
        match case.next(case.world, Origin::Internet, &bytes).outcome.verdict {
            Verdict::Delivered { to, sent } => {
                let owner = case.world.interfaces.iter().find(|(_, other)| other.owns(packet.source));
                // a middlebox may have sent for another interface of the VPC, which then gets the answer
                Some(sent.destination == packet.source && (to == id || owner.is_some()))
            }
            Verdict::Dropped { reason, .. } => Some(reason.gate() != Gate::InternetGateway),
            _ => Some(false),
        }
    })
}

theorem!(through_an_egress_only_gateway_comes_only_what_was_begun_inside, fault: OPENS_EGRESS_ONLY);

fn through_an_egress_only_gateway_comes_only_what_was_begun_inside(judge: Judge) -> Evidence {
    watch(judge, |case, _| {
        let (id, receiver) = case.receiver().filter(|_| case.origin == Origin::Internet)?;
        let source = case.packet()?.source;
        let table = case.world.subnets[&receiver.subnet].route_table;
        let (_, back) = select(case.world, table, source)?;
        matches!(back.target, RouteTarget::EgressOnlyInternetGateway(_)).then_some(())?;
        source.is_ipv6().then(|| {
            let mut own = case.before.sessions.iter().filter(|((owner, _), _)| *owner == id);
            own.any(|(_, session)| session.origin == Direction::Out)
        })
    })
}
