//! Instances: started, ended, and what became of them written down.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ringwall_api::ec2::operation::{instance as life, nat_gateway};
use ringwall_fabric::{InstanceSpec, start_instance, stop_instance};
use ringwall_model::id::InstanceId;
use ringwall_model::resource::instance::InstanceState;
use ringwall_plan::node::{DesiredInstance, LinkEnd};
use ringwall_store::Snapshot;
use ringwall_wire::blob::Blob;

use super::failure::{Failure, Who, complain};
use super::{Keeper, OWN_PROGRAM, State};

/// How long an instance may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(5);

impl Keeper {
    pub(super) fn start(&self, state: &mut State, id: InstanceId, wanted: &DesiredInstance) -> Result<(), Failure> {
        let who = Who::Instance(id);
        // The run before must have ended: two must not share a directory.
        stop_instance(&self.directory(id), Duration::ZERO).map_err(|error| who.failed(&error))?;
        let user_data = wanted.user_data.as_deref().map(Blob::parse).transpose();
        let spec = InstanceSpec {
            id: id.to_string(),
            hostname: wanted.hostname.clone(),
            directory: self.directory(id),
            user_data: user_data.map_err(|error| who.failed(&error))?.map(|blob| blob.0),
            resolver: wanted
                .resolver
                .as_ref()
                .map(|(address, domain)| format!("search {domain}\nnameserver {address}\n")),
            hide: self.hide.clone(),
            program: PathBuf::from(OWN_PROGRAM),
        };
        let process = start_instance(self.fabric.place(), &spec).map_err(|error| who.failed(&error))?;
        state.processes.insert(id, process);
        state.observed.instances.insert(id, wanted.run);
        Ok(())
    }

    /// Ends an instance without waiting for it.
    pub(super) fn stop(&self, state: &mut State, id: InstanceId, at_once: bool) {
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
    pub(super) fn note_lives(&self, state: &mut State, snapshot: &Snapshot) {
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

    pub(super) fn fail(&self, state: &mut State, id: InstanceId, wanted: &DesiredInstance, reason: &str) {
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
