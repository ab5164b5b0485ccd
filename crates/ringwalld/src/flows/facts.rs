//! What records say of interfaces and flow logs, from what is enforced and what is written.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::PoisonError;

use ringwall_api::ec2::operation::region::zones;
use ringwall_flows::suggest::Holders;
use ringwall_flows::{Format, Interface, Log};
use ringwall_model::id::{FlowLogId, NetworkInterfaceId};
use ringwall_model::resource::FlowLog;
use ringwall_model::resource::flow_log::LogDestination;
use ringwall_model::world::World;
use ringwall_store::{Region, Snapshot};

use crate::controller::Enforced;

/// The interfaces that the kernel has numbers for.
pub fn interfaces(enforced: &Enforced, snapshot: &Snapshot) -> BTreeMap<u32, Interface> {
    let names = enforced.names.read().unwrap_or_else(PoisonError::into_inner);
    let known = names.interfaces().collect::<Vec<_>>();
    drop(names);
    known.into_iter().filter_map(|(number, id)| Some((number, interface(id, &enforced.world, snapshot)?))).collect()
}

fn interface(id: NetworkInterfaceId, world: &World, snapshot: &Snapshot) -> Option<Interface> {
    let own = world.interfaces.get(&id)?;
    let (name, region) = snapshot.regions.iter().find(|(_, region)| region.network_interfaces.get(&id).is_some())?;
    let record = region.network_interfaces.get(&id)?;
    Some(Interface {
        id,
        vpc: own.vpc,
        subnet: own.subnet,
        instance: record.attachment.map(|attachment| attachment.instance),
        primary: own.ipv4.first().map(|address| address.address),
        router: world.subnets.get(&own.subnet)?.router_v4(),
        resolver: resolver(region, record.vpc),
        region: name.clone(),
        zone_id: zone_id(name, region, record.subnet),
        is_up: own.up,
    })
}

/// The address after the router's in the VPC's primary block (DNS-1).
fn resolver(region: &Region, vpc: ringwall_model::id::VpcId) -> Option<Ipv4Addr> {
    let block = region.vpcs.get(&vpc)?.ipv4.first()?.block.0;
    Some(Ipv4Addr::from(u32::from(block.network()) + 2))
}

fn zone_id(name: &str, region: &Region, subnet: ringwall_model::id::SubnetId) -> String {
    let zone = region.subnets.get(&subnet).map(|subnet| subnet.zone.clone()).unwrap_or_default();
    zones(name).into_iter().find(|known| known.name == zone).map_or_else(|| "-".to_owned(), |known| known.id)
}

/// A flow log, with its Region and where it is delivered to.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// what it covers and what its records are like
    pub log: Log,
    /// the Region
    pub region: String,
    /// where it is delivered to
    pub destination: LogDestination,
}

/// The flow logs that are wanted.
pub fn logs(snapshot: &Snapshot, account: &str) -> BTreeMap<FlowLogId, Wanted> {
    let mut wanted = BTreeMap::new();
    for (name, region) in &snapshot.regions {
        for record in region.flow_logs.iter() {
            let destination = record.destination.clone();
            wanted.insert(record.id, Wanted { log: log(record, account), region: name.clone(), destination });
        }
    }
    wanted
}

fn log(record: &FlowLog, account: &str) -> Log {
    Log {
        id: record.id,
        account: account.to_owned(),
        scope: record.scope,
        traffic: record.traffic,
        interval: record.interval,
        // What was accepted can be read.
        format: record.format.as_deref().and_then(|text| Format::parse(text).ok()).unwrap_or_default(),
    }
}

/// The private addresses of the interfaces that hold each group, as far as they are in the VPC of one (SG-27).
pub fn holders(world: &World, of: NetworkInterfaceId) -> Holders {
    let mut holders = Holders::new();
    let Some(vpc) = world.interfaces.get(&of).map(|own| own.vpc) else { return holders };
    for interface in world.interfaces.values().filter(|interface| interface.vpc == vpc && interface.up) {
        for group in interface.groups.iter() {
            holders.entry(*group).or_default().extend(interface.addresses());
        }
    }
    holders
}
