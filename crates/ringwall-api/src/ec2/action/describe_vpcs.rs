//! `DescribeVpcs` (VPC-19).

use ringwall_model::id::VpcId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::vpc::{VpcContext, VpcShape};
use crate::error::ApiError;

/// The action.
pub struct DescribeVpcs;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "VpcId")]
    vpc_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<VpcId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    vpc_set: Vec<VpcShape>,
    next_token: Option<String>,
}

impl Action for DescribeVpcs {
    const NAME: &'static str = "DescribeVpcs";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.vpc_ids, "vpcIds", &paging)?;
        Ok(Request { ids: parse_all(&input.vpc_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = if request.ids.is_empty() {
            region.vpcs.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        let account = &call.settings.account;
        let dhcp_options = region.regions.get(call.region).map(|record| record.dhcp_options.to_string());
        let context = VpcContext { account, dhcp_options: dhcp_options.unwrap_or_default() };
        let selected = select(all, &request.filters, &context)?;
        let page = page(selected, &request.paging, (5, 1000), |vpc| vpc.id.to_string())?;
        let shape = |vpc: &_| VpcShape::new(vpc, "available", account, call.region, &region);
        Ok(Output { vpc_set: page.items.iter().map(|vpc| shape(vpc)).collect(), next_token: page.next_token })
    }
}
