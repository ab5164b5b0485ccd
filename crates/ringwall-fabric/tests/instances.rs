//! Instances: what they see, what they run, how they end.

mod support;

use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use ringwall_fabric::{
    ExecCommand, InstanceError, InstanceSpec, InstanceState, Process, Stop, exec_in, instance_state, links_ready,
    start_instance, stop_instance,
};
use support::{PROGRAM, Stage, eventually, shell};

#[test]
fn an_instance_has_a_name_processes_and_devices_of_its_own() {
    let stage = Stage::new("own");
    let process = stage.start("i-1");
    assert_eq!(shell(process, "hostname; id -u").0, "host-of-i-1\n0\n");
    let (processes, _) = shell(process, "ls -d /proc/[0-9]* | wc -l");
    assert!(processes.trim().parse::<u32>().unwrap() <= 5, "{processes}");
    assert_eq!(shell(process, "ls /sys/class/net; cat /sys/class/net/lo/flags").0, "lo\n0x9\n");
    assert_eq!(instance_state(&stage.directory("i-1")).unwrap(), InstanceState::Running(process));
}

#[test]
fn an_instance_sees_the_hosts_files_but_not_what_is_hidden() {
    let stage = Stage::new("files");
    let secret = stage.state.join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let mut spec = stage.spec("i-1");
    let file = Path::new("/var/tmp").join(format!("ringwall-test-file-{}", std::process::id()));
    std::fs::write(&file, "secret").unwrap();
    spec.hide.push(file.clone());
    let process = start_instance(&stage.place, &spec).unwrap();
    let seen = |path: &Path| shell(process, &format!("cat {} 2>&1", path.display())).0;
    assert_eq!(seen(Path::new("/proc/sys/kernel/ostype")), "Linux\n");
    assert_eq!(
        shell(process, &format!("ls -A {} {}", stage.state.display(), "/run /tmp /sys/fs/bpf")).0.matches('\n').count(),
        7
    );
    assert!(seen(&secret).contains("No such file"), "{}", seen(&secret));
    assert_eq!(seen(&file), "");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn user_data_runs_once_the_links_are_ready_and_its_output_is_on_the_console() {
    let stage = Stage::new("user-data");
    let mut spec = stage.spec("i-1");
    let script =
        "#!/bin/sh\necho name $(hostname) home $HOME pid1 $(cat /proc/1/comm | wc -l)\necho to stderr >&2\nexit 7\n";
    spec.user_data = Some(script.into());
    start_instance(&stage.place, &spec).unwrap();
    let directory = stage.directory("i-1");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(stage.console("i-1"), "ringwall: instance i-1 is up\n");
    links_ready(&directory).unwrap();
    links_ready(&directory).unwrap();
    eventually("user data has ended", || stage.console("i-1").contains("status"));
    let expected = "ringwall: instance i-1 is up\nname host-of-i-1 home /root pid1 1\nto stderr\n\
                    ringwall: user data ended with status 7\n";
    assert_eq!(stage.console("i-1"), expected);
}

#[test]
fn user_data_that_cannot_run_is_said_on_the_console() {
    let stage = Stage::new("bad-user-data");
    for (id, data, said) in [
        ("i-1", "#cloud-config\n", "does not begin with #!"),
        ("i-2", "#!/nowhere/to/be/found\n", "cannot run user data: No such file"),
        ("i-3", "#!/bin/sh\nkill -9 $$\n", "user data was killed by SIGKILL"),
    ] {
        let mut spec = stage.spec(id);
        spec.user_data = Some(data.into());
        start_instance(&stage.place, &spec).unwrap();
        links_ready(&spec.directory).unwrap();
        eventually(said, || stage.console(id).contains(said));
    }
}

#[test]
fn a_stopped_instance_has_ended_in_order_and_can_be_started_again() {
    let stage = Stage::new("stop");
    let directory = stage.directory("i-1");
    assert_eq!(instance_state(&directory).unwrap(), InstanceState::Absent);
    assert_eq!(stop_instance(&directory, Duration::ZERO).unwrap(), Stop::WasNotRunning);
    let first = stage.start("i-1");
    let again = start_instance(&stage.place, &stage.spec("i-1"));
    assert!(matches!(again, Err(InstanceError::Running { pid, .. }) if pid == first.pid), "{again:?}");
    let began = Instant::now();
    assert_eq!(stop_instance(&directory, Duration::from_secs(20)).unwrap(), Stop::Ended);
    assert!(began.elapsed() < Duration::from_secs(2), "nobody was there to wait for");
    assert!(matches!(instance_state(&directory).unwrap(), InstanceState::Exited { ended: Some(_) }));
    assert!(matches!(links_ready(&directory), Err(InstanceError::NotRunning(_))));
    let second = stage.start("i-1");
    assert_ne!(first, second);
    assert_eq!(instance_state(&directory).unwrap(), InstanceState::Running(second));
}

#[test]
fn processes_have_five_seconds_to_end() {
    let stage = Stage::new("grace");
    let mut spec = stage.spec("i-1");
    // One ends in order, one takes no notice.
    let script = "#!/bin/sh
        (trap 'echo polite; exit' TERM; echo ready; while :; do sleep 0.1; done) &
        trap '' TERM
        echo started
        while :; do sleep 0.1; done";
    spec.user_data = Some(script.into());
    start_instance(&stage.place, &spec).unwrap();
    links_ready(&spec.directory).unwrap();
    // Each has said what it does with the signal before it comes.
    let is_said = |word: &str| stage.console("i-1").lines().any(|line| line == word);
    eventually("both are there", || is_said("started") && is_said("ready"));
    let began = Instant::now();
    assert_eq!(stop_instance(&spec.directory, Duration::from_secs(20)).unwrap(), Stop::Ended);
    let took = began.elapsed();
    assert!((4..8).contains(&took.as_secs()), "{took:?}");
    assert!(stage.console("i-1").contains("polite\n"), "{}", stage.console("i-1"));
}

#[test]
fn an_instance_that_does_not_end_in_time_is_killed_with_all_its_processes() {
    let stage = Stage::new("kill");
    let mut spec = stage.spec("i-1");
    spec.user_data = Some("#!/bin/sh\ntrap '' TERM\necho started\nwhile :; do sleep 0.1; done\n".into());
    let process = start_instance(&stage.place, &spec).unwrap();
    links_ready(&spec.directory).unwrap();
    eventually("user data runs", || stage.console("i-1").contains("started"));
    let members = members(process);
    assert!(members.len() >= 2, "{members:?}");
    assert_eq!(stop_instance(&spec.directory, Duration::from_millis(100)).unwrap(), Stop::Killed);
    assert_eq!(instance_state(&spec.directory).unwrap(), InstanceState::Exited { ended: None });
    eventually("all its processes are gone", || members.iter().all(|&pid| Process::of(pid).unwrap().is_none()));
}

/// The processes of an instance, by their numbers on the host.
fn members(first: Process) -> Vec<u32> {
    let namespace = |pid: u32| std::fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|&pid| namespace(pid) == namespace(first.pid)).collect()
}

#[test]
fn orphans_are_taken_note_of() {
    let stage = Stage::new("orphans");
    let process = stage.start("i-1");
    shell(process, "for i in 1 2 3 4 5; do (sleep 0.01 &) ; done");
    eventually("no process waits to be taken note of", || members(process).len() == 1);
    let zombies = shell(process, "cat /proc/[0-9]*/stat | grep -c ' Z '").0;
    assert_eq!(zombies, "0\n");
}

#[test]
fn a_recycled_number_is_not_taken_for_the_instance() {
    let stage = Stage::new("recycled");
    let process = stage.start("i-1");
    let directory = stage.directory("i-1");
    assert_eq!(stop_instance(&directory, Duration::from_secs(20)).unwrap(), Stop::Ended);
    // Another process now has the number that is written down. The kernel's clock ticks every hundredth of a second,
    // and it takes much longer than that to use up all numbers.
    std::thread::sleep(Duration::from_millis(30));
    let mut other = Command::new("sleep").arg("1000").spawn().unwrap();
    let record = directory.join("instance.json");
    let text = std::fs::read_to_string(&record).unwrap();
    let text = text.replace(&format!("\"pid\":{}", process.pid), &format!("\"pid\":{}", other.id()));
    assert!(text.contains(&other.id().to_string()));
    std::fs::write(&record, text).unwrap();
    assert!(matches!(instance_state(&directory).unwrap(), InstanceState::Exited { .. }));
    assert_eq!(stop_instance(&directory, Duration::ZERO).unwrap(), Stop::WasNotRunning);
    assert_eq!(other.try_wait().unwrap(), None, "the other process still runs");
    let pretender = Process { pid: other.id(), started: process.started };
    assert!(exec_in(pretender, &ExecCommand::new("/bin/true", [""; 0]), false).is_err());
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_command_returns_its_status() {
    let stage = Stage::new("status");
    let process = stage.start("i-1");
    let status = |script| exec_in(process, &ExecCommand::new("sh", ["-c", script]), false).unwrap();
    assert_eq!((status("exit 0"), status("exit 3"), status("kill -9 $$")), (0, 3, 128 + 9));
    let missing = exec_in(process, &ExecCommand::new("no-such-program", [""; 0]), false);
    assert!(missing.unwrap_err().to_string().contains("no-such-program"));
}

#[test]
fn an_instance_has_nothing_of_the_callers_environment_and_open_files() {
    let stage = Stage::new("environment");
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "there is something to know");
    // SAFETY: the call takes one number; the descriptor that it returns is left open for all that follow.
    assert!(unsafe { libc::dup(1) } > 2, "there is something open");
    let process = stage.start("i-1");
    let (environment, _) =
        shell(process, "env | grep -v '^_=\\|^TERM=' | sort; pwd; ls /proc/self/fd | wc -l; ls -l /proc/1/fd | wc -l");
    let expected = "HOME=/root\nLOGNAME=root\n\
                    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
                    PWD=/\nSHELL=/bin/sh\nUSER=root\n/\n4\n5\n";
    assert_eq!(environment.replace("SHLVL=0\n", ""), expected);
    let (first, _) = shell(process, "tr '\\0' '\\n' < /proc/1/environ");
    assert_eq!(first, "", "the first process has none at all");
}

#[test]
fn a_command_on_a_terminal_has_one_of_its_own() {
    let stage = Stage::new("terminal");
    stage.start("i-1");
    let size = nix::pty::Winsize { ws_row: 33, ws_col: 77, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = nix::pty::openpty(Some(&size), None).unwrap();
    for descriptor in [&terminal.master, &terminal.slave] {
        // Else the processes that other tests start at this moment keep the terminal open.
        fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).unwrap();
    }
    let copy = |terminal: &OwnedFd| Stdio::from(terminal.try_clone().unwrap());
    let mut child = Command::new(PROGRAM)
        .args(["exec", stage.directory("i-1").to_str().unwrap(), "/bin/sh", "-i"])
        .stdin(copy(&terminal.slave))
        .stdout(copy(&terminal.slave))
        .stderr(copy(&terminal.slave))
        .spawn()
        .unwrap();
    let mut user = std::fs::File::from(terminal.master);
    user.write_all(b"stty size; hostname; ps -o pid= -p $$ >/dev/null && test -t 0 && echo a-terminal; exit 5\n")
        .unwrap();
    let status = child.wait().unwrap();
    drop(terminal.slave);
    let mut shown = Vec::new();
    // Ends with an error, as there is no other end any more.
    let _ = std::io::Read::read_to_end(&mut user, &mut shown);
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert_eq!(status.code(), Some(5), "{shown}");
    for line in ["33 77\r\n", "host-of-i-1\r\n", "a-terminal\r\n"] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(!shown.contains("job control"), "the shell has a controlling terminal: {shown}");
}

#[test]
fn an_instance_that_cannot_be_started_says_why_and_leaves_no_process() {
    let stage = Stage::new("failing");
    let mut spec = stage.spec("i-1");
    spec.hostname = "x".repeat(65);
    let error = start_instance(&stage.place, &spec).unwrap_err().to_string();
    assert!(error.contains("cannot take the name `xxx") && error.contains("Invalid argument"), "{error}");
    assert!(!matches!(instance_state(&spec.directory).unwrap(), InstanceState::Running(_)));
    spec.program = "/bin/true".into();
    let error = start_instance(&stage.place, &spec).unwrap_err().to_string();
    assert!(error.contains("`/bin/true` said nothing"), "{error}");
    spec.id = "../i-1".to_owned();
    assert!(matches!(start_instance(&stage.place, &spec), Err(InstanceError::Id(_))));
}

#[test]
fn an_instance_asks_its_own_resolver_for_names() {
    let stage = Stage::new("resolver");
    let host = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let words = "search ec2.internal\nnameserver 10.0.0.2\n";
    let spec = InstanceSpec { resolver: Some(words.to_owned()), ..stage.spec("i-1") };
    let process = start_instance(&stage.place, &spec).unwrap();
    assert_eq!(shell(process, "cat /etc/resolv.conf"), (words.to_owned(), 0), "DNS-14");
    let (_, status) = shell(process, "echo nameserver 10.0.0.9 > /etc/resolv.conf");
    assert_eq!(status, 0, "it is the instance's to change");
    assert_eq!(shell(process, "cat /etc/resolv.conf").0, "nameserver 10.0.0.9\n");
    let (_, status) = shell(process, "umount /etc/resolv.conf");
    assert_ne!(status, 0, "what lies below is the host's");
    let plain = stage.start("i-2");
    assert_eq!(shell(plain, "cat /etc/resolv.conf").0, host);
    assert_eq!(std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default(), host);
}
