//! What the tests of this crate have in common: a worker, and a network namespace in which every address is its own.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ringwall_model::id::VpcId;
use ringwall_model::services::{
    InstanceServices, InterfaceServices, ServicesConfiguration, SharedServices, VpcServices,
};
use ringwall_services::{Client, open_service_sockets_here};
use socket2::{Domain, Socket, Type};

pub const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 5);
pub const OTHER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 6);
pub const RESOLVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
pub const KEY: [u8; 32] = [7; 32];

/// A worker of its own for one test, in the namespace of the host.
pub struct Stage {
    directory: tempfile::TempDir,
    child: Child,
}

impl Stage {
    pub fn new() -> Stage {
        let directory = tempfile::tempdir().expect("a directory");
        let child = start(&directory.path().join("socket"));
        Stage { directory, child }
    }

    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.socket()).expect("the worker")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills the worker and starts another.
    pub fn replace(&mut self) {
        self.child.kill().expect("the worker can be killed");
        self.child.wait().expect("the worker has ended");
        std::fs::remove_file(self.socket()).expect("its socket");
        self.child = start(&self.socket());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(path: &std::path::Path) -> Child {
    let listener = std::os::fd::OwnedFd::from(UnixListener::bind(path).expect("a socket"));
    let program = env!("CARGO_BIN_EXE_ringwall-services-test-worker");
    Command::new(program).stdin(Stdio::from(listener)).spawn().expect("a worker")
}

/// Runs the test on a thread in a namespace in which every address is its own, as it is where the questions of a VPC arrive.
pub fn in_a_namespace(test: impl FnOnce() + Send + 'static) {
    in_a_namespace_without_addresses(|| {
        for arguments in [
            "link set lo up",
            "route add local 0.0.0.0/0 dev lo",
            "-6 route add local ::/0 dev lo",
            // IPv6 sockets do not stand on addresses that are only routed here, unless they ask for it.
            "-6 addr add 2001:db8::5/128 dev lo nodad",
        ] {
            ip(arguments);
        }
        test();
    });
}

fn in_a_namespace_without_addresses(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::spawn(|| {
        // SAFETY: the call takes one number, and changes the namespace of this thread alone.
        let unshared = unsafe { libc::unshare(libc::CLONE_NEWNET) };
        assert_eq!(unshared, 0, "THESE TESTS NEED ROOT: they make network namespaces; run them with sudo");
        test();
    });
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

pub fn vpc() -> VpcId {
    "vpc-0123456789abcdef0".parse().expect("an id")
}

/// A VPC with one instance at [`OWN`].
pub fn configuration(revision: u64) -> ServicesConfiguration {
    let interface = InterfaceServices {
        id: "eni-0123456789abcdef0".parse().expect("an id"),
        device_index: 0,
        mac: ringwall_model::resource::traffic::Text("06:00:00:00:00:01".parse().expect("an address")),
        vpc: vpc(),
        subnet: "subnet-0123456789abcdef0".parse().expect("an id"),
        subnet_ipv4: block("10.0.0.0/24"),
        subnet_ipv6: None,
        ipv4: vec![(OWN, None)],
        ipv6: vec!["2001:db8::5".parse().expect("an address")],
        groups: vec![("sg-0123456789abcdef0".parse().expect("an id"), "default".to_owned())],
    };
    let instance = InstanceServices {
        image: "ami-host".to_owned(),
        reservation: "r-0123456789abcdef0".parse().expect("an id"),
        launch_index: 0,
        instance_type: "t3.micro".to_owned(),
        architecture: "x86_64".to_owned(),
        launched: 1_700_000_000_000,
        zone: "us-east-1a".to_owned(),
        hostname_type: Default::default(),
        resource_name_records: Default::default(),
        options: Default::default(),
        tags: Default::default(),
        user_data: None,
        interfaces: vec![interface],
    };
    let services = VpcServices {
        region: "us-east-1".to_owned(),
        ipv4: vec![block("10.0.0.0/16")],
        dns_support: true,
        dns_hostnames: true,
        instances: [("i-0123456789abcdef0".parse().expect("an id"), instance)].into(),
        ..VpcServices::default()
    };
    let shared = SharedServices { account: "000000000000".to_owned(), ..SharedServices::default() };
    ServicesConfiguration { revision, shared, vpcs: [(vpc(), services)].into() }
}

pub fn block<B: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> ringwall_model::resource::traffic::Text<B> {
    ringwall_model::resource::traffic::Text(text.parse().expect("a block"))
}

/// Has a configuration served in the namespace of the calling thread.
pub fn serve(client: &mut Client, wanted: &ServicesConfiguration) {
    client.configure(wanted, &KEY).expect("the configuration is taken");
    let sockets = open_service_sockets_here(RESOLVER).expect("sockets");
    client.give(vpc(), (0, 1), &sockets).expect("the sockets are taken");
}

/// A question: an id, a name and a type.
pub fn question(id: u16, name: &str, kind: u16) -> Vec<u8> {
    let mut message = id.to_be_bytes().to_vec();
    message.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        message.push(label.len() as u8);
        message.extend_from_slice(label.as_bytes());
    }
    message.push(0);
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&[0, 1]);
    message
}

/// A socket of an instance.
pub fn socket(source: impl Into<IpAddr>) -> UdpSocket {
    let socket = UdpSocket::bind((source.into(), 0)).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a time");
    socket
}

/// What the resolver at an address answers to a question by UDP; none if it says nothing in time.
pub fn ask(source: impl Into<IpAddr>, resolver: impl Into<IpAddr>, question: &[u8]) -> Option<Vec<u8>> {
    let (socket, resolver) = (socket(source), SocketAddr::new(resolver.into(), 53));
    socket.send_to(question, resolver).expect("the question goes");
    let mut room = [0; 4096];
    let (length, from) = socket.recv_from(&mut room).ok()?;
    assert_eq!(from, resolver, "the answer comes from where the question went");
    Some(room[..length].to_vec())
}

/// The code of an answer, and the last four bytes of it: the address, if that is its last record.
pub fn outcome(answer: &[u8]) -> (u8, [u8; 4]) {
    (answer[3] & 15, answer[answer.len() - 4..].try_into().expect("four bytes"))
}

/// A connection of an instance.
pub fn connect(source: impl Into<IpAddr>, to: impl Into<IpAddr>, port: u16) -> TcpStream {
    let (source, to) = (source.into(), SocketAddr::new(to.into(), port));
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::new(source, 0).into()).expect("a source");
    socket.connect(&to.into()).expect("a connection");
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a time");
    stream
}

/// What is answered to an HTTP request, until the connection ends.
pub fn http(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(format!("{request}\r\nConnection: close\r\n\r\n").as_bytes()).expect("the request goes");
    let mut answer = String::new();
    // One who ends a connection without a word may reset it.
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// Sees all TCP packets that arrive in the namespace.
pub fn watch_packets() -> Socket {
    let watch = Socket::new(Domain::IPV4, Type::from(libc::SOCK_RAW), Some(socket2::Protocol::TCP)).expect("a socket");
    watch.set_read_timeout(Some(Duration::from_millis(100))).expect("a time");
    watch
}

/// How many hops the packets with content were to live that came from a port.
pub fn hops(mut watch: &Socket, port: u16) -> Vec<u8> {
    let mut hops = Vec::new();
    let mut room = [0; 65_536];
    while let Ok(length) = watch.read(&mut room) {
        let packet = &room[..length];
        let header = usize::from(packet[0] & 15) * 4;
        let content = header + usize::from(packet[header + 12] >> 4) * 4;
        if packet[header..header + 2] == port.to_be_bytes() && content < length {
            hops.push(packet[8]);
        }
    }
    hops
}

/// Runs the second test in a namespace that is joined by a link to that of the first, in which every address is local to what
/// arrives by the link, and nothing that goes out is.
pub fn across_a_link(serve: impl FnOnce() + Send + 'static, ask: impl FnOnce() + Send + 'static) {
    let (tell, hear) = std::sync::mpsc::channel::<libc::pid_t>();
    let (ready, go) = std::sync::mpsc::channel::<()>();
    let asking = std::thread::spawn(move || {
        // SAFETY: the calls take numbers, and change the namespace of this thread alone.
        let (unshared, thread) = unsafe { (libc::unshare(libc::CLONE_NEWNET), libc::gettid()) };
        assert_eq!(unshared, 0, "THESE TESTS NEED ROOT: they make network namespaces; run them with sudo");
        tell.send(thread).expect("the other side");
        go.recv().expect("the other side");
        for arguments in ["addr add 10.0.0.5/16 dev eth0", "link set eth0 up", "route add default dev eth0"] {
            ip(arguments);
        }
        ask();
    });
    in_a_namespace_without_addresses(move || {
        let thread = hear.recv().expect("the other side");
        ip(&format!("link add link0 type veth peer name eth0 netns {thread}"));
        for arguments in [
            "link set lo up",
            "link set link0 up",
            "rule add iif link0 lookup 100",
            "route add local default dev lo table 100",
            "route add default dev link0",
        ] {
            ip(arguments);
        }
        serve();
        ready.send(()).expect("the other side");
        asking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn ip(arguments: &str) {
    let done = Command::new("ip").args(arguments.split(' ')).status().expect("ip");
    assert!(done.success(), "ip {arguments}");
}
