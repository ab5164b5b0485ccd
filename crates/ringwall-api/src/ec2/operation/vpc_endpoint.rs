//! VPC endpoints: making, changing and deleting them.

use ringwall_model::id::{RouteTableId, SecurityGroupId, VpcEndpointId, VpcId};
use ringwall_model::resource::vpc_endpoint::{EndpointKind, InterfaceEndpoint, private_names};
use ringwall_model::resource::{Tags, Vpc, VpcEndpoint};
use ringwall_store::Region;

use super::endpoint_policy::check_policy;
use super::endpoint_service::{self, EndpointType};
use super::gateway_endpoint;
use super::interface_endpoint::{self, WantedSubnet};
use super::prefix_list::service_list_id;
use super::security_group;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::find;
use crate::error::ApiError;

/// What a new endpoint shall be.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// its VPC
    pub vpc: VpcId,
    /// the full name of its service
    pub service: String,
    /// how it leads there
    pub kind: NewKind,
    /// what may be asked through it
    pub policy: Option<String>,
    /// its tags
    pub tags: Tags,
}

/// How a new endpoint leads to its service.
#[derive(Clone, Debug)]
pub enum NewKind {
    /// by routes in these tables
    Gateway(Vec<RouteTableId>),
    /// by interfaces
    Interface {
        /// in these subnets
        subnets: Vec<WantedSubnet>,
        /// with these groups; the VPC's default one unless given (IFE-3)
        groups: Vec<SecurityGroupId>,
        /// whether the service's own names lead to it; true unless given (IFE-13)
        private_dns: Option<bool>,
    },
}

/// Makes an endpoint.
pub fn create(call: &mut Call<'_>, new: NewEndpoint) -> Result<VpcEndpoint, ApiError> {
    let region = call.state();
    let vpc = find::<Vpc>(&region, &new.vpc)?;
    let service = endpoint_service::find(call.settings, call.region, &new.service)?;
    let form = match new.kind {
        NewKind::Gateway(_) => EndpointType::Gateway,
        NewKind::Interface { .. } => EndpointType::Interface,
    };
    new.policy.as_deref().map_or(Ok(()), |text| check_policy(text, &service.name, form))?;
    let id = call.new_id();
    let made = |kind, created| VpcEndpoint {
        id,
        vpc: vpc.id,
        service: service.name.clone(),
        kind,
        policy: new.policy,
        created,
        tags: new.tags,
    };
    match new.kind {
        NewKind::Gateway(tables) => {
            endpoint_service::check_type(service, EndpointType::Gateway)?;
            check_gateway_quota(call, &region)?;
            let prefix_list = service_list_id(&new.service);
            let endpoint = made(EndpointKind::Gateway { prefix_list }, call.now);
            call.put(endpoint.clone());
            gateway_endpoint::add_tables(call, &endpoint, prefix_list, &tables)?;
            Ok(endpoint)
        }
        NewKind::Interface { subnets, groups, private_dns } => {
            endpoint_service::check_type(service, EndpointType::Interface)?;
            check_interface_quota(call, &region, vpc.id)?;
            let private_dns = private_dns.unwrap_or(true);
            if private_dns {
                check_private_dns(&region, &vpc, &private_names(call.region, &service.name), call.region)?;
            }
            let groups = security_group::for_new_interface(call, &groups, vpc.id, vpc.id)?;
            let number = (call.random)() as u32;
            let own = InterfaceEndpoint { interfaces: Default::default(), groups, private_dns, number };
            let mut endpoint = made(EndpointKind::Interface(own.clone()), call.now);
            let own = interface_endpoint::add_subnets(call, &endpoint, own, &subnets)?;
            endpoint.kind = EndpointKind::Interface(own);
            call.put(endpoint.clone());
            Ok(endpoint)
        }
    }
}

/// GWE-17
fn check_gateway_quota(call: &Call<'_>, region: &Region) -> Result<(), ApiError> {
    let there = region.vpc_endpoints.iter().filter(|endpoint| endpoint.prefix_list().is_some()).count();
    if there >= call.settings.quotas.gateway_endpoints as usize {
        return Err(too_many());
    }
    Ok(())
}

/// IFE-23
fn check_interface_quota(call: &Call<'_>, region: &Region, vpc: VpcId) -> Result<(), ApiError> {
    let mut there = region.vpc_endpoints.iter().filter(|endpoint| endpoint.vpc == vpc);
    let most = call.settings.quotas.interface_endpoints_per_vpc as usize;
    if there.by_ref().filter(|endpoint| endpoint.interface().is_some()).count() >= most {
        return Err(too_many());
    }
    Ok(())
}

fn too_many() -> ApiError {
    Code::VpcEndpointLimitExceeded.with("The maximum number of VPC endpoints has been reached.")
}

/// Whether names of a service may lead to an endpoint in a VPC: it resolves names, and no other endpoint has one of them
/// (IFE-12, IFE-14).
pub fn check_private_dns(region: &Region, vpc: &Vpc, names: &[String], region_name: &str) -> Result<(), ApiError> {
    if !vpc.enable_dns_support || !vpc.enable_dns_hostnames {
        let message = format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {}",
            vpc.id
        );
        return Err(Code::InvalidParameter.with(message));
    }
    let others = region.vpc_endpoints.iter().filter(|other| other.vpc == vpc.id);
    let taken: Vec<String> = others.flat_map(|other| other.private_names(region_name)).collect();
    if let Some(name) = names.iter().find(|name| taken.contains(name)) {
        let message = format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} in the VPC {}",
            vpc.id
        );
        return Err(Code::InvalidParameter.with(message));
    }
    Ok(())
}

/// What shall become of an endpoint. What goes, goes before the rest comes.
#[derive(Clone, Debug, Default)]
pub struct Modification {
    /// another policy, or the default one
    pub policy: Option<Option<String>>,
    /// route tables that lead to it from now on
    pub add_tables: Vec<RouteTableId>,
    /// and those that no longer do
    pub remove_tables: Vec<RouteTableId>,
    /// changes of an interface endpoint
    pub interface: interface_endpoint::Modification,
}

impl Modification {
    fn is_for_gateways(&self) -> bool {
        !self.add_tables.is_empty() || !self.remove_tables.is_empty()
    }
}

/// Changes an endpoint.
pub fn modify(call: &mut Call<'_>, id: VpcEndpointId, change: Modification) -> Result<(), ApiError> {
    let mut endpoint = VpcEndpoint::clone(&*find::<VpcEndpoint>(&call.state(), &id)?);
    if let Some(policy) = &change.policy {
        let form = if endpoint.prefix_list().is_some() { EndpointType::Gateway } else { EndpointType::Interface };
        policy.as_deref().map_or(Ok(()), |text| check_policy(text, &endpoint.service, form))?;
        endpoint.policy = policy.clone();
    }
    match endpoint.kind.clone() {
        EndpointKind::Gateway { prefix_list } => {
            change.interface.refuse_for_gateways()?;
            gateway_endpoint::remove_tables(call, &endpoint, &change.remove_tables)?;
            gateway_endpoint::add_tables(call, &endpoint, prefix_list, &change.add_tables)?;
        }
        EndpointKind::Interface(_) if change.is_for_gateways() => return Err(gateway_endpoint::only_for_gateways()),
        EndpointKind::Interface(own) => {
            let own = interface_endpoint::modify(call, &endpoint, own, change.interface)?;
            endpoint.kind = EndpointKind::Interface(own);
        }
    }
    call.put(endpoint);
    Ok(())
}

/// Deletes an endpoint, with its routes or interfaces.
pub fn delete(call: &mut Call<'_>, id: VpcEndpointId) -> Result<(), ApiError> {
    let endpoint = find::<VpcEndpoint>(&call.state(), &id)?;
    match &endpoint.kind {
        EndpointKind::Gateway { .. } => {
            let tables = gateway_endpoint::tables_of(&call.state(), id);
            gateway_endpoint::remove_tables(call, &endpoint, &tables)?;
        }
        EndpointKind::Interface(own) => {
            for interface in own.interfaces.values() {
                super::network_interface::delete(call.transaction, call.region, *interface);
            }
        }
    }
    call.delete::<VpcEndpoint>(&id);
    Ok(())
}
