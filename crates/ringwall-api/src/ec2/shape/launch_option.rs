//! Options of a launch: those that say where and under which name, and those that change nothing here.

use ringwall_model::resource::instance::ShutdownBehavior;
use ringwall_model::resource::subnet::HostnameType;
use serde::Deserialize;

use super::value::only;
use crate::action::unbuilt_parameter;
use crate::ec2::error::{Code, combination, invalid_value};
use crate::ec2::operation::instance_type::InstanceType;
use crate::ec2::operation::launch::{NameOptions, ZoneRef};
use crate::error::ApiError;

/// Where an instance is put.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PlacementInput {
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    tenancy: Option<String>,
    group_name: Option<String>,
}

impl PlacementInput {
    /// Reads the zone; clients send empty texts for what they have no opinion on.
    pub fn parse(self) -> Result<Option<ZoneRef>, ApiError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        only("Placement.Tenancy", given(self.tenancy).as_deref(), "default")?;
        if given(self.group_name).is_some() {
            return Err(unbuilt_parameter("Placement.GroupName"));
        }
        match (given(self.availability_zone), given(self.availability_zone_id)) {
            (Some(_), Some(_)) => {
                let message = "The parameters AvailabilityZone and AvailabilityZoneId cannot be used together.";
                Err(combination(message))
            }
            (name, id) => Ok(name.map(ZoneRef::Name).or(id.map(ZoneRef::Id))),
        }
    }
}

/// What an instance is named after (DNS-13).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NameOptionsInput {
    hostname_type: Option<String>,
    #[serde(rename = "EnableResourceNameDnsARecord")]
    enable_a_record: Option<bool>,
    #[serde(rename = "EnableResourceNameDnsAAAARecord")]
    enable_aaaa_record: Option<bool>,
}

impl NameOptionsInput {
    /// Reads the options.
    pub fn parse(self) -> Result<NameOptions, ApiError> {
        let hostname_type = match self.hostname_type.as_deref() {
            None => None,
            Some("ip-name") => Some(HostnameType::IpName),
            Some("resource-name") => Some(HostnameType::ResourceName),
            Some(other) => return Err(invalid_value("hostnameType", other, "Expected ip-name or resource-name.")),
        };
        Ok(NameOptions { hostname_type, a_record: self.enable_a_record, aaaa_record: self.enable_aaaa_record })
    }
}

/// CPU credits. Nothing here is slowed down for want of them, which is what AWS calls unlimited.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreditInput {
    cpu_credits: String,
}

impl CreditInput {
    /// Whether the type has such credits.
    pub fn check(&self, kind: &InstanceType) -> Result<(), ApiError> {
        if !kind.is_burstable() {
            let message = format!("The {} instance type does not support CPU credits.", kind.name);
            return Err(Code::InstanceCreditSpecificationNotSupported.with(message));
        }
        match self.cpu_credits.as_str() {
            "unlimited" => Ok(()),
            "standard" => Err(unbuilt_parameter("CreditSpecification.CpuCredits=standard")),
            other => Err(invalid_value("cpuCredits", other, "Expected unlimited.")),
        }
    }
}

macro_rules! without_effect {
    ($($(#[$doc:meta])* $name:ident { $field:ident: $type:ty = $default:expr, $wire:literal })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(rename_all = "PascalCase")]
        pub struct $name {
            $field: Option<$type>,
        }

        impl $name {
            /// Whether it is AWS's default, which changes nothing.
            pub fn check(self) -> Result<(), ApiError> {
                only($wire, self.$field, $default)
            }
        }
    )*};
}

without_effect! {
    /// Detailed monitoring: there is none.
    MonitoringInput { enabled: bool = false, "Monitoring.Enabled" }
    /// Hibernation: there is none.
    HibernationInput { configured: bool = false, "HibernationOptions.Configured" }
    /// Enclaves: there are none.
    EnclaveInput { enabled: bool = false, "EnclaveOptions.Enabled" }
    /// Reserved capacity: there is none to be used.
    ReservationInput {
        capacity_reservation_preference: String = "open".to_owned(),
        "CapacityReservationSpecification.CapacityReservationPreference"
    }
    /// What AWS does when a host fails.
    MaintenanceInput { auto_recovery: String = "default".to_owned(), "MaintenanceOptions.AutoRecovery" }
    /// How bandwidth is shared with volumes, of which there are none.
    BandwidthInput { bandwidth_weighting: String = "default".to_owned(), "NetworkPerformanceOptions.BandwidthWeighting" }
}

/// Reads what happens when an instance shuts itself down.
pub fn shutdown_behavior(text: &str) -> Result<ShutdownBehavior, ApiError> {
    match text {
        "stop" => Ok(ShutdownBehavior::Stop),
        "terminate" => Ok(ShutdownBehavior::Terminate),
        other => Err(invalid_value("instanceInitiatedShutdownBehavior", other, "Expected stop or terminate.")),
    }
}

/// The name of what happens when an instance shuts itself down.
pub fn shutdown_behavior_name(behavior: ShutdownBehavior) -> &'static str {
    match behavior {
        ShutdownBehavior::Stop => "stop",
        ShutdownBehavior::Terminate => "terminate",
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::region;

    const ONE: &str = "ImageId=ami-host&MinCount=1&MaxCount=1&InstanceType=t3.micro";

    #[test]
    fn options_that_change_nothing_are_taken() {
        let mut bench = Bench::new();
        let options = "Monitoring.Enabled=false&EbsOptimized=false&HibernationOptions.Configured=false&EnclaveOptions.Enabled=false&CapacityReservationSpecification.CapacityReservationPreference=open&MaintenanceOptions.AutoRecovery=default&NetworkPerformanceOptions.BandwidthWeighting=default&EnablePrimaryIpv6=false&CreditSpecification.CpuCredits=unlimited";
        bench.ok("RunInstances", &format!("{ONE}&{options}"));
        let list = "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.InterfaceType=interface&NetworkInterface.1.NetworkCardIndex=0&NetworkInterface.1.Ipv4PrefixCount=0&NetworkInterface.1.PrimaryIpv6=false&NetworkInterface.1.AssociateCarrierIpAddress=false";
        bench.ok("RunInstances", &format!("{ONE}&{list}"));
    }

    #[test]
    fn options_without_effect_are_refused_by_name() {
        let mut bench = Bench::new();
        for option in [
            "Monitoring.Enabled=true",
            "EbsOptimized=true",
            "HibernationOptions.Configured=true",
            "EnclaveOptions.Enabled=true",
            "CapacityReservationSpecification.CapacityReservationPreference=none",
            "CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId=cr-1",
            "MaintenanceOptions.AutoRecovery=disabled",
            "NetworkPerformanceOptions.BandwidthWeighting=vpc-1",
            "EnablePrimaryIpv6=true",
            "CreditSpecification.CpuCredits=standard",
            "Placement.Tenancy=host",
            "Placement.HostId=h-1",
            "KeyName=k",
            "IamInstanceProfile.Name=p",
            "BlockDeviceMapping.1.DeviceName=/dev/sda1",
            "LaunchTemplate.LaunchTemplateId=lt-1",
            "InstanceMarketOptions.MarketType=spot",
            "CpuOptions.CoreCount=1",
            "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.InterfaceType=efa",
            "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.NetworkCardIndex=1",
            "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.Ipv4Prefix.1.Ipv4Prefix=172.31.0.16/28",
            "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.EnaSrdSpecification.EnaSrdEnabled=true",
            "TagSpecification.1.ResourceType=spot-instances-request&TagSpecification.1.Tag.1.Key=k",
        ] {
            let error = bench.call("RunInstances", &format!("{ONE}&{option}")).expect_err(option);
            assert_eq!(error.code, "UnsupportedOperation", "{option}");
            let last = option.split('&').next_back().unwrap_or_default();
            let name = last.split(['=', '.']).next().unwrap_or_default();
            assert!(error.message.contains(name), "{option}: {error}");
        }
        assert!(region(&bench).instances.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut bench = Bench::new();
        for (option, code) in [
            ("PrivateDnsNameOptions.HostnameType=moon-name", "InvalidParameterValue"),
            ("InstanceInitiatedShutdownBehavior=explode", "InvalidParameterValue"),
            ("CreditSpecification.CpuCredits=much", "InvalidParameterValue"),
            (
                "Placement.AvailabilityZone=us-east-1a&Placement.AvailabilityZoneId=use1-az1",
                "InvalidParameterCombination",
            ),
            ("UserData=%%%", "InvalidParameterValue"),
            ("TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=k", "InvalidParameterValue"),
            ("Frob=x", "UnknownParameter"),
        ] {
            let option = option.replace('%', "!");
            assert_eq!(bench.refused("RunInstances", &format!("{ONE}&{option}")), code, "{option}");
        }
        let plain =
            "ImageId=ami-host&MinCount=1&MaxCount=1&InstanceType=m5.large&CreditSpecification.CpuCredits=unlimited";
        assert_eq!(bench.refused("RunInstances", plain), "InstanceCreditSpecification.NotSupported");
        assert_eq!(bench.refused("RunInstances", "MinCount=1&MaxCount=1"), "MissingParameter");
        assert_eq!(bench.refused("RunInstances", "ImageId=ami-host&MinCount=1"), "MissingParameter");
        assert_eq!(
            bench.refused("RunInstances", "ImageId=ami-0123456789abcdef0&MinCount=1&MaxCount=1"),
            "InvalidAMIID.NotFound"
        );
        assert_eq!(
            bench.refused("RunInstances", "ImageId=ami-host&MinCount=1&MaxCount=1&InstanceType=t3.huge"),
            "InvalidParameterValue"
        );
    }
}
