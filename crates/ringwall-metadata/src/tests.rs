//! Requests and answers, as clients see them.

use ringwall_model::resource::traffic::Text;
use ringwall_model::services::{InstanceServices, InterfaceServices, VpcServices};

use crate::{Answer, Directory, Request, TokenKey, respond};

const ACCOUNT: &str = "000000000000";
const NOW: u64 = 1_700_000_000;

fn text<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Text<T> {
    Text(text.parse().unwrap())
}

fn interface(device_index: u16, mac: &str, ipv4: Vec<(&str, Option<&str>)>) -> InterfaceServices {
    let pair = |(private, public): (&str, Option<&str>)| {
        (private.parse().unwrap(), public.map(|public| public.parse().unwrap()))
    };
    InterfaceServices {
        id: format!("eni-0000000000000000{device_index}").parse().unwrap(),
        device_index,
        mac: text(mac),
        vpc: "vpc-0123456789abcdef0".parse().unwrap(),
        subnet: "subnet-0123456789abcdef0".parse().unwrap(),
        subnet_ipv4: text("10.0.0.0/24"),
        subnet_ipv6: Some(text("2001:db8::/64")),
        ipv4: ipv4.into_iter().map(pair).collect(),
        ipv6: vec![],
        groups: vec![
            ("sg-00000000000000001".parse().unwrap(), "default".into()),
            ("sg-00000000000000002".parse().unwrap(), "web".into()),
        ],
    }
}

/// A VPC with one instance of two interfaces.
fn vpc() -> VpcServices {
    let first = InterfaceServices {
        ipv6: vec!["2001:db8::5".parse().unwrap()],
        ..interface(0, "06:00:00:00:00:01", vec![("10.0.0.5", Some("198.51.100.7")), ("10.0.0.6", None)])
    };
    let instance = InstanceServices {
        image: "ami-host".into(),
        reservation: "r-0123456789abcdef0".parse().unwrap(),
        launch_index: 3,
        instance_type: "t3.micro".into(),
        architecture: "x86_64".into(),
        launched: 1_700_000_000_123,
        zone: "us-east-1b".into(),
        hostname_type: Default::default(),
        resource_name_records: Default::default(),
        options: Default::default(),
        tags: [("Name".to_owned(), "web server".to_owned()), ("a.b:c".to_owned(), String::new())].into(),
        user_data: Some("IyEvYmluL3NoCv8=".into()),
        interfaces: vec![first, interface(1, "06:00:00:00:00:02", vec![("10.0.1.5", None)])],
    };
    VpcServices {
        region: "us-east-1".into(),
        ipv4: vec![text("10.0.0.0/16"), text("100.64.0.0/24")],
        ipv6: vec![text("2001:db8::/56")],
        dns_support: true,
        dns_hostnames: true,
        instances: [("i-0123456789abcdef0".parse().unwrap(), instance)].into(),
        ..VpcServices::default()
    }
}

fn ask(vpc: &VpcServices, request: &Request<'_>) -> Answer {
    let directory = Directory::new(vpc.clone());
    let asker = directory.find("10.0.0.5".parse().unwrap()).expect("the instance is known by its address");
    respond(request, &asker, ACCOUNT, &TokenKey::new([7; 32]), NOW)
}

fn get(vpc: &VpcServices, path: &str) -> Result<String, u16> {
    let answer = ask(vpc, &Request { method: "GET", path, ..Request::default() });
    if answer.status == 200 { Ok(String::from_utf8(answer.body).unwrap()) } else { Err(answer.status) }
}

fn change(vpc: &mut VpcServices) -> &mut InstanceServices {
    vpc.instances.values_mut().next().unwrap()
}

#[test]
fn an_instance_is_told_who_it_is() {
    let vpc = vpc();
    for (path, told) in [
        ("ami-id", "ami-host"),
        ("ami-launch-index", "3"),
        ("hostname", "ip-10-0-0-5.ec2.internal"),
        ("instance-id", "i-0123456789abcdef0"),
        ("instance-life-cycle", "on-demand"),
        ("instance-type", "t3.micro"),
        ("ipv6", "2001:db8::5"),
        ("local-hostname", "ip-10-0-0-5.ec2.internal"),
        ("local-ipv4", "10.0.0.5"),
        ("mac", "06:00:00:00:00:01"),
        ("placement/availability-zone", "us-east-1b"),
        ("placement/availability-zone-id", "use1-az2"),
        ("placement/region", "us-east-1"),
        ("public-hostname", "ec2-198-51-100-7.compute-1.amazonaws.com"),
        ("public-ipv4", "198.51.100.7"),
        ("reservation-id", "r-0123456789abcdef0"),
        ("security-groups", "default\nweb"),
        ("services/domain", "amazonaws.com"),
        ("services/partition", "aws"),
    ] {
        assert_eq!(get(&vpc, &format!("/latest/meta-data/{path}")).as_deref(), Ok(told), "EIP-4, INST-9: {path}");
        assert_eq!(get(&vpc, &format!("/2021-03-23/meta-data/{path}")).as_deref(), Ok(told), "{path}");
    }
    assert_eq!(get(&vpc, "/latest/meta-data/iam/"), Err(404), "it has no role");
}

#[test]
fn an_instance_is_told_of_each_of_its_interfaces() {
    let vpc = vpc();
    let first = "/latest/meta-data/network/interfaces/macs/06:00:00:00:00:01";
    for (path, told) in [
        ("device-number", "0"),
        ("interface-id", "eni-00000000000000000"),
        ("ipv4-associations/198.51.100.7", "10.0.0.5"),
        ("ipv6s", "2001:db8::5"),
        ("local-hostname", "ip-10-0-0-5.ec2.internal"),
        ("local-ipv4s", "10.0.0.5\n10.0.0.6"),
        ("owner-id", ACCOUNT),
        ("public-hostname", "ec2-198-51-100-7.compute-1.amazonaws.com"),
        ("public-ipv4s", "198.51.100.7"),
        ("security-group-ids", "sg-00000000000000001\nsg-00000000000000002"),
        ("security-groups", "default\nweb"),
        ("subnet-id", "subnet-0123456789abcdef0"),
        ("subnet-ipv4-cidr-block", "10.0.0.0/24"),
        ("subnet-ipv6-cidr-blocks", "2001:db8::/64"),
        ("vpc-id", "vpc-0123456789abcdef0"),
        ("vpc-ipv4-cidr-block", "10.0.0.0/16"),
        ("vpc-ipv4-cidr-blocks", "10.0.0.0/16\n100.64.0.0/24"),
        ("vpc-ipv6-cidr-blocks", "2001:db8::/56"),
    ] {
        assert_eq!(get(&vpc, &format!("{first}/{path}")).as_deref(), Ok(told), "{path}");
    }
    let second = "/latest/meta-data/network/interfaces/macs/06:00:00:00:00:02";
    assert_eq!(get(&vpc, &format!("{second}/local-ipv4s")).as_deref(), Ok("10.0.1.5"));
    assert_eq!(get(&vpc, &format!("{second}/public-ipv4s")), Err(404));
    let directory = Directory::new(vpc.clone());
    for address in ["10.0.1.5", "2001:db8::5"] {
        assert!(directory.find(address.parse().unwrap()).is_some(), "asked by another of its addresses: {address}");
    }
    assert!(directory.find("10.0.0.9".parse().unwrap()).is_none());
}

#[test]
fn lists_are_a_name_a_line_and_branches_end_with_a_slash() {
    let vpc = vpc();
    let top = "ami-id\nami-launch-index\nhostname\ninstance-action\ninstance-id\ninstance-life-cycle\ninstance-type\nipv6\nlocal-hostname\nlocal-ipv4\nmac\nnetwork/\nplacement/\npublic-hostname\npublic-ipv4\nreservation-id\nsecurity-groups\nservices/";
    for path in ["/latest/meta-data", "/latest/meta-data/"] {
        assert_eq!(get(&vpc, path).as_deref(), Ok(top), "{path}");
    }
    let macs = get(&vpc, "/latest/meta-data/network/interfaces/macs/");
    assert_eq!(macs.as_deref(), Ok("06:00:00:00:00:01/\n06:00:00:00:00:02/"));
    assert_eq!(get(&vpc, "/latest/").as_deref(), Ok("dynamic/\nmeta-data/\nuser-data"));
    assert!(get(&vpc, "/").unwrap().ends_with("\n2024-04-11\nlatest"));
    for path in
        ["/newest/", "/latest/meta-data/nothing", "/latest/meta-data/ami-id/x", "/latest//meta-data", "/favicon.ico"]
    {
        assert_eq!(get(&vpc, path), Err(404), "{path}");
    }
}

#[test]
fn what_the_vpc_does_not_name_has_no_name() {
    let mut vpc = vpc();
    vpc.dns_hostnames = false;
    assert_eq!(get(&vpc, "/latest/meta-data/public-hostname"), Err(404), "DNS-6");
    assert_eq!(get(&vpc, "/latest/meta-data/public-ipv4").as_deref(), Ok("198.51.100.7"));
    change(&mut vpc).hostname_type = ringwall_model::resource::subnet::HostnameType::ResourceName;
    assert_eq!(get(&vpc, "/latest/meta-data/hostname").as_deref(), Ok("i-0123456789abcdef0.ec2.internal"), "DNS-13");
}

#[test]
fn user_data_is_what_was_given() {
    let mut vpc = vpc();
    let answer = ask(&vpc, &Request { method: "GET", path: "/latest/user-data", ..Request::default() });
    assert_eq!((answer.body.as_slice(), answer.content_type), (&b"#!/bin/sh\n\xff"[..], "application/octet-stream"));
    change(&mut vpc).user_data = None;
    assert_eq!(get(&vpc, "/latest/user-data"), Err(404));
    assert_eq!(get(&vpc, "/latest").as_deref(), Ok("dynamic/\nmeta-data/"));
}

#[test]
fn tags_are_told_if_they_may_be() {
    let mut vpc = vpc();
    assert_eq!(get(&vpc, "/latest/meta-data/tags/instance/Name"), Err(404));
    change(&mut vpc).options.tags = true;
    assert_eq!(get(&vpc, "/latest/meta-data/tags/instance/").as_deref(), Ok("Name\na.b:c"));
    assert_eq!(get(&vpc, "/latest/meta-data/tags/instance/Name").as_deref(), Ok("web server"));
    assert_eq!(get(&vpc, "/latest/meta-data/tags/instance/a.b%3Ac").as_deref(), Ok(""));
    for broken in ["%", "%zz", "%ff", "%e"] {
        assert_eq!(get(&vpc, &format!("/latest/meta-data/tags/instance/{broken}")), Err(404), "{broken}");
    }
}

#[test]
fn the_identity_document_is_one_piece() {
    let vpc = vpc();
    let document = get(&vpc, "/latest/dynamic/instance-identity/document").unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    for (name, value) in [
        ("accountId", ACCOUNT),
        ("architecture", "x86_64"),
        ("availabilityZone", "us-east-1b"),
        ("imageId", "ami-host"),
        ("instanceId", "i-0123456789abcdef0"),
        ("instanceType", "t3.micro"),
        ("pendingTime", "2023-11-14T22:13:20Z"),
        ("privateIp", "10.0.0.5"),
        ("region", "us-east-1"),
        ("version", "2017-09-30"),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    assert!(document["kernelId"].is_null() && document["ramdiskId"].is_null());
    assert_eq!(get(&vpc, "/latest/dynamic/instance-identity/").as_deref(), Ok("document"));
    for forged in ["signature", "pkcs7", "rsa2048"] {
        assert_eq!(get(&vpc, &format!("/latest/dynamic/instance-identity/{forged}")), Err(404), "nobody here can sign");
    }
}

fn put<'r>(seconds: Option<&'r str>) -> Request<'r> {
    Request { method: "PUT", path: "/latest/api/token", seconds, ..Request::default() }
}

#[test]
fn a_token_is_had_by_put_and_holds_as_long_as_was_asked() {
    let mut vpc = vpc();
    change(&mut vpc).options.tokens_required = true;
    change(&mut vpc).options.hop_limit = 2;
    let given = ask(&vpc, &put(Some("60")));
    assert_eq!((given.status, given.seconds, given.hop_limit), (200, Some(60), Some(2)), "DNS-17");
    let token = String::from_utf8(given.body).unwrap();
    let path = "/latest/meta-data/instance-id";
    let with = Request { method: "GET", path, token: Some(&token), ..Request::default() };
    let answer = ask(&vpc, &with);
    assert_eq!((answer.status, answer.seconds, answer.hop_limit), (200, Some(60), None));
    assert_eq!(get(&vpc, path), Err(401), "without a token");
    let wrong = format!("{}A", &token[..token.len() - 1]);
    assert_eq!(ask(&vpc, &Request { token: Some(&wrong), ..with }).status, 401);
    change(&mut vpc).options.tokens_required = false;
    assert_eq!(ask(&vpc, &Request { token: Some(&wrong), ..with }).status, 401, "a wrong one is not taken for none");
    assert_eq!(ask(&vpc, &Request { method: "HEAD", ..with }).status, 200);
    let directory = Directory::new(vpc.clone());
    let asker = directory.find("10.0.0.5".parse().unwrap()).unwrap();
    assert_eq!(respond(&with, &asker, ACCOUNT, &TokenKey::new([7; 32]), NOW + 60).status, 401, "it has ended");
}

#[test]
fn a_token_is_not_for_those_who_ask_for_others() {
    let vpc = vpc();
    for seconds in ["1", "21600"] {
        assert_eq!(ask(&vpc, &put(Some(seconds))).status, 200, "{seconds}");
    }
    for seconds in ["0", "21601", "-1", "+60", "", "many", "60 ", "99999999999999999999"] {
        assert_eq!(ask(&vpc, &put(Some(seconds))).status, 400, "{seconds}");
    }
    assert_eq!(ask(&vpc, &put(None)).status, 400);
    assert_eq!(ask(&vpc, &Request { is_forwarded: true, ..put(Some("60")) }).status, 403);
    assert_eq!(ask(&vpc, &Request { path: "/2021-03-23/api/token", ..put(Some("60")) }).status, 403);
    for method in ["POST", "DELETE", "OPTIONS", "PATCH", "get", ""] {
        assert_eq!(ask(&vpc, &Request { method, path: "/latest/meta-data/", ..Request::default() }).status, 405);
    }
}

#[test]
fn an_instance_without_an_endpoint_is_told_nothing() {
    let mut vpc = vpc();
    change(&mut vpc).options.endpoint = false;
    assert_eq!(ask(&vpc, &put(Some("60"))).status, 403, "DNS-17");
    assert_eq!(get(&vpc, "/latest/meta-data/"), Err(403), "DNS-17");
    let answer = ask(&vpc, &Request { method: "GET", path: "/", ..Request::default() });
    assert!(String::from_utf8(answer.body).unwrap().contains("<title>403 - Forbidden</title>"));
}

#[test]
fn whatever_the_path_is_there_is_an_answer() {
    let mut vpc = vpc();
    change(&mut vpc).options.tags = true;
    let parts = ["latest", "meta-data", "tags", "instance", "network", "..", "%2e", "", "%", "é", "Name", "1.0"];
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = random.usize(0..8);
        let path: String = (0..count).map(|_| format!("/{}", parts[random.usize(..parts.len())])).collect();
        let told = get(&vpc, &path);
        assert!(told.is_ok() || matches!(told, Err(400 | 404)), "seed {seed}: {path} {told:?}");
    }
}
