//! Packets on their way through random worlds, for theorems to look at.

use ringwall_gen::Rng;
use ringwall_gen::change::change;
use ringwall_gen::street;
use ringwall_gen::traffic::{Sent, Traffic};
use ringwall_gen::world::{Size, world};
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::{Findings, Origin, Verdict};
use ringwall_model::world::{Interface, RouteTarget, World};
use ringwall_net::frame::{Content, Frame, Packet, parse};
use ringwall_spec::packet::journey::journey;
use ringwall_spec::packet::subnet::route_table::select;
use ringwall_spec::packet::{Memory, Trace, services};

/// Who decides: the specification, or what a fault has made of it.
pub type Judge = fn(&World, &mut Memory, Origin, &[u8], u32) -> Trace;

/// The specification.
pub fn specification(world: &World, memory: &mut Memory, origin: Origin, bytes: &[u8], now: u32) -> Trace {
    journey(world, memory, origin, &parse(bytes), now)
}

const WORLDS: u64 = 200;
const STREETS: u64 = 60;
const PACKETS: u32 = 300;
const CHANGE_EVERY: u32 = 60;

/// The fewest packets that a theorem must have been about.
const FEWEST: u64 = 25;

/// A packet that was judged.
pub struct Case<'a> {
    /// who judged it, for the same question in another world
    pub judge: Judge,
    /// the world
    pub world: &'a World,
    /// what was remembered when the packet came
    pub before: &'a Memory,
    /// what is remembered since
    pub after: &'a Memory,
    /// where it entered
    pub origin: Origin,
    /// the frame
    pub bytes: &'a [u8],
    /// the second
    pub now: u32,
    /// what the judge said
    pub trace: Trace,
}

impl Case<'_> {
    /// What the judge says of the same packet in another world.
    pub fn in_world(&self, world: &World) -> Trace {
        (self.judge)(world, &mut self.before.clone(), self.origin, self.bytes, self.now)
    }

    /// What the judge says of another packet that comes next.
    pub fn next(&self, world: &World, origin: Origin, bytes: &[u8]) -> Trace {
        (self.judge)(world, &mut self.after.clone(), origin, bytes, self.now)
    }

    /// The frame, if it can be read.
    pub fn frame(&self) -> Option<Frame> {
        parse(self.bytes).ok()
    }

    /// The packet in the frame, if there is one.
    pub fn packet(&self) -> Option<Packet> {
        match self.frame()?.content {
            Content::Ip(packet) => Some(packet),
            _ => None,
        }
    }

    /// The interface that sent it.
    pub fn sender(&self) -> Option<(NetworkInterfaceId, &Interface)> {
        match self.origin {
            Origin::Interface(id) => Some((id, &self.world.interfaces[&id])),
            Origin::Internet | Origin::Services(_) => None,
        }
    }

    /// The interface that received it.
    pub fn receiver(&self) -> Option<(NetworkInterfaceId, &Interface)> {
        match self.trace.outcome.verdict {
            Verdict::Delivered { to, .. } => Some((to, &self.world.interfaces[&to])),
            _ => None,
        }
    }

    /// What the gates found at the sender's end: before the NAT gateway, if it came through one.
    pub fn first_findings(&self) -> &Findings {
        self.trace.through.as_ref().map_or(&self.trace.findings, |through| &through.findings)
    }

    /// Where the sender's route table leads, if an interface sent the packet to its router.
    pub fn routed_to(&self) -> Option<RouteTarget> {
        let ((_, sender), frame) = (self.sender()?, self.frame()?);
        let subnet = &self.world.subnets[&sender.subnet];
        let destination = self.packet().filter(|_| frame.destination == subnet.router)?.destination;
        let is_service = services::at(self.world, sender.vpc, destination).is_some();
        let (_, route) = select(self.world, subnet.route_table, destination).filter(|_| !is_service)?;
        Some(route.target)
    }

    /// Whether it came out anywhere.
    pub fn passed(&self) -> bool {
        passes(&self.trace)
    }
}

/// Whether the packet came out anywhere.
pub fn passes(trace: &Trace) -> bool {
    use Verdict::{Delivered, LeftToInternet, ToService};
    matches!(trace.outcome.verdict, Delivered { .. } | LeftToInternet { .. } | ToService { .. })
}

/// What a theorem saw.
pub struct Evidence {
    premises: u64,
    broken: Option<String>,
}

impl Evidence {
    /// The theorem is true of every packet that it is about, and there were some.
    pub fn holds(&self) {
        assert!(self.broken.is_none(), "{}", self.broken.as_deref().unwrap_or_default());
        assert!(self.premises >= FEWEST, "only {} packets were what the theorem is about", self.premises);
        println!("true of {} packets", self.premises);
    }

    /// The theorem noticed the fault.
    pub fn is_broken(&self) {
        assert!(self.broken.is_some(), "not noticed in {} packets", self.premises);
    }
}

/// Has a theorem look at packets: it says nothing about those that it is not about, and otherwise whether what it claims is
/// so. Stops at the first that breaks it.
pub fn watch(judge: Judge, look: impl FnMut(&Case, &mut Rng) -> Option<bool>) -> Evidence {
    watch_in(WORLDS, ANYWHERE, judge, look)
}

/// As [`watch`], in worlds where NAT gateways are in use.
pub fn watch_street(judge: Judge, look: impl FnMut(&Case, &mut Rng) -> Option<bool>) -> Evidence {
    watch_in(STREETS, STREET, judge, look)
}

/// How worlds and frames are made.
type Surroundings = (fn(&mut Rng, Size) -> World, fn(&mut Traffic, &mut Rng, &World) -> Sent);

const ANYWHERE: Surroundings = (world, Traffic::frame);
const STREET: Surroundings = (street::street, street::frame);

fn watch_in(
    worlds: u64,
    surroundings: Surroundings,
    judge: Judge,
    mut look: impl FnMut(&Case, &mut Rng) -> Option<bool>,
) -> Evidence {
    let mut evidence = Evidence { premises: 0, broken: None };
    for seed in 1..=worlds {
        if let Some(broken) = one_world(surroundings, judge, seed, &mut look, &mut evidence.premises) {
            evidence.broken = Some(broken);
            break;
        }
    }
    evidence
}

fn one_world(
    (world, frame): Surroundings,
    judge: Judge,
    seed: u64,
    look: &mut impl FnMut(&Case, &mut Rng) -> Option<bool>,
    premises: &mut u64,
) -> Option<String> {
    let mut random = Rng::with_seed(seed);
    let mut world = world(&mut random, Size::SMALL);
    // theorems take from their own source, so that all of them see the same packets
    let mut own = Rng::with_seed(seed);
    let (mut traffic, mut memory, mut now) = (Traffic::default(), Memory::default(), 1_000);
    for number in 0..PACKETS {
        if number % CHANGE_EVERY == CHANGE_EVERY - 1 {
            change(&mut random, &mut world, Size::SMALL);
        }
        now += if random.u8(0..40) == 0 { random.u32(0..200) } else { random.u32(0..2) };
        let sent = frame(&mut traffic, &mut random, &world);
        let before = memory.clone();
        let trace = judge(&world, &mut memory, sent.origin, &sent.bytes, now);
        traffic.note(&trace.outcome.verdict);
        let (origin, bytes) = (sent.origin, &sent.bytes[..]);
        let case = Case { judge, world: &world, before: &before, after: &memory, origin, bytes, now, trace };
        match look(&case, &mut own) {
            None => {}
            Some(true) => *premises += 1,
            Some(false) => {
                let (frame, trace) = (case.frame(), &case.trace);
                return Some(format!(
                    "world {seed}, packet {number} from {origin:?}\n{frame:?}\n{trace:?}\n{world:#?}"
                ));
            }
        }
    }
    None
}
