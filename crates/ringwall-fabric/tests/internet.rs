//! The internet's side of the uplink.

mod support;

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

use ringwall_fabric::internet::INTERNET_DEVICE;
use ringwall_fabric::link::Link;
use ringwall_fabric::{
    ExecCommand, Fabric, Internet, InternetSpec, Namespace, PacketSocket, Pools, command_in_namespace, down,
    exec_in_namespace,
};
use ringwall_net::MacAddress;
use support::{ROUTER_MAC, Stage};

fn spec() -> InternetSpec {
    let pools = Pools { ipv4: vec!["203.0.113.0/24".parse().unwrap()], ipv6: vec!["2600:1f00::/24".parse().unwrap()] };
    InternetSpec { pools, ..InternetSpec::new(ROUTER_MAC) }
}

/// What `ip route get` says in the namespace.
fn way(stage: &Stage, arguments: &str) -> String {
    let command = ExecCommand::new("ip", ["route", "get"].into_iter().chain(arguments.split(' ')));
    let output = command_in_namespace(&stage.place.internet_namespace(), &command).unwrap().output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn every_address_is_the_internets_own() {
    let stage = Stage::new("anyip");
    let uplink = stage.fabric().create_or_open_internet(&spec()).unwrap();
    for (server, client) in [("8.8.8.8", "1.2.3.4"), ("2606:4700::1111", "2a00:1450::8")] {
        let (server, client): (IpAddr, IpAddr) = (server.parse().unwrap(), client.parse().unwrap());
        let said = uplink.namespace().run_in(|| {
            let listener = TcpListener::bind((server, 80)).unwrap();
            let socket = UdpSocket::bind((client, 5353)).unwrap();
            socket.send_to(b"?", (server, 53)).unwrap();
            let address = listener.local_addr().unwrap();
            let asker = std::thread::spawn(move || std::net::TcpStream::connect(address).unwrap().write_all(b"hello"));
            let (mut stream, _) = listener.accept().unwrap();
            asker.join().unwrap().unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            said
        });
        assert_eq!(said.unwrap(), "hello", "{server}");
    }
}

#[test]
fn packets_for_the_pools_go_to_the_router_and_no_others_do() {
    let stage = Stage::new("pools");
    let fabric = stage.fabric();
    let uplink = fabric.create_or_open_internet(&spec()).unwrap();
    fabric.enable_link(uplink.index).unwrap();
    let socket = PacketSocket::open(fabric.namespace(), "uplink").unwrap();
    for (to, from) in [
        ("203.0.113.7", "198.51.100.1"),
        ("2600:1f00::7", "2001:db8:ffff::1"),
        ("203.0.113.8", "8.8.8.8"),
        ("2600:1f00::8", "2606:4700::1111"),
    ] {
        let (to, from): (IpAddr, IpAddr) = (to.parse().unwrap(), from.parse().unwrap());
        send(uplink.namespace(), from, to);
        let frame = expect(&socket, to, from);
        assert_eq!((&frame[..6], &frame[6..12]), (&ROUTER_MAC.0[..], &uplink.mac.0[..]));
    }
    for other in ["203.0.114.7", "2601::1", "10.0.0.1"] {
        send(uplink.namespace(), "8.8.8.8".parse().unwrap(), other.parse().unwrap());
    }
    while let Some(frame) = socket.receive(Duration::from_millis(100)).unwrap() {
        assert!(payload(&frame).is_none(), "nothing for others: {frame:02x?}");
    }
    // The source is chosen where the sender does not choose.
    assert!(way(&stage, "203.0.113.7").contains("src 198.51.100.1"), "{}", way(&stage, "203.0.113.7"));
    assert!(way(&stage, "2600:1f00::7").contains("src 2001:db8:ffff::1"), "{}", way(&stage, "2600:1f00::7"));
}

/// Sends a datagram, where an address of the other family stands for any of its own.
fn send(namespace: &Namespace, from: IpAddr, to: IpAddr) {
    let from = if from.is_ipv4() == to.is_ipv4() { from } else { "::".parse().unwrap() };
    namespace
        .run_in(|| UdpSocket::bind((from, 0)).unwrap().send_to(b"question", SocketAddr::new(to, 9)).unwrap())
        .unwrap();
}

fn expect(socket: &PacketSocket, to: IpAddr, from: IpAddr) -> Vec<u8> {
    let bytes = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let addresses = [bytes(from), bytes(to)].concat();
    while let Some(frame) = socket.receive(Duration::from_secs(5)).unwrap() {
        if payload(&frame).is_some() && frame.windows(addresses.len()).any(|window| window == addresses) {
            return frame;
        }
    }
    panic!("nothing came from {from} for {to}");
}

fn payload(frame: &[u8]) -> Option<usize> {
    frame.windows(8).position(|window| window == b"question")
}

#[test]
fn what_comes_by_the_uplink_is_answered_whichever_address_it_is_for() {
    let stage = Stage::new("answers");
    let fabric = stage.fabric();
    let uplink = fabric.create_or_open_internet(&spec()).unwrap();
    fabric.enable_link(uplink.index).unwrap();
    let socket = PacketSocket::open(fabric.namespace(), "uplink").unwrap();
    // An echo request from an address of the pool to one of the internet.
    let mut packet = vec![0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 203, 0, 113, 9, 9, 9, 9, 9];
    let checksum = checksum(&packet);
    packet[10..12].copy_from_slice(&checksum);
    packet.extend([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]);
    let frame = [&uplink.mac.0[..], &ROUTER_MAC.0, &[8, 0], &packet].concat();
    socket.send(&frame).unwrap();
    let answered = std::iter::from_fn(|| socket.receive(Duration::from_secs(5)).unwrap())
        .any(|frame| frame.get(26..35) == Some(&[9, 9, 9, 9, 203, 0, 113, 9, 0]));
    assert!(answered);
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    let sum: u32 = bytes.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    (!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes()
}

#[test]
fn the_pools_change_and_nothing_else() {
    let stage = Stage::new("change");
    let uplink = stage.fabric().create_or_open_internet(&spec()).unwrap();
    assert!(way(&stage, "203.0.113.7").contains(INTERNET_DEVICE));
    let pools = Pools { ipv4: vec!["192.0.2.0/25".parse().unwrap()], ipv6: Vec::new() };
    uplink.set_pools(&pools).unwrap();
    uplink.set_pools(&pools).unwrap();
    assert!(way(&stage, "192.0.2.7").contains(INTERNET_DEVICE));
    for own in ["192.0.2.200", "203.0.113.7", "2600:1f00::7"] {
        assert!(way(&stage, own).starts_with("local"), "{own} is the internet's own: {}", way(&stage, own));
    }
    uplink.set_pools(&Pools::default()).unwrap();
    assert!(way(&stage, "192.0.2.7").starts_with("local"));
}

#[test]
fn asked_for_again_the_internet_is_the_same() {
    let stage = Stage::new("again");
    let first = stage.fabric().create_or_open_internet(&spec()).unwrap();
    stage.fabric().enable_link(first.index).unwrap();
    let second = stage.fabric().create_or_open_internet(&spec()).unwrap();
    assert_eq!((first.index, first.mac, first.device), (second.index, second.mac, second.device));
    assert!(is_up(&stage.fabric()), "it stays as it was");
    let other = InternetSpec { mac: MacAddress([2, 0, 0, 0, 0, 9]), ..spec() };
    let third = stage.fabric().create_or_open_internet(&other).unwrap();
    assert_ne!(second.index, third.index);
    assert!(!is_up(&stage.fabric()), "a new one waits for its filters");
}

fn is_up(fabric: &Fabric) -> bool {
    let show = || std::process::Command::new("ip").args(["link", "show", "uplink"]).output().unwrap().stdout;
    String::from_utf8(fabric.run_in(show).unwrap()).unwrap().contains(",UP")
}

#[test]
fn the_host_itself_can_be_the_internet() {
    let stage = Stage::new("host");
    // The host's own network shall not be touched by a test: a namespace plays it.
    let host = Namespace::anonymous().unwrap();
    host.run_in(|| std::process::Command::new("ip").args(["link", "set", "lo", "up"]).status().unwrap()).unwrap();
    let devices = || {
        let list = || std::process::Command::new("ip").args(["-oneline", "link"]).output().unwrap().stdout;
        String::from_utf8(host.run_in(list).unwrap()).unwrap()
    };
    let fabric = stage.fabric();
    let spec = InternetSpec { internet: Internet::Host, ..spec() };
    let uplink = host.run_in(|| fabric.create_or_open_internet(&spec).unwrap()).unwrap();
    let again = host.run_in(|| fabric.create_or_open_internet(&spec).unwrap()).unwrap();
    assert_eq!((uplink.index, &uplink.device), (again.index, &again.device));
    assert_eq!(uplink.device, stage.place.host_device());
    let route = |address: &str| {
        let get = || std::process::Command::new("ip").args(["route", "get", address]).output().unwrap();
        let output = host.run_in(get).unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert!(route("2600:1f00::7").contains(&uplink.device), "{}", route("2600:1f00::7"));
    assert!(route("203.0.113.7").contains(&uplink.device), "{}", route("203.0.113.7"));
    assert!(!route("8.8.8.8").contains(&uplink.device) && !route("8.8.8.8").starts_with("local"));
    assert_eq!(fabric.links().unwrap(), Vec::<Link>::new());
    down(&stage.place, Duration::ZERO).unwrap();
    assert_eq!(devices().lines().count(), 1, "nothing but lo: {}", devices());
}

#[test]
fn a_command_runs_in_the_internet() {
    let stage = Stage::new("command");
    stage.fabric().create_or_open_internet(&spec()).unwrap();
    let path = stage.place.internet_namespace();
    let status = |script: &str| exec_in_namespace(&path, &ExecCommand::new("sh", ["-c", script])).unwrap();
    assert_eq!(status("ip link show internet0 >/dev/null && exit 4"), 4);
    assert_eq!(status("test -n \"$CARGO_MANIFEST_DIR\""), 0, "it is a command of the host");
    let nowhere = exec_in_namespace(&stage.place.namespace("nowhere"), &ExecCommand::new("true", [""; 0]));
    assert!(nowhere.unwrap_err().to_string().contains("there is no network namespace"));
}
