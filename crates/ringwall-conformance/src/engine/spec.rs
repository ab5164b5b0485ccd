//! The specification.

use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_spec::packet::Memory;
use ringwall_spec::packet::journey::journey;

use super::Engine;

/// The judge.
#[derive(Debug, Default)]
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
        // a link that goes down takes the sessions of its interface with it, also if it is up again before a packet comes
        self.memory.sessions.retain(|(id, _), _| world.interfaces.get(id).is_some_and(|interface| interface.up));
        self.world = world.clone();
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        journey(&self.world, &mut self.memory, origin, &parse(bytes), now).outcome
    }
}
