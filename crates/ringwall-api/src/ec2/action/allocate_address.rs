//! `AllocateAddress`: an Elastic IP address of the configured pool (EIP-6, EIP-7).

use std::net::Ipv4Addr;

use ringwall_model::resource::{Address, Tags};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::operation::block;
use crate::ec2::shape::address::POOL;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::{check_border_group, ipv4_address};
use crate::error::ApiError;

/// The action.
pub struct AllocateAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    domain: Option<String>,
    address: Option<String>,
    network_border_group: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    address: Option<Ipv4Addr>,
    border_group: Option<String>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    public_ip: String,
    allocation_id: String,
    domain: &'static str,
    public_ipv4_pool: &'static str,
    network_border_group: String,
}

impl Action for AllocateAddress {
    const NAME: &'static str = "AllocateAddress";
    const UNBUILT: &'static [&'static str] = &["PublicIpv4Pool", "CustomerOwnedIpv4Pool", "IpamPoolId"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if let Some(domain) = input.domain.filter(|domain| domain != "vpc") {
            return Err(invalid_value("domain", domain, "Expected vpc."));
        }
        Ok(Request {
            address: input.address.as_deref().map(|text| ipv4_address("address", text)).transpose()?,
            border_group: input.network_border_group,
            tags: tag::parse(&input.tag_specifications, "elastic-ip")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_border_group(request.border_group.as_deref(), call.region, "networkBorderGroup")?;
        if call.state().addresses.len() >= call.settings.quotas.elastic_ips as usize {
            return Err(Code::AddressLimitExceeded.with("The maximum number of addresses has been reached."));
        }
        let public = match request.address {
            None => block::new_public_address(call)?,
            Some(wanted) if block::is_free_public_address(call, wanted) => wanted,
            Some(wanted) => {
                let message = format!("The address '{wanted}' does not exist or is unavailable.");
                return Err(Code::InvalidAddressNotFound.with(message));
            }
        };
        let address = Address { id: call.new_id(), public, association: None, tags: request.tags };
        let output = Output {
            public_ip: public.to_string(),
            allocation_id: address.id.to_string(),
            domain: "vpc",
            public_ipv4_pool: POOL,
            network_border_group: call.region.to_owned(),
        };
        call.put(address);
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::NetworkInterface;

    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn an_address_is_of_the_pool() {
        let mut bench = Bench::new();
        let tags = "TagSpecification.1.ResourceType=elastic-ip&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let answer = bench.ok("AllocateAddress", &format!("Domain=vpc&NetworkBorderGroup=us-east-1&{tags}"));
        for (name, value) in [
            ("publicIp", "198.51.100.1"),
            ("domain", "vpc"),
            ("publicIpv4Pool", "amazon"),
            ("networkBorderGroup", "us-east-1"),
        ] {
            assert_eq!(answer.get(name), value, "EIP-7 {name}");
        }
        assert!(answer.get("allocationId").starts_with("eipalloc-"));
        assert_eq!(bench.ok("AllocateAddress", "").get("publicIp"), "198.51.100.2");
        assert_eq!(bench.ok("DescribeAddresses", "").get("key"), "k");
    }

    #[test]
    fn a_released_address_can_be_had_again() {
        let mut bench = Bench::new();
        let first = bench.ok("AllocateAddress", "").get("allocationId");
        assert_eq!(bench.refused("AllocateAddress", "Address=198.51.100.1"), "InvalidAddress.NotFound");
        bench.ok("ReleaseAddress", &format!("AllocationId={first}"));
        assert_eq!(bench.ok("AllocateAddress", "Address=198.51.100.1").get("publicIp"), "198.51.100.1");
        assert_eq!(bench.ok("AllocateAddress", "Address=198.51.100.77").get("publicIp"), "198.51.100.77");
        for address in ["198.51.100.0", "198.51.100.255", "203.0.113.1"] {
            let refused = bench.refused("AllocateAddress", &format!("Address={address}"));
            assert_eq!(refused, "InvalidAddress.NotFound", "{address}");
        }
        assert_eq!(bench.refused("AllocateAddress", "Address=x"), "InvalidParameterValue");
    }

    #[test]
    fn an_automatic_address_is_not_given_out_twice() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let interface = fixture::interface(&mut bench, &subnet);
        let taken = Some("198.51.100.1".parse().unwrap());
        fixture::change::<NetworkInterface>(&mut bench, interface, |record| record.auto_public = taken);
        assert_eq!(bench.ok("AllocateAddress", "").get("publicIp"), "198.51.100.2");
        assert_eq!(bench.refused("AllocateAddress", "Address=198.51.100.1"), "InvalidAddress.NotFound");
    }

    #[test]
    fn there_are_no_more_than_the_quota_and_the_pool() {
        let mut bench = Bench::new();
        for _ in 0..5 {
            bench.ok("AllocateAddress", "");
        }
        assert_eq!(bench.refused("AllocateAddress", ""), "AddressLimitExceeded", "EIP-6");
        bench.settings.quotas.elastic_ips = 100;
        bench.settings.public_ipv4 = vec!["198.51.100.0/29".parse().unwrap()];
        bench.ok("AllocateAddress", "");
        assert_eq!(bench.refused("AllocateAddress", ""), "AddressLimitExceeded");
    }

    #[test]
    fn what_is_not_built_is_refused() {
        let mut bench = Bench::new();
        for parameters in ["PublicIpv4Pool=x", "CustomerOwnedIpv4Pool=x", "IpamPoolId=x"] {
            assert_eq!(bench.refused("AllocateAddress", parameters), "UnsupportedOperation", "{parameters}");
        }
        assert_eq!(bench.refused("AllocateAddress", "Domain=standard"), "InvalidParameterValue");
        assert_eq!(bench.refused("AllocateAddress", "NetworkBorderGroup=eu-west-1"), "InvalidParameterValue");
    }
}
