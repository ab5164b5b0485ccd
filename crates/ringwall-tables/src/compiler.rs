//! From a World to an image, doing again only what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use ringwall_abi::code::{INTERFACE_NAT_GATEWAY, SLOTS, VPC_SLOTS};
use ringwall_abi::record::{Bits, EndpointRecord, PublicRecord, VpcRecord};
use ringwall_model::id::{
    NetworkAclId, NetworkInterfaceId, PrefixListId, RouteTableId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId,
};
use ringwall_model::session::Direction;
use ringwall_model::world::{Interface, RouteDestination, RouteTarget, World};
use ringwall_net::Family;

use crate::edge::internet_gateway::public_addresses;
use crate::edge::nat_gateway;
use crate::eni::interface::{References, record};
use crate::eni::security_group;
use crate::image::{Banked, Image};
use crate::mapped;
use crate::names::Names;
use crate::numbers::{Counter, HighWater, Slots};
use crate::rule_set::RuleSet;
use crate::subnet::network_acl;
use crate::subnet::route_table::{self, RouteTable};

/// A part of a World at the revision at which it last changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartVersion {
    /// a security group
    Group(SecurityGroupId, u64),
    /// a prefix list, if it is there
    PrefixList(PrefixListId, Option<u64>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RuleSetKey {
    Groups(BTreeSet<SecurityGroupId>, Vec<PartVersion>, Direction, Family),
    Acl(NetworkAclId, Option<u64>, Direction, Family),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RouteTableKey {
    table: RouteTableId,
    changed: Option<u64>,
    lists: Vec<PartVersion>,
    targets: Vec<(NetworkInterfaceId, Option<u32>)>,
    endpoints: Vec<(VpcEndpointId, Option<bool>)>,
}

impl RouteTableKey {
    fn new(table: RouteTableId) -> RouteTableKey {
        RouteTableKey { table, changed: None, lists: vec![], targets: vec![], endpoints: vec![] }
    }
}

/// The fabric's ends of links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// of interfaces that are up; a NAT gateway's needs none
    pub interfaces: BTreeMap<NetworkInterfaceId, u32>,
    /// of VPCs, to their services
    pub services: BTreeMap<VpcId, u32>,
}

/// The node has no room for what the World holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// more interfaces than slots
    Interfaces,
    /// more VPCs than slots
    Vpcs,
}

/// Turns one World after the other into images, with numbers that stay the same for what stays the same.
#[derive(Clone, Debug)]
pub struct Compiler {
    vpc_slots: Slots<VpcId>,
    interface_slots: Slots<NetworkInterfaceId>,
    interface_ids: BTreeMap<NetworkInterfaceId, (u32, u32)>,
    subnets: BTreeMap<SubnetId, u32>,
    identities: BTreeMap<Arc<BTreeSet<SecurityGroupId>>, u32>,
    rule_sets: BTreeMap<RuleSetKey, (u32, Arc<RuleSet>)>,
    route_tables: BTreeMap<RouteTableKey, (u32, Arc<RouteTable>)>,
    next_interface: Counter,
    next_subnet: Counter,
    next_identity: Counter,
    next_rule_set: Counter,
    next_route_table: Counter,
    next_epoch: Counter,
    last: Image,
    names: Arc<RwLock<Names>>,
}

impl Compiler {
    /// A compiler that gives out numbers above those that are in use already.
    pub fn new(used: HighWater) -> Compiler {
        Compiler {
            vpc_slots: Slots::new(VPC_SLOTS),
            interface_slots: Slots::new(SLOTS),
            interface_ids: BTreeMap::new(),
            subnets: BTreeMap::new(),
            identities: BTreeMap::new(),
            rule_sets: BTreeMap::new(),
            route_tables: BTreeMap::new(),
            next_interface: Counter::after(used.interface),
            next_subnet: Counter::after(used.subnet),
            next_identity: Counter::after(used.identity),
            next_rule_set: Counter::after(used.rule_set),
            next_route_table: Counter::after(used.route_table),
            next_epoch: Counter::after(used.epoch),
            last: Image::default(),
            names: Arc::default(),
        }
    }

    /// Gives an interface the slot and number that it had before a restart, so that its sessions stay its own.
    pub fn restore(&mut self, interface: NetworkInterfaceId, ifindex: u32, slot: u32, id: u32) {
        self.interface_slots.restore(interface, slot);
        self.interface_ids.insert(interface, (ifindex, id));
    }

    /// What the numbers in the last images mean; it keeps up with every image.
    pub fn names(&self) -> &Arc<RwLock<Names>> {
        &self.names
    }

    /// The image of a World. An interface that is up but has no link yet counts as down; only NAT gateways need none.
    pub fn compile(&mut self, world: &World, links: &Links) -> Result<Image, Overflow> {
        self.forget(world);
        let mut image = Image::default();
        let translating: BTreeSet<NetworkInterfaceId> =
            world.nat_gateways.values().map(|gateway| gateway.interface).collect();
        let up = |id: &NetworkInterfaceId| match world.interfaces.get(id) {
            Some(interface) if !interface.up => None,
            Some(_) if translating.contains(id) => Some(0),
            Some(_) => links.interfaces.get(id).copied(),
            None => None,
        };
        for (id, interface) in &world.interfaces {
            self.vpc_slots.of(&interface.vpc).ok_or(Overflow::Vpcs)?;
            if let Some(ifindex) = up(id) {
                let slot = self.interface_slots.of(id).ok_or(Overflow::Interfaces)?;
                self.number_interface(*id, ifindex);
                if ifindex != 0 {
                    image.links.insert(ifindex, slot);
                }
            }
        }
        for (vpc, ifindex) in &links.services {
            if world.vpcs.contains_key(vpc) {
                image.service_links.insert(*ifindex, self.vpc_slots.of(vpc).ok_or(Overflow::Vpcs)?);
            }
        }
        let mut used_rules = BTreeSet::new();
        let mut used_routes = BTreeSet::new();
        for (id, interface) in &world.interfaces {
            let slot = up(id).and_then(|_| self.interface_slots.get(id)).unwrap_or(0);
            self.lower_addresses(world, interface, slot, &mut image.banked);
            if slot != 0 {
                self.lower_interface(world, *id, interface, slot, &mut image, &mut used_rules, &mut used_routes);
            }
        }
        self.rule_sets.retain(|key, _| used_rules.contains(key));
        self.route_tables.retain(|key, _| used_routes.contains(key));
        for gateway in world.nat_gateways.values() {
            let Some(slot) = self.interface_slots.get(&gateway.interface) else { continue };
            image.banked.nat_gateways.insert(slot, nat_gateway::record(gateway));
            if let Some(interface) = image.banked.interfaces.get_mut(&slot) {
                interface.flags |= INTERFACE_NAT_GATEWAY;
            }
        }
        self.lower_identities(&mut image);
        self.number_epochs(world, &mut image);
        let tables = self.route_tables_by_number();
        self.names.write().unwrap_or_else(PoisonError::into_inner).note(&image, world, &self.interface_ids, &tables);
        self.last = image.clone();
        Ok(image)
    }

    fn forget(&mut self, world: &World) {
        self.vpc_slots.retain(|id| world.vpcs.contains_key(id));
        self.interface_slots.retain(|id| world.interfaces.get(id).is_some_and(|interface| interface.up));
        self.interface_ids.retain(|id, _| world.interfaces.get(id).is_some_and(|interface| interface.up));
        self.subnets.retain(|id, _| world.subnets.contains_key(id));
        let held: BTreeSet<_> = world.interfaces.values().map(|interface| &interface.groups).collect();
        self.identities.retain(|groups, _| held.contains(groups));
    }

    /// An interface keeps its number as long as it keeps its link: sessions belong to both.
    fn number_interface(&mut self, id: NetworkInterfaceId, ifindex: u32) -> u32 {
        match self.interface_ids.get(&id) {
            Some((link, number)) if *link == ifindex => *number,
            _ => {
                let number = self.next_interface.advance();
                self.interface_ids.insert(id, (ifindex, number));
                number
            }
        }
    }

    fn identity(&mut self, groups: &Arc<BTreeSet<SecurityGroupId>>) -> u32 {
        *self.identities.entry(groups.clone()).or_insert_with(|| self.next_identity.advance())
    }

    fn lower_addresses(&mut self, world: &World, interface: &Interface, slot: u32, banked: &mut Banked) {
        let identity = self.identity(&interface.groups);
        let vpc = self.vpc_slots.get(&interface.vpc).unwrap_or(0);
        for own in &interface.ipv4 {
            let has_gateway = world.vpcs.get(&interface.vpc).is_some_and(|vpc| vpc.internet_gateway.is_some());
            let public_v4 = own.public.filter(|_| has_gateway).map_or([0; 4], |public| public.octets());
            banked.endpoints.insert((vpc, mapped(own.address.into())), EndpointRecord { slot, identity, public_v4 });
        }
        for own in &interface.ipv6 {
            banked.endpoints.insert((vpc, mapped((*own).into())), EndpointRecord { slot, identity, public_v4: [0; 4] });
        }
        if slot != 0 {
            for (public, private) in public_addresses(world, interface) {
                banked.public_addresses.insert(mapped(public), PublicRecord { slot, private: mapped(private) });
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of compile, which owns what it fills")]
    fn lower_interface(
        &mut self,
        world: &World,
        id: NetworkInterfaceId,
        interface: &Interface,
        slot: u32,
        image: &mut Image,
        used_rules: &mut BTreeSet<RuleSetKey>,
        used_routes: &mut BTreeSet<RouteTableKey>,
    ) {
        let Some(subnet) = world.subnets.get(&interface.subnet) else { return };
        let number = *self.subnets.entry(interface.subnet).or_insert_with(|| self.next_subnet.advance());
        let (ifindex, own_number) = self.interface_ids[&id];
        let mut references = References {
            id: own_number,
            ifindex,
            vpc: self.vpc_slots.get(&interface.vpc).unwrap_or(0),
            subnet: number,
            identity: self.identity(&interface.groups),
            ..References::default()
        };
        let directions = [Direction::In, Direction::Out];
        for (family_index, family) in Family::ALL.into_iter().enumerate() {
            for (direction_index, direction) in directions.into_iter().enumerate() {
                let versions = security_group::versions(world, &interface.groups, direction);
                let groups = RuleSetKey::Groups((*interface.groups).clone(), versions, direction, family);
                references.group_rules[family_index][direction_index] = self.rule_set(world, groups, image, used_rules);
                let changed = world.network_acls.get(&subnet.network_acl).map(|acl| acl.changed);
                let acl = RuleSetKey::Acl(subnet.network_acl, changed, direction, family);
                references.acl_rules[family_index][direction_index] = self.rule_set(world, acl, image, used_rules);
            }
        }
        references.route_table = self.route_table(world, subnet.route_table, image, used_routes);
        image.banked.interfaces.insert(slot, record(interface, subnet, references));
        image.banked.neighbours.insert((number, interface.mac.0), slot);
    }

    fn rule_set(&mut self, world: &World, key: RuleSetKey, image: &mut Image, used: &mut BTreeSet<RuleSetKey>) -> u32 {
        let (number, set) = self.rule_sets.entry(key.clone()).or_insert_with(|| {
            let (family, rules) = match &key {
                RuleSetKey::Groups(groups, _, direction, family) => {
                    (*family, security_group::rules(world, groups, *direction, *family))
                }
                RuleSetKey::Acl(acl, _, direction, family) => {
                    (*family, network_acl::rules(world, *acl, *direction, *family))
                }
            };
            (self.next_rule_set.advance(), Arc::new(RuleSet::compile(family, &rules)))
        });
        image.rule_sets.insert(*number, set.clone());
        used.insert(key);
        *number
    }

    fn route_table(
        &mut self,
        world: &World,
        table: RouteTableId,
        image: &mut Image,
        used: &mut BTreeSet<RouteTableKey>,
    ) -> u32 {
        let content = world.route_tables.get(&table);
        let slots = &self.interface_slots;
        let mut key =
            RouteTableKey { table, changed: content.map(|content| content.changed), ..RouteTableKey::new(table) };
        for route in content.into_iter().flat_map(|content| &content.routes) {
            if let RouteDestination::PrefixList(list) = route.destination {
                let changed = world.prefix_lists.get(&list).map(|content| content.changed);
                key.lists.push(PartVersion::PrefixList(list, changed));
            }
            match route.target {
                RouteTarget::NetworkInterface(id) => key.targets.push((id, slots.get(&id))),
                RouteTarget::NatGateway(id) => {
                    key.targets
                        .extend(world.nat_gateways.get(&id).map(|own| (own.interface, slots.get(&own.interface))));
                }
                RouteTarget::GatewayEndpoint(id) => {
                    let endpoint = world.gateway_endpoints.get(&id);
                    key.endpoints.push((id, endpoint.map(|endpoint| endpoint.always_tracked)));
                }
                _ => {}
            }
        }
        let (number, compiled) = self.route_tables.entry(key.clone()).or_insert_with(|| {
            (self.next_route_table.advance(), Arc::new(route_table::compile(world, table, |id| slots.get(&id))))
        });
        image.route_tables.insert(*number, compiled.clone());
        used.insert(key);
        *number
    }

    fn route_tables_by_number(&self) -> BTreeMap<u32, RouteTableId> {
        self.route_tables.iter().map(|(key, (number, _))| (*number, key.table)).collect()
    }

    fn lower_identities(&self, image: &mut Image) {
        let mut bits: BTreeMap<(u32, u32), Bits> = BTreeMap::new();
        for (rule_set, content) in &image.rule_sets {
            if content.groups.is_empty() {
                continue;
            }
            for (groups, identity) in &self.identities {
                let key = (*rule_set, *identity);
                if let Some(known) = self.last.identities.get(&key) {
                    bits.insert(key, *known);
                } else if let Some(rules) = content.rules_naming(groups.iter()) {
                    bits.insert(key, rules);
                }
            }
        }
        image.identities = bits;
    }

    /// Gives a VPC a new epoch if anything changed that a judgement in it could have been made from. Who holds a public
    /// address concerns every VPC.
    fn number_epochs(&mut self, world: &World, image: &mut Image) {
        let last = &self.last.banked;
        let mut changed: BTreeSet<u32> = BTreeSet::new();
        note_changes(&last.interfaces, &image.banked.interfaces, |_, record| record.vpc, &mut changed);
        note_changes(&last.endpoints, &image.banked.endpoints, |(vpc, _), _| *vpc, &mut changed);
        let everywhere = last.public_addresses != image.banked.public_addresses;
        let epoch = self.next_epoch.advance();
        for (vpc, content) in &world.vpcs {
            let Some(slot) = self.vpc_slots.get(vpc) else { continue };
            let kept = last.vpcs.get(&slot).filter(|_| !everywhere && !changed.contains(&slot));
            let services = image.service_links.iter().find(|(_, vpc)| **vpc == slot).map_or(0, |(ifindex, _)| *ifindex);
            let resolver = content.resolver.map_or([0; 4], |address| address.octets());
            let record = VpcRecord { epoch: kept.map_or(epoch, |record| record.epoch), services, resolver };
            image.banked.vpcs.insert(slot, record);
        }
    }
}

fn note_changes<K: Ord, V: PartialEq>(
    old: &BTreeMap<K, V>,
    new: &BTreeMap<K, V>,
    vpc: impl Fn(&K, &V) -> u32,
    changed: &mut BTreeSet<u32>,
) {
    for (key, value) in old {
        if new.get(key) != Some(value) {
            changed.insert(vpc(key, value));
        }
    }
    for (key, value) in new {
        if !old.contains_key(key) {
            changed.insert(vpc(key, value));
        }
    }
}
