//! `DescribeAddressesAttribute`: the names that addresses resolve back to, of which none has one here.
//!
//! `ModifyAddressAttribute`, which would give an address a name, is not built; clients ask this after every allocation.

use ringwall_model::id::AllocationId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Paging, page, refuse_ids_with_paging};
use crate::ec2::error::invalid_value;
use crate::ec2::id::{find_all, parse_all};
use crate::error::ApiError;

/// The action.
pub struct DescribeAddressesAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "AllocationId")]
    allocation_ids: Vec<String>,
    attribute: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<AllocationId>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    address_set: Vec<AddressAttributeShape>,
    next_token: Option<String>,
}

/// An address without a name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressAttributeShape {
    public_ip: String,
    allocation_id: String,
}

impl Action for DescribeAddressesAttribute {
    const NAME: &'static str = "DescribeAddressesAttribute";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if let Some(other) = input.attribute.filter(|attribute| attribute != "domain-name") {
            return Err(invalid_value("attribute", other, "Expected domain-name."));
        }
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.allocation_ids, "allocationIds", &paging)?;
        Ok(Request { ids: parse_all(&input.allocation_ids)?, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.addresses.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let page = page(all, &request.paging, (1, 1000), |address| address.id.to_string())?;
        let shapes = page.items.iter().map(|address| AddressAttributeShape {
            public_ip: address.public.to_string(),
            allocation_id: address.id.to_string(),
        });
        Ok(Output { address_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn no_address_has_a_name() {
        let mut bench = Bench::new();
        let mut allocate = || bench.ok("AllocateAddress", "").get("allocationId");
        let (one, other) = (allocate(), allocate());
        let told = bench.ok("DescribeAddressesAttribute", &format!("AllocationId.1={one}&Attribute=domain-name"));
        assert_eq!((told.all("allocationId"), told.get("publicIp")), (vec![one.clone()], "198.51.100.1".to_owned()));
        assert!(!told.has("ptrRecord"), "{}", told.0);
        let first = bench.ok("DescribeAddressesAttribute", "Attribute=domain-name&MaxResults=1");
        let next = format!("Attribute=domain-name&MaxResults=1&NextToken={}", first.get("nextToken"));
        assert_eq!(bench.ok("DescribeAddressesAttribute", &next).all("allocationId"), [other]);
        let mut refused = |parameters: &str| bench.refused("DescribeAddressesAttribute", parameters);
        assert_eq!(refused("AllocationId.1=eipalloc-00000000"), "InvalidAllocationID.NotFound");
        assert_eq!(refused("Attribute=name"), "InvalidParameterValue");
        assert_eq!(refused(&format!("AllocationId.1={one}&MaxResults=1")), "InvalidParameterCombination", "API-26");
    }
}
