//! The specification.

use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_spec::packet::Memory;
use ringwall_spec::packet::journey::journey;

use super::Engine;

/// The judge.
#[derive(Clone, Debug, Default)]
pub struct Specification {
    world: World,
    memory: Memory,
}

impl Specification {
    /// What it remembers.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }
}

impl Engine for Specification {
    fn name(&self) -> &'static str {
        "spec"
    }

    fn publish(&mut self, world: &World) {
        self.memory.forget_links_down(world);
        self.world = world.clone();
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        journey(&self.world, &mut self.memory, origin, &parse(bytes), now).outcome
    }
}
