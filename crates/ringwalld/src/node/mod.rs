//! The node: instances and links as they shall be.
//!
//! One thread follows the store. It compares what shall be with what is, and takes the steps that [`ringwall_plan::steps`]
//! names; whatever it finds after a crash, it goes on from there. Starting an instance takes milliseconds, so no call waits
//! for it: the call answers `pending`, and the thread writes `running` when it is true.

mod failure;
mod instance;
mod link;

pub use failure::chain;
pub use link::endpoint_namespace;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use ringwall_fabric::{Fabric, InstanceState as Run, Namespace, Process, instance_state, links_ready};
use ringwall_model::id::InstanceId;
use ringwall_model::resource::instance::InstanceState;
use ringwall_plan::node::{DesiredLink, LinkEnd, Node, desired};
use ringwall_plan::steps::{Observed, Step, steps};
use ringwall_store::Snapshot;
use ringwall_tables::compiler::Links;

use crate::controller::Controller;
use crate::services::services_namespace;
use failure::{Failure, Who, complain};

/// How often the thread looks whether instances have ended by themselves.
const TICK: Duration = Duration::from_millis(500);

/// This very program, also when the file that it was started from has been replaced by another version or is gone.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// What the node's thread needs.
pub struct Keeper {
    /// the way to the writer
    pub controller: Controller,
    /// the fabric
    pub fabric: Arc<Fabric>,
    /// where programs are pinned
    pub pins: PathBuf,
    /// where instances have their directories
    pub instances: PathBuf,
    /// what instances must not see
    pub hide: Vec<PathBuf>,
}

struct State {
    observed: Observed,
    processes: BTreeMap<InstanceId, Process>,
    links: Links,
    ended: Receiver<InstanceId>,
    ends: Sender<InstanceId>,
    /// those that are ending, and whether without any time for it
    ending: BTreeMap<InstanceId, bool>,
}

impl State {
    /// Whether any of an instance's processes may still run.
    fn is_there(&self, id: InstanceId) -> bool {
        self.processes.contains_key(&id) || self.ending.contains_key(&id)
    }
}

impl Keeper {
    /// The links that are there, by interface. A link is set up last of all: one that is not was being made when a daemon
    /// ended, nobody knows how far, and goes.
    pub fn links(fabric: &Fabric) -> Result<Links, ringwall_fabric::LinkError> {
        let mut links = Links::default();
        for link in fabric.links()? {
            let alias = link.alias.as_deref().filter(|_| link.is_enabled).unwrap_or_default();
            if let Ok(interface) = alias.parse() {
                links.interfaces.insert(interface, link.index);
            } else if let Ok(vpc) = alias.parse() {
                links.services.insert(vpc, link.index);
            } else {
                fabric.delete_link(link.index)?;
            }
        }
        Ok(links)
    }

    /// Follows the store until the process ends.
    pub fn run(self) {
        let (ends, ended) = channel();
        let mut state = State {
            observed: Observed::default(),
            processes: BTreeMap::new(),
            links: Links::default(),
            ended,
            ends,
            ending: BTreeMap::new(),
        };
        let mut snapshot = self.controller.store().snapshot();
        self.find(&mut state, &snapshot);
        loop {
            self.converge(&mut state, &snapshot);
            self.controller.progress().links_are_at(snapshot.revision);
            self.note_lives(&mut state, &snapshot);
            snapshot = self.controller.store().wait(snapshot.revision, TICK);
        }
    }

    /// What is there from before: instances that run, and links whose instance is still the same. An instance that is still
    /// pending may have got any part of what it needs, so it is started anew.
    fn find(&self, state: &mut State, snapshot: &Snapshot) {
        let wanted = desired(snapshot);
        for (id, instance) in wanted.instances.iter().filter(|(_, wanted)| wanted.state == InstanceState::Running) {
            if let Ok(Run::Running(process)) = instance_state(&self.directory(*id)) {
                state.processes.insert(*id, process);
                state.observed.instances.insert(*id, instance.run);
            }
        }
        match Keeper::links(&self.fabric) {
            Ok(links) => state.links = links,
            Err(error) => complain("the links cannot be listed", &error),
        }
        // With no addresses, so that they are set once.
        state.observed.services = state.links.services.keys().map(|id| (*id, vec![])).collect();
        for id in state.links.interfaces.keys() {
            // With other addresses than before, so that they are set once.
            let known = wanted.links.get(id).map(|link| DesiredLink { ipv4: vec![], ipv6: vec![], ..link.clone() });
            let gone = DesiredLink {
                end: LinkEnd::Instance(ringwall_model::id::ResourceId::from_random(0)),
                device_index: 0,
                mac: ringwall_net::MacAddress::ZERO,
                ipv4: vec![],
                ipv6: vec![],
                router: std::net::Ipv4Addr::UNSPECIFIED,
            };
            state.observed.links.insert(*id, known.unwrap_or(gone));
        }
        // Instances that nobody wants any more, from a store that was reset or replaced.
        for directory in std::fs::read_dir(&self.instances).into_iter().flatten().flatten() {
            let id = directory.file_name().to_str().and_then(|name| name.parse::<InstanceId>().ok());
            if let Some(id) = id.filter(|id| !wanted.instances.contains_key(id))
                && matches!(instance_state(&directory.path()), Ok(Run::Running(_)))
            {
                state.observed.instances.insert(id, 0);
            }
        }
    }

    fn directory(&self, id: InstanceId) -> PathBuf {
        self.instances.join(id.to_string())
    }

    fn converge(&self, state: &mut State, snapshot: &Snapshot) {
        let wanted = desired(snapshot);
        for step in steps(&state.observed, &wanted) {
            if let Err(Failure { who, reason }) = self.take(&step, state, &wanted) {
                eprintln!("ringwall: {who}: {reason}");
                if let Some(instance) = who.instance()
                    && let Some(desired) = wanted.instances.get(&instance)
                {
                    self.fail(state, instance, desired, &reason);
                }
            }
        }
    }

    fn take(&self, step: &Step, state: &mut State, wanted: &Node) -> Result<(), Failure> {
        match step {
            Step::DeleteLink(id) => {
                state.observed.links.remove(id);
                if let Some(index) = state.links.interfaces.remove(id) {
                    self.fabric.delete_link(index).map_err(|error| Who::Link(*id, None).failed(&error))?;
                }
                Namespace::let_go(&self.endpoint_namespace(*id)).map_err(|error| Who::Link(*id, None).failed(&error))
            }
            Step::CreateServices(id) => self
                .create_services(state, *id, &wanted.services[id])
                .map_err(|reason| Who::Services(*id).failed_because(reason)),
            Step::DeleteServices(id) => {
                state.observed.services.remove(id);
                if let Some(index) = state.links.services.remove(id) {
                    self.fabric.delete_link(index).map_err(|error| Who::Services(*id).failed(&error))?;
                }
                let path = services_namespace(self.fabric.place(), *id);
                Namespace::let_go(&path).map_err(|error| Who::Services(*id).failed(&error))
            }
            Step::StopInstance(id) => {
                state.observed.instances.remove(id);
                state.processes.remove(id);
                self.stop(state, *id, false);
                Ok(())
            }
            Step::StartInstance(id) => self.start(state, *id, &wanted.instances[id]),
            Step::CreateLink(id) => self.create_link(state, *id, &wanted.links[id]),
            Step::SetAddresses(id) => self.set_addresses(state, *id, &wanted.links[id]),
            Step::Publish => {
                self.controller.links_are(state.links.clone());
                Ok(())
            }
            Step::Enable(links, instances) => {
                for id in links {
                    let Some(index) = state.links.interfaces.get(id) else { continue };
                    self.fabric.enable_link(*index).map_err(|error| Who::Link(*id, None).failed(&error))?;
                }
                for id in instances.iter().filter(|id| state.processes.contains_key(id)) {
                    links_ready(&self.directory(*id)).map_err(|error| Who::Instance(*id).failed(&error))?;
                }
                Ok(())
            }
        }
    }
}
