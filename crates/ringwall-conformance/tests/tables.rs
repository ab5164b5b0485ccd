//! The compiled tables say what the specification says.

use ringwall_conformance::engine::Tables;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_model::gate::Reason;

/// What no packet meets: tables are whole, and have room.
const NEVER: &[Reason] = &[Reason::TablesIncomplete, Reason::NatTableFull];

/// The same where nobody floods.
const NEVER_WHERE_TIME_STANDS: &[Reason] = &[Reason::TablesIncomplete, Reason::NatTableFull, Reason::LinkLocalRate];

#[test]
fn tables_agree_with_the_specification_on_small_worlds() {
    let plan = Run { seed: 1, worlds: 300, packets: 400, change_every: 25, size: Size::SMALL, is_still: false };
    match run(plan, Tables::default) {
        Ok(coverage) => assert_eq!(coverage.lacks(NEVER), [""; 0], "{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}\n{:#?}", disagreement.world),
    }
}

#[test]
fn the_tables_agree_with_the_specification_where_nothing_ends_by_itself() {
    let plan = Run { seed: 29, worlds: 30, packets: 5_000, change_every: 250, size: Size::LARGE, is_still: true };
    match run(plan, Tables::default) {
        Ok(coverage) => assert_eq!(coverage.lacks(NEVER_WHERE_TIME_STANDS), [""; 0], "{coverage:?}"),
        Err(disagreement) => panic!("{disagreement}"),
    }
}
