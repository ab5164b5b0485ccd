//! What instances wrote to their consoles, for `GetConsoleOutput`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use ringwall_api::call::{Console, ConsoleOutput};
use ringwall_model::id::InstanceId;

/// How much of a console is shown: its last 64 KiB.
const SHOWN: u64 = 64 * 1024;

/// The consoles of a node's instances: a file in the directory of each.
pub struct Consoles {
    instances: PathBuf,
}

impl Consoles {
    /// The consoles below the directory that instances have theirs in.
    pub fn new(instances: PathBuf) -> Consoles {
        Consoles { instances }
    }

    fn open(&self, instance: InstanceId) -> std::io::Result<Option<ConsoleOutput>> {
        let mut file = File::open(self.instances.join(instance.to_string()).join("console.log"))?;
        let about = file.metadata()?;
        if about.len() == 0 {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(about.len().saturating_sub(SHOWN)))?;
        let mut bytes = Vec::new();
        // Instances write on while this reads.
        file.take(SHOWN).read_to_end(&mut bytes)?;
        let written = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        Ok(Some(ConsoleOutput { bytes, written: i64::try_from(written).unwrap_or(i64::MAX) }))
    }
}

impl Console for Consoles {
    fn read(&self, instance: InstanceId) -> Option<ConsoleOutput> {
        self.open(instance).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::id::ResourceId;

    use super::*;

    #[test]
    fn the_end_of_a_console_is_shown() {
        let directory = tempfile::tempdir().unwrap();
        let consoles = Consoles::new(directory.path().to_owned());
        let id = ResourceId::from_random(7);
        assert_eq!(consoles.read(id), None);
        let own = directory.path().join(id.to_string());
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("console.log"), "").unwrap();
        assert_eq!(consoles.read(id), None);
        let mut long = vec![b'a'; 70_000];
        *long.last_mut().unwrap() = b'z';
        std::fs::write(own.join("console.log"), long).unwrap();
        let output = consoles.read(id).unwrap();
        assert_eq!((output.bytes.len(), output.bytes.last()), (64 * 1024, Some(&b'z')));
        assert!(output.written > 1_600_000_000_000);
    }
}
