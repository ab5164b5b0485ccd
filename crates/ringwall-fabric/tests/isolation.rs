//! What root in an instance can do there, and what it cannot do outside.

mod support;

use std::fs::File;
use std::path::Path;
use std::process::Command;

use ringwall_fabric::{ExecCommand, Process, command_in, link_device, start_instance};
use support::{PROGRAM, Stage, addresses, interface, link, shell};

/// Runs a command in the instance whose standard input is that file of the host.
fn with_file(process: Process, file: &str, command: &[&str]) -> (String, bool) {
    let command = ExecCommand::new(command[0], &command[1..]);
    let output = command_in(process, &command).unwrap().stdin(File::open(file).unwrap()).output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (text, output.status.success())
}

#[test]
fn root_has_every_capability_in_the_instance() {
    let stage = Stage::new("capable");
    let read = |setting: &str| std::fs::read_to_string(Path::new("/proc/sys").join(setting)).unwrap();
    let of_host = ["kernel/hostname", "net/ipv4/ip_forward"];
    let before = of_host.map(read);
    let process = stage.start("i-1");
    let script = "set -e
        ip link add one type veth peer name two && ip link set one up && ip address add 192.0.2.1/24 dev one
        nft add table inet mine
        sysctl -q -w net.ipv4.ip_forward=1
        hostname another-name
        mount -t tmpfs none /mnt && mkdir /mnt/a && chown 1000:1000 /mnt/a && umount /mnt
        setpriv --reuid 1000 --clear-groups id -u
        grep CapEff /proc/self/status
        (sleep 100 & kill -9 $!)";
    let (text, status) = shell(process, script);
    assert_eq!(status, 0, "{text}");
    assert!(text.starts_with("1000\n"), "{text}");
    let (_, capabilities) = text.split_once("CapEff:").unwrap();
    let last: u32 = read("kernel/cap_last_cap").trim().parse().unwrap();
    assert_eq!(u64::from_str_radix(capabilities.trim(), 16).unwrap(), (1 << (last + 1)) - 1);
    assert_eq!(of_host.map(read), before, "the host does not notice");
}

#[test]
fn root_cannot_enter_the_namespaces_of_the_host_even_if_handed_to_it() {
    let stage = Stage::new("enter");
    let process = stage.start("i-1");
    for kind in ["net", "mnt", "uts", "ipc", "pid", "cgroup", "user"] {
        let enter = ["nsenter", &format!("--{}=/proc/self/fd/0", flag(kind)), "true"];
        let (text, is_in) = with_file(process, &format!("/proc/self/ns/{kind}"), &enter);
        assert!(!is_in && (text.contains("not permitted") || text.contains("Invalid argument")), "{kind}: {text}");
        // The same with one of its own, to show that it is not the command that fails.
        let own = format!("nsenter --{}=/proc/1/ns/{kind} true 2>&1", flag(kind));
        let (text, status) = shell(process, &own);
        assert!(status == 0 || kind == "user" || kind == "pid", "{kind}: {text}");
    }
}

fn flag(kind: &str) -> &str {
    match kind {
        "mnt" => "mount",
        kind => kind,
    }
}

#[test]
fn root_does_not_see_the_processes_of_the_host() {
    let stage = Stage::new("processes");
    let process = stage.start("i-1");
    let mut outside = Command::new("sleep").arg("1000.0625").spawn().unwrap();
    assert_eq!(shell(process, "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 1000[.]0625").0, "0\n");
    // It knows the number, and still reaches nobody.
    assert_ne!(shell(process, &format!("kill -9 {}", outside.id())).1, 0);
    assert_ne!(shell(process, "umount /proc").1, 0, "what is under its own /proc stays there");
    assert_eq!(outside.try_wait().unwrap(), None);
    outside.kill().unwrap();
    outside.wait().unwrap();
}

#[test]
fn what_root_mounts_is_not_seen_outside() {
    let stage = Stage::new("mounts");
    let process = stage.start("i-1");
    let (text, status) = shell(process, "mount -t tmpfs none /etc && echo mine > /etc/hostname && cat /etc/hostname");
    assert_eq!((text.as_str(), status), ("mine\n", 0));
    assert!(!std::fs::read_to_string("/proc/self/mounts").unwrap().contains(" /etc "));
    assert!(Path::new("/etc/passwd").exists());
}

#[test]
fn root_cannot_uncover_what_is_hidden() {
    let stage = Stage::new("uncover");
    std::fs::write(stage.state.join("secret"), "secret").unwrap();
    let process = stage.start("i-1");
    let state = stage.state.display();
    for script in [
        format!("umount {state}"),
        format!("umount -l {state}"),
        format!("mount --bind {state}/.. /mnt && cat /mnt/*/secret"),
        format!("mount --rbind {state}/.. /mnt && umount /mnt/{}", stage.state.file_name().unwrap().display()),
        format!("unshare -m umount {state}"),
        format!("unshare -Urm umount {state}"),
        format!("mount -o remount,rw {state}"),
        "umount /run".to_owned(),
        "umount /tmp".to_owned(),
    ] {
        let (text, status) = shell(process, &format!("exec 2>&1; {script}"));
        assert!(status != 0 && !text.contains("secret\n"), "{script}: {text}");
    }
    assert_eq!(std::fs::read_to_string(stage.state.join("secret")).unwrap(), "secret");
}

#[test]
fn root_cannot_turn_the_switches_of_the_host() {
    let stage = Stage::new("switches");
    let process = stage.start("i-1");
    for script in [
        // Writes what is there already, lest a failing test do harm.
        "cat /proc/sys/kernel/core_pattern > /tmp/it && cat /tmp/it > /proc/sys/kernel/core_pattern",
        "test -w /proc/sysrq-trigger",
        "mount -o remount,bind,rw /proc/sys",
        "umount /proc/sys",
        "mount -t proc none /mnt",
        "umount -l /sys; umount -l /sys; test -w /sys/kernel/mm",
        "mount -t sysfs none /mnt && test -w /mnt/kernel/mm",
        "mount -o remount,rw /sys",
        "mknod /tmp/memory c 1 1",
    ] {
        let (text, status) = shell(process, script);
        assert_ne!(status, 0, "{script}: {text}");
    }
    assert_eq!(
        shell(process, "cat /proc/sys/net/ipv4/ip_forward > /tmp/it && cat /tmp/it > /proc/sys/net/ipv4/ip_forward").1,
        0
    );
}

#[test]
fn root_cannot_load_a_filter() {
    let stage = Stage::new("load");
    // Into a place that is not hidden.
    let program = stage.state.join("program");
    std::fs::copy(PROGRAM, &program).unwrap();
    let mut spec = stage.spec("i-1");
    spec.hide.clear();
    let process = start_instance(&stage.place, &spec).unwrap();
    let outside = Command::new(&program).arg("load-filter").status().unwrap();
    assert_eq!(outside.code(), Some(0), "the host can");
    let (text, status) = shell(process, &format!("{} load-filter", program.display()));
    assert_eq!(status, libc::EPERM, "{text}");
}

#[test]
fn root_cannot_reach_the_fabrics_end_of_its_link() {
    let stage = Stage::new("filters");
    let fabric = stage.fabric();
    let process = stage.start("i-1");
    let index = link(&fabric, process, 1, "eth0", &addresses(1, 10, true));
    fabric.enable_link(index).unwrap();
    let device = link_device(&interface(1));
    let tc = |arguments: &str| {
        let run = || Command::new("tc").args(arguments.split(' ')).output().unwrap().stdout;
        String::from_utf8(fabric.run_in(run).unwrap()).unwrap()
    };
    tc(&format!("qdisc add dev {device} clsact"));
    assert!(tc(&format!("qdisc show dev {device}")).contains("clsact"));
    let script = format!(
        "tc qdisc add dev eth0 clsact; tc qdisc del dev eth0 clsact; tc qdisc del dev {device} clsact
         ip link set eth0 down; ip link set eth0 address 02:00:00:00:99:99; ip link set eth0 up
         ip link set {device} down; ip link set eth0 alias mine; ip link set eth0 group 82"
    );
    shell(process, &script);
    assert!(tc(&format!("qdisc show dev {device}")).contains("clsact"));
    let links = fabric.links().unwrap();
    assert_eq!((links[0].alias.as_deref(), links[0].is_enabled), (Some(interface(1).as_str()), true));
    // Moving its end out, or bringing a device of its own in.
    let fabric_namespace = stage.place.fabric_namespace();
    for command in
        ["ip link set eth0 netns /proc/self/fd/0", "ip link add mine type veth peer name other netns /proc/self/fd/0"]
    {
        let words: Vec<&str> = command.split(' ').collect();
        let (text, is_done) = with_file(process, fabric_namespace.to_str().unwrap(), &words);
        assert!(!is_done, "{command}: {text}");
    }
    // All it can do is cut itself off.
    assert_eq!(shell(process, "ip link delete eth0").1, 0);
    assert_eq!(fabric.links().unwrap(), []);
}
