//! States of instances on the wire (INST-10, INST-13).

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use serde::Serialize;

/// A state.
#[derive(Debug, Serialize)]
pub struct StateShape {
    code: u16,
    name: &'static str,
}

impl From<InstanceState> for StateShape {
    fn from(state: InstanceState) -> Self {
        StateShape { code: state.code(), name: state.name() }
    }
}

/// What a call made of an instance.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateChangeShape {
    instance_id: String,
    current_state: StateShape,
    previous_state: StateShape,
}

/// The answer of the calls that start, stop and end instances.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateChanges {
    instances_set: Vec<StateChangeShape>,
}

impl StateChangeShape {
    /// The shape of a change.
    pub fn new(instance: InstanceId, previous: InstanceState, current: InstanceState) -> Self {
        StateChangeShape {
            instance_id: instance.to_string(),
            current_state: current.into(),
            previous_state: previous.into(),
        }
    }
}

impl FromIterator<StateChangeShape> for StateChanges {
    fn from_iter<I: IntoIterator<Item = StateChangeShape>>(changes: I) -> Self {
        StateChanges { instances_set: changes.into_iter().collect() }
    }
}

/// Why an instance is in its state.
#[derive(Debug, Serialize)]
pub struct StateReasonShape {
    /// the code
    pub code: String,
    /// the words
    pub message: String,
}

impl StateReasonShape {
    /// The reason for the state of an instance; one that is pending is so for that reason alone.
    pub fn new(instance: &Instance) -> Option<StateReasonShape> {
        let pending =
            || (instance.state == InstanceState::Pending).then(|| ("pending".to_owned(), "pending".to_owned()));
        let (code, message) = instance.state_reason.clone().or_else(pending)?;
        Some(StateReasonShape { code, message })
    }
}
