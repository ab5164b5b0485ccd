//! `DeleteSubnet`: refused while an interface is inside (VPC-17). Its associations go with it.

use ringwall_model::id::SubnetId;
use ringwall_model::resource::Subnet;
use ringwall_model::resource::flow_log::Scope;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::has_dependencies;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::flow_log;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteSubnet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    subnet_id: String,
}

impl Action for DeleteSubnet {
    const NAME: &'static str = "DeleteSubnet";

    type Input = Input;
    type Request = SubnetId;
    type Output = Done;

    fn parse(input: Input) -> Result<SubnetId, ApiError> {
        parse(&input.subnet_id)
    }

    fn apply(id: SubnetId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        find::<Subnet>(&region, &id)?;
        if region.network_interfaces.iter().any(|interface| interface.subnet == id) {
            return Err(has_dependencies("subnet", id));
        }
        flow_log::forget(call.transaction, call.region, Scope::Subnet(id));
        call.delete::<Subnet>(&id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn a_subnet_goes_with_its_associations() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        bench.ok("AssociateRouteTable", &format!("RouteTableId={table}&SubnetId={subnet}"));
        assert_eq!(bench.ok("DeleteSubnet", &format!("SubnetId={subnet}")).get("return"), "true");
        assert_eq!(bench.refused("DeleteSubnet", &format!("SubnetId={subnet}")), "InvalidSubnetID.NotFound", "API-33");
        let described = bench.ok("DescribeRouteTables", &format!("RouteTableId.1={table}"));
        assert!(!described.has("rtbassoc-"), "{}", described.0);
        bench.ok("DeleteRouteTable", &format!("RouteTableId={table}"));
        bench.ok("DeleteVpc", &format!("VpcId={vpc}"));
    }

    #[test]
    fn a_subnet_with_an_interface_stays() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").all("subnetId").remove(0);
        let interface = fixture::interface(&mut bench, &subnet);
        let refused = bench.refused("DeleteSubnet", &format!("SubnetId={subnet}"));
        assert_eq!(refused, "DependencyViolation", "VPC-17");
        fixture::delete::<ringwall_model::resource::NetworkInterface>(&mut bench, interface);
        bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        assert_eq!(bench.refused("DeleteSubnet", "SubnetId=vpc-00000000"), "InvalidSubnetID.Malformed");
    }
}
