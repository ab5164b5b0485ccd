//! What instances and links cost. `cargo test --release --test scale -- --nocapture --include-ignored` shows it.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use ringwall_fabric::{LinkSpec, Namespace, Process, down, link_device};
use support::{Stage, addresses, interface, link, mac};

#[test]
fn fifty_instances_with_a_link_each() {
    const COUNT: u32 = 50;
    let stage = Stage::new("fifty");
    let fabric = stage.fabric();
    let began = Instant::now();
    let processes: Vec<Process> = (0..COUNT).map(|number| stage.start(&format!("i-{number}"))).collect();
    let instances = began.elapsed();
    let began = Instant::now();
    for (number, &process) in (0..).zip(&processes) {
        let index = link(&fabric, process, number, "eth0", &addresses(1, number as u8 + 10, true));
        fabric.enable_link(index).unwrap();
    }
    let links = began.elapsed();
    assert_eq!(fabric.links().unwrap().len(), COUNT as usize);
    let of_first = memory(processes[0]);
    let began = Instant::now();
    let removed = down(&stage.place, Duration::from_secs(20)).unwrap();
    println!("an instance: {:?}, a link: {:?}, down: {:?}", instances / COUNT, links / COUNT, began.elapsed());
    println!("memory of a first process: {of_first:?}");
    assert_eq!(removed.instances.len(), COUNT as usize);
    let own = of_first.iter().find(|line| line.starts_with("RssAnon")).expect("its own memory");
    let kilobytes: u32 = own.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 1024, "{own}");
}

/// What the kernel says of a process's memory: all, its own, and its share where it is shared.
fn memory(process: Process) -> Vec<String> {
    let file =
        |name: &str| std::fs::read_to_string(Path::new("/proc").join(process.pid.to_string()).join(name)).unwrap();
    let lines = file("status") + &file("smaps_rollup");
    let wanted = ["VmRSS:", "RssAnon:", "Pss:"];
    let lines = lines.lines().filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
#[ignore = "takes a while: it is here to be measured"]
fn a_thousand_links() {
    const COUNT: u32 = 1000;
    let stage = Stage::new("thousand");
    let fabric = stage.fabric();
    let namespaces: Vec<Namespace> = (0..COUNT).map(|_| Namespace::anonymous().unwrap()).collect();
    let began = Instant::now();
    let mut last = Duration::ZERO;
    for (number, namespace) in (0..).zip(&namespaces) {
        let now = Instant::now();
        let interface = interface(number);
        let spec = LinkSpec {
            fabric_device: &link_device(&interface),
            alias: &interface,
            namespace,
            device: "eth0",
            mac: mac(number),
            mtu: 9001,
            addresses: &addresses(1, 10, true),
        };
        let index = fabric.create_link(&spec).unwrap();
        fabric.enable_link(index).unwrap();
        last = now.elapsed();
    }
    println!("a link of a thousand: {:?}, the last one: {last:?}", began.elapsed() / COUNT);
    let began = Instant::now();
    assert_eq!(fabric.links().unwrap().len(), COUNT as usize);
    println!("listing them: {:?}", began.elapsed());
    let began = Instant::now();
    let removed = down(&stage.place, Duration::ZERO).unwrap();
    println!("down: {:?}", began.elapsed());
    assert_eq!(removed.links, COUNT as usize);
}
