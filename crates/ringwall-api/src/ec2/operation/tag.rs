//! Tags of whatever has any: finding it by its id, and changing its tags (API-28, API-30).

use std::sync::Arc;

use ringwall_model::id::{
    AllocationId, DhcpOptionsId, EgressOnlyInternetGatewayId, FlowLogId, InstanceId, InternetGatewayId, NatGatewayId,
    NetworkAclId, NetworkInterfaceId, PrefixListId, ResourceId, RouteTableId, SecurityGroupId, SecurityGroupRuleId,
    SubnetId, VpcEndpointId, VpcId,
};
use ringwall_model::resource::{
    Address, EgressOnlyInternetGateway, FlowLog, Instance, InternetGateway, NatGateway, NetworkAcl, NetworkInterface,
    PrefixList, RouteTable, SecurityGroup, Subnet, Tags, Vpc, VpcEndpoint,
};
use ringwall_store::Region;

use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{Named, find, parse};
use crate::error::ApiError;

macro_rules! taggable {
    ($($kind:ident = $id:ty, $record:ident, $table:ident, $name:literal;)*) => {
        /// Something that has tags.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Taggable {
            $(#[doc = concat!("a `", $name, "`")] $kind($id),)*
            /// a `security-group-rule`
            Rule(SecurityGroupRuleId),
        }

        impl Taggable {
            /// Reads an id of any kind that has tags.
            pub fn parse(text: &str) -> Result<Taggable, ApiError> {
                let prefix = text.rsplit_once('-').map_or("", |(prefix, _)| prefix);
                match prefix {
                    $(<$id>::PREFIX => parse(text).map(Taggable::$kind),)*
                    SecurityGroupRuleId::PREFIX => parse(text).map(Taggable::Rule),
                    DhcpOptionsId::PREFIX => {
                        Err(Code::UnsupportedOperation.with("Tags of DHCP options are not supported by Ringwall."))
                    }
                    _ => Err(Code::InvalidId.with(format!("The ID '{text}' is not valid"))),
                }
            }

            /// Its tags; an id that nothing has is refused with the code of its kind.
            pub fn tags(self, region: &Region) -> Result<Tags, ApiError> {
                match self {
                    $(Taggable::$kind(id) => Ok(find::<$record>(region, &id)?.tags.clone()),)*
                    Taggable::Rule(id) => Ok(group_of(region, id)?.rules[&id].tags.clone()),
                }
            }

            /// Gives it other tags.
            pub fn set_tags(self, call: &mut Call<'_>, tags: Tags) -> Result<(), ApiError> {
                let region = call.state();
                match self {
                    $(Taggable::$kind(id) => {
                        let record = Arc::unwrap_or_clone(find::<$record>(&region, &id)?);
                        call.put($record { tags, ..record });
                    })*
                    Taggable::Rule(id) => {
                        let mut group = Arc::unwrap_or_clone(group_of(&region, id)?);
                        if let Some(rule) = group.rules.get_mut(&id) {
                            rule.tags = tags;
                        }
                        call.put(group);
                    }
                }
                Ok(())
            }

            /// The type by which tag specifications name it (API-29).
            pub fn type_name(self) -> &'static str {
                match self {
                    $(Taggable::$kind(_) => $name,)*
                    Taggable::Rule(_) => "security-group-rule",
                }
            }
        }

        impl std::fmt::Display for Taggable {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Taggable::$kind(id) => id.fmt(f),)*
                    Taggable::Rule(id) => id.fmt(f),
                }
            }
        }

        /// Everything in a Region that has tags, with its tags.
        pub fn all(region: &Region) -> Vec<(Taggable, &Tags)> {
            let mut all = Vec::new();
            $(all.extend(region.$table.iter().map(|record| (Taggable::$kind(record.id), &record.tags)));)*
            for group in region.security_groups.iter() {
                all.extend(group.rules.iter().map(|(id, rule)| (Taggable::Rule(*id), &rule.tags)));
            }
            all
        }
    };
}

taggable! {
    Vpc = VpcId, Vpc, vpcs, "vpc";
    Subnet = SubnetId, Subnet, subnets, "subnet";
    RouteTable = RouteTableId, RouteTable, route_tables, "route-table";
    NetworkAcl = NetworkAclId, NetworkAcl, network_acls, "network-acl";
    SecurityGroup = SecurityGroupId, SecurityGroup, security_groups, "security-group";
    PrefixList = PrefixListId, PrefixList, prefix_lists, "prefix-list";
    InternetGateway = InternetGatewayId, InternetGateway, internet_gateways, "internet-gateway";
    EgressOnlyInternetGateway = EgressOnlyInternetGatewayId, EgressOnlyInternetGateway,
        egress_only_internet_gateways, "egress-only-internet-gateway";
    NatGateway = NatGatewayId, NatGateway, nat_gateways, "natgateway";
    VpcEndpoint = VpcEndpointId, VpcEndpoint, vpc_endpoints, "vpc-endpoint";
    Address = AllocationId, Address, addresses, "elastic-ip";
    NetworkInterface = NetworkInterfaceId, NetworkInterface, network_interfaces, "network-interface";
    Instance = InstanceId, Instance, instances, "instance";
    FlowLog = FlowLogId, FlowLog, flow_logs, "vpc-flow-log";
}

/// The group that a rule belongs to.
fn group_of(region: &Region, id: SecurityGroupRuleId) -> Result<Arc<SecurityGroup>, ApiError> {
    let group = region.security_groups.iter().find(|group| group.rules.contains_key(&id));
    group.cloned().ok_or_else(|| SecurityGroupRuleId::not_found(&[id.to_string()]))
}

/// Resources in one call at most.
const MOST_RESOURCES: usize = 1000;

/// Reads the resources that a call is about; each is meant once, however often it is named.
pub fn parse_resources(ids: &[String]) -> Result<Vec<Taggable>, ApiError> {
    if ids.is_empty() {
        return Err(crate::action::missing_parameter("resourceIdSet"));
    }
    if ids.len() > MOST_RESOURCES {
        let message = format!("No more than {MOST_RESOURCES} resources may be tagged in one call");
        return Err(Code::InvalidParameterValue.with(message));
    }
    let mut resources: Vec<Taggable> = ids.iter().map(|id| Taggable::parse(id)).collect::<Result<_, ApiError>>()?;
    resources.sort();
    resources.dedup();
    Ok(resources)
}

/// Changes the tags of resources: of all or of none.
pub fn change(
    call: &mut Call<'_>,
    resources: &[Taggable],
    change: impl Fn(&mut Tags) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    for resource in resources {
        let before = resource.tags(&call.state())?;
        let mut after = before.clone();
        change(&mut after)?;
        if after != before {
            resource.set_tags(call, after)?;
        }
    }
    Ok(())
}
