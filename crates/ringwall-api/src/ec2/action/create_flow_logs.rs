//! `CreateFlowLogs` (FL-1, FL-28, FL-29, FL-32, FL-33).
//!
//! DEVIATION: whether the bucket is there is not asked here; the first delivery finds out, and `DescribeFlowLogs` tells (FL-35).

use ringwall_model::resource::flow_log::{LogDestination, Scope, Traffic};
use ringwall_model::resource::{FlowLog, Tags};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::operation::flow_log::{
    DestinationOptions, check_new, check_scope, parse_destination, parse_format, parse_interval, parse_scopes,
    parse_traffic,
};
use crate::ec2::shape::flow_log::UnsuccessfulShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateFlowLogs;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_type: String,
    #[serde(default, rename = "ResourceId")]
    resource_ids: Vec<String>,
    traffic_type: Option<String>,
    log_destination_type: Option<String>,
    log_destination: Option<String>,
    log_format: Option<String>,
    max_aggregation_interval: Option<i64>,
    destination_options: Option<DestinationOptions>,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    scopes: Vec<Scope>,
    traffic: Traffic,
    destination: LogDestination,
    format: Option<String>,
    interval: u32,
    client_token: Option<String>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    client_token: Option<String>,
    flow_log_id_set: Vec<String>,
    unsuccessful: Vec<UnsuccessfulShape>,
}

impl Action for CreateFlowLogs {
    const NAME: &'static str = "CreateFlowLogs";
    const UNBUILT: &'static [&'static str] = &["DeliverCrossAccountRole", "DeliverLogsPermissionArn", "LogGroupName"];
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let destination =
            parse_destination(input.log_destination_type.as_deref(), input.log_destination, input.destination_options)?;
        Ok(Request {
            scopes: parse_scopes(&input.resource_type, &input.resource_ids)?,
            traffic: parse_traffic(input.traffic_type.as_deref())?,
            destination,
            format: parse_format(input.log_format)?,
            interval: parse_interval(input.max_aggregation_interval)?,
            client_token: input.client_token,
            tags: tag::parse(&input.tag_specifications, "vpc-flow-log")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        if matches!(request.destination, LogDestination::S3 { .. }) && !call.settings.has_log_bucket {
            let message = "The value s3 of the parameter LogDestinationType is not supported by this Ringwall: it was started \
                           without an S3 endpoint.";
            return Err(Code::UnsupportedOperation.with(message));
        }
        let mut ids = Vec::new();
        for scope in request.scopes {
            let region = call.state();
            check_scope(&region, scope)?;
            check_new(&region, scope, request.traffic, &request.destination)?;
            let log = FlowLog {
                id: call.new_id(),
                scope,
                traffic: request.traffic,
                destination: request.destination.clone(),
                format: request.format.clone(),
                interval: request.interval,
                created: call.now,
                delivery: None,
                tags: request.tags.clone(),
            };
            ids.push(log.id.to_string());
            call.put(log);
        }
        Ok(Output { client_token: request.client_token, flow_log_id_set: ids, unsuccessful: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "CreateFlowLogs";

    fn bench() -> (Bench, String) {
        let mut bench = Bench::new();
        bench.settings.has_log_bucket = true;
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        (bench, vpc)
    }

    fn to_file(vpc: &str) -> String {
        format!("ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=file")
    }

    fn to_bucket(vpc: &str, rest: &str) -> String {
        let base = format!("ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3");
        format!("{base}&LogDestination=arn:aws:s3:::logs{rest}")
    }

    #[test]
    fn a_log_is_told_as_it_was_made() {
        let (mut bench, vpc) = bench();
        let options = "&DestinationOptions.FileFormat=parquet&DestinationOptions.HiveCompatiblePartitions=true\
                       &DestinationOptions.PerHourPartition=false&MaxAggregationInterval=60&LogFormat=${version} ${vpc-id}\
                       &TagSpecification.1.ResourceType=vpc-flow-log&TagSpecification.1.Tag.1.Key=k";
        let made = bench.ok(ACTION, &to_bucket(&vpc, &format!("/a/b/{options}")));
        assert!(made.has("<flowLogIdSet><item>fl-") && made.has("<unsuccessful/>"), "FL-32: {}", made.0);
        let told = bench.ok("DescribeFlowLogs", "");
        for (name, value) in [
            ("resourceId", vpc.as_str()),
            ("flowLogStatus", "ACTIVE"),
            ("trafficType", "ALL"),
            ("logDestinationType", "s3"),
            ("logDestination", "arn:aws:s3:::logs/a/b/"),
            ("logFormat", "${version} ${vpc-id}"),
            ("maxAggregationInterval", "60"),
            ("fileFormat", "parquet"),
            ("hiveCompatiblePartitions", "true"),
            ("perHourPartition", "false"),
            ("key", "k"),
        ] {
            assert_eq!(told.get(name), value, "FL-34");
        }
        assert!(told.all("deliverLogsStatus").is_empty(), "nothing was delivered so far");
    }

    #[test]
    fn what_is_not_said_is_as_awss() {
        let (mut bench, vpc) = bench();
        bench.ok(ACTION, &to_file(&vpc));
        let told = bench.ok("DescribeFlowLogs", "");
        assert_eq!(told.get("maxAggregationInterval"), "600", "FL-8");
        assert!(told.get("logFormat").starts_with("${version} ${account-id} ${interface-id} ${srcaddr}"), "FL-2");
        assert_eq!((told.get("logDestinationType"), told.all("logDestination").len()), ("file".into(), 0));
    }

    #[test]
    fn several_resources_get_a_log_each_or_none_does() {
        let (mut bench, _) = bench();
        let subnets = bench.ok("DescribeSubnets", "").all("subnetId");
        let rest = "TrafficType=REJECT&LogDestinationType=file&ResourceType=Subnet";
        let absent = format!("{rest}&ResourceId.1={}&ResourceId.2=subnet-00000000", subnets[0]);
        assert_eq!(bench.refused(ACTION, &absent), "InvalidSubnetID.NotFound");
        assert!(bench.ok("DescribeFlowLogs", "").all("flowLogId").is_empty());
        bench.ok(ACTION, &format!("{rest}&ResourceId.1={}&ResourceId.2={}", subnets[0], subnets[1]));
        assert_eq!(bench.ok("DescribeFlowLogs", "").all("resourceId").len(), 2);
    }

    #[test]
    fn the_same_log_twice_is_refused() {
        let (mut bench, vpc) = bench();
        bench.ok(ACTION, &to_file(&vpc));
        let error = bench.call(ACTION, &to_file(&vpc)).unwrap_err();
        assert_eq!(error.code, "FlowLogAlreadyExists", "FL-33");
        assert_eq!(
            error.message,
            "Error. There is an existing Flow Log with the same configuration and log destination."
        );
        bench.ok(ACTION, &to_file(&vpc).replace("ALL", "REJECT"));
        bench.ok(ACTION, &to_bucket(&vpc, ""));
        assert_eq!(bench.refused(ACTION, &to_bucket(&vpc, "/")), "FlowLogAlreadyExists");
        bench.ok(ACTION, &to_bucket(&vpc, "/other"));
    }

    #[test]
    fn a_token_makes_the_same_call() {
        let (mut bench, vpc) = bench();
        let asked = format!("{}&ClientToken=t", to_file(&vpc));
        let (one, again) = (bench.ok(ACTION, &asked), bench.ok(ACTION, &asked));
        assert_eq!(one.0, again.0, "API-31");
        assert_eq!(one.get("clientToken"), "t");
    }

    #[test]
    fn what_would_have_no_effect_is_refused_by_name() {
        let (mut bench, vpc) = bench();
        let file = to_file(&vpc);
        for (from, to, named) in [
            ("LogDestinationType=file", "LogGroupName=g", "LogGroupName"),
            ("LogDestinationType=file", "LogDestinationType=cloud-watch-logs", "LogDestinationType"),
            ("LogDestinationType=file", "LogDestinationType=kinesis-data-firehose", "LogDestinationType"),
            ("&LogDestinationType=file", "", "LogDestinationType"),
            ("ResourceType=VPC", "ResourceType=TransitGateway", "ResourceType"),
            ("TrafficType=ALL", "TrafficType=ALL&DeliverLogsPermissionArn=arn", "DeliverLogsPermissionArn"),
            ("TrafficType=ALL", "TrafficType=ALL&LogDestination=arn:aws:s3:::logs", "LogDestination"),
            ("TrafficType=ALL", "TrafficType=ALL&DestinationOptions.FileFormat=parquet", "DestinationOptions"),
        ] {
            let error = bench.call(ACTION, &file.replace(from, to)).unwrap_err();
            assert_eq!(error.code, "UnsupportedOperation", "{to}");
            assert!(error.message.contains(named), "{}", error.message);
        }
        bench.settings.has_log_bucket = false;
        assert_eq!(
            bench.refused(ACTION, &to_bucket(&vpc, "")),
            "UnsupportedOperation",
            "there is nothing to deliver to"
        );
    }

    #[test]
    fn values_that_are_none_are_refused() {
        let (mut bench, vpc) = bench();
        let file = to_file(&vpc);
        for (from, to, code) in [
            ("TrafficType=ALL", "TrafficType=all", "InvalidParameterValue"),
            ("&TrafficType=ALL", "", "MissingParameter"),
            ("TrafficType=ALL", "TrafficType=ALL&MaxAggregationInterval=61", "InvalidParameterValue"),
            ("TrafficType=ALL", "TrafficType=ALL&LogFormat=${nothing}", "InvalidParameterValue"),
            ("ResourceType=VPC", "ResourceType=Vpc", "InvalidParameterValue"),
            ("LogDestinationType=file", "LogDestinationType=ftp", "InvalidParameterValue"),
            ("LogDestinationType=file", "LogDestinationType=s3", "MissingParameter"),
        ] {
            assert_eq!(bench.refused(ACTION, &file.replace(from, to)), code, "{to}");
        }
        let bucket = to_bucket(&vpc, "");
        for arn in [
            "logs",
            "arn:aws:s3:::",
            "arn:aws:s3:::a/AWSLogs",
            "arn:aws:s3:::logs/AWSLogs",
            "arn:aws:s3:::logs/a//b",
            "arn:aws:s3:::logs/../b",
            "arn:aws:s3:::logs/a b",
            "arn:aws:s3:::Logs",
        ] {
            let asked = bucket.replace("arn:aws:s3:::logs", arn);
            assert_eq!(bench.refused(ACTION, &asked), "InvalidParameterValue", "{arn}");
        }
        let odd = bench.refused(ACTION, &format!("{bucket}&DestinationOptions.FileFormat=csv"));
        assert_eq!(odd, "InvalidParameterValue");
        assert_eq!(bench.refused(ACTION, &file.replace(&vpc, "vpc-00000000")), "InvalidVpcID.NotFound");
    }
}
