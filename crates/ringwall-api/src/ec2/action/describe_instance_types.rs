//! `DescribeInstanceTypes`: which types there are, and what they hold (ENI-13).

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::error::Code;
use crate::ec2::operation::instance_type::{InstanceType, TYPES};
use crate::ec2::shape::instance_type::InstanceTypeShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeInstanceTypes;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceType")]
    names: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    types: Vec<InstanceType>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_type_set: Vec<InstanceTypeShape>,
    next_token: Option<String>,
}

impl Action for DescribeInstanceTypes {
    const NAME: &'static str = "DescribeInstanceTypes";
    const UNBUILT: &'static [&'static str] = &["IncludeUnsupportedInRegion"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.names, "instanceTypes", &paging)?;
        let is_known = |name: &&String| TYPES.iter().any(|kind| kind.name == **name);
        let unknown: Vec<String> = input.names.iter().filter(|name| !is_known(name)).cloned().collect();
        if !unknown.is_empty() {
            let list = unknown.join(", ");
            let message = format!("The following supplied instance types do not exist: [{list}]");
            return Err(Code::InvalidInstanceType.with(message));
        }
        let is_asked =
            |kind: &&InstanceType| input.names.is_empty() || input.names.iter().any(|name| name == kind.name);
        Ok(Request { types: TYPES.iter().filter(is_asked).copied().collect(), filters: input.filters, paging })
    }

    fn apply(request: Request, _: &mut Call<'_>) -> Result<Output, ApiError> {
        let selected = select::<_, InstanceType>(request.types, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 100), |kind| kind.name.to_owned())?;
        let shapes = page.items.iter().map(InstanceTypeShape::from);
        Ok(Output { instance_type_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::operation::instance_type::TYPES;

    #[test]
    fn a_type_tells_its_sizes_and_limits() {
        let mut bench = Bench::new();
        let answer = bench.ok("DescribeInstanceTypes", "InstanceType.1=m5.large");
        for (name, value) in [
            ("instanceType", "m5.large"),
            ("defaultVCpus", "2"),
            ("defaultCores", "1"),
            ("sizeInMiB", "8192"),
            ("maximumNetworkInterfaces", "3"),
            ("ipv4AddressesPerInterface", "10"),
            ("ipv6AddressesPerInterface", "10"),
            ("defaultTcpEstablishedTimeout", "432000"),
            ("burstablePerformanceSupported", "false"),
            ("hypervisor", "nitro"),
            ("ebsOptimizedSupport", "unsupported"),
        ] {
            assert_eq!(answer.get(name), value, "{name}");
        }
        assert_eq!(answer.all("instanceType").len(), 1);
        // Terraform takes a type without these for none.
        assert!(
            answer.has("<ebsInfo>") && answer.has("<placementGroupInfo><supportedStrategies/></placementGroupInfo>")
        );
    }

    #[test]
    fn types_are_selected_and_paged() {
        let mut bench = Bench::new();
        let mut types = |parameters: &str| bench.ok("DescribeInstanceTypes", parameters).all("instanceType");
        assert_eq!(types("").len(), TYPES.len());
        assert_eq!(types("Filter.1.Name=current-generation&Filter.1.Value.1=false"), ["m1.small"]);
        assert_eq!(types("Filter.1.Name=instance-type&Filter.1.Value.1=t3.m*"), ["t3.medium", "t3.micro"]);
        let large = "Filter.1.Name=network-info.maximum-network-interfaces&Filter.1.Value.1=8&Filter.2.Name=vcpu-info.default-vcpus&Filter.2.Value.1=16";
        assert_eq!(types(large), ["m5.4xlarge"]);
        assert_eq!(types("Filter.1.Name=network-info.ipv6-supported&Filter.1.Value.1=false"), ["m1.small"]);
        assert_eq!(types("Filter.1.Name=ebs-info.nvme-support&Filter.1.Value.1=required").len(), 0);
        assert_eq!(types("MaxResults=5").len(), 5);
        let mut refused = |parameters: &str| bench.refused("DescribeInstanceTypes", parameters);
        assert_eq!(refused("InstanceType.1=t3.huge"), "InvalidInstanceType");
        assert_eq!(refused("InstanceType.1=t3.nano&MaxResults=5"), "InvalidParameterCombination");
        assert_eq!(refused("Filter.1.Name=colour&Filter.1.Value.1=red"), "InvalidParameterValue");
        assert_eq!(refused("MaxResults=101"), "InvalidParameterValue");
    }
}
