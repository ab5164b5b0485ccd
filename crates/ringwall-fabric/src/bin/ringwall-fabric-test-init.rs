//! Stands in for the product's executable in this crate's tests: becomes an instance, runs a command in one, loads a
//! filter where it must not be able to, or makes a whole Ringwall and then waits to be killed.

use std::path::{Path, PathBuf};
use std::process::exit;

use ringwall_fabric::instance::INSTANCE_INIT;
use ringwall_fabric::{
    Addresses, ExecCommand, Fabric, InstanceSpec, InstanceState, InternetSpec, LinkSpec, Place, exec_in, instance_init,
    instance_state, link_device, links_ready, network_namespace, start_instance,
};
use ringwall_net::MacAddress;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [INSTANCE_INIT, file] => instance_init(Path::new(file)),
        ["exec", directory, command @ ..] => exit(exec(Path::new(directory), command)),
        ["load-filter"] => exit(load_filter()),
        ["hold", root, name, state] => hold(Path::new(root), name, Path::new(state)),
        _ => exit(2),
    }
}

fn exec(directory: &Path, command: &[&str]) -> i32 {
    let Ok(InstanceState::Running(process)) = instance_state(directory) else { return 3 };
    let command = ExecCommand::new(command[0], &command[1..]);
    exec_in(process, &command, true).expect("the command runs")
}

/// Loads the smallest filter for a device that there is; returns the error number.
fn load_filter() -> i32 {
    const PROG_LOAD: i32 = 5;
    const KIND_OF_FILTER: u32 = 3;
    // Sets the result to zero; returns it.
    let instructions: [u64; 2] = [0x0000_0000_0000_00b7, 0x0000_0000_0000_0095];
    let license = c"GPL";
    let mut attributes = [0u8; 120];
    attributes[0..4].copy_from_slice(&KIND_OF_FILTER.to_ne_bytes());
    attributes[4..8].copy_from_slice(&2u32.to_ne_bytes());
    attributes[8..16].copy_from_slice(&(instructions.as_ptr().addr() as u64).to_ne_bytes());
    attributes[16..24].copy_from_slice(&(license.as_ptr().addr() as u64).to_ne_bytes());
    // SAFETY: the kernel reads the structure within its length, and what it points to, which lives across the call.
    let result = unsafe { libc::syscall(libc::SYS_bpf, PROG_LOAD, attributes.as_ptr(), attributes.len()) };
    if result < 0 { std::io::Error::last_os_error().raw_os_error().unwrap_or(-1) } else { 0 }
}

/// Two instances with a link each, and the internet.
fn hold(root: &Path, name: &str, state: &Path) {
    let place = Place::below(root, name.parse().expect("a name"));
    let fabric = Fabric::create_or_open(&place).expect("a fabric");
    let router = MacAddress([0x02, 0x52, 0x57, 0, 0, 1]);
    let uplink = fabric.create_or_open_internet(&InternetSpec::new(router)).expect("an internet");
    fabric.enable_link(uplink.index).expect("an uplink");
    for number in 1..=2 {
        instance(&fabric, number, state.join(format!("i-{number}")));
    }
    println!("ready");
    loop {
        std::thread::park();
    }
}

fn instance(fabric: &Fabric, number: u8, directory: PathBuf) {
    let spec = InstanceSpec {
        id: format!("i-{number}"),
        hostname: format!("host-{number}"),
        directory: directory.clone(),
        user_data: Some(b"#!/bin/sh\nexec sleep 1000".to_vec()),
        resolver: None,
        hide: Vec::new(),
        program: std::env::current_exe().expect("this executable"),
    };
    let process = start_instance(fabric.place(), &spec).expect("an instance");
    let interface = format!("eni-{number:017x}");
    let addresses = Addresses { ipv4: vec![([10, 0, 0, 10 + number].into(), 24)], ..Addresses::default() };
    let link = LinkSpec {
        fabric_device: &link_device(&interface),
        alias: &interface,
        namespace: &network_namespace(process).expect("its namespace"),
        device: "eth0",
        mac: MacAddress([2, 0, 0, 0, 0, number]),
        mtu: 9001,
        addresses: &addresses,
    };
    let index = fabric.create_link(&link).expect("a link");
    fabric.enable_link(index).expect("an enabled link");
    links_ready(&directory).expect("an instance that listens");
}
