//! Which names are Ringwall's, and what they stand for.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};

use ringwall_model::id::InstanceId;
use ringwall_model::services::{SharedServices, VpcServices};
use ringwall_net::{Ipv4Prefix, Ipv6Prefix};

use crate::book::Book;
use crate::{OwnedName, instance, reverse};

/// What is known of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// the zone that it is in
    pub zone: OwnedName,
    /// what it stands for
    pub data: Data,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// there is no such name
    NoName,
    /// there is, but it has no records
    Nothing,
    /// its addresses, of both families
    Addresses(Vec<IpAddr>),
    /// the name of an address
    Pointer(OwnedName),
}

/// What the resolvers of all VPCs know.
#[derive(Clone, Debug, Default)]
pub struct SharedZones {
    book: Book,
    blocks: Vec<Ipv4Prefix>,
    pub(crate) public_names: BTreeMap<Ipv4Addr, String>,
}

impl SharedZones {
    /// What the resolvers of all VPCs know by a configuration.
    pub fn new(shared: &SharedServices) -> SharedZones {
        SharedZones {
            book: Book::new(&shared.names),
            blocks: shared.public_blocks.iter().map(|block| block.0).collect(),
            public_names: shared.public_names.clone(),
        }
    }

    /// Whether an address is one of Ringwall's public ones.
    pub(crate) fn owns(&self, address: Ipv4Addr) -> bool {
        self.public_names.contains_key(&address) || self.blocks.iter().any(|block| block.contains(address))
    }
}

/// What the resolver of one VPC knows beside.
#[derive(Clone, Debug)]
pub struct Zones {
    pub(crate) region: String,
    pub(crate) ipv4: Vec<Ipv4Prefix>,
    pub(crate) ipv6: Vec<Ipv6Prefix>,
    pub(crate) answers: bool,
    pub(crate) has_names: bool,
    pub(crate) public: BTreeMap<Ipv4Addr, Ipv4Addr>,
    /// the addresses that the resource names of instances have
    pub(crate) instances: HashMap<InstanceId, Vec<IpAddr>>,
    book: Book,
}

impl Zones {
    /// What the resolver of a VPC knows by a configuration.
    pub fn new(vpc: &VpcServices) -> Zones {
        let instances = vpc.instances.iter();
        Zones {
            region: vpc.region.clone(),
            ipv4: vpc.ipv4.iter().map(|block| block.0).collect(),
            ipv6: vpc.ipv6.iter().map(|block| block.0).collect(),
            answers: vpc.dns_support,
            has_names: vpc.has_names(),
            public: vpc.public.clone(),
            instances: instances.map(|(id, own)| (*id, instance::resource_addresses(own))).collect(),
            // Private names of endpoints need both attributes (DNS-7).
            book: if vpc.has_names() { Book::new(&vpc.names) } else { Book::default() },
        }
    }

    /// Whether this resolver answers at all (DNS-5).
    pub fn answers(&self) -> bool {
        self.answers
    }

    /// What is known of a name; none if it is not Ringwall's. Private names of endpoints come first: they take the place of
    /// public ones of the same name (IFE-11).
    pub fn find(&self, shared: &SharedZones, wanted: &OwnedName) -> Option<Known> {
        self.book
            .find(wanted)
            .or_else(|| instance::private(self, wanted))
            .or_else(|| instance::public(self, shared, wanted))
            .or_else(|| reverse::find(self, shared, wanted))
            .or_else(|| shared.book.find(wanted))
    }
}
