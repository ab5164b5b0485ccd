//! Updates while frames are sent: each is judged by the world before or by the world after, never by a third, and none by
//! the one before once another was judged by the one after.

use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ringwall_conformance::engine::{Engine, Ground, Live, Specification, Update};
use ringwall_datapath::DataPlane;
use ringwall_gen::Rng;
use ringwall_gen::change::change;
use ringwall_gen::traffic::{Sent, Traffic};
use ringwall_gen::world::{Size, world};
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::Outcome;
use ringwall_model::world::World;
use ringwall_tables::flat::Write;

const SIZE: Size = Size::SMALL;
const UPDATES: usize = 40;
const NOW: u32 = 1_000;

/// A world and those that follow. The links stay: what a link's going does is another matter.
fn worlds(random: &mut Rng) -> Vec<World> {
    let up = |world: &World| -> Vec<NetworkInterfaceId> {
        world.interfaces.iter().filter(|(_, interface)| interface.up).map(|(id, _)| *id).collect()
    };
    let mut worlds = vec![world(random, SIZE)];
    while worlds.len() <= UPDATES {
        let mut next = worlds[worlds.len() - 1].clone();
        change(random, &mut next, SIZE);
        if up(&next) == up(&worlds[0]) {
            worlds.push(next);
        }
    }
    worlds
}

/// How far the updates have come: begun and done.
#[derive(Default)]
struct Progress {
    begun: AtomicUsize,
    done: AtomicUsize,
}

fn update(plane: &DataPlane, updates: &[Update], progress: &Progress, mut random: Rng) {
    for (place, update) in updates.iter().enumerate() {
        progress.begun.store(place + 1, Ordering::SeqCst);
        plane.publish(&update.writes).expect("tables can be written");
        progress.done.store(place + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_micros(random.u64(0..400)));
    }
}

/// How far the program may have come, and what it would then remember: more than one answer, where the outcomes so far
/// could be those of each.
struct Belief {
    worlds: Vec<World>,
    possible: Vec<(usize, Specification)>,
}

impl Belief {
    /// What is possible after an outcome of a time when the world was one of those from `first` to `last`. Returns
    /// whether they differ about it.
    fn learn(&mut self, sent: &Sent, actual: &Outcome, first: usize, last: usize) -> bool {
        let mut left: Vec<(usize, Specification)> = Vec::new();
        let mut differ = false;
        for (place, spec) in &self.possible {
            for place in (*place).max(first)..=last {
                let mut spec = spec.clone();
                spec.publish(&self.worlds[place]);
                if spec.judge(sent.origin, &sent.bytes, NOW) != *actual {
                    differ = true;
                } else if !left.iter().any(|(other, known)| *other == place && known.memory() == spec.memory()) {
                    left.push((place, spec));
                }
            }
        }
        self.possible = left;
        differ
    }
}

/// Packets that were judged while an update was under way, and those of them about which the worlds differ.
#[derive(Debug, Default)]
struct Seen {
    packets: usize,
    meanwhile: usize,
    decisive: usize,
}

/// Updates a world again and again while frames are sent, with `arrange` done to the writes of each update.
fn one_world(seed: u64, ground: &Rc<Ground>, arrange: fn(&mut Vec<Write>), seen: &mut Seen) {
    let mut random = Rng::with_seed(seed);
    let worlds = worlds(&mut random);
    let (mut live, mut spec) = (Live::new(ground.clone()), Specification::default());
    live.publish(&worlds[0]);
    spec.publish(&worlds[0]);
    let mut updates: Vec<Update> = worlds[1..].iter().map(|world| live.prepare(world)).collect();
    updates.iter_mut().for_each(|update| arrange(&mut update.writes));
    let mut belief = Belief { worlds, possible: vec![(0, spec)] };
    let (progress, mut traffic) = (Progress::default(), Traffic::default());
    std::thread::scope(|scope| {
        let (plane, publisher) = (ground.plane(), random.fork());
        let thread = scope.spawn(|| update(plane, &updates, &progress, publisher));
        let mut after = 0;
        while after < 20 {
            after += usize::from(thread.is_finished());
            let first = progress.done.load(Ordering::SeqCst);
            let sent = traffic.frame(&mut random, &belief.worlds[first]);
            if !live.accepts(&sent.bytes) {
                continue;
            }
            let first = progress.done.load(Ordering::SeqCst);
            let actual = live.judge(sent.origin, &sent.bytes, NOW);
            let last = progress.begun.load(Ordering::SeqCst);
            let differ = belief.learn(&sent, &actual, first, last);
            assert!(!belief.possible.is_empty(), "seed {seed}, worlds {first} to {last}, {sent:?}: {actual:?}");
            seen.packets += 1;
            seen.meanwhile += usize::from(first < last);
            seen.decisive += usize::from(first < last && differ);
        }
    });
}

#[test]
fn while_tables_change_each_frame_meets_the_world_before_or_the_world_after() {
    let ground = Ground::lay().expect("devices can be made and the program attached: this test needs root");
    let mut seen = Seen::default();
    for seed in 0..60 {
        one_world(seed, &ground, |_| {}, &mut seen);
    }
    println!("{seen:?}");
    assert!(seen.meanwhile > 2_000 && seen.decisive > 20, "{seen:?}");
}

#[test]
fn tables_that_are_flipped_before_they_are_written_are_found() {
    let ground = Ground::lay().expect("devices can be made and the program attached: this test needs root");
    let flip_first = |writes: &mut Vec<Write>| writes.sort_by_key(|write| !matches!(write, Write::Flip { .. }));
    let is_found = (0..60).any(|seed| {
        let run = || one_world(seed, &ground, flip_first, &mut Seen::default());
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err()
    });
    assert!(is_found, "updates that are judged by halves are not found");
}
