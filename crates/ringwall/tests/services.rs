//! The worker of names and metadata beside a daemon: found, replaced, ended. THESE TESTS NEED ROOT.

use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ringwall_fabric::{Namespace, Place, down};
use ringwall_model::id::VpcId;
use ringwall_model::resource::traffic::Text;
use ringwall_model::services::{ServicesConfiguration, VpcServices};
use ringwalld::services::{Services, services_namespace};

/// A place of its own for one test, taken down whatever becomes of it.
struct Stage {
    place: Place,
}

impl Stage {
    fn new(test: &str) -> Stage {
        let root = format!("/run/ringwall-services-{test}-{}", std::process::id());
        let place = Place::below(root, "one".parse().expect("a name"));
        std::fs::create_dir_all(place.directory()).expect("THESE TESTS NEED ROOT: run them with sudo");
        Stage { place }
    }

    /// What a daemon has when it starts.
    fn services(&self) -> Arc<Services> {
        Services::with_program(self.place.clone(), PathBuf::from(env!("CARGO_BIN_EXE_ringwall"))).expect("services")
    }

    /// The namespace in which the questions of the VPC arrive.
    fn namespace(&self) -> Namespace {
        let namespace = Namespace::create_or_open(&services_namespace(&self.place, vpc())).expect("a namespace");
        let prepare = || {
            for arguments in ["link set lo up", "route add local 0.0.0.0/0 dev lo"] {
                assert!(Command::new("ip").args(arguments.split(' ')).status().expect("ip").success());
            }
        };
        namespace.run_in(prepare).expect("the namespace");
        namespace
    }

    fn record(&self) -> PathBuf {
        self.place.directory().join("workers/services.json")
    }

    /// The worker's process.
    fn worker(&self) -> u32 {
        let text = std::fs::read(self.record()).expect("the worker's record");
        let record: serde_json::Value = serde_json::from_slice(&text).expect("a record");
        u32::try_from(record["process"]["pid"].as_u64().expect("a number")).expect("a number of a process")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let taken_down = down(&self.place, Duration::ZERO);
        let _ = std::fs::remove_dir(self.place.root());
        if !std::thread::panicking() {
            taken_down.expect("everything can be taken down");
        }
    }
}

fn vpc() -> VpcId {
    "vpc-0123456789abcdef0".parse().expect("an id")
}

fn configuration(revision: u64, names: bool) -> ServicesConfiguration {
    let services = VpcServices {
        region: "us-east-1".into(),
        ipv4: vec![Text("10.0.0.0/16".parse().expect("a block"))],
        dns_support: true,
        dns_hostnames: names,
        ..VpcServices::default()
    };
    ServicesConfiguration { revision, vpcs: [(vpc(), services)].into(), ..ServicesConfiguration::default() }
}

/// The code of the answer to a question for `ip-10-0-0-9.ec2.internal`; none if there is no answer.
fn ask(namespace: &Namespace) -> Option<u8> {
    let mut question = vec![0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in ["ip-10-0-0-9", "ec2", "internal", ""] {
        question.push(label.len() as u8);
        question.extend_from_slice(label.as_bytes());
    }
    question.extend_from_slice(&[0, 1, 0, 1]);
    let answer = || {
        let socket = UdpSocket::bind((Ipv4Addr::new(10, 0, 0, 5), 0)).ok()?;
        socket.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
        socket.connect((Ipv4Addr::new(10, 0, 0, 2), 53)).ok()?;
        socket.send(&question).ok()?;
        let mut room = [0; 512];
        socket.recv(&mut room).ok()?;
        Some(room[3] & 15)
    };
    namespace.run_in(answer).expect("the namespace")
}

fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn is_there(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}/exe")).exists()
}

#[test]
fn names_are_served_as_each_revision_says_and_by_nobody_where_nobody_asks() {
    let stage = Stage::new("revisions");
    let services = stage.services();
    services.bring_to(&configuration(1, true)).unwrap();
    assert!(!stage.record().exists(), "without a namespace there is nothing to serve");
    let namespace = stage.namespace();
    for revision in 2..20 {
        let names = revision % 2 == 0;
        services.bring_to(&configuration(revision, names)).unwrap();
        assert_eq!(ask(&namespace), Some(if names { 0 } else { 3 }), "DNS-7: revision {revision}");
    }
}

#[test]
fn a_worker_that_is_killed_is_replaced() {
    let stage = Stage::new("killed");
    let (services, namespace) = (stage.services(), stage.namespace());
    services.bring_to(&configuration(1, true)).unwrap();
    for _ in 0..3 {
        let worker = stage.worker();
        assert!(Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap().success());
        eventually("there is another", || stage.record().exists() && stage.worker() != worker);
        eventually("names resolve again", || ask(&namespace) == Some(0));
        assert!(!is_there(worker));
    }
    // Killed just before a change: the change is answered by the next.
    assert!(Command::new("kill").args(["-9", &stage.worker().to_string()]).status().unwrap().success());
    services.bring_to(&configuration(2, false)).unwrap();
    eventually("names do not resolve", || ask(&namespace) == Some(3));
}

#[test]
fn the_next_daemon_finds_the_worker_of_the_one_before() {
    let stage = Stage::new("found");
    let (services, namespace) = (stage.services(), stage.namespace());
    services.bring_to(&configuration(1, true)).unwrap();
    let worker = stage.worker();
    drop(services);
    assert_eq!(ask(&namespace), Some(0), "C02: without a daemon");
    let services = stage.services();
    services.bring_to(&configuration(2, false)).unwrap();
    assert_eq!((stage.worker(), ask(&namespace)), (worker, Some(3)));
}

#[test]
fn a_process_that_does_not_understand_is_replaced() {
    let stage = Stage::new("stranger");
    let namespace = stage.namespace();
    ringwall_fabric::prepare_workers(&stage.place).unwrap();
    // Somebody listened there and is gone, as after the machine was switched off.
    let path = ringwall_fabric::worker_socket(&stage.place, "services");
    drop(std::os::unix::net::UnixListener::bind(path).unwrap());
    stage.services().bring_to(&configuration(1, true)).unwrap();
    assert_eq!(ask(&namespace), Some(0));
}

#[test]
fn down_ends_the_worker() {
    let stage = Stage::new("down");
    let (services, namespace) = (stage.services(), stage.namespace());
    services.bring_to(&configuration(1, true)).unwrap();
    let worker = stage.worker();
    drop(services);
    assert_eq!(down(&stage.place, Duration::from_secs(5)).unwrap().processes, [worker]);
    assert!(!is_there(worker) && ask(&namespace).is_none());
}
