//! Workers: processes of this same program that serve beside the control plane and outlive it. Each is written down in the
//! run directory, so that the next control plane finds it and [`crate::down`] ends it.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use nix::unistd::setsid;
use serde::{Deserialize, Serialize};

use crate::instance::{boot, read_json, write_json};
use crate::place::Place;
use crate::process::Process;

/// A running worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    /// its process
    process: Process,
    /// since when the host has been up: numbers and times of processes begin anew with it
    boot: String,
}

fn directory(place: &Place) -> PathBuf {
    place.directory().join("workers")
}

fn record_file(place: &Place, name: &str) -> PathBuf {
    directory(place).join(format!("{name}.json"))
}

/// Where a worker listens to the control plane.
pub fn worker_socket(place: &Place, name: &str) -> PathBuf {
    directory(place).join(format!("{name}.sock"))
}

/// Makes the directory of workers.
pub fn prepare_workers(place: &Place) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory(place))
}

/// Starts a worker: `program worker NAME RECORD`, with what it listens on as its standard input. It learns nothing from this
/// process's environment, and is in a session of its own, so that what ends a terminal does not end it. Its first deed is to
/// write itself down with [`record_worker`]. Its words go to a file beside its record.
pub fn start_worker(place: &Place, name: &str, program: &Path, listener: OwnedFd) -> io::Result<Child> {
    let log = directory(place).join(format!("{name}.log"));
    let log = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(log)?;
    let mut command = Command::new(program);
    command
        .arg0("ringwall")
        .args(["worker", name])
        .arg(record_file(place, name))
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(listener))
        .stdout(Stdio::null())
        .stderr(log);
    // SAFETY: between fork and exec the child makes one system call.
    unsafe { command.pre_exec(|| Ok(setsid().map(drop)?)) };
    command.spawn()
}

/// Writes the calling process down as a worker.
pub fn record_worker(record: &Path) -> io::Result<()> {
    let process = Process::of(std::process::id())?.ok_or(io::ErrorKind::NotFound)?;
    write_json(record, &Record { process, boot: boot()? })
}

/// Ends a worker: asks it to, kills it if it has not ended by then. Says which process it was, if one ran.
pub fn end_worker(place: &Place, name: &str, until: Instant) -> io::Result<Option<Process>> {
    end(&record_file(place, name), until)
}

/// Ends all workers of a place.
pub(crate) fn end_workers(place: &Place, until: Instant) -> io::Result<Vec<u32>> {
    let entries = match fs::read_dir(directory(place)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut ended = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            ended.extend(end(&path, until)?.map(|process| process.pid));
        }
    }
    Ok(ended)
}

fn end(path: &Path, until: Instant) -> io::Result<Option<Process>> {
    let Some(record) = read_json::<Record>(path)? else { return Ok(None) };
    let runs = record.boot == boot()? && record.process.is_running()?;
    if runs {
        record.process.end(until)?;
    }
    fs::remove_file(path)?;
    Ok(runs.then_some(record.process))
}
