//! What the numbers in the kernel's reports mean.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use ringwall_abi::code as c;
use ringwall_abi::record::{FindingsRecord, OutcomeRecord};
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId, RouteTableId};
use ringwall_model::outcome::{AclFinding, Findings, GroupFinding, GroupRule, RouteFinding, Service, Through};
use ringwall_model::world::{RouteDestination, RouteTarget, World};
use ringwall_net::Prefix;

use crate::image::Image;
use crate::rule_set::{RuleName, RuleSet};
use crate::subnet::route_table::RouteTable;
use crate::unmapped;

/// How many images back a number is still understood: reports may lie in the ring while tables change.
const REMEMBERED: usize = 64;

/// The meaning of interface, rule set and route table numbers, of the last images too.
#[derive(Clone, Debug, Default)]
pub struct Names {
    interfaces: BTreeMap<u32, NetworkInterfaceId>,
    acls: BTreeMap<u32, ringwall_model::id::NetworkAclId>,
    nat_gateways: BTreeMap<u32, NatGatewayId>,
    rule_sets: BTreeMap<u32, Arc<RuleSet>>,
    route_tables: BTreeMap<u32, (RouteTableId, Arc<RouteTable>)>,
    generations: VecDeque<Generation>,
}

/// The numbers that one image used.
#[derive(Clone, Debug)]
struct Generation {
    interfaces: BTreeSet<u32>,
    rule_sets: BTreeSet<u32>,
    route_tables: BTreeSet<u32>,
}

impl Names {
    /// Takes in the numbers of an image.
    pub(crate) fn note(
        &mut self,
        image: &Image,
        world: &World,
        interfaces: &BTreeMap<NetworkInterfaceId, (u32, u32)>,
        tables: &BTreeMap<u32, RouteTableId>,
    ) {
        self.generations.push_back(Generation {
            interfaces: interfaces.values().map(|(_, number)| *number).collect(),
            rule_sets: image.rule_sets.keys().copied().collect(),
            route_tables: image.route_tables.keys().copied().collect(),
        });
        if self.generations.len() > REMEMBERED {
            self.generations.pop_front();
            let kept = |uses: &dyn Fn(&Generation) -> bool| self.generations.iter().any(uses);
            self.interfaces.retain(|number, _| kept(&|generation| generation.interfaces.contains(number)));
            self.nat_gateways.retain(|number, _| kept(&|generation| generation.interfaces.contains(number)));
            self.rule_sets.retain(|number, _| kept(&|generation| generation.rule_sets.contains(number)));
            self.acls.retain(|number, _| kept(&|generation| generation.rule_sets.contains(number)));
            self.route_tables.retain(|number, _| kept(&|generation| generation.route_tables.contains(number)));
        }
        self.interfaces.extend(interfaces.iter().map(|(id, (_, number))| (*number, *id)));
        for (id, gateway) in &world.nat_gateways {
            let number = interfaces.get(&gateway.interface).map(|(_, number)| *number);
            self.nat_gateways.extend(number.map(|number| (number, *id)));
        }
        self.rule_sets.extend(image.rule_sets.iter().map(|(number, set)| (*number, set.clone())));
        for (number, table) in &image.route_tables {
            if let Some(id) = tables.get(number) {
                self.route_tables.insert(*number, (*id, table.clone()));
            }
        }
        for record in image.banked.interfaces.values() {
            let interface = self.interfaces.get(&record.id).and_then(|id| world.interfaces.get(id));
            let Some(subnet) = interface.and_then(|interface| world.subnets.get(&interface.subnet)) else { continue };
            for number in record.acl_rules.as_flattened() {
                self.acls.insert(*number, subnet.network_acl);
            }
        }
    }

    /// The interface of a number; none for the internet, or if it is long gone.
    pub fn interface(&self, number: u32) -> Option<NetworkInterfaceId> {
        self.interfaces.get(&number).copied()
    }

    /// The interfaces that are known by number, of the last images too.
    pub fn interfaces(&self) -> impl Iterator<Item = (u32, NetworkInterfaceId)> + '_ {
        self.interfaces.iter().map(|(number, id)| (*number, *id))
    }

    /// The findings that a report tells of, since the NAT gateway if there was one.
    pub fn findings(&self, report: &OutcomeRecord) -> Findings {
        let destination = if report.through == 0 { report.destination } else { report.onward };
        self.findings_of(&report.found, destination)
    }

    /// The NAT gateway through which the packet of a report came.
    pub fn through(&self, report: &OutcomeRecord) -> Option<Through> {
        let gateway = *self.nat_gateways.get(&report.through)?;
        Some(Through { gateway, findings: self.findings_of(&report.before, report.destination) })
    }

    /// The service to which a report says that the packet went.
    pub fn service(&self, report: &OutcomeRecord) -> Option<Service> {
        match report.service {
            c::SERVICE_RESOLVER => Some(Service::Resolver),
            c::SERVICE_METADATA => Some(Service::Metadata),
            _ => match self.findings(report).route? {
                RouteFinding::Route { target: RouteTarget::GatewayEndpoint(id), .. } => {
                    Some(Service::GatewayEndpoint(id))
                }
                _ => None,
            },
        }
    }

    fn findings_of(&self, found: &FindingsRecord, destination: [u8; 16]) -> Findings {
        Findings {
            group_out: self.group(found.group_out, found.group_out_set, found.group_out_rule),
            acl_out: self.acl(found.acl_out, found.acl_out_set, found.acl_out_rule),
            route: self.route(found, destination),
            acl_in: self.acl(found.acl_in, found.acl_in_set, found.acl_in_rule),
            group_in: self.group(found.group_in, found.group_in_set, found.group_in_rule),
        }
    }

    fn group_rule(&self, set: u32, rule: u16) -> Option<GroupRule> {
        match self.rule_sets.get(&set)?.names.get(usize::from(rule))? {
            RuleName::Group(name) => Some(*name),
            RuleName::Entry(..) => None,
        }
    }

    fn group(&self, finding: u8, set: u32, rule: u16) -> Option<GroupFinding> {
        let rule = || self.group_rule(set, rule);
        Some(match finding {
            c::GROUP_SESSION => GroupFinding::Session,
            c::GROUP_RELATED => GroupFinding::Related,
            c::GROUP_UNTRACKED => GroupFinding::Untracked(rule()?),
            c::GROUP_RULE => GroupFinding::Rule(rule()?),
            c::GROUP_NO_RULE => GroupFinding::NoRule,
            c::GROUP_NO_CONNECTION => GroupFinding::NoConnection(rule()?),
            c::GROUP_TABLE_FULL => GroupFinding::TableFull(rule()?),
            _ => return None,
        })
    }

    fn acl(&self, finding: u8, set: u32, rule: u16) -> Option<AclFinding> {
        if finding == c::ACL_NOT_ASKED {
            return None;
        }
        let acl = *self.acls.get(&set)?;
        let entry = match self.rule_sets.get(&set)?.names.get(usize::from(rule)) {
            Some(RuleName::Entry(_, number)) if rule != c::ACL_FINAL => Some(*number),
            _ => None,
        };
        Some(AclFinding { acl, entry, allows: finding == c::ACL_ALLOWS })
    }

    fn route(&self, report: &FindingsRecord, destination: [u8; 16]) -> Option<RouteFinding> {
        match report.routed {
            c::ROUTED_NEIGHBOUR => Some(RouteFinding::Neighbour),
            c::ROUTED_ROUTE => {
                let (table, content) = self.route_tables.get(&report.route_table)?;
                let route = content.routes.get(usize::from(report.route))?;
                let prefix = match route.destination {
                    RouteDestination::Prefix(prefix) => prefix,
                    RouteDestination::PrefixList(_) => selecting(unmapped(destination), report.route_length)?,
                };
                Some(RouteFinding::Route {
                    table: *table,
                    destination: route.destination,
                    prefix,
                    target: route.target,
                })
            }
            c::ROUTED_NONE => Some(RouteFinding::None { table: self.route_tables.get(&report.route_table)?.0 }),
            _ => None,
        }
    }
}

/// The block of that length around an address.
fn selecting(address: IpAddr, length: u8) -> Option<Prefix> {
    Some(match address {
        IpAddr::V4(address) => Prefix::V4(ringwall_net::Ipv4Prefix::new(address, length)?),
        IpAddr::V6(address) => Prefix::V6(ringwall_net::Ipv6Prefix::new(address, length)?),
    })
}
