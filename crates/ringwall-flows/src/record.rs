//! From flows to the lines of a log.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::field::Field;
use crate::flow::{Action, Count, Direction, Flow, Interface};
use crate::format::Format;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status<'f> {
    /// a flow (FL-7)
    Ok(&'f Flow, &'f Count),
    /// there was no traffic in these seconds (FL-15)
    NoData(i64, i64),
    /// records of these seconds were lost (FL-15)
    SkipData(i64, i64),
}

/// One line (FL-2, FL-6).
pub fn line(format: &Format, account: &str, interface: &Interface, status: Status<'_>) -> String {
    let values: Vec<String> =
        format.fields().iter().map(|field| value(*field, format, account, interface, status)).collect();
    values.join(" ")
}

/// What stands for a field that has no value (FL-6).
pub const NOTHING: &str = "-";

fn value(field: Field, format: &Format, account: &str, interface: &Interface, status: Status<'_>) -> String {
    let (start, end, name) = match status {
        Status::Ok(_, count) => (count.first, count.last, "OK"),
        Status::NoData(start, end) => (start, end, "NODATA"),
        Status::SkipData(start, end) => (start, end, "SKIPDATA"),
    };
    match field {
        Field::Version => format.version().to_string(),
        Field::AccountId => account.to_owned(),
        Field::InterfaceId => interface.id.to_string(),
        Field::VpcId => interface.vpc.to_string(),
        Field::SubnetId => interface.subnet.to_string(),
        Field::InstanceId => interface.instance.map_or_else(|| NOTHING.to_owned(), |id| id.to_string()),
        Field::Region => interface.region.clone(),
        Field::ZoneId => interface.zone_id.clone(),
        Field::Start => start.to_string(),
        Field::End => end.to_string(),
        Field::LogStatus => name.to_owned(),
        _ => match status {
            Status::Ok(flow, count) => traffic(field, interface, flow, count).unwrap_or_else(|| NOTHING.to_owned()),
            Status::NoData(..) | Status::SkipData(..) => NOTHING.to_owned(),
        },
    }
}

fn traffic(field: Field, interface: &Interface, flow: &Flow, count: &Count) -> Option<String> {
    let (source, destination) = near_addresses(interface, flow);
    Some(match field {
        Field::SourceAddress => source.to_string(),
        Field::DestinationAddress => destination.to_string(),
        Field::PacketSourceAddress => flow.source.to_string(),
        Field::PacketDestinationAddress => flow.destination.to_string(),
        Field::SourcePort => flow.source_port.to_string(),
        Field::DestinationPort => flow.destination_port.to_string(),
        Field::Protocol => flow.protocol.to_string(),
        Field::Packets => count.packets.to_string(),
        Field::Bytes => count.bytes.to_string(),
        Field::Action => flow.action.name().to_owned(),
        Field::TcpFlags => count.tcp_flags.to_string(),
        Field::Type => if flow.source.is_ipv4() { "IPv4" } else { "IPv6" }.to_owned(),
        Field::FlowDirection => flow.direction.name().to_owned(),
        Field::TrafficPath => count.path.filter(|_| flow.direction == Direction::Egress)?.to_string(),
        // Nothing here belongs to AWS, ECS or an edge of theirs, and groups and ACLs are no reason of FL-24.
        _ => return None,
    })
}

/// The addresses of the record: the interface's side has its primary address, whichever the packet had (FL-17, FL-19).
pub fn near_addresses(interface: &Interface, flow: &Flow) -> (IpAddr, IpAddr) {
    let own = |address: IpAddr| match (address, interface.primary) {
        (IpAddr::V4(_), Some(primary)) => IpAddr::V4(primary),
        _ => address,
    };
    match flow.direction {
        Direction::Ingress => (flow.source, own(flow.destination)),
        Direction::Egress => (own(flow.source), flow.destination),
    }
}

/// The lines of an interface's flows, in a settled order. Flows that look the same in the format are one record (FL-7).
pub fn lines<'f>(
    format: &Format,
    account: &str,
    interface: &Interface,
    flows: impl IntoIterator<Item = (&'f Flow, &'f Count)>,
) -> Vec<String> {
    let mut merged: BTreeMap<Flow, Count> = BTreeMap::new();
    for (flow, count) in flows {
        let mut flow = *flow;
        if !format.tells_packet_addresses() {
            (flow.source, flow.destination) = near_addresses(interface, &flow);
        }
        merged.entry(flow).and_modify(|sum| sum.add(count)).or_insert(*count);
    }
    merged.iter().map(|(flow, count)| line(format, account, interface, Status::Ok(flow, count))).collect()
}

/// The action of a line of a format that tells it.
pub fn action_of(format: &Format, line: &str) -> Option<Action> {
    let place = format.fields().iter().position(|field| *field == Field::Action)?;
    match line.split(' ').nth(place)? {
        "ACCEPT" => Some(Action::Accept),
        "REJECT" => Some(Action::Reject),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ringwall_model::id::ResourceId;

    pub(crate) fn interface(number: u128) -> Interface {
        Interface {
            id: ResourceId::from_random(number),
            vpc: ResourceId::from_random(1),
            subnet: ResourceId::from_random(2),
            instance: Some(ResourceId::from_random(3)),
            primary: Some([10, 0, 0, 220].into()),
            router: [10, 0, 0, 1].into(),
            resolver: Some([10, 0, 0, 2].into()),
            region: "us-east-1".into(),
            zone_id: "use1-az1".into(),
            is_up: true,
        }
    }

    pub(crate) fn flow(direction: Direction, source: [u8; 4], destination: [u8; 4]) -> Flow {
        Flow {
            interface: 1,
            direction,
            action: Action::Accept,
            source: source.into(),
            destination: destination.into(),
            source_port: 49_152,
            destination_port: 443,
            protocol: 6,
        }
    }

    pub(crate) const COUNT: Count =
        Count { packets: 20, bytes: 4249, tcp_flags: 3, first: 1_418_530_010, last: 1_418_530_070, path: Some(8) };

    #[test]
    fn a_default_line_is_as_awss_sample() {
        let flow = flow(Direction::Ingress, [172, 31, 16, 139], [10, 0, 0, 220]);
        let line = line(&Format::default(), "123456789010", &interface(7), Status::Ok(&flow, &COUNT));
        assert_eq!(
            line,
            "2 123456789010 eni-00000000000000007 172.31.16.139 10.0.0.220 49152 443 6 20 4249 1418530010 1418530070 \
             ACCEPT OK"
        );
    }

    #[test]
    fn without_traffic_there_are_dashes() {
        let format = Format::default();
        let empty = line(&format, "123456789010", &interface(7), Status::NoData(1_431_280_876, 1_431_280_934));
        let expected = "2 123456789010 eni-00000000000000007 - - - - - - - 1431280876 1431280934 - NODATA";
        assert_eq!(empty, expected, "FL-16");
        let lost = line(&format, "123456789010", &interface(7), Status::SkipData(1, 2));
        assert_eq!(lost, "2 123456789010 eni-00000000000000007 - - - - - - - 1 2 - SKIPDATA", "FL-15");
    }

    #[test]
    fn a_hop_in_between_is_named_and_the_packet_keeps_its_ends() {
        let format = Format::parse("${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr}").unwrap();
        let through = flow(Direction::Ingress, [10, 0, 1, 5], [203, 0, 113, 5]);
        let told = line(&format, "", &interface(7), Status::Ok(&through, &COUNT));
        assert_eq!(told, "10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5", "FL-19");
    }

    #[test]
    fn fields_of_later_versions() {
        let format = Format::parse(
            "${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} ${region} ${az-id} ${sublocation-type} \
             ${pkt-src-aws-service} ${flow-direction} ${traffic-path} ${ecs-task-id} ${reject-reason}",
        );
        let format = format.unwrap();
        let flow = flow(Direction::Egress, [10, 0, 0, 220], [203, 0, 113, 5]);
        let told = line(&format, "", &interface(7), Status::Ok(&flow, &COUNT));
        let ids = "vpc-00000000000000001 subnet-00000000000000002 i-00000000000000003";
        assert_eq!(told, format!("{ids} 3 IPv4 us-east-1 use1-az1 - - egress 8 - -"), "FL-6, FL-21 to FL-24");
        let back = Flow { direction: Direction::Ingress, ..flow };
        let told = line(&format, "", &interface(7), Status::Ok(&back, &COUNT));
        assert_eq!(told, format!("{ids} 3 IPv4 us-east-1 use1-az1 - - ingress - - -"), "FL-23: egress only");
    }

    #[test]
    fn flows_to_two_addresses_of_the_interface_are_one_record_unless_they_are_told_apart() {
        let one = flow(Direction::Ingress, [10, 0, 9, 9], [10, 0, 0, 220]);
        let other = flow(Direction::Ingress, [10, 0, 9, 9], [10, 0, 0, 221]);
        let flows = [(&one, &COUNT), (&other, &COUNT)];
        let short = Format::parse("${dstaddr} ${packets}").unwrap();
        assert_eq!(lines(&short, "", &interface(1), flows), ["10.0.0.220 40"], "FL-17");
        let long = Format::parse("${dstaddr} ${pkt-dstaddr} ${packets}").unwrap();
        let apart = ["10.0.0.220 10.0.0.220 20", "10.0.0.220 10.0.0.221 20"];
        assert_eq!(lines(&long, "", &interface(1), flows), apart);
    }
}
