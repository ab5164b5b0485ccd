//! From addresses to names: private addresses of the VPC have their IP names (DNS-12), public ones their public names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::base::name::ToName;
use ringwall_model::dns_name::{ip_name, private_domain, public_name, resource_name};
use ringwall_model::services::METADATA_V4;
use ringwall_net::{Ipv4Prefix, Ipv6Prefix, Prefix};

use crate::zones::{Data, Known, SharedZones, Zones};
use crate::{OwnedName, name};

/// What is known of a name below `in-addr.arpa` or `ip6.arpa`; none of addresses that are not Ringwall's.
pub(crate) fn find(zones: &Zones, shared: &SharedZones, wanted: &OwnedName) -> Option<Known> {
    let block = block(wanted)?;
    let zone: OwnedName = wanted.parent()?.to_vec();
    let known = |data| Some(Known { zone: zone.clone(), data });
    let pointer = |text: String| known(name(&text).map_or(Data::NoName, Data::Pointer));
    match block {
        Prefix::V4(block) => {
            let address = block.network();
            let is_whole = block.length() == 32;
            if is_whole && address == METADATA_V4 {
                return pointer(format!("instance-data.{}", private_domain(&zones.region)));
            }
            if zones.ipv4.iter().any(|own| own.covers(block)) {
                return match (is_whole, zones.has_names) {
                    (true, true) => pointer(ip_name(&zones.region, address)),
                    (true, false) => known(Data::NoName),
                    (false, _) => known(Data::Nothing),
                };
            }
            if !is_whole || !shared.owns(address) {
                return None;
            }
            match shared.public_names.get(&address) {
                Some(region) => pointer(public_name(region, address)),
                None => known(Data::NoName),
            }
        }
        Prefix::V6(block) => {
            if !zones.ipv6.iter().any(|own| own.covers(block)) {
                return None;
            }
            let address = IpAddr::V6(block.network());
            let holder = zones.instances.iter().find(|(_, addresses)| addresses.contains(&address));
            match holder {
                _ if block.length() < 128 => known(Data::Nothing),
                Some((id, _)) if zones.has_names => pointer(resource_name(&zones.region, *id)),
                _ => known(Data::NoName),
            }
        }
    }
}

/// The block that a name below one of the two domains stands for: an address, if it has all of its labels.
fn block(wanted: &OwnedName) -> Option<Prefix> {
    let labels: Vec<&[u8]> = wanted.iter().map(|label| label.as_slice()).filter(|label| !label.is_empty()).collect();
    let [digits @ .., family, arpa] = labels.as_slice() else { return None };
    if !arpa.eq_ignore_ascii_case(b"arpa") {
        return None;
    }
    if family.eq_ignore_ascii_case(b"in-addr") {
        let mut octets = [0; 4];
        for (octet, digits) in octets.iter_mut().zip(digits.iter().rev()) {
            *octet = decimal(digits)?;
        }
        let length = u8::try_from(digits.len()).ok().filter(|count| (1..=4).contains(count))? * 8;
        return Ipv4Prefix::new(Ipv4Addr::from(octets), length).map(Prefix::V4);
    }
    if family.eq_ignore_ascii_case(b"ip6") {
        let length = u8::try_from(digits.len()).ok().filter(|count| (1..=32).contains(count))? * 4;
        let mut bits = 0_u128;
        for (place, digit) in digits.iter().rev().enumerate() {
            let [digit] = digit else { return None };
            bits |= u128::from(char::from(*digit).to_digit(16)?) << (124 - 4 * place);
        }
        return Ipv6Prefix::new(Ipv6Addr::from(bits), length).map(Prefix::V6);
    }
    None
}

/// A number from 0 to 255, written as plainly as it can be.
fn decimal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    let value: u8 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}
