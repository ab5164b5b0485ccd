//! The life of an instance (INST-10 to INST-12).
//!
//! Calls move an instance to `pending`, `stopping` and `shutting-down`; whoever runs its processes moves it on from there, by
//! the functions here. They work on a transaction alone, and say whether they changed anything: an instance that is not in
//! the state that they are about is left as it is.
//!
//! ```text
//!           ┌── start ───────────────┐
//!           ▼                        │
//! run ─▶ pending ─started─▶ running ─stop─▶ stopping ─stopped─▶ stopped
//!           │ failed          │ terminate, also from stopped
//!           ▼                 ▼
//!        terminated ◀─terminated─ shutting-down
//! ```

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::instance::{InstanceState, ShutdownBehavior};
use ringwall_model::resource::{Instance, Milliseconds, NetworkInterface};
use ringwall_store::Transaction;

use super::network_interface::{attached_to, delete, detach};
use super::{block, public_address};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

/// How long the record of an ended instance stays (INST-12).
pub const REMEMBERED: Milliseconds = 60 * 60 * 1000;

/// Why an instance stopped or ended: the code, and the words after it.
fn reason(code: &str, words: &str) -> Option<(String, String)> {
    Some((code.to_owned(), format!("{code}: {words}")))
}

/// What a call leaves as the reason of the end that it asks for.
pub fn asked_for() -> Option<(String, String)> {
    reason("Client.UserInitiatedShutdown", "User initiated shutdown")
}

fn by_itself() -> Option<(String, String)> {
    reason("Client.InstanceInitiatedShutdown", "Instance initiated shutdown")
}

/// The processes of a pending instance run, and its links are up.
pub fn started(transaction: &mut Transaction, region: &str, id: InstanceId) -> bool {
    let Some(instance) = in_state(transaction, region, id, &[InstanceState::Pending]) else { return false };
    transaction.put(region, Instance { state: InstanceState::Running, has_run: true, ..instance });
    true
}

/// The processes of an instance are gone: because a call asked for it, or because it shut itself down, after which it stays
/// stopped or ends as its shutdown behaviour says.
pub fn stopped(transaction: &mut Transaction, region: &str, id: InstanceId, now: Milliseconds) -> bool {
    use InstanceState::{Pending, Running, ShuttingDown, Stopping};
    let with_processes = [Pending, Running, Stopping, ShuttingDown];
    let Some(instance) = in_state(transaction, region, id, &with_processes) else { return false };
    match (instance.state, instance.shutdown_behavior) {
        (ShuttingDown, _) => end(transaction, region, instance, now),
        (Stopping, _) => stop_for_good(transaction, region, instance),
        (_, ShutdownBehavior::Stop) => {
            stop_for_good(transaction, region, Instance { state_reason: by_itself(), ..instance });
        }
        (_, ShutdownBehavior::Terminate) => {
            end(transaction, region, Instance { state_reason: by_itself(), ..instance }, now);
        }
    }
    true
}

/// The processes of an instance that is shutting down are gone: its interfaces go with it or are free again, its Elastic IP
/// addresses stand for nothing any more unless their interface stays (INST-12, ENI-3, EIP-15).
pub fn terminated(transaction: &mut Transaction, region: &str, id: InstanceId, now: Milliseconds) -> bool {
    let Some(instance) = in_state(transaction, region, id, &[InstanceState::ShuttingDown]) else { return false };
    end(transaction, region, instance, now);
    true
}

/// A pending instance could not be started. One that never ran ends; one that ran before is stopped again, and keeps what it
/// has.
pub fn failed(transaction: &mut Transaction, region: &str, id: InstanceId, why: &str, now: Milliseconds) -> bool {
    let Some(instance) = in_state(transaction, region, id, &[InstanceState::Pending]) else { return false };
    let instance = Instance { state_reason: reason("Server.InternalError", why), ..instance };
    if instance.has_run {
        stop_for_good(transaction, region, instance);
    } else {
        end(transaction, region, instance, now);
    }
    true
}

/// Removes the records of instances that ended an hour ago (INST-12).
pub fn forget_old(transaction: &mut Transaction, region: &str, now: Milliseconds) -> bool {
    let is_old = |instance: &&Arc<Instance>| instance.terminated.is_some_and(|ended| now - ended >= REMEMBERED);
    let state = transaction.region(region);
    let old: Vec<InstanceId> = state.instances.iter().filter(is_old).map(|instance| instance.id).collect();
    for id in &old {
        transaction.delete::<Instance>(region, id);
    }
    !old.is_empty()
}

fn in_state(transaction: &Transaction, region: &str, id: InstanceId, states: &[InstanceState]) -> Option<Instance> {
    let instance = transaction.region(region).instances.get(&id).cloned()?;
    states.contains(&instance.state).then(|| Arc::unwrap_or_clone(instance))
}

fn stop_for_good(transaction: &mut Transaction, region: &str, instance: Instance) {
    give_back_public_address(transaction, region, instance.id);
    transaction.put(region, Instance { state: InstanceState::Stopped, shutdown_at_once: false, ..instance });
}

fn end(transaction: &mut Transaction, region: &str, instance: Instance, now: Milliseconds) {
    for interface in attached_to(&transaction.region(region), instance.id) {
        if interface.attachment.is_some_and(|attachment| attachment.delete_on_termination) {
            delete(transaction, region, interface.id);
        } else {
            detach(transaction, region, &interface);
        }
    }
    let ended = Instance { state: InstanceState::Terminated, terminated: Some(now), ..instance };
    transaction.put(region, ended);
}

/// Gives an instance that wants one a public address, unless it has several interfaces or an Elastic IP address (EIP-2).
pub fn give_public_address(call: &mut Call<'_>, instance: &Instance) -> Result<(), ApiError> {
    let region = call.state();
    let attached = attached_to(&region, instance.id);
    let [only] = attached.as_slice() else { return Ok(()) };
    if instance.wants_public_address && !public_address::has_elastic_primary(&region, only) {
        let address = block::new_public_address(call)?;
        call.put(NetworkInterface { auto_public: Some(address), ..(**only).clone() });
    }
    Ok(())
}

/// Takes back the public address that an instance was given when it started (EIP-2, INST-11).
pub fn give_back_public_address(transaction: &mut Transaction, region: &str, id: InstanceId) {
    for interface in attached_to(&transaction.region(region), id) {
        if interface.auto_public.is_some() {
            let interface = NetworkInterface { auto_public: None, ..(*interface).clone() };
            transaction.put(region, interface);
        }
    }
}

/// An instance is not in a state that the call is for (INST-15).
pub fn wrong_state(id: InstanceId, action: &str) -> ApiError {
    let message = format!("The instance '{id}' is not in a state from which it can be {action}.");
    Code::IncorrectInstanceState.with(message)
}

/// Whether an instance is on its way out or gone, so that nothing about it can be changed any more (INST-15).
pub fn refuse_ended(instance: &Instance) -> Result<(), ApiError> {
    if matches!(instance.state, InstanceState::ShuttingDown | InstanceState::Terminated) {
        return Err(wrong_state(instance.id, "modified"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::bench::Bench;
    use crate::ec2::scene::{
        associate, instance as running, instance_record, interface, interface_record, pending_instance, primary,
        processes_end, region,
    };

    fn state(bench: &Bench, id: InstanceId) -> InstanceState {
        instance_record(bench, id).state
    }

    fn code(bench: &Bench, id: InstanceId) -> String {
        instance_record(bench, id).state_reason.clone().expect("a reason").0
    }

    #[test]
    fn a_pending_instance_is_started_once() {
        let mut bench = Bench::new();
        let id = pending_instance(&mut bench, "");
        assert!(bench.work(|transaction, region, _| started(transaction, region, id)));
        assert_eq!((state(&bench, id), instance_record(&bench, id).has_run), (InstanceState::Running, true));
        assert!(!bench.work(|transaction, region, _| started(transaction, region, id)));
        assert!(!bench.work(|transaction, region, now| terminated(transaction, region, id, now)));
        assert!(!bench.work(|transaction, region, now| failed(transaction, region, id, "late", now)));
    }

    #[test]
    fn an_instance_that_shuts_itself_down_does_as_it_was_told() {
        let mut bench = Bench::new();
        let [stays, goes] = ["stop", "terminate"]
            .map(|behavior| running(&mut bench, &format!("&InstanceInitiatedShutdownBehavior={behavior}")));
        for id in [stays, goes] {
            assert!(processes_end(&mut bench, id));
            assert_eq!(code(&bench, id), "Client.InstanceInitiatedShutdown");
        }
        assert_eq!(state(&bench, stays), InstanceState::Stopped);
        assert_eq!(primary(&bench, stays).auto_public, None);
        assert_eq!(
            (state(&bench, goes), instance_record(&bench, goes).terminated),
            (InstanceState::Terminated, Some(bench.now))
        );
        assert!(!processes_end(&mut bench, stays) && !processes_end(&mut bench, goes));
    }

    #[test]
    fn the_end_of_processes_is_the_end_of_what_was_asked_for() {
        let mut bench = Bench::new();
        let [stopping, ending] = [(); 2].map(|()| running(&mut bench, "&InstanceInitiatedShutdownBehavior=terminate"));
        bench.ok("StopInstances", &format!("InstanceId.1={stopping}"));
        bench.ok("TerminateInstances", &format!("InstanceId.1={ending}"));
        for id in [stopping, ending] {
            assert!(processes_end(&mut bench, id));
            assert_eq!(code(&bench, id), "Client.UserInitiatedShutdown");
        }
        assert_eq!(
            (state(&bench, stopping), state(&bench, ending)),
            (InstanceState::Stopped, InstanceState::Terminated)
        );
    }

    #[test]
    fn an_end_frees_what_stays_and_deletes_what_goes_along() {
        // INST-12, EIP-15, ENI-3
        let mut bench = Bench::new();
        let id = running(&mut bench, "");
        let own = primary(&bench, id);
        let kept = interface(&mut bench, "");
        bench.ok("AttachNetworkInterface", &format!("NetworkInterfaceId={kept}&InstanceId={id}&DeviceIndex=1"));
        let gone_along = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 8), own.id, own.ipv4[0]);
        let private = interface_record(&bench, kept).ipv4[0];
        let stays = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), kept, private);
        bench.ok("TerminateInstances", &format!("InstanceId.1={id}"));
        assert!(interface_record(&bench, kept).attachment.is_some());
        assert!(bench.work(|transaction, region, now| terminated(transaction, region, id, now)));
        let region = region(&bench);
        assert!(region.network_interfaces.get(&own.id).is_none());
        assert!(region.network_interfaces.get(&kept).unwrap().attachment.is_none());
        assert_eq!(region.addresses.get(&gone_along).unwrap().association, None);
        assert_eq!(region.addresses.get(&stays).unwrap().association.unwrap().interface, kept);
    }

    #[test]
    fn a_failed_start_ends_a_new_instance_and_stops_an_old_one() {
        let mut bench = Bench::new();
        let new = pending_instance(&mut bench, "");
        let old = running(&mut bench, "");
        assert!(processes_end(&mut bench, old));
        bench.ok("StartInstances", &format!("InstanceId.1={old}"));
        for id in [new, old] {
            assert!(bench.work(|transaction, region, now| failed(transaction, region, id, "no memory", now)));
            let reason = instance_record(&bench, id).state_reason.clone().unwrap();
            assert_eq!(reason, ("Server.InternalError".to_owned(), "Server.InternalError: no memory".to_owned()));
        }
        assert_eq!((state(&bench, new), state(&bench, old)), (InstanceState::Terminated, InstanceState::Stopped));
        assert_eq!(primary(&bench, old).auto_public, None);
        assert_eq!(region(&bench).network_interfaces.len(), 1);
    }
}
