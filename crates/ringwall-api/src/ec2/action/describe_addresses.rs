//! `DescribeAddresses` (EIP-17): all at once, since AWS has no pages here.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::AllocationId;
use ringwall_model::resource::Address;
use ringwall_store::Region;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, select};
use crate::ec2::error::Code;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::address::AddressShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct DescribeAddresses;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "AllocationId")]
    allocation_ids: Vec<String>,
    #[serde(default, rename = "PublicIp")]
    public_ips: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
}

/// What is asked.
pub struct Request {
    ids: Vec<AllocationId>,
    addresses: Vec<Ipv4Addr>,
    filters: Vec<Filter>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    addresses_set: Vec<AddressShape>,
}

impl Action for DescribeAddresses {
    const NAME: &'static str = "DescribeAddresses";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let addresses: Result<Vec<_>, _> = input.public_ips.iter().map(|text| ipv4_address("publicIp", text)).collect();
        Ok(Request { ids: parse_all(&input.allocation_ids)?, addresses: addresses?, filters: input.filters })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let named = named(&region, &request)?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(named, &request.filters, &(owner, &*region))?;
        let shapes = selected.iter().map(|address| AddressShape::new(address, owner, &region));
        Ok(Output { addresses_set: shapes.collect() })
    }
}

/// The addresses that are named in either way, or all if none is; fails wholly if one is absent (API-22).
fn named(region: &Region, request: &Request) -> Result<Vec<Arc<Address>>, ApiError> {
    if request.ids.is_empty() && request.addresses.is_empty() {
        return Ok(region.addresses.iter().cloned().collect());
    }
    let mut ids = request.ids.clone();
    for wanted in &request.addresses {
        let known = region.addresses.iter().find(|address| address.public == *wanted);
        let absent = || Code::InvalidAddressNotFound.with(format!("Address '{wanted}' not found."));
        ids.push(known.ok_or_else(absent)?.id);
    }
    find_all(region, &ids)
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let (instance, interfaces) = fixture::instance(&mut bench, &subnet, 1);
        let tags = "TagSpecification.1.ResourceType=elastic-ip&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let address = bench.ok("AllocateAddress", tags).get("allocationId");
        let spare = bench.ok("AllocateAddress", "").get("allocationId");
        let associated = bench.ok("AssociateAddress", &format!("AllocationId={address}&InstanceId={instance}"));
        let (association, instance, interface) =
            (associated.get("associationId"), instance.to_string(), interfaces[0].to_string());
        for (name, value) in [
            ("allocation-id", &*address),
            ("association-id", &association),
            ("instance-id", &instance),
            ("network-interface-id", &interface),
            ("network-interface-owner-id", "000000000000"),
            ("private-ip-address", "172.31.0.4"),
            ("public-ip", "198.51.100.1"),
            ("tag:k", "v"),
        ] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            let told = bench.ok("DescribeAddresses", &filter).all("allocationId");
            assert_eq!(told, std::slice::from_ref(&address), "{name}");
        }
        for (name, value) in [("domain", "vpc"), ("network-border-group", "us-east-1")] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            let told = bench.ok("DescribeAddresses", &filter).all("allocationId");
            assert_eq!(told, [address.clone(), spare.clone()], "{name}");
        }
        let unknown = bench.refused("DescribeAddresses", "Filter.1.Name=ip&Filter.1.Value.1=x");
        assert_eq!(unknown, "InvalidParameterValue", "API-24");
    }

    #[test]
    fn addresses_are_named_by_id_or_by_themselves() {
        let mut bench = Bench::new();
        assert!(bench.ok("DescribeAddresses", "").has("<addressesSet/>"));
        let mut allocate = || bench.ok("AllocateAddress", "").get("allocationId");
        let (one, other, _) = (allocate(), allocate(), allocate());
        let told = bench.ok("DescribeAddresses", &format!("AllocationId.1={one}&PublicIp.1=198.51.100.2"));
        assert_eq!(told.all("allocationId"), [one.clone(), other]);
        for (name, value) in [("domain", "vpc"), ("publicIpv4Pool", "amazon"), ("networkBorderGroup", "us-east-1")] {
            assert_eq!(told.get(name), value, "EIP-17");
        }
        let mut refused = |parameters: &str| bench.refused("DescribeAddresses", parameters);
        let mixed = format!("AllocationId.1={one}&AllocationId.2=eipalloc-00000000");
        assert_eq!(refused(&mixed), "InvalidAllocationID.NotFound", "API-22");
        assert_eq!(refused("PublicIp.1=198.51.100.9"), "InvalidAddress.NotFound");
        assert_eq!(refused("PublicIp.1=x"), "InvalidParameterValue");
        assert_eq!(refused("MaxResults=5"), "UnknownParameter");
    }
}
