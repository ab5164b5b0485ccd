//! Questions and answers, as clients see them.

mod names;
mod properties;
mod protocol;
mod upstream;

use std::net::IpAddr;

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name};
use domain::rdata::AllRecordData;
use ringwall_model::resource::traffic::Text;
use ringwall_model::services::{InstanceServices, InterfaceServices, NameRecord, SharedServices, VpcServices};

use crate::{Reply, SharedZones, Transport, Zones, respond};

/// A VPC and everything that all share, as the tests have it.
pub(crate) struct World {
    pub shared: SharedServices,
    pub vpc: VpcServices,
}

pub(crate) const INSTANCE: &str = "i-0123456789abcdef0";

fn text<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Text<T> {
    Text(text.parse().unwrap())
}

pub(crate) fn record(name: &str, addresses: &[&str]) -> NameRecord {
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    NameRecord { name: name.to_owned(), addresses }
}

impl World {
    /// One instance at 10.0.0.5, with the public address 198.51.100.7; another VPC has 198.51.100.8.
    pub fn new() -> World {
        let interface = InterfaceServices {
            id: "eni-0123456789abcdef0".parse().unwrap(),
            device_index: 0,
            mac: text("06:00:00:00:00:01"),
            vpc: "vpc-0123456789abcdef0".parse().unwrap(),
            subnet: "subnet-0123456789abcdef0".parse().unwrap(),
            subnet_ipv4: text("10.0.0.0/24"),
            subnet_ipv6: None,
            ipv4: vec![("10.0.0.5".parse().unwrap(), Some("198.51.100.7".parse().unwrap()))],
            ipv6: vec!["2001:db8::5".parse().unwrap()],
            groups: vec![],
        };
        let instance = InstanceServices {
            image: "ami-host".into(),
            reservation: "r-0123456789abcdef0".parse().unwrap(),
            launch_index: 0,
            instance_type: "t3.micro".into(),
            architecture: "x86_64".into(),
            launched: 0,
            zone: "us-east-1a".into(),
            hostname_type: Default::default(),
            resource_name_records: Default::default(),
            options: Default::default(),
            tags: Default::default(),
            user_data: None,
            interfaces: vec![interface],
        };
        let vpc = VpcServices {
            region: "us-east-1".into(),
            ipv4: vec![text("10.0.0.0/16"), text("100.64.0.0/24")],
            ipv6: vec![text("2001:db8::/56")],
            dns_support: true,
            dns_hostnames: true,
            names: vec![],
            public: [("198.51.100.7".parse().unwrap(), "10.0.0.5".parse().unwrap())].into(),
            instances: [(INSTANCE.parse().unwrap(), instance)].into(),
        };
        let named = ["198.51.100.7", "198.51.100.8"].map(|own| (own.parse().unwrap(), "us-east-1".to_owned()));
        let shared = SharedServices {
            public_blocks: vec![text("198.51.100.0/24")],
            public_names: named.into(),
            ..SharedServices::default()
        };
        World { shared, vpc }
    }

    pub fn instance(&mut self) -> &mut InstanceServices {
        self.vpc.instances.values_mut().next().unwrap()
    }

    pub fn respond(&self, message: &[u8], transport: Transport) -> Reply {
        respond(message, transport, &Zones::new(&self.vpc), &SharedZones::new(&self.shared), 0)
    }

    /// What a client reads in the answer to a question.
    pub fn ask(&self, name: &str, kind: Rtype) -> Told {
        self.ask_turn(name, kind, 0)
    }

    pub fn ask_turn(&self, name: &str, kind: Rtype, turn: usize) -> Told {
        let (zones, shared) = (Zones::new(&self.vpc), SharedZones::new(&self.shared));
        match respond(&query(name, kind), Transport::Udp, &zones, &shared, turn) {
            Reply::Silence => Told::Nothing,
            Reply::Forward(_) => Told::Elsewhere,
            Reply::Answer(answer) => read(&answer),
        }
    }
}

/// What a client reads in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Nothing,
    Elsewhere,
    Addresses(Vec<IpAddr>),
    Pointer(String),
    /// there is no such name, by the word of that zone
    NoName(String),
    /// there is, but not of this type
    NoData(String),
    Failed(Rcode),
}

pub(crate) fn query(name: &str, kind: Rtype) -> Vec<u8> {
    query_of_class(name, kind, Class::IN)
}

pub(crate) fn query_of_class(name: &str, kind: Rtype, class: Class) -> Vec<u8> {
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(0x1234);
    builder.header_mut().set_rd(true);
    let mut question = builder.question();
    question.push((Name::vec_from_str(name).unwrap(), kind, class)).unwrap();
    question.finish()
}

pub(crate) fn read(answer: &[u8]) -> Told {
    let message = Message::from_octets(answer).unwrap();
    let header = message.header();
    assert!(header.qr() && header.ra() && !header.aa(), "a resolver's answer");
    assert_eq!(header.id(), 0x1234);
    let zone = || {
        let mut records = message.authority().unwrap();
        let soa = records.next().expect("RFC 2308: whose word it is").unwrap();
        assert_eq!((soa.rtype(), soa.ttl().as_secs()), (Rtype::SOA, crate::TTL));
        // Written once, in the letters of the question.
        soa.owner().to_string().to_ascii_lowercase()
    };
    let mut addresses = Vec::new();
    for record in message.answer().unwrap().into_records::<AllRecordData<_, _>>() {
        let record = record.unwrap();
        assert_eq!(record.ttl().as_secs(), crate::TTL);
        assert_eq!(record.owner(), message.sole_question().unwrap().qname());
        match record.data() {
            AllRecordData::A(a) => addresses.push(IpAddr::V4(a.addr())),
            AllRecordData::Aaaa(aaaa) => addresses.push(IpAddr::V6(aaaa.addr())),
            AllRecordData::Ptr(pointer) => return Told::Pointer(pointer.ptrdname().to_string()),
            other => panic!("{other:?}"),
        }
    }
    match header.rcode() {
        Rcode::NOERROR if addresses.is_empty() => Told::NoData(zone()),
        Rcode::NOERROR => Told::Addresses(addresses),
        Rcode::NXDOMAIN => Told::NoName(zone()),
        other => Told::Failed(other),
    }
}

pub(crate) fn addresses(texts: &[&str]) -> Told {
    Told::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
}
