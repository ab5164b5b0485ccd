//! What stands behind endpoints and public services, and where those are on the internet.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ringwall_api::settings::{EndpointService, Settings};
use ringwall_plan::services::PublicService;

/// What stands behind endpoints and public services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointOptions {
    /// an S3 at an address, in the place of the embedded one
    pub s3: Option<SocketAddr>,
    /// a DynamoDB at an address; without one there are no endpoints for DynamoDB
    pub dynamodb: Option<SocketAddr>,
    /// further services, by their short names, which interface endpoints lead to
    pub others: BTreeMap<String, SocketAddr>,
}

/// The services that the daemon itself answers for, with their public addresses.
const OWN: [(&str, Ipv4Addr); 3] = [
    ("cloudtrail", Ipv4Addr::new(198, 18, 2, 10)),
    ("ec2", Ipv4Addr::new(198, 18, 2, 11)),
    ("sts", Ipv4Addr::new(198, 18, 2, 12)),
];

/// Where S3 and DynamoDB are in the blocks of their prefix lists.
const S3: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 10);
const DYNAMODB: Ipv4Addr = Ipv4Addr::new(198, 18, 1, 10);

impl EndpointOptions {
    /// Whether a name can be that of a further service: one that nothing else stands behind, and that can stand in a host name.
    pub fn is_free(name: &str) -> bool {
        let is_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_known = matches!(name, "s3" | "dynamodb") || OWN.iter().any(|(own, _)| *own == name);
        (1..=63).contains(&name.len()) && name.bytes().all(is_label) && !name.starts_with('-') && !is_known
    }

    /// The services that calls may make endpoints for.
    pub fn services(&self) -> Vec<EndpointService> {
        let mut services = Settings::default().services;
        for service in services.iter_mut().filter(|service| service.name == "dynamodb") {
            service.is_there = self.dynamodb.is_some();
        }
        services.extend(self.others.keys().map(|name| EndpointService::by_interface(name)));
        services
    }

    /// The addresses behind services, with the API at its own.
    pub(crate) fn upstreams(&self, own: SocketAddr) -> BTreeMap<String, SocketAddr> {
        let own = match own.ip() {
            IpAddr::V4(address) if address.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), own.port()),
            IpAddr::V6(address) if address.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), own.port()),
            _ => own,
        };
        let mut upstreams = self.others.clone();
        upstreams.extend(OWN.iter().map(|(name, _)| ((*name).to_owned(), own)));
        upstreams.extend(self.s3.map(|address| ("s3".to_owned(), address)));
        upstreams.extend(self.dynamodb.map(|address| ("dynamodb".to_owned(), address)));
        upstreams
    }

    /// The addresses of services that gateway endpoints lead to.
    pub(crate) fn by_gateway(&self) -> Vec<(String, Ipv4Addr)> {
        let dynamodb = self.dynamodb.map(|_| ("dynamodb".to_owned(), DYNAMODB));
        [("s3".to_owned(), S3)].into_iter().chain(dynamodb).collect()
    }

    /// The addresses of services on the internet.
    pub(crate) fn public(&self) -> Vec<(String, Ipv4Addr)> {
        let own = OWN.iter().map(|(name, address)| ((*name).to_owned(), *address));
        self.by_gateway().into_iter().chain(own).collect()
    }

    /// The names of services, which resolve to their public addresses whether or not an endpoint leads there (GWE-7).
    pub(crate) fn public_names(&self) -> Vec<PublicService> {
        let named = |(service, address): (String, Ipv4Addr)| {
            let mut names = vec![format!("{service}.{{region}}.amazonaws.com")];
            match service.as_str() {
                // Old names of the first Region, which clients still use.
                "s3" => names.extend(["*.s3.{region}", "s3", "*.s3"].map(|name| format!("{name}.amazonaws.com"))),
                "sts" => names.push("sts.amazonaws.com".to_owned()),
                _ => {}
            }
            PublicService { names, addresses: vec![address.into()] }
        };
        self.public().into_iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_stands_behind_is_no_service() {
        let plain = EndpointOptions::default();
        let is_there = |options: &EndpointOptions| {
            let services = options.services();
            services.iter().find(|service| service.name == "dynamodb").map(|service| service.is_there)
        };
        assert_eq!(is_there(&plain), Some(false));
        assert!(plain.public().iter().all(|(name, _)| name != "dynamodb"));
        let address: SocketAddr = "127.0.0.1:8000".parse().unwrap();
        let others = BTreeMap::from([("logs".to_owned(), address)]);
        let full = EndpointOptions { dynamodb: Some(address), others, ..plain };
        assert_eq!(is_there(&full), Some(true));
        assert!(full.services().iter().any(|service| service.name == "logs" && !service.by_gateway()));
        let own = full.upstreams("0.0.0.0:4566".parse().unwrap());
        assert_eq!(own["ec2"].to_string(), "127.0.0.1:4566");
        assert!(own["logs"] == address && own["dynamodb"] == address && !own.contains_key("s3"));
    }

    #[test]
    fn services_lie_in_their_blocks() {
        let options = EndpointOptions { dynamodb: Some("127.0.0.1:1".parse().unwrap()), ..EndpointOptions::default() };
        for (name, address) in options.by_gateway() {
            let services = options.services();
            let service = services.iter().find(|service| service.name == name).unwrap();
            assert!(service.blocks.iter().any(|block| block.contains(address)), "{name}");
        }
    }

    #[test]
    fn further_services_have_names_of_their_own() {
        for (name, is_free) in
            [("logs", true), ("s3", false), ("ec2", false), ("", false), ("a.b", false), ("-a", false)]
        {
            assert_eq!(EndpointOptions::is_free(name), is_free, "{name}");
        }
    }
}
