//! `DescribeVpcEndpointServices`: the services that endpoints may lead to (GWE-1, IFE-16, IFE-18).

use serde::{Deserialize, Serialize};

use crate::action::{Action, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::operation::endpoint_service::{find, types};
use crate::ec2::shape::endpoint_service::ServiceDetailShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeVpcEndpointServices;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "ServiceName")]
    service_names: Vec<String>,
    #[serde(default, rename = "ServiceRegion")]
    service_regions: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    names: Vec<String>,
    regions: Vec<String>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    service_name_set: Vec<String>,
    service_detail_set: Vec<ServiceDetailShape>,
    next_token: Option<String>,
}

impl Action for DescribeVpcEndpointServices {
    const NAME: &'static str = "DescribeVpcEndpointServices";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.service_names, "serviceNames", &paging)?;
        Ok(Request { names: input.service_names, regions: input.service_regions, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        if request.regions.iter().any(|region| region != call.region) {
            return Err(unbuilt_parameter("ServiceRegion"));
        }
        for name in &request.names {
            find(call.settings, call.region, name)?;
        }
        let shapes = call.settings.services.iter().filter(|service| service.is_there).flat_map(|service| {
            types(service).into_iter().map(|kind| ServiceDetailShape::new(service, kind, call.region))
        });
        let is_named =
            |shape: &ServiceDetailShape| request.names.is_empty() || request.names.contains(&shape.service_name);
        let mut all = select(shapes.filter(is_named).collect(), &request.filters, &())?;
        all.sort_by_key(ServiceDetailShape::key);
        let page = page(all, &request.paging, (5, 1000), ServiceDetailShape::key)?;
        let mut names: Vec<String> = page.items.iter().map(|shape| shape.service_name.clone()).collect();
        names.dedup();
        Ok(Output { service_name_set: names, service_detail_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::settings::EndpointService;

    #[test]
    fn services_are_told_for_each_type_of_endpoint() {
        let mut bench = Bench::new();
        bench.settings.services.push(EndpointService::by_interface("logs"));
        let action = "DescribeVpcEndpointServices";
        let all = bench.ok(action, "");
        let names: Vec<&str> = ["cloudtrail", "dynamodb", "ec2", "logs", "s3", "sts"].into_iter().collect();
        let set = all.get("serviceNameSet");
        assert!(
            names.iter().all(|name| set.contains(&format!("<item>com.amazonaws.us-east-1.{name}</item>"))),
            "{set}"
        );
        assert_eq!(all.all("serviceName").len(), 7, "S3 twice");
        let s3 = bench.ok(
            action,
            "ServiceName.1=com.amazonaws.us-east-1.s3&Filter.1.Name=service-type&Filter.1.Value.1=Interface",
        );
        for (name, value) in [
            ("privateDnsName", "s3.us-east-1.amazonaws.com"),
            ("baseEndpointDnsNameSet", "<item>s3.us-east-1.vpce.amazonaws.com</item>"),
            ("owner", "amazon"),
            ("acceptanceRequired", "false"),
            ("vpcEndpointPolicySupported", "true"),
        ] {
            assert_eq!(s3.get(name), value, "{name}");
        }
        assert_eq!(s3.all("serviceName"), ["com.amazonaws.us-east-1.s3"]);
        let gateways = bench.ok(action, "Filter.1.Name=service-type&Filter.1.Value.1=Gateway").all("serviceName");
        assert_eq!(gateways, ["com.amazonaws.us-east-1.dynamodb", "com.amazonaws.us-east-1.s3"], "GWE-1");
        let absent = bench.call(action, "ServiceName.1=com.amazonaws.us-east-1.sqs").unwrap_err();
        let expected = "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-east-1.sqs' does not exist";
        assert_eq!(absent.to_string(), expected, "IFE-16");
        assert_eq!(bench.refused(action, "ServiceRegion.1=eu-west-1"), "UnsupportedOperation");
    }

    #[test]
    fn pages_go_through_everything_once() {
        let mut bench = Bench::new();
        let first = bench.ok("DescribeVpcEndpointServices", "MaxResults=5");
        let rest =
            bench.ok("DescribeVpcEndpointServices", &format!("MaxResults=5&NextToken={}", first.get("nextToken")));
        assert_eq!((first.all("serviceId").len(), rest.all("serviceId").len()), (5, 1));
    }
}
