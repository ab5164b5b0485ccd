//! `DeleteInternetGateway`: refused while it is attached (IGW-12). Routes that lead to it become blackholes (RT-26).

use ringwall_model::id::InternetGatewayId;
use ringwall_model::resource::InternetGateway;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::has_dependencies;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteInternetGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    internet_gateway_id: String,
}

impl Action for DeleteInternetGateway {
    const NAME: &'static str = "DeleteInternetGateway";

    type Input = Input;
    type Request = InternetGatewayId;
    type Output = Done;

    fn parse(input: Input) -> Result<InternetGatewayId, ApiError> {
        parse(&input.internet_gateway_id)
    }

    fn apply(id: InternetGatewayId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let gateway = find::<InternetGateway>(&call.state(), &id)?;
        if gateway.vpc.is_some() {
            return Err(has_dependencies("internetGateway", id));
        }
        call.delete::<InternetGateway>(&id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn an_attached_gateway_stays_and_a_detached_one_leaves_blackholes() {
        let mut bench = Bench::new();
        let told = bench.ok("DescribeInternetGateways", "");
        let (gateway, vpc) = (told.get("internetGatewayId"), told.get("vpcId"));
        let parameters = format!("InternetGatewayId={gateway}");
        assert_eq!(bench.refused("DeleteInternetGateway", &parameters), "DependencyViolation", "IGW-12");
        bench.ok("DetachInternetGateway", &format!("{parameters}&VpcId={vpc}"));
        bench.ok("DeleteInternetGateway", &parameters);
        let routes = bench.ok("DescribeRouteTables", "");
        assert!(
            routes.has(&format!("<gatewayId>{gateway}</gatewayId><state>blackhole</state>")),
            "RT-26: {}",
            routes.0
        );
        let again = bench.refused("DeleteInternetGateway", &parameters);
        assert_eq!(again, "InvalidInternetGatewayID.NotFound", "IGW-13");
    }
}
