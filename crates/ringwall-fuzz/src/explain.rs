//! Questions to `explain`: whatever is asked about a network, there is an answer or a reason why there is none.

use std::sync::{Arc, OnceLock};

use ringwall_gen::Rng;
use ringwall_gen::world::{Size, world};
use ringwall_model::world::World;
use ringwall_store::{Memory, Snapshot, Store};
use ringwalld::question::Asked;

struct Network {
    world: World,
    snapshot: Arc<Snapshot>,
}

/// Reads a question and has it answered.
pub fn explain(data: &[u8]) -> bool {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    let network = NETWORK.get_or_init(|| Network {
        world: world(&mut Rng::with_seed(21), Size::SMALL),
        snapshot: Store::open(Box::new(Memory::default())).expect("a store in memory").snapshot(),
    });
    let Ok(asked) = serde_json::from_slice::<Asked>(data) else { return false };
    match asked.answer(&network.world, &network.snapshot) {
        Ok(answer) => {
            assert!(answer["request"]["verdict"].is_string() && answer["send"]["frame"].is_string(), "{answer}");
            true
        }
        Err(reason) => {
            assert!(!reason.is_empty());
            false
        }
    }
}
