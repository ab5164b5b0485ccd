//! What tests of interfaces and instances start from. For tests alone.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{AllocationId, InstanceId, NetworkInterfaceId, ResourceId, SubnetId};
use ringwall_model::resource::address::AddressAssociation;
use ringwall_model::resource::subnet::SubnetIpv6;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{Address, Instance, NetworkInterface, Subnet, Tags};
use ringwall_store::Region;

use super::operation::instance::{started, stopped, terminated};
use crate::bench::Bench;

/// The records of the bench's Region.
pub fn region(bench: &Bench) -> Arc<Region> {
    bench.store.snapshot().region(&bench.region)
}

/// The default subnet of a zone: `172.31.0.0/20` of zone `a`, and the next ones of `b` and `c`.
pub fn subnet(bench: &mut Bench, zone: char) -> SubnetId {
    bench.ok("DescribeVpcs", "");
    region(bench).subnets.iter().find(|subnet| subnet.zone.ends_with(zone)).expect("a default subnet").id
}

/// Changes a subnet.
pub fn change_subnet(bench: &mut Bench, id: SubnetId, change: impl FnOnce(&mut Subnet)) {
    let mut subnet = Subnet::clone(region(bench).subnets.get(&id).expect("the subnet"));
    change(&mut subnet);
    bench.work(|transaction, region, _| transaction.put(region, subnet));
}

/// Gives a subnet the IPv6 block `2001:db8:1::/64`.
pub fn give_ipv6(bench: &mut Bench, id: SubnetId) {
    let block = Text("2001:db8:1::/64".parse().expect("a block"));
    change_subnet(bench, id, |subnet| subnet.ipv6 = Some(SubnetIpv6 { id: ResourceId::from_random(1), block }));
}

/// Makes an interface in the default subnet of zone `a`.
pub fn interface(bench: &mut Bench, parameters: &str) -> NetworkInterfaceId {
    let subnet = subnet(bench, 'a');
    let answer = bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}{parameters}"));
    answer.get("networkInterfaceId").parse().expect("an id")
}

/// The record of an interface.
pub fn interface_record(bench: &Bench, id: NetworkInterfaceId) -> Arc<NetworkInterface> {
    region(bench).network_interfaces.get(&id).expect("the interface").clone()
}

/// Runs one instance of a large type in the default subnet of zone `a`, and has it started.
pub fn instance(bench: &mut Bench, parameters: &str) -> InstanceId {
    let id = pending_instance(bench, &format!("&InstanceType=m5.large{parameters}"));
    assert!(bench.work(|transaction, region, _| started(transaction, region, id)));
    id
}

/// Runs one instance that is not started yet.
pub fn pending_instance(bench: &mut Bench, parameters: &str) -> InstanceId {
    let answer = bench.ok("RunInstances", &format!("ImageId=ami-host&MinCount=1&MaxCount=1{parameters}"));
    answer.get("instanceId").parse().expect("an id")
}

/// Has what runs the processes of an instance report that they are gone.
pub fn processes_end(bench: &mut Bench, id: InstanceId) -> bool {
    bench.work(|transaction, region, now| stopped(transaction, region, id, now))
}

/// Ends an instance.
pub fn end(bench: &mut Bench, id: InstanceId) {
    bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
    assert!(bench.work(|transaction, region, now| terminated(transaction, region, id, now)));
}

/// The record of an instance.
pub fn instance_record(bench: &Bench, id: InstanceId) -> Arc<Instance> {
    region(bench).instances.get(&id).expect("the instance").clone()
}

/// The interface of an instance at device index 0.
pub fn primary(bench: &Bench, id: InstanceId) -> Arc<NetworkInterface> {
    let region = region(bench);
    let attached = super::operation::network_interface::attached_to(&region, id);
    attached.first().expect("a primary interface").clone()
}

/// Has an Elastic IP address stand for a private one, as `AssociateAddress` does.
pub fn associate(
    bench: &mut Bench,
    public: Ipv4Addr,
    interface: NetworkInterfaceId,
    private: Ipv4Addr,
) -> AllocationId {
    let number = u128::from(u32::from(public));
    let id = AllocationId::from_random(number);
    let association = AddressAssociation { id: ResourceId::from_random(number), interface, private };
    let address = Address { id, public, association: Some(association), tags: Tags::new() };
    bench.work(|transaction, region, _| {
        let mut record =
            NetworkInterface::clone(transaction.region(region).network_interfaces.get(&interface).expect("it"));
        if record.ipv4.first() == Some(&private) {
            record.auto_public = None;
        }
        transaction.put(region, record);
        transaction.put(region, address);
    });
    id
}
