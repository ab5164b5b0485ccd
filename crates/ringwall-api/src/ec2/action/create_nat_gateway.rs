//! `CreateNatGateway`: a way out for subnets that nothing comes in by (NAT-1 to NAT-3, NAT-20 to NAT-27).

use ringwall_model::id::AllocationId;
use ringwall_model::resource::nat_gateway::Connectivity;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::{combination, invalid_value};
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::interface_address::{WantedIpv4, refuse_twice};
use crate::ec2::operation::nat_gateway::{NewNatGateway, create};
use crate::ec2::shape::nat_gateway::NatGatewayShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct CreateNatGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    subnet_id: Option<String>,
    connectivity_type: Option<String>,
    availability_mode: Option<String>,
    allocation_id: Option<String>,
    #[serde(default, rename = "SecondaryAllocationId")]
    secondary_allocation_ids: Vec<String>,
    private_ip_address: Option<String>,
    #[serde(default, rename = "SecondaryPrivateIpAddress")]
    secondary_private_ip_addresses: Vec<String>,
    secondary_private_ip_address_count: Option<i64>,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    gateway: NewNatGateway,
    client_token: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    nat_gateway: NatGatewayShape,
    client_token: Option<String>,
}

impl Action for CreateNatGateway {
    const NAME: &'static str = "CreateNatGateway";
    const UNBUILT: &'static [&'static str] = &["VpcId", "AvailabilityZoneAddress"];
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        parse_mode(input.availability_mode.as_deref())?;
        let connectivity = parse_connectivity(input.connectivity_type.as_deref())?;
        let allocations = parse_allocations(&input, connectivity)?;
        let ipv4 = parse_addresses(&input, connectivity, allocations.len())?;
        let gateway = NewNatGateway {
            subnet: parse(input.subnet_id.as_deref().ok_or_else(|| missing_parameter("SubnetId"))?)?,
            connectivity,
            allocations,
            ipv4,
            tags: tag::parse(&input.tag_specifications, "natgateway")?,
        };
        Ok(Request { gateway, client_token: input.client_token })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let gateway = create(call, request.gateway)?;
        let shape = NatGatewayShape::new(&gateway).being_made(gateway.connectivity);
        Ok(Output { nat_gateway: shape, client_token: request.client_token })
    }
}

/// Regional gateways (NAT-33) are not built.
fn parse_mode(mode: Option<&str>) -> Result<(), ApiError> {
    match mode {
        Some("regional") => Err(unbuilt_parameter("AvailabilityMode")),
        Some("zonal") | None => Ok(()),
        Some(other) => Err(invalid_value("availabilityMode", other, "Expected zonal or regional.")),
    }
}

fn parse_connectivity(text: Option<&str>) -> Result<Connectivity, ApiError> {
    match text {
        Some("public") | None => Ok(Connectivity::Public),
        Some("private") => Ok(Connectivity::Private),
        Some(other) => Err(invalid_value("connectivityType", other, "Expected public or private.")),
    }
}

/// NAT-2
fn parse_allocations(input: &Input, connectivity: Connectivity) -> Result<Vec<AllocationId>, ApiError> {
    let secondary: Vec<AllocationId> = parse_all(&input.secondary_allocation_ids)?;
    match (connectivity, input.allocation_id.as_deref()) {
        (Connectivity::Public, None) => Err(missing_parameter("AllocationId")),
        (Connectivity::Private, None) if secondary.is_empty() => Ok(Vec::new()),
        (Connectivity::Private, _) => {
            Err(combination("Elastic IP addresses cannot be specified for a private NAT gateway."))
        }
        (Connectivity::Public, Some(primary)) => {
            let mut all = vec![parse(primary)?];
            for id in secondary {
                if all.contains(&id) {
                    return Err(invalid_value("allocationId", id, "It is given more than once."));
                }
                all.push(id);
            }
            Ok(all)
        }
    }
}

/// The private addresses: one for each Elastic IP address, and as many as is said without (NAT-21).
fn parse_addresses(input: &Input, connectivity: Connectivity, allocations: usize) -> Result<WantedIpv4, ApiError> {
    let primary = input.private_ip_address.as_deref().map(|text| ipv4_address("privateIpAddress", text)).transpose()?;
    let secondary: Result<Vec<_>, ApiError> = input
        .secondary_private_ip_addresses
        .iter()
        .map(|text| ipv4_address("secondaryPrivateIpAddress", text))
        .collect();
    let secondary = secondary?;
    refuse_twice(&secondary)?;
    let count = input.secondary_private_ip_address_count;
    let more = match (connectivity, count) {
        (Connectivity::Public, None) => (allocations - 1)
            .checked_sub(secondary.len())
            .ok_or_else(|| combination("There are more secondary private IP addresses than allocation IDs."))?,
        (Connectivity::Public, Some(_)) => {
            return Err(combination("SecondaryPrivateIpAddressCount is for private NAT gateways alone."));
        }
        (Connectivity::Private, None) => 0,
        (Connectivity::Private, Some(_)) if !secondary.is_empty() => {
            let message = "SecondaryPrivateIpAddress and SecondaryPrivateIpAddressCount cannot be used together.";
            return Err(combination(message));
        }
        (Connectivity::Private, Some(count)) => parse_count("secondaryPrivateIpAddressCount", count)?,
    };
    Ok(WantedIpv4 { primary, secondary, more })
}

/// NAT-21
pub fn parse_count(name: &str, count: i64) -> Result<usize, ApiError> {
    let number = usize::try_from(count).ok().filter(|number| (1..=31).contains(number));
    number.ok_or_else(|| invalid_value(name, count, "Expected a number from 1 to 31."))
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::network_interface::InterfaceKind;

    use crate::bench::Bench;
    use crate::ec2::operation::nat_gateway::{is_due, pass_time};
    use crate::ec2::scene::{region, subnet};

    const HOUR: i64 = 60 * 60 * 1000;

    fn allocate(bench: &mut Bench) -> String {
        bench.ok("AllocateAddress", "").get("allocationId")
    }

    fn described(bench: &mut Bench, gateway: &str) -> crate::bench::Answer {
        bench.ok("DescribeNatGateways", &format!("NatGatewayId.1={gateway}"))
    }

    #[test]
    fn a_public_gateway_has_an_interface_and_an_elastic_address() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let address = allocate(&mut bench);
        let tags = "TagSpecification.1.ResourceType=natgateway&TagSpecification.1.Tag.1.Key=k";
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&AllocationId={address}&{tags}"));
        assert_eq!((made.get("state"), made.get("status")), ("pending".to_owned(), "associating".to_owned()), "NAT-25");
        let gateway = made.get("natGatewayId");
        assert!(gateway.starts_with("nat-") && made.get("key") == "k");
        let told = described(&mut bench, &gateway);
        for (name, value) in [
            ("state", "available"),
            ("connectivityType", "public"),
            ("availabilityMode", "zonal"),
            ("privateIp", "172.31.0.4"),
            ("publicIp", "198.51.100.1"),
            ("isPrimary", "true"),
            ("status", "succeeded"),
            ("allocationId", &*address),
        ] {
            assert_eq!(told.get(name), value, "NAT-29: {name}");
        }
        let elastic = bench.ok("DescribeAddresses", "");
        assert_eq!(elastic.get("associationId"), told.get("associationId"));
        assert_eq!(elastic.get("privateIpAddress"), "172.31.0.4");
        let interface = bench.ok("DescribeNetworkInterfaces", "");
        for (name, value) in [
            ("networkInterfaceId", told.get("networkInterfaceId")),
            ("interfaceType", "nat_gateway".to_owned()),
            ("description", format!("Interface for NAT Gateway {gateway}")),
            ("requesterManaged", "true".to_owned()),
            ("sourceDestCheck", "false".to_owned()),
            ("instanceOwnerId", "amazon-aws".to_owned()),
        ] {
            assert_eq!(interface.get(name), value, "NAT-14: {name}");
        }
        assert_eq!(interface.all("status"), ["in-use", "attached"], "NAT-14");
        assert!(interface.has("<groupSet/>"), "NAT-13");
        let record = region(&bench).nat_gateways.iter().next().unwrap().clone();
        let of = region(&bench).network_interfaces.get(&record.interface.unwrap()).unwrap().kind;
        assert_eq!(of, InterfaceKind::NatGateway(record.id));
    }

    #[test]
    fn a_private_gateway_has_private_addresses_alone() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let parameters = format!("SubnetId={subnet}&ConnectivityType=private&PrivateIpAddress=172.31.0.9");
        let made = bench.ok("CreateNatGateway", &format!("{parameters}&SecondaryPrivateIpAddress.1=172.31.0.20"));
        assert_eq!(made.get("status"), "assigning");
        let told = described(&mut bench, &made.get("natGatewayId"));
        assert_eq!(told.all("privateIp"), ["172.31.0.9", "172.31.0.20"], "NAT-20, NAT-21");
        assert_eq!(told.all("isPrimary"), ["true", "false"]);
        assert!(!told.has("publicIp") && !told.has("allocationId"));
        let many = format!("SubnetId={subnet}&ConnectivityType=private&SecondaryPrivateIpAddressCount=7");
        assert_eq!(bench.ok("CreateNatGateway", &many).all("privateIp").len(), 8, "NAT-8");
        assert_eq!(bench.refused("CreateNatGateway", &parameters), "InvalidIPAddress.InUse");
    }

    #[test]
    fn secondary_elastic_addresses_have_private_ones_of_their_own() {
        let mut bench = Bench::new();
        bench.settings.quotas.elastic_ips_per_nat_gateway = 3;
        let subnet = subnet(&mut bench, 'a');
        let [one, two, three] = [0; 3].map(|_| allocate(&mut bench));
        let all = format!("AllocationId={one}&SecondaryAllocationId.1={two}&SecondaryAllocationId.2={three}");
        let named = "SecondaryPrivateIpAddress.1=172.31.0.30";
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&{all}&{named}"));
        let told = described(&mut bench, &made.get("natGatewayId"));
        assert_eq!(told.all("allocationId"), [one, two, three]);
        assert_eq!(told.all("privateIp"), ["172.31.0.4", "172.31.0.30", "172.31.0.5"]);
        let shown = bench.ok("DescribeAddresses", "");
        assert_eq!(shown.all("privateIpAddress"), ["172.31.0.4", "172.31.0.30", "172.31.0.5"]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let [one, two, three] = [0; 3].map(|_| allocate(&mut bench));
        for (parameters, code) in [
            (String::new(), "MissingParameter"),
            (format!("AllocationId={one}&ConnectivityType=private"), "InvalidParameterCombination"),
            (format!("AllocationId={one}&ConnectivityType=open"), "InvalidParameterValue"),
            (format!("AllocationId={one}&AvailabilityMode=regional"), "UnsupportedOperation"),
            (format!("AllocationId={one}&AvailabilityZoneAddress.1.AvailabilityZone=x"), "UnsupportedOperation"),
            (format!("AllocationId={one}&SecondaryPrivateIpAddressCount=1"), "InvalidParameterCombination"),
            (format!("AllocationId={one}&SecondaryPrivateIpAddress.1=172.31.0.9"), "InvalidParameterCombination"),
            (format!("AllocationId={one}&SecondaryAllocationId.1={one}"), "InvalidParameterValue"),
            (format!("AllocationId={one}&PrivateIpAddress=10.0.0.1"), "InvalidParameterValue"),
            ("AllocationId=eipalloc-00000000".to_owned(), "InvalidAllocationID.NotFound"),
            (
                format!("AllocationId={one}&SecondaryAllocationId.1={two}&SecondaryAllocationId.2={three}"),
                "AddressLimitExceeded",
            ),
            ("ConnectivityType=private&SecondaryPrivateIpAddressCount=32".to_owned(), "InvalidParameterValue"),
            ("ConnectivityType=private&SecondaryPrivateIpAddressCount=8".to_owned(), "PrivateIpAddressLimitExceeded"),
        ] {
            let refused = bench.refused("CreateNatGateway", &format!("SubnetId={subnet}&{parameters}"));
            assert_eq!(refused, code, "{parameters}");
        }
        assert_eq!(bench.refused("CreateNatGateway", &format!("AllocationId={one}")), "MissingParameter");
        let absent = format!("SubnetId=subnet-00000000&AllocationId={one}");
        assert_eq!(bench.refused("CreateNatGateway", &absent), "InvalidSubnetID.NotFound");
        assert!(region(&bench).nat_gateways.is_empty());
    }

    #[test]
    fn one_that_cannot_be_fails_afterwards_and_is_forgotten_after_an_hour() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/28")).get("subnetId");
        let address = allocate(&mut bench);
        let parameters = format!("SubnetId={subnet}&AllocationId={address}");
        let fail = |bench: &mut Bench, parameters: &str| {
            let made = bench.ok("CreateNatGateway", parameters);
            assert_eq!(made.get("state"), "pending", "NAT-25");
            assert!(!made.has("failureCode"));
            let told = described(bench, &made.get("natGatewayId"));
            assert_eq!(told.get("state"), "failed");
            (told.get("failureCode"), told.get("failureMessage"))
        };
        let (code, message) = fail(&mut bench, &parameters);
        assert_eq!(
            (&*code, message),
            ("Gateway.NotAttached", format!("Network {vpc} has no Internet gateway attached"))
        );
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        // NAT-3: without a route to it
        bench.ok("CreateNatGateway", &parameters);
        let (code, message) = fail(&mut bench, &parameters);
        assert_eq!(code, "Resource.AlreadyAssociated");
        assert_eq!(message, format!("Elastic IP address {address} is already associated"), "NAT-24");
        for _ in 0..10 {
            bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}"));
        }
        let (code, message) = fail(&mut bench, &format!("SubnetId={subnet}&ConnectivityType=private"));
        assert_eq!(code, "InsufficientFreeAddressesInSubnet");
        assert_eq!(message, "Subnet has insufficient free addresses to create this NAT gateway");
        assert!(!is_due(&region(&bench), bench.now) && !bench.work(pass_time), "NAT-22");
        bench.now += HOUR;
        assert!(is_due(&region(&bench), bench.now) && bench.work(pass_time));
        assert_eq!(bench.ok("DescribeNatGateways", "").all("state"), ["available"], "NAT-22");
    }

    #[test]
    fn a_zone_has_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.nat_gateways_per_zone = 1;
        let (here, there) = (subnet(&mut bench, 'a'), subnet(&mut bench, 'b'));
        let parameters = format!("SubnetId={here}&ConnectivityType=private");
        let first = bench.ok("CreateNatGateway", &parameters).get("natGatewayId");
        let error = bench.call("CreateNatGateway", &parameters).unwrap_err();
        let expected = "NatGatewayLimitExceeded: Performing this operation would exceed the limit of 1 NAT gateways";
        assert_eq!(error.to_string(), expected, "NAT-27");
        bench.ok("CreateNatGateway", &format!("SubnetId={there}&ConnectivityType=private"));
        bench.ok("DeleteNatGateway", &format!("NatGatewayId={first}"));
        bench.ok("CreateNatGateway", &parameters);
    }

    #[test]
    fn the_same_token_makes_no_second_gateway() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let parameters = format!("SubnetId={subnet}&ConnectivityType=private&ClientToken=once");
        let first = bench.ok("CreateNatGateway", &parameters);
        assert_eq!(first.get("clientToken"), "once");
        let again = bench.ok("CreateNatGateway", &parameters);
        assert_eq!(again.get("natGatewayId"), first.get("natGatewayId"), "NAT-31");
    }
}
