//! The loaded kernel program says what the specification says.

use ringwall_conformance::engine::Kernel;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_model::gate::Reason;

/// What no packet meets: tables are whole, and have room.
const NEVER: &[Reason] = &[Reason::TablesIncomplete, Reason::NatTableFull];

#[test]
fn the_kernel_program_agrees_with_the_specification_on_small_worlds() {
    let plane = Kernel::load().expect("the kernel program can be loaded: this test needs root");
    let plan = Run { seed: 1, worlds: 100, packets: 400, change_every: 25, size: Size::SMALL, is_still: false };
    match run(plan, || Kernel::new(plane.clone())) {
        Ok(coverage) => assert_eq!(coverage.lacks(NEVER), [""; 0], "{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}\n{:#?}", disagreement.world),
    }
}
