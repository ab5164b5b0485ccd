//! Leaving an instance behind: the short-lived process between the one that starts an instance and its first process.
//!
//! It has one thread, so it may fork; it stays in the host's user namespace, so it may say which users the instance's
//! numbers mean; and it ends as soon as the instance is up, whose first process then has no parent that could take it
//! along.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, setsid};
use serde::{Deserialize, Serialize};

use super::record::{Record, boot, read_json};
use super::{Plan, init};
use crate::process::{self, Process};

/// What this process says to the one that started it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    Started(Process),
    Failed(String),
}

/// The first process has left all namespaces but its user's numbers mean nothing yet.
pub(super) const UNSHARED: u8 = b'u';
/// Its numbers have been given their meaning, and it has been written down.
pub(super) const GO_ON: u8 = b'g';
/// The instance is up.
pub(super) const UP: u8 = b'r';
/// Something failed; words follow.
pub(super) const FAILED: u8 = b'!';

#[derive(Debug, thiserror::Error)]
enum LaunchError {
    #[error("cannot close what was left open")]
    Close(#[source] io::Error),
    #[error("cannot read `{path}`")]
    Read { path: PathBuf, source: io::Error },
    #[error("there is no plan `{0}`")]
    NoPlan(PathBuf),
    #[error("cannot hold back signals")]
    Signals(#[source] io::Error),
    #[error("cannot make a channel to the first process")]
    Channel(#[source] io::Error),
    #[error("cannot create a namespace of processes")]
    Namespace(#[source] io::Error),
    #[error("cannot fork")]
    Fork(#[source] io::Error),
    #[error("the first process ended without a word")]
    Silent(#[source] io::Error),
    #[error("{0}")]
    Inside(String),
    #[error("cannot write `{path}`")]
    Identities { path: PathBuf, source: io::Error },
    #[error("cannot look at the first process")]
    Look(#[source] io::Error),
    #[error("the first process vanished")]
    Vanished,
    #[error("cannot write down process {pid}")]
    Record { pid: u32, source: io::Error },
}

/// Becomes an instance: what an executable does that is called with [`super::INSTANCE_INIT`] and a file, before
/// anything else.
pub fn instance_init(plan_file: &Path) -> ! {
    let report = match launch(plan_file) {
        Ok(process) => Report::Started(process),
        Err(error) => Report::Failed(describe(&error)),
    };
    let status = i32::from(matches!(report, Report::Failed(_)));
    // Whoever asked may be gone, and will find the instance written down.
    let _ = serde_json::to_writer(io::stdout(), &report);
    let _ = io::stdout().flush();
    std::process::exit(status)
}

/// An error and its causes in one line.
pub(super) fn describe(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(&format!(": {error}"));
        cause = error.source();
    }
    words
}

fn launch(plan_file: &Path) -> Result<Process, LaunchError> {
    // What the process that starts instances forgot to keep to itself would be a way out of this one.
    process::close_from(3, 0).map_err(LaunchError::Close)?;
    let cannot_read = |path: &Path| {
        let path = path.to_owned();
        move |source| LaunchError::Read { path, source }
    };
    let plan: Plan = read_json(plan_file)
        .map_err(cannot_read(plan_file))?
        .ok_or_else(|| LaunchError::NoPlan(plan_file.to_owned()))?;
    // Read while it can be seen: the instance's own directory may be among what is hidden from it.
    let user_data = match fs::read(plan.user_data()) {
        Ok(user_data) => Some(user_data),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(cannot_read(&plan.user_data())(error)),
    };
    // Fails only for the leader of a group, which is what it is for.
    let _ = setsid();
    init::hold_back_signals().map_err(LaunchError::Signals)?;
    let (mut here, there) = UnixStream::pair().map_err(LaunchError::Channel)?;
    unshare(CloneFlags::CLONE_NEWPID).map_err(|error| LaunchError::Namespace(error.into()))?;
    // SAFETY: this process has one thread, so the child has everything that this process has.
    match unsafe { fork() }.map_err(|error| LaunchError::Fork(error.into()))? {
        ForkResult::Child => {
            drop(here);
            init::run(&plan, user_data, there)
        }
        ForkResult::Parent { child } => {
            drop(there);
            attend(child, &mut here, &plan).inspect_err(|_| {
                let _ = kill(child, Signal::SIGKILL);
                let _ = waitpid(child, None);
            })
        }
    }
}

/// Does for the first process what it cannot do itself.
fn attend(child: Pid, channel: &mut UnixStream, plan: &Plan) -> Result<Process, LaunchError> {
    expect(channel, UNSHARED)?;
    give_identities(child)?;
    let process = Process::of(child.as_raw() as u32).map_err(LaunchError::Look)?.ok_or(LaunchError::Vanished)?;
    let record = Record {
        id: plan.id.clone(),
        directory: plan.directory.clone(),
        registry: plan.registry.clone(),
        process,
        boot: boot().map_err(LaunchError::Look)?,
    };
    // Before it goes on, so that there is never an instance that nobody knows of.
    record.write().map_err(|source| LaunchError::Record { pid: process.pid, source })?;
    channel.write_all(&[GO_ON]).map_err(LaunchError::Silent)?;
    expect(channel, UP)?;
    Ok(process)
}

fn expect(channel: &mut UnixStream, step: u8) -> Result<(), LaunchError> {
    let mut said = [0];
    channel.read_exact(&mut said).map_err(LaunchError::Silent)?;
    if said == [step] {
        return Ok(());
    }
    let mut words = String::new();
    channel.read_to_string(&mut words).map_err(LaunchError::Silent)?;
    Err(LaunchError::Inside(words))
}

/// Each number means the same user inside as outside: all of them, or all that this process knows itself.
fn give_identities(child: Pid) -> Result<(), LaunchError> {
    for kind in ["uid_map", "gid_map"] {
        let known = Path::new("/proc/self").join(kind);
        let text = fs::read_to_string(&known).map_err(|source| LaunchError::Read { path: known, source })?;
        let same = |line: &str| {
            let mut numbers = line.split_ascii_whitespace();
            let (first, count) = (numbers.next()?, numbers.nth(1)?);
            Some(format!("{first} {first} {count}\n"))
        };
        let map: String = text.lines().filter_map(same).collect();
        let path = PathBuf::from(format!("/proc/{child}/{kind}"));
        fs::write(&path, map).map_err(|source| LaunchError::Identities { path, source })?;
    }
    Ok(())
}
