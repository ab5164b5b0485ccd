//! Instances: process trees in namespaces of their own, which outlive the process that starts them.
//!
//! Root in an instance has every capability there and none outside: its namespaces belong to a user namespace of its
//! own, in which each number means the same user as outside. It sees the host's own file system, except for what is
//! hidden from it, with `/proc`, `/run` and `/tmp` of its own, and with the kernel's switches (`/proc/sys`, `/sys`)
//! read-only but for its own network's. What was mounted or hidden for it cannot be undone by it, for those mounts
//! belong to the host.
//!
//! DEVIATION: files are the host's and root is root to them: what root in an instance writes to a file that is not
//! hidden, it writes to the host. The machine image is the host itself; there is no image to copy from.

mod init;
mod launch;
mod record;
mod view;

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use crate::namespace::Namespace;
use crate::place::Place;
use crate::process::{Hold, Process};

pub use launch::instance_init;
pub(crate) use record::{Record, boot, read_json, write_json};
pub use view::OWN_DIRECTORIES;

/// The argument by which the executable is asked to become the first process of an instance; a file's path follows it.
pub const INSTANCE_INIT: &str = "instance-init";

/// How long a killed process may take to vanish.
const KILL_TIME: Duration = Duration::from_secs(10);

/// An instance to start.
#[derive(Clone, Debug)]
pub struct InstanceSpec {
    /// the instance's id, unique within its Ringwall
    pub id: String,
    /// the name it gives itself
    pub hostname: String,
    /// its own directory, for its console and its state; made if it is not there
    pub directory: PathBuf,
    /// what it runs once its links are ready, if that begins with `#!`; AWS runs it at the first start only
    pub user_data: Option<Vec<u8>>,
    /// what its `/etc/resolv.conf` says; the host's own words unless given
    pub resolver: Option<String>,
    /// files and directories of the host that it must not see; run directories are hidden always
    pub hide: Vec<PathBuf>,
    /// the absolute path of an executable that calls [`instance_init`] when its first argument is [`INSTANCE_INIT`]
    pub program: PathBuf,
}

/// What has become of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceState {
    /// It was never started from that directory.
    Absent,
    /// It runs; its first process is this one.
    Running(Process),
    /// It ran.
    Exited {
        /// when it ended, in seconds since 1970; `None` if it was killed
        ended: Option<u64>,
    },
}

/// How an instance came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It did not run.
    WasNotRunning,
    /// It ended when asked to.
    Ended,
    /// It did not end in time and was killed.
    Killed,
}

/// What can fail with an instance.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// The id would not stay in its directory.
    #[error("`{0}` cannot be the id of an instance")]
    Id(String),
    /// A directory is missing and cannot be made.
    #[error("cannot create the directory `{path}`")]
    Directory {
        /// the directory
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// It runs already.
    #[error("instance `{id}` is running already, as process {pid}")]
    Running {
        /// the instance
        id: String,
        /// its first process
        pid: u32,
    },
    /// A file from which it is started.
    #[error("cannot write `{path}`")]
    Write {
        /// the file
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// The executable.
    #[error("cannot run `{program}`")]
    Run {
        /// the executable
        program: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// Starting it, in the words of the process that tried.
    #[error("cannot start instance `{id}`: {words}")]
    Start {
        /// the instance
        id: String,
        /// what failed
        words: String,
    },
    /// What is written down about it.
    #[error("cannot read the state of the instance in `{directory}`")]
    State {
        /// its directory
        directory: PathBuf,
        /// the system's answer
        source: io::Error,
    },
    /// It should run.
    #[error("the instance in `{0}` is not running")]
    NotRunning(PathBuf),
    /// Telling it something.
    #[error("cannot signal process {pid}")]
    Signal {
        /// its first process
        pid: u32,
        /// the system's answer
        source: io::Error,
    },
    /// Waiting for its end.
    #[error("process {pid} does not end")]
    Wait {
        /// its first process
        pid: u32,
        /// the system's answer
        source: io::Error,
    },
    /// Its network namespace.
    #[error("cannot open the network namespace of process {pid}")]
    Namespace {
        /// its first process
        pid: u32,
        /// the system's answer
        source: io::Error,
    },
}

/// What the first process of an instance is told.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    id: String,
    hostname: String,
    directory: PathBuf,
    registry: PathBuf,
    hide: Vec<PathBuf>,
    resolver: Option<String>,
}

impl Plan {
    fn user_data(&self) -> PathBuf {
        self.directory.join("user-data")
    }

    fn console(&self) -> PathBuf {
        self.directory.join("console.log")
    }
}

/// Where the first process writes that it ended in order.
fn ended_file(directory: &Path) -> PathBuf {
    directory.join("ended")
}

/// Starts an instance and returns its first process. It has a network namespace with nothing but a loopback device in
/// it; its user data runs once [`links_ready`] is called.
///
/// A service manager counts it to the caller's service: one that ends a service by ending everything in its control
/// group must be told to end the main process only (systemd: `KillMode=process`).
pub fn start_instance(place: &Place, spec: &InstanceSpec) -> Result<Process, InstanceError> {
    if spec.id.is_empty() || spec.id.contains('/') || spec.id.starts_with('.') {
        return Err(InstanceError::Id(spec.id.clone()));
    }
    if let InstanceState::Running(process) = instance_state(&spec.directory)? {
        return Err(InstanceError::Running { id: spec.id.clone(), pid: process.pid });
    }
    let plan = Plan {
        id: spec.id.clone(),
        hostname: spec.hostname.clone(),
        directory: spec.directory.clone(),
        registry: place.instances().join(format!("{}.json", spec.id)),
        resolver: spec.resolver.clone(),
        hide: spec.hide.iter().cloned().chain([place.root().to_owned()]).collect(),
    };
    let plan_file = lay_out(place, &plan, spec.user_data.as_deref())?;
    launch(&spec.program, &plan, &plan_file)
}

/// Makes the directories and the files from which the instance is started.
fn lay_out(place: &Place, plan: &Plan, user_data: Option<&[u8]>) -> Result<PathBuf, InstanceError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| InstanceError::Directory { path, source }
    };
    let private = fs::DirBuilder::new().recursive(true).mode(0o700).create(&plan.directory);
    private.map_err(failed(&plan.directory))?;
    fs::create_dir_all(place.instances()).map_err(failed(&place.instances()))?;
    let plan_file = plan.directory.join("plan.json");
    record::write_json(&plan_file, plan).map_err(|source| InstanceError::Write { path: plan_file.clone(), source })?;
    let path = plan.user_data();
    let written = match user_data {
        Some(user_data) => record::write_private(&path, user_data),
        None => fs::remove_file(&path).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }),
    };
    written.map_err(|source| InstanceError::Write { path, source })?;
    Ok(plan_file)
}

/// Runs the executable, which leaves the instance behind and says what came of it. It learns nothing from this
/// process's environment, for what is in that may be secret.
fn launch(program: &Path, plan: &Plan, plan_file: &Path) -> Result<Process, InstanceError> {
    let console = plan.console();
    let console = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&console)
        .map_err(|source| InstanceError::Write { path: console, source })?;
    let output = Command::new(program)
        .arg0("ringwall")
        .arg(INSTANCE_INIT)
        .arg(plan_file)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(console)
        .output()
        .map_err(|source| InstanceError::Run { program: program.to_owned(), source })?;
    let failed = |words: String| InstanceError::Start { id: plan.id.clone(), words };
    match serde_json::from_slice(&output.stdout) {
        Ok(launch::Report::Started(process)) => Ok(process),
        Ok(launch::Report::Failed(words)) => Err(failed(words)),
        Err(_) => Err(failed(format!("`{}` said nothing and ended with {}", program.display(), output.status))),
    }
}

/// What has become of the instance of that directory. A process that merely has the number of its first process,
/// because the kernel gave it away again, is not taken for it.
pub fn instance_state(directory: &Path) -> Result<InstanceState, InstanceError> {
    let failed = |source| InstanceError::State { directory: directory.to_owned(), source };
    let Some(record) = Record::read(directory).map_err(failed)? else { return Ok(InstanceState::Absent) };
    if record.is_running().map_err(failed)? {
        return Ok(InstanceState::Running(record.process));
    }
    let ended = fs::read_to_string(ended_file(directory)).unwrap_or_default();
    Ok(InstanceState::Exited { ended: ended.trim().parse().ok() })
}

/// Tells the instance that its links are there: it runs its user data. Told again, it does nothing more.
pub fn links_ready(directory: &Path) -> Result<(), InstanceError> {
    let InstanceState::Running(process) = instance_state(directory)? else {
        return Err(InstanceError::NotRunning(directory.to_owned()));
    };
    signal(process, init::LINKS_READY)
}

/// Ends an instance: asks it to, waits that long, kills it.
pub fn stop_instance(directory: &Path, grace: Duration) -> Result<Stop, InstanceError> {
    let failed = |source| InstanceError::State { directory: directory.to_owned(), source };
    match Record::read(directory).map_err(failed)? {
        Some(record) => Stopping::begin(record)?.finish(Instant::now() + grace),
        None => Ok(Stop::WasNotRunning),
    }
}

/// An instance that has been asked to end.
pub(crate) struct Stopping {
    record: Record,
    /// `None` if it did not run
    hold: Option<Hold>,
}

impl Stopping {
    /// Asks it to end.
    pub fn begin(record: Record) -> Result<Stopping, InstanceError> {
        let failed = |source| InstanceError::State { directory: record.directory.clone(), source };
        let hold = if record.is_running().map_err(failed)? { record.process.hold().map_err(failed)? } else { None };
        if let Some(hold) = &hold {
            let pid = record.process.pid;
            hold.signal(Signal::SIGTERM).map_err(|source| InstanceError::Signal { pid, source })?;
        }
        Ok(Stopping { record, hold })
    }

    /// The instance.
    pub fn id(&self) -> &str {
        &self.record.id
    }

    /// Waits for its end, and kills it if that does not come in time.
    pub fn finish(&self, until: Instant) -> Result<Stop, InstanceError> {
        let stop = match &self.hold {
            Some(hold) => end(hold, self.record.process.pid, until)?,
            None => Stop::WasNotRunning,
        };
        // Nothing that `down` would have to look after any more; should it stay, it does no harm.
        let _ = fs::remove_file(&self.record.registry);
        Ok(stop)
    }
}

fn end(hold: &Hold, pid: u32, until: Instant) -> Result<Stop, InstanceError> {
    let failed = |source| InstanceError::Wait { pid, source };
    if hold.wait(until).map_err(failed)? {
        return Ok(Stop::Ended);
    }
    hold.signal(Signal::SIGKILL).map_err(|source| InstanceError::Signal { pid, source })?;
    if hold.wait(Instant::now() + KILL_TIME).map_err(failed)? {
        Ok(Stop::Killed)
    } else {
        Err(failed(io::ErrorKind::TimedOut.into()))
    }
}

fn signal(process: Process, signal: Signal) -> Result<(), InstanceError> {
    let failed = |source| InstanceError::Signal { pid: process.pid, source };
    match process.hold().map_err(failed)? {
        Some(hold) => hold.signal(signal).map_err(failed),
        None => Ok(()),
    }
}

/// The instances of a place that run, by id, with their first processes.
pub fn running(place: &Place) -> io::Result<Vec<(String, Process)>> {
    let entries = match fs::read_dir(place.instances()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut running = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        // one that ends meanwhile takes its record along
        if let Some(record) = record::read_json::<record::Record>(&path)?
            && record.is_running()?
        {
            running.push((record.id, record.process));
        }
    }
    running.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(running)
}

/// The network namespace of an instance.
pub fn network_namespace(process: Process) -> Result<Namespace, InstanceError> {
    let failed = |source| InstanceError::Namespace { pid: process.pid, source };
    let file = fs::File::open(format!("/proc/{}/ns/net", process.pid)).map_err(failed)?;
    // Looked at afterwards: if it runs now, it is its namespace that was opened.
    if !process.is_running().map_err(failed)? {
        return Err(failed(io::ErrorKind::NotFound.into()));
    }
    Ok(Namespace::from(std::os::fd::OwnedFd::from(file)))
}
