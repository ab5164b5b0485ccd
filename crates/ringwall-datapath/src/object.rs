//! Loading: from the compiled object to programs and maps in the kernel, under names that outlive the process.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use aya::EbpfLoader;
use aya::maps::{Map as AyaMap, MapData};
use aya::programs::SchedClassifier;
use ringwall_abi::code::NAT_MAPPINGS;
use ringwall_tables::flat::Map;

use crate::grace::Grace;
use crate::map::RawMap;
use crate::sys;

static OBJECT: &[u8] = aya::include_bytes_aligned!(concat!(env!("OUT_DIR"), "/journey.o"));

/// How the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// on links
    Live,
    /// on single packets, with a clock of its own
    Test,
}

/// The data plane could not be loaded or opened.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// the loader refused the object
    #[error("load the kernel program: {0}")]
    Object(#[from] aya::EbpfError),
    /// the kernel refused a program
    #[error("load `{program}` into the kernel: {source}")]
    Program {
        /// which one
        program: &'static str,
        /// why
        source: Box<aya::programs::ProgramError>,
    },
    /// a part of the object is missing
    #[error("the kernel program has no `{0}`")]
    Missing(&'static str),
    /// a call to the kernel failed
    #[error("{step}: {source}")]
    Kernel {
        /// what was tried
        step: String,
        /// why it failed
        source: io::Error,
    },
}

pub(crate) fn kernel(step: impl Into<String>) -> impl FnOnce(io::Error) -> LoadError {
    let step = step.into();
    move |source| LoadError::Kernel { step, source }
}

const PROGRAMS: [&str; 7] =
    ["from_interface", "from_uplink", "from_services", "interface_entry", "uplink_entry", "services_entry", "sweep"];

/// The maps beside the tables.
const OTHER_MAPS: [&str; 12] = [
    "sessions",
    "fragments",
    "nat_mappings",
    "nat_ports",
    "nat_counts",
    "link_local",
    "refusals",
    "events",
    "programs",
    "ended",
    "strays",
    "flow_losses",
];
const TEST_MAPS: [&str; 2] = ["test_clock", "test_outcome"];

/// Sessions of one node at most. Each takes memory only while it lasts.
pub const SESSIONS: u32 = 262_144;
/// A test run goes through all of them whenever its clock moves.
const TEST_SESSIONS: u32 = 4_096;

/// Programs and maps in the kernel.
#[derive(Debug)]
pub struct DataPlane {
    programs: BTreeMap<&'static str, OwnedFd>,
    tables: BTreeMap<Map, RawMap>,
    others: BTreeMap<&'static str, RawMap>,
    grace: Grace,
}

impl DataPlane {
    /// Loads programs and maps that live as long as this value.
    pub fn load(mode: Mode) -> Result<DataPlane, LoadError> {
        DataPlane::load_object(OBJECT, mode)
    }

    /// The same of another object than this version's own.
    pub fn load_object(object: &[u8], mode: Mode) -> Result<DataPlane, LoadError> {
        let test = u32::from(mode == Mode::Test);
        let sessions = if mode == Mode::Test { TEST_SESSIONS } else { SESSIONS };
        let mut object = EbpfLoader::new()
            .btf(None)
            .map_max_entries("sessions", sessions)
            .map_max_entries("nat_mappings", if mode == Mode::Test { TEST_SESSIONS } else { NAT_MAPPINGS })
            .override_global("TEST", &test, true)
            .load(object)?;
        let mut programs = BTreeMap::new();
        for name in PROGRAMS {
            if name == "sweep" && mode == Mode::Live {
                continue;
            }
            let program = object.program_mut(name).ok_or(LoadError::Missing(name))?;
            let program: &mut SchedClassifier =
                program.try_into().map_err(|source| LoadError::Program { program: name, source: Box::new(source) })?;
            program.load().map_err(|source| LoadError::Program { program: name, source: Box::new(source) })?;
            let fd = program.fd().map_err(|source| LoadError::Program { program: name, source: Box::new(source) })?;
            let fd = fd.as_fd().try_clone_to_owned().map_err(kernel("duplicate a descriptor"))?;
            programs.insert(name, fd);
        }
        let mut take = |name: &'static str| {
            let map = object.take_map(name).ok_or(LoadError::Missing(name))?;
            raw(map).map_err(kernel(format!("open map `{name}`")))
        };
        let tables = Map::ALL.into_iter().map(|map| Ok((map, take(map.name())?))).collect::<Result<_, LoadError>>()?;
        let names = OTHER_MAPS.into_iter().chain(TEST_MAPS.into_iter().filter(|_| mode == Mode::Test));
        let others = names.map(|name| Ok((name, take(name)?))).collect::<Result<_, LoadError>>()?;
        let grace = Grace::new().map_err(kernel("create a map of maps"))?;
        Ok(DataPlane { programs, tables, others, grace })
    }

    /// A program's descriptor.
    pub fn program(&self, name: &'static str) -> Option<&OwnedFd> {
        self.programs.get(name)
    }

    /// A table.
    pub fn table(&self, map: Map) -> &RawMap {
        &self.tables[&map]
    }

    /// A map beside the tables.
    pub fn map(&self, name: &'static str) -> &RawMap {
        &self.others[name]
    }

    /// Waits until no packet is judged by what was there before.
    pub fn wait_for_packets(&self) -> io::Result<()> {
        self.grace.wait()
    }

    /// Gives everything a name in a directory of the BPF file system, so that it outlives the process, and connects the
    /// program that is attached to links with the one that judges.
    pub fn pin(&self, directory: &Path) -> Result<(), LoadError> {
        let pin = |name: &str, fd: std::os::fd::BorrowedFd<'_>| {
            sys::pin(fd, &directory.join(name)).map_err(kernel(format!("pin `{name}`")))
        };
        for (index, name) in [(0u32, "from_interface"), (1, "from_uplink"), (2, "from_services")] {
            let program = self.program(name).ok_or(LoadError::Missing(name))?.as_fd().as_raw_fd() as u32;
            let programs = self.map("programs");
            programs.put(&index.to_ne_bytes(), &program.to_ne_bytes()).map_err(kernel("connect the programs"))?;
        }
        for (name, fd) in &self.programs {
            pin(name, fd.as_fd())?;
        }
        for (map, raw) in &self.tables {
            pin(map.name(), raw.fd())?;
        }
        for (name, raw) in &self.others {
            pin(name, raw.fd())?;
        }
        Ok(())
    }

    /// Opens what was pinned in a directory.
    pub fn open(directory: &Path) -> Result<DataPlane, LoadError> {
        let open = |name: &'static str| {
            let data = MapData::from_pin(directory.join(name)).map_err(|source| LoadError::Kernel {
                step: format!("open the pinned map `{name}`"),
                source: io::Error::other(source),
            })?;
            sized(&data).map_err(kernel(format!("open the pinned map `{name}`")))
        };
        let mut programs = BTreeMap::new();
        for name in PROGRAMS.into_iter().filter(|name| *name != "sweep") {
            let fd =
                sys::open_pin(&directory.join(name)).map_err(kernel(format!("open the pinned program `{name}`")))?;
            programs.insert(name, fd);
        }
        let tables = Map::ALL.into_iter().map(|map| Ok((map, open(map.name())?))).collect::<Result<_, LoadError>>()?;
        let others = OTHER_MAPS.into_iter().map(|name| Ok((name, open(name)?))).collect::<Result<_, LoadError>>()?;
        let grace = Grace::new().map_err(kernel("create a map of maps"))?;
        Ok(DataPlane { programs, tables, others, grace })
    }

    /// What tells one program from another: a data plane that was pinned by another version is not opened.
    pub fn fingerprint() -> String {
        // FNV-1a: two builds differ, nobody attacks this
        let hash = OBJECT
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }
}

fn raw(map: AyaMap) -> io::Result<RawMap> {
    let data = match &map {
        AyaMap::Array(data)
        | AyaMap::HashMap(data)
        | AyaMap::LruHashMap(data)
        | AyaMap::LpmTrie(data)
        | AyaMap::PerCpuArray(data)
        | AyaMap::ProgramArray(data)
        | AyaMap::RingBuf(data) => data,
        _ => return Err(io::Error::from(io::ErrorKind::Unsupported)),
    };
    sized(data)
}

fn sized(data: &MapData) -> io::Result<RawMap> {
    let info = data.info().map_err(io::Error::other)?;
    let (key_size, value_size) = (info.key_size() as usize, info.value_size() as usize);
    Ok(RawMap::new(data.fd().as_fd().try_clone_to_owned()?, key_size, value_size))
}
