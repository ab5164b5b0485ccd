//! What live packets need: the loaded program, the fabric, a way to the internet, and somebody at the other ends.
//!
//! The other ends of all links lie in one namespace without an address or a route, where one socket sends and sees
//! everything. Nothing there or in the fabric speaks on its own, so whatever arrives is the program's doing.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ringwall_abi::code::WATCH_PACKETS;
use ringwall_abi::record::Control;
use ringwall_datapath::attach::{Side, attach};
use ringwall_datapath::{DataPlane, LoadError, Mode, bpffs};
use ringwall_fabric::{Addresses, Fabric, LinkSpec, Namespace, Place, Tap, down};
use ringwall_net::MacAddress;

/// Larger than every frame that is sent, so that it is the program that refuses what is too large.
const MTU: u32 = 10_000;

/// The far end of the uplink. No far end has an address that frames are sent to otherwise: to its stack, all are somebody
/// else's.
const FAR_MAC: MacAddress = MacAddress([0x02, 0x52, 0x57, 0, 0, 2]);

/// Both ends of a pair of devices, by their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// in the fabric, with the program attached
    pub near: u32,
    /// where frames are sent and seen
    pub far: u32,
}

/// The ground that live packets run on. Laying it takes a while, so one serves many worlds.
#[derive(Debug)]
pub struct Ground {
    place: Place,
    pins: PathBuf,
    plane: Option<DataPlane>,
    fabric: Option<Fabric>,
    beyond: Namespace,
    tap: Tap,
    uplink: Pair,
}

impl Ground {
    /// Loads the program and lays everything else around it.
    pub fn lay() -> Result<Rc<Ground>, Box<dyn Error>> {
        Ground::lay_around(|| DataPlane::load(Mode::Live))
    }

    /// The same around another program.
    pub fn lay_around(load: impl FnOnce() -> Result<DataPlane, LoadError>) -> Result<Rc<Ground>, Box<dyn Error>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("ringwall-live-{}-{number}", std::process::id()));
        let place = Place::below(root, "one".parse()?);
        let (beyond, pins) = (Namespace::anonymous()?, place.directory().join("bpf"));
        beyond.run_in(silence)??;
        let tap = Tap::open(&beyond)?;
        let uplink = Pair { near: 0, far: 0 };
        let mut ground = Ground { place, pins, plane: None, fabric: None, beyond, tap, uplink };
        // From here on, whatever fails halfway is taken down again.
        ground.raise(load)?;
        Ok(Rc::new(ground))
    }

    fn raise(&mut self, load: impl FnOnce() -> Result<DataPlane, LoadError>) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(&self.pins)?;
        bpffs::mount(&self.pins)?;
        let plane = load()?;
        plane.pin(&self.pins)?;
        self.plane = Some(plane);
        self.fabric = Some(Fabric::create_or_open(&self.place)?);
        self.uplink = self.pair("uplink", Side::Uplink)?;
        let control = self.plane().control()?;
        let control = Control { uplink: self.uplink.near, uplink_mac: FAR_MAC.0, watch: WATCH_PACKETS, ..control };
        self.plane().set_control(control)?;
        Ok(self.fabric().enable_link(self.uplink.near)?)
    }

    /// A new pair of devices, with the program attached to the near end, which is down.
    pub fn pair(&self, device: &str, side: Side) -> Result<Pair, Box<dyn Error>> {
        let spec = LinkSpec {
            fabric_device: device,
            alias: device,
            namespace: &self.beyond,
            device,
            mac: FAR_MAC,
            mtu: MTU,
            addresses: &Addresses::default(),
        };
        let near = self.fabric().create_link(&spec)?;
        self.fabric().run_in(|| attach(device, side, &self.pins))??;
        Ok(Pair { near, far: self.tap.index_of(device)? })
    }

    /// Programs and maps.
    pub fn plane(&self) -> &DataPlane {
        self.plane.as_ref().expect("there since the ground was laid")
    }

    /// The near ends.
    pub fn fabric(&self) -> &Fabric {
        self.fabric.as_ref().expect("there since the ground was laid")
    }

    /// The far ends.
    pub fn tap(&self) -> &Tap {
        &self.tap
    }

    /// The way to the internet.
    pub fn uplink(&self) -> Pair {
        self.uplink
    }

    /// The hardware address of the internet's end.
    pub fn uplink_mac(&self) -> MacAddress {
        FAR_MAC
    }

    /// Where programs and maps have their names.
    pub fn pins(&self) -> &Path {
        &self.pins
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.fabric = None;
        let taken_down = down(&self.place, Duration::ZERO);
        let _ = fs::remove_dir(self.place.root());
        if !std::thread::panicking() {
            taken_down.expect("the ground can be taken down");
        }
    }
}

/// Has the namespace of the calling thread say nothing on its own.
fn silence() -> std::io::Result<()> {
    fs::write("/proc/sys/net/ipv4/ip_forward", "0")?;
    let ipv6 = Path::new("/proc/sys/net/ipv6/conf/default/disable_ipv6");
    if ipv6.exists() { fs::write(ipv6, "1") } else { Ok(()) }
}
