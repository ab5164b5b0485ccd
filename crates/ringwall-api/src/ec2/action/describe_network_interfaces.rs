//! `DescribeNetworkInterfaces` (ENI-17, ENI-18).

use ringwall_model::id::NetworkInterfaceId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::network_interface::NetworkInterfaceShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::view::View;
use crate::error::ApiError;

/// The action.
pub struct DescribeNetworkInterfaces;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "NetworkInterfaceId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
    /// None is managed, so that all are shown with it and without it.
    #[serde(rename = "IncludeManagedResources")]
    _include_managed_resources: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<NetworkInterfaceId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_interface_set: Vec<NetworkInterfaceShape>,
    next_token: Option<String>,
}

impl Action for DescribeNetworkInterfaces {
    const NAME: &'static str = "DescribeNetworkInterfaces";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "networkInterfaceIds", &paging)?;
        Ok(Request { ids: parse_all(&input.ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = if request.ids.is_empty() {
            region.network_interfaces.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &region);
        let selected = select(all, &request.filters, &view)?;
        let page = page(selected, &request.paging, (5, 1000), |interface| interface.id.to_string())?;
        let shapes = page.items.iter().map(|interface| NetworkInterfaceShape::new(interface, &view));
        Ok(Output { network_interface_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::scene::{associate, instance, interface, interface_record, primary, region};

    fn ids(bench: &mut Bench, name: &str, value: &str) -> Vec<String> {
        let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
        bench.ok("DescribeNetworkInterfaces", &filter).all("networkInterfaceId")
    }

    #[test]
    fn every_filter_tells_one_interface_from_the_others() {
        let mut bench = Bench::new();
        let free = interface(
            &mut bench,
            "&Description=lonely&TagSpecification.1.ResourceType=network-interface&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v",
        );
        let instance = instance(&mut bench, "");
        let attached = primary(&bench, instance);
        let attachment = attached.attachment.unwrap().id;
        let private = interface_record(&bench, free).ipv4[0];
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 77), free, private);
        for (name, value, expected) in [
            ("attachment.instance-id", instance.to_string(), attached.id),
            ("attachment.attachment-id", attachment.to_string(), attached.id),
            ("attachment.status", "attached".to_owned(), attached.id),
            ("attachment.device-index", "0".to_owned(), attached.id),
            ("attachment.delete-on-termination", "true".to_owned(), attached.id),
            ("association.ip-owner-id", "amazon".to_owned(), attached.id),
            ("status", "in-use".to_owned(), attached.id),
            ("status", "available".to_owned(), free),
            ("description", "lone*".to_owned(), free),
            ("tag:k", "v".to_owned(), free),
            ("tag-key", "k".to_owned(), free),
            ("association.public-ip", "198.51.100.77".to_owned(), free),
            ("addresses.association.public-ip", "198.51.100.77".to_owned(), free),
            ("association.allocation-id", elastic.to_string(), free),
            ("association.public-dns-name", "ec2-198-51-100-77.*".to_owned(), free),
            ("private-ip-address", "172.31.0.4".to_owned(), free),
            ("addresses.private-ip-address", "172.31.0.4".to_owned(), free),
            ("private-dns-name", "ip-172-31-0-4.ec2.internal".to_owned(), free),
            ("mac-address", interface_record(&bench, free).mac.0.to_string(), free),
            ("network-interface-id", free.to_string(), free),
        ] {
            assert_eq!(ids(&mut bench, name, &value), [expected.to_string()], "{name}={value}");
        }
        let (vpc, group) = (attached.vpc, *attached.groups.first().unwrap());
        for (name, value) in [
            ("vpc-id", vpc.to_string()),
            ("group-id", group.to_string()),
            ("subnet-id", attached.subnet.to_string()),
            ("availability-zone", "us-east-1a".to_owned()),
            ("availability-zone-id", "use1-az1".to_owned()),
            ("interface-type", "interface".to_owned()),
            ("requester-managed", "false".to_owned()),
            ("source-dest-check", "true".to_owned()),
            ("addresses.primary", "true".to_owned()),
            ("owner-id", "000000000000".to_owned()),
        ] {
            assert_eq!(ids(&mut bench, name, &value).len(), 2, "{name}={value}");
        }
        assert!(ids(&mut bench, "requester-id", "*").is_empty());
        assert_eq!(
            bench.refused("DescribeNetworkInterfaces", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidParameterValue"
        );
    }

    #[test]
    fn the_shape_tells_attachment_and_association() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let answer = bench.ok("DescribeNetworkInterfaces", "");
        assert_eq!(answer.get("instanceId"), instance.to_string());
        assert_eq!((answer.get("deviceIndex"), answer.get("deleteOnTermination")), ("0".into(), "true".into()));
        assert_eq!((answer.get("publicIp"), answer.get("ipOwnerId")), ("198.51.100.1".into(), "amazon".into()));
        assert_eq!(answer.get("publicDnsName"), "ec2-198-51-100-1.compute-1.amazonaws.com");
        assert!(!answer.has("allocationId"));
        let private = primary(&bench, instance);
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), private.id, private.ipv4[0]);
        let answer = bench.ok("DescribeNetworkInterfaces", "");
        assert_eq!((answer.get("publicIp"), answer.get("allocationId")), ("198.51.100.9".into(), elastic.to_string()));
        assert_eq!(answer.get("ipOwnerId"), "000000000000");
    }

    #[test]
    fn a_vpc_without_names_gives_none() {
        // DNS-6, DNS-7
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let vpc = primary(&bench, instance).vpc;
        let mut record = (**region(&bench).vpcs.get(&vpc).unwrap()).clone();
        record.enable_dns_hostnames = false;
        bench.work(|transaction, region, _| transaction.put(region, record));
        let answer = bench.ok("DescribeNetworkInterfaces", "");
        assert!(!answer.has("privateDnsName") && !answer.has("amazonaws.com</publicDnsName>"), "{}", answer.0);
    }

    #[test]
    fn ids_are_found_or_refused_and_pages_hold_all() {
        let mut bench = Bench::new();
        let all: Vec<_> = (0..7).map(|_| interface(&mut bench, "").to_string()).collect();
        let one = bench.ok("DescribeNetworkInterfaces", &format!("NetworkInterfaceId.1={}", all[3]));
        assert_eq!(one.all("networkInterfaceId"), [all[3].clone()]);
        let mut refused = |parameters: &str| bench.refused("DescribeNetworkInterfaces", parameters);
        assert_eq!(refused("NetworkInterfaceId.1=eni-00000000000000001"), "InvalidNetworkInterfaceID.NotFound");
        assert_eq!(refused("NetworkInterfaceId.1=x"), "InvalidNetworkInterfaceId.Malformed");
        assert_eq!(refused("MaxResults=4"), "InvalidParameterValue");
        assert_eq!(refused(&format!("MaxResults=5&NetworkInterfaceId.1={}", all[0])), "InvalidParameterCombination");
        let first = bench.ok("DescribeNetworkInterfaces", "MaxResults=5");
        let token = first.get("nextToken");
        let second = bench.ok("DescribeNetworkInterfaces", &format!("MaxResults=5&NextToken={token}"));
        let mut seen = first.all("networkInterfaceId");
        seen.extend(second.all("networkInterfaceId"));
        assert_eq!(seen, all);
    }
}
