//! Taking down leaves nothing behind, and touches nothing else.

mod support;

use std::process::Command;
use std::time::Duration;

use ringwall_fabric::{
    ExecCommand, InstanceState, InternetSpec, Namespace, Place, Process, Removed, command_in_namespace, down,
    instance_state, start_instance,
};
use support::{ROUTER_MAC, Stage, addresses, eventually, link};

#[test]
fn nothing_is_left_behind_and_nothing_else_is_touched() {
    let (stage, neighbour) = (Stage::new("gone"), Stage::new("neighbour"));
    for stage in [&stage, &neighbour] {
        let fabric = stage.fabric();
        fabric.create_or_open_internet(&InternetSpec::new(ROUTER_MAC)).unwrap();
        for (number, id) in [(1, "i-1"), (2, "i-2")] {
            let process = stage.start(id);
            let index = link(&fabric, process, number, "eth0", &addresses(1, number as u8 + 10, true));
            fabric.enable_link(index).unwrap();
        }
    }
    // A namespace for something else, and a server on the internet.
    Namespace::create_or_open(&stage.place.namespace("balancer")).unwrap();
    let server = ExecCommand::new("sleep", ["1000"]);
    let mut server = command_in_namespace(&stage.place.internet_namespace(), &server).unwrap().spawn().unwrap();
    let first = ["i-1", "i-2"].map(|id| running(&stage, id));

    let removed = down(&stage.place, Duration::from_secs(20)).unwrap();

    let expected = Removed {
        instances: vec!["i-1".to_owned(), "i-2".to_owned()],
        processes: vec![server.id()],
        namespaces: vec!["balancer".to_owned(), "fabric".to_owned(), "internet".to_owned()],
        directory: true,
        // The links of instances that have ended may be gone before they are counted.
        links: removed.links,
    };
    assert_eq!(removed, expected);
    server.wait().unwrap();
    assert!(!stage.place.directory().exists());
    let root = stage.place.root().to_str().unwrap().to_owned();
    assert!(!std::fs::read_to_string("/proc/self/mountinfo").unwrap().contains(&root));
    assert!(first.iter().all(|process| !process.is_running().unwrap()));
    assert!(!command_lines().contains(stage.state.to_str().unwrap()));
    assert!(!Command::new("ip").arg("link").output().unwrap().stdout.windows(9).any(|it| it == b"internet0"));
    assert_eq!(down(&stage.place, Duration::ZERO).unwrap(), Removed::default(), "there is nothing to do again");

    assert_eq!(neighbour.fabric().links().unwrap().len(), 2);
    assert!(["i-1", "i-2"].iter().all(|id| running(&neighbour, id).is_running().unwrap()));
}

fn running(stage: &Stage, id: &str) -> Process {
    match instance_state(&stage.directory(id)).unwrap() {
        InstanceState::Running(process) => process,
        other => panic!("{id} is {other:?}"),
    }
}

/// The command lines of all processes of the host.
fn command_lines() -> String {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok()).collect()
}

#[test]
fn a_namespace_ends_with_its_ringwall_though_instances_of_another_began_in_the_meantime() {
    let (stage, neighbour) = (Stage::new("before"), Stage::new("after"));
    let fabric = stage.fabric();
    let identity = fabric.namespace().identity().unwrap();
    // Begins while the namespace is mounted, and goes on when it is not.
    let process = neighbour.start("i-1");
    drop(fabric);
    down(&stage.place, Duration::ZERO).unwrap();
    assert!(process.is_running().unwrap());
    let mounts = std::fs::read_to_string(format!("/proc/{}/mountinfo", process.pid)).unwrap();
    assert!(!mounts.contains("nsfs"), "no copy of the mount keeps the namespace {identity:?}: {mounts}");
}

#[test]
fn half_of_a_ringwall_is_taken_down_as_well() {
    let stage = Stage::new("half");
    // A namespace that is not mounted any more, and an instance whose directory is gone.
    stage.fabric();
    let path = stage.place.fabric_namespace();
    nix::mount::umount(&path).unwrap();
    let spec = stage.spec("i-1");
    let process = start_instance(&stage.place, &spec).unwrap();
    std::fs::remove_dir_all(&spec.directory).unwrap();
    let removed = down(&stage.place, Duration::from_secs(20)).unwrap();
    assert_eq!((removed.instances, removed.namespaces), (vec!["i-1".to_owned()], Vec::new()));
    eventually("the instance is gone", || !process.is_running().unwrap());
    let never = Place::below(stage.place.root(), "never-was".parse().unwrap());
    assert_eq!(down(&never, Duration::ZERO).unwrap(), Removed::default());
}
