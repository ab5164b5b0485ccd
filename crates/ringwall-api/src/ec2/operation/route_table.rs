//! Route tables: making them, their associations, and what their routes have come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_model::id::{NetworkInterfaceId, RouteTableAssociationId, RouteTableId, VpcId};
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{RouteTable, Subnet, Tags, Vpc};
use ringwall_model::world::RouteDestination;
use ringwall_net::{Family, Prefix};
use ringwall_store::Region;

use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::Named;
use crate::error::ApiError;

/// Makes a route table without routes of its own.
pub fn create(call: &mut Call<'_>, vpc: VpcId, tags: Tags) -> Result<RouteTable, ApiError> {
    let siblings = call.state().route_tables.iter().filter(|table| table.vpc == vpc).count();
    if siblings >= call.settings.quotas.route_tables_per_vpc as usize {
        return Err(Code::RouteTableLimitExceeded.with("The maximum number of route tables has been reached."));
    }
    let table =
        RouteTable { id: call.new_id(), vpc, main: None, routes: Vec::new(), replaced_local: BTreeMap::new(), tags };
    call.put(table.clone());
    Ok(table)
}

/// What an association is with.
#[derive(Clone, Debug)]
pub enum Associated {
    /// with the VPC, whose main table this is
    Main(Arc<RouteTable>),
    /// with a subnet
    Subnet(Arc<Subnet>),
}

/// The association of an id (RT-40).
pub fn find_association(region: &Region, id: RouteTableAssociationId) -> Result<Associated, ApiError> {
    let main = region.route_tables.iter().find(|table| table.main == Some(id)).cloned().map(Associated::Main);
    let is_meant = |subnet: &&Arc<Subnet>| subnet.route_table.is_some_and(|explicit| explicit.id == id);
    let subnet = || region.subnets.iter().find(is_meant).cloned().map(Associated::Subnet);
    main.or_else(subnet).ok_or_else(|| RouteTableAssociationId::not_found(&[id.to_string()]))
}

/// The subnets that are explicitly associated with a table (RT-11).
pub fn associated_subnets(region: &Region, table: RouteTableId) -> impl Iterator<Item = &Arc<Subnet>> {
    let has = move |subnet: &&Arc<Subnet>| subnet.route_table.is_some_and(|explicit| explicit.table == table);
    region.subnets.iter().filter(has)
}

/// The blocks of a VPC, each of which every table has a local route for (RT-6).
pub fn local_blocks(vpc: &Vpc) -> impl Iterator<Item = Prefix> {
    let ipv4 = vpc.ipv4.iter().map(|own| Prefix::V4(own.block.0));
    ipv4.chain(vpc.ipv6.iter().map(|own| Prefix::V6(own.block.0)))
}

/// A route as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentRoute {
    /// what it is for
    pub destination: RouteDestination,
    /// where it leads; none is local
    pub target: Option<RouteTargetRecord>,
    /// whether it came with a block of the VPC
    pub came_with_vpc: bool,
    /// whether its target is there and of use; if not, it is a blackhole (RT-26)
    pub is_active: bool,
}

/// The routes of a table as they are now: those of the VPC's blocks (RT-6), then its own.
pub fn current_routes(region: &Region, table: &RouteTable) -> Vec<CurrentRoute> {
    let current = |destination, target: Option<RouteTargetRecord>, came_with_vpc| CurrentRoute {
        destination,
        target,
        came_with_vpc,
        is_active: target.is_none_or(|target| is_active(region, table.vpc, target)),
    };
    let vpc = region.vpcs.get(&table.vpc);
    let local = vpc.iter().flat_map(|vpc| local_blocks(vpc)).map(|block| {
        let replaced = table.replaced_local.get(&Text(block)).copied();
        current(RouteDestination::Prefix(block), replaced.map(RouteTargetRecord::NetworkInterface), true)
    });
    local.chain(table.routes.iter().map(|route| current(route.destination, Some(route.target), false))).collect()
}

/// Whether a target is there and of use to the tables of a VPC, as packets find it (RT-26).
fn is_active(region: &Region, vpc: VpcId, target: RouteTargetRecord) -> bool {
    match target {
        RouteTargetRecord::InternetGateway(id) => {
            region.internet_gateways.get(&id).is_some_and(|gateway| gateway.vpc == Some(vpc))
        }
        RouteTargetRecord::EgressOnlyInternetGateway(id) => region.egress_only_internet_gateways.get(&id).is_some(),
        RouteTargetRecord::NetworkInterface(id) => carries_packets(region, id),
        RouteTargetRecord::GatewayEndpoint(id) => region.vpc_endpoints.get(&id).is_some(),
        RouteTargetRecord::NatGateway(id) => region.nat_gateways.get(&id).is_some_and(|gateway| gateway.is_available()),
    }
}

fn carries_packets(region: &Region, id: NetworkInterfaceId) -> bool {
    let attachment = region.network_interfaces.get(&id).and_then(|interface| interface.attachment);
    let instance = attachment.and_then(|attachment| region.instances.get(&attachment.instance));
    instance.is_some_and(|instance| instance.state.has_links())
}

/// The family of a destination; none if it is a prefix list that is gone.
pub fn family(region: &Region, destination: RouteDestination) -> Option<Family> {
    match destination {
        RouteDestination::Prefix(prefix) => Some(prefix.family()),
        RouteDestination::PrefixList(id) => region.prefix_lists.get(&id).map(|list| list.family()),
    }
}

/// Refuses a table with too many routes: the families count apart, a prefix list with its maximum (RT-36).
pub fn check_quota(call: &Call<'_>, table: &RouteTable) -> Result<(), ApiError> {
    let region = call.state();
    let weight = |destination| match destination {
        RouteDestination::Prefix(_) => 1,
        RouteDestination::PrefixList(id) => region.prefix_lists.get(&id).map_or(0, |list| list.max_entries),
    };
    for wanted in Family::ALL {
        let destinations = table.routes.iter().map(|route| route.destination);
        let counted = destinations.filter(|destination| family(&region, *destination) == Some(wanted));
        if counted.map(weight).sum::<u32>() > call.settings.quotas.routes_per_table {
            return Err(Code::RouteLimitExceeded.with("The maximum number of routes has been reached."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::instance::InstanceState;
    use ringwall_model::resource::{Instance, NetworkInterface};

    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn what_is_described_is_what_packets_meet() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let vpc = made.get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        let egress_only =
            bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}")).get("egressOnlyInternetGatewayId");
        let (instance, interfaces) = fixture::instance(&mut bench, &subnet, 1);
        let spare = fixture::interface(&mut bench, &subnet);
        for route in [
            format!("DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}"),
            format!("DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={egress_only}"),
            format!("DestinationCidrBlock=192.168.0.0/16&InstanceId={instance}"),
            format!("DestinationCidrBlock=10.0.1.0/24&NetworkInterfaceId={spare}"),
        ] {
            bench.ok("CreateRoute", &format!("RouteTableId={table}&{route}"));
        }
        let replaced = format!("DestinationCidrBlock=10.0.0.0/16&NetworkInterfaceId={}", interfaces[0]);
        bench.ok("ReplaceRoute", &format!("RouteTableId={table}&{replaced}"));
        let states = |bench: &mut Bench| {
            fixture::agrees_with_plan(bench);
            let told = bench.ok("DescribeRouteTables", &format!("RouteTableId.1={table}"));
            told.all("state").iter().map(|state| if state == "active" { 'a' } else { 'b' }).collect::<String>()
        };
        // The blocks of the VPC, the gateway, the egress-only one, the instance, the spare interface.
        assert_eq!(states(&mut bench), "aaaaab");
        fixture::change::<Instance>(&mut bench, instance, |record| record.state = InstanceState::Stopped);
        assert_eq!(states(&mut bench), "baaabb", "RT-26: stopped");
        fixture::change::<Instance>(&mut bench, instance, |record| record.state = InstanceState::Pending);
        fixture::attach(&mut bench, spare, instance, 1);
        assert_eq!(states(&mut bench), "aaaaaa");
        bench.ok("DetachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        assert_eq!(states(&mut bench), "aabaaa", "RT-26: detached");
        bench.ok("DeleteInternetGateway", &format!("InternetGatewayId={gateway}"));
        bench.ok("DeleteEgressOnlyInternetGateway", &format!("EgressOnlyInternetGatewayId={egress_only}"));
        fixture::delete::<NetworkInterface>(&mut bench, interfaces[0]);
        assert_eq!(states(&mut bench), "babbba", "RT-26: gone");
    }
}
