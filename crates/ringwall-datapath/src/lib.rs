//! The kernel side of the data plane: load and pin the program, attach it to links, publish tables, read what it reports.
//!
//! Everything that holds state lives in the kernel, pinned under one directory of the BPF file system: the control plane
//! may end at any moment, and whoever comes next opens what is there. Nothing here knows what a rule means.

#![warn(clippy::undocumented_unsafe_blocks)]

pub mod attach;
pub mod bpffs;
pub mod events;
pub mod flows;
pub mod grace;
pub mod map;
pub mod object;
pub mod publish;
pub mod recover;
pub mod sys;
pub mod test_run;

pub use map::RawMap;
pub use object::{DataPlane, LoadError, Mode};
