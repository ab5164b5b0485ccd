//! Records of the store: what the control plane knows of each resource, as its owner wrote it.
//!
//! A record is plain data with everything parsed: an invalid block, range or id cannot be in one. What a packet's fate
//! depends on is taken from here into a [`World`](crate::world::World); names, tags and descriptions stay.

pub mod address;
pub mod flow_log;
pub mod gateway;
pub mod instance;
pub mod nat_gateway;
pub mod network_acl;
pub mod network_interface;
pub mod prefix_list;
pub mod region;
pub mod route_table;
pub mod security_group;
pub mod subnet;
pub mod token;
pub mod traffic;
pub mod vpc;
pub mod vpc_endpoint;
pub mod waf;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use address::Address;
pub use flow_log::FlowLog;
pub use gateway::{EgressOnlyInternetGateway, InternetGateway};
pub use instance::Instance;
pub use nat_gateway::NatGateway;
pub use network_acl::NetworkAcl;
pub use network_interface::NetworkInterface;
pub use prefix_list::PrefixList;
pub use region::RegionRecord;
pub use route_table::RouteTable;
pub use security_group::SecurityGroup;
pub use subnet::Subnet;
pub use token::ClientToken;
pub use vpc::Vpc;
pub use vpc_endpoint::VpcEndpoint;
pub use waf::{WafEntity, WafLogging};

/// Tags of a resource: key and value (API-28).
pub type Tags = BTreeMap<String, String>;

/// Milliseconds since 1970 in UTC.
pub type Milliseconds = i64;

/// A kind of record in the store.
pub trait Resource: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the kind in keys of the store.
    const KIND: &'static str;
    /// The version of the record's form. It grows when a record written before can no longer be read as it is.
    const VERSION: u16 = 1;
    /// By what a record is known.
    type Id: Clone + Ord + Display + FromStr + Send + Sync;

    /// The record's id.
    fn id(&self) -> Self::Id;
}

macro_rules! resource {
    ($record:ty, $kind:literal, $id:ty) => {
        impl Resource for $record {
            const KIND: &'static str = $kind;
            type Id = $id;

            fn id(&self) -> $id {
                self.id.clone()
            }
        }
    };
}

resource!(Vpc, "vpc", crate::id::VpcId);
resource!(Subnet, "subnet", crate::id::SubnetId);
resource!(RouteTable, "route-table", crate::id::RouteTableId);
resource!(NetworkAcl, "network-acl", crate::id::NetworkAclId);
resource!(SecurityGroup, "security-group", crate::id::SecurityGroupId);
resource!(PrefixList, "prefix-list", crate::id::PrefixListId);
resource!(InternetGateway, "internet-gateway", crate::id::InternetGatewayId);
resource!(EgressOnlyInternetGateway, "egress-only-internet-gateway", crate::id::EgressOnlyInternetGatewayId);
resource!(NatGateway, "nat-gateway", crate::id::NatGatewayId);
resource!(VpcEndpoint, "vpc-endpoint", crate::id::VpcEndpointId);
resource!(Address, "elastic-ip", crate::id::AllocationId);
resource!(NetworkInterface, "network-interface", crate::id::NetworkInterfaceId);
resource!(Instance, "instance", crate::id::InstanceId);
resource!(FlowLog, "flow-log", crate::id::FlowLogId);
resource!(WafEntity, "waf-entity", String);
resource!(RegionRecord, "region", String);
resource!(ClientToken, "client-token", String);

impl Resource for WafLogging {
    const KIND: &'static str = "waf-logging";
    type Id = String;

    fn id(&self) -> String {
        self.web_acl.clone()
    }
}
