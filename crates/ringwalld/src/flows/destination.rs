//! Where lines are delivered to.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;

use ringwall_flows::Format;
use ringwall_flows::ledger::Outgoing;

/// Why a delivery failed (FL-35).
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// the destination does not take it
    #[error("Access error")]
    Access(String),
    /// anything else
    #[error("Unknown error")]
    Unknown(String),
}

impl DeliveryError {
    /// What whoever runs Ringwall is told.
    pub fn detail(&self) -> &str {
        match self {
            DeliveryError::Access(detail) | DeliveryError::Unknown(detail) => detail,
        }
    }
}

impl From<io::Error> for DeliveryError {
    fn from(error: io::Error) -> Self {
        DeliveryError::Unknown(error.to_string())
    }
}

/// Somewhere that lines can be delivered to. The same lines may come twice, if whoever brought them was killed before it
/// could note that they arrived: then they must be there once.
pub trait Destination: Send {
    /// Delivers; when this returns, the lines stay.
    fn deliver(&self, outgoing: &Outgoing) -> Result<(), DeliveryError>;
}

/// A file that grows: the first line names the fields.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// its path
    pub path: PathBuf,
    /// the format of its lines
    pub format: Format,
}

impl LogFile {
    /// How long it is now: where the next lines go.
    pub fn length(&self) -> u64 {
        self.path.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl Destination for LogFile {
    fn deliver(&self, outgoing: &Outgoing) -> Result<(), DeliveryError> {
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let mut file: File = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path)?;
        // Lines of an attempt before are written over; a file that was moved away is begun anew.
        let length = file.metadata()?.len().min(outgoing.offset.unwrap_or(u64::MAX));
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        let mut writer = BufWriter::new(file);
        if length == 0 {
            writeln!(writer, "{}", self.format.header())?;
        }
        for line in &outgoing.lines {
            writeln!(writer, "{line}")?;
        }
        Ok(writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(offset: u64, lines: &[&str]) -> Outgoing {
        Outgoing { time: 0, offset: Some(offset), lines: lines.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn lines_that_come_twice_are_there_once() {
        let directory = tempfile::tempdir().unwrap();
        let format = Format::parse("${start} ${end}").unwrap();
        let file = LogFile { path: directory.path().join("a/fl.log"), format };
        file.deliver(&outgoing(0, &["1 2"])).unwrap();
        let after = file.length();
        file.deliver(&outgoing(after, &["3 4"])).unwrap();
        file.deliver(&outgoing(after, &["3 4"])).unwrap();
        assert_eq!(std::fs::read_to_string(&file.path).unwrap(), "start end\n1 2\n3 4\n");
        std::fs::remove_file(&file.path).unwrap();
        file.deliver(&outgoing(99, &["5 6"])).unwrap();
        assert_eq!(std::fs::read_to_string(&file.path).unwrap(), "start end\n5 6\n", "a file that was moved away");
    }
}
