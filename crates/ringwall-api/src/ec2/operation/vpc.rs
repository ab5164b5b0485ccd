//! A VPC and what comes with it: a main route table, a default ACL and a default group (VPC-15).

use std::collections::{BTreeMap, BTreeSet};

use ringwall_model::id::VpcId;
use ringwall_model::resource::network_acl::AclEntryRecord;
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::vpc::{Ipv4Association, Ipv6Association};
use ringwall_model::resource::{NetworkAcl, RouteTable, SecurityGroup, Tags, Vpc};
use ringwall_model::world::Traffic;
use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, Prefix};

use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

/// What a new VPC shall be.
pub struct NewVpc {
    /// its primary block
    pub ipv4: Ipv4Prefix,
    /// its IPv6 block
    pub ipv6: Option<Ipv6Prefix>,
    /// whether it is the default one
    pub is_default: bool,
    /// its tags
    pub tags: Tags,
}

/// Makes a VPC.
pub fn create(call: &mut Call<'_>, new: NewVpc) -> Result<Vpc, ApiError> {
    let most = call.settings.quotas.vpcs as usize;
    if call.state().vpcs.len() >= most {
        return Err(Code::VpcLimitExceeded.with("The maximum number of VPCs has been reached."));
    }
    let id = call.new_id();
    let vpc = Vpc {
        id,
        ipv4: vec![Ipv4Association { id: call.new_id(), block: Text(new.ipv4) }],
        ipv6: new.ipv6.map(|block| Ipv6Association { id: call.new_id(), block: Text(block) }).into_iter().collect(),
        is_default: new.is_default,
        enable_dns_support: true,
        enable_dns_hostnames: new.is_default,
        tags: new.tags,
    };
    let table = RouteTable {
        id: call.new_id(),
        vpc: id,
        main: Some(call.new_id()),
        routes: Vec::new(),
        replaced_local: BTreeMap::new(),
        tags: Tags::new(),
    };
    let families = if vpc.ipv6.is_empty() { &[Family::V4][..] } else { &Family::ALL[..] };
    let acl = default_acl(call, id, families);
    let group = default_group(call, id, families);
    call.put(table);
    call.put(acl);
    call.put(group);
    call.put(vpc.clone());
    Ok(vpc)
}

/// The default ACL lets everything through (NACL-7).
fn default_acl(call: &mut Call<'_>, vpc: VpcId, families: &[Family]) -> NetworkAcl {
    let entries: BTreeMap<u16, AclEntryRecord> = families.iter().map(|family| open_entry(*family)).collect();
    NetworkAcl {
        id: call.new_id(),
        vpc,
        is_default: true,
        ingress: entries.clone(),
        egress: entries,
        tags: Tags::new(),
    }
}

/// The entry of a default ACL that lets a family through, with its number.
pub fn open_entry(family: Family) -> (u16, AclEntryRecord) {
    let number = match family {
        Family::V4 => 100,
        Family::V6 => 101,
    };
    (number, AclEntryRecord { allow: true, block: Text(Prefix::all(family)), traffic: Traffic::All })
}

/// The default group lets its own members in, and everything out (SG-6).
fn default_group(call: &mut Call<'_>, vpc: VpcId, families: &[Family]) -> SecurityGroup {
    let id = call.new_id();
    let mut rules = open_egress(call, families);
    let from_itself = RuleRecord {
        is_egress: false,
        traffic: Traffic::All,
        peer: PeerRecord::Group(id),
        description: None,
        tags: Tags::new(),
    };
    rules.insert(call.new_id(), from_itself);
    SecurityGroup {
        id,
        vpc,
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        rules,
        associated_vpcs: BTreeSet::new(),
        tags: Tags::new(),
    }
}

/// The egress rules that a new group has (SG-4).
pub fn open_egress(
    call: &mut Call<'_>,
    families: &[Family],
) -> BTreeMap<ringwall_model::id::SecurityGroupRuleId, RuleRecord> {
    families.iter().map(|family| (call.new_id(), open_rule(*family))).collect()
}

fn open_rule(family: Family) -> RuleRecord {
    RuleRecord {
        is_egress: true,
        traffic: Traffic::All,
        peer: PeerRecord::Cidr(Text(Prefix::all(family))),
        description: None,
        tags: Tags::new(),
    }
}

/// Lets IPv6 through where IPv4 was let through from the start and nobody changed that, as AWS does when a VPC gets its first
/// IPv6 block: each direction of the default ACL by itself (NACL-8), and the egress of every group (SG-4, SG-6).
pub fn open_to_ipv6(call: &mut Call<'_>, vpc: VpcId) {
    if let Some(acl) = default_acl_of(&call.state(), vpc) {
        let mut acl = std::sync::Arc::unwrap_or_clone(acl);
        let original = BTreeMap::from([open_entry(Family::V4)]);
        for entries in [&mut acl.ingress, &mut acl.egress] {
            if *entries == original {
                entries.extend([open_entry(Family::V6)]);
            }
        }
        call.put(acl);
    }
    let region = call.state();
    for group in region.security_groups.iter().filter(|group| group.vpc == vpc) {
        let egress: Vec<&RuleRecord> = group.rules.values().filter(|rule| rule.is_egress).collect();
        if egress == [&open_rule(Family::V4)] {
            let mut group = SecurityGroup::clone(group);
            group.rules.extend(open_egress(call, &[Family::V6]));
            call.put(group);
        }
    }
}

/// The route table that the subnets of a VPC use unless they say otherwise.
pub fn main_table(region: &ringwall_store::Region, vpc: VpcId) -> Option<std::sync::Arc<RouteTable>> {
    region.route_tables.iter().find(|table| table.vpc == vpc && table.main.is_some()).cloned()
}

/// The ACL that new subnets of a VPC get (NACL-10).
pub fn default_acl_of(region: &ringwall_store::Region, vpc: VpcId) -> Option<std::sync::Arc<NetworkAcl>> {
    region.network_acls.iter().find(|acl| acl.vpc == vpc && acl.is_default).cloned()
}

/// The group that interfaces of a VPC get when none is named (SG-8).
pub fn default_group_of(region: &ringwall_store::Region, vpc: VpcId) -> Option<std::sync::Arc<SecurityGroup>> {
    region.security_groups.iter().find(|group| group.vpc == vpc && group.name == "default").cloned()
}

/// The default VPC of the call's Region.
pub fn default_vpc(region: &ringwall_store::Region) -> Option<std::sync::Arc<Vpc>> {
    region.vpcs.iter().find(|vpc| vpc.is_default).cloned()
}
