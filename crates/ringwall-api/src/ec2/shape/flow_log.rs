//! Flow logs on the wire (FL-34).

use ringwall_flows::Format;
use ringwall_model::resource::flow_log::{Delivery, LogDestination};
use ringwall_model::resource::{FlowLog, Tags};
use ringwall_wire::timestamp::Timestamp;
use serde::Serialize;

use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// A flow log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowLogShape {
    creation_time: Timestamp,
    deliver_logs_error_message: Option<String>,
    deliver_logs_status: Option<&'static str>,
    flow_log_id: String,
    flow_log_status: &'static str,
    resource_id: String,
    traffic_type: &'static str,
    log_destination_type: &'static str,
    log_destination: Option<String>,
    log_format: String,
    max_aggregation_interval: u32,
    destination_options: Option<DestinationOptionsShape>,
    tag_set: Vec<TagShape>,
}

/// How files are written and named.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationOptionsShape {
    file_format: &'static str,
    hive_compatible_partitions: bool,
    per_hour_partition: bool,
}

/// What destinations of a kind are called.
pub fn destination_type(destination: &LogDestination) -> &'static str {
    match destination {
        LogDestination::S3 { .. } => "s3",
        LogDestination::File => "file",
    }
}

fn status(log: &FlowLog) -> Option<&'static str> {
    log.delivery.as_ref().map(|delivery| match delivery {
        Delivery::Success => "SUCCESS",
        Delivery::Failed(_) => "FAILED",
    })
}

impl FlowLogShape {
    /// The shape of a flow log.
    pub fn new(log: &FlowLog) -> FlowLogShape {
        let (destination, options) = match &log.destination {
            LogDestination::S3 { arn, file_format, layout, .. } => {
                let options = DestinationOptionsShape {
                    file_format: file_format.name(),
                    hive_compatible_partitions: layout.is_hive_compatible,
                    per_hour_partition: layout.is_per_hour,
                };
                (Some(arn.clone()), Some(options))
            }
            LogDestination::File => (None, None),
        };
        FlowLogShape {
            creation_time: Timestamp::from_millis(log.created),
            deliver_logs_error_message: match &log.delivery {
                Some(Delivery::Failed(message)) => Some(message.clone()),
                _ => None,
            },
            deliver_logs_status: status(log),
            flow_log_id: log.id.to_string(),
            flow_log_status: "ACTIVE",
            resource_id: log.scope.to_string(),
            traffic_type: log.traffic.name(),
            log_destination_type: destination_type(&log.destination),
            log_destination: destination,
            log_format: log.format.clone().unwrap_or_else(|| Format::default().to_string()),
            max_aggregation_interval: log.interval,
            destination_options: options,
            tag_set: tag::render(&log.tags),
        }
    }
}

impl Filterable for FlowLog {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] =
        &["deliver-log-status", "flow-log-id", "log-destination-type", "log-group-name", "resource-id", "traffic-type"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "deliver-log-status" => status(self).map(str::to_owned).into_iter().collect(),
            "flow-log-id" => vec![self.id.to_string()],
            "log-destination-type" => vec![destination_type(&self.destination).to_owned()],
            "resource-id" => vec![self.scope.to_string()],
            "traffic-type" => vec![self.traffic.name().to_owned()],
            // No flow log has a log group: CloudWatch Logs is no destination here.
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

/// What of a call failed, while the rest of it was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsuccessfulShape {
    /// what it was about
    pub resource_id: String,
    /// why
    pub error: UnsuccessfulErrorShape,
}

/// Why a part of a call failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsuccessfulErrorShape {
    /// the code
    pub code: String,
    /// the message
    pub message: String,
}
