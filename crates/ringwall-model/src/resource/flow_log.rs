//! Flow logs.

use serde::{Deserialize, Serialize};

use super::{Milliseconds, Tags};
use crate::id::{FlowLogId, NetworkInterfaceId, SubnetId, VpcId};

/// A flow log. It is never edited, tags apart (FL-27).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlowLog {
    /// its id
    pub id: FlowLogId,
    /// what it covers
    pub scope: Scope,
    /// which traffic is logged
    pub traffic: Traffic,
    /// where it is delivered to
    pub destination: LogDestination,
    /// the format of its records, as it was given (FL-3); none is the default one (FL-2)
    pub format: Option<String>,
    /// seconds that one record is about at most: 60 or 600 (FL-8)
    pub interval: u32,
    /// when it was made
    pub created: Milliseconds,
    /// how the last delivery went; none before the first
    #[serde(default)]
    pub delivery: Option<Delivery>,
    /// its tags
    pub tags: Tags,
}

/// What a flow log covers: the interfaces of today and of the future (FL-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// those of a VPC
    Vpc(VpcId),
    /// those of a subnet
    Subnet(SubnetId),
    /// one
    NetworkInterface(NetworkInterfaceId),
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scope::Vpc(id) => id.fmt(f),
            Scope::Subnet(id) => id.fmt(f),
            Scope::NetworkInterface(id) => id.fmt(f),
        }
    }
}

/// Which traffic is logged (FL-28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Traffic {
    /// all of it
    All,
    /// what was let through
    Accept,
    /// what was refused
    Reject,
}

impl Traffic {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Traffic::All => "ALL",
            Traffic::Accept => "ACCEPT",
            Traffic::Reject => "REJECT",
        }
    }
}

/// Where records are delivered to (FL-29).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogDestination {
    /// a bucket
    S3 {
        /// the ARN, as it was given
        arn: String,
        /// the bucket
        bucket: String,
        /// what keys begin with, without a slash at the end; may be empty
        prefix: String,
        /// how files are written
        file_format: FileFormat,
        /// how keys are laid out
        layout: KeyLayout,
    },
    /// a file of the host, named after the flow log
    File,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// lines, the first one naming the fields
    #[default]
    PlainText,
    /// Apache Parquet, a column for each field
    Parquet,
}

impl FileFormat {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            FileFormat::PlainText => "plain-text",
            FileFormat::Parquet => "parquet",
        }
    }
}

/// How the keys of files are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLayout {
    /// `name=value` in each part, as Hive reads it
    pub is_hive_compatible: bool,
    /// a part for the hour
    pub is_per_hour: bool,
}

/// How a delivery went (FL-35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// it arrived
    Success,
    /// it did not, and will be tried again: the message is `Access error` or `Unknown error`
    Failed(String),
}
