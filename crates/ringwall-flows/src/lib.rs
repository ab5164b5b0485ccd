//! Flow logs: what becomes of the kernel's counters.
//!
//! Counters become differences ([`meter`]), differences are gathered in windows of 60 or 600 seconds ([`ledger`]), windows become
//! records ([`record`]) in a format that their owner chose ([`format`](mod@format)), records become files with names ([`file`]). What was
//! seen can also be looked at as it happens ([`group`]), and be turned into the rules that would have let it pass
//! ([`suggest`]).
//!
//! Nothing here reads a clock, opens a file, or knows how the kernel keeps its counters.

#![warn(missing_docs)]

pub mod field;
pub mod file;
pub mod flow;
pub mod format;
pub mod group;
pub mod ledger;
pub mod log;
pub mod meter;
pub mod parquet;
pub mod record;
pub mod suggest;

pub use flow::{Action, Count, Direction, Flow, Interface};
pub use format::Format;
pub use ledger::Ledger;
pub use log::Log;
