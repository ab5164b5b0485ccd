//! VPC endpoints, and the names by which they are reached.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Milliseconds, Tags};
use crate::id::{NetworkInterfaceId, PrefixListId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId};

/// A VPC endpoint: a way to a service that does not touch the internet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VpcEndpoint {
    /// its id
    pub id: VpcEndpointId,
    /// its VPC, for life
    pub vpc: VpcId,
    /// the service's short name, as in `s3` of `com.amazonaws.us-east-1.s3`
    pub service: String,
    /// how it leads there
    pub kind: EndpointKind,
    /// what may be asked of the service through it; none is everything (GWE-12)
    pub policy: Option<String>,
    /// when it was made
    pub created: Milliseconds,
    /// its tags
    pub tags: Tags,
}

/// How an endpoint leads to its service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointKind {
    /// by routes for the service's prefix list. Which tables have them, the tables say (GWE-3).
    Gateway {
        /// the prefix list
        prefix_list: PrefixListId,
    },
    /// by interfaces in subnets
    Interface(InterfaceEndpoint),
}

/// What an interface endpoint has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceEndpoint {
    /// its interfaces, one in each of its subnets, which are of different zones (IFE-1)
    pub interfaces: BTreeMap<SubnetId, NetworkInterfaceId>,
    /// the groups of its interfaces: one at least (IFE-3)
    pub groups: BTreeSet<SecurityGroupId>,
    /// whether the service's own names lead to it inside its VPC (IFE-11)
    pub private_dns: bool,
    /// the number in its names, beside its id
    pub number: u32,
}

impl VpcEndpoint {
    /// What it has, if it is an interface endpoint.
    pub fn interface(&self) -> Option<&InterfaceEndpoint> {
        match &self.kind {
            EndpointKind::Gateway { .. } => None,
            EndpointKind::Interface(interface) => Some(interface),
        }
    }

    /// The service's prefix list, if it is a gateway endpoint.
    pub fn prefix_list(&self) -> Option<PrefixListId> {
        match self.kind {
            EndpointKind::Gateway { prefix_list } => Some(prefix_list),
            EndpointKind::Interface(_) => None,
        }
    }

    /// The name that leads to its interfaces in all zones (IFE-9). Below it, S3 has one for each bucket.
    pub fn regional_name(&self, region: &str) -> Option<String> {
        let own = self.interface()?;
        Some(format!("{}-{:08x}.{}", self.id, own.number, endpoint_domain(region, &self.service)))
    }

    /// The name that leads to its interface in a zone (IFE-9).
    pub fn zonal_name(&self, region: &str, zone: &str) -> Option<String> {
        let own = self.interface()?;
        Some(format!("{}-{:08x}-{zone}.{}", self.id, own.number, endpoint_domain(region, &self.service)))
    }

    /// The service's own names, if they lead to it (IFE-11).
    pub fn private_names(&self, region: &str) -> Vec<String> {
        match self.interface() {
            Some(own) if own.private_dns => private_names(region, &self.service),
            _ => Vec::new(),
        }
    }
}

/// The full name of a service: `com.amazonaws.us-east-1.s3`.
pub fn service_name(region: &str, service: &str) -> String {
    format!("com.amazonaws.{region}.{service}")
}

/// The domain in which endpoints of a service have their names: `ec2.us-east-1.vpce.amazonaws.com` (IFE-9).
pub fn endpoint_domain(region: &str, service: &str) -> String {
    format!("{service}.{region}.vpce.amazonaws.com")
}

/// Whether a service has names below its own: S3 has one for each bucket.
pub fn has_names_below(service: &str) -> bool {
    service == "s3"
}

/// A service's own names, which private DNS answers for. `*.` before one stands for whatever is below it.
pub fn private_names(region: &str, service: &str) -> Vec<String> {
    let own = format!("{service}.{region}.amazonaws.com");
    if has_names_below(service) { vec![own.clone(), format!("*.{own}")] } else { vec![own] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_endpoint_has_names_of_its_own_and_those_of_its_service() {
        let own =
            InterfaceEndpoint { interfaces: BTreeMap::new(), groups: BTreeSet::new(), private_dns: true, number: 0xab };
        let endpoint = |service: &str, kind| VpcEndpoint {
            id: "vpce-00000000000000001".parse().unwrap(),
            vpc: "vpc-00000000000000001".parse().unwrap(),
            service: service.to_owned(),
            kind,
            policy: None,
            created: 0,
            tags: Tags::new(),
        };
        let with_names = endpoint("ec2", EndpointKind::Interface(own.clone()));
        let regional = "vpce-00000000000000001-000000ab.ec2.us-east-1.vpce.amazonaws.com";
        assert_eq!(with_names.regional_name("us-east-1").unwrap(), regional);
        let zonal = "vpce-00000000000000001-000000ab-us-east-1a.ec2.us-east-1.vpce.amazonaws.com";
        assert_eq!(with_names.zonal_name("us-east-1", "us-east-1a").unwrap(), zonal);
        assert_eq!(with_names.private_names("eu-west-1"), ["ec2.eu-west-1.amazonaws.com"]);
        let s3 = endpoint("s3", EndpointKind::Interface(own.clone()));
        assert_eq!(s3.private_names("us-east-1"), ["s3.us-east-1.amazonaws.com", "*.s3.us-east-1.amazonaws.com"]);
        let without = endpoint("ec2", EndpointKind::Interface(InterfaceEndpoint { private_dns: false, ..own }));
        assert!(without.private_names("us-east-1").is_empty());
        let gateway = endpoint("s3", EndpointKind::Gateway { prefix_list: "pl-00000001".parse().unwrap() });
        assert!(gateway.regional_name("us-east-1").is_none() && gateway.private_names("us-east-1").is_empty());
    }
}
