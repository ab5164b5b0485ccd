//! The same questions to two engines.

use ringwall_gen::Rng;
use ringwall_gen::change::change;
use ringwall_gen::traffic::Traffic;
use ringwall_gen::world::{Size, world};
use ringwall_model::gate::Reason;
use ringwall_model::outcome::{Origin, Outcome, Verdict};
use ringwall_model::world::World;
use ringwall_net::frame::parse;

use crate::engine::{Engine, Specification};

/// How many worlds, and how long each is watched.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// the first seed; each world has the next one
    pub seed: u64,
    /// worlds
    pub worlds: u64,
    /// packets in each world
    pub packets: u32,
    /// packets between two changes of the world
    pub change_every: u32,
    /// how large worlds are
    pub size: Size,
    /// whether time stands still: for engines that have the kernel's clock, and so little time that nothing ends in it
    pub is_still: bool,
}

/// Two engines said different things.
#[derive(Debug)]
pub struct Disagreement {
    /// the seed of the world
    pub seed: u64,
    /// how many packets came before
    pub packet: u32,
    /// where the packet entered
    pub origin: Origin,
    /// the frame
    pub bytes: Vec<u8>,
    /// second
    pub now: u32,
    /// what the specification says
    pub expected: Outcome,
    /// what the engine says
    pub actual: Outcome,
    /// the world
    pub world: World,
}

/// What was asked: without this, a run that asked nothing would pass.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// packets
    pub packets: u64,
    /// packets that the engine cannot be asked about
    pub skipped: u64,
    /// packets delivered
    pub delivered: u64,
    /// packets that left for the internet
    pub left: u64,
    /// packets that came to a service of their VPC
    pub served: u64,
    /// packets that came through a NAT gateway
    pub translated: u64,
    /// packets that the router answered
    pub answered: u64,
    /// packets refused, by reason
    pub refused: std::collections::BTreeMap<Reason, u64>,
}

impl Coverage {
    fn note(&mut self, outcome: &Outcome) {
        self.packets += 1;
        self.translated += u64::from(outcome.through.is_some());
        match &outcome.verdict {
            Verdict::Delivered { .. } => self.delivered += 1,
            Verdict::LeftToInternet { .. } => self.left += 1,
            Verdict::ToService { .. } => self.served += 1,
            Verdict::Answered(_) => self.answered += 1,
            Verdict::Dropped { reason, .. } => *self.refused.entry(*reason).or_default() += 1,
        }
    }

    /// Takes in the counts of another run.
    pub fn add(&mut self, other: &Coverage) {
        self.packets += other.packets;
        self.skipped += other.skipped;
        self.delivered += other.delivered;
        self.left += other.left;
        self.served += other.served;
        self.translated += other.translated;
        self.answered += other.answered;
        for (reason, count) in &other.refused {
            *self.refused.entry(*reason).or_default() += count;
        }
    }
}

/// Compares engines made by `make` with the specification. Stops at the first disagreement.
pub fn run<E: Engine>(run: Run, mut make: impl FnMut() -> E) -> Result<Coverage, Box<Disagreement>> {
    let mut coverage = Coverage::default();
    for seed in run.seed..run.seed + run.worlds {
        let mut engine = make();
        one_world(seed, run, &mut engine, &mut coverage)?;
    }
    Ok(coverage)
}

fn one_world(seed: u64, run: Run, engine: &mut impl Engine, coverage: &mut Coverage) -> Result<(), Box<Disagreement>> {
    let mut random = Rng::with_seed(seed);
    let mut world = world(&mut random, run.size);
    let mut spec = Specification::default();
    let mut traffic = Traffic::default();
    let mut now = 1_000;
    spec.publish(&world);
    engine.publish(&world);
    let mut place = Place { seed, packet: 0 };
    for packet in 0..run.packets {
        place.packet = packet;
        if packet % run.change_every == run.change_every - 1 {
            change(&mut random, &mut world, run.size);
            spec.publish(&world);
            engine.publish(&world);
        }
        let passed = match random.u16(0..200) {
            0 => random.u32(0..700),
            1 => random.u32(0..200),
            2..=5 => random.u32(0..40),
            6..=60 => 1,
            _ => 0,
        };
        now += if run.is_still { 0 } else { passed };
        let sent = traffic.frame(&mut random, &world);
        if !engine.accepts(&sent.bytes) {
            coverage.skipped += 1;
            continue;
        }
        let expected = spec.judge(sent.origin, &sent.bytes, now);
        let actual = engine.judge(sent.origin, &sent.bytes, now);
        coverage.note(&expected);
        traffic.note(&expected.verdict);
        if expected != actual {
            let (origin, bytes) = (sent.origin, sent.bytes);
            return Err(Box::new(Disagreement { seed, packet, origin, bytes, now, expected, actual, world }));
        }
    }
    Ok(())
}

/// Tells where a run was when an engine said something that makes no sense.
struct Place {
    seed: u64,
    packet: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was seed {}, packet {}", self.seed, self.packet);
        }
    }
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}, packet {}, second {}, from {:?}", self.seed, self.packet, self.now, self.origin)?;
        writeln!(f, "frame     {:?}", parse(&self.bytes))?;
        writeln!(f, "expected  {:?}", self.expected)?;
        writeln!(f, "actual    {:?}", self.actual)
    }
}
