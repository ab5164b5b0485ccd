//! What is written down about an instance, so that a later process finds it: in the instance's own directory for
//! [`super::instance_state`], and in the run directory for [`crate::down`].

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::process::Process;

/// The running of one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// the instance
    pub id: String,
    /// its directory
    pub directory: PathBuf,
    /// the copy of this record in the run directory
    pub registry: PathBuf,
    /// its first process
    pub process: Process,
    /// since when the host has been up: numbers and times of processes begin anew with it
    pub boot: String,
}

impl Record {
    /// The record in an instance's directory; `None` if it was never started.
    pub fn read(directory: &Path) -> io::Result<Option<Record>> {
        read_json(&file(directory))
    }

    /// Whether the first process still runs.
    pub fn is_running(&self) -> io::Result<bool> {
        Ok(self.boot == boot()? && self.process.is_running()?)
    }

    /// Writes both copies.
    pub fn write(&self) -> io::Result<()> {
        write_json(&self.registry, self)?;
        write_json(&file(&self.directory), self)
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join("instance.json")
}

/// What distinguishes this running of the host from all others.
pub(crate) fn boot() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A reader sees the old file or the new one, never half of one.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    write_private(&unfinished, &serde_json::to_vec(value)?)?;
    fs::rename(unfinished, path)
}

/// Writes a file that only root reads: user data often holds secrets.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    io::Write::write_all(&mut file, bytes)
}
