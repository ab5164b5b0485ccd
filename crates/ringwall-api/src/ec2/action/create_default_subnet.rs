//! `CreateDefaultSubnet`: makes the default subnet of a zone again after it was deleted (VPC-24).

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::operation::region::{ZoneRef, find_zone, parse_zone};
use crate::ec2::operation::{default_vpc, vpc};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::subnet::SubnetShape;
use crate::ec2::shape::value::refuse_switch;
use crate::error::ApiError;

/// The action.
pub struct CreateDefaultSubnet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    ipv6_native: Option<bool>,
}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    subnet: SubnetShape,
}

impl Action for CreateDefaultSubnet {
    const NAME: &'static str = "CreateDefaultSubnet";

    type Input = Input;
    type Request = ZoneRef;
    type Output = Output;

    fn parse(input: Input) -> Result<ZoneRef, ApiError> {
        refuse_switch("Ipv6Native", input.ipv6_native)?;
        parse_zone(input.availability_zone, input.availability_zone_id)?
            .ok_or_else(|| crate::action::missing_parameter("AvailabilityZone"))
    }

    fn apply(zone: ZoneRef, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let zone = find_zone(call.region, &zone)?;
        let region = call.state();
        let vpc = vpc::default_vpc(&region).ok_or_else(|| {
            Code::DefaultVpcDoesNotExist.with("No default VPC exists for this account in this region.")
        })?;
        if region.subnets.iter().any(|subnet| subnet.default_for_zone && subnet.zone == zone.name) {
            let message = format!("There is a default subnet in {} already", zone.name);
            return Err(Code::DefaultSubnetAlreadyExistsInAvailabilityZone.with(message));
        }
        let subnet = default_vpc::create_subnet(call, &vpc, &zone.name)?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(Output { subnet: SubnetShape::new(&subnet, owner, &call.state()) })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_zone_has_one_default_subnet() {
        let mut bench = Bench::new();
        let taken = bench.refused("CreateDefaultSubnet", "AvailabilityZone=us-east-1b");
        assert_eq!(taken, "DefaultSubnetAlreadyExistsInAvailabilityZone");
        let filter = "Filter.1.Name=availability-zone&Filter.1.Value.1=us-east-1b";
        let old = bench.ok("DescribeSubnets", filter).get("subnetId");
        bench.ok("DeleteSubnet", &format!("SubnetId={old}"));
        let made = bench.ok("CreateDefaultSubnet", "AvailabilityZoneId=use1-az2");
        assert_eq!(made.get("cidrBlock"), "172.31.16.0/20", "VPC-24: the block that became free");
        assert_eq!((made.get("defaultForAz"), made.get("mapPublicIpOnLaunch")), ("true".into(), "true".into()));
        assert_eq!(made.get("availabilityZone"), "us-east-1b");
    }

    #[test]
    fn the_zone_is_named_once_and_known() {
        let mut bench = Bench::new();
        let mut refused = |parameters: &str| bench.refused("CreateDefaultSubnet", parameters);
        assert_eq!(refused(""), "MissingParameter");
        assert_eq!(refused("AvailabilityZone=us-east-1z"), "InvalidParameterValue");
        assert_eq!(refused("AvailabilityZoneId=euw1-az1"), "InvalidParameterValue");
        let both = "AvailabilityZone=us-east-1a&AvailabilityZoneId=use1-az1";
        assert_eq!(refused(both), "InvalidParameterCombination");
        assert_eq!(refused("AvailabilityZone=us-east-1a&Ipv6Native=true"), "UnsupportedOperation");
    }

    #[test]
    fn there_has_to_be_a_default_vpc() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        for subnet in bench.ok("DescribeSubnets", "").all("subnetId") {
            bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        }
        let gateway = bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        bench.ok("DetachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        bench.ok("DeleteVpc", &format!("VpcId={vpc}"));
        let refused = bench.refused("CreateDefaultSubnet", "AvailabilityZone=us-east-1a");
        assert_eq!(refused, "DefaultVpcDoesNotExist");
    }
}
