//! Flow logs: reading what the kernel has counted, keeping it, delivering it, and showing it as it happens.

mod bucket;
mod collector;
mod destination;
mod facts;
mod journal;
mod live;
mod read;

pub use collector::{Collector, Setup};
pub use live::{Live, Suggestion, Watcher};
