//! Enforcing: from a snapshot to tables in the kernel.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use ringwall_abi::record::Control;
use ringwall_datapath::DataPlane;
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::world::World;
use ringwall_net::MacAddress;
use ringwall_plan::Planner;
use ringwall_store::Snapshot;
use ringwall_tables::compiler::{Compiler, Links};
use ringwall_tables::difference::{Installed, writes};
use ringwall_tables::names::Names;
use tokio::sync::watch;

/// How long a call waits for a link at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// The data plane, with what is known of it.
pub struct Plane {
    /// programs and maps
    pub kernel: Arc<DataPlane>,
    /// what the maps hold
    pub installed: Installed,
    /// gives numbers to things
    pub compiler: Compiler,
    /// the interfaces of NAT gateways, as they were last seen
    pub gateways: BTreeMap<MacAddress, NetworkInterfaceId>,
    /// the links that are there
    pub links: Links,
}

/// What is enforced.
#[derive(Clone, Debug, Default)]
pub struct Enforced {
    /// the revision
    pub revision: u64,
    /// the World of it
    pub world: Arc<World>,
    /// what the numbers in the kernel's reports mean
    pub names: Arc<RwLock<Names>>,
    /// why the last attempt failed, if it did
    pub failure: Option<String>,
}

/// What is enforced, for everybody to look at.
#[derive(Debug, Default)]
pub struct Progress {
    enforced: Mutex<Arc<Enforced>>,
    linked: watch::Sender<u64>,
}

impl Progress {
    /// What is enforced now.
    pub fn enforced(&self) -> Arc<Enforced> {
        self.lock().clone()
    }

    /// The node has the links of a revision.
    pub fn links_are_at(&self, revision: u64) {
        self.linked.send_replace(revision);
    }

    /// Waits until the node has the links of a revision; not for ever, should the node be unable to.
    pub(crate) async fn wait_for_links(&self, revision: u64) {
        let mut linked = self.linked.subscribe();
        let reached = linked.wait_for(|reached| *reached >= revision);
        let _ = tokio::time::timeout(PATIENCE, reached).await;
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Enforced>> {
        self.enforced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, enforced: Enforced) {
        *self.lock() = Arc::new(enforced);
    }
}

impl Plane {
    /// Brings the tables to a snapshot. When it returns, the next packet meets it.
    pub(crate) fn enforce(&mut self, planner: &mut Planner, snapshot: &Snapshot, progress: &Progress) {
        let world = planner.plan(snapshot);
        let last = progress.enforced();
        match self.publish(&world) {
            Ok(()) => progress.set(Enforced {
                revision: snapshot.revision,
                world,
                names: self.compiler.names().clone(),
                failure: None,
            }),
            Err(reason) => {
                eprintln!("ringwall: revision {} is not enforced: {reason}", snapshot.revision);
                progress.set(Enforced { failure: Some(reason), ..(*last).clone() });
            }
        }
    }

    fn publish(&mut self, world: &World) -> Result<(), String> {
        self.gateways = gateways(world);
        let image = self
            .compiler
            .compile(world, &self.links)
            .map_err(|overflow| format!("this node has no room for so many {overflow:?}"))?;
        match self.kernel.publish(&writes(&self.installed, &image)) {
            Ok(()) => {
                self.installed.become_image(image);
                Ok(())
            }
            Err(error) => {
                // What was written before the failure is nobody's: the next attempt starts from what is really there.
                self.recover().map_err(|second| format!("{error}; and then {second}"))?;
                Err(error.to_string())
            }
        }
    }

    /// Sets how much the program reports.
    pub(crate) fn set_watch(&self, watch: u32) -> std::io::Result<()> {
        let control = self.kernel.control()?;
        self.kernel.set_control(Control { watch, ..control })
    }

    /// Takes over what the kernel holds.
    fn recover(&mut self) -> std::io::Result<()> {
        let links = std::mem::take(&mut self.links);
        *self = Plane::take_over(self.kernel.clone(), links, &self.gateways)?;
        Ok(())
    }

    /// A plane on top of what the kernel holds: interfaces whose links are still there keep their numbers, and with them
    /// their sessions; so do those of NAT gateways, which are known by their hardware addresses.
    pub fn take_over(
        kernel: Arc<DataPlane>,
        links: Links,
        gateways: &BTreeMap<MacAddress, NetworkInterfaceId>,
    ) -> std::io::Result<Plane> {
        let recovered = kernel.recover()?;
        let mut compiler = Compiler::new(recovered.used);
        for (interface, ifindex) in &links.interfaces {
            if let Some((slot, id)) = recovered.interfaces.get(ifindex) {
                compiler.restore(*interface, *ifindex, *slot, *id);
            }
        }
        for (mac, interface) in gateways {
            if let Some((slot, id)) = recovered.nat_gateways.get(&mac.0) {
                compiler.restore(*interface, 0, *slot, *id);
            }
        }
        Ok(Plane { kernel, installed: recovered.installed, compiler, links, gateways: gateways.clone() })
    }
}

/// The interfaces of NAT gateways, by their hardware addresses.
pub(crate) fn gateways(world: &World) -> BTreeMap<MacAddress, NetworkInterfaceId> {
    let interfaces = world.nat_gateways.values().map(|gateway| gateway.interface);
    interfaces.filter_map(|id| Some((world.interfaces.get(&id)?.mac, id))).collect()
}
