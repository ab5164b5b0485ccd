//! The compiled tables, by their own evaluator.

use std::collections::BTreeMap;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_tables::compiler::Compiler;
use ringwall_tables::difference::{Installed, writes};
use ringwall_tables::evaluate::Evaluator;
use ringwall_tables::flat::Write;
use ringwall_tables::numbers::HighWater;

use super::Engine;

/// Compiles worlds, and knows where everything is.
#[derive(Debug)]
pub struct Plant {
    compiler: Compiler,
    installed: Installed,
    links: BTreeMap<NetworkInterfaceId, u32>,
    next_link: u32,
    slots: BTreeMap<NetworkInterfaceId, u32>,
}

impl Default for Plant {
    fn default() -> Self {
        Plant {
            compiler: Compiler::new(HighWater::default()),
            installed: Installed::default(),
            links: BTreeMap::new(),
            next_link: 1,
            slots: BTreeMap::new(),
        }
    }
}

impl Plant {
    /// The writes that lead to the world, with links of numbers that nobody had before.
    pub fn writes(&mut self, world: &World) -> Vec<Write> {
        self.links.retain(|id, _| world.interfaces.get(id).is_some_and(|interface| interface.up));
        for (id, interface) in &world.interfaces {
            if interface.up && !self.links.contains_key(id) {
                self.links.insert(*id, self.next_link);
                self.next_link += 1;
            }
        }
        self.writes_at(world, &self.links.clone())
    }

    /// The writes that lead to the world, if these are the links of its interfaces.
    pub fn writes_at(&mut self, world: &World, links: &BTreeMap<NetworkInterfaceId, u32>) -> Vec<Write> {
        let image = self.compiler.compile(world, links).expect("the world is small");
        let writes = writes(&self.installed, &image);
        self.slots = links.iter().filter_map(|(id, link)| Some((*id, *image.links.get(link)?))).collect();
        self.installed.become_image(image);
        writes
    }

    /// The slot at which a packet enters.
    pub fn slot(&self, origin: Origin) -> u32 {
        match origin {
            Origin::Interface(id) => self.slots.get(&id).copied().unwrap_or(0),
            Origin::Internet => 0,
        }
    }

    /// What numbers mean.
    pub fn names(&self) -> std::sync::RwLockReadGuard<'_, ringwall_tables::names::Names> {
        self.compiler.names().read().expect("nobody panicked while writing")
    }

    /// What is installed.
    pub fn installed(&self) -> &Installed {
        &self.installed
    }
}

/// The tables.
#[derive(Debug, Default)]
pub struct Tables {
    plant: Plant,
    evaluator: Evaluator,
}

impl Engine for Tables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn publish(&mut self, world: &World) {
        for write in self.plant.writes(world) {
            self.evaluator.maps.apply(&write);
        }
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        self.evaluator.judge(self.plant.slot(origin), &parse(bytes), now, &self.plant.names())
    }
}
