//! The C gates, built for the host and run under the sanitizers.

use std::io::{BufReader, BufWriter, Read, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use ringwall_abi::Pod;
use ringwall_abi::record::OutcomeRecord;
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_tables::evaluate::Entry;
use ringwall_tables::flat::{Map, Write};

use super::report::outcome;
use super::{Engine, Plant};

/// A process with the gates in it.
#[derive(Debug)]
pub struct Host {
    child: Child,
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
    plant: Plant,
    swept: u32,
}

impl Default for Host {
    fn default() -> Self {
        Host::start(std::path::Path::new(env!("RINGWALL_GATES")))
    }
}

impl Host {
    /// Starts the gates in an executable.
    pub fn start(gates: &std::path::Path) -> Host {
        let mut child = Command::new(gates)
            .env("ASAN_OPTIONS", "detect_leaks=0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the gates can be started");
        let input = BufWriter::new(child.stdin.take().expect("piped"));
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Host { child, input, output, plant: Plant::default(), swept: 0 }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Host {
    /// Carries out a write.
    pub fn apply(&mut self, write: &Write) {
        let index = |map: &Map| Map::ALL.iter().position(|other| other == map).expect("a map") as u8;
        let mut bytes = Vec::new();
        match write {
            Write::Put { map, key, value } => {
                bytes.extend([1, index(map)]);
                bytes.extend((key.len() as u16).to_ne_bytes());
                bytes.extend((value.len() as u16).to_ne_bytes());
                bytes.extend(key);
                bytes.extend(value);
            }
            Write::Delete { map, key } if map.is_array() => {
                let size = match map {
                    Map::Interfaces => size_of::<ringwall_abi::record::InterfaceRecord>(),
                    _ => size_of::<ringwall_abi::record::VpcRecord>(),
                };
                return self.apply(&Write::Put { map: *map, key: key.clone(), value: vec![0; size] });
            }
            Write::Delete { map, key } => {
                bytes.extend([2, index(map)]);
                bytes.extend((key.len() as u16).to_ne_bytes());
                bytes.extend(key);
            }
            Write::Flip { bank } => {
                bytes.push(3);
                bytes.extend(bank.to_ne_bytes());
            }
        }
        self.send(&bytes);
    }

    /// Judges a frame by whatever is in the tables.
    pub fn ask(&mut self, entry: Entry, frame: &[u8], now: u32) -> (OutcomeRecord, Vec<u8>) {
        if self.swept != now {
            let mut sweep = vec![5];
            sweep.extend(now.to_ne_bytes());
            self.send(&sweep);
            self.swept = now;
        }
        let mut bytes = vec![4];
        let (side, slot) = match entry {
            Entry::Internet => (0, 0),
            Entry::Interface(slot) => (1, slot),
            Entry::Services(vpc) => (2, vpc),
        };
        for number in [side, slot, now, frame.len() as u32] {
            bytes.extend(number.to_ne_bytes());
        }
        bytes.extend(frame);
        self.send(&bytes);
        self.input.flush().expect("the gates take commands");
        let mut report = [0; size_of::<OutcomeRecord>()];
        let mut length = [0; 4];
        self.output.read_exact(&mut report).expect("the gates answer: a sanitizer may have stopped them, see above");
        self.output.read_exact(&mut length).expect("the gates answer");
        let mut out = vec![0; u32::from_ne_bytes(length) as usize];
        self.output.read_exact(&mut out).expect("the gates answer");
        (OutcomeRecord::from_bytes(&report).expect("its size"), out)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).expect("the gates take commands: a sanitizer may have stopped them, see above");
    }
}

impl Engine for Host {
    fn name(&self) -> &'static str {
        "c-host"
    }

    fn publish(&mut self, world: &World) {
        self.swept = 0;
        for write in self.plant.writes(world) {
            self.apply(&write);
        }
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        let (report, out) = self.ask(self.plant.entry(origin), bytes, now);
        outcome(&self.plant.names(), bytes, &report, &out)
    }
}
