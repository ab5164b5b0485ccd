//! Flows as they happen, for whoever looks on, and the rules that what was seen asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use ringwall_datapath::DataPlane;
use ringwall_flows::group::Seen;
use ringwall_flows::ledger::{Came, Sweep};
use ringwall_flows::suggest::{Peer, Rule, rules};
use ringwall_flows::{Action, Ledger};
use ringwall_model::id::{NetworkInterfaceId, SecurityGroupId};
use ringwall_net::{Prefix, Protocol};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::facts;
use super::read;
use crate::controller::Controller;

/// What a slow watcher may lag behind before it misses some.
const BACKLOG: usize = 16_384;
/// What a proposal is made of at most.
const MOST_SEEN: usize = 1 << 20;
/// How long one who wants to look on waits for the counters to be read.
const PATIENCE: Duration = Duration::from_secs(10);

/// Those who look on.
pub struct Live {
    controller: Controller,
    kernel: Arc<DataPlane>,
    watchers: AtomicUsize,
    /// how many have ever asked to look on
    asked: AtomicU64,
    /// how many of them had asked when the counters were read last for their sake
    begun: watch::Sender<u64>,
    seen: broadcast::Sender<Arc<Seen>>,
}

/// One who looks on, until it is dropped.
pub struct Watcher {
    live: Arc<Live>,
    seen: broadcast::Receiver<Arc<Seen>>,
}

/// For whom rules are proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// for the groups of an interface
    Interface(NetworkInterfaceId),
    /// for a group, by what all of its holders see
    Group(SecurityGroupId),
}

impl Live {
    /// Nobody looks on yet.
    pub fn new(controller: Controller, kernel: Arc<DataPlane>) -> Arc<Live> {
        Arc::new(Live {
            controller,
            kernel,
            watchers: AtomicUsize::new(0),
            asked: AtomicU64::new(0),
            begun: watch::Sender::new(0),
            seen: broadcast::channel(BACKLOG).0,
        })
    }

    /// Whether anybody looks on.
    pub fn is_watched(&self) -> bool {
        self.watchers.load(Ordering::Acquire) > 0
    }

    /// Begins to look on. What was counted before this was called is not told; what is counted after it returns is.
    ///
    /// # Errors
    ///
    /// When the kernel's counters cannot be read.
    pub async fn begin(self: &Arc<Live>) -> Result<Watcher, String> {
        self.watchers.fetch_add(1, Ordering::AcqRel);
        let mut watcher = Watcher { live: self.clone(), seen: self.seen.subscribe() };
        let mine = self.asked.fetch_add(1, Ordering::AcqRel) + 1;
        let mut begun = self.begun.subscribe();
        let has_begun = begun.wait_for(|begun| *begun >= mine);
        match tokio::time::timeout(PATIENCE, has_begun).await {
            Ok(Ok(_)) => {}
            _ => return Err("the kernel's counters cannot be read; the daemon's own output says why".to_owned()),
        }
        // What others were told meanwhile came before.
        watcher.seen = self.seen.subscribe();
        Ok(watcher)
    }

    /// How many have ever asked to look on; a collector that reads this, and the counters after it, says so by
    /// [`Live::have_begun`].
    pub(super) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Acquire)
    }

    /// Whether some of so many wait for the counters to be read.
    pub(super) fn are_waiting(&self, asked: u64) -> bool {
        *self.begun.borrow() < asked
    }

    /// The counters were read after so many had asked.
    pub(super) fn have_begun(&self, asked: u64) {
        self.begun.send_if_modified(|begun| {
            let is_more = asked > *begun;
            *begun = asked.max(*begun);
            is_more
        });
    }

    /// Tells what a sweep has found.
    pub(super) fn tell(&self, sweep: &Sweep, ledger: &Ledger) {
        if !self.is_watched() {
            return;
        }
        for came in &sweep.came {
            let Some(interface) = ledger.interface(came.counter.flow.interface) else { continue };
            let _ = self.seen.send(Arc::new(Seen::new(came, interface)));
        }
    }

    /// All flows that the kernel knows at this moment, with everything that was counted of them.
    pub fn known(&self) -> std::io::Result<Vec<Seen>> {
        let interfaces = facts::interfaces(&self.controller.progress().enforced(), &self.controller.store().snapshot());
        let mut known = Vec::new();
        let mut note = |read: read::Read| {
            let Some(interface) = interfaces.get(&read.counter.flow.interface) else { return };
            let came = Came {
                counter: read.counter,
                reading: read.reading,
                first: 0,
                last: 0,
                path: None,
                opened: read.opened,
            };
            if read.reading.packets > 0 && known.len() < MOST_SEEN {
                known.push(Seen::new(&came, interface));
            }
        };
        self.kernel.sessions(|key, session| read::session(key, session).into_iter().for_each(&mut note))?;
        self.kernel.strays(|key, stray| note(read::stray(key, stray)))?;
        Ok(known)
    }

    /// The rules that would have let pass what is known now, and what comes in the seconds after.
    pub async fn suggest(self: &Arc<Live>, whom: Suggestion, seconds: u64, refused_too: bool) -> Result<Value, String> {
        let enforced = self.controller.progress().enforced();
        let world = &enforced.world;
        let (interfaces, groups): (Vec<NetworkInterfaceId>, Vec<SecurityGroupId>) = match whom {
            Suggestion::Interface(id) => {
                let own = world.interfaces.get(&id).ok_or_else(|| format!("there is no interface {id}"))?;
                (vec![id], own.groups.iter().copied().collect())
            }
            Suggestion::Group(id) if world.security_groups.contains_key(&id) => {
                let holds = world.interfaces.iter().filter(|(_, own)| own.groups.contains(&id));
                (holds.map(|(interface, _)| *interface).collect(), vec![id])
            }
            Suggestion::Group(id) => return Err(format!("there is no security group {id}")),
        };
        let mut watcher = self.begin().await?;
        let mut seen = self.known().map_err(|error| error.to_string())?;
        let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
        while let Ok(Some(next)) = tokio::time::timeout_at(end, watcher.next()).await {
            if seen.len() < MOST_SEEN {
                seen.push((*next).clone());
            }
        }
        let is_wanted =
            |seen: &&Seen| interfaces.contains(&seen.interface) && (refused_too || seen.action == Action::Accept);
        let seen: Vec<&Seen> = seen.iter().filter(is_wanted).collect();
        let holders = interfaces.first().map(|id| facts::holders(world, *id)).unwrap_or_default();
        let flows = seen.len();
        let proposed = rules(seen, &holders);
        Ok(json!({
            "interfaces": interfaces,
            "groups": groups,
            "seen": flows,
            "rules": proposed.iter().map(render).collect::<Vec<_>>(),
        }))
    }
}

/// A proposed rule, as EC2's calls take it.
fn render(rule: &Rule) -> Value {
    let mut permission = json!({ "IpProtocol": Protocol(rule.protocol).to_string() });
    if let Some((from, to)) = rule.ports {
        permission["FromPort"] = json!(from);
        permission["ToPort"] = json!(to);
    }
    match rule.peer {
        Peer::Group(id) => permission["UserIdGroupPairs"] = json!([{ "GroupId": id }]),
        Peer::Block(block @ Prefix::V4(_)) => permission["IpRanges"] = json!([{ "CidrIp": block.to_string() }]),
        Peer::Block(block @ Prefix::V6(_)) => permission["Ipv6Ranges"] = json!([{ "CidrIpv6": block.to_string() }]),
    }
    json!({ "direction": rule.direction, "permission": permission, "why": rule.why })
}

impl Watcher {
    /// What was seen next; none if there will be no more.
    pub async fn next(&mut self) -> Option<Arc<Seen>> {
        loop {
            match self.seen.recv().await {
                Ok(seen) => return Some(seen),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.live.watchers.fetch_sub(1, Ordering::AcqRel);
    }
}
