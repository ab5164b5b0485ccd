//! Interfaces and instances for the tests of other actions, written straight into the store.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::{InstanceId, NetworkInterfaceId, ResourceId};
use ringwall_model::resource::instance::{ImageName, InstanceState, ShutdownBehavior};
use ringwall_model::resource::network_interface::{Attachment, ConnectionTracking};
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::subnet::HostnameType;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{Instance, NetworkInterface, Resource, Tags};
use ringwall_model::world::RouteTarget;
use ringwall_net::MacAddress;
use ringwall_plan::Planner;
use ringwall_store::{Holds, Region};

use super::operation::route_table::{CurrentRoute, current_routes};
use super::operation::subnet::{take_any_ipv4, used_ipv4};
use crate::bench::Bench;

/// Where the ids of what is made here begin, so that they meet none of the bench's.
const FIRST_ID: u128 = 0xf000_0000;

/// Writes a record.
pub fn put<R: Resource>(bench: &mut Bench, record: R)
where
    Region: Holds<R>,
{
    let mut transaction = bench.store.begin();
    transaction.put(&bench.region, record);
    bench.store.commit(vec![transaction]).expect("memory takes it");
}

/// Changes a record.
pub fn change<R: Resource>(bench: &mut Bench, id: R::Id, change: impl FnOnce(&mut R))
where
    Region: Holds<R>,
{
    let region = bench.store.snapshot().region(&bench.region);
    let table: &ringwall_store::Table<R> = region.table();
    let mut record = R::clone(table.get(&id).expect("the record is there"));
    change(&mut record);
    put(bench, record);
}

/// Deletes a record.
pub fn delete<R: Resource>(bench: &mut Bench, id: R::Id)
where
    Region: Holds<R>,
{
    let mut transaction = bench.store.begin();
    assert!(transaction.delete::<R>(&bench.region, &id), "the record is there");
    bench.store.commit(vec![transaction]).expect("memory takes it");
}

/// An interface in a subnet that is attached to nothing.
pub fn interface(bench: &mut Bench, subnet: &str) -> NetworkInterfaceId {
    let region = bench.store.snapshot().region(&bench.region);
    let subnet = region.subnets.get(&subnet.parse().expect("an id")).expect("a subnet").clone();
    let number = bench.store.snapshot().revision;
    let address = take_any_ipv4(&subnet, &mut used_ipv4(&region, subnet.id)).expect("a free address");
    let record = NetworkInterface {
        id: NetworkInterfaceId::from_random(FIRST_ID + u128::from(number)),
        subnet: subnet.id,
        vpc: subnet.vpc,
        mac: Text(MacAddress([2, 0, 0, 0, (number >> 8) as u8, number as u8])),
        description: String::new(),
        ipv4: vec![address],
        ipv6: Vec::new(),
        groups: Arc::new(BTreeSet::new()),
        source_dest_check: true,
        connection_tracking: ConnectionTracking::default(),
        attachment: None,
        kind: ringwall_model::resource::network_interface::InterfaceKind::Interface,
        auto_public: None,
        tags: Tags::new(),
    };
    let id = record.id;
    put(bench, record);
    id
}

/// A running instance with so many interfaces in a subnet.
pub fn instance(bench: &mut Bench, subnet: &str, interfaces: u16) -> (InstanceId, Vec<NetworkInterfaceId>) {
    let id = InstanceId::from_random(FIRST_ID + u128::from(bench.store.snapshot().revision));
    put(bench, instance_record(id));
    let mut made = Vec::new();
    for device_index in 0..interfaces {
        let interface = interface(bench, subnet);
        attach(bench, interface, id, device_index);
        made.push(interface);
    }
    (id, made)
}

/// Attaches an interface to an instance.
pub fn attach(bench: &mut Bench, interface: NetworkInterfaceId, instance: InstanceId, device_index: u16) {
    let id = ResourceId::from_random(FIRST_ID + u128::from(bench.store.snapshot().revision));
    let attachment = Attachment { id, instance, device_index, delete_on_termination: true, attached: 0 };
    change::<NetworkInterface>(bench, interface, |record| record.attachment = Some(attachment));
}

fn instance_record(id: InstanceId) -> Instance {
    Instance {
        id,
        reservation: ResourceId::from_random(FIRST_ID),
        launch_index: 0,
        image: ImageName::Name("ami-host".to_owned()),
        instance_type: "t3.micro".to_owned(),
        state: InstanceState::Running,
        state_reason: None,
        launched: 0,
        terminated: None,
        user_data: None,
        disable_api_termination: false,
        disable_api_stop: false,
        shutdown_behavior: ShutdownBehavior::Stop,
        client_token: None,
        wants_public_address: false,
        zone: "us-east-1a".to_owned(),
        hostname_type: HostnameType::IpName,
        resource_name_records: Default::default(),
        metadata_options: Default::default(),
        has_run: true,
        reboots: 0,
        shutdown_asked: None,
        shutdown_at_once: false,
        tags: Tags::new(),
    }
}

/// Routes are described as packets meet them.
pub fn agrees_with_plan(bench: &Bench) {
    let snapshot = bench.store.snapshot();
    let world = Planner::default().plan(&snapshot);
    let region = snapshot.region(&bench.region);
    for table in region.route_tables.iter() {
        let described = current_routes(&region, table);
        let planned = &world.route_tables[&table.id].routes;
        let expected = |route: &CurrentRoute| match route.target {
            _ if !route.is_active => RouteTarget::Blackhole,
            None => RouteTarget::Local,
            Some(RouteTargetRecord::InternetGateway(id)) => RouteTarget::InternetGateway(id),
            Some(RouteTargetRecord::EgressOnlyInternetGateway(id)) => RouteTarget::EgressOnlyInternetGateway(id),
            Some(RouteTargetRecord::NetworkInterface(id)) => RouteTarget::NetworkInterface(id),
            Some(RouteTargetRecord::NatGateway(id)) => RouteTarget::NatGateway(id),
            Some(RouteTargetRecord::GatewayEndpoint(id)) => RouteTarget::GatewayEndpoint(id),
        };
        let told: Vec<_> = described.iter().map(|route| (route.destination, expected(route))).collect();
        let met: Vec<_> = planned.iter().map(|route| (route.destination, route.target)).collect();
        assert_eq!(told, met, "{}", table.id);
    }
}
