//! The ledger on disk: how it was at some time, and every sweep since.
//!
//! A sweep is written and synced before the kernel's counters are released, so whoever is killed at any moment begins again
//! where it was. A line that was cut off by a crash is as if it had never been; what it said is still in the kernel.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use ringwall_flows::Ledger;
use ringwall_flows::ledger::Sweep;
use serde::{Deserialize, Serialize};

/// The form of what is written; another one is not read.
const FORM: u32 = 1;
const CHECKPOINT: &str = "checkpoint.json";
/// Bytes of sweeps after which the ledger is better written as a whole.
const LONG: u64 = 16 << 20;

#[derive(Serialize)]
struct Written<'l> {
    form: u32,
    generation: u64,
    ledger: &'l Ledger,
}

#[derive(Deserialize)]
struct Read {
    form: u32,
    generation: u64,
    ledger: Ledger,
}

/// The journal of a ledger.
#[derive(Debug)]
pub struct Journal {
    directory: PathBuf,
    generation: u64,
    sweeps: Option<File>,
    length: u64,
}

impl Journal {
    /// Opens what is in a directory, which is made; the ledger as it was last.
    pub fn open(directory: &Path) -> io::Result<(Journal, Ledger)> {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let mut journal = Journal { directory: directory.to_owned(), generation: 0, sweeps: None, length: 0 };
        let bytes = match fs::read(directory.join(CHECKPOINT)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((journal, Ledger::default())),
            Err(error) => return Err(error),
        };
        let Read { form, generation, mut ledger } = serde_json::from_slice(&bytes)?;
        if form != FORM {
            return Err(io::Error::other(format!("it has form {form}, and this version reads form {FORM}")));
        }
        journal.generation = generation;
        if let Ok(file) = File::open(journal.path()) {
            for line in BufReader::new(file).split(b'\n') {
                let Ok(sweep) = serde_json::from_slice::<Sweep>(&line?) else { break };
                ledger.repeat(&sweep);
            }
        }
        // What was cut off is not written on.
        journal.checkpoint(&ledger)?;
        Ok((journal, ledger))
    }

    fn path(&self) -> PathBuf {
        self.directory.join(format!("sweeps-{}.jsonl", self.generation))
    }

    /// Writes a sweep down. When this returns, it stays.
    pub fn write(&mut self, sweep: &Sweep) -> io::Result<()> {
        let path = self.path();
        let file = match &mut self.sweeps {
            Some(file) => file,
            none => none.insert(OpenOptions::new().create(true).append(true).open(path)?),
        };
        let mut line = serde_json::to_vec(sweep)?;
        line.push(b'\n');
        file.write_all(&line)?;
        self.length += line.len() as u64;
        file.sync_data()
    }

    /// Whether the sweeps since the ledger was last written as a whole have become many.
    pub fn is_long(&self) -> bool {
        self.length > LONG
    }

    /// Writes the whole ledger down; sweeps before it are not needed any more.
    pub fn checkpoint(&mut self, ledger: &Ledger) -> io::Result<()> {
        let (old, fresh) = (self.path(), self.directory.join("checkpoint.new"));
        let generation = self.generation + 1;
        let mut writer = BufWriter::new(File::create(&fresh)?);
        serde_json::to_writer(&mut writer, &Written { form: FORM, generation, ledger })?;
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()?;
        fs::rename(&fresh, self.directory.join(CHECKPOINT))?;
        File::open(&self.directory)?.sync_data()?;
        (self.generation, self.sweeps, self.length) = (generation, None, 0);
        match fs::remove_file(old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringwall_flows::Log;
    use ringwall_model::id::ResourceId;
    use ringwall_model::resource::flow_log::{Scope, Traffic};

    fn sweep(at: i64) -> Sweep {
        Sweep { at, ..Sweep::default() }
    }

    fn log() -> Log {
        Log {
            id: ResourceId::from_random(1),
            account: "000000000000".into(),
            scope: Scope::Vpc(ResourceId::from_random(1)),
            traffic: Traffic::All,
            interval: 60,
            format: ringwall_flows::Format::default(),
        }
    }

    #[test]
    fn what_was_written_is_there_after_any_end() {
        let directory = tempfile::tempdir().unwrap();
        let (mut journal, mut ledger) = Journal::open(directory.path()).unwrap();
        ledger.set_logs(&[log()], 0);
        journal.checkpoint(&ledger).unwrap();
        for at in [10, 20] {
            journal.write(&sweep(at)).unwrap();
            ledger.repeat(&sweep(at));
        }
        // a crash in the middle of a line
        let mut file = OpenOptions::new().append(true).open(journal.path()).unwrap();
        file.write_all(b"{\"at\":30,\"ca").unwrap();
        drop(journal);
        let (mut journal, again) = Journal::open(directory.path()).unwrap();
        assert_eq!(again, ledger);
        journal.write(&sweep(40)).unwrap();
        ledger.repeat(&sweep(40));
        drop(journal);
        assert_eq!(
            Journal::open(directory.path()).unwrap().1,
            ledger,
            "what was cut off is gone, what came after is there"
        );
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn another_form_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(CHECKPOINT), "{\"form\":9,\"generation\":1,\"ledger\":{}}").unwrap();
        assert!(Journal::open(directory.path()).is_err());
    }
}
