//! Instances.

use serde::{Deserialize, Serialize};

use super::subnet::{HostnameType, ResourceNameRecords};
use super::{Milliseconds, Tags};
use crate::id::{ImageId, InstanceId, ReservationId};

/// An instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Instance {
    /// its id
    pub id: InstanceId,
    /// the call that started it
    pub reservation: ReservationId,
    /// its place among the instances of that call
    pub launch_index: u32,
    /// its image, as it was given
    pub image: ImageName,
    /// its type, which fixes how many interfaces and addresses it may have (ENI-13)
    pub instance_type: String,
    /// its state
    pub state: InstanceState,
    /// why it stopped or ended: code and text
    pub state_reason: Option<(String, String)>,
    /// when it was last started
    pub launched: Milliseconds,
    /// when it ended; its record goes an hour later (INST-12)
    pub terminated: Option<Milliseconds>,
    /// what runs when it starts, in base64
    pub user_data: Option<String>,
    /// whether termination by the API is refused (INST-14)
    pub disable_api_termination: bool,
    /// whether stopping by the API is refused
    pub disable_api_stop: bool,
    /// what happens when it shuts itself down
    pub shutdown_behavior: ShutdownBehavior,
    /// the token of the call that started it
    pub client_token: Option<String>,
    /// whether it gets an automatic public address at each start (EIP-2)
    pub wants_public_address: bool,
    /// the Availability Zone that it runs in
    pub zone: String,
    /// what it is named after, fixed by its subnet at launch (DNS-8, DNS-13)
    #[serde(default)]
    pub hostname_type: HostnameType,
    /// the records that its resource name has, fixed by its subnet at launch (DNS-13)
    #[serde(default)]
    pub resource_name_records: ResourceNameRecords,
    /// how it may ask for its metadata (DNS-17)
    #[serde(default)]
    pub metadata_options: MetadataOptions,
    /// whether it was ever running: before that it cannot be stopped, and a failed start ends it
    #[serde(default)]
    pub has_run: bool,
    /// how many times a reboot was asked for: its processes are started anew when the number has grown
    #[serde(default)]
    pub reboots: u32,
    /// when the call came that stops or ends it
    #[serde(default)]
    pub shutdown_asked: Option<Milliseconds>,
    /// whether that call leaves its processes no time to end by themselves
    #[serde(default)]
    pub shutdown_at_once: bool,
    /// its tags
    pub tags: Tags,
}

/// An image: the host's own file system has a name instead of an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ImageName {
    /// an image by id
    Id(ImageId),
    /// `ami-host`, and other names
    Name(String),
}

impl std::fmt::Display for ImageName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ImageName::Id(id) => id.fmt(f),
            ImageName::Name(name) => f.write_str(name),
        }
    }
}

/// The states of an instance (INST-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// being started
    Pending,
    /// running
    Running,
    /// being stopped, to stay
    Stopping,
    /// stopped
    Stopped,
    /// being stopped, to go
    ShuttingDown,
    /// gone
    Terminated,
}

impl InstanceState {
    /// Its code on the wire.
    pub fn code(self) -> u16 {
        match self {
            InstanceState::Pending => 0,
            InstanceState::Running => 16,
            InstanceState::ShuttingDown => 32,
            InstanceState::Terminated => 48,
            InstanceState::Stopping => 64,
            InstanceState::Stopped => 80,
        }
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            InstanceState::Pending => "pending",
            InstanceState::Running => "running",
            InstanceState::ShuttingDown => "shutting-down",
            InstanceState::Terminated => "terminated",
            InstanceState::Stopping => "stopping",
            InstanceState::Stopped => "stopped",
        }
    }

    /// Whether its interfaces carry packets.
    pub fn has_links(self) -> bool {
        matches!(self, InstanceState::Pending | InstanceState::Running)
    }
}

/// What happens when an instance shuts itself down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShutdownBehavior {
    /// it is stopped
    Stop,
    /// it is terminated
    Terminate,
}

/// How an instance may ask for its metadata (DNS-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataOptions {
    /// whether there is metadata at all
    pub endpoint: bool,
    /// whether every question needs a token; without, the first version is answered as well
    pub tokens_required: bool,
    /// how many hops an answer with a token lives: 1 to 64
    pub hop_limit: u8,
    /// whether it is there at the IPv6 address too
    pub ipv6: bool,
    /// whether tags are told
    pub tags: bool,
}

impl Default for MetadataOptions {
    fn default() -> MetadataOptions {
        MetadataOptions { endpoint: true, tokens_required: false, hop_limit: 1, ipv6: false, tags: false }
    }
}
