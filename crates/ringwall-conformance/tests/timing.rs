//! temp
use ringwall_conformance::engine::Kernel;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_tables::flat::Write;
#[test]
fn timing() {
    let plane = Kernel::load().unwrap();
    let t = std::time::Instant::now();
    for i in 0..50 {
        plane.publish(&[Write::Flip { bank: i & 1 }]).unwrap();
    }
    println!("flip {:?}", t.elapsed() / 50);
    let t = std::time::Instant::now();
    let plan = Run { seed: 1000, worlds: 5, packets: 20000, change_every: 1000, size: Size::SMALL };
    let c = run(plan, || Kernel::new(plane.clone())).map_err(|d| panic!("{d}")).unwrap();
    println!("{} in {:?}", c.packets, t.elapsed());
    let t = std::time::Instant::now();
    let plan = Run { seed: 1000, worlds: 5, packets: 20000, change_every: 1000, size: Size::SMALL };
    let c = run(plan, ringwall_conformance::engine::Tables::default).map_err(|d| panic!("{d}")).unwrap();
    println!("tables {} in {:?}", c.packets, t.elapsed());
}
