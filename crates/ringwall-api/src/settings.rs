//! What whoever runs Ringwall has settled for all calls.

use ringwall_net::{Ipv4Prefix, Ipv6Prefix};

/// Settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// the account that everything belongs to
    pub account: String,
    /// the blocks that public IPv4 addresses are taken from
    pub public_ipv4: Vec<Ipv4Prefix>,
    /// the blocks that IPv6 blocks of VPCs are taken from
    pub public_ipv6: Vec<Ipv6Prefix>,
    /// how many there may be
    pub quotas: Quotas,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            account: "000000000000".to_owned(),
            public_ipv4: vec!["198.51.100.0/24".parse().expect("a block")],
            public_ipv6: vec!["2001:db8::/40".parse().expect("a block")],
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
}
