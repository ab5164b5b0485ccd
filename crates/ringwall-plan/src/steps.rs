//! What is to be done about the difference between what a node has and what it shall have.
//!
//! The order keeps every packet behind its filters: an instance is started, its links are made but stay down, the tables
//! are published, and only then the links go up. What goes, goes down first.

use std::collections::BTreeMap;

use ringwall_model::id::{InstanceId, NetworkInterfaceId, VpcId};
use ringwall_net::Prefix;

use crate::node::{DesiredLink, Node};

/// What a node has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// the instances that are there, with the number of their run
    pub instances: BTreeMap<InstanceId, u32>,
    /// the links that are there, as they were made
    pub links: BTreeMap<NetworkInterfaceId, DesiredLink>,
    /// the links to services that are there, with the addresses of those
    pub services: BTreeMap<VpcId, Vec<Prefix>>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// takes a link away
    DeleteLink(NetworkInterfaceId),
    /// ends an instance
    StopInstance(InstanceId),
    /// starts an instance, without links so far
    StartInstance(InstanceId),
    /// makes a link, down
    CreateLink(NetworkInterfaceId),
    /// changes the addresses of a link
    SetAddresses(NetworkInterfaceId),
    /// makes the link of a VPC to its services, or changes what their addresses are
    CreateServices(VpcId),
    /// takes that link away
    DeleteServices(VpcId),
    /// publishes the tables of the revision
    Publish,
    /// sets links up, and lets the instances that were waiting for them go on
    Enable(Vec<NetworkInterfaceId>, Vec<InstanceId>),
}

/// The steps that lead from what is to what shall be.
pub fn steps(observed: &Observed, desired: &Node) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut enabled = Vec::new();
    let starting: Vec<InstanceId> = desired
        .instances
        .iter()
        .filter(|(id, wanted)| observed.instances.get(id) != Some(&wanted.run))
        .map(|(id, _)| *id)
        .collect();
    let is_starting = |link: &DesiredLink| link.end.instance().is_some_and(|instance| starting.contains(&instance));
    for (id, link) in &observed.links {
        let stays = desired.links.get(id).is_some_and(|wanted| is_same_link(link, wanted) && !is_starting(link));
        if !stays {
            steps.push(Step::DeleteLink(*id));
        }
    }
    for (id, run) in &observed.instances {
        if desired.instances.get(id).is_none_or(|wanted| wanted.run != *run) {
            steps.push(Step::StopInstance(*id));
        }
    }
    steps.extend(starting.iter().map(|id| Step::StartInstance(*id)));
    for (id, wanted) in &desired.links {
        match observed.links.get(id) {
            Some(link) if is_same_link(link, wanted) && !is_starting(link) => {
                if link != wanted {
                    steps.push(Step::SetAddresses(*id));
                }
            }
            _ => {
                steps.push(Step::CreateLink(*id));
                enabled.push(*id);
            }
        }
    }
    let gone = observed.services.keys().filter(|id| !desired.services.contains_key(id));
    steps.extend(gone.map(|id| Step::DeleteServices(*id)));
    let changed = desired.services.iter().filter(|(id, wanted)| observed.services.get(id) != Some(wanted));
    steps.extend(changed.map(|(id, _)| Step::CreateServices(*id)));
    steps.push(Step::Publish);
    if !enabled.is_empty() || !starting.is_empty() {
        steps.push(Step::Enable(enabled, starting));
    }
    steps
}

/// Whether a link can stay as it is, but for its addresses.
fn is_same_link(one: &DesiredLink, other: &DesiredLink) -> bool {
    (one.end, one.device_index, one.mac, one.router) == (other.end, other.device_index, other.mac, other.router)
}
