//! Types of instances: how many interfaces and addresses each may have (ENI-13), and what AWS publishes of it.
//!
//! What a type fixes here is its interfaces and addresses, nothing else: instances share the host's processors and memory.

use crate::ec2::error::Code;
use crate::error::ApiError;

/// A type of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceType {
    /// its name
    pub name: &'static str,
    /// how many interfaces an instance may have
    pub interfaces: usize,
    /// how many private IPv4 addresses each of them may have
    pub ipv4_addresses: usize,
    /// how many IPv6 addresses each of them may have; none on types without IPv6
    pub ipv6_addresses: usize,
    /// virtual processors, as published
    pub vcpus: u32,
    /// cores, as published
    pub cores: u32,
    /// memory in MiB, as published
    pub memory: u32,
    /// which hypervisor AWS runs it on
    pub hypervisor: Hypervisor,
}

/// The hypervisors of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hypervisor {
    /// the older one
    Xen,
    /// the newer one
    Nitro,
}

impl Hypervisor {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Hypervisor::Xen => "xen",
            Hypervisor::Nitro => "nitro",
        }
    }
}

impl InstanceType {
    /// Whether AWS sells the type with CPU credits.
    pub fn is_burstable(&self) -> bool {
        self.name.starts_with('t')
    }

    /// Whether AWS counts the type among those of the current generation.
    pub fn is_current(&self) -> bool {
        self.name != DEFAULT
    }

    /// Whether an instance may have so many interfaces (ENI-13).
    pub fn check_interfaces(&self, number: usize) -> Result<(), ApiError> {
        if number > self.interfaces {
            let message = format!("Interface count {number} exceeds the limit for {}", self.name);
            return Err(Code::AttachmentLimitExceeded.with(message));
        }
        Ok(())
    }

    /// Whether an interface may have so many addresses (ENI-13).
    pub fn check_addresses(&self, ipv4: usize, ipv6: usize) -> Result<(), ApiError> {
        if ipv6 > 0 && self.ipv6_addresses == 0 {
            let message = format!("IPv6 addresses are not supported for the instance type '{}'.", self.name);
            return Err(Code::InvalidParameterCombination.with(message));
        }
        if ipv4 > self.ipv4_addresses || ipv6 > self.ipv6_addresses {
            return Err(too_many_addresses());
        }
        Ok(())
    }
}

/// An interface would have more addresses than it may.
pub fn too_many_addresses() -> ApiError {
    Code::PrivateIpAddressLimitExceeded.with("Number of private addresses will exceed limit.")
}

/// The type of an instance when none is asked for.
pub const DEFAULT: &str = "m1.small";

/// The type of a name.
pub fn find(name: &str) -> Result<&'static InstanceType, ApiError> {
    by_name(name).ok_or_else(|| Code::InvalidParameterValue.with(format!("Invalid value '{name}' for InstanceType.")))
}

/// The type of a name, if there is one.
pub fn by_name(name: &str) -> Option<&'static InstanceType> {
    TYPES.iter().find(|kind| kind.name == name)
}

const fn xen(
    name: &'static str,
    (interfaces, ipv4_addresses, ipv6_addresses): (usize, usize, usize),
    (vcpus, cores): (u32, u32),
    memory: u32,
) -> InstanceType {
    let hypervisor = Hypervisor::Xen;
    InstanceType { name, interfaces, ipv4_addresses, ipv6_addresses, vcpus, cores, memory, hypervisor }
}

/// Types on Nitro have as many IPv6 addresses as IPv4 ones, and two threads a core.
const fn nitro(name: &'static str, (interfaces, addresses): (usize, usize), vcpus: u32, memory: u32) -> InstanceType {
    InstanceType {
        name,
        interfaces,
        ipv4_addresses: addresses,
        ipv6_addresses: addresses,
        vcpus,
        cores: vcpus / 2,
        memory,
        hypervisor: Hypervisor::Nitro,
    }
}

const GIB: u32 = 1024;

/// Every type, by name.
pub const TYPES: [InstanceType; 20] = [
    nitro("c5.2xlarge", (4, 15), 8, 16 * GIB),
    nitro("c5.large", (3, 10), 2, 4 * GIB),
    nitro("c5.xlarge", (4, 15), 4, 8 * GIB),
    xen("m1.small", (2, 4, 0), (1, 1), 1740),
    nitro("m5.2xlarge", (4, 15), 8, 32 * GIB),
    nitro("m5.4xlarge", (8, 30), 16, 64 * GIB),
    nitro("m5.large", (3, 10), 2, 8 * GIB),
    nitro("m5.xlarge", (4, 15), 4, 16 * GIB),
    xen("t2.large", (3, 12, 12), (2, 2), 8 * GIB),
    xen("t2.medium", (3, 6, 6), (2, 2), 4 * GIB),
    xen("t2.micro", (2, 2, 2), (1, 1), GIB),
    xen("t2.nano", (2, 2, 2), (1, 1), GIB / 2),
    xen("t2.small", (3, 4, 4), (1, 1), 2 * GIB),
    nitro("t3.2xlarge", (4, 15), 8, 32 * GIB),
    nitro("t3.large", (3, 12), 2, 8 * GIB),
    nitro("t3.medium", (3, 6), 2, 4 * GIB),
    nitro("t3.micro", (2, 2), 2, GIB),
    nitro("t3.nano", (2, 2), 2, GIB / 2),
    nitro("t3.small", (3, 4), 2, 2 * GIB),
    nitro("t3.xlarge", (4, 15), 4, 16 * GIB),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_finds_its_types() {
        assert!(TYPES.windows(2).all(|pair| pair[0].name < pair[1].name));
        let micro = find("t3.micro").unwrap();
        assert_eq!((micro.interfaces, micro.ipv4_addresses, micro.vcpus, micro.memory), (2, 2, 2, 1024));
        assert_eq!(find("t3.huge").unwrap_err().code, "InvalidParameterValue");
        assert!(by_name(DEFAULT).is_some());
    }

    #[test]
    fn limits_are_reached_but_not_passed() {
        let micro = find("t3.micro").unwrap();
        assert!(micro.check_interfaces(2).is_ok() && micro.check_addresses(2, 2).is_ok());
        let error = micro.check_interfaces(3).unwrap_err();
        assert_eq!(error.to_string(), "AttachmentLimitExceeded: Interface count 3 exceeds the limit for t3.micro");
        assert_eq!(micro.check_addresses(3, 0).unwrap_err().code, "PrivateIpAddressLimitExceeded");
        assert_eq!(micro.check_addresses(1, 3).unwrap_err().code, "PrivateIpAddressLimitExceeded");
        assert_eq!(find("m1.small").unwrap().check_addresses(1, 1).unwrap_err().code, "InvalidParameterCombination");
    }
}
