//! Random calls to interfaces and instances, and random reports of what runs them, never break what must always hold.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use fastrand::Rng;
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::network_interface::InterfaceKind;
use ringwall_model::resource::{Instance, NetworkInterface};
use ringwall_store::Region;

use super::operation::instance::{failed, forget_old, started, stopped, terminated};
use super::operation::instance_type;
use super::operation::network_interface::attached_to;
use super::scene::{associate, give_ipv6, region, subnet};
use crate::bench::Bench;

fn any<'r, R: 'r>(random: &mut Rng, records: impl Iterator<Item = &'r Arc<R>>) -> Option<Arc<R>> {
    let records: Vec<&Arc<R>> = records.collect();
    random.choice(records).cloned()
}

/// Makes one call or report by chance; most make sense, many are refused.
fn step(bench: &mut Bench, random: &mut Rng) {
    let region = region(bench);
    let instance = any(random, region.instances.iter()).map(|instance| instance.id);
    let interface = any(random, region.network_interfaces.iter());
    let id = instance.map_or("i-00000000000000001".to_owned(), |id| id.to_string());
    let eni = interface.as_ref().map_or("eni-00000000000000001".to_owned(), |interface| interface.id.to_string());
    let subnet = subnet(bench, ['a', 'b'][random.usize(0..2)]);
    let small = random.u8(0..4);
    match random.u8(0..23) {
        0 | 1 => run(bench, random, &eni),
        2 => drop(
            bench.call("CreateNetworkInterface", &format!("SubnetId={subnet}&SecondaryPrivateIpAddressCount={small}")),
        ),
        3 => drop(bench.call("DeleteNetworkInterface", &format!("NetworkInterfaceId={eni}"))),
        4 | 5 => {
            let call = format!("NetworkInterfaceId={eni}&InstanceId={id}&DeviceIndex={small}");
            drop(bench.call("AttachNetworkInterface", &call));
        }
        6 => {
            let attachment = interface.and_then(|interface| interface.attachment);
            let attachment = attachment.map(|attachment| attachment.id.to_string()).unwrap_or_default();
            drop(bench.call("DetachNetworkInterface", &format!("AttachmentId={attachment}")));
        }
        7 => {
            let call = format!("NetworkInterfaceId={eni}&SecondaryPrivateIpAddressCount={small}");
            drop(bench.call("AssignPrivateIpAddresses", &call));
        }
        8 => {
            let move_it = format!(
                "NetworkInterfaceId={eni}&PrivateIpAddress.1=172.31.0.{}&AllowReassignment=true",
                random.u8(4..16)
            );
            drop(bench.call("AssignPrivateIpAddresses", &move_it));
        }
        9 => {
            let last = interface.and_then(|interface| interface.ipv4.last().copied());
            let call = format!("NetworkInterfaceId={eni}&PrivateIpAddress.1={}", last.unwrap_or(Ipv4Addr::LOCALHOST));
            drop(bench.call("UnassignPrivateIpAddresses", &call));
        }
        10 => drop(bench.call("AssignIpv6Addresses", &format!("NetworkInterfaceId={eni}&Ipv6AddressCount={small}"))),
        11 => drop(bench.call("StopInstances", &format!("InstanceId.1={id}"))),
        12 => drop(bench.call("StartInstances", &format!("InstanceId.1={id}"))),
        13 => drop(bench.call("TerminateInstances", &format!("InstanceId.1={id}"))),
        14 => {
            let kind = ["t3.nano", "t3.small", "m5.large"][random.usize(0..3)];
            drop(bench.call("ModifyInstanceAttribute", &format!("InstanceId={id}&InstanceType.Value={kind}")));
        }
        21 => {
            let call = format!("SubnetId={subnet}&ConnectivityType=private&SecondaryPrivateIpAddressCount=2");
            drop(bench.call("CreateNatGateway", &call));
        }
        22 => {
            if let Some(gateway) = any(random, region.nat_gateways.iter()) {
                drop(bench.call("DeleteNatGateway", &format!("NatGatewayId={}", gateway.id)));
            }
        }
        15 => elastic(bench, random),
        16 => bench.now += 20 * 60 * 1000,
        _ => report(bench, random, instance),
    }
}

fn run(bench: &mut Bench, random: &mut Rng, eni: &str) {
    let kind = ["t3.nano", "t3.small", "m5.large"][random.usize(0..3)];
    let interfaces = match random.u8(0..4) {
        0 => format!("&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.NetworkInterfaceId={eni}"),
        1 => "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.2.DeviceIndex=1&NetworkInterface.2.DeleteOnTermination=false".to_owned(),
        _ => String::new(),
    };
    let behavior = ["stop", "terminate"][random.usize(0..2)];
    let call = format!(
        "ImageId=ami-host&MinCount=1&MaxCount={}&InstanceType={kind}&InstanceInitiatedShutdownBehavior={behavior}{interfaces}",
        random.u8(1..3)
    );
    drop(bench.call("RunInstances", &call));
}

/// Has one of five Elastic IP addresses stand for any private address.
fn elastic(bench: &mut Bench, random: &mut Rng) {
    let region = region(bench);
    let own = region.network_interfaces.iter().filter(|interface| !interface.kind.is_requester_managed());
    let Some(interface) = any(random, own) else { return };
    let private = interface.ipv4[random.usize(0..interface.ipv4.len())];
    let public = Ipv4Addr::new(203, 0, 113, random.u8(1..6));
    let is_taken = region.addresses.iter().any(|address| {
        address.public != public
            && address.association.is_some_and(|other| (other.interface, other.private) == (interface.id, private))
    });
    if !is_taken {
        associate(bench, public, interface.id, private);
    }
}

fn report(bench: &mut Bench, random: &mut Rng, instance: Option<ringwall_model::id::InstanceId>) {
    let Some(id) = instance else { return };
    let kind = random.u8(0..6);
    bench.work(|transaction, region, now| match kind {
        0 | 1 => started(transaction, region, id),
        2 => stopped(transaction, region, id, now),
        3 => terminated(transaction, region, id, now),
        4 => failed(transaction, region, id, "the host is out of memory", now),
        _ => forget_old(transaction, region, now),
    });
}

fn check(region: &Region) {
    let mut addresses = BTreeSet::new();
    let mut public = BTreeSet::new();
    let mut macs = BTreeSet::new();
    for interface in region.network_interfaces.iter() {
        for address in &interface.ipv4 {
            assert!(addresses.insert((interface.subnet, address.to_string())), "{address} is used twice");
        }
        for address in &interface.ipv6 {
            assert!(addresses.insert((interface.subnet, address.to_string())), "{address} is used twice");
        }
        assert!(macs.insert(interface.mac) && !interface.ipv4.is_empty());
        assert_eq!(interface.groups.is_empty(), matches!(interface.kind, InterfaceKind::NatGateway(_)), "SG-9, NAT-13");
        check_interface(region, interface);
        if let Some(address) = interface.auto_public {
            assert!(public.insert(address), "{address} is given twice");
        }
    }
    for address in region.addresses.iter() {
        assert!(public.insert(address.public), "{} is given twice", address.public);
        if let Some(association) = address.association {
            let interface = region.network_interfaces.get(&association.interface).expect("the interface of an address");
            assert!(interface.ipv4.contains(&association.private), "{} stands for nothing", address.public);
        }
    }
    region.instances.iter().for_each(|instance| check_instance(region, instance));
}

fn check_interface(region: &Region, interface: &NetworkInterface) {
    let instance = interface
        .attachment
        .map(|attachment| region.instances.get(&attachment.instance).expect("the instance of an attachment"));
    if let Some(instance) = instance {
        assert_ne!(instance.state, InstanceState::Terminated, "{} is attached to what is gone", interface.id);
        let kind = instance_type::by_name(&instance.instance_type).expect("a type");
        kind.check_addresses(interface.ipv4.len(), interface.ipv6.len()).expect("addresses within the limit");
    }
    if interface.auto_public.is_some() {
        let instance = instance.expect("whoever was given the address");
        assert!(instance.state.has_links() && instance.wants_public_address, "a freed address is still there");
        assert_eq!(interface.attachment.map(|attachment| attachment.device_index), Some(0));
    }
}

fn check_instance(region: &Region, instance: &Instance) {
    let attached = attached_to(region, instance.id);
    if instance.state == InstanceState::Terminated {
        assert!(attached.is_empty() && instance.terminated.is_some());
        return;
    }
    let places: Vec<u16> =
        attached.iter().filter_map(|one| one.attachment).map(|attachment| attachment.device_index).collect();
    assert_eq!(places.first(), Some(&0), "{} has no primary interface", instance.id);
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{} has two interfaces at one place", instance.id);
    instance_type::by_name(&instance.instance_type).expect("a type").check_interfaces(places.len()).expect("in limits");
    assert!(instance.has_run || instance.state != InstanceState::Running);
}

#[test]
fn whatever_happens_addresses_places_and_limits_hold() {
    for seed in 0..40 {
        let mut random = Rng::with_seed(seed);
        let mut bench = Bench::new();
        bench.settings.quotas.instances = 6;
        let dual = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, dual);
        for _ in 0..150 {
            step(&mut bench, &mut random);
            check(&region(&bench));
        }
        bench.ok("DescribeInstances", "");
        bench.ok("DescribeNetworkInterfaces", "");
    }
}

#[test]
fn random_lives_reach_every_state() {
    let mut seen = BTreeSet::new();
    let (mut several, mut elastic) = (false, false);
    for seed in 0..200 {
        if seen.len() == 6 && several && elastic {
            break;
        }
        let mut random = Rng::with_seed(seed);
        let mut bench = Bench::new();
        for _ in 0..150 {
            step(&mut bench, &mut random);
            let region = region(&bench);
            seen.extend(region.instances.iter().map(|instance| instance.state));
            several |= region.instances.iter().any(|instance| attached_to(&region, instance.id).len() > 2);
            elastic |= region.addresses.iter().any(|address| address.association.is_none());
        }
    }
    assert_eq!(seen.len(), 6);
    assert!(several, "no instance has three interfaces");
    assert!(elastic, "no address is free");
}
