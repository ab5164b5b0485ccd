//! What whoever runs Ringwall has settled for all calls.

use std::sync::Arc;

use ringwall_model::limits::{ENTRIES_PER_ACL, GROUPS_PER_INTERFACE, RULES_PER_INTERFACE};
use ringwall_model::resource::nat_gateway::Connectivity;
use ringwall_net::{Ipv4Prefix, Ipv6Prefix};
use ringwall_waf::document::ManagedGroups;
use ringwall_waf::environment::Abilities;

/// Elastic IP addresses of a NAT gateway, the adjustable maximum (NAT-8).
const ELASTIC_IPS_PER_NAT_GATEWAY: u32 = 8;
/// Private addresses of a NAT gateway, the adjustable maximum: the primary one and 31 others (NAT-21).
const PRIVATE_IPS_PER_NAT_GATEWAY: u32 = 32;

/// Settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// the account that everything belongs to
    pub account: String,
    /// the blocks that public IPv4 addresses are taken from
    pub public_ipv4: Vec<Ipv4Prefix>,
    /// the blocks that IPv6 blocks of VPCs are taken from
    pub public_ipv6: Vec<Ipv6Prefix>,
    /// whether there is an S3 endpoint that flow logs can be delivered to
    pub has_log_bucket: bool,
    /// the services that endpoints may lead to
    pub services: Vec<EndpointService>,
    /// what web ACLs can be enforced with
    pub waf: WafSettings,
    /// how many there may be
    pub quotas: Quotas,
}

/// What web ACLs can be enforced with: a document that needs more is refused.
#[derive(Clone, Debug)]
pub struct WafSettings {
    /// what the engine can do
    pub abilities: Abilities,
    /// the managed rule groups that there are
    pub managed: Option<Arc<dyn ManagedGroups>>,
}

impl Default for WafSettings {
    /// Everything but what needs a file from the user: countries and networks of addresses.
    fn default() -> Self {
        let abilities = Abilities { countries: false, networks: false, detection: true, tokens: true };
        WafSettings { abilities, managed: None }
    }
}

/// A service that endpoints may lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointService {
    /// its short name, as in `s3` of `com.amazonaws.us-east-1.s3`
    pub name: String,
    /// the public blocks that it answers at, which gateway endpoints lead there; none is a service without them
    pub blocks: Vec<Ipv4Prefix>,
    /// whether interface endpoints lead there
    pub by_interface: bool,
    /// whether anything stands behind it here: only then are there endpoints that lead there
    pub is_there: bool,
}

impl EndpointService {
    /// A service that interface endpoints alone lead to.
    pub fn by_interface(name: &str) -> EndpointService {
        EndpointService { name: name.to_owned(), blocks: Vec::new(), by_interface: true, is_there: true }
    }

    /// Whether gateway endpoints lead there.
    pub fn by_gateway(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// S3, DynamoDB, and what Ringwall itself serves.
    fn defaults() -> Vec<EndpointService> {
        let by_gateway = |name: &str, block: &str, by_interface| EndpointService {
            name: name.to_owned(),
            blocks: vec![block.parse().expect("a block")],
            by_interface,
            is_there: true,
        };
        vec![
            EndpointService::by_interface("cloudtrail"),
            by_gateway("dynamodb", "198.18.1.0/24", false),
            EndpointService::by_interface("ec2"),
            by_gateway("s3", "198.18.0.0/24", true),
            EndpointService::by_interface("sts"),
        ]
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            account: "000000000000".to_owned(),
            public_ipv4: vec!["198.51.100.0/24".parse().expect("a block")],
            public_ipv6: vec!["2001:db8::/40".parse().expect("a block")],
            has_log_bucket: false,
            services: EndpointService::defaults(),
            waf: WafSettings::default(),
            quotas: Quotas::default(),
        }
    }
}

macro_rules! quotas {
    ($($(#[$doc:meta])* $field:ident = $default:literal, $name:literal;)*) => {
        /// How many there may be; AWS's defaults unless set.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Quotas { $($(#[$doc])* pub $field: u32,)* }

        impl Default for Quotas {
            fn default() -> Self {
                Quotas { $($field: $default,)* }
            }
        }

        impl Quotas {
            /// The names by which quotas are set.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Sets a quota by name; false if there is none of that name.
            pub fn set(&mut self, name: &str, value: u32) -> bool {
                match name {
                    $($name => self.$field = value,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

quotas! {
    /// VPCs in a Region (VPC-14)
    vpcs = 5, "vpcs";
    /// IPv4 blocks of a VPC, and IPv6 blocks of a VPC (VPC-14)
    blocks_per_vpc = 5, "blocks-per-vpc";
    /// subnets of a VPC (VPC-14)
    subnets_per_vpc = 200, "subnets-per-vpc";
    /// route tables of a VPC (RT-36)
    route_tables_per_vpc = 200, "route-tables-per-vpc";
    /// routes of a table, apart for IPv4 and IPv6; a prefix list counts with its maximum (RT-36)
    routes_per_table = 500, "routes-per-table";
    /// internet gateways in a Region (IGW-13)
    internet_gateways = 5, "internet-gateways";
    /// egress-only internet gateways in a Region
    egress_only_internet_gateways = 5, "egress-only-internet-gateways";
    /// Elastic IP addresses in a Region (EIP-6)
    elastic_ips = 5, "elastic-ips";
    /// NAT gateways in an Availability Zone (NAT-27)
    nat_gateways_per_zone = 5, "nat-gateways-per-zone";
    /// Elastic IP addresses of a NAT gateway, up to 8 (NAT-8)
    elastic_ips_per_nat_gateway = 2, "elastic-ips-per-nat-gateway";
    /// private addresses of a private NAT gateway, up to 32 (NAT-8, NAT-21)
    private_ips_per_nat_gateway = 8, "private-ips-per-nat-gateway";
    /// gateway endpoints in a Region (GWE-17)
    gateway_endpoints = 20, "gateway-endpoints";
    /// interface endpoints of a VPC (IFE-23)
    interface_endpoints_per_vpc = 50, "interface-endpoints-per-vpc";
    /// security groups in a Region (SG-40)
    security_groups = 2500, "security-groups";
    /// rules of a group in one direction, apart for IPv4 and IPv6 (SG-38)
    rules_per_group = 60, "rules-per-group";
    /// groups of an interface (SG-39)
    groups_per_interface = 5, "groups-per-interface";
    /// network ACLs of a VPC (NACL-25)
    acls_per_vpc = 200, "acls-per-vpc";
    /// entries of an ACL in one direction with the final deny, apart for IPv4 and IPv6 (NACL-25)
    entries_per_acl = 20, "entries-per-acl";
    /// prefix lists in a Region (RT-43)
    prefix_lists = 100, "prefix-lists";
    /// network interfaces in a Region (ENI-13)
    network_interfaces = 5000, "network-interfaces";
    /// instances in a Region (INST-19)
    instances = 1000, "instances";
    /// web ACLs in a Region and scope (WAF-117)
    web_acls = 100, "web-acls";
    /// rule groups in a Region and scope (WAF-117)
    rule_groups = 100, "rule-groups";
    /// IP sets in a Region and scope (WAF-117)
    ip_sets = 100, "ip-sets";
    /// regex pattern sets in a Region and scope (WAF-117)
    regex_pattern_sets = 10, "regex-pattern-sets";
}

impl Quotas {
    /// Rules that a group may have in one direction and family: times the groups of an interface they may not exceed 1,000
    /// (SG-39), however high the quota is set.
    pub fn rules_of_group(&self) -> u32 {
        self.rules_per_group.min(RULES_PER_INTERFACE as u32 / self.groups_of_interface().max(1))
    }

    /// Groups that an interface may have (SG-39).
    pub fn groups_of_interface(&self) -> u32 {
        self.groups_per_interface.min(GROUPS_PER_INTERFACE as u32)
    }

    /// Entries that an ACL may have in one direction and family, the final deny counted (NACL-25).
    pub fn entries_of_acl(&self) -> u32 {
        self.entries_per_acl.min(ENTRIES_PER_ACL as u32 + 1)
    }

    /// Addresses that a NAT gateway may have, the primary one counted: Elastic IP addresses of a public one, private ones of a
    /// private one (NAT-8, NAT-21).
    pub fn addresses_of_nat_gateway(&self, connectivity: Connectivity) -> u32 {
        match connectivity {
            Connectivity::Public => self.elastic_ips_per_nat_gateway.min(ELASTIC_IPS_PER_NAT_GATEWAY),
            Connectivity::Private => self.private_ips_per_nat_gateway.min(PRIVATE_IPS_PER_NAT_GATEWAY),
        }
    }

    /// Whether the quotas are such as AWS would set; if not, why (SG-39, NACL-25, NAT-8).
    pub fn check(&self) -> Result<(), String> {
        let product = u64::from(self.rules_per_group) * u64::from(self.groups_per_interface);
        if self.groups_per_interface > GROUPS_PER_INTERFACE as u32 {
            return Err(format!("groups-per-interface is at most {GROUPS_PER_INTERFACE}"));
        }
        if product > RULES_PER_INTERFACE as u64 {
            return Err(format!("rules-per-group times groups-per-interface is at most {RULES_PER_INTERFACE}"));
        }
        if self.entries_per_acl > ENTRIES_PER_ACL as u32 + 1 {
            return Err(format!("entries-per-acl is at most {}", ENTRIES_PER_ACL + 1));
        }
        if self.elastic_ips_per_nat_gateway > ELASTIC_IPS_PER_NAT_GATEWAY {
            return Err(format!("elastic-ips-per-nat-gateway is at most {ELASTIC_IPS_PER_NAT_GATEWAY}"));
        }
        if self.private_ips_per_nat_gateway > PRIVATE_IPS_PER_NAT_GATEWAY {
            return Err(format!("private-ips-per-nat-gateway is at most {PRIVATE_IPS_PER_NAT_GATEWAY}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_checked_against_each_other() {
        let check = |settings: &[(&str, u32)]| {
            let mut quotas = Quotas::default();
            assert!(settings.iter().all(|(name, value)| quotas.set(name, *value)));
            quotas.check().is_ok()
        };
        assert!(check(&[]) && check(&[("rules-per-group", 200)]) && check(&[("entries-per-acl", 40)]));
        assert!(!check(&[("rules-per-group", 201)]) && !check(&[("groups-per-interface", 17)]));
        assert!(!check(&[("entries-per-acl", 41)]));
        assert!(check(&[("elastic-ips-per-nat-gateway", 8)]) && !check(&[("elastic-ips-per-nat-gateway", 9)]));
        assert!(check(&[("private-ips-per-nat-gateway", 32)]) && !check(&[("private-ips-per-nat-gateway", 33)]));
    }

    #[test]
    fn quotas_that_are_set_too_high_go_as_far_as_they_may() {
        let quotas =
            Quotas { rules_per_group: 250, groups_per_interface: 20, entries_per_acl: 100, ..Quotas::default() };
        assert_eq!((quotas.rules_of_group(), quotas.groups_of_interface(), quotas.entries_of_acl()), (62, 16, 40));
    }
}
