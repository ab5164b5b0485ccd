//! Compares engines with the specification for as long as asked: `compare ENGINE PACKETS [SEED]`, with ENGINE one of
//! `tables`, `c-host`, `c-kernel` and `live`. Half of the worlds are small, half go up to the quotas.

use std::process::ExitCode;
use std::time::Instant;

use ringwall_conformance::compare::Coverage;
use ringwall_conformance::engine::{Ground, Host, Kernel, Live, Tables};
use ringwall_conformance::{Disagreement, Run, run};
use ringwall_gen::world::Size;

const PACKETS_PER_WORLD: u64 = 5_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(engine), Some(packets)) = (arguments.first(), arguments.get(1).and_then(|text| text.parse::<u64>().ok()))
    else {
        eprintln!("usage: compare tables|c-host|c-kernel|live PACKETS [SEED]");
        return ExitCode::from(2);
    };
    let seed = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let started = Instant::now();
    let mut total = Coverage::default();
    let mut world = 0;
    while total.packets < packets {
        match one_world(engine, seed + world, world) {
            Ok(coverage) => total.add(&coverage),
            Err(disagreement) => {
                println!("{engine} disagrees with the specification\n{disagreement}");
                return ExitCode::FAILURE;
            }
        }
        world += 1;
        if world % 100 == 0 {
            eprintln!("{engine}: {} packets in {world} worlds, {:?}", total.packets, started.elapsed());
        }
    }
    println!("{engine}: {} packets in {world} worlds agree, {:.0?}; {total:?}", total.packets, started.elapsed());
    ExitCode::SUCCESS
}

fn one_world(engine: &str, seed: u64, world: u64) -> Result<Coverage, Box<Disagreement>> {
    let size = if world.is_multiple_of(2) { Size::SMALL } else { Size::LARGE };
    let plan =
        Run { seed, worlds: 1, packets: PACKETS_PER_WORLD as u32, change_every: 250, size, is_still: engine == "live" };
    thread_local! {
        static PLANE: std::rc::Rc<ringwall_datapath::DataPlane> = Kernel::load().expect("the kernel program can be loaded: this needs root");
        static GROUND: std::rc::Rc<Ground> = Ground::lay().expect("devices can be made and the kernel program attached: this needs root");
    }
    match engine {
        "tables" => run(plan, Tables::default),
        "c-host" => run(plan, Host::default),
        "c-kernel" => run(plan, || Kernel::new(PLANE.with(Clone::clone))),
        "live" => run(plan, || Live::new(GROUND.with(Clone::clone))),
        other => panic!("no engine `{other}`: there are tables, c-host, c-kernel, live"),
    }
}
