//! Whatever becomes of the process that made a Ringwall, the Ringwall stays.

mod support;

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use ringwall_fabric::{
    Fabric, InstanceState, InternetSpec, Place, Stop, instance_state, network_namespace, stop_instance,
};
use support::{PROGRAM, ROUTER_MAC, Stage, interface, ip, shell};

/// Has another process make a Ringwall with two instances, and kills it and all that are in its group.
fn made_by_the_dead(stage: &Stage) {
    let mut maker = Command::new(PROGRAM)
        .args(["hold", stage.place.root().to_str().unwrap(), stage.place.name().as_str()])
        .arg(&stage.state)
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(maker.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "ready\n");
    killpg(Pid::from_raw(maker.id() as i32), Signal::SIGKILL).unwrap();
    maker.wait().unwrap();
}

fn running(stage: &Stage, id: &str) -> ringwall_fabric::Process {
    match instance_state(&stage.directory(id)).unwrap() {
        InstanceState::Running(process) => process,
        other => panic!("{id} is {other:?}"),
    }
}

#[test]
fn a_killed_process_leaves_everything_alive_and_another_finds_it() {
    let stage = Stage::new("survival");
    made_by_the_dead(&stage);
    let fabric = Fabric::open(&stage.place).unwrap().expect("the fabric");
    let links = fabric.links().unwrap();
    let seen: Vec<_> = links.iter().map(|link| (link.alias.clone(), link.is_enabled)).collect();
    assert_eq!(seen, [(Some(interface(1)), true), (Some(interface(2)), true)]);
    for (id, address) in [("i-1", "10.0.0.11"), ("i-2", "10.0.0.12")] {
        let process = running(&stage, id);
        assert_eq!(ip(process, "address show dev eth0")[0]["addr_info"][0]["local"], address);
        assert_eq!(shell(process, "pidof sleep | wc -w").0, "1\n", "the user data runs");
        network_namespace(process).unwrap();
    }
    let uplink = fabric.create_or_open_internet(&InternetSpec::new(ROUTER_MAC)).unwrap();
    assert!(uplink.index < links[0].index, "the uplink is the one that was there");
    // What it finds it can also end.
    assert_eq!(stop_instance(&stage.directory("i-1"), Duration::from_secs(20)).unwrap(), Stop::Ended);
    running(&stage, "i-2");
}

#[test]
fn what_a_killed_process_left_can_be_taken_down() {
    let stage = Stage::new("left");
    made_by_the_dead(&stage);
    let removed = ringwall_fabric::down(&stage.place, Duration::from_secs(20)).unwrap();
    assert_eq!(removed.instances, ["i-1", "i-2"]);
    let other = Place::below(stage.place.root(), "another".parse().unwrap());
    assert_eq!(ringwall_fabric::down(&other, Duration::ZERO).unwrap(), ringwall_fabric::Removed::default());
}
