//! Flow logs: what is asked for one, and what becomes of it when its resource goes.

use std::sync::Arc;

use ringwall_flows::Format;
use ringwall_model::id::FlowLogId;
use ringwall_model::resource::flow_log::{Delivery, FileFormat, KeyLayout, LogDestination, Scope, Traffic};
use ringwall_model::resource::{FlowLog, NetworkInterface, Subnet, Vpc};
use ringwall_store::{Region, Transaction};

use crate::action::{missing_parameter, unbuilt_parameter};
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{find, parse};
use crate::error::ApiError;

/// Reads what logs are to cover (FL-1).
pub fn parse_scopes(resource_type: &str, ids: &[String]) -> Result<Vec<Scope>, ApiError> {
    if ids.is_empty() {
        return Err(missing_parameter("ResourceId"));
    }
    let read = |id: &String| -> Result<Scope, ApiError> {
        Ok(match resource_type {
            "VPC" => Scope::Vpc(parse(id)?),
            "Subnet" => Scope::Subnet(parse(id)?),
            "NetworkInterface" => Scope::NetworkInterface(parse(id)?),
            "TransitGateway" | "TransitGatewayAttachment" | "RegionalNatGateway" => {
                let message =
                    format!("The value {resource_type} of the parameter ResourceType is not supported by Ringwall.");
                return Err(Code::UnsupportedOperation.with(message));
            }
            other => return Err(invalid_value("ResourceType", other, "Expected VPC, Subnet or NetworkInterface.")),
        })
    };
    ids.iter().map(read).collect()
}

/// Refuses what is not there.
pub fn check_scope(region: &Region, scope: Scope) -> Result<(), ApiError> {
    match scope {
        Scope::Vpc(id) => find::<Vpc>(region, &id).map(drop),
        Scope::Subnet(id) => find::<Subnet>(region, &id).map(drop),
        Scope::NetworkInterface(id) => find::<NetworkInterface>(region, &id).map(drop),
    }
}

/// Reads which traffic is logged (FL-28).
pub fn parse_traffic(text: Option<&str>) -> Result<Traffic, ApiError> {
    match text {
        Some("ALL") => Ok(Traffic::All),
        Some("ACCEPT") => Ok(Traffic::Accept),
        Some("REJECT") => Ok(Traffic::Reject),
        Some(other) => Err(invalid_value("TrafficType", other, "Expected ACCEPT, REJECT or ALL.")),
        None => Err(missing_parameter("TrafficType")),
    }
}

/// Reads the seconds that one record is about at most (FL-8).
pub fn parse_interval(seconds: Option<i64>) -> Result<u32, ApiError> {
    match seconds {
        None | Some(600) => Ok(600),
        Some(60) => Ok(60),
        Some(other) => Err(invalid_value("MaxAggregationInterval", other, "Expected 60 or 600.")),
    }
}

/// Reads the format of records (FL-3).
pub fn parse_format(text: Option<String>) -> Result<Option<String>, ApiError> {
    if let Some(text) = &text {
        Format::parse(text)
            .map_err(|error| invalid_value("LogFormat", text, format!("The format is not valid: {error}.")))?;
    }
    Ok(text)
}

/// How files are written and named, as it is asked.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DestinationOptions {
    file_format: Option<String>,
    hive_compatible_partitions: Option<bool>,
    per_hour_partition: Option<bool>,
}

/// Reads where records are delivered to (FL-29). Ringwall has `file` beside what AWS has: a file of the host in a place that
/// whoever runs Ringwall has chosen.
pub fn parse_destination(
    kind: Option<&str>,
    arn: Option<String>,
    options: Option<DestinationOptions>,
) -> Result<LogDestination, ApiError> {
    match kind {
        Some("s3") => {}
        Some("file") if arn.is_some() => return Err(unbuilt_parameter("LogDestination")),
        Some("file") if options.is_some() => return Err(unbuilt_parameter("DestinationOptions")),
        Some("file") => return Ok(LogDestination::File),
        None | Some("cloud-watch-logs" | "kinesis-data-firehose") => {
            let kind = kind.unwrap_or("cloud-watch-logs");
            let message = format!(
                "The value {kind} of the parameter LogDestinationType is not supported by Ringwall; it delivers to s3 and file."
            );
            return Err(Code::UnsupportedOperation.with(message));
        }
        Some(other) => return Err(invalid_value("LogDestinationType", other, "Expected s3 or file.")),
    }
    let arn = arn.ok_or_else(|| missing_parameter("LogDestination"))?;
    let bad = |why: &str| invalid_value("LogDestination", &arn, why);
    let path =
        arn.strip_prefix("arn:aws:s3:::").ok_or_else(|| bad("Expected the ARN of a bucket, arn:aws:s3:::NAME."))?;
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(is_plain) {
        return Err(bad("This is not the name of a bucket."));
    }
    let prefix = prefix.trim_end_matches('/');
    // What is signed and what is sent must be the same in every reader's eyes.
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=".contains(&byte);
    let is_walk = |part: &str| matches!(part, "" | "." | "..");
    if prefix.len() > 512 || !prefix.bytes().all(is_safe) || (!prefix.is_empty() && prefix.split('/').any(is_walk)) {
        return Err(bad("A prefix has letters, digits, and - _ . = / alone."));
    }
    if prefix.split('/').any(|part| part == "AWSLogs") {
        return Err(bad("AWSLogs is a reserved name and cannot be part of the prefix."));
    }
    let options = options.unwrap_or_default();
    let file_format = match options.file_format.as_deref() {
        None | Some("plain-text") => FileFormat::PlainText,
        Some("parquet") => FileFormat::Parquet,
        Some(other) => {
            return Err(invalid_value("DestinationOptions.FileFormat", other, "Expected plain-text or parquet."));
        }
    };
    let layout = KeyLayout {
        is_hive_compatible: options.hive_compatible_partitions.unwrap_or(false),
        is_per_hour: options.per_hour_partition.unwrap_or(false),
    };
    let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
    Ok(LogDestination::S3 { arn, bucket, prefix, file_format, layout })
}

/// Whether both deliver to the same place, however.
fn is_same_place(one: &LogDestination, other: &LogDestination) -> bool {
    match (one, other) {
        (LogDestination::S3 { bucket, prefix, .. }, LogDestination::S3 { bucket: also, prefix: own, .. }) => {
            bucket == also && prefix == own
        }
        (LogDestination::File, LogDestination::File) => true,
        _ => false,
    }
}

/// Refuses a second log of the same resource, traffic and destination (FL-33).
pub fn check_new(
    region: &Region,
    scope: Scope,
    traffic: Traffic,
    destination: &LogDestination,
) -> Result<(), ApiError> {
    let is_same = |log: &Arc<FlowLog>| {
        log.scope == scope && log.traffic == traffic && is_same_place(&log.destination, destination)
    };
    if region.flow_logs.iter().any(is_same) {
        let message = "Error. There is an existing Flow Log with the same configuration and log destination.";
        return Err(Code::FlowLogAlreadyExists.with(message));
    }
    Ok(())
}

/// What logs cover is gone, and they go with it.
pub fn forget(transaction: &mut Transaction, region: &str, scope: Scope) {
    let records = transaction.region(region);
    for log in records.flow_logs.iter().filter(|log| log.scope == scope) {
        transaction.delete::<FlowLog>(region, &log.id);
    }
}

/// Notes how a delivery went; false if nothing changes.
pub fn delivered(transaction: &mut Transaction, region: &str, id: FlowLogId, delivery: Delivery) -> bool {
    let records = transaction.region(region);
    let Some(log) = records.flow_logs.get(&id).filter(|log| log.delivery.as_ref() != Some(&delivery)) else {
        return false;
    };
    transaction.put(region, FlowLog { delivery: Some(delivery), ..FlowLog::clone(log) });
    true
}
