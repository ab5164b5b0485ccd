//! The names of instances: private ones (DNS-8, DNS-11, DNS-13) and public ones (DNS-9, DNS-10).

use std::net::{IpAddr, Ipv4Addr};

use ringwall_model::dns_name::{private_domain, public_domain};
use ringwall_model::id::InstanceId;
use ringwall_model::services::METADATA_V4;

use crate::zones::{Data, Known, SharedZones, Zones};
use crate::{OwnedName, name};

/// The domains that all private names end with, whatever their Region.
const PRIVATE: [&str; 2] = ["ec2.internal", "compute.internal"];

/// The name by which metadata can be asked for.
const METADATA: &str = "instance-data";

/// What is known of a name that ends as private names do; none of others.
pub(crate) fn private(zones: &Zones, wanted: &OwnedName) -> Option<Known> {
    let all = PRIVATE.into_iter().filter_map(name).find(|domain| wanted.ends_with(domain))?;
    let nothing = |zone| Some(Known { zone, data: Data::NoName });
    let Some(own) = name(&private_domain(&zones.region)).filter(|own| wanted.ends_with(own)) else {
        return nothing(all);
    };
    let Some(label) = only_label(wanted, &own) else {
        let is_apex = wanted == &own;
        return Some(Known { zone: own, data: if is_apex { Data::Nothing } else { Data::NoName } });
    };
    if label == METADATA {
        return Some(Known { zone: own, data: Data::Addresses(vec![METADATA_V4.into()]) });
    }
    let data = if zones.has_names { instance(zones, &label) } else { None };
    Some(Known { zone: own, data: data.unwrap_or(Data::NoName) })
}

/// What the first label of a private name stands for. Addresses have names whether or not anyone holds them (DNS-11).
fn instance(zones: &Zones, label: &str) -> Option<Data> {
    if let Some(address) = label.strip_prefix("ip-").and_then(dashed) {
        let is_inside = zones.ipv4.iter().any(|block| block.contains(address));
        return is_inside.then(|| Data::Addresses(vec![address.into()]));
    }
    let id: InstanceId = label.parse().ok()?;
    zones.instances.get(&id).map(|addresses| match addresses.as_slice() {
        [] => Data::Nothing,
        addresses => Data::Addresses(addresses.to_vec()),
    })
}

/// What is known of a public name of an instance: the private address inside its VPC, the public one everywhere else
/// (DNS-10). A name of an address that is not Ringwall's is left to others.
pub(crate) fn public(zones: &Zones, shared: &SharedZones, wanted: &OwnedName) -> Option<Known> {
    let label = text(wanted.first().as_slice())?;
    let address = dashed(label.strip_prefix("ec2-")?)?;
    let zone: OwnedName = domain::base::name::ToName::to_vec(&wanted.parent()?);
    let is_in = |region: &str| name(&public_domain(region)).is_some_and(|domain| domain == zone);
    let data = match shared.public_names.get(&address) {
        Some(region) if is_in(region) => {
            let inside = zones.public.get(&address).copied();
            Data::Addresses(vec![inside.unwrap_or(address).into()])
        }
        Some(_) => return None,
        None if shared.owns(address) => Data::NoName,
        None => return None,
    };
    Some(Known { zone, data })
}

/// The one label that stands before a domain.
fn only_label(wanted: &OwnedName, domain: &OwnedName) -> Option<String> {
    let is_one = wanted.iter().count() == domain.iter().count() + 1;
    is_one.then(|| text(wanted.first().as_slice())).flatten()
}

/// A label as text in lower case; none if it holds anything but what names of hosts do.
fn text(label: &[u8]) -> Option<String> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    label.iter().all(is_plain).then(|| label.iter().map(|byte| byte.to_ascii_lowercase() as char).collect())
}

/// `10-0-0-5` as an address.
fn dashed(text: &str) -> Option<Ipv4Addr> {
    text.replace('-', ".").parse().ok()
}

/// The addresses of an instance that its resource name has records of (DNS-13).
pub(crate) fn resource_addresses(instance: &ringwall_model::services::InstanceServices) -> Vec<IpAddr> {
    let Some(primary) = instance.interfaces.first() else { return Vec::new() };
    let v4 = primary.ipv4.first().map(|(private, _)| IpAddr::V4(*private));
    let v6 = primary.ipv6.first().copied().map(IpAddr::V6);
    let wanted = instance.resource_name_records;
    [v4.filter(|_| wanted.a), v6.filter(|_| wanted.aaaa)].into_iter().flatten().collect()
}
