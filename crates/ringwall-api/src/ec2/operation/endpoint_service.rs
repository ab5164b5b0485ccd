//! The services that endpoints lead to, as this Ringwall has them (GWE-1, IFE-16).

use ringwall_model::resource::vpc_endpoint::service_name;

use crate::ec2::error::Code;
use crate::error::ApiError;
use crate::settings::{EndpointService, Settings};

/// The type of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointType {
    /// by routes for a prefix list
    Gateway,
    /// by interfaces
    Interface,
}

impl EndpointType {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            EndpointType::Gateway => "Gateway",
            EndpointType::Interface => "Interface",
        }
    }
}

/// The types of endpoints that lead to a service.
pub fn types(service: &EndpointService) -> Vec<EndpointType> {
    let gateway = service.by_gateway().then_some(EndpointType::Gateway);
    gateway.into_iter().chain(service.by_interface.then_some(EndpointType::Interface)).collect()
}

/// The service of a full name, if endpoints may lead there.
pub fn find<'s>(settings: &'s Settings, region: &str, name: &str) -> Result<&'s EndpointService, ApiError> {
    let found = settings.services.iter().find(|service| service_name(region, &service.name) == name);
    match found {
        Some(service) if service.is_there => Ok(service),
        // It would be an endpoint that leads nowhere.
        Some(_) => Err(Code::UnsupportedOperation.with(format!("Nothing stands behind the service '{name}' here"))),
        None => Err(Code::InvalidServiceName.with(format!("The Vpc Endpoint Service '{name}' does not exist"))),
    }
}

/// Whether endpoints of a type lead to a service.
pub fn check_type(service: &EndpointService, wanted: EndpointType) -> Result<(), ApiError> {
    let available = types(service);
    if available.contains(&wanted) {
        return Ok(());
    }
    let names: Vec<&str> = available.into_iter().map(EndpointType::name).collect();
    let message =
        format!("Endpoint type ({}) does not match available service types ([{}]).", wanted.name(), names.join(", "));
    Err(Code::InvalidParameter.with(message))
}
