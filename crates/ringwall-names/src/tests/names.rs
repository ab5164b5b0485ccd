//! Which names resolve, and to what.

use domain::base::iana::Rtype;

use super::{INSTANCE, Told, World, addresses, record};

fn no_name(zone: &str) -> Told {
    Told::NoName(zone.to_owned())
}

fn no_data(zone: &str) -> Told {
    Told::NoData(zone.to_owned())
}

#[test]
fn ip_names_resolve_for_every_address_of_the_vpc_whether_or_not_it_is_held() {
    let world = World::new();
    assert_eq!(world.ask("ip-10-0-0-5.ec2.internal", Rtype::A), addresses(&["10.0.0.5"]), "DNS-8");
    assert_eq!(world.ask("ip-10-0-200-9.ec2.internal", Rtype::A), addresses(&["10.0.200.9"]), "DNS-11");
    assert_eq!(world.ask("IP-100-64-0-9.EC2.internal", Rtype::A), addresses(&["100.64.0.9"]), "a secondary block");
    assert_eq!(world.ask("ip-10-0-0-5.ec2.internal", Rtype::AAAA), no_data("ec2.internal"));
    for name in [
        "ip-10-1-0-5.ec2.internal",
        "ip-10-0-0-256.ec2.internal",
        "ip-10-0-0-05.ec2.internal",
        "ip-10-0-0.ec2.internal",
        "a.ip-10-0-0-5.ec2.internal",
        "nobody.ec2.internal",
        "ip-10-0-0-5.us-east-1.compute.internal",
    ] {
        let zone = if name.contains("compute") { "compute.internal" } else { "ec2.internal" };
        assert_eq!(world.ask(name, Rtype::A), no_name(zone), "{name}");
    }
    assert_eq!(world.ask("ec2.internal", Rtype::A), no_data("ec2.internal"));
}

#[test]
fn other_regions_have_domains_of_their_own() {
    let mut world = World::new();
    world.vpc.region = "eu-west-1".into();
    let name = "ip-10-0-0-5.eu-west-1.compute.internal";
    assert_eq!(world.ask(name, Rtype::A), addresses(&["10.0.0.5"]), "DNS-8");
    assert_eq!(world.ask("ip-10-0-0-5.ec2.internal", Rtype::A), no_name("ec2.internal"));
}

#[test]
fn resource_names_have_the_records_that_were_asked_for() {
    let mut world = World::new();
    let name = format!("{INSTANCE}.ec2.internal");
    assert_eq!(world.ask(&name, Rtype::A), no_data("ec2.internal"), "DNS-13");
    world.instance().resource_name_records.a = true;
    assert_eq!(world.ask(&name, Rtype::A), addresses(&["10.0.0.5"]), "DNS-13");
    assert_eq!(world.ask(&name, Rtype::AAAA), no_data("ec2.internal"));
    world.instance().resource_name_records.aaaa = true;
    assert_eq!(world.ask(&name, Rtype::AAAA), addresses(&["2001:db8::5"]), "DNS-13");
    assert_eq!(world.ask(&name, Rtype::ANY), addresses(&["10.0.0.5", "2001:db8::5"]));
    assert_eq!(world.ask("i-00000000000000000.ec2.internal", Rtype::A), no_name("ec2.internal"));
}

#[test]
fn a_public_name_is_the_private_address_inside_and_the_public_one_elsewhere() {
    let world = World::new();
    let name = |host: &str| format!("ec2-198-51-100-{host}.compute-1.amazonaws.com");
    assert_eq!(world.ask(&name("7"), Rtype::A), addresses(&["10.0.0.5"]), "DNS-10: its own");
    assert_eq!(world.ask(&name("8"), Rtype::A), addresses(&["198.51.100.8"]), "DNS-10: another VPC's");
    assert_eq!(world.ask(&name("9"), Rtype::A), no_name("compute-1.amazonaws.com"), "nobody's");
    let real = "ec2-203-0-113-9.compute-1.amazonaws.com";
    assert_eq!(world.ask(real, Rtype::A), Told::Elsewhere, "an address that is not Ringwall's");
    let other_region = "ec2-198-51-100-7.eu-west-1.compute.amazonaws.com";
    assert_eq!(world.ask(other_region, Rtype::A), Told::Elsewhere, "DNS-9: it is in another Region");
}

#[test]
fn addresses_have_names() {
    let mut world = World::new();
    let pointer = |name: &str| Told::Pointer(name.to_owned());
    assert_eq!(world.ask("5.0.0.10.in-addr.arpa", Rtype::PTR), pointer("ip-10-0-0-5.ec2.internal"), "DNS-12");
    assert_eq!(world.ask("9.0.64.100.IN-ADDR.ARPA", Rtype::PTR), pointer("ip-100-64-0-9.ec2.internal"), "DNS-12");
    assert_eq!(world.ask("5.0.0.10.in-addr.arpa", Rtype::A), no_data("0.0.10.in-addr.arpa"));
    assert_eq!(world.ask("0.0.10.in-addr.arpa", Rtype::PTR), no_data("0.10.in-addr.arpa"), "it has names below");
    assert_eq!(world.ask("05.0.0.10.in-addr.arpa", Rtype::PTR), no_name("0.0.10.in-addr.arpa"));
    assert_eq!(world.ask("1.5.0.0.10.in-addr.arpa", Rtype::PTR), no_name("5.0.0.10.in-addr.arpa"));
    for name in ["5.0.1.10.in-addr.arpa", "10.in-addr.arpa", "in-addr.arpa", "x.arpa", "arpa", "0.0.0.0.ip6.arpa"] {
        assert_eq!(world.ask(name, Rtype::PTR), Told::Elsewhere, "{name}");
    }
    let public = "ec2-198-51-100-7.compute-1.amazonaws.com";
    assert_eq!(world.ask("7.100.51.198.in-addr.arpa", Rtype::PTR), pointer(public));
    assert_eq!(world.ask("9.100.51.198.in-addr.arpa", Rtype::PTR), no_name("100.51.198.in-addr.arpa"));
    let v6 = format!("5{}.8.b.d.0.1.0.0.2.ip6.arpa", ".0".repeat(23));
    assert_eq!(world.ask(&v6, Rtype::PTR), no_name(&v6[2..]), "AWS has no name for it");
    world.instance().resource_name_records.aaaa = true;
    assert_eq!(world.ask(&v6, Rtype::PTR), pointer(&format!("{INSTANCE}.ec2.internal")));
    assert_eq!(world.ask("8.b.d.0.1.0.0.2.ip6.arpa", Rtype::PTR), Told::Elsewhere, "more than the VPC's block");
}

#[test]
fn the_attributes_of_the_vpc_decide() {
    let mut world = World::new();
    world.vpc.names = vec![record("ec2.us-east-1.amazonaws.com", &["10.0.0.9"])];
    world.vpc.dns_hostnames = false;
    assert_eq!(world.ask("ip-10-0-0-5.ec2.internal", Rtype::A), no_name("ec2.internal"), "DNS-7");
    assert_eq!(world.ask("5.0.0.10.in-addr.arpa", Rtype::PTR), no_name("0.0.10.in-addr.arpa"), "DNS-7");
    assert_eq!(world.ask("ec2.us-east-1.amazonaws.com", Rtype::A), Told::Elsewhere, "DNS-7");
    assert_eq!(world.ask("www.example.com", Rtype::A), Told::Elsewhere, "DNS-2");
    world.vpc.dns_support = false;
    assert_eq!(world.ask("www.example.com", Rtype::A), Told::Nothing, "DNS-5");
}

#[test]
fn a_private_name_takes_the_place_of_the_public_one_in_its_vpc_alone() {
    let mut world = World::new();
    let name = "ec2.us-east-1.amazonaws.com";
    world.shared.names = vec![record(name, &["192.0.2.1"])];
    assert_eq!(world.ask(name, Rtype::A), addresses(&["192.0.2.1"]));
    world.vpc.names = vec![record(name, &["10.0.0.9", "10.0.1.9"])];
    assert_eq!(world.ask_turn(name, Rtype::A, 0), addresses(&["10.0.0.9", "10.0.1.9"]), "IFE-11");
    assert_eq!(world.ask_turn(name, Rtype::A, 1), addresses(&["10.0.1.9", "10.0.0.9"]), "IFE-10: in turns");
    assert_eq!(world.ask_turn(name, Rtype::A, usize::MAX), addresses(&["10.0.1.9", "10.0.0.9"]), "IFE-10");
    assert_eq!(world.ask("x.ec2.us-east-1.amazonaws.com", Rtype::A), no_name(name), "its zone is private");
    assert_eq!(world.ask("sts.us-east-1.amazonaws.com", Rtype::A), Told::Elsewhere);
}

#[test]
fn buckets_are_names_below_their_service() {
    let mut world = World::new();
    let (name, below) = ("s3.us-east-1.amazonaws.com", "*.s3.us-east-1.amazonaws.com");
    world.shared.names = vec![record(name, &["192.0.2.1"]), record(below, &["192.0.2.2"])];
    assert_eq!(world.ask(name, Rtype::A), addresses(&["192.0.2.1"]));
    assert_eq!(world.ask("bucket.s3.us-east-1.amazonaws.com", Rtype::A), addresses(&["192.0.2.2"]));
    assert_eq!(world.ask("a.bucket.s3.us-east-1.amazonaws.com", Rtype::A), addresses(&["192.0.2.2"]));
    assert_eq!(world.ask("bucket.s3.us-east-1.amazonaws.com", Rtype::AAAA), no_data(name));
    world.shared.names.remove(0);
    assert_eq!(world.ask(name, Rtype::A), no_data(name), "it is there, for there are names below it");
}

#[test]
fn metadata_has_a_name() {
    let world = World::new();
    assert_eq!(world.ask("instance-data.ec2.internal", Rtype::A), addresses(&["169.254.169.254"]));
    let pointer = Told::Pointer("instance-data.ec2.internal".into());
    assert_eq!(world.ask("254.169.254.169.in-addr.arpa", Rtype::PTR), pointer);
}
