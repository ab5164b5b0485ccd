//! What the worker of names and metadata is told of what calls made.

use std::net::Ipv4Addr;

use ringwall_model::services::{InstanceServices, ServicesConfiguration, VpcServices};
use ringwall_plan::services::{Mark, PublicService, ServicesSettings, services};

use super::scene::{instance_record, pending_instance, primary};
use crate::bench::Bench;

fn settings() -> ServicesSettings {
    let service = PublicService {
        names: vec!["s3.{region}.amazonaws.com".into(), "*.s3.{region}.amazonaws.com".into()],
        addresses: vec!["192.0.2.1".parse().unwrap()],
    };
    ServicesSettings {
        account: "000000000000".into(),
        architecture: "x86_64".into(),
        resolvers: vec!["192.0.2.53:53".parse().unwrap()],
        public_blocks: vec!["198.51.100.0/24".parse().unwrap()],
        public_services: vec![service],
    }
}

fn served(bench: &Bench) -> ServicesConfiguration {
    services(&bench.store.snapshot(), &settings())
}

/// The VPC that has instances, and the one that it has.
fn only(configuration: &ServicesConfiguration) -> (&VpcServices, &InstanceServices) {
    let vpc = configuration.vpcs.values().find(|vpc| !vpc.instances.is_empty()).expect("a VPC with instances");
    (vpc, vpc.instances.values().next().expect("an instance"))
}

#[test]
fn an_instance_is_served_as_it_was_launched() {
    let mut bench = Bench::new();
    let tag =
        "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
    let id = pending_instance(&mut bench, &format!("&UserData=aGk=&MetadataOptions.HttpPutResponseHopLimit=2{tag}"));
    let configuration = served(&bench);
    assert_eq!(configuration.revision, bench.store.snapshot().revision);
    let (vpc, own) = only(&configuration);
    let (record, interface) = (instance_record(&bench, id), primary(&bench, id));
    assert_eq!((vpc.region.as_str(), vpc.resolver()), ("us-east-1", Some(Ipv4Addr::new(172, 31, 0, 2))), "DNS-1");
    assert_eq!((own.image.as_str(), own.user_data.as_deref()), ("ami-host", Some("aGk=")));
    assert_eq!(
        (own.options, own.reservation, own.launched),
        (record.metadata_options, record.reservation, record.launched)
    );
    assert!(own.tags.is_empty(), "tags are told to who asked for it");
    let public = interface.auto_public;
    assert_eq!(own.interfaces.len(), 1);
    assert_eq!(own.interfaces[0].ipv4, [(interface.ipv4[0], public)], "EIP-4");
    assert_eq!(own.interfaces[0].groups.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["default"]);
    assert_eq!(vpc.public, [(public.unwrap(), interface.ipv4[0])].into(), "DNS-10");
    assert_eq!(configuration.shared.public_names, [(public.unwrap(), "us-east-1".to_owned())].into(), "DNS-6");
    let names: Vec<&str> = configuration.shared.names.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["s3.us-east-1.amazonaws.com", "*.s3.us-east-1.amazonaws.com"]);
}

#[test]
fn an_elastic_address_has_a_name_as_long_as_it_stands_for_something() {
    let mut bench = Bench::new();
    let id = pending_instance(&mut bench, "");
    let interface = primary(&bench, id).id;
    let address = bench.ok("AllocateAddress", "");
    let (public, allocation) = (address.get("publicIp").parse().unwrap(), address.get("allocationId"));
    assert!(!served(&bench).shared.public_names.contains_key(&public));
    bench.ok("AssociateAddress", &format!("AllocationId={allocation}&NetworkInterfaceId={interface}"));
    assert!(served(&bench).shared.public_names.contains_key(&public), "DNS-6");
    let configuration = served(&bench);
    assert_eq!(only(&configuration).1.interfaces[0].ipv4[0].1, Some(public), "EIP-4");
    let vpc = primary(&bench, id).vpc;
    bench.ok("ModifyVpcAttribute", &format!("VpcId={vpc}&EnableDnsHostnames.Value=false"));
    let configuration = served(&bench);
    assert!(configuration.shared.public_names.is_empty() && only(&configuration).0.public.is_empty(), "DNS-6");
    assert_eq!(only(&configuration).1.interfaces[0].ipv4[0].1, Some(public), "it has the address all the same");
}

#[test]
fn an_instance_that_is_gone_is_not_served() {
    let mut bench = Bench::new();
    let id = pending_instance(&mut bench, "");
    assert!(served(&bench).vpcs.values().any(|vpc| vpc.instances.contains_key(&id)));
    bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
    let mut transaction = bench.store.begin();
    super::operation::instance::stopped(&mut transaction, "us-east-1", id, 1_700_000_000_000);
    bench.store.commit(vec![transaction]).unwrap();
    assert!(!served(&bench).vpcs.values().any(|vpc| vpc.instances.contains_key(&id)), "INST-12");
}

#[test]
fn the_records_of_resource_names_are_those_of_the_subnet_at_launch() {
    let mut bench = Bench::new();
    let id = pending_instance(&mut bench, "");
    let subnet = primary(&bench, id).subnet;
    let on = format!("SubnetId={subnet}&EnableResourceNameDnsARecordOnLaunch.Value=true");
    bench.ok("ModifySubnetAttribute", &on);
    let later = pending_instance(&mut bench, &format!("&SubnetId={subnet}"));
    let other = pending_instance(&mut bench, "&PrivateDnsNameOptions.EnableResourceNameDnsARecord=false");
    let configuration = served(&bench);
    let (vpc, _) = only(&configuration);
    let records = [id, later, other].map(|id| vpc.instances[&id].resource_name_records.a);
    assert_eq!(records, [false, true, false], "DNS-13");
}

#[test]
fn a_change_of_what_is_served_changes_its_mark() {
    let mut bench = Bench::new();
    let id = pending_instance(&mut bench, "");
    let (vpc, subnet, interface) = (primary(&bench, id).vpc, primary(&bench, id).subnet, primary(&bench, id).id);
    let group = bench.ok("CreateSecurityGroup", "GroupName=g&GroupDescription=d").get("groupId");
    let address = bench.ok("AllocateAddress", "").get("allocationId");
    let rule = format!("GroupId={group}&IpProtocol=tcp&FromPort=1&ToPort=1&CidrIp=10.0.0.0/8");
    let named = "PrivateDnsHostnameTypeOnLaunch=resource-name";
    for (action, parameters, counts) in [
        ("AuthorizeSecurityGroupIngress", rule, false),
        ("ModifyNetworkInterfaceAttribute", format!("NetworkInterfaceId={interface}&SecurityGroupId.1={group}"), true),
        ("AssociateAddress", format!("AllocationId={address}&NetworkInterfaceId={interface}"), true),
        ("ModifyVpcAttribute", format!("VpcId={vpc}&EnableDnsHostnames.Value=false"), true),
        ("ModifySubnetAttribute", format!("SubnetId={subnet}&{named}"), true),
        ("ModifyInstanceMetadataOptions", format!("InstanceId={id}&HttpTokens=required"), true),
        ("CreateTags", format!("ResourceId.1={id}&Tag.1.Key=k&Tag.1.Value=v"), true),
        ("TerminateInstances", format!("InstanceId.1={id}"), true),
    ] {
        let (before, last) = (Mark::of(&bench.store.snapshot()), served(&bench));
        bench.ok(action, &parameters);
        let (after, next) = (Mark::of(&bench.store.snapshot()), served(&bench));
        assert_eq!(before != after, counts, "{action}");
        assert!(before != after || (&last.vpcs, &last.shared) == (&next.vpcs, &next.shared), "{action}");
    }
}

#[test]
fn an_interface_endpoint_has_names_for_all_and_the_services_own_in_its_vpc() {
    let mut bench = Bench::new();
    let id = pending_instance(&mut bench, "");
    let (vpc, subnet) = (primary(&bench, id).vpc, primary(&bench, id).subnet);
    let before = Mark::of(&bench.store.snapshot());
    let parameters =
        format!("VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.ec2&VpcEndpointType=Interface&SubnetId.1={subnet}");
    let endpoint = bench.ok("CreateVpcEndpoint", &parameters).get("vpcEndpointId");
    assert_ne!(before, Mark::of(&bench.store.snapshot()));
    let configuration = served(&bench);
    let own: Vec<_> =
        configuration.shared.names.iter().filter(|record| record.name.starts_with(&format!("{endpoint}-"))).collect();
    assert_eq!(own.len(), 2, "IFE-9: {own:?}");
    assert!(own.iter().any(|record| record.name.contains("-us-east-1a.ec2.")), "IFE-9: {own:?}");
    assert!(own.iter().all(|record| record.addresses.len() == 1), "IFE-10: {own:?}");
    let (vpc, _) = only(&configuration);
    let private = vpc.names.iter().find(|record| record.name == "ec2.us-east-1.amazonaws.com").expect("IFE-11");
    assert_eq!(private.addresses, own[0].addresses, "IFE-11");
}
