//! Launching instances: where their interfaces go, and how many of them there is room for (INST-1 to INST-8).

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::{InstanceId, NetworkInterfaceId, ReservationId, SubnetId};
use ringwall_model::resource::instance::{ImageName, InstanceState, MetadataOptions, ShutdownBehavior};
use ringwall_model::resource::subnet::{HostnameType, ResourceNameRecords};
use ringwall_model::resource::{Instance, NetworkInterface, Subnet, Tags};
use ringwall_store::Region;

use super::instance::give_public_address;
use super::instance_type::InstanceType;
use super::network_interface::{self, NewInterface, Place, attach};
use super::region::zones;
use super::security_group::{GroupRef, find_ref};
use super::vpc::default_vpc;
use crate::call::Call;
use crate::ec2::error::{Code, combination, invalid_value};
use crate::ec2::id::find;
use crate::ec2::shape::metadata_options::check_tags;
use crate::error::ApiError;

/// What instances are launched.
#[derive(Clone, Debug)]
pub struct Launch {
    /// from which image
    pub image: ImageName,
    /// of which type
    pub kind: &'static InstanceType,
    /// with which interfaces: one at least, with device index 0 among them
    pub interfaces: Vec<LaunchInterface>,
    /// in which zone, if that is said
    pub zone: Option<ZoneRef>,
    /// what runs when they start, in base64
    pub user_data: Option<String>,
    /// whether termination by the API is refused
    pub disable_api_termination: bool,
    /// whether stopping by the API is refused
    pub disable_api_stop: bool,
    /// what happens when they shut themselves down
    pub shutdown_behavior: ShutdownBehavior,
    /// how they are named; what their subnet says unless given
    pub names: NameOptions,
    /// how they may ask for their metadata
    pub metadata_options: MetadataOptions,
    /// the token of the call
    pub client_token: Option<String>,
    /// their tags
    pub tags: Tags,
}

/// How instances are named, as far as it is said (DNS-13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameOptions {
    /// what they are named after
    pub hostname_type: Option<HostnameType>,
    /// whether their resource names have a record of their IPv4 address
    pub a_record: Option<bool>,
    /// whether their resource names have a record of their IPv6 address
    pub aaaa_record: Option<bool>,
}

/// A zone as calls name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneRef {
    /// by name
    Name(String),
    /// by id
    Id(String),
}

/// An interface to launch with.
#[derive(Clone, Debug)]
pub struct LaunchInterface {
    /// its place
    pub device_index: u16,
    /// whether it goes with the instance
    pub delete_on_termination: bool,
    /// where it comes from
    pub source: InterfaceSource,
}

/// Where an interface comes from.
#[derive(Clone, Debug)]
pub enum InterfaceSource {
    /// it is there already
    Existing(NetworkInterfaceId),
    /// it is made
    New(Box<LaunchedInterface>),
}

/// An interface that is made at launch.
#[derive(Clone, Debug, Default)]
pub struct LaunchedInterface {
    /// its subnet; a default one unless given
    pub subnet: Option<SubnetId>,
    /// its groups by id or name
    pub groups: Vec<GroupRef>,
    /// whether it gets a public address; what its subnet says unless given (EIP-1)
    pub public: Option<bool>,
    /// everything else
    pub interface: NewInterface,
}

/// A launch with everything looked up.
struct Prepared {
    launch: Launch,
    zone: String,
    hostname_type: HostnameType,
    resource_name_records: ResourceNameRecords,
    wants_public_address: bool,
    interfaces: Vec<PreparedInterface>,
}

struct PreparedInterface {
    device_index: u16,
    delete_on_termination: bool,
    subnet: Arc<Subnet>,
    /// the interface that is there already, or the one to make
    source: Result<NetworkInterfaceId, NewInterface>,
}

/// Launches as many instances as there is room for, between the least and the most that are wanted; none if the least cannot
/// be reached (INST-19). Returns the call's reservation and its instances.
pub fn launch(
    call: &mut Call<'_>,
    launch: Launch,
    (least, most): (u32, u32),
) -> Result<(ReservationId, Vec<InstanceId>), ApiError> {
    let prepared = prepare(call, launch)?;
    let reservation = call.new_id();
    let mut launched = Vec::new();
    for index in 0..most {
        let before = call.transaction.clone();
        match launch_one(call, &prepared, reservation, index) {
            Ok(id) => launched.push(id),
            Err(error) if index >= least && is_lack_of_room(&error) => {
                *call.transaction = before;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((reservation, launched))
}

fn is_lack_of_room(error: &ApiError) -> bool {
    let codes = [
        Code::InstanceLimitExceeded,
        Code::InsufficientFreeAddressesInSubnet,
        Code::NetworkInterfaceLimitExceeded,
        Code::AddressLimitExceeded,
    ];
    codes.iter().any(|code| code.text() == error.code)
}

fn prepare(call: &Call<'_>, launch: Launch) -> Result<Prepared, ApiError> {
    let region = call.state();
    launch.kind.check_interfaces(launch.interfaces.len())?;
    let zone = launch.zone.as_ref().map(|zone| find_zone(call.region, zone)).transpose()?;
    let interfaces: Result<Vec<PreparedInterface>, ApiError> =
        launch.interfaces.iter().map(|one| prepare_interface(&region, one, zone.as_deref())).collect();
    let interfaces = interfaces?;
    let in_zones: BTreeSet<&str> = interfaces.iter().map(|one| one.subnet.zone.as_str()).collect();
    if in_zones.len() > 1 {
        return Err(combination("The network interfaces of an instance must be in the same availability zone."));
    }
    let primary = interfaces.iter().find(|one| one.device_index == 0);
    let subnet = primary.map(|one| one.subnet.clone()).ok_or_else(no_primary)?;
    if let Some(zone) = zone.filter(|zone| *zone != subnet.zone) {
        let why = format!("Subnet '{}' is in the availability zone {}", subnet.id, subnet.zone);
        return Err(invalid_value("availabilityZone", zone, why));
    }
    let wants_public_address = match launch.interfaces.as_slice() {
        [LaunchInterface { source: InterfaceSource::New(new), .. }] => {
            new.public.unwrap_or(subnet.map_public_ip_on_launch)
        }
        _ => false,
    };
    check_tags(launch.metadata_options, &launch.tags)?;
    let names = launch.names;
    Ok(Prepared {
        zone: subnet.zone.clone(),
        hostname_type: names.hostname_type.unwrap_or(subnet.hostname_type),
        resource_name_records: ResourceNameRecords {
            a: names.a_record.unwrap_or(subnet.resource_name_records.a),
            aaaa: names.aaaa_record.unwrap_or(subnet.resource_name_records.aaaa),
        },
        launch,
        wants_public_address,
        interfaces,
    })
}

/// No interface has device index 0.
pub fn no_primary() -> ApiError {
    combination("When specifying network interfaces, you must include a device at index 0.")
}

fn find_zone(region: &str, zone: &ZoneRef) -> Result<String, ApiError> {
    let (text, known) = match zone {
        ZoneRef::Name(name) => (name, zones(region).into_iter().find(|known| known.name == *name)),
        ZoneRef::Id(id) => (id, zones(region).into_iter().find(|known| known.id == *id)),
    };
    known
        .map(|known| known.name)
        .ok_or_else(|| Code::InvalidParameterValue.with(format!("Invalid availability zone: [{text}]")))
}

fn prepare_interface(
    region: &Region,
    interface: &LaunchInterface,
    zone: Option<&str>,
) -> Result<PreparedInterface, ApiError> {
    let (subnet, source) = match &interface.source {
        InterfaceSource::Existing(id) => {
            let existing = find::<NetworkInterface>(region, id)?;
            (find::<Subnet>(region, &existing.subnet)?, Ok(*id))
        }
        InterfaceSource::New(new) => {
            let subnet = match new.subnet {
                Some(id) => find::<Subnet>(region, &id)?,
                None => default_subnet(region, zone)?,
            };
            let groups: Result<Vec<_>, ApiError> =
                new.groups.iter().map(|group| find_ref(region, group).map(|group| group.id)).collect();
            (subnet, Err(NewInterface { groups: groups?, ..new.interface.clone() }))
        }
    };
    let LaunchInterface { device_index, delete_on_termination, .. } = *interface;
    Ok(PreparedInterface { device_index, delete_on_termination, subnet, source })
}

/// The subnet of an instance when none is named: the default one of the zone, or of the first zone that has one (INST-6).
fn default_subnet(region: &Region, zone: Option<&str>) -> Result<Arc<Subnet>, ApiError> {
    let vpc = default_vpc(region).ok_or_else(|| Code::VpcIdNotSpecified.with("No default VPC for this user"))?;
    let defaults = region.subnets.iter().filter(|subnet| subnet.vpc == vpc.id && subnet.default_for_zone);
    let in_zone = defaults.filter(|subnet| zone.is_none_or(|zone| subnet.zone == zone));
    in_zone.min_by(|one, other| one.zone.cmp(&other.zone)).cloned().ok_or_else(|| {
        Code::MissingInput.with(match zone {
            Some(zone) => format!("No default subnet for availability zone: '{zone}'."),
            None => format!("No subnets found for the default VPC '{}'. Please specify a subnet.", vpc.id),
        })
    })
}

fn launch_one(
    call: &mut Call<'_>,
    prepared: &Prepared,
    reservation: ReservationId,
    index: u32,
) -> Result<InstanceId, ApiError> {
    let region = call.state();
    let there = region.instances.iter().filter(|other| other.state != InstanceState::Terminated).count();
    if there >= call.settings.quotas.instances as usize {
        let message = "You have requested more instances than your current instance limit allows.";
        return Err(Code::InstanceLimitExceeded.with(message));
    }
    let instance = new_instance(call, prepared, reservation, index);
    let id = instance.id;
    call.put(instance.clone());
    for interface in &prepared.interfaces {
        let attached = match &interface.source {
            Ok(existing) => *existing,
            Err(new) => network_interface::create(call, new.clone(), &interface.subnet, Some(prepared.launch.kind))?.id,
        };
        let place = Place {
            instance: id,
            device_index: interface.device_index,
            delete_on_termination: interface.delete_on_termination,
        };
        attach(call, attached, place)?;
    }
    give_public_address(call, &instance)?;
    Ok(id)
}

fn new_instance(call: &mut Call<'_>, prepared: &Prepared, reservation: ReservationId, index: u32) -> Instance {
    let launch = &prepared.launch;
    Instance {
        id: call.new_id(),
        reservation,
        launch_index: index,
        image: launch.image.clone(),
        instance_type: launch.kind.name.to_owned(),
        state: InstanceState::Pending,
        state_reason: None,
        launched: call.now,
        terminated: None,
        user_data: launch.user_data.clone(),
        disable_api_termination: launch.disable_api_termination,
        disable_api_stop: launch.disable_api_stop,
        shutdown_behavior: launch.shutdown_behavior,
        client_token: launch.client_token.clone(),
        wants_public_address: prepared.wants_public_address,
        zone: prepared.zone.clone(),
        hostname_type: prepared.hostname_type,
        resource_name_records: prepared.resource_name_records,
        metadata_options: launch.metadata_options,
        has_run: false,
        reboots: 0,
        shutdown_asked: None,
        shutdown_at_once: false,
        tags: launch.tags.clone(),
    }
}
