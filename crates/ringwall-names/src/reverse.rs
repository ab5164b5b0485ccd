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
    let place = Place::of(wanted)?;
    let data = match place.block {
        Prefix::V4(block) => v4(zones, shared, block, &place)?,
        Prefix::V6(block) => v6(zones, block, &place)?,
    };
    Some(Known { zone: wanted.parent()?.to_vec(), data })
}

fn v4(zones: &Zones, shared: &SharedZones, block: Ipv4Prefix, place: &Place) -> Option<Data> {
    let address = block.network();
    if place.is_whole && address == METADATA_V4 {
        return Some(pointer(&format!("instance-data.{}", private_domain(&zones.region))));
    }
    if zones.ipv4.iter().any(|own| own.covers(block)) {
        let name = ip_name(&zones.region, address);
        return Some(place.holds(|| if zones.has_names { pointer(&name) } else { Data::NoName }));
    }
    if block.length() < 32 || !shared.owns(address) {
        return None;
    }
    let named = shared.public_names.get(&address).map(|region| pointer(&public_name(region, address)));
    Some(place.holds(|| named.unwrap_or(Data::NoName)))
}

fn v6(zones: &Zones, block: Ipv6Prefix, place: &Place) -> Option<Data> {
    if !zones.ipv6.iter().any(|own| own.covers(block)) {
        return None;
    }
    let address = IpAddr::V6(block.network());
    let holder = zones.instances.iter().find(|(_, addresses)| addresses.contains(&address));
    Some(place.holds(|| match holder {
        Some((id, _)) if zones.has_names => pointer(&resource_name(&zones.region, *id)),
        _ => Data::NoName,
    }))
}

fn pointer(text: &str) -> Data {
    name(text).map_or(Data::NoName, Data::Pointer)
}

/// The place of a name among those of addresses.
struct Place {
    /// the addresses that the end of the name stands for
    block: Prefix,
    /// whether that is one address, and the name has nothing before it
    is_whole: bool,
    /// whether the name has labels before that end that stand for no address
    is_below: bool,
}

impl Place {
    /// The place of a name; none if it is not below one of the two domains.
    fn of(wanted: &OwnedName) -> Option<Place> {
        let labels: Vec<&[u8]> =
            wanted.iter().map(|label| label.as_slice()).filter(|label| !label.is_empty()).collect();
        let [digits @ .., family, arpa] = labels.as_slice() else { return None };
        if !arpa.eq_ignore_ascii_case(b"arpa") {
            return None;
        }
        let (block, read) = if family.eq_ignore_ascii_case(b"in-addr") {
            let octets: Vec<u8> = digits.iter().rev().take(4).map_while(|digits| decimal(digits)).collect();
            let mut address = [0; 4];
            address[..octets.len()].copy_from_slice(&octets);
            (Ipv4Prefix::new(Ipv4Addr::from(address), octets.len() as u8 * 8).map(Prefix::V4)?, octets.len())
        } else if family.eq_ignore_ascii_case(b"ip6") {
            let nibbles: Vec<u32> = digits.iter().rev().take(32).map_while(|digit| hexadecimal(digit)).collect();
            let place = |(place, digit): (usize, &u32)| u128::from(*digit) << (124 - 4 * place);
            let bits = nibbles.iter().enumerate().map(place).fold(0, |bits, own| bits | own);
            (Ipv6Prefix::new(Ipv6Addr::from(bits), nibbles.len() as u8 * 4).map(Prefix::V6)?, nibbles.len())
        } else {
            return None;
        };
        let is_below = read < digits.len();
        let is_one = matches!((block, block.length()), (Prefix::V4(_), 32) | (Prefix::V6(_), 128));
        Some(Place { block, is_whole: is_one && !is_below, is_below })
    }

    /// What stands there: the name of the address, names of addresses below, or nothing at all.
    fn holds(&self, name: impl FnOnce() -> Data) -> Data {
        match (self.is_below, self.is_whole) {
            (true, _) => Data::NoName,
            (false, true) => name(),
            (false, false) => Data::Nothing,
        }
    }
}

/// One digit.
fn hexadecimal(label: &[u8]) -> Option<u32> {
    let [digit] = label else { return None };
    char::from(*digit).to_digit(16)
}

/// A number from 0 to 255, written as plainly as it can be.
fn decimal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    let value: u8 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}
