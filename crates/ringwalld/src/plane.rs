//! Having a data plane: open the one that is there, or load one.
//!
//! Programs and maps are pinned in a BPF file system of their own below the run directory. They are loaded by a process of
//! its own, so that what loading needs is gone when it is done, and this process only opens what is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ringwall_abi::record::Control;
use ringwall_datapath::attach::{AttachError, Side, attach, detach};
use ringwall_datapath::bpffs::{is_mounted, mount, unmount};
use ringwall_datapath::{DataPlane, LoadError, Mode};
use ringwall_fabric::internet::{Internet as Far, InternetSpec, Pools};
use ringwall_fabric::{Fabric, FabricError, InternetError, LinkError, NamespaceError, Uplink};
use ringwall_model::id::VpcId;
use ringwall_model::reserved::UPLINK_ROUTER;

use crate::node::OWN_PROGRAM;
use crate::options::{Internet, Options};

/// The first argument of the process that loads.
pub const LOADER: &str = "load-data-plane";

/// The data plane cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PlaneError {
    /// the file system that programs are pinned in
    #[error("cannot mount the BPF file system at `{path}`: {source}")]
    Mount {
        /// where
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// a file or directory of the run directory
    #[error("cannot use `{path}`: {source}")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// the loading process
    #[error("the kernel did not take the program: {0}")]
    Loader(String),
    /// opening what was loaded
    #[error(transparent)]
    Load(#[from] LoadError),
    /// the fabric
    #[error("cannot have the fabric: {0}")]
    Fabric(#[from] FabricError),
    /// the internet's side
    #[error("cannot have the way to the internet: {0}")]
    Internet(#[from] InternetError),
    /// the links
    #[error("cannot list the links: {0}")]
    Links(#[from] LinkError),
    /// the fabric's namespace
    #[error("cannot enter the fabric: {0}")]
    Namespace(#[from] NamespaceError),
    /// attaching
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// telling the program about the uplink
    #[error("cannot set up the program: {0}")]
    Control(io::Error),
}

/// What there is when a data plane is.
pub struct Ground {
    /// the fabric
    pub fabric: Fabric,
    /// the way to the internet
    pub uplink: Uplink,
    /// programs and maps
    pub kernel: Arc<DataPlane>,
    /// where they are pinned
    pub pins: PathBuf,
}

/// Opens what is there, makes what is not.
pub fn prepare(options: &Options, fabric: Fabric) -> Result<Ground, PlaneError> {
    let directory = fabric.place().directory();
    let pins = directory.join("bpf");
    let mark = directory.join("program");
    let is_current = fs::read_to_string(&mark).is_ok_and(|text| text == DataPlane::fingerprint());
    let opened = if is_current && is_mounted(&pins) { DataPlane::open(&pins).ok() } else { None };
    let was_there = opened.is_some();
    let kernel = match opened {
        Some(kernel) => kernel,
        None => {
            let kernel = load_anew(&pins)?;
            // Links of a program that is no more get the new one; their sessions went with the old maps.
            for link in fabric.links()? {
                let is_services = link.alias.as_deref().is_some_and(|alias| alias.parse::<VpcId>().is_ok());
                let side = if is_services { Side::Services } else { Side::Interface };
                fabric.run_in(|| detach(&link.name, side))??;
                fabric.run_in(|| attach(&link.name, side, &pins))??;
            }
            fs::write(&mark, DataPlane::fingerprint()).map_err(|source| PlaneError::File { path: mark, source })?;
            kernel
        }
    };
    let uplink = fabric.create_or_open_internet(&internet(options))?;
    if !was_there {
        fabric.run_in(|| detach(UPLINK, Side::Uplink))??;
    }
    fabric.run_in(|| attach(UPLINK, Side::Uplink, &pins))??;
    let control = kernel.control().map_err(PlaneError::Control)?;
    let control = Control { uplink: uplink.index, uplink_mac: uplink.mac.0, watch: 0, ..control };
    kernel.set_control(control).map_err(PlaneError::Control)?;
    // Nothing can pass before this: the program guards the device, and drops while it has no tables.
    fabric.enable_link(uplink.index)?;
    Ok(Ground { fabric, uplink, kernel: Arc::new(kernel), pins })
}

/// The fabric's end of the way to the internet.
const UPLINK: &str = "uplink";

fn internet(options: &Options) -> InternetSpec {
    InternetSpec {
        internet: match options.internet {
            Internet::Namespace => Far::Namespace,
            Internet::Host => Far::Host,
        },
        pools: Pools { ipv4: options.public_ipv4.clone(), ipv6: options.public_ipv6.clone() },
        source_v4: ringwall_analyse::question::SOME_HOST_V4,
        source_v6: ringwall_analyse::question::SOME_HOST_V6,
        ..InternetSpec::new(UPLINK_ROUTER)
    }
}

/// Has a process of its own load the program. It gets the directory of its pins open, as its standard input: one that a
/// daemon had started when it was ended may still be at work, and must not pin into the directory of its successor.
fn load_anew(pins: &Path) -> Result<DataPlane, PlaneError> {
    let file = |source| PlaneError::File { path: pins.to_owned(), source };
    unmount(pins).map_err(file)?;
    fs::create_dir_all(pins).map_err(file)?;
    mount(pins).map_err(|source| PlaneError::Mount { path: pins.to_owned(), source })?;
    let directory = fs::File::open(pins).map_err(file)?;
    let output = Command::new(OWN_PROGRAM).arg(LOADER).stdin(directory).output().map_err(file)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(PlaneError::Loader(said.lines().next().unwrap_or("it said nothing").to_owned()));
    }
    Ok(DataPlane::open(pins)?)
}

/// What the loading process does.
pub fn load_and_pin() -> Result<(), LoadError> {
    DataPlane::load(Mode::Live)?.pin(Path::new("/proc/self/fd/0"))
}
