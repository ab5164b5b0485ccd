//! `DisassociateNatGatewayAddress`: takes secondary Elastic IP addresses from a public NAT gateway, once the connections by
//! them have ended or had their time (NAT-21). They stay allocated.

use ringwall_model::id::{AddressAssociationId, NatGatewayId};
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::nat_gateway_address::{disassociate, parse_drain};
use crate::ec2::shape::nat_gateway::NatAddressesAnswer;
use crate::error::ApiError;

/// The action.
pub struct DisassociateNatGatewayAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    nat_gateway_id: String,
    #[serde(default, rename = "AssociationId")]
    association_ids: Vec<String>,
    max_drain_duration_seconds: Option<i64>,
}

/// What is asked.
pub struct Request {
    gateway: NatGatewayId,
    associations: Vec<AddressAssociationId>,
    seconds: i64,
}

impl Action for DisassociateNatGatewayAddress {
    const NAME: &'static str = "DisassociateNatGatewayAddress";

    type Input = Input;
    type Request = Request;
    type Output = NatAddressesAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.association_ids.is_empty() {
            return Err(missing_parameter("AssociationId"));
        }
        let seconds = parse_drain(input.max_drain_duration_seconds)?;
        let associations = parse_all(&input.association_ids)?;
        Ok(Request { gateway: parse(&input.nat_gateway_id)?, associations, seconds })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<NatAddressesAnswer, ApiError> {
        let changed = disassociate(call, request.gateway, &request.associations, request.seconds)?;
        Ok(NatAddressesAnswer::new(&changed))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::{Answer, Bench};
    use crate::ec2::operation::nat_gateway::{is_due, pass_time};
    use crate::ec2::operation::nat_gateway_address::finish_draining;
    use crate::ec2::scene::{region, subnet};

    struct Place {
        bench: Bench,
        gateway: String,
        spare: String,
    }

    fn build() -> Place {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let [one, spare] = [0; 2].map(|_| bench.ok("AllocateAddress", "").get("allocationId"));
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&AllocationId={one}"));
        Place { gateway: made.get("natGatewayId"), bench, spare }
    }

    impl Place {
        fn associate(&mut self, parameters: &str) -> Answer {
            let parameters = format!("NatGatewayId={}&AllocationId.1={}{parameters}", self.gateway, self.spare);
            self.bench.ok("AssociateNatGatewayAddress", &parameters)
        }

        fn statuses(&mut self) -> Vec<String> {
            self.bench.ok("DescribeNatGateways", "").all("status")
        }
    }

    #[test]
    fn an_address_drains_until_its_time_is_over() {
        let mut place = build();
        let added = place.associate("&PrivateIpAddress.1=172.31.0.50");
        let told = (added.all("status"), added.all("privateIp"), added.get("allocationId"));
        assert_eq!(told, (vec!["associating".to_owned()], vec!["172.31.0.50".to_owned()], place.spare.clone()));
        assert_eq!(place.statuses(), ["succeeded", "succeeded"]);
        let one = format!("NatGatewayId={}&AssociationId.1={}", place.gateway, added.get("associationId"));
        let parameters = format!("{one}&MaxDrainDurationSeconds=100");
        let leaving = place.bench.ok("DisassociateNatGatewayAddress", &parameters);
        assert_eq!(leaving.all("status"), ["disassociating"], "NAT-21");
        assert_eq!(place.statuses(), ["succeeded", "disassociating"]);
        place.bench.now += 50_000;
        place.bench.ok("DisassociateNatGatewayAddress", &one);
        assert!(!place.bench.work(pass_time), "not before its time");
        place.bench.now += 50_000;
        assert!(is_due(&region(&place.bench), place.bench.now) && place.bench.work(pass_time), "and no later");
        assert_eq!(place.statuses(), ["succeeded"]);
        let elastic = place.bench.ok("DescribeAddresses", &format!("AllocationId.1={}", place.spare));
        assert!(!elastic.has("associationId"), "{}", elastic.0);
        let private = place.bench.ok("DescribeNetworkInterfaces", "").all("privateIpAddress");
        assert!(!private.contains(&"172.31.0.50".to_owned()), "{private:?}");
        place.associate("");
        assert_eq!(place.statuses(), ["succeeded", "succeeded"]);
    }

    #[test]
    fn an_address_without_connections_goes_at_once() {
        let mut place = build();
        let added = place.associate("");
        let parameters = format!("NatGatewayId={}&AssociationId.1={}", place.gateway, added.get("associationId"));
        let gateway = place.gateway.parse().unwrap();
        assert!(!place.bench.work(|access, region, _| finish_draining(access, region, gateway, |_| true)));
        assert_eq!(place.statuses().len(), 2, "what does not drain stays");
        place.bench.ok("DisassociateNatGatewayAddress", &parameters);
        assert!(place.bench.work(|access, region, _| finish_draining(access, region, gateway, |_| true)));
        assert_eq!(place.statuses(), ["succeeded"]);
    }

    #[test]
    fn what_is_no_secondary_address_of_it_stays() {
        let mut place = build();
        let (gateway, spare) = (place.gateway.clone(), place.spare.clone());
        let primary = place.bench.ok("DescribeNatGateways", "").get("associationId");
        let mut refused = |action: &str, parameters: &str| {
            place.bench.refused(action, &format!("NatGatewayId={gateway}&{parameters}"))
        };
        let action = "DisassociateNatGatewayAddress";
        assert_eq!(refused(action, &format!("AssociationId.1={primary}")), "InvalidParameterValue");
        assert_eq!(refused(action, "AssociationId.1=eipassoc-00000000"), "InvalidAssociationID.NotFound");
        assert_eq!(refused(action, ""), "MissingParameter");
        let too_long = format!("AssociationId.1={primary}&MaxDrainDurationSeconds=4001");
        assert_eq!(refused(action, &too_long), "InvalidParameterValue", "NAT-21");
        assert_eq!(refused("AssignPrivateNatGatewayAddress", "PrivateIpAddressCount=1"), "InvalidParameterValue");
        let action = "AssociateNatGatewayAddress";
        let more = format!("AllocationId.1={spare}&PrivateIpAddress.1=172.31.0.7&PrivateIpAddress.2=172.31.0.8");
        assert_eq!(refused(action, &more), "InvalidParameterCombination");
        assert_eq!(refused(action, &format!("AllocationId.1={spare}&AllocationId.2={spare}")), "InvalidParameterValue");
        assert_eq!(refused(action, ""), "MissingParameter");
        assert_eq!(refused(action, &format!("AllocationId.1={spare}&AvailabilityZone=x")), "UnsupportedOperation");
        place.associate("");
        let again = place.bench.refused(action, &format!("NatGatewayId={gateway}&AllocationId.1={spare}"));
        assert_eq!(again, "Resource.AlreadyAssociated");
        place.bench.settings.quotas.elastic_ips_per_nat_gateway = 2;
        let third = place.bench.ok("AllocateAddress", "").get("allocationId");
        let third = place.bench.refused(action, &format!("NatGatewayId={gateway}&AllocationId.1={third}"));
        assert_eq!(third, "AddressLimitExceeded", "NAT-8");
    }

    #[test]
    fn the_gateway_alone_gives_its_addresses_away() {
        let mut place = build();
        let shown = place.bench.ok("DescribeAddresses", "");
        let (address, association) = (shown.get("allocationId"), shown.get("associationId"));
        let eni = place.bench.ok("DescribeNetworkInterfaces", "").get("networkInterfaceId");
        let own = crate::ec2::scene::interface(&mut place.bench, "");
        let spare = place.spare.clone();
        for (action, parameters) in [
            ("ReleaseAddress", format!("AllocationId={address}")),
            ("DisassociateAddress", format!("AssociationId={association}")),
            ("AssociateAddress", format!("AllocationId={address}&NetworkInterfaceId={own}")),
            ("AssociateAddress", format!("AllocationId={spare}&NetworkInterfaceId={eni}")),
            ("ModifyNetworkInterfaceAttribute", format!("NetworkInterfaceId={eni}&Description.Value=x")),
            ("ModifyNetworkInterfaceAttribute", format!("NetworkInterfaceId={eni}&SourceDestCheck.Value=true")),
            ("ResetNetworkInterfaceAttribute", format!("NetworkInterfaceId={eni}&SourceDestCheck=x")),
            ("AssignPrivateIpAddresses", format!("NetworkInterfaceId={eni}&SecondaryPrivateIpAddressCount=1")),
            ("UnassignPrivateIpAddresses", format!("NetworkInterfaceId={eni}&PrivateIpAddress.1=172.31.0.4")),
        ] {
            assert_eq!(place.bench.refused(action, &parameters), "AuthFailure", "ENI-11, EIP-14: {action}");
        }
        let groups = place.bench.ok("DescribeSecurityGroups", "").get("groupId");
        let groups = format!("NetworkInterfaceId={eni}&SecurityGroupId.1={groups}");
        let refused = place.bench.call("ModifyNetworkInterfaceAttribute", &groups).unwrap_err();
        assert_eq!((&*refused.code, refused.status), ("AuthFailure", 400), "NAT-13");
        let in_use = place.bench.refused("DeleteNetworkInterface", &format!("NetworkInterfaceId={eni}"));
        assert_eq!(in_use, "InvalidParameterValue", "ENI-9");
        let instance = crate::ec2::scene::instance(&mut place.bench, "");
        let attach = format!("NetworkInterfaceId={eni}&InstanceId={instance}&DeviceIndex=1");
        assert_eq!(place.bench.refused("AttachNetworkInterface", &attach), "InvalidNetworkInterface.InUse", "ENI-10");
        let attachment = eni.replacen("eni", "ela-attach", 1);
        let detach = place.bench.refused("DetachNetworkInterface", &format!("AttachmentId={attachment}"));
        assert_eq!(detach, "OperationNotPermitted", "ENI-11");
        place.associate("&PrivateIpAddress.1=172.31.0.60");
        let moved = format!("NetworkInterfaceId={own}&PrivateIpAddress.1=172.31.0.60&AllowReassignment=true");
        assert_eq!(place.bench.refused("AssignPrivateIpAddresses", &moved), "InvalidIPAddress.InUse", "ENI-12");
    }
}
