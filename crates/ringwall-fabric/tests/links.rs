//! Links: what the instance finds at its end, what the fabric finds at the other, what passes between them.

mod support;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use ringwall_fabric::{
    Addresses, Fabric, LinkError, LinkSpec, Namespace, PacketSocket, Process, link_device, network_namespace,
    set_addresses,
};
use ringwall_net::MacAddress;
use serde_json::{Value, json};
use support::{ROUTER_MAC, Stage, addresses, frame, interface, ip, link, mac, shell};

const A_MOMENT: Duration = Duration::from_millis(100);

/// The addresses of a device, with their prefix lengths.
fn addresses_of(process: Process, device: &str) -> BTreeSet<String> {
    let shown = ip(process, &format!("address show dev {device}"));
    let list = shown[0]["addr_info"].as_array().expect("addresses").clone();
    list.iter().map(|it| format!("{}/{}", it["local"].as_str().unwrap(), it["prefixlen"])).collect()
}

#[test]
fn the_instances_end_has_its_addresses_and_routes() {
    let stage = Stage::new("inside");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let index = link(&fabric, process, 7, "eth0", &addresses(1, 10, true));
    fabric.enable_link(index).unwrap();
    let shown = &ip(process, "link show dev eth0")[0];
    assert_eq!((&shown["address"], &shown["mtu"]), (&json!(mac(7).to_string()), &json!(9001)));
    let expected = ["10.0.1.10/24", "2001:db8:0:1::a/64", "fe80::ff:fe00:7/64"];
    assert_eq!(addresses_of(process, "eth0"), expected.map(str::to_owned).into());
    let tentative = ip(process, "-6 address show dev eth0 tentative");
    assert!(tentative.as_array().unwrap().iter().all(|it| it == &json!({})), "no address is doubted: {tentative}");
    let route = |arguments: &str| ip(process, &format!("route show {arguments}"))[0].clone();
    assert_eq!((&route("default")["gateway"], &route("default")["dev"]), (&json!("10.0.1.1"), &json!("eth0")));
    let (v6, _) = shell(process, "ip -6 route show default");
    assert!(v6.starts_with("default via fe80:ec2::1 dev eth0"), "{v6}");
    let (settings, _) = shell(process, "cd /proc/sys/net/ipv6/conf/eth0 && cat accept_dad autoconf accept_ra");
    assert_eq!(settings, "0\n0\n0\n");
}

#[test]
fn the_fabric_has_no_address_and_answers_nothing() {
    let stage = Stage::new("silent");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let index = link(&fabric, process, 1, "eth0", &addresses(1, 10, true));
    fabric.enable_link(index).unwrap();
    let show = |what: &str| shell_in(fabric.namespace(), &format!("ip -json {what}"));
    let devices: Value = serde_json::from_str(&show("address")).unwrap();
    assert!(devices.as_array().unwrap().iter().all(|device| device["addr_info"] == json!([])), "{devices}");
    let flags: BTreeSet<&str> = devices[1]["flags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(flags.contains("NOARP") && flags.contains("UP"), "{flags:?}");
    assert_eq!((show("route").trim(), show("-6 route").trim()), ("[]", "[]"));
    let settings = "cd /proc/sys/net; cat ipv4/ip_forward ipv6/conf/all/forwarding ipv6/conf/e*/disable_ipv6";
    assert_eq!(shell_in(fabric.namespace(), settings), "0\n0\n1\n");
    // A question for the router's hardware address, and a datagram for which nobody listens.
    let namespace = network_namespace(process).unwrap();
    let socket = PacketSocket::open(&namespace, "eth0").unwrap();
    socket.send(&question(mac(1), [10, 0, 1, 10], [10, 0, 1, 1])).unwrap();
    let target = hardware_address(&fabric, &link_device(&interface(1)));
    shell(process, &format!("ip neigh replace 10.0.1.1 lladdr {target} nud permanent dev eth0"));
    namespace.run_in(|| UdpSocket::bind("10.0.1.10:0").unwrap().send_to(b"?", "10.0.1.1:9").unwrap()).unwrap();
    assert_eq!(socket.receive(A_MOMENT).unwrap(), None);
}

/// The hardware address of one of the fabric's devices.
fn hardware_address(fabric: &Fabric, device: &str) -> String {
    let shown = shell_in(fabric.namespace(), &format!("ip -oneline link show {device}"));
    shown.split_whitespace().skip_while(|&word| word != "link/ether").nth(1).expect("an address").to_owned()
}

/// Who has that address?
fn question(from: MacAddress, source: [u8; 4], target: [u8; 4]) -> Vec<u8> {
    let head = [&MacAddress::BROADCAST.0[..], &from.0, &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1]].concat();
    [&head[..], &from.0, &source, &[0; 6], &target].concat()
}

/// What a shell of the host prints that is in the namespace.
fn shell_in(namespace: &Namespace, script: &str) -> String {
    let output = || std::process::Command::new("/bin/sh").args(["-c", script]).output().unwrap();
    String::from_utf8(namespace.run_in(output).unwrap().stdout).unwrap()
}

#[test]
fn nothing_passes_before_the_link_is_enabled_and_everything_after() {
    let stage = Stage::new("frames");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let index = link(&fabric, process, 1, "eth0", &addresses(1, 10, true));
    let inside = PacketSocket::open(&network_namespace(process).unwrap(), "eth0").unwrap();
    let outside = PacketSocket::open(fabric.namespace(), &link_device(&interface(1))).unwrap();
    let (out, back) = (frame(ROUTER_MAC, mac(1), "out"), frame(mac(1), ROUTER_MAC, "back"));
    let _ = inside.send(&out);
    assert!(outside.send(&back).is_err(), "the fabric's end is down");
    fabric.enable_link(index).unwrap();
    assert!(!received(&outside, &out), "nor is anything kept for later");
    inside.send(&out).unwrap();
    // For another's hardware address: the router's, which the program at the fabric's end plays.
    assert!(received(&outside, &out));
    outside.send(&back).unwrap();
    assert!(received(&inside, &back));
    assert!(!received(&inside, &out), "what a socket's own side sends, it does not receive");
    let long = frame(mac(1), ROUTER_MAC, &"x".repeat(9000));
    outside.send(&long).unwrap();
    assert!(received(&inside, &long));
}

/// Whether the frame arrives, among whatever else does.
fn received(socket: &PacketSocket, frame: &[u8]) -> bool {
    while let Some(arrived) = socket.receive(A_MOMENT).unwrap() {
        if arrived == frame {
            return true;
        }
    }
    false
}

#[test]
fn a_link_is_ready_as_soon_as_it_is_enabled() {
    let stage = Stage::new("ready");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let namespace = network_namespace(process).unwrap();
    for number in 1..50 {
        let index = link(&fabric, process, number, "eth0", &addresses(1, 10, true));
        let inside = PacketSocket::open(&namespace, "eth0").unwrap();
        let outside = PacketSocket::open(fabric.namespace(), &link_device(&interface(number))).unwrap();
        fabric.enable_link(index).unwrap();
        let out = frame(ROUTER_MAC, mac(number), "out");
        inside.send(&out).unwrap();
        assert!(received(&outside, &out), "link {number}");
        fabric.delete_link(index).unwrap();
    }
}

#[test]
fn two_fabrics_side_by_side_do_not_know_each_other() {
    let (one, other) = (Stage::new("one"), Stage::new("other"));
    let (of_one, of_other) = (one.fabric(), other.fabric());
    assert_ne!(of_one.namespace().identity().unwrap(), of_other.namespace().identity().unwrap());
    let (first, second) = (one.start("i-1"), other.start("i-1"));
    // The same id, the same device, the same address, in both.
    let index = link(&of_one, first, 1, "eth0", &addresses(1, 10, true));
    of_one.enable_link(index).unwrap();
    let index = link(&of_other, second, 1, "eth0", &addresses(1, 10, true));
    of_other.enable_link(index).unwrap();
    let socket = |fabric: &Fabric| PacketSocket::open(fabric.namespace(), &link_device(&interface(1))).unwrap();
    let (at_one, at_other) = (socket(&of_one), socket(&of_other));
    let inside = PacketSocket::open(&network_namespace(first).unwrap(), "eth0").unwrap();
    let out = frame(ROUTER_MAC, mac(1), "out");
    inside.send(&out).unwrap();
    assert!(received(&at_one, &out) && !received(&at_other, &out));
}

#[test]
fn links_are_found_again_by_what_they_are_for() {
    let stage = Stage::new("found");
    let fabric = stage.fabric();
    fabric.create_or_open_internet(&ringwall_fabric::InternetSpec::new(ROUTER_MAC)).unwrap();
    let process = stage.start("i-1");
    let first = link(&fabric, process, 1, "eth0", &addresses(1, 10, true));
    let second = link(&fabric, process, 2, "eth1", &addresses(1, 11, false));
    fabric.enable_link(second).unwrap();
    drop(fabric);
    let fabric = Fabric::open(&stage.place).unwrap().expect("the fabric is still there");
    let links = fabric.links().unwrap();
    let seen: Vec<_> = links.iter().map(|link| (link.index, link.alias.as_deref(), link.is_enabled)).collect();
    let (one, two) = (interface(1), interface(2));
    assert_eq!(seen, [(first, Some(one.as_str()), false), (second, Some(two.as_str()), true)]);
    fabric.delete_link(first).unwrap();
    fabric.delete_link(first).unwrap();
    assert_eq!(fabric.links().unwrap().len(), 1);
    assert_eq!(ip(process, "link").as_array().unwrap().len(), 2, "lo and eth1");
}

#[test]
fn answers_leave_by_the_interface_at_which_the_question_came_in() {
    let stage = Stage::new("secondary");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    for (number, host, device) in [(1, 10, "eth0"), (2, 20, "eth1")] {
        let index = link(&fabric, process, number, device, &addresses(number as u8, host, number == 1));
        fabric.enable_link(index).unwrap();
    }
    let way = |arguments: &str| {
        let route = &ip(process, &format!("route get {arguments}"))[0];
        (route["dev"].as_str().unwrap().to_owned(), route["gateway"].as_str().unwrap_or("-").to_owned())
    };
    let by = |device: &str, gateway: &str| (device.to_owned(), gateway.to_owned());
    assert_eq!(way("192.0.2.1"), by("eth0", "10.0.1.1"));
    assert_eq!(way("192.0.2.1 from 10.0.1.10"), by("eth0", "10.0.1.1"));
    assert_eq!(way("192.0.2.1 from 10.0.2.20"), by("eth1", "10.0.2.1"));
    assert_eq!(way("10.0.2.99 from 10.0.2.20"), by("eth1", "-"));
    assert_eq!(way("2600::1"), by("eth0", "fe80:ec2::1"));
    assert_eq!(way("2600::1 from 2001:db8:0:2::14"), by("eth1", "fe80:ec2::1"));
    // The addresses move on, and the rules with them.
    let namespace = network_namespace(process).unwrap();
    set_addresses(&namespace, "eth1", &addresses(3, 30, false)).unwrap();
    assert_eq!(way("192.0.2.1 from 10.0.3.30"), by("eth1", "10.0.3.1"));
    let rules = ip(process, "rule");
    let sources: Vec<&str> = rules.as_array().unwrap().iter().map(|rule| rule["src"].as_str().unwrap()).collect();
    assert_eq!(sources, ["all", "10.0.3.30", "all", "all"]);
    // It becomes the primary one, and the other way round.
    set_addresses(&namespace, "eth0", &addresses(1, 10, false)).unwrap();
    set_addresses(&namespace, "eth1", &addresses(3, 30, true)).unwrap();
    assert_eq!(way("192.0.2.1"), by("eth1", "10.0.3.1"));
    assert_eq!(way("192.0.2.1 from 10.0.1.10"), by("eth0", "10.0.1.1"));
    assert_eq!(ip(process, "rule").as_array().unwrap().len(), 4);
}

#[test]
fn new_addresses_move_nothing_else() {
    let stage = Stage::new("addresses");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let before = addresses(1, 10, true);
    let index = link(&fabric, process, 1, "eth0", &before);
    fabric.enable_link(index).unwrap();
    let namespace = network_namespace(process).unwrap();
    let (changes, _) =
        shell(process, "(timeout 2 ip monitor address route > /tmp/changes &); sleep 0.3; echo listening");
    assert_eq!(changes, "listening\n");
    // One more; then the first one, which the others of its subnet hang on, goes.
    let mut after = before.clone();
    after.ipv4.push((Ipv4Addr::new(10, 0, 1, 11), 24));
    after.ipv6.push((Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0xb), 64));
    set_addresses(&namespace, "eth0", &after).unwrap();
    set_addresses(&namespace, "eth0", &after).unwrap();
    let (changes, _) = shell(process, "sleep 0.1; grep -vE '10.0.1.11|::b ' /tmp/changes | grep -E 'inet|default'");
    assert_eq!(changes, "", "what stays is not touched");
    after.ipv4.remove(0);
    after.ipv6.clear();
    set_addresses(&namespace, "eth0", &after).unwrap();
    let expected = ["10.0.1.11/24", "fe80::ff:fe00:1/64"];
    assert_eq!(addresses_of(process, "eth0"), expected.map(str::to_owned).into());
    let routes = ip(process, "route");
    let gateways: Vec<&Value> = routes.as_array().unwrap().iter().map(|route| &route["gateway"]).collect();
    assert_eq!(gateways, [&json!("10.0.1.1"), &Value::Null], "{routes}");
    set_addresses(&namespace, "eth0", &Addresses { is_primary: true, ..Addresses::default() }).unwrap();
    assert_eq!(addresses_of(process, "eth0").len(), 1);
    assert!(matches!(set_addresses(&namespace, "eth9", &after), Err(LinkError::NoDevice(_))));
}

#[test]
fn a_link_that_cannot_be_made_whole_is_not_made_at_all() {
    let stage = Stage::new("halfway");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let namespace = network_namespace(process).unwrap();
    let device = link_device(&interface(1));
    let spec = |addresses| LinkSpec {
        fabric_device: &device,
        alias: "eni-1",
        namespace: &namespace,
        device: "eth0",
        mac: mac(1),
        mtu: 9001,
        addresses,
    };
    let twice = Addresses { ipv4: vec![(Ipv4Addr::new(10, 0, 1, 10), 24); 2], ..Addresses::default() };
    let error = fabric.create_link(&spec(&twice)).unwrap_err();
    assert!(matches!(&error, LinkError::Address { device, .. } if device == "eth0"), "{error:?}");
    assert_eq!(fabric.links().unwrap(), []);
    let once = addresses(1, 10, true);
    fabric.create_link(&spec(&once)).unwrap();
    let error = fabric.create_link(&spec(&once)).unwrap_err();
    assert!(matches!(&error, LinkError::Create { .. }), "{error:?}");
    assert_eq!(fabric.links().unwrap().len(), 1, "the first one is still there");
    let long = LinkSpec { fabric_device: "a-name-of-16-chars", ..spec(&once) };
    assert!(matches!(fabric.create_link(&long), Err(LinkError::Create { .. })));
}
