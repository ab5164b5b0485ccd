//! Calls by chance: whatever is accepted leaves records that fit one another.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ringwall_model::id::{InstanceId, NetworkInterfaceId};
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::nat_gateway::{Connectivity, NatAddress};
use ringwall_model::resource::network_interface::InterfaceKind;
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::{Instance, NatGateway, NetworkInterface, RouteTable, Vpc, VpcEndpoint};
use ringwall_model::world::RouteDestination;
use ringwall_net::Prefix;
use ringwall_store::Region;

use super::fixture;
use super::operation::gateway_endpoint::tables_of;
use super::operation::nat_gateway;
use super::operation::route_table::{current_routes, local_blocks};
use crate::bench::Bench;

/// Calls and the parameters that are filled in: `{vpc}` and the like with an id that is there, `{v4}` with a block.
const CALLS: &[(&str, &[&str])] = &[
    ("CreateVpc", &["CidrBlock={vpc-block}", "CidrBlock={vpc-block}&AmazonProvidedIpv6CidrBlock=true"]),
    ("DeleteVpc", &["VpcId={vpc}"]),
    ("AssociateVpcCidrBlock", &["VpcId={vpc}&CidrBlock={v4}", "VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true"]),
    ("DisassociateVpcCidrBlock", &["AssociationId={vpc-cidr-assoc}"]),
    ("CreateSubnet", &["VpcId={vpc}&CidrBlock={v4}", "VpcId={vpc}&CidrBlock={v4}&Ipv6CidrBlock={v6}"]),
    ("CreateSubnet", &["VpcId={vpc}&CidrBlock={v4}", "VpcId={vpc}&CidrBlock={v4}&Ipv6CidrBlock={v6}"]),
    ("CreateDefaultSubnet", &["AvailabilityZone=us-east-1a", "AvailabilityZoneId=use1-az2"]),
    ("DeleteSubnet", &["SubnetId={subnet}"]),
    ("AssociateSubnetCidrBlock", &["SubnetId={subnet}&Ipv6CidrBlock={v6}"]),
    ("DisassociateSubnetCidrBlock", &["AssociationId={subnet-cidr-assoc}"]),
    ("ModifySubnetAttribute", &["SubnetId={subnet}&AssignIpv6AddressOnCreation.Value={bool}"]),
    ("CreateRouteTable", &["VpcId={vpc}"]),
    ("DeleteRouteTable", &["RouteTableId={rtb}"]),
    ("AssociateRouteTable", &["RouteTableId={rtb}&SubnetId={subnet}"]),
    ("DisassociateRouteTable", &["AssociationId={rtbassoc}"]),
    ("ReplaceRouteTableAssociation", &["AssociationId={rtbassoc}&RouteTableId={rtb}"]),
    ("CreateRoute", &["RouteTableId={rtb}&{destination}&{target}"]),
    ("CreateRoute", &["RouteTableId={rtb}&{destination}&{target}"]),
    (
        "ReplaceRoute",
        &["RouteTableId={rtb}&{destination}&{target}", "RouteTableId={rtb}&{destination}&LocalTarget=true"],
    ),
    ("DeleteRoute", &["RouteTableId={rtb}&{destination}"]),
    ("CreateInternetGateway", &[""]),
    ("DeleteInternetGateway", &["InternetGatewayId={igw}"]),
    ("AttachInternetGateway", &["InternetGatewayId={igw}&VpcId={vpc}"]),
    ("DetachInternetGateway", &["InternetGatewayId={igw}&VpcId={vpc}"]),
    ("CreateEgressOnlyInternetGateway", &["VpcId={vpc}"]),
    ("DeleteEgressOnlyInternetGateway", &["EgressOnlyInternetGatewayId={eigw}"]),
    ("CreateNatGateway", &["SubnetId={subnet}&AllocationId={eipalloc}", "SubnetId={subnet}&ConnectivityType=private"]),
    ("DeleteNatGateway", &["NatGatewayId={nat}"]),
    ("AssociateNatGatewayAddress", &["NatGatewayId={nat}&AllocationId.1={eipalloc}"]),
    ("DisassociateNatGatewayAddress", &["{nat-association}&MaxDrainDurationSeconds=9"]),
    ("AssignPrivateNatGatewayAddress", &["NatGatewayId={nat}&PrivateIpAddressCount=2"]),
    ("UnassignPrivateNatGatewayAddress", &["NatGatewayId={nat}&PrivateIpAddress.1={nat-private}"]),
    (
        "CreateVpcEndpoint",
        &[
            "VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.s3&RouteTableId.1={rtb}",
            "VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.s3&VpcEndpointType=Interface&SubnetId.1={subnet}",
            "VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.ec2&VpcEndpointType=Interface&PrivateDnsEnabled=false",
        ],
    ),
    (
        "ModifyVpcEndpoint",
        &[
            "VpcEndpointId={vpce}&AddRouteTableId.1={rtb}",
            "VpcEndpointId={vpce}&RemoveRouteTableId.1={rtb}",
            "VpcEndpointId={vpce}&AddSubnetId.1={subnet}",
            "VpcEndpointId={vpce}&RemoveSubnetId.1={subnet}",
            "VpcEndpointId={vpce}&PrivateDnsEnabled={bool}",
        ],
    ),
    ("DeleteVpcEndpoints", &["VpcEndpointId.1={vpce}"]),
    ("AllocateAddress", &["", "Address=198.51.100.3"]),
    ("AssociateAddress", &["AllocationId={eipalloc}&NetworkInterfaceId={eni}&AllowReassociation={bool}"]),
    ("AssociateAddress", &["AllocationId={eipalloc}&InstanceId={i}"]),
    ("DisassociateAddress", &["AssociationId={eipassoc}"]),
    ("ReleaseAddress", &["AllocationId={eipalloc}"]),
];

/// Fills in what is in braces.
struct Chance {
    random: fastrand::Rng,
}

impl Chance {
    fn choose(&mut self, from: Vec<String>) -> String {
        self.random.choice(from).unwrap_or_else(|| "none".to_owned())
    }

    fn fill(&mut self, pattern: &str, region: &Region) -> String {
        let mut text = pattern.to_owned();
        while let Some((before, rest)) = text.split_once('{') {
            let (name, after) = rest.split_once('}').expect("a closed brace");
            let value = self.value(name, region);
            text = format!("{before}{value}{after}");
        }
        text
    }

    fn value(&mut self, name: &str, region: &Region) -> String {
        let list = |items: Vec<String>| items;
        match name {
            "bool" => self.random.bool().to_string(),
            "vpc-block" => ["10.0.0.0/16", "10.1.0.0/20", "192.168.0.0/24"][self.random.usize(..3)].to_owned(),
            "v4" => {
                let bits = 0x0a00_0000 | (self.random.u32(..) & 0x0003_03f0);
                format!("{}/{}", Ipv4Addr::from(bits), self.random.u8(20..=28))
            }
            "v6" => {
                let block =
                    self.choose(ids(region.vpcs.iter().flat_map(|vpc| &vpc.ipv6).map(|own| own.block.0.network())));
                let address = block
                    .strip_suffix("::")
                    .map_or(block.clone(), |base| format!("{base}:{:x}::", self.random.u8(..4)));
                format!("{address}/{}", [56, 60, 64][self.random.usize(..3)])
            }
            "destination" => self.destination(region),
            "target" => {
                let pattern = [
                    "GatewayId={igw}",
                    "EgressOnlyInternetGatewayId={eigw}",
                    "NetworkInterfaceId={eni}",
                    "InstanceId={i}",
                    "NatGatewayId={nat}",
                ][self.random.usize(..5)];
                self.fill(pattern, region)
            }
            kind => self.choose(list(of_kind(kind, region))),
        }
    }

    fn destination(&mut self, region: &Region) -> String {
        let subnets = region.subnets.iter().map(|subnet| subnet.ipv4.0);
        let blocks = region.vpcs.iter().flat_map(|vpc| &vpc.ipv4).map(|own| own.block.0);
        let known = self.choose(ids(subnets.chain(blocks)));
        let ipv6 = self.choose(ids(region.vpcs.iter().flat_map(|vpc| &vpc.ipv6).map(|own| own.block.0)));
        let any = self.value("v4", region);
        let list = self.choose(ids(region.prefix_lists.iter().map(|list| list.id)));
        [
            "DestinationCidrBlock=0.0.0.0/0".to_owned(),
            "DestinationIpv6CidrBlock=::/0".to_owned(),
            format!("DestinationPrefixListId={list}"),
            format!("DestinationCidrBlock={known}"),
            format!("DestinationIpv6CidrBlock={ipv6}"),
            format!("DestinationCidrBlock={any}"),
        ][self.random.usize(..6)]
        .clone()
    }
}

fn ids(items: impl Iterator<Item = impl ToString>) -> Vec<String> {
    items.map(|item| item.to_string()).collect()
}

/// The ids of a kind that are there.
fn of_kind(kind: &str, region: &Region) -> Vec<String> {
    match kind {
        "vpc" => ids(region.vpcs.iter().map(|vpc| vpc.id)),
        "vpc-cidr-assoc" => {
            let ipv4 = region.vpcs.iter().flat_map(|vpc| &vpc.ipv4).map(|own| own.id);
            ids(ipv4.chain(region.vpcs.iter().flat_map(|vpc| &vpc.ipv6).map(|own| own.id)))
        }
        "subnet" => ids(region.subnets.iter().map(|subnet| subnet.id)),
        "subnet-cidr-assoc" => ids(region.subnets.iter().filter_map(|subnet| subnet.ipv6.as_ref()).map(|own| own.id)),
        "rtb" => ids(region.route_tables.iter().map(|table| table.id)),
        "rtbassoc" => {
            let main = region.route_tables.iter().filter_map(|table| table.main);
            ids(main.chain(region.subnets.iter().filter_map(|subnet| subnet.route_table).map(|own| own.id)))
        }
        "igw" => ids(region.internet_gateways.iter().map(|gateway| gateway.id)),
        "eigw" => ids(region.egress_only_internet_gateways.iter().map(|gateway| gateway.id)),
        "eipalloc" => ids(region.addresses.iter().map(|address| address.id)),
        "eipassoc" => ids(region.addresses.iter().filter_map(|address| address.association).map(|own| own.id)),
        "eni" => ids(region.network_interfaces.iter().map(|interface| interface.id)),
        "vpce" => ids(region.vpc_endpoints.iter().map(|endpoint| endpoint.id)),
        "nat" => ids(region.nat_gateways.iter().map(|gateway| gateway.id)),
        "nat-private" => {
            ids(region.nat_gateways.iter().flat_map(|gateway| &gateway.addresses).map(|address| address.private))
        }
        "nat-association" => {
            let of = |gateway: &NatGateway, address: &NatAddress| {
                Some(format!("NatGatewayId={}&AssociationId.1={}", gateway.id, address.elastic?.association))
            };
            let gateways = region.nat_gateways.iter();
            gateways.flat_map(|own| own.addresses.iter().filter_map(|address| of(own, address))).collect()
        }
        "i" => ids(region.instances.iter().map(|instance| instance.id)),
        other => panic!("no kind {other}"),
    }
}

/// What instances do besides: they come, stop, start and go.
fn happen(bench: &mut Bench, random: &mut fastrand::Rng) {
    let region = bench.store.snapshot().region(&bench.region);
    let subnets: Vec<String> =
        ids(region.subnets.iter().filter(|subnet| subnet.ipv4.0.length() < 26).map(|own| own.id));
    let instances: Vec<InstanceId> = region.instances.iter().map(|instance| instance.id).collect();
    match (random.u8(..4), random.choice(subnets), random.choice(instances)) {
        (0, Some(subnet), _) if region.instances.len() < 4 => {
            let (instance, interfaces) = fixture::instance(bench, &subnet, random.u16(1..3));
            fixture::change::<Instance>(bench, instance, |record| record.wants_public_address = true);
            fixture::interface(bench, &subnet);
            assert!(!interfaces.is_empty());
        }
        (1, _, Some(instance)) => fixture::change::<Instance>(bench, instance, |record| {
            let is_stopped = record.state == InstanceState::Stopped;
            record.state = if is_stopped { InstanceState::Running } else { InstanceState::Stopped };
        }),
        (2, _, _) => take_unused_interfaces(bench, &region),
        (3, _, _) => {
            bench.now += random.i64(0..20 * 60 * 1000);
            bench.work(nat_gateway::pass_time);
        }
        _ => {}
    }
}

/// Interfaces without public addresses go, and with the last one its instance.
fn take_unused_interfaces(bench: &mut Bench, region: &Region) {
    let is_used = |id: NetworkInterfaceId| {
        region.addresses.iter().any(|address| address.association.is_some_and(|own| own.interface == id))
    };
    let is_own = |interface: &NetworkInterface| !interface.kind.is_requester_managed();
    for interface in region.network_interfaces.iter().filter(|one| is_own(one) && !is_used(one.id)) {
        fixture::delete::<NetworkInterface>(bench, interface.id);
    }
    let left = bench.store.snapshot().region(&bench.region);
    for instance in region.instances.iter() {
        let has = |interface: &NetworkInterface| {
            interface.attachment.is_some_and(|attachment| attachment.instance == instance.id)
        };
        if !left.network_interfaces.iter().any(|interface| has(interface)) {
            fixture::delete::<Instance>(bench, instance.id);
        }
    }
}

fn check(region: &Region) {
    region.vpcs.iter().for_each(|vpc| check_vpc(region, vpc));
    region.route_tables.iter().for_each(|table| check_table(region, table));
    check_subnets(region);
    check_gateways(region);
    check_addresses(region);
    region.nat_gateways.iter().for_each(|gateway| check_nat_gateway(region, gateway));
    region.vpc_endpoints.iter().for_each(|endpoint| check_endpoint(region, endpoint));
    region.route_tables.iter().for_each(|table| check_endpoint_routes(region, table));
    region.network_interfaces.iter().for_each(|interface| check_requester(region, interface));
}

fn check_nat_gateway(region: &Region, gateway: &NatGateway) {
    let Some(interface) = gateway.interface.filter(|_| gateway.is_available()) else {
        assert!(gateway.interface.is_none() && !gateway.is_available(), "{gateway:?}");
        return;
    };
    let interface = region.network_interfaces.get(&interface).expect("an interface");
    assert_eq!((interface.kind, interface.subnet), (InterfaceKind::NatGateway(gateway.id), gateway.subnet), "NAT-14");
    assert!(interface.groups.is_empty() && !interface.source_dest_check, "NAT-13, NAT-14");
    let privates: Vec<Ipv4Addr> = gateway.addresses.iter().map(|address| address.private).collect();
    assert_eq!(interface.ipv4, privates, "NAT-8");
    assert!((1..=8).contains(&privates.len()), "NAT-8");
    assert!(gateway.addresses[0].drained.is_none(), "NAT-20");
    for address in &gateway.addresses {
        let Some(elastic) = address.elastic else {
            assert_eq!(gateway.connectivity, Connectivity::Private, "NAT-2");
            continue;
        };
        let record = region.addresses.get(&elastic.allocation).expect("an allocation");
        let association = record.association.expect("an association");
        assert_eq!((record.public, association.id), (elastic.public, elastic.association));
        assert_eq!((association.interface, association.private), (interface.id, address.private));
        assert_eq!(gateway.connectivity, Connectivity::Public, "NAT-2");
    }
}

fn check_endpoint(region: &Region, endpoint: &VpcEndpoint) {
    assert!(region.vpcs.get(&endpoint.vpc).is_some(), "VPC-16");
    let tables = tables_of(region, endpoint.id);
    let Some(own) = endpoint.interface() else {
        assert!(region.prefix_lists.get(&endpoint.prefix_list().expect("a list")).is_some_and(|list| list.is_aws));
        return;
    };
    assert!(tables.is_empty(), "IFE-27");
    let mut zones = BTreeSet::new();
    for (subnet, interface) in &own.interfaces {
        let subnet = region.subnets.get(subnet).expect("a subnet");
        assert!(subnet.vpc == endpoint.vpc && zones.insert(subnet.zone.clone()), "IFE-1");
        let interface = region.network_interfaces.get(interface).expect("an interface");
        assert_eq!((interface.kind, interface.subnet), (InterfaceKind::VpcEndpoint(endpoint.id), subnet.id), "IFE-22");
        assert_eq!(*interface.groups, own.groups, "IFE-3");
    }
    let names = |other: &VpcEndpoint| other.private_names("us-east-1");
    let mut others = region.vpc_endpoints.iter().filter(|other| other.id != endpoint.id && other.vpc == endpoint.vpc);
    assert!(!others.any(|other| names(other).iter().any(|name| names(endpoint).contains(name))), "IFE-14");
}

/// A route to an endpoint came with the endpoint, and is for its prefix list (GWE-3, GWE-4).
fn check_endpoint_routes(region: &Region, table: &RouteTable) {
    for route in &table.routes {
        let RouteTargetRecord::GatewayEndpoint(id) = route.target else {
            let is_services = |id| region.prefix_lists.get(&id).is_some_and(|list| list.is_aws);
            assert!(!matches!(route.destination, RouteDestination::PrefixList(id) if is_services(id)), "RT-21");
            continue;
        };
        let endpoint = region.vpc_endpoints.get(&id).expect("an endpoint");
        assert_eq!(endpoint.vpc, table.vpc, "GWE-8");
        assert_eq!(route.destination, RouteDestination::PrefixList(endpoint.prefix_list().expect("a list")), "GWE-3");
    }
}

/// Who brought an interface with it is there, and knows it.
fn check_requester(region: &Region, interface: &NetworkInterface) {
    match interface.kind {
        InterfaceKind::Interface => {}
        InterfaceKind::NatGateway(id) => {
            assert_eq!(region.nat_gateways.get(&id).expect("a gateway").interface, Some(interface.id));
        }
        InterfaceKind::VpcEndpoint(id) => {
            let own = region.vpc_endpoints.get(&id).expect("an endpoint").interface().expect("of interfaces");
            assert_eq!(own.interfaces.get(&interface.subnet), Some(&interface.id), "IFE-22");
        }
    }
}

fn check_vpc(region: &Region, vpc: &Vpc) {
    assert!(!vpc.ipv4.is_empty(), "{} has a primary block", vpc.id);
    let blocks: Vec<Prefix> = local_blocks(vpc).collect();
    assert!(are_apart(&blocks), "{blocks:?}");
    let mains = region.route_tables.iter().filter(|table| table.vpc == vpc.id && table.main.is_some()).count();
    let acls = region.network_acls.iter().filter(|acl| acl.vpc == vpc.id && acl.is_default).count();
    let groups = region.security_groups.iter().filter(|group| group.vpc == vpc.id && group.name == "default").count();
    assert_eq!((mains, acls, groups), (1, 1, 1), "VPC-15 {}", vpc.id);
}

fn are_apart(blocks: &[Prefix]) -> bool {
    let rest = |place: usize| blocks[place + 1..].iter();
    blocks.iter().enumerate().all(|(place, one)| rest(place).all(|other| !one.overlaps(*other)))
}

fn check_table(region: &Region, table: &RouteTable) {
    let vpc = region.vpcs.get(&table.vpc).expect("a table has a VPC");
    let destinations: Vec<RouteDestination> =
        current_routes(region, table).iter().map(|route| route.destination).collect();
    let unique: BTreeSet<&RouteDestination> = destinations.iter().collect();
    assert_eq!(unique.len(), destinations.len(), "RT-20 {destinations:?}");
    let blocks: Vec<Prefix> = local_blocks(vpc).collect();
    assert!(table.replaced_local.keys().all(|block| blocks.contains(&block.0)), "RT-7 {table:?}");
}

fn check_subnets(region: &Region) {
    for subnet in region.subnets.iter() {
        let vpc = region.vpcs.get(&subnet.vpc).expect("a subnet has a VPC");
        assert!(vpc.ipv4.iter().any(|own| own.block.0.covers(subnet.ipv4.0)), "VPC-4 {}", subnet.id);
        let ipv6 = subnet.ipv6.as_ref().map(|own| own.block.0);
        assert!(ipv6.is_none_or(|block| vpc.ipv6.iter().any(|own| own.block.0.covers(block))), "{}", subnet.id);
        assert!(ipv6.is_some() || !subnet.assign_ipv6_address_on_creation, "{}", subnet.id);
        assert_eq!(region.network_acls.get(&subnet.network_acl).expect("an ACL").vpc, vpc.id);
        if let Some(explicit) = subnet.route_table {
            assert_eq!(region.route_tables.get(&explicit.table).expect("a table").vpc, vpc.id);
        }
    }
    for vpc in region.vpcs.iter() {
        let siblings = || region.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
        let mut blocks: Vec<Prefix> = siblings().map(|subnet| Prefix::V4(subnet.ipv4.0)).collect();
        blocks.extend(siblings().filter_map(|subnet| subnet.ipv6.as_ref()).map(|own| Prefix::V6(own.block.0)));
        assert!(are_apart(&blocks), "VPC-4 {blocks:?}");
    }
}

fn check_gateways(region: &Region) {
    let mut vpcs = BTreeSet::new();
    for vpc in region.internet_gateways.iter().filter_map(|gateway| gateway.vpc) {
        assert!(region.vpcs.get(&vpc).is_some() && vpcs.insert(vpc), "IGW-7 {vpc}");
    }
    assert!(region.egress_only_internet_gateways.iter().all(|gateway| region.vpcs.get(&gateway.vpc).is_some()));
}

fn check_addresses(region: &Region) {
    let mut public = BTreeSet::new();
    let mut private = BTreeSet::new();
    for address in region.addresses.iter() {
        assert!(public.insert(address.public), "{}", address.public);
        let Some(association) = address.association else { continue };
        let interface = region.network_interfaces.get(&association.interface).expect("an interface");
        assert!(interface.ipv4.contains(&association.private), "EIP-5");
        assert!(private.insert((interface.id, association.private)), "EIP-5");
        assert!(interface.auto_public.is_none(), "EIP-2");
        let has_gateway = region.internet_gateways.iter().any(|gateway| gateway.vpc == Some(interface.vpc));
        assert!(has_gateway, "EIP-11, IGW-10");
    }
    for interface in region.network_interfaces.iter() {
        assert!(region.subnets.get(&interface.subnet).is_some(), "VPC-17");
        assert!(interface.auto_public.is_none_or(|address| public.insert(address)), "{:?}", interface.auto_public);
    }
}

#[test]
fn whatever_is_accepted_leaves_records_that_fit() {
    let mut accepted = BTreeSet::new();
    for seed in 0..12 {
        let mut bench = Bench::new();
        bench.settings.quotas.elastic_ips = 8;
        bench.ok("DescribeVpcs", "");
        let mut chance = Chance { random: fastrand::Rng::with_seed(seed) };
        for _ in 0..400 {
            let (action, patterns) = CALLS[chance.random.usize(..CALLS.len())];
            let region = bench.store.snapshot().region(&bench.region);
            let pattern = patterns[chance.random.usize(..patterns.len())];
            let parameters = chance.fill(pattern, &region);
            match bench.call(action, &parameters) {
                Ok(_) => drop(accepted.insert(action)),
                Err(error) => assert!(error.is_clients_fault(), "{action} {parameters}: {error}"),
            }
            if chance.random.u8(..4) == 0 {
                happen(&mut bench, &mut chance.random);
            }
            check(&bench.store.snapshot().region(&bench.region));
            fixture::agrees_with_plan(&bench);
        }
        for action in [
            "Vpcs",
            "Subnets",
            "RouteTables",
            "InternetGateways",
            "EgressOnlyInternetGateways",
            "Addresses",
            "NatGateways",
            "VpcEndpoints",
            "NetworkInterfaces",
        ] {
            bench.ok(&format!("Describe{action}"), "");
        }
    }
    let called: BTreeSet<&str> = CALLS.iter().map(|(action, _)| *action).collect();
    assert_eq!(accepted, called, "every call was accepted at some time");
}
