//! VPC endpoints on the wire (GWE-18, IFE-17, IFE-21).

use ringwall_model::resource::vpc_endpoint::{InterfaceEndpoint, has_names_below, service_name};
use ringwall_model::resource::{Tags, VpcEndpoint};
use ringwall_wire::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::tag::{self, TagShape};
use super::value::{ipv4_address, only};
use super::view::{GroupShape, View};
use crate::ec2::describe::Filterable;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::endpoint_policy::DEFAULT_POLICY;
use crate::ec2::operation::endpoint_service::EndpointType;
use crate::ec2::operation::gateway_endpoint::tables_of;
use crate::ec2::operation::interface_endpoint::WantedSubnet;
use crate::error::ApiError;

/// An endpoint.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VpcEndpointShape {
    vpc_endpoint_id: String,
    vpc_endpoint_type: &'static str,
    vpc_id: String,
    service_name: String,
    service_region: String,
    state: &'static str,
    policy_document: String,
    route_table_id_set: Vec<String>,
    subnet_id_set: Vec<String>,
    group_set: Vec<GroupShape>,
    ip_address_type: &'static str,
    dns_options: Option<DnsOptionsShape>,
    private_dns_enabled: bool,
    requester_managed: bool,
    network_interface_id_set: Vec<String>,
    dns_entry_set: Vec<DnsEntryShape>,
    creation_timestamp: Timestamp,
    owner_id: String,
    tag_set: Vec<TagShape>,
}

/// How the names of an interface endpoint are answered for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DnsOptionsShape {
    dns_record_ip_type: &'static str,
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

/// A name of an interface endpoint.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DnsEntryShape {
    dns_name: String,
    hosted_zone_id: String,
}

/// The public zone that AWS's endpoints have their names in.
const PUBLIC_ZONE: &str = "Z7HUB22UULQXV";

impl VpcEndpointShape {
    /// The shape of an endpoint.
    pub fn new(endpoint: &VpcEndpoint, view: &View<'_>) -> VpcEndpointShape {
        let own = endpoint.interface();
        VpcEndpointShape {
            vpc_endpoint_id: endpoint.id.to_string(),
            vpc_endpoint_type: type_of(endpoint).name(),
            vpc_id: endpoint.vpc.to_string(),
            service_name: service_name(view.owner.region, &endpoint.service),
            service_region: view.owner.region.to_owned(),
            state: AVAILABLE,
            policy_document: endpoint.policy.clone().unwrap_or_else(|| DEFAULT_POLICY.to_owned()),
            route_table_id_set: tables_of(view.region, endpoint.id).iter().map(ToString::to_string).collect(),
            subnet_id_set: own.iter().flat_map(|own| own.interfaces.keys()).map(ToString::to_string).collect(),
            group_set: own.map(|own| view.groups(&own.groups)).unwrap_or_default(),
            ip_address_type: "ipv4",
            dns_options: own.map(|_| DnsOptionsShape::of(endpoint)),
            private_dns_enabled: own.is_some_and(|own| own.private_dns),
            requester_managed: false,
            network_interface_id_set: own
                .iter()
                .flat_map(|own| own.interfaces.values())
                .map(ToString::to_string)
                .collect(),
            dns_entry_set: own.map(|own| DnsEntryShape::all(endpoint, own, view)).unwrap_or_default(),
            creation_timestamp: Timestamp::from_millis(endpoint.created),
            owner_id: view.owner.account.to_owned(),
            tag_set: tag::render(&endpoint.tags),
        }
    }

    /// The shape in the answer that made the endpoint: interfaces are under way then.
    pub fn being_made(self) -> VpcEndpointShape {
        let state = if self.vpc_endpoint_type == EndpointType::Interface.name() { "pending" } else { self.state };
        VpcEndpointShape { state, ..self }
    }
}

/// The state that endpoints have from the call on that made them.
const AVAILABLE: &str = "available";

impl DnsOptionsShape {
    fn of(endpoint: &VpcEndpoint) -> DnsOptionsShape {
        // told of services that gateway endpoints lead to as well
        let inbound = has_names_below(&endpoint.service).then_some(false);
        DnsOptionsShape { dns_record_ip_type: "ipv4", private_dns_only_for_inbound_resolver_endpoint: inbound }
    }
}

impl DnsEntryShape {
    /// The names of its own, regional and zonal ones (IFE-9), and those of its service (IFE-11).
    fn all(endpoint: &VpcEndpoint, own: &InterfaceEndpoint, view: &View<'_>) -> Vec<DnsEntryShape> {
        let region = view.owner.region;
        let zones = own.interfaces.keys().filter_map(|id| view.region.subnets.get(id)).map(|subnet| &subnet.zone);
        let zonal = zones.filter_map(|zone| endpoint.zonal_name(region, zone));
        let below = if has_names_below(&endpoint.service) { "*." } else { "" };
        let public = endpoint
            .regional_name(region)
            .into_iter()
            .chain(zonal)
            .map(|name| DnsEntryShape { dns_name: format!("{below}{name}"), hosted_zone_id: PUBLIC_ZONE.to_owned() });
        let id = endpoint.id.to_string();
        let digits = id.rsplit_once('-').map_or("", |(_, digits)| digits).to_uppercase();
        let private = endpoint.private_names(region).into_iter();
        let private = private.map(|dns_name| DnsEntryShape { dns_name, hosted_zone_id: format!("Z{digits}") });
        public.chain(private).collect()
    }
}

fn type_of(endpoint: &VpcEndpoint) -> EndpointType {
    if endpoint.interface().is_some() { EndpointType::Interface } else { EndpointType::Gateway }
}

impl Filterable for VpcEndpoint {
    type Context<'c> = View<'c>;
    const FILTERS: &'static [&'static str] = &[
        "ip-address-type",
        "service-name",
        "service-region",
        "vpc-endpoint-id",
        "vpc-endpoint-state",
        "vpc-endpoint-type",
        "vpc-id",
    ];

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        match filter {
            "ip-address-type" => vec!["ipv4".to_owned()],
            "service-name" => vec![service_name(view.owner.region, &self.service)],
            "service-region" => vec![view.owner.region.to_owned()],
            "vpc-endpoint-id" => vec![self.id.to_string()],
            "vpc-endpoint-state" => vec![AVAILABLE.to_owned()],
            "vpc-endpoint-type" => vec![type_of(self).name().to_owned()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

/// A subnet with the address that its interface shall have (IFE-2), as a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetConfigurationInput {
    subnet_id: Option<String>,
    ipv4: Option<String>,
}

/// How names are answered for, as a parameter: for IPv4, inside the VPC.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DnsOptionsInput {
    dns_record_ip_type: Option<String>,
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

/// Refuses IPv6, and names for resolvers outside of the VPC: neither is built.
pub fn check_options(address_type: Option<&str>, dns: Option<&DnsOptionsInput>) -> Result<(), ApiError> {
    only("IpAddressType", address_type, "ipv4")?;
    if let Some(dns) = dns {
        only("DnsOptions.DnsRecordIpType", dns.dns_record_ip_type.as_deref(), "ipv4")?;
        let inbound = dns.private_dns_only_for_inbound_resolver_endpoint;
        only("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint", inbound, false)?;
    }
    Ok(())
}

/// The subnets that are to have interfaces: those that are named, with their addresses where they are configured.
pub fn parse_subnets(
    ids: &[String],
    configurations: &[SubnetConfigurationInput],
) -> Result<Vec<WantedSubnet>, ApiError> {
    let mut wanted: Vec<WantedSubnet> =
        parse_all(ids)?.into_iter().map(|id| WantedSubnet { id, address: None }).collect();
    for (place, subnet) in wanted.iter().enumerate() {
        if wanted[..place].contains(subnet) {
            return Err(invalid_value("subnetId", subnet.id, "It is given more than once."));
        }
    }
    for configuration in configurations {
        let id = configuration.subnet_id.as_deref();
        let id = parse(id.ok_or_else(|| crate::action::missing_parameter("SubnetConfiguration.SubnetId"))?)?;
        let address = configuration.ipv4.as_deref().map(|text| ipv4_address("ipv4", text)).transpose()?;
        let Some(subnet) = wanted.iter_mut().find(|subnet| subnet.id == id) else {
            let message = format!("The subnet configuration for {id} is for none of the subnets that are added.");
            return Err(Code::InvalidParameter.with(message));
        };
        subnet.address = address;
    }
    Ok(wanted)
}
