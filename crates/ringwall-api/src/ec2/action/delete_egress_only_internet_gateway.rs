//! `DeleteEgressOnlyInternetGateway`: routes that lead to it become blackholes (RT-26).

use ringwall_model::id::EgressOnlyInternetGatewayId;
use ringwall_model::resource::EgressOnlyInternetGateway;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::error::ApiError;

/// The action.
pub struct DeleteEgressOnlyInternetGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    egress_only_internet_gateway_id: String,
}

/// Its answer, which has a name of its own for what others call `return`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    return_code: bool,
}

impl Action for DeleteEgressOnlyInternetGateway {
    const NAME: &'static str = "DeleteEgressOnlyInternetGateway";

    type Input = Input;
    type Request = EgressOnlyInternetGatewayId;
    type Output = Output;

    fn parse(input: Input) -> Result<EgressOnlyInternetGatewayId, ApiError> {
        parse(&input.egress_only_internet_gateway_id)
    }

    fn apply(id: EgressOnlyInternetGatewayId, call: &mut Call<'_>) -> Result<Output, ApiError> {
        find::<EgressOnlyInternetGateway>(&call.state(), &id)?;
        call.delete::<EgressOnlyInternetGateway>(&id);
        Ok(Output { return_code: true })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_gateway_that_routes_name_leaves_blackholes() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let made = bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}"));
        let gateway = format!("EgressOnlyInternetGatewayId={}", made.get("egressOnlyInternetGatewayId"));
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        bench.ok("CreateRoute", &format!("RouteTableId={table}&DestinationIpv6CidrBlock=::/0&{gateway}"));
        assert_eq!(bench.ok("DeleteEgressOnlyInternetGateway", &gateway).get("returnCode"), "true");
        assert_eq!(bench.ok("DescribeRouteTables", "").all("state").last().unwrap(), "associated");
        let routes = bench.ok("DescribeRouteTables", "Filter.1.Name=route.state&Filter.1.Value.1=blackhole");
        assert_eq!(routes.get("destinationIpv6CidrBlock"), "::/0", "RT-26");
        let again = bench.refused("DeleteEgressOnlyInternetGateway", &gateway);
        assert_eq!(again, "InvalidGatewayID.NotFound");
    }
}
