//! What the worker of names and metadata serves at a snapshot.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use ringwall_model::id::{InstanceId, NetworkInterfaceId};
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::vpc_endpoint::has_names_below;
use ringwall_model::resource::{Instance, NetworkInterface, Resource, Vpc};
use ringwall_model::services::{
    InstanceServices, InterfaceServices, NameRecord, ServicesConfiguration, SharedServices, VpcServices,
};
use ringwall_net::Ipv4Prefix;
use ringwall_store::{Region, Snapshot, Table};

/// What is served whatever the records say.
#[derive(Clone, Debug, Default)]
pub struct ServicesSettings {
    /// whose everything is
    pub account: String,
    /// the processor architecture of instances
    pub architecture: String,
    /// where names that are not Ringwall's are asked for; nowhere means that they are refused
    pub resolvers: Vec<SocketAddr>,
    /// the blocks that public addresses are taken from
    pub public_blocks: Vec<Ipv4Prefix>,
    /// services with public names
    pub public_services: Vec<PublicService>,
}

/// What stands for the Region in names.
const REGION: &str = "{region}";

/// A service with public names.
#[derive(Clone, Debug)]
pub struct PublicService {
    /// its names, with `{region}` in the place of the Region if they name one: `s3.{region}.amazonaws.com`, `*.s3.{region}.amazonaws.com`
    pub names: Vec<String>,
    /// its addresses
    pub addresses: Vec<IpAddr>,
}

/// What tells whether anything that is served may have changed: how many records there are, and when the last one did. Groups
/// keep their names, so that their rules, which change most often, do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(Vec<RegionMark>);

/// A Region with the marks of its tables, and the number of its groups.
type RegionMark = (String, [TableMark; 6], usize);

/// How many records a table has, and the revision at which the last one changed.
type TableMark = (usize, u64);

impl Mark {
    /// The mark of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Mark {
        let regions = snapshot.regions.iter().map(|(name, region)| {
            let tables = [
                mark_of(&region.vpcs),
                mark_of(&region.subnets),
                mark_of(&region.network_interfaces),
                mark_of(&region.instances),
                mark_of(&region.addresses),
                mark_of(&region.vpc_endpoints),
            ];
            (name.clone(), tables, region.security_groups.len())
        });
        Mark(regions.collect())
    }
}

pub(crate) fn mark_of<R: Resource>(table: &Table<R>) -> TableMark {
    (table.len(), table.rows().map(|(_, row)| row.changed).max().unwrap_or(0))
}

/// What the worker serves at a snapshot.
pub fn services(snapshot: &Snapshot, settings: &ServicesSettings) -> ServicesConfiguration {
    let mut configuration = ServicesConfiguration {
        revision: snapshot.revision,
        shared: SharedServices {
            account: settings.account.clone(),
            resolvers: settings.resolvers.clone(),
            names: settings.public_services.iter().flat_map(names_anywhere).collect(),
            public_blocks: settings.public_blocks.iter().copied().map(Text).collect(),
            public_names: BTreeMap::new(),
        },
        vpcs: BTreeMap::new(),
    };
    for (name, region) in &snapshot.regions {
        let names = settings.public_services.iter().flat_map(|service| names_in(service, name));
        configuration.shared.names.extend(names);
        for vpc in region.vpcs.iter() {
            configuration.vpcs.insert(vpc.id, vpc_services(name, vpc));
        }
        name_endpoints(name, region, &mut configuration);
        let public = public_addresses(region);
        let instances = instances(region, &public, &settings.architecture);
        for interface in region.network_interfaces.iter() {
            let Some(vpc) = configuration.vpcs.get_mut(&interface.vpc) else { continue };
            if let Some(instance) = interface.attachment.and_then(|own| instances.get(&own.instance)) {
                vpc.instances.entry(instance.0).or_insert_with(|| instance.1.clone());
            }
            if !vpc.has_names() {
                continue;
            }
            for private in &interface.ipv4 {
                if let Some(public) = public.get(&(interface.id, *private)) {
                    vpc.public.insert(*public, *private);
                    configuration.shared.public_names.insert(*public, name.clone());
                }
            }
        }
    }
    configuration
}

/// The names of a service that are the same in each Region.
fn names_anywhere(service: &PublicService) -> impl Iterator<Item = NameRecord> {
    let names = service.names.iter().filter(|name| !name.contains(REGION));
    names.map(|name| NameRecord { name: name.clone(), addresses: service.addresses.clone() })
}

/// The names of a service in a Region.
fn names_in(service: &PublicService, region: &str) -> impl Iterator<Item = NameRecord> {
    let names = service.names.iter().filter(|name| name.contains(REGION));
    names.map(move |name| NameRecord { name: name.replace(REGION, region), addresses: service.addresses.clone() })
}

fn vpc_services(region: &str, vpc: &Vpc) -> VpcServices {
    VpcServices {
        region: region.to_owned(),
        ipv4: vpc.ipv4.iter().map(|own| own.block).collect(),
        ipv6: vpc.ipv6.iter().map(|own| own.block).collect(),
        dns_support: vpc.enable_dns_support,
        dns_hostnames: vpc.enable_dns_hostnames,
        ..VpcServices::default()
    }
}

/// Names the interface endpoints of a Region: for everybody by names of their own (IFE-9, IFE-10), and inside their VPCs by the
/// service's, if that is wanted (IFE-11).
fn name_endpoints(name: &str, region: &Region, configuration: &mut ServicesConfiguration) {
    for endpoint in region.vpc_endpoints.iter() {
        let Some(own) = endpoint.interface() else { continue };
        let mut all: Vec<IpAddr> = Vec::new();
        for (subnet, interface) in &own.interfaces {
            let (Some(subnet), Some(interface)) =
                (region.subnets.get(subnet), region.network_interfaces.get(interface))
            else {
                continue;
            };
            let addresses: Vec<IpAddr> = interface
                .ipv4
                .iter()
                .take(1)
                .copied()
                .map(IpAddr::V4)
                .chain(interface.ipv6.iter().copied().map(IpAddr::V6))
                .collect();
            all.extend(&addresses);
            let zonal = endpoint.zonal_name(name, &subnet.zone);
            configuration.shared.names.extend(zonal.map(|name| NameRecord { name, addresses }));
        }
        let record = |name: String| NameRecord { name, addresses: all.clone() };
        let regional = endpoint.regional_name(name);
        let below = regional.iter().map(|regional| format!("*.{regional}"));
        let below: Vec<String> = below.filter(|_| has_names_below(&endpoint.service)).collect();
        configuration.shared.names.extend(regional.into_iter().chain(below).map(record));
        if let Some(vpc) = configuration.vpcs.get_mut(&endpoint.vpc) {
            vpc.names.extend(endpoint.private_names(name).into_iter().map(record));
        }
    }
}

/// The public addresses of a Region by interface and private address (EIP-1, EIP-5).
fn public_addresses(region: &Region) -> BTreeMap<(NetworkInterfaceId, Ipv4Addr), Ipv4Addr> {
    let automatic = region
        .network_interfaces
        .iter()
        .filter_map(|interface| Some(((interface.id, *interface.ipv4.first()?), interface.auto_public?)));
    let elastic = region.addresses.iter().filter_map(|address| {
        let association = address.association?;
        Some(((association.interface, association.private), address.public))
    });
    automatic.chain(elastic).collect()
}

/// The instances that are not gone, each under its own id, with their interfaces.
fn instances(
    region: &Region,
    public: &BTreeMap<(NetworkInterfaceId, Ipv4Addr), Ipv4Addr>,
    architecture: &str,
) -> BTreeMap<InstanceId, (InstanceId, InstanceServices)> {
    let mut interfaces: BTreeMap<InstanceId, Vec<InterfaceServices>> = BTreeMap::new();
    for interface in region.network_interfaces.iter() {
        let Some(attachment) = interface.attachment else { continue };
        let own = interface_services(region, interface, attachment.device_index, public);
        interfaces.entry(attachment.instance).or_default().extend(own);
    }
    let mut instances = BTreeMap::new();
    for instance in region.instances.iter().filter(|instance| instance.state != InstanceState::Terminated) {
        let mut own = interfaces.remove(&instance.id).unwrap_or_default();
        own.sort_by_key(|interface| interface.device_index);
        instances.insert(instance.id, (instance.id, instance_services(instance, own, architecture)));
    }
    instances
}

fn instance_services(instance: &Instance, interfaces: Vec<InterfaceServices>, architecture: &str) -> InstanceServices {
    InstanceServices {
        image: instance.image.to_string(),
        reservation: instance.reservation,
        launch_index: instance.launch_index,
        instance_type: instance.instance_type.clone(),
        architecture: architecture.to_owned(),
        launched: instance.launched,
        zone: instance.zone.clone(),
        hostname_type: instance.hostname_type,
        resource_name_records: instance.resource_name_records,
        options: instance.metadata_options,
        // What is not told is not carried about.
        tags: if instance.metadata_options.tags { instance.tags.clone() } else { BTreeMap::new() },
        user_data: instance.user_data.clone(),
        interfaces,
    }
}

fn interface_services(
    region: &Region,
    interface: &Arc<NetworkInterface>,
    device_index: u16,
    public: &BTreeMap<(NetworkInterfaceId, Ipv4Addr), Ipv4Addr>,
) -> Option<InterfaceServices> {
    let subnet = region.subnets.get(&interface.subnet)?;
    let group = |id| region.security_groups.get(id).map(|group| (group.id, group.name.clone()));
    Some(InterfaceServices {
        id: interface.id,
        device_index,
        mac: interface.mac,
        vpc: interface.vpc,
        subnet: interface.subnet,
        subnet_ipv4: subnet.ipv4,
        subnet_ipv6: subnet.ipv6.as_ref().map(|own| own.block),
        ipv4: interface.ipv4.iter().map(|own| (*own, public.get(&(interface.id, *own)).copied())).collect(),
        ipv6: interface.ipv6.clone(),
        groups: interface.groups.iter().filter_map(group).collect(),
    })
}
