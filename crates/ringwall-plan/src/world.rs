//! The World of a snapshot.
//!
//! Parts whose records did not change are taken over from the World before, so that whoever derives something from them
//! finds the same part at the same revision.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{NatGatewayId, NetworkInterfaceId, VpcId};
use ringwall_model::limits::{NAT_CONNECTIONS_PER_DESTINATION, SESSIONS_PER_INTERFACE};
use ringwall_model::resource::network_interface::InterfaceKind;
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::security_group::PeerRecord;
use ringwall_model::resource::{self as record};
use ringwall_model::session::Timeouts;
use ringwall_model::world::{
    AclEntry, GatewayEndpoint, Interface, NatGateway, NetworkAcl, Peer, PrefixList, PrivateAddress, Route,
    RouteDestination, RouteTable, RouteTarget, SecurityGroup, SecurityGroupRule, Subnet, Vpc, World,
};
use ringwall_net::Prefix;
use ringwall_store::{Region, Row, Snapshot};

/// Makes one World after the other.
#[derive(Clone, Debug)]
pub struct Planner {
    last: World,
    session_limit: u32,
}

impl Default for Planner {
    fn default() -> Self {
        Planner::new(SESSIONS_PER_INTERFACE)
    }
}

impl Planner {
    /// A planner for nodes whose interfaces track so many sessions at most.
    pub fn new(session_limit: u32) -> Planner {
        Planner { last: World::default(), session_limit }
    }

    /// The World of a snapshot: all Regions in one, since ids are never shared.
    pub fn plan(&mut self, snapshot: &Snapshot) -> Arc<World> {
        let mut world = World { revision: snapshot.revision, ..World::default() };
        for region in snapshot.regions.values() {
            self.plan_region(region, &mut world);
        }
        self.last = world.clone();
        Arc::new(world)
    }

    fn plan_region(&self, region: &Region, world: &mut World) {
        for vpc in region.vpcs.iter() {
            let resolver = vpc.ipv4.first().filter(|_| vpc.enable_dns_support).and_then(|own| own.block.0.nth(2));
            world.vpcs.insert(vpc.id, Vpc { internet_gateway: gateway_of(region, vpc.id), resolver });
        }
        for (id, row) in region.prefix_lists.rows() {
            let part = kept(&self.last.prefix_lists, id, row, |part| part.changed, prefix_list);
            world.prefix_lists.insert(*id, part);
        }
        for (id, row) in region.network_acls.rows() {
            let part = kept(&self.last.network_acls, id, row, |part| part.changed, network_acl);
            world.network_acls.insert(*id, part);
        }
        for (id, row) in region.security_groups.rows() {
            let part = kept(&self.last.security_groups, id, row, |part| part.changed, security_group);
            world.security_groups.insert(*id, part);
        }
        let public = public_addresses(region);
        for interface in region.network_interfaces.iter() {
            world.interfaces.insert(interface.id, self.interface(region, interface, &public));
        }
        for gateway in region.nat_gateways.iter() {
            if let Some((id, planned)) = nat_gateway(gateway) {
                world.nat_gateways.insert(id, planned);
            }
        }
        for endpoint in region.vpc_endpoints.iter().filter(|endpoint| endpoint.prefix_list().is_some()) {
            // of the two services with gateway endpoints, this is the one whose flows are always tracked (SG-17)
            let always_tracked = endpoint.service == "dynamodb";
            world.gateway_endpoints.insert(endpoint.id, GatewayEndpoint { vpc: endpoint.vpc, always_tracked });
        }
        for table in region.route_tables.iter() {
            let routes = routes(region, table, world);
            let part = match self.last.route_tables.get(&table.id) {
                Some(last) if last.routes == routes => last.clone(),
                _ => Arc::new(RouteTable { changed: world.revision, routes }),
            };
            world.route_tables.insert(table.id, part);
        }
        for subnet in region.subnets.iter() {
            let main = region.route_tables.iter().find(|table| table.vpc == subnet.vpc && table.main.is_some());
            let explicit = subnet.route_table.map(|association| association.table);
            let Some(route_table) = explicit.or(main.map(|table| table.id)) else { continue };
            let planned = Subnet {
                vpc: subnet.vpc,
                ipv4: subnet.ipv4.0,
                ipv6: subnet.ipv6.as_ref().map(|own| own.block.0),
                route_table,
                network_acl: subnet.network_acl,
                router: subnet.router_mac.0,
            };
            world.subnets.insert(subnet.id, planned);
        }
    }

    fn interface(
        &self,
        region: &Region,
        interface: &record::NetworkInterface,
        public: &BTreeMap<(NetworkInterfaceId, Ipv4Addr), Ipv4Addr>,
    ) -> Interface {
        let private = |address: &Ipv4Addr| PrivateAddress {
            address: *address,
            public: public.get(&(interface.id, *address)).copied(),
        };
        let tracking = interface.connection_tracking;
        let default = Timeouts::default();
        Interface {
            vpc: interface.vpc,
            subnet: interface.subnet,
            mac: interface.mac.0,
            up: is_up(region, interface),
            ipv4: interface.ipv4.iter().map(private).collect(),
            ipv6: interface.ipv6.clone(),
            groups: interface.groups.clone(),
            source_dest_check: interface.source_dest_check,
            timeouts: Timeouts {
                tcp_established: tracking.tcp_established.unwrap_or(default.tcp_established),
                udp: tracking.udp.unwrap_or(default.udp),
                udp_stream: tracking.udp_stream.unwrap_or(default.udp_stream),
            },
            session_limit: self.session_limit,
        }
    }
}

/// A NAT gateway, if it translates.
fn nat_gateway(gateway: &record::NatGateway) -> Option<(NatGatewayId, NatGateway)> {
    let interface = gateway.interface.filter(|_| gateway.is_available())?;
    let lending = gateway.addresses.iter().filter(|address| address.drained.is_none());
    let planned = NatGateway {
        interface,
        addresses: lending.map(|address| address.private).collect(),
        connection_limit: NAT_CONNECTIONS_PER_DESTINATION,
        port_seed: gateway.port_seed,
    };
    Some((gateway.id, planned))
}

/// Whether packets reach the interface: it is attached to an instance that has links, or there by itself.
pub fn is_up(region: &Region, interface: &record::NetworkInterface) -> bool {
    if interface.kind != InterfaceKind::Interface {
        return true;
    }
    let instance = interface.attachment.and_then(|attachment| region.instances.get(&attachment.instance));
    instance.is_some_and(|instance| instance.state.has_links())
}

fn gateway_of(region: &Region, vpc: VpcId) -> Option<ringwall_model::id::InternetGatewayId> {
    region.internet_gateways.iter().find(|gateway| gateway.vpc == Some(vpc)).map(|gateway| gateway.id)
}

/// Takes over the part of the World before if its record did not change.
fn kept<Id: Ord, R, P>(
    last: &BTreeMap<Id, Arc<P>>,
    id: &Id,
    row: &Row<R>,
    changed: impl Fn(&P) -> u64,
    make: impl Fn(&R, u64) -> P,
) -> Arc<P> {
    match last.get(id) {
        Some(part) if changed(part) == row.changed => part.clone(),
        _ => Arc::new(make(&row.record, row.changed)),
    }
}

fn prefix_list(list: &record::PrefixList, changed: u64) -> PrefixList {
    PrefixList { changed, prefixes: list.entries().map(|(block, _)| block.0).collect() }
}

fn network_acl(acl: &record::NetworkAcl, changed: u64) -> NetworkAcl {
    let entries = |entries: &BTreeMap<u16, record::network_acl::AclEntryRecord>| {
        let entry = |(number, entry): (&u16, &record::network_acl::AclEntryRecord)| AclEntry {
            number: *number,
            allow: entry.allow,
            prefix: entry.block.0,
            traffic: entry.traffic,
        };
        entries.iter().map(entry).collect()
    };
    NetworkAcl { changed, ingress: entries(&acl.ingress), egress: entries(&acl.egress) }
}

fn security_group(group: &record::SecurityGroup, changed: u64) -> SecurityGroup {
    let rules = |is_egress: bool| {
        let own = group.rules.iter().filter(move |(_, rule)| rule.is_egress == is_egress);
        let rule = |(id, rule): (&_, &record::security_group::RuleRecord)| SecurityGroupRule {
            id: *id,
            peer: match rule.peer {
                PeerRecord::Cidr(block) => Peer::Prefix(block.0),
                PeerRecord::PrefixList(list) => Peer::PrefixList(list),
                PeerRecord::Group(group) => Peer::Group(group),
            },
            traffic: rule.traffic,
        };
        own.map(rule).collect()
    };
    SecurityGroup { changed, ingress: rules(false), egress: rules(true) }
}

/// The public addresses by interface and private address: Elastic ones, and those given at launch.
fn public_addresses(region: &Region) -> BTreeMap<(NetworkInterfaceId, Ipv4Addr), Ipv4Addr> {
    let mut public = BTreeMap::new();
    for interface in region.network_interfaces.iter() {
        if let (Some(address), Some(primary)) = (interface.auto_public, interface.ipv4.first()) {
            public.insert((interface.id, *primary), address);
        }
    }
    for address in region.addresses.iter() {
        if let Some(association) = address.association {
            public.insert((association.interface, association.private), address.public);
        }
    }
    public
}

/// The routes of a table: the local ones of the VPC's blocks (RT-6), then its own, with what their targets have come to
/// (RT-26).
fn routes(region: &Region, table: &record::RouteTable, world: &World) -> Vec<Route> {
    let Some(vpc) = region.vpcs.get(&table.vpc) else { return Vec::new() };
    let blocks = vpc.ipv4.iter().map(|own| Prefix::V4(own.block.0));
    let blocks = blocks.chain(vpc.ipv6.iter().map(|own| Prefix::V6(own.block.0)));
    let local = blocks.map(|block| {
        let replaced = table.replaced_local.get(&record::traffic::Text(block));
        let target = replaced.map_or(RouteTarget::Local, |interface| interface_target(world, *interface));
        Route { destination: RouteDestination::Prefix(block), target }
    });
    let own = table.routes.iter().map(|route| {
        let target = match route.target {
            RouteTargetRecord::InternetGateway(id) => {
                let attached = region.internet_gateways.get(&id).is_some_and(|gateway| gateway.vpc == Some(table.vpc));
                if attached { RouteTarget::InternetGateway(id) } else { RouteTarget::Blackhole }
            }
            RouteTargetRecord::EgressOnlyInternetGateway(id) => {
                let there = region.egress_only_internet_gateways.get(&id).is_some();
                if there { RouteTarget::EgressOnlyInternetGateway(id) } else { RouteTarget::Blackhole }
            }
            RouteTargetRecord::NetworkInterface(id) => interface_target(world, id),
            RouteTargetRecord::NatGateway(id) if world.nat_gateways.contains_key(&id) => RouteTarget::NatGateway(id),
            RouteTargetRecord::GatewayEndpoint(id) if world.gateway_endpoints.contains_key(&id) => {
                RouteTarget::GatewayEndpoint(id)
            }
            RouteTargetRecord::NatGateway(_) | RouteTargetRecord::GatewayEndpoint(_) => RouteTarget::Blackhole,
        };
        Route { destination: route.destination, target }
    });
    local.chain(own).collect()
}

fn interface_target(world: &World, id: NetworkInterfaceId) -> RouteTarget {
    match world.interfaces.get(&id) {
        Some(interface) if interface.up => RouteTarget::NetworkInterface(id),
        _ => RouteTarget::Blackhole,
    }
}
