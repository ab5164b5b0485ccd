//! Interfaces as parameters of a launch (INST-2 to INST-5).

use std::collections::BTreeSet;

use ringwall_model::resource::Tags;
use serde::Deserialize;

use super::connection_tracking::{self, ConnectionTrackingInput};
use super::private_address::{Ipv6AddressInput, PrivateAddressInput, wanted_ipv4, wanted_ipv6};
use super::value::only;
use crate::ec2::error::{Code, combination, invalid_value};
use crate::ec2::id::{parse, parse_all, parse_option};
use crate::ec2::operation::launch::{InterfaceSource, LaunchInterface, LaunchedInterface, no_primary};
use crate::ec2::operation::network_interface::NewInterface;
use crate::ec2::operation::security_group::GroupRef;
use crate::error::ApiError;

/// An interface to launch with.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LaunchInterfaceInput {
    device_index: Option<i64>,
    network_interface_id: Option<String>,
    subnet_id: Option<String>,
    description: Option<String>,
    #[serde(default, rename = "SecurityGroupId")]
    group_ids: Vec<String>,
    private_ip_address: Option<String>,
    #[serde(default)]
    private_ip_addresses: Vec<PrivateAddressInput>,
    secondary_private_ip_address_count: Option<i64>,
    #[serde(default)]
    ipv6_addresses: Vec<Ipv6AddressInput>,
    ipv6_address_count: Option<i64>,
    associate_public_ip_address: Option<bool>,
    delete_on_termination: Option<bool>,
    connection_tracking_specification: Option<ConnectionTrackingInput>,
    interface_type: Option<String>,
    network_card_index: Option<i64>,
    associate_carrier_ip_address: Option<bool>,
    ipv4_prefix_count: Option<i64>,
    ipv6_prefix_count: Option<i64>,
    primary_ipv6: Option<bool>,
}

impl LaunchInterfaceInput {
    /// Reads an interface; new ones get the tags.
    fn parse(&self, tags: &Tags) -> Result<LaunchInterface, ApiError> {
        self.refuse_without_effect()?;
        let index = self
            .device_index
            .ok_or_else(|| Code::InvalidParameterValue.with("Each network interface requires a device index."))?;
        let device_index = device_index(index)?;
        let source = match &self.network_interface_id {
            Some(id) => {
                self.refuse_beside_id()?;
                InterfaceSource::Existing(parse(id)?)
            }
            None => InterfaceSource::New(Box::new(self.parse_new(tags)?)),
        };
        let is_new = self.network_interface_id.is_none();
        // ENI-8
        let delete_on_termination = self.delete_on_termination.unwrap_or(is_new);
        Ok(LaunchInterface { device_index, delete_on_termination, source })
    }

    fn refuse_without_effect(&self) -> Result<(), ApiError> {
        only("NetworkInterface.InterfaceType", self.interface_type.as_deref(), "interface")?;
        only("NetworkInterface.NetworkCardIndex", self.network_card_index, 0)?;
        only("NetworkInterface.AssociateCarrierIpAddress", self.associate_carrier_ip_address, false)?;
        only("NetworkInterface.Ipv4PrefixCount", self.ipv4_prefix_count, 0)?;
        only("NetworkInterface.Ipv6PrefixCount", self.ipv6_prefix_count, 0)?;
        only("NetworkInterface.PrimaryIpv6", self.primary_ipv6, false)
    }

    /// An interface that is there has everything already.
    fn refuse_beside_id(&self) -> Result<(), ApiError> {
        let named = [
            (self.subnet_id.is_some(), "a subnet"),
            (!self.group_ids.is_empty(), "security groups"),
            (self.description.is_some(), "a description"),
            (self.private_ip_address.is_some() || !self.private_ip_addresses.is_empty(), "a private IP address"),
            (self.secondary_private_ip_address_count.is_some(), "a secondary private IP address count"),
            (!self.ipv6_addresses.is_empty() || self.ipv6_address_count.is_some(), "IPv6 addresses"),
            (self.connection_tracking_specification.is_some(), "a connection tracking specification"),
            (self.associate_public_ip_address.is_some(), "the association of a public IP address"),
            (self.delete_on_termination == Some(true), "delete on termination as true"),
        ];
        match named.iter().find(|(is_given, _)| *is_given) {
            Some((_, what)) => {
                Err(combination(format!("A network interface may not specify both a network interface ID and {what}")))
            }
            None => Ok(()),
        }
    }

    fn parse_new(&self, tags: &Tags) -> Result<LaunchedInterface, ApiError> {
        let primary = self.private_ip_address.as_deref();
        let count = self.secondary_private_ip_address_count;
        Ok(LaunchedInterface {
            subnet: parse_option(self.subnet_id.as_deref())?,
            groups: parse_all(&self.group_ids)?.into_iter().map(GroupRef::Id).collect(),
            public: self.associate_public_ip_address,
            interface: NewInterface {
                description: self.description.clone().unwrap_or_default(),
                ipv4: wanted_ipv4(primary, &self.private_ip_addresses, count)?,
                ipv6: wanted_ipv6(&self.ipv6_addresses, self.ipv6_address_count)?,
                groups: Vec::new(),
                tracking: connection_tracking::parse(self.connection_tracking_specification.as_ref())?,
                tags: tags.clone(),
            },
        })
    }
}

/// Reads the place of an interface.
pub fn device_index(index: i64) -> Result<u16, ApiError> {
    index.try_into().map_err(|_| invalid_value("deviceIndex", index, "Expected a number from 0 to 65535."))
}

/// Reads the interfaces of a launch: each with a place of its own, and one at place 0.
pub fn parse_interfaces(inputs: &[LaunchInterfaceInput], tags: &Tags) -> Result<Vec<LaunchInterface>, ApiError> {
    let parsed: Result<Vec<LaunchInterface>, ApiError> = inputs.iter().map(|input| input.parse(tags)).collect();
    let interfaces = parsed?;
    let places: BTreeSet<u16> = interfaces.iter().map(|interface| interface.device_index).collect();
    if places.len() < interfaces.len() {
        return Err(combination("Each network interface requires a unique device index."));
    }
    if !places.contains(&0) {
        return Err(no_primary());
    }
    if interfaces.len() > 1 && inputs.iter().any(|input| input.associate_public_ip_address.is_some()) {
        // INST-4
        let message = "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.";
        return Err(combination(message));
    }
    Ok(interfaces)
}

/// What only one instance can have cannot be asked for several (INST-5, INST-7).
pub fn refuse_for_several(interfaces: &[LaunchInterface]) -> Result<(), ApiError> {
    for interface in interfaces {
        let what = match &interface.source {
            InterfaceSource::Existing(_) => "an existing network interface",
            InterfaceSource::New(new) if new.interface.ipv4.names_any() => "a private IP address",
            InterfaceSource::New(new) if new.interface.names_ipv6() => "an IPv6 address",
            InterfaceSource::New(_) => continue,
        };
        return Err(combination(format!("You cannot specify {what} when launching more than one instance.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::subnet;

    #[test]
    fn lists_of_interfaces_have_rules() {
        let mut bench = Bench::new();
        let subnets = [subnet(&mut bench, 'a'), subnet(&mut bench, 'b')];
        let first = "&NetworkInterface.1.DeviceIndex=0";
        let second = "&NetworkInterface.2.DeviceIndex=1";
        let mut check = |parameters: &str, code: &str| {
            let call = format!("ImageId=ami-host&MinCount=1&MaxCount=1{parameters}");
            assert_eq!(bench.refused("RunInstances", &call), code, "{parameters}");
        };
        // INST-3
        check(&format!("{first}&SubnetId={}", subnets[0]), "InvalidParameterCombination");
        check(&format!("{first}&SecurityGroupId.1=sg-00000000000000001"), "InvalidParameterCombination");
        check(&format!("{first}&PrivateIpAddress=172.31.0.9"), "InvalidParameterCombination");
        // INST-4
        check(
            &format!("{first}{second}&NetworkInterface.1.AssociatePublicIpAddress=true"),
            "InvalidParameterCombination",
        );
        check("&NetworkInterface.1.Description=x", "InvalidParameterValue");
        check("&NetworkInterface.1.DeviceIndex=1", "InvalidParameterCombination");
        check(&format!("{first}&NetworkInterface.2.DeviceIndex=0"), "InvalidParameterCombination");
        check("&NetworkInterface.1.DeviceIndex=-1", "InvalidParameterValue");
        // ENI-13
        check(
            &format!("{first}{second}&NetworkInterface.3.DeviceIndex=2&InstanceType=t3.micro"),
            "AttachmentLimitExceeded",
        );
        check(
            &format!("{first}&NetworkInterface.1.SecondaryPrivateIpAddressCount=2&InstanceType=t3.micro"),
            "PrivateIpAddressLimitExceeded",
        );
        let apart = format!(
            "{first}{second}&NetworkInterface.1.SubnetId={}&NetworkInterface.2.SubnetId={}",
            subnets[0], subnets[1]
        );
        check(&apart, "InvalidParameterCombination");
    }
}
