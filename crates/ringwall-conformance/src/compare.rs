//! The same questions to two engines.

use ringwall_gen::Rng;
use ringwall_gen::change::change;
use ringwall_gen::street;
use ringwall_gen::traffic::{Sent, Traffic, question};
use ringwall_gen::world::{Size, world};
use ringwall_model::gate::Reason;
use ringwall_model::limits::LINK_LOCAL_PACKETS_PER_SECOND;
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

    /// What never occurred, of all that may become of a packet; `never` are the reasons that cannot occur.
    pub fn lacks(&self, never: &[Reason]) -> Vec<String> {
        let ends = [
            ("delivered", self.delivered),
            ("left", self.left),
            ("served", self.served),
            ("translated", self.translated),
            ("answered", self.answered),
        ];
        let ends = ends.into_iter().filter(|(_, count)| *count == 0).map(|(end, _)| end.to_owned());
        let reasons = Reason::ALL.iter().filter(|reason| !never.contains(reason) && !self.refused.contains_key(reason));
        ends.chain(reasons.map(|reason| format!("{reason:?}"))).collect()
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

/// How a world is made, and a frame in it.
type Surroundings = (fn(&mut Rng, Size) -> World, fn(&mut Traffic, &mut Rng, &World) -> Sent);

/// In every third world NAT gateways and endpoints are in use: in the others anything may be, and hardly any packet finds a
/// gateway that leads anywhere.
fn surroundings(seed: u64) -> Surroundings {
    if seed.is_multiple_of(3) { (street::street, street::frame) } else { (world, Traffic::frame) }
}

/// In so many worlds, one has an interface that asks too often (DNS-3): that takes more packets than all else.
const FLOOD_EVERY: u64 = 20;

fn one_world(seed: u64, run: Run, engine: &mut impl Engine, coverage: &mut Coverage) -> Result<(), Box<Disagreement>> {
    let (world, frame) = surroundings(seed);
    let mut random = Rng::with_seed(seed);
    let mut world = world(&mut random, run.size);
    let mut traffic = Traffic::default();
    let mut now = 1_000;
    let mut trial = Trial { spec: Specification::default(), engine, coverage, place: Place { seed, packet: 0 } };
    trial.publish(&world);
    for packet in 0..run.packets {
        trial.place.packet = packet;
        if packet % run.change_every == run.change_every - 1 {
            change(&mut random, &mut world, run.size);
            trial.publish(&world);
        }
        let passed = match random.u16(0..200) {
            0 => random.u32(0..700),
            1 => random.u32(0..200),
            2..=5 => random.u32(0..40),
            6..=60 => 1,
            _ => 0,
        };
        now += if run.is_still { 0 } else { passed };
        let sent = frame(&mut traffic, &mut random, &world);
        if let Some(verdict) = trial.ask(&world, &sent, now)? {
            traffic.note(&verdict);
        }
    }
    // how much passes of a flood depends on when a second begins, which nobody knows who has the kernel's clock
    if !run.is_still
        && seed.is_multiple_of(FLOOD_EVERY)
        && let Some(sent) = question(&mut random, &world)
    {
        for _ in 0..LINK_LOCAL_PACKETS_PER_SECOND + 2 {
            trial.place.packet += 1;
            trial.ask(&world, &sent, now + 1)?;
        }
    }
    Ok(())
}

/// An engine beside the specification, in one world.
struct Trial<'a, E> {
    spec: Specification,
    engine: &'a mut E,
    coverage: &'a mut Coverage,
    place: Place,
}

impl<E: Engine> Trial<'_, E> {
    fn publish(&mut self, world: &World) {
        self.spec.publish(world);
        self.engine.publish(world);
    }

    /// Asks both about a frame; what the specification says, unless the engine cannot be asked about it.
    fn ask(&mut self, world: &World, sent: &Sent, now: u32) -> Result<Option<Verdict>, Box<Disagreement>> {
        if !self.engine.accepts(&sent.bytes) {
            self.coverage.skipped += 1;
            return Ok(None);
        }
        let expected = self.spec.judge(sent.origin, &sent.bytes, now);
        let actual = self.engine.judge(sent.origin, &sent.bytes, now);
        self.coverage.note(&expected);
        if expected == actual {
            return Ok(Some(expected.verdict));
        }
        let (Place { seed, packet }, Sent { origin, bytes }) = (&self.place, sent.clone());
        let (seed, packet, world) = (*seed, *packet, world.clone());
        Err(Box::new(Disagreement { seed, packet, origin, bytes, now, expected, actual, world }))
    }
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
