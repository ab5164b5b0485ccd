//! `DeleteVpc`: takes what came with the VPC along, and refuses while anything else is left (VPC-16).

use ringwall_model::id::VpcId;
use ringwall_model::resource::flow_log::Scope;
use ringwall_model::resource::{NetworkAcl, RouteTable, SecurityGroup, Vpc};
use ringwall_store::Region;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::has_dependencies;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::{flow_log, security_group, vpc};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteVpc;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
}

impl Action for DeleteVpc {
    const NAME: &'static str = "DeleteVpc";

    type Input = Input;
    type Request = VpcId;
    type Output = Done;

    fn parse(input: Input) -> Result<VpcId, ApiError> {
        parse(&input.vpc_id)
    }

    fn apply(id: VpcId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        find::<Vpc>(&region, &id)?;
        if has_anything_else(&region, id) {
            return Err(has_dependencies("vpc", id));
        }
        if let Some(table) = vpc::main_table(&region, id) {
            call.delete::<RouteTable>(&table.id);
        }
        if let Some(acl) = vpc::default_acl_of(&region, id) {
            call.delete::<NetworkAcl>(&acl.id);
        }
        if let Some(group) = vpc::default_group_of(&region, id) {
            call.delete::<SecurityGroup>(&group.id);
        }
        flow_log::forget(call.transaction, call.region, Scope::Vpc(id));
        call.delete::<Vpc>(&id);
        Ok(Done::OK)
    }
}

/// Whether the VPC holds more than its main table, default ACL and default group.
fn has_anything_else(region: &Region, id: VpcId) -> bool {
    region.subnets.iter().any(|subnet| subnet.vpc == id)
        || region.internet_gateways.iter().any(|gateway| gateway.vpc == Some(id))
        || region.egress_only_internet_gateways.iter().any(|gateway| gateway.vpc == id)
        || region.vpc_endpoints.iter().any(|endpoint| endpoint.vpc == id)
        || region.route_tables.iter().any(|table| table.vpc == id && table.main.is_none())
        || region.network_acls.iter().any(|acl| acl.vpc == id && !acl.is_default)
        || region.security_groups.iter().any(|group| group.vpc == id && group.name != "default")
        || region.security_groups.iter().any(|group| group.associated_vpcs.contains(&id))
        || vpc::default_group_of(region, id).is_some_and(|group| security_group::is_named_elsewhere(region, group.id))
}
