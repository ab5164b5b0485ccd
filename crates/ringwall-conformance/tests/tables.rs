//! The compiled tables say what the specification says.

use ringwall_conformance::engine::Tables;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;

#[test]
fn tables_agree_with_the_specification_on_small_worlds() {
    let plan = Run { seed: 1, worlds: 300, packets: 400, change_every: 25, size: Size::SMALL };
    match run(plan, Tables::default) {
        Ok(coverage) => println!("{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}\n{:#?}", disagreement.world),
    }
}
