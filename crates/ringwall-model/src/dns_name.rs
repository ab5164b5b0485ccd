//! The names that AWS gives to addresses and instances (DNS-8, DNS-9).

use std::net::Ipv4Addr;

use crate::id::InstanceId;

/// The Region whose names are older than Regions.
const FIRST_REGION: &str = "us-east-1";

/// The domain that private names end with (DNS-14).
pub fn private_domain(region: &str) -> String {
    if region == FIRST_REGION { "ec2.internal".to_owned() } else { format!("{region}.compute.internal") }
}

/// The private name of an address: `ip-10-0-0-5.ec2.internal`.
pub fn ip_name(region: &str, address: Ipv4Addr) -> String {
    format!("ip-{}.{}", dashed(address), private_domain(region))
}

/// The private name of an instance by its id: `i-….ec2.internal`.
pub fn resource_name(region: &str, instance: InstanceId) -> String {
    format!("{instance}.{}", private_domain(region))
}

/// The domain that public names end with.
pub fn public_domain(region: &str) -> String {
    if region == FIRST_REGION {
        "compute-1.amazonaws.com".to_owned()
    } else {
        format!("{region}.compute.amazonaws.com")
    }
}

/// The public name of an address: `ec2-203-0-113-25.compute-1.amazonaws.com`.
pub fn public_name(region: &str, address: Ipv4Addr) -> String {
    format!("ec2-{}.{}", dashed(address), public_domain(region))
}

fn dashed(address: Ipv4Addr) -> String {
    address.to_string().replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_region_has_names_of_its_own() {
        let address = Ipv4Addr::new(10, 0, 0, 5);
        let public = Ipv4Addr::new(203, 0, 113, 25);
        assert_eq!(ip_name("us-east-1", address), "ip-10-0-0-5.ec2.internal");
        assert_eq!(ip_name("eu-west-1", address), "ip-10-0-0-5.eu-west-1.compute.internal");
        assert_eq!(public_name("us-east-1", public), "ec2-203-0-113-25.compute-1.amazonaws.com");
        assert_eq!(public_name("eu-west-1", public), "ec2-203-0-113-25.eu-west-1.compute.amazonaws.com");
        let instance = "i-0123456789abcdef0".parse().unwrap();
        assert_eq!(resource_name("us-east-1", instance), "i-0123456789abcdef0.ec2.internal");
    }
}
