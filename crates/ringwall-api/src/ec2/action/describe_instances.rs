//! `DescribeInstances` (INST-8, INST-9, INST-17).

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::Instance;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::instance::ReservationShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::view::View;
use crate::error::ApiError;

/// The action.
pub struct DescribeInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
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
    ids: Vec<InstanceId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    reservation_set: Vec<ReservationShape>,
    next_token: Option<String>,
}

impl Action for DescribeInstances {
    const NAME: &'static str = "DescribeInstances";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "instancesSet", &paging)?;
        Ok(Request { ids: parse_all(&input.ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let mut all: Vec<Arc<Instance>> = if request.ids.is_empty() {
            region.instances.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        all.sort_by_key(|instance| place(instance));
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &region);
        let selected = select(all, &request.filters, &view)?;
        let page = page(selected, &request.paging, (5, 1000), |instance| place(instance))?;
        let reservation_set = ReservationShape::group(page.items.iter().map(|instance| &**instance), &view);
        Ok(Output { reservation_set, next_token: page.next_token })
    }
}

/// Where an instance comes in the answer: beside those of its call, in the order of their launch.
fn place(instance: &Instance) -> String {
    format!("{}/{:010}", instance.reservation, instance.launch_index)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::operation::instance::forget_old;
    use crate::ec2::scene::{associate, end, give_ipv6, instance, interface, primary, subnet};

    fn ids(bench: &mut Bench, name: &str, value: &str) -> Vec<String> {
        let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
        bench.ok("DescribeInstances", &filter).all("instanceId")
    }

    #[test]
    fn every_filter_tells_one_instance_from_the_other() {
        // INST-17
        let mut bench = Bench::new();
        let plain = instance(&mut bench, "");
        let elsewhere = subnet(&mut bench, 'b');
        give_ipv6(&mut bench, elsewhere);
        let tags =
            "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let id = instance(
            &mut bench,
            &format!(
                "&SubnetId={elsewhere}&ClientToken=t&Ipv6Address.1.Ipv6Address=2001:db8:1::9&PrivateDnsNameOptions.HostnameType=resource-name{tags}"
            ),
        );
        let own = primary(&bench, id);
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 99), own.id, own.ipv4[0]);
        bench.ok(
            "ModifyNetworkInterfaceAttribute",
            &format!("NetworkInterfaceId={}&SourceDestCheck.Value=false", own.id),
        );
        let options = "HttpTokens=required&HttpPutResponseHopLimit=3&HttpEndpoint=disabled&HttpProtocolIpv6=enabled&InstanceMetadataTags=enabled";
        bench.ok("ModifyInstanceMetadataOptions", &format!("InstanceId={id}&{options}"));
        bench.ok("StopInstances", &format!("InstanceId.1={id}"));
        for (name, value) in [
            ("instance-id", id.to_string()),
            ("instance-state-name", "stopping".into()),
            ("instance-state-code", "64".into()),
            ("availability-zone", "us-east-1b".into()),
            ("availability-zone-id", "use1-az2".into()),
            ("client-token", "t".into()),
            ("dns-name", "ec2-198-51-100-99*".into()),
            ("ip-address", "198.51.100.99".into()),
            ("ipv6-address", "2001:db8:1::9".into()),
            ("private-ip-address", own.ipv4[0].to_string()),
            ("private-dns-name", "i-*".into()),
            ("private-dns-name-options.hostname-type", "resource-name".into()),
            ("metadata-options.http-endpoint", "disabled".into()),
            ("metadata-options.http-tokens", "required".into()),
            ("metadata-options.http-put-response-hop-limit", "3".into()),
            ("metadata-options.http-protocol-ipv6", "enabled".into()),
            ("metadata-options.instance-metadata-tags", "enabled".into()),
            ("reason", "User initiated*".into()),
            ("state-reason-code", "Client.UserInitiatedShutdown".into()),
            ("source-dest-check", "false".into()),
            ("subnet-id", elsewhere.to_string()),
            ("tag:k", "v".into()),
            ("network-interface.network-interface-id", own.id.to_string()),
            ("network-interface.subnet-id", elsewhere.to_string()),
            ("network-interface.addresses.private-ip-address", own.ipv4[0].to_string()),
            ("network-interface.addresses.association.public-ip", "198.51.100.99".into()),
            ("network-interface.addresses.association.allocation-id", elastic.to_string()),
            ("network-interface.association.public-ip", "198.51.100.99".into()),
            ("network-interface.ipv6-addresses.ipv6-address", "2001:db8:1::9".into()),
            ("network-interface.mac-address", own.mac.0.to_string()),
            ("network-interface.availability-zone", "us-east-1b".into()),
        ] {
            assert_eq!(ids(&mut bench, name, &value), [id.to_string()], "{name}={value}");
        }
        for (name, value) in [
            ("architecture", "*".to_owned()),
            ("image-id", "ami-host".to_owned()),
            ("instance-type", "m5.*".to_owned()),
            ("instance.group-id", own.groups.first().unwrap().to_string()),
            ("instance.group-name", "default".to_owned()),
            ("network-interface.group-id", own.groups.first().unwrap().to_string()),
            ("network-interface.group-name", "default".to_owned()),
            ("vpc-id", own.vpc.to_string()),
            ("monitoring-state", "disabled".to_owned()),
            ("owner-id", "000000000000".to_owned()),
            ("tenancy", "default".to_owned()),
            ("launch-index", "0".to_owned()),
            ("launch-time", "2023-11-*".to_owned()),
            ("platform-details", "Linux/UNIX".to_owned()),
        ] {
            assert_eq!(ids(&mut bench, name, &value), [plain.to_string(), id.to_string()], "{name}={value}");
        }
        for name in ["key-name", "root-device-name", "instance-lifecycle", "iam-instance-profile.arn", "host-id"] {
            assert!(ids(&mut bench, name, "*").is_empty(), "{name}");
        }
        assert_eq!(
            bench.refused("DescribeInstances", "Filter.1.Name=colour&Filter.1.Value.1=x"),
            "InvalidParameterValue"
        );
    }

    #[test]
    fn the_interfaces_are_shown_by_device_index() {
        // SG-82
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        let second = interface(&mut bench, "&Description=back");
        bench.ok("AttachNetworkInterface", &format!("NetworkInterfaceId={second}&InstanceId={id}&DeviceIndex=2"));
        let answer = bench.ok("DescribeInstances", &format!("InstanceId.1={id}"));
        assert_eq!(answer.all("deviceIndex"), ["0", "2"]);
        assert_eq!(answer.all("networkInterfaceId"), [primary(&bench, id).id.to_string(), second.to_string()]);
        assert_eq!(answer.get("publicIp"), "198.51.100.1");
    }

    #[test]
    fn an_ended_instance_is_shown_for_an_hour_without_addresses() {
        // INST-12
        let mut bench = Bench::new();
        let id = instance(&mut bench, "");
        end(&mut bench, id);
        let answer = bench.ok("DescribeInstances", &format!("InstanceId.1={id}"));
        assert_eq!((answer.get("name"), answer.get("code")), ("terminated".into(), "48".into()));
        assert!(answer.has("<privateDnsName/>") && answer.has("<networkInterfaceSet/>"));
        for name in ["privateIpAddress", "ipAddress", "subnetId", "vpcId", "sourceDestCheck"] {
            assert!(!answer.has(&format!("<{name}>")), "{name}");
        }
        bench.now += 60 * 60 * 1000 - 2000;
        assert!(!bench.work(forget_old));
        bench.now += 2000;
        assert!(bench.work(forget_old));
        assert_eq!(bench.refused("DescribeInstances", &format!("InstanceId.1={id}")), "InvalidInstanceID.NotFound");
    }

    #[test]
    fn instances_of_a_call_are_shown_together_and_pages_hold_all() {
        let mut bench = Bench::new();
        bench.ok("RunInstances", "ImageId=ami-host&MinCount=4&MaxCount=4");
        bench.ok("RunInstances", "ImageId=ami-host&MinCount=3&MaxCount=3");
        let all = bench.ok("DescribeInstances", "");
        assert_eq!((all.all("reservationId").len(), all.all("instanceId").len()), (2, 7));
        let first = bench.ok("DescribeInstances", "MaxResults=5");
        let second = bench.ok("DescribeInstances", &format!("MaxResults=5&NextToken={}", first.get("nextToken")));
        let mut seen = first.all("instanceId");
        seen.extend(second.all("instanceId"));
        assert_eq!(seen, all.all("instanceId"));
        let ids = format!("MaxResults=5&InstanceId.1={}", seen[0]);
        assert_eq!(bench.refused("DescribeInstances", &ids), "InvalidParameterCombination");
        let unknown = "InstanceId.1=i-00000000000000001&InstanceId.2=i-00000000000000002";
        let error = bench.call("DescribeInstances", unknown).unwrap_err();
        assert_eq!(error.message, "The instance IDs 'i-00000000000000001, i-00000000000000002' do not exist");
    }
}
