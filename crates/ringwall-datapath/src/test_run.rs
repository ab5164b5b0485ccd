//! Single packets through the loaded program, for tests and comparisons.

use std::io;
use std::os::fd::AsFd;

use ringwall_abi::record::OutcomeRecord;

use ringwall_tables::evaluate::Entry;

use crate::object::DataPlane;
use crate::sys;

/// What the program made of a packet.
#[derive(Debug)]
pub struct Judged {
    /// the packet afterwards
    pub bytes: Vec<u8>,
    /// what it reports
    pub outcome: OutcomeRecord,
}

/// Whether the kernel's test facility takes a frame: the headers that its EtherType promises at least, and what fits a page
/// beside the kernel's own data at most.
pub fn takes(frame: &[u8]) -> bool {
    let shortest = match frame.get(12..14) {
        Some([0x08, 0x00]) => 14 + 20,
        Some([0x86, 0xdd]) => 14 + 40,
        _ => 14 + 1,
    };
    (shortest..=3_000).contains(&frame.len())
}

/// How much a frame may grow: the headers of a report in front of it.
const GROWTH: usize = 128;

impl DataPlane {
    /// Judges a frame by where it enters. Needs a data plane that was loaded for tests.
    pub fn judge(&self, entry: Entry, frame: &[u8], now: u32) -> io::Result<Judged> {
        self.map("test_clock").put(&0u32.to_ne_bytes(), &now.to_ne_bytes())?;
        let (program, slot) = match entry {
            Entry::Interface(slot) => ("from_interface", slot),
            Entry::Internet => ("from_uplink", 0),
            Entry::Services(vpc) => ("from_services", vpc),
        };
        let program = self.program(program).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let mut out = vec![0; frame.len() + GROWTH];
        let mut context = [0u8; 192];
        // the mark is the third word of the context
        context[8..12].copy_from_slice(&slot.to_ne_bytes());
        let run = sys::test_run(program.as_fd(), frame, &mut out, &context)?;
        out.truncate(run.length);
        let outcome = self.map("test_outcome").get_at(0)?.unwrap_or_default();
        Ok(Judged { bytes: out, outcome })
    }

    /// Ends every session that has idled out by then.
    pub fn sweep(&self, now: u32) -> io::Result<()> {
        self.map("test_clock").put(&0u32.to_ne_bytes(), &now.to_ne_bytes())?;
        let program = self.program("sweep").ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let mut out = [0; 64];
        sys::test_run(program.as_fd(), &[0; 64], &mut out, &[0; 192]).map(drop)
    }

    /// Forgets all sessions, fragments and translations.
    pub fn forget(&self) -> io::Result<()> {
        for name in ["sessions", "fragments", "nat_mappings", "nat_ports", "nat_counts"] {
            let map = self.map(name);
            for key in map.keys()? {
                map.delete(&key)?;
            }
        }
        Ok(())
    }
}
