//! The services that endpoints lead to on the wire.

use ringwall_model::resource::Tags;
use ringwall_model::resource::vpc_endpoint::{endpoint_domain, private_names, service_name};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ec2::describe::Filterable;
use crate::ec2::operation::endpoint_service::EndpointType;
use crate::ec2::operation::region::zones;
use crate::settings::EndpointService;

/// A service, as endpoints of one type lead to it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDetailShape {
    /// its full name
    pub service_name: String,
    service_id: String,
    service_type: Vec<ServiceTypeShape>,
    service_region: String,
    availability_zone_id_set: Vec<String>,
    availability_zone_set: Vec<String>,
    owner: &'static str,
    base_endpoint_dns_name_set: Vec<String>,
    private_dns_name: Option<String>,
    private_dns_name_set: Vec<PrivateNameShape>,
    vpc_endpoint_policy_supported: bool,
    acceptance_required: bool,
    manages_vpc_endpoints: bool,
    private_dns_name_verification_state: Option<&'static str>,
    supported_ip_address_type_set: Vec<&'static str>,
    tag_set: Vec<()>,
}

/// A type of endpoints.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceTypeShape {
    service_type: &'static str,
}

/// A name that private DNS answers for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateNameShape {
    private_dns_name: String,
}

impl ServiceDetailShape {
    /// A text that nothing else has, in the order of services.
    pub fn key(&self) -> String {
        format!("{} {}", self.service_name, self.service_id)
    }

    /// The shape of a service for endpoints of a type.
    pub fn new(service: &EndpointService, kind: EndpointType, region: &str) -> ServiceDetailShape {
        let name = service_name(region, &service.name);
        let zones = zones(region);
        let is_interface = kind == EndpointType::Interface;
        let private = if is_interface { private_names(region, &service.name) } else { Vec::new() };
        let base = if is_interface {
            endpoint_domain(region, &service.name)
        } else {
            format!("{}.{region}.amazonaws.com", service.name)
        };
        ServiceDetailShape {
            service_id: service_id(&name, kind),
            service_name: name,
            service_type: vec![ServiceTypeShape { service_type: kind.name() }],
            service_region: region.to_owned(),
            availability_zone_id_set: zones.iter().map(|zone| zone.id.clone()).collect(),
            availability_zone_set: zones.into_iter().map(|zone| zone.name).collect(),
            owner: "amazon",
            base_endpoint_dns_name_set: vec![base],
            private_dns_name: private.first().cloned(),
            private_dns_name_verification_state: is_interface.then_some("verified"),
            private_dns_name_set: private
                .into_iter()
                .map(|private_dns_name| PrivateNameShape { private_dns_name })
                .collect(),
            vpc_endpoint_policy_supported: true,
            acceptance_required: false,
            manages_vpc_endpoints: false,
            supported_ip_address_type_set: vec!["ipv4"],
            tag_set: Vec::new(),
        }
    }
}

/// The id of a service, which follows from its name.
fn service_id(name: &str, kind: EndpointType) -> String {
    let digest = Sha256::digest(format!("{}/{name}", kind.name()).as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("vpce-svc-{}", &digits[..17])
}

impl AsRef<ServiceDetailShape> for ServiceDetailShape {
    fn as_ref(&self) -> &ServiceDetailShape {
        self
    }
}

impl Filterable for ServiceDetailShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] =
        &["owner", "service-name", "service-region", "service-type", "supported-ip-address-types"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "owner" => vec![self.owner.to_owned()],
            "service-name" => vec![self.service_name.clone()],
            "service-region" => vec![self.service_region.clone()],
            "service-type" => self.service_type.iter().map(|kind| kind.service_type.to_owned()).collect(),
            "supported-ip-address-types" => {
                self.supported_ip_address_type_set.iter().map(|&kind| kind.to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}
