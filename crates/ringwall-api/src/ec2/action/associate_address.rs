//! `AssociateAddress`: has an Elastic IP address stand for a private one (EIP-8 to EIP-11, EIP-15).

use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{AllocationId, InstanceId, NetworkInterfaceId};
use ringwall_model::resource::{Address, NetworkInterface};
use ringwall_store::Region;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, combination, invalid_value, not_permitted};
use crate::ec2::id::{find, parse, parse_option};
use crate::ec2::operation::address::{address_of, associate};
use crate::ec2::operation::network_interface::{find_own, is_requesters};
use crate::ec2::operation::route::only_interface;
use crate::ec2::shape::value::{exactly_one, ipv4_address};
use crate::error::ApiError;

/// The action.
pub struct AssociateAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    allocation_id: Option<String>,
    public_ip: Option<String>,
    instance_id: Option<String>,
    network_interface_id: Option<String>,
    private_ip_address: Option<String>,
    allow_reassociation: Option<bool>,
}

/// Whose private address is meant.
#[derive(Clone, Copy, Debug)]
pub enum Holder {
    /// that of an instance's only interface
    Instance(InstanceId),
    /// that of an interface
    NetworkInterface(NetworkInterfaceId),
}

/// What is asked.
pub struct Request {
    address: AllocationId,
    holder: Holder,
    private: Option<Ipv4Addr>,
    may_move: bool,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    r#return: bool,
    association_id: String,
}

impl Action for AssociateAddress {
    const NAME: &'static str = "AssociateAddress";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let address = match (input.allocation_id, input.public_ip) {
            (Some(id), None) => parse(&id)?,
            (Some(_), Some(_)) => {
                return Err(combination("You may specify public IP or allocation id, but not both in the same call"));
            }
            (None, Some(_)) => {
                return Err(combination("You must specify an allocation id when mapping an address to a VPC instance"));
            }
            (None, None) => return Err(missing_parameter("AllocationId")),
        };
        let given = vec![
            parse_option(input.instance_id.as_deref())?.map(Holder::Instance),
            parse_option(input.network_interface_id.as_deref())?.map(Holder::NetworkInterface),
        ];
        let private = input.private_ip_address.as_deref().map(|text| ipv4_address("privateIpAddress", text));
        Ok(Request {
            address,
            holder: exactly_one(given, "InstanceId and NetworkInterfaceId")?,
            private: private.transpose()?,
            may_move: input.allow_reassociation.unwrap_or(true),
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let address = find::<Address>(&region, &request.address)?;
        let interface = match request.holder {
            Holder::Instance(id) => only_interface(&region, id)?,
            Holder::NetworkInterface(id) => find_own(&region, id)?,
        };
        if address.association.is_some_and(|association| is_requesters(&region, association.interface)) {
            return Err(not_permitted());
        }
        let private = private_address(&interface, request.private)?;
        if !region.internet_gateways.iter().any(|gateway| gateway.vpc == Some(interface.vpc)) {
            let message = format!("Network {} is not attached to any internet gateway", interface.vpc);
            return Err(Code::GatewayNotAttached.with(message));
        }
        let known = address.association.filter(|own| (own.interface, own.private) == (interface.id, private));
        let id = match known {
            Some(association) => association.id,
            None => {
                if !request.may_move {
                    refuse_move(&region, &address, &interface, private)?;
                }
                associate(call, &address, &interface, private)
            }
        };
        Ok(Output { r#return: true, association_id: id.to_string() })
    }
}

/// The private address that is meant: the primary one unless another is named (EIP-8).
fn private_address(interface: &NetworkInterface, wanted: Option<Ipv4Addr>) -> Result<Ipv4Addr, ApiError> {
    match (wanted, interface.ipv4.first()) {
        (None, Some(primary)) => Ok(*primary),
        (Some(wanted), _) if interface.ipv4.contains(&wanted) => Ok(wanted),
        (wanted, _) => {
            let text = wanted.map(|address| address.to_string()).unwrap_or_default();
            Err(invalid_value("privateIpAddress", text, format!("It is no address of {}.", interface.id)))
        }
    }
}

/// Without leave to move anything, neither the Elastic IP address nor the private one may be associated already (EIP-10).
fn refuse_move(
    region: &Region,
    address: &Address,
    interface: &NetworkInterface,
    private: Ipv4Addr,
) -> Result<(), ApiError> {
    let holder = address_of(region, interface.id, private);
    let of_holder = holder.as_ref().and_then(|other: &Arc<Address>| Some((other.id, other.association?)));
    let own = address.association.map(|association| (address.id, association));
    match own.or(of_holder) {
        None => Ok(()),
        Some((id, association)) => {
            let message = format!("resource {id} is already associated with associate-id {}", association.id);
            Err(Code::ResourceAlreadyAssociated.with(message))
        }
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::id::{InstanceId, NetworkInterfaceId};
    use ringwall_model::resource::{Instance, NetworkInterface};

    use crate::bench::Bench;
    use crate::ec2::fixture;

    struct Place {
        bench: Bench,
        subnet: String,
        address: String,
        instance: InstanceId,
        interface: NetworkInterfaceId,
    }

    fn build() -> Place {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let (instance, interfaces) = fixture::instance(&mut bench, &subnet, 1);
        Place { bench, subnet, address, instance, interface: interfaces[0] }
    }

    impl Place {
        fn associate(&mut self, parameters: &str) -> Result<String, String> {
            let answer = self.bench.call("AssociateAddress", parameters);
            answer.map(|answer| answer.get("associationId")).map_err(|error| error.code.into_owned())
        }

        fn told(&mut self) -> crate::bench::Answer {
            self.bench.ok("DescribeAddresses", &format!("AllocationId.1={}", self.address))
        }

        fn automatic(&self, interface: NetworkInterfaceId) -> Option<std::net::Ipv4Addr> {
            let region = self.bench.store.snapshot().region("us-east-1");
            region.network_interfaces.get(&interface).unwrap().auto_public
        }
    }

    #[test]
    fn an_address_stands_for_the_primary_one_of_an_instance_or_interface() {
        let mut place = build();
        let (address, instance, interface) = (place.address.clone(), place.instance, place.interface);
        let by_instance = format!("AllocationId={address}&InstanceId={instance}");
        let association = place.associate(&by_instance).unwrap();
        assert!(association.starts_with("eipassoc-"), "EIP-8");
        let told = place.told();
        for (name, value) in [
            ("associationId", association.clone()),
            ("instanceId", instance.to_string()),
            ("networkInterfaceId", interface.to_string()),
            ("networkInterfaceOwnerId", "000000000000".to_owned()),
            ("privateIpAddress", "172.31.0.4".to_owned()),
        ] {
            assert_eq!(told.get(name), value, "EIP-17 {name}");
        }
        let by_interface = format!("AllocationId={address}&NetworkInterfaceId={interface}");
        for again in [by_instance, by_interface.clone(), format!("{by_interface}&AllowReassociation=false")] {
            assert_eq!(place.associate(&again), Ok(association.clone()), "EIP-15");
        }
    }

    #[test]
    fn a_secondary_address_can_be_named() {
        let mut place = build();
        let (address, interface) = (place.address.clone(), place.interface);
        let secondary = "172.31.0.99".parse().unwrap();
        fixture::change::<NetworkInterface>(&mut place.bench, interface, |record| record.ipv4.push(secondary));
        let named =
            |private: &str| format!("AllocationId={address}&NetworkInterfaceId={interface}&PrivateIpAddress={private}");
        place.associate(&named("172.31.0.99")).unwrap();
        assert_eq!(place.told().get("privateIpAddress"), "172.31.0.99", "EIP-5");
        let other = place.bench.ok("AllocateAddress", "").get("allocationId");
        place.associate(&format!("AllocationId={other}&NetworkInterfaceId={interface}")).unwrap();
        assert_eq!(place.bench.ok("DescribeAddresses", "").all("associationId").len(), 2, "EIP-5");
        assert_eq!(place.associate(&named("172.31.0.98")), Err("InvalidParameterValue".to_owned()));
        assert_eq!(place.associate(&named("x")), Err("InvalidParameterValue".to_owned()));
    }

    #[test]
    fn an_address_in_use_moves_unless_that_is_forbidden() {
        let mut place = build();
        let (address, subnet) = (place.address.clone(), place.subnet.clone());
        let other = fixture::interface(&mut place.bench, &subnet);
        let to = |interface: NetworkInterfaceId| format!("AllocationId={address}&NetworkInterfaceId={interface}");
        let first = place.associate(&to(place.interface)).unwrap();
        let forbidden = format!("{}&AllowReassociation=false", to(other));
        assert_eq!(place.associate(&forbidden), Err("Resource.AlreadyAssociated".to_owned()), "EIP-10");
        let second = place.associate(&to(other)).unwrap();
        assert!(second != first, "EIP-10");
        assert_eq!(place.told().get("networkInterfaceId"), other.to_string(), "EIP-10");
    }

    #[test]
    fn the_address_that_stood_there_makes_way() {
        let mut place = build();
        let (address, interface) = (place.address.clone(), place.interface);
        let newer = place.bench.ok("AllocateAddress", "").get("allocationId");
        place.associate(&format!("AllocationId={address}&NetworkInterfaceId={interface}")).unwrap();
        let parameters = format!("AllocationId={newer}&NetworkInterfaceId={interface}");
        let forbidden = format!("{parameters}&AllowReassociation=false");
        assert_eq!(place.associate(&forbidden), Err("Resource.AlreadyAssociated".to_owned()));
        place.associate(&parameters).unwrap();
        assert!(!place.told().has("associationId"), "the older one stays allocated");
    }

    #[test]
    fn the_automatic_address_is_given_back_and_comes_again() {
        let mut place = build();
        let (address, interface, instance) = (place.address.clone(), place.interface, place.instance);
        let automatic = Some("198.51.100.40".parse().unwrap());
        fixture::change::<NetworkInterface>(&mut place.bench, interface, |record| record.auto_public = automatic);
        fixture::change::<Instance>(&mut place.bench, instance, |record| record.wants_public_address = true);
        let parameters = format!("AllocationId={address}&NetworkInterfaceId={interface}");
        let association = place.associate(&parameters).unwrap();
        assert_eq!(place.automatic(interface), None, "EIP-2");
        place.bench.ok("DisassociateAddress", &format!("AssociationId={association}"));
        assert!(place.automatic(interface).is_some(), "EIP-3");
        place.associate(&parameters).unwrap();
        let subnet = place.subnet.clone();
        let other = fixture::interface(&mut place.bench, &subnet);
        place.associate(&format!("AllocationId={address}&NetworkInterfaceId={other}")).unwrap();
        assert!(place.automatic(interface).is_some(), "EIP-3: moved away");
        assert_eq!(place.automatic(other), None);
    }

    #[test]
    fn an_instance_has_one_interface() {
        let mut place = build();
        let (address, subnet) = (place.address.clone(), place.subnet.clone());
        let (two, _) = fixture::instance(&mut place.bench, &subnet, 2);
        let refused = place.associate(&format!("AllocationId={address}&InstanceId={two}"));
        assert_eq!(refused, Err("InvalidInstanceID".to_owned()), "EIP-9");
    }

    #[test]
    fn the_vpc_has_an_internet_gateway() {
        let mut place = build();
        let vpc = place.bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = place.bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let interface = fixture::interface(&mut place.bench, &subnet);
        let parameters = format!("AllocationId={}&NetworkInterfaceId={interface}", place.address);
        assert_eq!(place.associate(&parameters), Err("Gateway.NotAttached".to_owned()), "EIP-11");
        let gateway = place.bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        place.bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        place.associate(&parameters).unwrap();
    }

    #[test]
    fn one_address_and_one_holder_are_named() {
        let mut place = build();
        let (address, instance, interface) = (place.address.clone(), place.instance, place.interface);
        for (parameters, code) in [
            (format!("InstanceId={instance}"), "MissingParameter"),
            (format!("AllocationId={address}"), "MissingParameter"),
            (format!("PublicIp=198.51.100.1&InstanceId={instance}"), "InvalidParameterCombination"),
            (
                format!("PublicIp=198.51.100.1&AllocationId={address}&InstanceId={instance}"),
                "InvalidParameterCombination",
            ),
            (
                format!("AllocationId={address}&InstanceId={instance}&NetworkInterfaceId={interface}"),
                "InvalidParameterCombination",
            ),
            (format!("AllocationId=eipalloc-00000000&InstanceId={instance}"), "InvalidAllocationID.NotFound"),
            (format!("AllocationId={address}&InstanceId=i-00000000"), "InvalidInstanceID.NotFound"),
            (format!("AllocationId={address}&NetworkInterfaceId=eni-00000000"), "InvalidNetworkInterfaceID.NotFound"),
        ] {
            assert_eq!(place.associate(&parameters), Err(code.to_owned()), "{parameters}");
        }
    }
}
