//! Everything at one revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_model::resource::{
    Address, ClientToken, EgressOnlyInternetGateway, FlowLog, Instance, InternetGateway, NatGateway, NetworkAcl,
    NetworkInterface, PrefixList, RegionRecord, Resource, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint,
    WafEntity, WafLogging,
};
use serde::Deserialize;

use crate::key::Key;
use crate::store::StoreError;
use crate::table::Table;

/// What holds records of a kind.
pub trait Holds<R: Resource> {
    /// The records.
    fn table(&self) -> &Table<R>;

    #[doc(hidden)]
    fn table_mut(&mut self) -> &mut Table<R>;
}

macro_rules! region {
    ($($(#[$doc:meta])* $field:ident: $record:ty,)*) => {
        /// The records of one Region.
        #[derive(Clone, Debug, Default)]
        pub struct Region { $($(#[$doc])* pub $field: Table<$record>,)* }

        $(impl Holds<$record> for Region {
            fn table(&self) -> &Table<$record> {
                &self.$field
            }

            fn table_mut(&mut self) -> &mut Table<$record> {
                &mut self.$field
            }
        })*

        impl Region {
            /// Takes in a record as it was written.
            pub(crate) fn load(&mut self, key: &Key, bytes: &[u8]) -> Result<(), StoreError> {
                match key.kind.as_str() {
                    $(<$record as Resource>::KIND => {
                        let (record, changed) = decode::<$record>(key, bytes)?;
                        self.$field.put(Arc::new(record), changed);
                    })*
                    _ => return Err(StoreError::UnknownKind { key: key.to_string() }),
                }
                Ok(())
            }

            /// The record as it is to be written; none if it is not there.
            pub(crate) fn written(&self, key: &Key) -> Option<Vec<u8>> {
                match key.kind.as_str() {
                    $(<$record as Resource>::KIND => {
                        let id = key.id.parse().ok()?;
                        self.$field.row(&id).map(|row| encode::<$record>(&row.record, row.changed))
                    })*
                    _ => None,
                }
            }
        }
    };
}

region! {
    /// what the Region was given on first use
    regions: RegionRecord,
    /// virtual private clouds
    vpcs: Vpc,
    /// subnets
    subnets: Subnet,
    /// route tables
    route_tables: RouteTable,
    /// network ACLs
    network_acls: NetworkAcl,
    /// security groups
    security_groups: SecurityGroup,
    /// prefix lists
    prefix_lists: PrefixList,
    /// internet gateways
    internet_gateways: InternetGateway,
    /// egress-only internet gateways
    egress_only_internet_gateways: EgressOnlyInternetGateway,
    /// NAT gateways
    nat_gateways: NatGateway,
    /// VPC endpoints
    vpc_endpoints: VpcEndpoint,
    /// Elastic IP addresses
    addresses: Address,
    /// network interfaces
    network_interfaces: NetworkInterface,
    /// instances
    instances: Instance,
    /// flow logs
    flow_logs: FlowLog,
    /// web ACLs and what they refer to
    waf_entities: WafEntity,
    /// where records of web ACLs go
    waf_logging: WafLogging,
    /// calls that carried a client token
    client_tokens: ClientToken,
}

/// Everything at one revision.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// the revision: how many transactions came before
    pub revision: u64,
    /// the Regions that were used so far
    pub regions: BTreeMap<String, Arc<Region>>,
}

impl Snapshot {
    /// A Region; an empty one if it was never used.
    pub fn region(&self, name: &str) -> Arc<Region> {
        self.regions.get(name).cloned().unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Envelope<T> {
    v: u16,
    changed: u64,
    record: T,
}

fn decode<R: Resource>(key: &Key, bytes: &[u8]) -> Result<(R, u64), StoreError> {
    let unreadable = |reason: String| StoreError::Unreadable { key: key.to_string(), reason };
    let envelope: Envelope<serde_json::Value> =
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if envelope.v != R::VERSION {
        return Err(unreadable(format!("it has form {}, and this version reads form {}", envelope.v, R::VERSION)));
    }
    let record = serde_json::from_value(envelope.record).map_err(|error| unreadable(error.to_string()))?;
    Ok((record, envelope.changed))
}

fn encode<R: Resource>(record: &R, changed: u64) -> Vec<u8> {
    let envelope = serde_json::json!({ "v": R::VERSION, "changed": changed, "record": record });
    envelope.to_string().into_bytes()
}
