//! The gates in C, under the sanitizers, against the specification: the same frames, the same outcomes.
//!
//! Frames come several at once, because what a packet finds depends on those before it.

use std::cell::RefCell;

use ringwall_conformance::Engine;
use ringwall_conformance::engine::{Host, Specification, has_link};
use ringwall_gen::Rng;
use ringwall_gen::world::{Size, world};
use ringwall_model::outcome::Origin;
use ringwall_model::reserved::{SERVICES_MAC, UPLINK_ROUTER};
use ringwall_model::world::World;
use ringwall_net::MacAddress;

/// Seeds of worlds in which every verdict and most refusals occur.
const WORLDS: [u64; 3] = [234, 399, 4];

/// After so many seconds nothing is remembered any more, whatever the timeouts are.
const FORGOTTEN: u32 = 500_000;

struct Place {
    world: World,
    host: Host,
    now: u32,
}

impl Place {
    fn new(seed: u64) -> Place {
        let world = world(&mut Rng::with_seed(seed), Size::SMALL);
        let mut host = Host::default();
        host.publish(&world);
        Place { world, host, now: 1_000 }
    }

    /// Everybody who can send: interfaces with a link, with the hardware addresses of both ends, the internet, and the
    /// services of VPCs.
    fn senders(&self) -> Vec<(Origin, MacAddress, MacAddress)> {
        let up = self.world.interfaces.iter().filter(|(id, _)| has_link(&self.world, id));
        let mut senders: Vec<_> =
            up.map(|(id, own)| (Origin::Interface(*id), own.mac, self.world.subnets[&own.subnet].router)).collect();
        senders.push((Origin::Internet, MacAddress([2, 0, 0, 9, 9, 9]), UPLINK_ROUTER));
        let services = self.world.vpcs.keys().map(|vpc| (Origin::Services(*vpc), SERVICES_MAC, UPLINK_ROUTER));
        senders.extend(services);
        senders
    }

    /// Judges the frames by both, one after the other.
    fn compare(&mut self, frames: &[Sent<'_>]) {
        self.now = self.now.saturating_add(FORGOTTEN);
        let mut spec = Specification::default();
        spec.publish(&self.world);
        let senders = self.senders();
        for frame in frames {
            let (origin, own, router) = senders[usize::from(frame.sender) % senders.len()];
            let mut bytes = frame.bytes.to_vec();
            if frame.keeps_addresses && bytes.len() >= 12 {
                bytes[..6].copy_from_slice(&router.0);
                bytes[6..12].copy_from_slice(&own.0);
            }
            self.now += u32::from(frame.later);
            let expected = spec.judge(origin, &bytes, self.now);
            let actual = self.host.judge(origin, &bytes, self.now);
            assert_eq!(actual, expected, "from {origin:?}: {:?}", ringwall_net::frame::parse(&bytes));
        }
    }
}

/// A frame: four bytes for who sends it, whether it has the right hardware addresses, how many seconds later it comes and
/// how long it is (in units of 64 bytes, if the upper bit of the second is set), and its own bytes.
struct Sent<'a> {
    sender: u8,
    keeps_addresses: bool,
    later: u8,
    bytes: &'a [u8],
}

fn frames(mut data: &[u8]) -> Vec<Sent<'_>> {
    let mut frames = Vec::new();
    while let Some((&[sender, flags, later, length], rest)) = data.split_first_chunk() {
        let length = usize::from(length) * if flags & 0x80 != 0 { 64 } else { 1 };
        let (bytes, rest) = rest.split_at(length.min(rest.len()));
        frames.push(Sent { sender, keeps_addresses: flags & 1 != 0, later, bytes });
        data = rest;
    }
    frames
}

/// Reads frames, behind a byte that says in which world, and has them judged.
pub fn gates(data: &[u8]) -> bool {
    thread_local! {
        static PLACES: RefCell<[Option<Place>; WORLDS.len()]> = const { RefCell::new([const { None }; WORLDS.len()]) };
    }
    let Some((&first, rest)) = data.split_first() else { return false };
    let number = usize::from(first) % WORLDS.len();
    let frames = frames(rest);
    PLACES.with_borrow_mut(|places| {
        let place = places[number].take().filter(|place| place.now < u32::MAX / 2);
        let place = places[number].insert(place.unwrap_or_else(|| Place::new(WORLDS[number])));
        place.compare(&frames);
    });
    frames.iter().any(|frame| ringwall_net::frame::parse(frame.bytes).is_ok())
}
