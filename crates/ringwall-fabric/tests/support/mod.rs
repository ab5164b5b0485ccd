//! What the tests of this crate have in common: a Ringwall that is taken down whatever becomes of the test.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ringwall_fabric::{
    Addresses, ExecCommand, Fabric, InstanceSpec, LinkSpec, Place, Process, command_in, down, link_device,
    network_namespace, start_instance,
};
use ringwall_net::MacAddress;

pub const ROUTER_MAC: MacAddress = MacAddress([0x02, 0x52, 0x57, 0, 0, 1]);
pub const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0xec2, 0, 0, 0, 0, 0, 1);

/// Stands in for the product's executable.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_ringwall-fabric-test-init");

/// A place of its own for one test.
pub struct Stage {
    pub place: Place,
    /// the directories of its instances
    pub state: PathBuf,
}

impl Stage {
    pub fn new(test: &str) -> Stage {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // SAFETY: the call takes nothing and cannot fail.
        let user = unsafe { libc::geteuid() };
        assert_eq!(user, 0, "THESE TESTS NEED ROOT: they make network namespaces; run them with sudo");
        let unique = format!("{test}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let state = Path::new("/var/tmp").join(format!("ringwall-{unique}"));
        std::fs::create_dir_all(&state).expect("a directory for the state");
        Stage { place: Place::below(format!("/run/ringwall-{unique}"), "one".parse().expect("a name")), state }
    }

    pub fn fabric(&self) -> Fabric {
        Fabric::create_or_open(&self.place).expect("a fabric")
    }

    pub fn directory(&self, id: &str) -> PathBuf {
        self.state.join(id)
    }

    pub fn spec(&self, id: &str) -> InstanceSpec {
        InstanceSpec {
            id: id.to_owned(),
            hostname: format!("host-of-{id}"),
            directory: self.directory(id),
            user_data: None,
            resolver: None,
            hide: vec![self.state.clone(), "/sys/fs/bpf".into()],
            program: PROGRAM.into(),
        }
    }

    pub fn start(&self, id: &str) -> Process {
        start_instance(&self.place, &self.spec(id)).expect("an instance")
    }

    pub fn console(&self, id: &str) -> String {
        std::fs::read_to_string(self.directory(id).join("console.log")).expect("a console")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let taken_down = down(&self.place, Duration::ZERO);
        let _ = std::fs::remove_dir_all(&self.state);
        let _ = std::fs::remove_dir(self.place.root());
        if !std::thread::panicking() {
            taken_down.expect("everything can be taken down");
        }
    }
}

/// The address `10.0.SUBNET.HOST/24` and its IPv6 counterpart, with their routers.
pub fn addresses(subnet: u8, host: u8, is_primary: bool) -> Addresses {
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, subnet.into(), 0, 0, 0, host.into());
    Addresses {
        ipv4: vec![(Ipv4Addr::new(10, 0, subnet, host), 24)],
        ipv6: vec![(v6, 64)],
        router_v4: Some(Ipv4Addr::new(10, 0, subnet, 1)),
        router_v6: Some(ROUTER_V6),
        is_primary,
    }
}

/// The hardware address of the interface with that number.
pub fn mac(number: u32) -> MacAddress {
    let [a, b, c, d] = number.to_be_bytes();
    MacAddress([0x02, 0, a, b, c, d])
}

pub fn interface(number: u32) -> String {
    format!("eni-{number:017x}")
}

/// Makes a link for the interface with that number, down as it comes.
pub fn link(fabric: &Fabric, process: Process, number: u32, device: &str, addresses: &Addresses) -> u32 {
    let interface = interface(number);
    let spec = LinkSpec {
        fabric_device: &link_device(&interface),
        alias: &interface,
        namespace: &network_namespace(process).expect("the instance's namespace"),
        device,
        mac: mac(number),
        mtu: 9001,
        addresses,
    };
    fabric.create_link(&spec).expect("a link")
}

/// What a shell in the instance prints, and its status.
pub fn shell(process: Process, script: &str) -> (String, i32) {
    let command = ExecCommand::new("/bin/sh", ["-c", script]);
    let output = command_in(process, &command).and_then(|mut command| {
        command.output().map_err(|source| ringwall_fabric::ExecError::Run { program: "/bin/sh".into(), source })
    });
    let output = output.expect("a shell in the instance");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.code().unwrap_or(-1))
}

/// What `ip` says in the instance, as JSON.
pub fn ip(process: Process, arguments: &str) -> serde_json::Value {
    let (text, status) = shell(process, &format!("ip -json {arguments}"));
    assert_eq!(status, 0, "{text}");
    // Says nothing at all where there is nothing to say.
    serde_json::from_str(if text.trim().is_empty() { "[]" } else { &text }).unwrap_or_else(|_| panic!("{text}"))
}

/// Waits for something to become true.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "it never came to be that {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A frame of Ethernet with a payload that nobody else sends.
pub fn frame(to: MacAddress, from: MacAddress, payload: &str) -> Vec<u8> {
    let mut frame = [to.0, from.0].concat();
    // A type that is set aside for experiments.
    frame.extend([0x88, 0xb5]);
    frame.extend(payload.as_bytes());
    frame.resize(frame.len().max(60), 0);
    frame
}
