//! The node: instances and links as they shall be.
//!
//! One thread follows the store. It compares what shall be with what is, and takes the steps that [`ringwall_plan::steps`]
//! names; whatever it finds after a crash, it goes on from there. Starting an instance takes milliseconds, so no call waits
//! for it: the call answers `pending`, and the thread writes `running` when it is true.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use ringwall_api::ec2::operation::{instance as life, nat_gateway};
use ringwall_datapath::attach::{Side, attach};
use ringwall_fabric::link::{Addresses, LinkSpec};
use ringwall_fabric::place::link_device;
use ringwall_fabric::{
    Fabric, InstanceSpec, InstanceState as Run, Namespace, Place, Process, ServicesSpec, instance_state, links_ready,
    network_namespace, set_services, start_instance, stop_instance,
};
use ringwall_model::id::{InstanceId, NetworkInterfaceId, VpcId};
use ringwall_model::limits::VPC_MTU;
use ringwall_model::reserved::{ROUTER_V6, SERVICES_MAC, UPLINK_ROUTER};
use ringwall_model::resource::instance::InstanceState;
use ringwall_net::Prefix;
use ringwall_plan::node::{DesiredInstance, DesiredLink, LinkEnd, Node, desired};
use ringwall_plan::steps::{Observed, Step, steps};
use ringwall_store::Snapshot;
use ringwall_tables::compiler::Links;
use ringwall_wire::blob::Blob;

use crate::controller::Controller;
use crate::services::services_namespace;

/// How long an instance may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(5);
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
            if let Err((who, reason)) = self.take(&step, state, &wanted) {
                eprintln!("ringwall: {who}: {reason}");
                if let Some(instance) = who.instance
                    && let Some(desired) = wanted.instances.get(&instance)
                {
                    self.fail(state, instance, desired, &reason);
                }
            }
        }
    }

    fn take(&self, step: &Step, state: &mut State, wanted: &Node) -> Result<(), (Who, String)> {
        match step {
            Step::DeleteLink(id) => {
                state.observed.links.remove(id);
                if let Some(index) = state.links.interfaces.remove(id) {
                    self.fabric.delete_link(index).map_err(|error| (Who::link(*id), chain(&error)))?;
                }
                Namespace::let_go(&self.endpoint_namespace(*id)).map_err(|error| (Who::link(*id), chain(&error)))
            }
            Step::CreateServices(id) => {
                self.create_services(state, *id, &wanted.services[id]).map_err(|reason| (Who::services(*id), reason))
            }
            Step::DeleteServices(id) => {
                state.observed.services.remove(id);
                if let Some(index) = state.links.services.remove(id) {
                    self.fabric.delete_link(index).map_err(|error| (Who::services(*id), chain(&error)))?;
                }
                let path = services_namespace(self.fabric.place(), *id);
                Namespace::let_go(&path).map_err(|error| (Who::services(*id), chain(&error)))
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
                    self.fabric.enable_link(*index).map_err(|error| (Who::link(*id), chain(&error)))?;
                }
                for id in instances.iter().filter(|id| state.processes.contains_key(id)) {
                    links_ready(&self.directory(*id)).map_err(|error| (Who::instance(*id), chain(&error)))?;
                }
                Ok(())
            }
        }
    }

    fn start(&self, state: &mut State, id: InstanceId, wanted: &DesiredInstance) -> Result<(), (Who, String)> {
        let who = || Who::instance(id);
        // The run before must have ended: two must not share a directory.
        stop_instance(&self.directory(id), Duration::ZERO).map_err(|error| (who(), chain(&error)))?;
        let user_data = wanted.user_data.as_deref().map(Blob::parse).transpose();
        let spec = InstanceSpec {
            id: id.to_string(),
            hostname: wanted.hostname.clone(),
            directory: self.directory(id),
            user_data: user_data.map_err(|error| (who(), error.to_string()))?.map(|blob| blob.0),
            resolver: wanted
                .resolver
                .as_ref()
                .map(|(address, domain)| format!("search {domain}\nnameserver {address}\n")),
            hide: self.hide.clone(),
            program: PathBuf::from(OWN_PROGRAM),
        };
        let process = start_instance(self.fabric.place(), &spec).map_err(|error| (who(), chain(&error)))?;
        state.processes.insert(id, process);
        state.observed.instances.insert(id, wanted.run);
        Ok(())
    }

    fn create_link(
        &self,
        state: &mut State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<(), (Who, String)> {
        let who = || Who { link: Some(id), instance: wanted.end.instance(), services: None };
        let Some(namespace) = self.namespace(state, id, wanted).map_err(|reason| (who(), reason))? else {
            return Ok(());
        };
        let spec = LinkSpec {
            fabric_device: &link_device(&id.to_string()),
            alias: &id.to_string(),
            namespace: &namespace,
            device: &format!("eth{}", wanted.device_index),
            mac: wanted.mac,
            mtu: VPC_MTU,
            addresses: &addresses(wanted),
        };
        let index = self.fabric.create_link(&spec).map_err(|error| (who(), chain(&error)))?;
        let device = spec.fabric_device;
        let attached = self.fabric.run_in(|| attach(device, Side::Interface, &self.pins));
        match attached {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err((who(), chain(&error))),
            Err(error) => return Err((who(), chain(&error))),
        }
        state.links.interfaces.insert(id, index);
        state.observed.links.insert(id, wanted.clone());
        Ok(())
    }

    /// The namespace at the other end of a link; none of an instance that does not run. An endpoint's is made for it, and
    /// answers no pings (IFE-5).
    fn namespace(
        &self,
        state: &State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<Option<Namespace>, String> {
        match wanted.end {
            LinkEnd::Instance(instance) => {
                let process = state.processes.get(&instance);
                process.map(|process| network_namespace(*process).map_err(|error| chain(&error))).transpose()
            }
            LinkEnd::Endpoint(_) => {
                let path = self.endpoint_namespace(id);
                let namespace = Namespace::create_or_open(&path).map_err(|error| chain(&error))?;
                let silenced = namespace.run_in(|| std::fs::write("/proc/sys/net/ipv4/icmp_echo_ignore_all", "1"));
                silenced.map_err(|error| chain(&error))?.map_err(|error| error.to_string())?;
                Ok(Some(namespace))
            }
        }
    }

    fn endpoint_namespace(&self, id: NetworkInterfaceId) -> PathBuf {
        endpoint_namespace(self.fabric.place(), id)
    }

    /// Makes the link of a VPC to its services and sets it up: what it leads to says nothing unasked. Of one that is there,
    /// changes the addresses.
    fn create_services(&self, state: &mut State, id: VpcId, local: &[Prefix]) -> Result<(), String> {
        let path = services_namespace(self.fabric.place(), id);
        if state.links.services.contains_key(&id) {
            let namespace = Namespace::create_or_open(&path).map_err(|error| chain(&error))?;
            set_services(&namespace, UPLINK_ROUTER, local).map_err(|error| chain(&error))?;
        } else {
            let (alias, device) = (id.to_string(), link_device(&id.to_string()));
            let spec = ServicesSpec {
                fabric_device: &device,
                alias: &alias,
                namespace: &path,
                mac: SERVICES_MAC,
                router_mac: UPLINK_ROUTER,
                mtu: VPC_MTU,
                local,
            };
            let index = self.fabric.create_services(&spec).map_err(|error| chain(&error))?;
            let attached = self.fabric.run_in(|| attach(&device, Side::Services, &self.pins));
            attached.map_err(|error| chain(&error))?.map_err(|error| chain(&error))?;
            self.fabric.enable_link(index).map_err(|error| chain(&error))?;
            state.links.services.insert(id, index);
        }
        state.observed.services.insert(id, local.to_vec());
        Ok(())
    }

    fn set_addresses(
        &self,
        state: &mut State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<(), (Who, String)> {
        let Some(namespace) = self.namespace(state, id, wanted).map_err(|reason| (Who::link(id), reason))? else {
            return Ok(());
        };
        let device = format!("eth{}", wanted.device_index);
        state.observed.links.insert(id, wanted.clone());
        set(&namespace, &device, wanted).map_err(|error| (Who::link(id), chain(&error)))
    }

    /// Ends an instance without waiting for it.
    fn stop(&self, state: &mut State, id: InstanceId, at_once: bool) {
        if state.ending.get(&id).is_some_and(|already_at_once| *already_at_once || !at_once) {
            return;
        }
        state.ending.insert(id, at_once);
        let grace = if at_once { Duration::ZERO } else { GRACE };
        let (directory, ends) = (self.directory(id), state.ends.clone());
        let ending = std::thread::Builder::new().name("stop".into()).spawn(move || {
            if let Err(error) = stop_instance(&directory, grace) {
                complain("an instance cannot be ended", &error);
            }
            let _ = ends.send(id);
        });
        if let Err(error) = ending {
            complain("an instance cannot be ended", &error);
        }
    }

    /// Writes down what became of instances.
    fn note_lives(&self, state: &mut State, snapshot: &Snapshot) {
        while let Ok(id) = state.ended.try_recv() {
            state.ending.remove(&id);
        }
        let gone: Vec<InstanceId> = state
            .processes
            .iter()
            .filter(|(_, process)| !process.is_running().unwrap_or(true))
            .map(|(id, _)| *id)
            .collect();
        for id in &gone {
            state.processes.remove(id);
            state.observed.instances.remove(id);
            state.observed.links.retain(|_, link| link.end != LinkEnd::Instance(*id));
            state.links.interfaces.retain(|link, _| state.observed.links.contains_key(link));
        }
        for (region, content) in &snapshot.regions {
            for instance in content.instances.iter() {
                let id = instance.id;
                match instance.state {
                    InstanceState::Pending if self.is_complete(state, content, id) => {
                        self.change(region, move |access, region, _| life::started(access, region, id));
                    }
                    InstanceState::Pending | InstanceState::Running if gone.contains(&id) => self.note_end(region, id),
                    InstanceState::Stopping | InstanceState::ShuttingDown if !state.is_there(id) => {
                        self.note_end(region, id);
                    }
                    InstanceState::Stopping | InstanceState::ShuttingDown if instance.shutdown_at_once => {
                        self.stop(state, id, true);
                    }
                    _ => {}
                }
            }
            self.forget_old(region, content);
        }
    }

    fn note_end(&self, region: &str, id: InstanceId) {
        self.change(region, move |access, region, now| life::stopped(access, region, id, now));
    }

    fn forget_old(&self, region: &str, content: &ringwall_store::Region) {
        let now = crate::http::now().millis();
        let is_old = |instance: &Arc<ringwall_model::resource::Instance>| {
            instance.terminated.is_some_and(|ended| now - ended >= life::REMEMBERED)
        };
        if content.instances.iter().any(is_old) {
            self.change(region, life::forget_old);
        }
        if nat_gateway::is_due(content, now) {
            self.change(region, nat_gateway::pass_time);
        }
    }

    /// Whether an instance runs, with all its links.
    fn is_complete(&self, state: &State, region: &ringwall_store::Region, id: InstanceId) -> bool {
        let mut own = region
            .network_interfaces
            .iter()
            .filter(|interface| interface.attachment.is_some_and(|attachment| attachment.instance == id));
        state.processes.contains_key(&id) && own.all(|interface| state.links.interfaces.contains_key(&interface.id))
    }

    fn change(
        &self,
        region: &str,
        change: impl FnOnce(&mut ringwall_store::Transaction, &str, i64) -> bool + Send + 'static,
    ) {
        let region = region.to_owned();
        let change = Box::new(move |access: &mut _, now: ringwall_wire::Timestamp| {
            change(access, &region, now.millis());
        });
        self.controller.change(change);
    }

    fn fail(&self, state: &mut State, id: InstanceId, wanted: &DesiredInstance, reason: &str) {
        if wanted.state != InstanceState::Pending {
            return;
        }
        state.observed.instances.remove(&id);
        state.processes.remove(&id);
        self.stop(state, id, true);
        let reason = reason.to_owned();
        self.change(&wanted.region, move |access, region, now| life::failed(access, region, id, &reason, now));
    }
}

/// Where the namespace is kept in which an interface endpoint has its interface.
pub fn endpoint_namespace(place: &Place, interface: NetworkInterfaceId) -> PathBuf {
    place.namespace(&format!("endpoint-{interface}"))
}

/// Whom a failure concerns.
#[derive(Default)]
struct Who {
    link: Option<NetworkInterfaceId>,
    instance: Option<InstanceId>,
    services: Option<VpcId>,
}

impl Who {
    fn link(id: NetworkInterfaceId) -> Who {
        Who { link: Some(id), ..Who::default() }
    }

    fn instance(id: InstanceId) -> Who {
        Who { instance: Some(id), ..Who::default() }
    }

    fn services(id: VpcId) -> Who {
        Who { services: Some(id), ..Who::default() }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.link, self.instance, self.services) {
            (Some(link), ..) => write!(f, "{link}"),
            (None, Some(instance), _) => write!(f, "{instance}"),
            (None, None, Some(vpc)) => write!(f, "the services of {vpc}"),
            (None, None, None) => f.write_str("the node"),
        }
    }
}

fn addresses(link: &DesiredLink) -> Addresses {
    Addresses {
        ipv4: link.ipv4.clone(),
        ipv6: link.ipv6.clone(),
        router_v4: Some(link.router),
        router_v6: (!link.ipv6.is_empty()).then_some(ROUTER_V6),
        is_primary: link.device_index == 0,
    }
}

fn set(namespace: &Namespace, device: &str, wanted: &DesiredLink) -> Result<(), ringwall_fabric::LinkError> {
    ringwall_fabric::set_addresses(namespace, device, &addresses(wanted))
}

fn complain(what: &str, error: &dyn std::error::Error) {
    eprintln!("ringwall: {what}: {}", chain(error));
}

/// An error with what caused it.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        // Some say their cause themselves.
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}
