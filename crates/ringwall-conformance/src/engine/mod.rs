//! Those who judge packets.

mod spec;
pub mod tables;

use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;

pub use spec::Specification;
pub use tables::{Plant, Tables};

/// Judges packets of a world, one after the other.
pub trait Engine {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// Starts over with a world, or goes on with a changed one.
    fn publish(&mut self, world: &World);

    /// What becomes of a frame at a second.
    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome;
}
