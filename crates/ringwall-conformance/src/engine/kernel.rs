//! The loaded kernel program, by the kernel's facility for single packets.

use ringwall_datapath::test_run::takes;
use ringwall_datapath::{DataPlane, LoadError, Mode};
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use std::rc::Rc;

use super::report::outcome;
use super::{Engine, Plant};

/// The kernel program. Loading takes a while, so one serves many worlds.
#[derive(Debug)]
pub struct Kernel {
    plane: Rc<DataPlane>,
    plant: Plant,
    swept: u32,
}

impl Kernel {
    /// Loads the program.
    pub fn load() -> Result<Rc<DataPlane>, LoadError> {
        DataPlane::load(Mode::Test).map(Rc::new)
    }

    /// An engine with empty tables.
    pub fn new(plane: Rc<DataPlane>) -> Kernel {
        plane.forget().expect("maps can be emptied");
        Kernel { plane, plant: Plant::default(), swept: 0 }
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        // the next world finds empty tables
        let writes = self.plant.writes(&World::default());
        let again = self.plant.writes(&World::default());
        self.plane.publish(&writes).and_then(|()| self.plane.publish(&again)).expect("tables can be emptied");
    }
}

impl Engine for Kernel {
    fn name(&self) -> &'static str {
        "c-kernel"
    }

    fn publish(&mut self, world: &World) {
        self.swept = 0;
        let writes = self.plant.writes(world);
        self.plane.publish(&writes).expect("tables can be written");
    }

    fn accepts(&self, bytes: &[u8]) -> bool {
        takes(bytes)
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        if self.swept != now {
            self.plane.sweep(now).expect("sessions can be swept");
            self.swept = now;
        }
        let judged = self
            .plane
            .judge(self.plant.entry(origin), bytes, now)
            .unwrap_or_else(|error| panic!("a packet can be judged: {error} {bytes:?}"));
        outcome(&self.plant.names(), bytes, &judged.outcome, &judged.bytes)
    }
}
