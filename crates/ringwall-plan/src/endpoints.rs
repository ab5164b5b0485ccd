//! What the worker of endpoints serves at a snapshot.

use std::collections::BTreeMap;

use ringwall_model::endpoints::{EndpointsConfiguration, GatewayClients, ServedEndpoint};
use ringwall_model::id::VpcEndpointId;
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::{RouteTable, Subnet};
use ringwall_store::{Region, Snapshot};

use crate::services::mark_of;

/// What tells whether anything that is served may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(Vec<(String, [(usize, u64); 3])>);

impl Mark {
    /// The mark of a snapshot. Interfaces come and go with their endpoints, and VPCs have nothing to say here.
    pub fn of(snapshot: &Snapshot) -> Mark {
        let regions = snapshot.regions.iter().map(|(name, region)| {
            let tables = [mark_of(&region.subnets), mark_of(&region.route_tables), mark_of(&region.vpc_endpoints)];
            (name.clone(), tables)
        });
        Mark(regions.collect())
    }
}

/// What the worker serves at a snapshot.
pub fn endpoints(snapshot: &Snapshot) -> EndpointsConfiguration {
    let mut configuration = EndpointsConfiguration { revision: snapshot.revision, ..EndpointsConfiguration::default() };
    for (name, region) in &snapshot.regions {
        for endpoint in region.vpc_endpoints.iter() {
            let served = ServedEndpoint {
                vpc: endpoint.vpc,
                region: name.clone(),
                service: endpoint.service.clone(),
                is_gateway: endpoint.prefix_list().is_some(),
                policy: endpoint.policy.clone(),
            };
            configuration.endpoints.insert(endpoint.id, served);
            let interfaces = endpoint.interface().into_iter().flat_map(|own| own.interfaces.values());
            configuration.interfaces.extend(interfaces.map(|interface| (*interface, endpoint.id)));
        }
        for subnet in region.subnets.iter() {
            let endpoints = table(region, subnet).map(|table| gateways(region, table)).unwrap_or_default();
            if !endpoints.is_empty() {
                let clients = GatewayClients { block: subnet.ipv4, endpoints };
                configuration.gateways.entry(subnet.vpc).or_default().push(clients);
            }
        }
    }
    configuration
}

/// The table that a subnet uses: its own, or else the main one of its VPC (RT-11).
fn table<'r>(region: &'r Region, subnet: &Subnet) -> Option<&'r RouteTable> {
    let own = subnet.route_table.and_then(|own| region.route_tables.get(&own.table));
    let is_main = |table: &RouteTable| table.vpc == subnet.vpc && table.main.is_some();
    own.or_else(|| region.route_tables.iter().find(|table| is_main(table))).map(|table| &**table)
}

/// The gateway endpoints that a table leads to, by service. It leads to one for each (GWE-5).
fn gateways(region: &Region, table: &RouteTable) -> BTreeMap<String, VpcEndpointId> {
    let targets = table.routes.iter().filter_map(|route| match route.target {
        RouteTargetRecord::GatewayEndpoint(id) => region.vpc_endpoints.get(&id),
        _ => None,
    });
    targets.map(|endpoint| (endpoint.service.clone(), endpoint.id)).collect()
}
