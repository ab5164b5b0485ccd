//! The C gates, under the sanitizers, say what the specification says.

use ringwall_conformance::engine::Host;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_model::gate::Reason;

/// What no packet meets: tables are whole, and have room.
const NEVER: &[Reason] = &[Reason::TablesIncomplete, Reason::NatTableFull];

#[test]
fn the_gates_on_the_host_agree_with_the_specification_on_small_worlds() {
    let plan = Run { seed: 1, worlds: 60, packets: 1_000, change_every: 50, size: Size::SMALL, is_still: false };
    match run(plan, Host::default) {
        Ok(coverage) => assert_eq!(coverage.lacks(NEVER), [""; 0], "{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}\n{:#?}", disagreement.world),
    }
}
