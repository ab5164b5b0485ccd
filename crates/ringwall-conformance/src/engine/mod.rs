//! Those who judge packets.

mod host;
mod kernel;
mod live;
mod report;
mod spec;
pub mod tables;

use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;

pub use host::Host;
pub use kernel::Kernel;
pub use live::{Ground, Live, Update};
pub use spec::Specification;
pub use tables::{Plant, Tables, has_link};

/// Judges packets of a world, one after the other.
pub trait Engine {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// Starts over with a world, or goes on with a changed one.
    fn publish(&mut self, world: &World);

    /// Whether it can be asked about the frame at all.
    fn accepts(&self, bytes: &[u8]) -> bool {
        let _ = bytes;
        true
    }

    /// What becomes of a frame at a second.
    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome;
}
