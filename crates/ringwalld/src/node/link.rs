//! Links: of interfaces to instances and endpoints, and of VPCs to their services.

use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use ringwall_datapath::attach::{Side, attach};
use ringwall_fabric::link::{Addresses, LinkSpec};
use ringwall_fabric::place::link_device;
use ringwall_fabric::{Namespace, Place, ServicesSpec, network_namespace, set_services};
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::limits::VPC_MTU;
use ringwall_model::reserved::{ROUTER_V6, SERVICES_MAC, UPLINK_ROUTER};
use ringwall_net::Prefix;
use ringwall_plan::node::{DesiredLink, LinkEnd};

use super::failure::{Failure, Who, chain};
use super::{Keeper, State};
use crate::services::services_namespace;

impl Keeper {
    pub(super) fn create_link(
        &self,
        state: &mut State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<(), Failure> {
        let who = Who::Link(id, wanted.end.instance());
        let Some(namespace) = self.namespace(state, id, wanted).map_err(|reason| who.failed_because(reason))? else {
            return Ok(());
        };
        let spec = LinkSpec {
            fabric_device: &link_device(&id.to_string()),
            alias: &id.to_string(),
            namespace: &namespace,
            device: &format!("eth{}", wanted.device_index),
            mac: wanted.mac,
            mtu: VPC_MTU,
            addresses: &addresses(wanted),
        };
        let index = self.fabric.create_link(&spec).map_err(|error| who.failed(&error))?;
        let device = spec.fabric_device;
        let attached = self.fabric.run_in(|| attach(device, Side::Interface, &self.pins));
        match attached {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(who.failed(&error)),
            Err(error) => return Err(who.failed(&error)),
        }
        state.links.interfaces.insert(id, index);
        state.observed.links.insert(id, wanted.clone());
        Ok(())
    }

    /// The namespace at the other end of a link; none of an instance that does not run. An endpoint's is made for it, and
    /// answers no pings (IFE-5).
    fn namespace(
        &self,
        state: &State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<Option<Namespace>, String> {
        match wanted.end {
            LinkEnd::Instance(instance) => {
                let process = state.processes.get(&instance);
                process.map(|process| network_namespace(*process).map_err(|error| chain(&error))).transpose()
            }
            LinkEnd::Endpoint(_) => {
                let path = self.endpoint_namespace(id);
                let namespace = Namespace::create_or_open(&path).map_err(|error| chain(&error))?;
                let silenced = namespace.run_in(|| std::fs::write("/proc/sys/net/ipv4/icmp_echo_ignore_all", "1"));
                silenced.map_err(|error| chain(&error))?.map_err(|error| error.to_string())?;
                Ok(Some(namespace))
            }
        }
    }

    pub(super) fn endpoint_namespace(&self, id: NetworkInterfaceId) -> PathBuf {
        endpoint_namespace(self.fabric.place(), id)
    }

    /// Makes the link of a VPC to its services, or changes the addresses of the one that is there.
    pub(super) fn create_services(&self, state: &mut State, id: VpcId, local: &[Prefix]) -> Result<(), String> {
        let path = services_namespace(self.fabric.place(), id);
        match state.links.services.entry(id) {
            Entry::Occupied(_) => {
                let namespace = Namespace::create_or_open(&path).map_err(|error| chain(&error))?;
                set_services(&namespace, UPLINK_ROUTER, local).map_err(|error| chain(&error))?;
            }
            Entry::Vacant(place) => {
                place.insert(self.link_services(id, &path, local)?);
            }
        }
        state.observed.services.insert(id, local.to_vec());
        Ok(())
    }

    /// Makes a VPC's link to its services and sets it up: what it leads to says nothing unasked.
    fn link_services(&self, id: VpcId, path: &Path, local: &[Prefix]) -> Result<u32, String> {
        let (alias, device) = (id.to_string(), link_device(&id.to_string()));
        let spec = ServicesSpec {
            fabric_device: &device,
            alias: &alias,
            namespace: path,
            mac: SERVICES_MAC,
            router_mac: UPLINK_ROUTER,
            mtu: VPC_MTU,
            local,
        };
        let index = self.fabric.create_services(&spec).map_err(|error| chain(&error))?;
        let attached = self.fabric.run_in(|| attach(&device, Side::Services, &self.pins));
        attached.map_err(|error| chain(&error))?.map_err(|error| chain(&error))?;
        self.fabric.enable_link(index).map_err(|error| chain(&error))?;
        Ok(index)
    }

    pub(super) fn set_addresses(
        &self,
        state: &mut State,
        id: NetworkInterfaceId,
        wanted: &DesiredLink,
    ) -> Result<(), Failure> {
        let Some(namespace) =
            self.namespace(state, id, wanted).map_err(|reason| Who::Link(id, None).failed_because(reason))?
        else {
            return Ok(());
        };
        let device = format!("eth{}", wanted.device_index);
        state.observed.links.insert(id, wanted.clone());
        set(&namespace, &device, wanted).map_err(|error| Who::Link(id, None).failed(&error))
    }
}

/// Where the namespace is kept in which an interface endpoint has its interface.
pub fn endpoint_namespace(place: &Place, interface: NetworkInterfaceId) -> PathBuf {
    place.namespace(&format!("endpoint-{interface}"))
}

fn addresses(link: &DesiredLink) -> Addresses {
    Addresses {
        ipv4: link.ipv4.clone(),
        ipv6: link.ipv6.clone(),
        router_v4: Some(link.router),
        router_v6: (!link.ipv6.is_empty()).then_some(ROUTER_V6),
        is_primary: link.device_index == 0,
    }
}

fn set(namespace: &Namespace, device: &str, wanted: &DesiredLink) -> Result<(), ringwall_fabric::LinkError> {
    ringwall_fabric::set_addresses(namespace, device, &addresses(wanted))
}
