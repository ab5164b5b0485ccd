//! The compiled tables, by their own evaluator.

use std::collections::BTreeMap;

use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_tables::compiler::{Compiler, Links};
use ringwall_tables::difference::{Installed, writes};
use ringwall_tables::evaluate::{Entry, Evaluator};
use ringwall_tables::flat::Write;
use ringwall_tables::numbers::HighWater;

use super::Engine;

/// Compiles worlds, and knows where everything is.
#[derive(Debug)]
pub struct Plant {
    compiler: Compiler,
    installed: Installed,
    links: Links,
    next_link: u32,
    slots: BTreeMap<NetworkInterfaceId, u32>,
    vpc_slots: BTreeMap<VpcId, u32>,
}

impl Default for Plant {
    fn default() -> Self {
        Plant {
            compiler: Compiler::new(HighWater::default()),
            installed: Installed::default(),
            links: Links::default(),
            next_link: 1,
            slots: BTreeMap::new(),
            vpc_slots: BTreeMap::new(),
        }
    }
}

impl Plant {
    /// The writes that lead to the world, with links of numbers that nobody had before.
    pub fn writes(&mut self, world: &World) -> Vec<Write> {
        self.links.interfaces.retain(|id, _| has_link(world, id));
        self.links.services.retain(|id, _| world.vpcs.contains_key(id));
        for id in world.interfaces.keys().filter(|id| has_link(world, id)) {
            self.links.interfaces.entry(*id).or_insert_with(|| {
                self.next_link += 1;
                self.next_link
            });
        }
        for id in world.vpcs.keys() {
            self.links.services.entry(*id).or_insert_with(|| {
                self.next_link += 1;
                self.next_link
            });
        }
        self.writes_at(world, &self.links.clone())
    }

    /// The writes that lead to the world, if these are the links of its interfaces.
    pub fn writes_at(&mut self, world: &World, links: &Links) -> Vec<Write> {
        let image = self.compiler.compile(world, links).expect("the world is small");
        let writes = writes(&self.installed, &image);
        let slots = |(id, link): (&NetworkInterfaceId, &u32)| Some((*id, *image.links.get(link)?));
        self.slots = links.interfaces.iter().filter_map(slots).collect();
        let slots = |(id, link): (&VpcId, &u32)| Some((*id, *image.service_links.get(link)?));
        self.vpc_slots = links.services.iter().filter_map(slots).collect();
        self.installed.become_image(image);
        writes
    }

    /// Where a packet enters.
    pub fn entry(&self, origin: Origin) -> Entry {
        match origin {
            Origin::Interface(id) => Entry::Interface(self.slots.get(&id).copied().unwrap_or(0)),
            Origin::Internet => Entry::Internet,
            Origin::Services(vpc) => Entry::Services(self.vpc_slots.get(&vpc).copied().unwrap_or(0)),
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

/// Whether frames can come from the interface: a NAT gateway's has no link.
pub fn has_link(world: &World, id: &NetworkInterfaceId) -> bool {
    let is_gateways = world.nat_gateways.values().any(|gateway| gateway.interface == *id);
    !is_gateways && world.interfaces.get(id).is_some_and(|interface| interface.up)
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
        self.evaluator.judge(self.plant.entry(origin), &parse(bytes), now, &self.plant.names())
    }
}
