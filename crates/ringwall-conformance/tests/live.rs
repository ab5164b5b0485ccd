//! The program on real links says what the specification says.

use ringwall_conformance::engine::{Ground, Live};
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_model::gate::Reason;

/// What no packet meets: tables are whole, and have room; and nobody floods where time stands still.
const NEVER: &[Reason] = &[Reason::TablesIncomplete, Reason::NatTableFull, Reason::LinkLocalRate];

#[test]
fn the_program_on_links_agrees_with_the_specification_on_small_worlds() {
    let ground = Ground::lay().expect("devices can be made and the program attached: this test needs root");
    let plan = Run { seed: 1, worlds: 120, packets: 300, change_every: 25, size: Size::SMALL, is_still: true };
    match run(plan, || Live::new(ground.clone())) {
        Ok(coverage) => assert_eq!(coverage.lacks(NEVER), [""; 0], "{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}\n{:#?}", disagreement.world),
    }
}
