//! Route tables: every block that a route is for, with what wins on equal length already decided (RT-3).

use std::collections::BTreeMap;

use ringwall_abi::code::{
    ROUTE_BLACKHOLE, ROUTE_EGRESS_ONLY, ROUTE_GATEWAY_ENDPOINT, ROUTE_INTERFACE, ROUTE_INTERNET_GATEWAY, ROUTE_LOCAL,
    ROUTE_NAT_GATEWAY, ROUTE_TRACKED_ENDPOINT,
};
use ringwall_abi::record::RouteRecord;
use ringwall_model::id::{NetworkInterfaceId, PrefixListId, RouteTableId};
use ringwall_model::world::{Route, RouteDestination, RouteTarget, World};
use ringwall_net::Prefix;

/// A compiled table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// where each block leads
    pub blocks: BTreeMap<Prefix, RouteRecord>,
    /// the routes by their place in the table, for telling which one decided
    pub routes: Vec<Route>,
}

/// Compiles a table; `slot` gives the slot of an interface that is up.
pub fn compile(world: &World, table: RouteTableId, slot: impl Fn(NetworkInterfaceId) -> Option<u32>) -> RouteTable {
    let routes = world.route_tables.get(&table).map(|content| content.routes.clone()).unwrap_or_default();
    let mut blocks: BTreeMap<Prefix, (Option<PrefixListId>, RouteRecord)> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate() {
        let (kind, slot) = match route.target {
            RouteTarget::Local => (ROUTE_LOCAL, 0),
            RouteTarget::InternetGateway(_) => (ROUTE_INTERNET_GATEWAY, 0),
            RouteTarget::EgressOnlyInternetGateway(_) => (ROUTE_EGRESS_ONLY, 0),
            RouteTarget::NetworkInterface(id) => slot(id).map_or((ROUTE_BLACKHOLE, 0), |slot| (ROUTE_INTERFACE, slot)),
            RouteTarget::NatGateway(id) => world
                .nat_gateways
                .get(&id)
                .and_then(|gateway| slot(gateway.interface))
                .map_or((ROUTE_BLACKHOLE, 0), |slot| (ROUTE_NAT_GATEWAY, slot)),
            RouteTarget::GatewayEndpoint(id) => match world.gateway_endpoints.get(&id) {
                Some(endpoint) if endpoint.always_tracked => (ROUTE_TRACKED_ENDPOINT, 0),
                Some(_) => (ROUTE_GATEWAY_ENDPOINT, 0),
                None => (ROUTE_BLACKHOLE, 0),
            },
            RouteTarget::Blackhole => (ROUTE_BLACKHOLE, 0),
        };
        let (list, prefixes) = match route.destination {
            RouteDestination::Prefix(prefix) => (None, vec![prefix]),
            RouteDestination::PrefixList(list) => {
                let prefixes = world.prefix_lists.get(&list).map(|content| content.prefixes.clone());
                (Some(list), prefixes.unwrap_or_default())
            }
        };
        for prefix in prefixes {
            let record = RouteRecord { kind, prefix_length: prefix.length(), index: index as u16, slot };
            let wins = blocks.get(&prefix).is_none_or(|(other, _)| list < *other);
            if wins {
                blocks.insert(prefix, (list, record));
            }
        }
    }
    RouteTable { blocks: blocks.into_iter().map(|(prefix, (_, record))| (prefix, record)).collect(), routes }
}
