//! What a Ringwall leaves on the host when it is taken down, which is to be nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a process may be on its way out after it was told to go.
const GRACE: Duration = Duration::from_secs(1);

/// What there was before.
pub struct Remains {
    directory: PathBuf,
    /// the processes in its network namespaces, by number and start, for numbers are used again
    processes: BTreeMap<(u32, String), String>,
}

impl Remains {
    /// Takes note of what belongs to the Ringwall of that name.
    pub fn watch(name: &str) -> Remains {
        let directory = PathBuf::from("/run/ringwall").join(name);
        let namespaces = namespaces(&directory);
        let is_inside = |pid: &u32| namespace_of(*pid).is_some_and(|own| namespaces.contains(&own));
        let note = |pid: u32| Some(((pid, start_of(pid)?), command_of(pid)));
        let processes = all_processes().into_iter().filter(is_inside).filter_map(note).collect();
        Remains { directory, processes }
    }

    /// What is left: the run directory with the program's pins and the namespaces in it, mounts below it, and processes.
    /// Links are in the namespaces, and end with them.
    pub fn left(&self) -> Vec<String> {
        let mut left = Vec::new();
        if self.directory.exists() {
            left.push(format!("the directory {}", self.directory.display()));
        }
        left.extend(mounts_below(&self.directory).iter().map(|line| format!("the mount {line}")));
        let end = Instant::now() + GRACE;
        while self.alive().next().is_some() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        left.extend(self.alive().map(|((pid, _), command)| format!("the process {pid}: {command}")));
        left
    }

    fn alive(&self) -> impl Iterator<Item = (&(u32, String), &String)> {
        self.processes.iter().filter(|((pid, start), _)| start_of(*pid).as_ref() == Some(start))
    }
}

/// The network namespaces, by their inodes: those that are kept in the directory and those of instances.
fn namespaces(directory: &Path) -> BTreeSet<String> {
    let records = fs::read_dir(directory.join("instances")).into_iter().flatten().flatten();
    let of_instance = |path: PathBuf| {
        let record: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        namespace_of(u32::try_from(record["process"]["pid"].as_u64()?).ok()?)
    };
    let kept = mounts_below(directory);
    let kept = kept.iter().filter_map(|line| line.split(' ').nth(3)).filter(|root| root.starts_with("net:["));
    records.filter_map(|record| of_instance(record.path())).chain(kept.map(str::to_owned)).collect()
}

fn mounts_below(directory: &Path) -> Vec<String> {
    let below = format!("{}/", directory.display());
    let all = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    all.lines().filter(|line| line.contains(&below)).map(str::to_owned).collect()
}

fn all_processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

fn namespace_of(pid: u32) -> Option<String> {
    Some(fs::read_link(format!("/proc/{pid}/ns/net")).ok()?.to_string_lossy().into_owned())
}

/// When a process began, in the kernel's ticks; nothing if it is gone, or gone but for its parent's asking how it ended.
fn start_of(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, which may hold anything, ends with the last parenthesis; the state follows, and is the third field.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if state == "Z" || state == "X" { None } else { fields.nth(18).map(str::to_owned) }
}

fn command_of(pid: u32) -> String {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).replace('\0', " ").trim().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_began_once() {
        let own = std::process::id();
        assert!(start_of(own).is_some_and(|start| start.parse::<u64>().is_ok()));
        assert_eq!(start_of(own), start_of(own));
        assert!(!command_of(own).is_empty());
    }
}
