//! `ModifyInstanceMetadataOptions`: how an instance may ask for its metadata (DNS-17).

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::instance::refuse_ended;
use crate::ec2::shape::metadata_options::{
    MetadataOptionsChange, MetadataOptionsInput, MetadataOptionsShape, check_tags,
};
use crate::error::ApiError;

/// The action.
pub struct ModifyInstanceMetadataOptions;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    instance_id: String,
    http_tokens: Option<String>,
    http_put_response_hop_limit: Option<i64>,
    http_endpoint: Option<String>,
    #[serde(rename = "HttpProtocolIpv6")]
    http_protocol_ipv6: Option<String>,
    instance_metadata_tags: Option<String>,
}

/// What is asked.
pub struct Request {
    id: InstanceId,
    change: MetadataOptionsChange,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_id: String,
    instance_metadata_options: MetadataOptionsShape,
}

impl Action for ModifyInstanceMetadataOptions {
    const NAME: &'static str = "ModifyInstanceMetadataOptions";
    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let options = MetadataOptionsInput {
            http_tokens: input.http_tokens,
            http_put_response_hop_limit: input.http_put_response_hop_limit,
            http_endpoint: input.http_endpoint,
            http_protocol_ipv6: input.http_protocol_ipv6,
            instance_metadata_tags: input.instance_metadata_tags,
        };
        Ok(Request { id: parse(&input.instance_id)?, change: options.parse()? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut instance = Arc::unwrap_or_clone(find::<Instance>(&call.state(), &request.id)?);
        refuse_ended(&instance)?;
        instance.metadata_options = request.change.apply(instance.metadata_options);
        check_tags(instance.metadata_options, &instance.tags)?;
        call.put(instance.clone());
        let instance_metadata_options = instance.metadata_options.into();
        Ok(Output { instance_id: instance.id.to_string(), instance_metadata_options })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance_record, pending_instance};

    #[test]
    fn options_change_one_by_one_and_are_told() {
        let mut bench = Bench::new();
        let id = pending_instance(&mut bench, "");
        let options = instance_record(&bench, id).metadata_options;
        assert_eq!((options.hop_limit, options.tokens_required, options.endpoint), (1, false, true), "DNS-17");
        for (parameter, value, name) in [
            ("HttpTokens", "required", "httpTokens"),
            ("HttpPutResponseHopLimit", "64", "httpPutResponseHopLimit"),
            ("HttpEndpoint", "disabled", "httpEndpoint"),
            ("HttpProtocolIpv6", "enabled", "httpProtocolIpv6"),
            ("InstanceMetadataTags", "enabled", "instanceMetadataTags"),
        ] {
            let answer = bench.ok("ModifyInstanceMetadataOptions", &format!("InstanceId={id}&{parameter}={value}"));
            assert_eq!((answer.get(name), answer.get("instanceId")), (value.to_owned(), id.to_string()), "{parameter}");
            let told = bench.ok("DescribeInstances", &format!("InstanceId.1={id}"));
            assert_eq!(told.get(name), value, "{parameter}");
        }
        let options = instance_record(&bench, id).metadata_options;
        assert!(
            options.tokens_required && options.hop_limit == 64 && !options.endpoint && options.ipv6 && options.tags
        );
    }

    #[test]
    fn a_launch_says_its_options() {
        let mut bench = Bench::new();
        let id = pending_instance(
            &mut bench,
            "&MetadataOptions.HttpTokens=required&MetadataOptions.HttpPutResponseHopLimit=2",
        );
        let options = instance_record(&bench, id).metadata_options;
        assert_eq!((options.hop_limit, options.tokens_required, options.endpoint), (2, true, true));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        let id = pending_instance(&mut bench, "");
        for parameter in [
            "HttpTokens=maybe",
            "HttpPutResponseHopLimit=0",
            "HttpPutResponseHopLimit=65",
            "HttpEndpoint=off",
            "HttpProtocolIpv6=true",
            "InstanceMetadataTags=yes",
        ] {
            let call = format!("InstanceId={id}&{parameter}");
            assert_eq!(bench.refused("ModifyInstanceMetadataOptions", &call), "InvalidParameterValue", "{parameter}");
            let one = format!("ImageId=ami-host&MinCount=1&MaxCount=1&MetadataOptions.{parameter}");
            assert_eq!(bench.refused("RunInstances", &one), "InvalidParameterValue", "{parameter}");
        }
        let unknown = "InstanceId=i-00000000000000000&HttpTokens=required";
        assert_eq!(bench.refused("ModifyInstanceMetadataOptions", unknown), "InvalidInstanceID.NotFound");
    }

    #[test]
    fn tags_in_metadata_are_parts_of_paths() {
        let mut bench = Bench::new();
        let tag = |key| format!("&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key={key}");
        let enabled = "&MetadataOptions.InstanceMetadataTags=enabled";
        let one = "ImageId=ami-host&MinCount=1&MaxCount=1";
        assert_eq!(bench.refused("RunInstances", &format!("{one}{enabled}{}", tag("a/b"))), "InvalidParameterValue");
        let id = pending_instance(&mut bench, &tag("a/b"));
        let enable = format!("InstanceId={id}&InstanceMetadataTags=enabled");
        assert_eq!(bench.refused("ModifyInstanceMetadataOptions", &enable), "InvalidParameterValue");
        let plain = pending_instance(&mut bench, &format!("{enabled}{}", tag("a-b")));
        let later = format!("ResourceId.1={plain}&Tag.1.Key=c/d&Tag.1.Value=v");
        assert_eq!(bench.refused("CreateTags", &later), "InvalidParameterValue");
    }
}
