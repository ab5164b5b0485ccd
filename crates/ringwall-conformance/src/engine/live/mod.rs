//! The program where it works: attached to devices, judging frames that a socket sends at the other end of their links.
//!
//! An outcome is put together from what the program reports to whoever watches, and from the frame as it comes out at the
//! far end of a link. Exactly one report comes of each frame, and at most one frame, where the report says.

mod ground;
mod offload;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ringwall_abi::code as c;
use ringwall_abi::record::OutcomeRecord;
use ringwall_datapath::attach::Side;
use ringwall_datapath::events::Events;
use ringwall_fabric::link_device;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::reserved::UPLINK_ROUTER;
use ringwall_model::world::World;
use ringwall_tables::compiler::Links;
use ringwall_tables::flat::Write;

use super::report::outcome;
use super::tables::has_link;
use super::{Engine, Plant};

use offload::{Offload, finished};

pub use ground::{Ground, Pair};

/// How long a report or a frame may take to come; far longer than it does.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a world may last: the program has the kernel's clock, and the shortest of its timeouts is 30 seconds.
const LIFETIME: Duration = Duration::from_secs(25);

/// A world on links.
pub struct Live {
    ground: Rc<Ground>,
    events: Events,
    plant: Plant,
    pairs: BTreeMap<NetworkInterfaceId, Pair>,
    services: BTreeMap<VpcId, Pair>,
    vpcs: BTreeMap<NetworkInterfaceId, VpcId>,
    offload: Offload,
    began: Instant,
}

/// What leads from one world to the next.
#[derive(Debug)]
pub struct Update {
    /// to the tables
    pub writes: Vec<Write>,
    /// the links of interfaces that are down or gone, to be removed once the writes have been carried out
    pub gone: Vec<Pair>,
}

impl Live {
    /// An engine with empty tables and no links but the uplink.
    pub fn new(ground: Rc<Ground>) -> Live {
        ground.plane().forget().expect("maps can be emptied");
        let events = Events::open(ground.pins()).expect("the ring of reports is pinned");
        let (plant, offload) = (Plant::default(), Offload::default());
        Live {
            ground,
            events,
            plant,
            pairs: BTreeMap::new(),
            services: BTreeMap::new(),
            vpcs: BTreeMap::new(),
            offload,
            began: Instant::now(),
        }
    }

    /// What leads to a world, with links made for all of its interfaces that are up.
    pub fn prepare(&mut self, world: &World) -> Update {
        let is_up = |id: &NetworkInterfaceId| has_link(world, id);
        let mut gone: Vec<Pair> = self.pairs.extract_if(.., |id, _| !is_up(id)).map(|(_, pair)| pair).collect();
        gone.extend(self.services.extract_if(.., |id, _| !world.vpcs.contains_key(id)).map(|(_, pair)| pair));
        for id in world.vpcs.keys() {
            self.services.entry(*id).or_insert_with(|| {
                let device = link_device(&format!("{id} {}", world.revision));
                self.ground.pair(&device, Side::Services).expect("a link can be made")
            });
        }
        for id in world.interfaces.keys().filter(|id| is_up(id)) {
            self.pairs.entry(*id).or_insert_with(|| {
                // A name that is used once: the link of the interface's last time may still be there.
                let device = link_device(&format!("{id} {}", world.revision));
                self.ground.pair(&device, Side::Interface).expect("a link can be made")
            });
        }
        let links = Links {
            interfaces: self.pairs.iter().map(|(id, pair)| (*id, pair.near)).collect(),
            services: self.services.iter().map(|(id, pair)| (*id, pair.near)).collect(),
        };
        self.vpcs = world.interfaces.iter().map(|(id, interface)| (*id, interface.vpc)).collect();
        Update { writes: self.plant.writes_at(world, &links), gone }
    }

    /// Writes, then has new links carry frames, then removes old ones: as the node does.
    pub fn carry_out(&mut self, update: &Update) {
        let fabric = self.ground.fabric();
        self.ground.plane().publish(&update.writes).expect("tables can be written");
        let enabled =
            self.pairs.values().chain(self.services.values()).try_for_each(|pair| fabric.enable_link(pair.near));
        enabled.expect("links can be enabled");
        let deleted = update.gone.iter().try_for_each(|pair| fabric.delete_link(pair.near));
        deleted.expect("links can be deleted");
    }

    /// Whatever was not expected.
    fn noise(&mut self) -> Option<String> {
        let frame = self.ground.tap().receive(Duration::ZERO).expect("frames can be received");
        if let Some(frame) = frame {
            return Some(format!("a frame came out that nothing told of: {frame:?}"));
        }
        self.events.next_report().map(|report| format!("a report came of no frame: {report:?}"))
    }

    fn report(&mut self) -> OutcomeRecord {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(report) = self.events.next_report() {
                return report;
            }
            assert!(Instant::now() < until, "no report came of the frame");
            self.events.wait(100).expect("the ring of reports can be waited for");
        }
    }

    /// Where a frame comes out that was judged so, if one does.
    fn exit(&self, entry: Pair, origin: Origin, report: &OutcomeRecord) -> Option<Pair> {
        match report.verdict {
            c::VERDICT_SERVICE => {
                let Origin::Interface(id) = origin else { panic!("only interfaces ask services") };
                Some(self.services[&self.vpcs[&id]])
            }
            c::VERDICT_DELIVERED => {
                let to = self.plant.names().interface(report.to).expect("the receiver has a name");
                Some(*self.pairs.get(&to).expect("the receiver has a link"))
            }
            c::VERDICT_INTERNET => Some(self.ground.uplink()),
            c::VERDICT_ANSWERED => Some(entry),
            _ => (report.answer != c::ANSWER_NONE).then_some(entry),
        }
    }
}

impl Engine for Live {
    fn name(&self) -> &'static str {
        "live"
    }

    fn publish(&mut self, world: &World) {
        assert_eq!(self.noise(), None);
        let update = self.prepare(world);
        self.carry_out(&update);
    }

    /// A tagged frame without room for a tag ends in the kernel before it reaches any program.
    fn accepts(&self, bytes: &[u8]) -> bool {
        let is_tagged = matches!(bytes.get(12..14), Some([0x81, 0x00] | [0x88, 0xa8]));
        bytes.len() >= if is_tagged { 20 } else { 14 }
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], _: u32) -> Outcome {
        assert!(self.began.elapsed() < LIFETIME, "this machine is too slow for time to stand still");
        let entry = match origin {
            Origin::Interface(id) => *self.pairs.get(&id).expect("who sends has a link"),
            Origin::Internet => self.ground.uplink(),
            Origin::Services(vpc) => *self.services.get(&vpc).expect("services have a link"),
        };
        let (sent, unfinished) = self.offload.leave(bytes);
        self.ground.tap().send(entry.far, &sent, unfinished).expect("a frame can be sent");
        let report = self.report();
        let out = self.exit(entry, origin, &report).map(|exit| {
            let frame = self.ground.tap().receive(PATIENCE).expect("frames can be received");
            let frame = frame.unwrap_or_else(|| panic!("nothing came out, and should: {report:?}"));
            assert_eq!(frame.device, exit.far, "where a frame comes out: {report:?}");
            // What is shown of a packet that was too big is shown as it was sent; a reset needs no finishing.
            if matches!(report.answer, c::ANSWER_TOO_BIG | c::ANSWER_RESET) { frame.bytes } else { finished(frame) }
        });
        if let (c::VERDICT_INTERNET, Some(frame)) = (report.verdict, &out) {
            assert_eq!(frame[..12], [self.ground.uplink_mac().0, UPLINK_ROUTER.0].concat());
        }
        if let Some(noise) = self.noise() {
            panic!("{noise}, beside {report:?}");
        }
        outcome(&self.plant.names(), bytes, &report, &out.unwrap_or_default())
    }
}

impl Drop for Live {
    /// The next world finds empty tables and no links.
    fn drop(&mut self) {
        let noise = self.noise();
        for _ in 0..2 {
            let update = self.prepare(&World::default());
            self.carry_out(&update);
        }
        if !std::thread::panicking() {
            assert_eq!(noise, None);
        }
    }
}
