//! `RunInstances`: launches instances (INST-1 to INST-9).
//!
//! They are `pending` in the answer; their interfaces carry packets from then on.

use ringwall_model::id::ReservationId;
use ringwall_model::resource::instance::{MetadataOptions, ShutdownBehavior};
use ringwall_model::resource::{Instance, Tags};
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, combination, invalid_value};
use crate::ec2::id::{parse_all, parse_option};
use crate::ec2::operation::instance_type::InstanceType;
use crate::ec2::operation::launch::{InterfaceSource, Launch, LaunchInterface, LaunchedInterface, launch};
use crate::ec2::operation::network_interface::NewInterface;
use crate::ec2::operation::security_group::GroupRef;
use crate::ec2::operation::{host_image, instance_type};
use crate::ec2::shape::instance::InstanceShape;
use crate::ec2::shape::launch_interface::{LaunchInterfaceInput, parse_interfaces, refuse_for_several};
use crate::ec2::shape::launch_option::{
    BandwidthInput, CreditInput, EnclaveInput, HibernationInput, MaintenanceInput, MonitoringInput, NameOptionsInput,
    PlacementInput, ReservationInput, shutdown_behavior,
};
use crate::ec2::shape::metadata_options::MetadataOptionsInput;
use crate::ec2::shape::private_address::{Ipv6AddressInput, wanted_ipv4, wanted_ipv6};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::user_data;
use crate::ec2::shape::value::only;
use crate::ec2::shape::view::{GroupShape, View};
use crate::error::ApiError;

/// The action.
pub struct RunInstances;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    image_id: Option<String>,
    min_count: i64,
    max_count: i64,
    instance_type: Option<String>,
    subnet_id: Option<String>,
    #[serde(default, rename = "SecurityGroupId")]
    group_ids: Vec<String>,
    #[serde(default, rename = "SecurityGroup")]
    group_names: Vec<String>,
    private_ip_address: Option<String>,
    #[serde(default, rename = "Ipv6Address")]
    ipv6_addresses: Vec<Ipv6AddressInput>,
    ipv6_address_count: Option<i64>,
    #[serde(default, rename = "NetworkInterface")]
    interfaces: Vec<LaunchInterfaceInput>,
    placement: Option<PlacementInput>,
    private_dns_name_options: Option<NameOptionsInput>,
    metadata_options: Option<MetadataOptionsInput>,
    user_data: Option<String>,
    disable_api_termination: Option<bool>,
    disable_api_stop: Option<bool>,
    instance_initiated_shutdown_behavior: Option<String>,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
    credit_specification: Option<CreditInput>,
    monitoring: Option<MonitoringInput>,
    ebs_optimized: Option<bool>,
    enable_primary_ipv6: Option<bool>,
    hibernation_options: Option<HibernationInput>,
    enclave_options: Option<EnclaveInput>,
    capacity_reservation_specification: Option<ReservationInput>,
    maintenance_options: Option<MaintenanceInput>,
    network_performance_options: Option<BandwidthInput>,
}

/// What is asked.
pub struct Request {
    launch: Launch,
    least: u32,
    most: u32,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    reservation_id: String,
    owner_id: String,
    group_set: Vec<GroupShape>,
    instances_set: Vec<InstanceShape>,
}

impl Action for RunInstances {
    const NAME: &'static str = "RunInstances";
    const UNBUILT: &'static [&'static str] = &[
        "AdditionalInfo",
        "BlockDeviceMapping",
        "CapacityReservationSpecification.CapacityReservationTarget",
        "CpuOptions",
        "ElasticGpuSpecification",
        "ElasticInferenceAccelerator",
        "IamInstanceProfile",
        "InstanceMarketOptions",
        "KernelId",
        "KeyName",
        "LaunchTemplate",
        "LicenseSpecification",
        "NetworkInterface.N.EnaQueueCount",
        "NetworkInterface.N.EnaSrdSpecification",
        "NetworkInterface.N.Ipv4Prefix",
        "NetworkInterface.N.Ipv6Prefix",
        "Operator",
        "Placement.Affinity",
        "Placement.GroupId",
        "Placement.HostId",
        "Placement.HostResourceGroupArn",
        "Placement.PartitionNumber",
        "Placement.SpreadDomain",
        "RamdiskId",
        "SecondaryInterface",
    ];
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(mut input: Input) -> Result<Request, ApiError> {
        let kind = instance_type::find(input.instance_type.as_deref().unwrap_or(instance_type::DEFAULT))?;
        input.refuse_without_effect(kind)?;
        let (least, most) = counts(input.min_count, input.max_count)?;
        let mut tags = parse_tags(&input.tag_specifications)?.into_iter();
        let (tags, interface_tags) = (tags.next().unwrap_or_default(), tags.next().unwrap_or_default());
        let interfaces = input.parse_interfaces(&interface_tags)?;
        if most > 1 {
            refuse_for_several(&interfaces)?;
        }
        let image = input.image_id.as_deref().ok_or_else(|| missing_parameter("ImageId"))?;
        let behavior = input.instance_initiated_shutdown_behavior.as_deref();
        let names = input.private_dns_name_options.map(|options| options.parse()).transpose()?;
        let metadata = input.metadata_options.unwrap_or_default().parse()?;
        let launch = Launch {
            image: host_image::find(image)?,
            kind,
            interfaces,
            zone: input.placement.map(|placement| placement.parse()).transpose()?.flatten(),
            user_data: input.user_data.as_deref().map(user_data::parse).transpose()?.flatten(),
            disable_api_termination: input.disable_api_termination.unwrap_or(false),
            disable_api_stop: input.disable_api_stop.unwrap_or(false),
            shutdown_behavior: behavior.map_or(Ok(ShutdownBehavior::Stop), shutdown_behavior)?,
            names: names.unwrap_or_default(),
            metadata_options: metadata.apply(MetadataOptions::default()),
            client_token: input.client_token,
            tags,
        };
        Ok(Request { launch, least, most })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let (reservation, ids) = launch(call, request.launch, (request.least, request.most))?;
        let state = call.state();
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &state);
        let instances = ids.iter().filter_map(|id| state.instances.get(id));
        Ok(Output::new(reservation, instances.map(|instance| &**instance), &view))
    }
}

impl Output {
    fn new<'i>(reservation: ReservationId, instances: impl Iterator<Item = &'i Instance>, view: &View<'_>) -> Output {
        Output {
            reservation_id: reservation.to_string(),
            owner_id: view.owner.account.to_owned(),
            group_set: Vec::new(),
            instances_set: instances.map(|instance| InstanceShape::new(instance, view)).collect(),
        }
    }
}

impl Input {
    /// Options that may be given as long as they change nothing.
    fn refuse_without_effect(&mut self, kind: &InstanceType) -> Result<(), ApiError> {
        only("EbsOptimized", self.ebs_optimized, false)?;
        only("EnablePrimaryIpv6", self.enable_primary_ipv6, false)?;
        self.credit_specification.take().map_or(Ok(()), |credit| credit.check(kind))?;
        self.monitoring.take().map_or(Ok(()), MonitoringInput::check)?;
        self.hibernation_options.take().map_or(Ok(()), HibernationInput::check)?;
        self.enclave_options.take().map_or(Ok(()), EnclaveInput::check)?;
        self.capacity_reservation_specification.take().map_or(Ok(()), ReservationInput::check)?;
        self.maintenance_options.take().map_or(Ok(()), MaintenanceInput::check)?;
        self.network_performance_options.take().map_or(Ok(()), BandwidthInput::check)
    }

    /// The interfaces as they are listed, or the one that the other parameters describe (INST-3).
    fn parse_interfaces(&self, tags: &Tags) -> Result<Vec<LaunchInterface>, ApiError> {
        if !self.interfaces.is_empty() {
            self.refuse_beside_interfaces()?;
            return parse_interfaces(&self.interfaces, tags);
        }
        if !self.group_names.is_empty() && self.subnet_id.is_some() {
            return Err(combination("The parameter groupName cannot be used with the parameter subnet"));
        }
        let ids = parse_all(&self.group_ids)?.into_iter().map(GroupRef::Id);
        let names = self.group_names.iter().cloned().map(GroupRef::Name);
        let new = LaunchedInterface {
            subnet: parse_option(self.subnet_id.as_deref())?,
            groups: ids.chain(names).collect(),
            public: None,
            interface: NewInterface {
                ipv4: wanted_ipv4(self.private_ip_address.as_deref(), &[], None)?,
                ipv6: wanted_ipv6(&self.ipv6_addresses, self.ipv6_address_count)?,
                tags: tags.clone(),
                ..NewInterface::default()
            },
        };
        let source = InterfaceSource::New(Box::new(new));
        Ok(vec![LaunchInterface { device_index: 0, delete_on_termination: true, source }])
    }

    fn refuse_beside_interfaces(&self) -> Result<(), ApiError> {
        let beside = [
            (self.subnet_id.is_some(), "subnet ID"),
            (!self.group_ids.is_empty() || !self.group_names.is_empty(), "security groups"),
            (self.private_ip_address.is_some(), "private IP address"),
            (!self.ipv6_addresses.is_empty() || self.ipv6_address_count.is_some(), "IPv6 addresses"),
        ];
        match beside.iter().find(|(is_given, _)| *is_given) {
            Some((_, what)) => Err(combination(format!(
                "Network interfaces and an instance-level {what} may not be specified on the same request"
            ))),
            None => Ok(()),
        }
    }
}

/// How many instances at least and at most (INST-1).
fn counts(least: i64, most: i64) -> Result<(u32, u32), ApiError> {
    let number = |name: &str, value: i64| {
        u32::try_from(value)
            .ok()
            .filter(|value| *value > 0)
            .ok_or_else(|| invalid_value(name, value, "Expected a number greater than 0."))
    };
    let (least, most) = (number("minCount", least)?, number("maxCount", most)?);
    if least > most {
        return Err(invalid_value("maxCount", most, format!("Expected a number not less than minCount, {least}.")));
    }
    Ok((least, most))
}

/// The tags of instances and of the interfaces that are made for them. Tags for volumes are checked and given to all of
/// the volumes that are made, of which there are none: provisioners send them whenever they have tags for everything.
fn parse_tags(specifications: &[TagSpecification]) -> Result<Vec<Tags>, ApiError> {
    let mut kinds = specifications.iter().filter_map(|specification| specification.resource_type.as_deref());
    if let Some(kind) = kinds.find(|kind| ["spot-instances-request", "elastic-gpu"].contains(kind)) {
        let message =
            format!("TagSpecification with ResourceType={kind} is not supported by Ringwall: there would be none.");
        return Err(Code::UnsupportedOperation.with(message));
    }
    tag::parse_types(specifications, &["instance", "network-interface", "volume"])
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::instance::InstanceState;

    use crate::bench::Bench;
    use crate::ec2::scene::{
        change_subnet, give_ipv6, instance_record, interface, interface_record, pending_instance, primary, region,
        subnet,
    };

    const ONE: &str = "ImageId=ami-host&MinCount=1&MaxCount=1";

    fn refused(bench: &mut Bench, parameters: &str) -> String {
        bench.refused("RunInstances", &format!("{ONE}{parameters}"))
    }

    #[test]
    fn an_instance_is_pending_in_the_default_subnet_with_a_public_address() {
        // INST-6, INST-8, INST-9, EIP-1
        let mut bench = Bench::new();
        let answer = bench.ok("RunInstances", &format!("{ONE}&InstanceType=t3.micro"));
        let subnet = subnet(&mut bench, 'a');
        for (name, value) in [
            ("ownerId", "000000000000"),
            ("imageId", "ami-host"),
            ("code", "0"),
            ("name", "pending"),
            ("instanceType", "t3.micro"),
            ("privateIpAddress", "172.31.0.4"),
            ("privateDnsName", "ip-172-31-0-4.ec2.internal"),
            ("ipAddress", "198.51.100.1"),
            ("dnsName", "ec2-198-51-100-1.compute-1.amazonaws.com"),
            ("subnetId", &subnet.to_string()),
            ("availabilityZone", "us-east-1a"),
            ("launchTime", "2023-11-14T22:13:21.000Z"),
            ("amiLaunchIndex", "0"),
            ("sourceDestCheck", "true"),
        ] {
            assert_eq!(answer.get(name), value, "{name}");
        }
        assert!(answer.get("reservationId").starts_with("r-") && answer.get("instanceId").starts_with("i-"));
        assert!(answer.has("<blockDeviceMapping/>") && answer.has("<groupSet/>") && answer.has("<reason/>"));
        assert!(!answer.has("keyName") && !answer.has("rootDevice"));
    }

    #[test]
    fn a_subnet_that_gives_no_public_addresses_is_heard_and_overridden() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'b');
        change_subnet(&mut bench, subnet, |record| record.map_public_ip_on_launch = false);
        let plain = pending_instance(&mut bench, &format!("&SubnetId={subnet}"));
        assert_eq!(primary(&bench, plain).auto_public, None);
        let interface = "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.AssociatePublicIpAddress=true";
        let asked = pending_instance(&mut bench, &format!("&{interface}&NetworkInterface.1.SubnetId={subnet}"));
        assert!(primary(&bench, asked).auto_public.is_some());
        let interface = "NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.AssociatePublicIpAddress=false";
        let declined = pending_instance(&mut bench, &format!("&{interface}"));
        assert_eq!(primary(&bench, declined).auto_public, None);
    }

    #[test]
    fn interfaces_are_made_as_they_are_listed() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, subnet);
        let list = "&NetworkInterface.1.DeviceIndex=1&NetworkInterface.1.Description=back&NetworkInterface.1.SecondaryPrivateIpAddressCount=2&NetworkInterface.1.DeleteOnTermination=false\
            &NetworkInterface.2.DeviceIndex=0&NetworkInterface.2.PrivateIpAddress=172.31.0.50&NetworkInterface.2.Ipv6AddressCount=1&NetworkInterface.2.ConnectionTrackingSpecification.UdpTimeout=60\
            &TagSpecification.1.ResourceType=network-interface&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v\
            &TagSpecification.2.ResourceType=instance&TagSpecification.2.Tag.1.Key=Name&TagSpecification.2.Tag.1.Value=n\
            &TagSpecification.3.ResourceType=volume&TagSpecification.3.Tag.1.Key=v&TagSpecification.3.Tag.1.Value=v";
        let id = pending_instance(&mut bench, &format!("&InstanceType=t3.small{list}"));
        let attached = crate::ec2::operation::network_interface::attached_to(&region(&bench), id);
        let [front, back] = &attached[..] else { panic!("two interfaces") };
        assert_eq!(front.ipv4[0].to_string(), "172.31.0.50");
        assert_eq!((front.ipv6.len(), front.connection_tracking.udp), (1, Some(60)));
        assert_eq!((back.description.as_str(), back.ipv4.len()), ("back", 3));
        assert!(front.attachment.unwrap().delete_on_termination && !back.attachment.unwrap().delete_on_termination);
        assert!(front.tags.contains_key("k") && back.tags.contains_key("k"));
        assert!(!instance_record(&bench, id).tags.contains_key("v") && !front.tags.contains_key("v"));
        assert_eq!(instance_record(&bench, id).tags.get("Name").map(String::as_str), Some("n"));
        // EIP-1: several interfaces, no public address.
        assert!(front.auto_public.is_none() && !instance_record(&bench, id).wants_public_address);
    }

    #[test]
    fn an_interface_that_is_there_can_be_used_once() {
        // INST-5, ENI-8, ENI-10
        let mut bench = Bench::new();
        let own = interface(&mut bench, "");
        let list = format!("&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.NetworkInterfaceId={own}");
        let two = format!("ImageId=ami-host&MinCount=1&MaxCount=2{list}");
        assert_eq!(bench.refused("RunInstances", &two), "InvalidParameterCombination");
        for beside in [
            "SubnetId=subnet-00000000000000001",
            "Description=x",
            "DeleteOnTermination=true",
            "PrivateIpAddress=172.31.0.9",
        ] {
            let call = format!("{list}&NetworkInterface.1.{beside}");
            assert_eq!(refused(&mut bench, &call), "InvalidParameterCombination", "{beside}");
        }
        let id = pending_instance(&mut bench, &list);
        let record = interface_record(&bench, own);
        assert_eq!((record.attachment.unwrap().instance, record.auto_public), (id, None));
        assert!(!record.attachment.unwrap().delete_on_termination);
        assert_eq!(refused(&mut bench, &list), "InvalidNetworkInterface.InUse");
    }

    #[test]
    fn as_many_are_launched_as_there_is_room_for() {
        // INST-1, INST-19
        let mut bench = Bench::new();
        bench.settings.quotas.instances = 3;
        let mut run = |least: i32, most: i32| {
            bench.call("RunInstances", &format!("ImageId=ami-host&MinCount={least}&MaxCount={most}"))
        };
        assert_eq!(run(4, 5).unwrap_err().code, "InstanceLimitExceeded");
        let answer = run(2, 5).unwrap();
        assert_eq!(answer.all("amiLaunchIndex"), ["0", "1", "2"]);
        assert_eq!(run(1, 1).unwrap_err().code, "InstanceLimitExceeded");
        for (least, most) in [(0, 1), (2, 1), (-1, 1)] {
            assert_eq!(run(least, most).unwrap_err().code, "InvalidParameterValue", "{least} {most}");
        }
        assert_eq!((region(&bench).instances.len(), region(&bench).network_interfaces.len()), (3, 3));
    }

    #[test]
    fn a_full_subnet_ends_the_launch_early_or_refuses_it() {
        let mut bench = Bench::new();
        let id = subnet(&mut bench, 'a');
        let small = ringwall_model::resource::traffic::Text("172.31.0.0/28".parse().unwrap());
        change_subnet(&mut bench, id, |record| record.ipv4 = small);
        let mut run = |least: u32, most: u32| {
            bench.call("RunInstances", &format!("ImageId=ami-host&SubnetId={id}&MinCount={least}&MaxCount={most}"))
        };
        assert_eq!(run(12, 12).unwrap_err().code, "InsufficientFreeAddressesInSubnet");
        assert_eq!(run(1, 20).unwrap().all("amiLaunchIndex").len(), 11);
        assert_eq!(region(&bench).instances.len(), 11);
    }

    #[test]
    fn addresses_are_for_one_instance() {
        // INST-7
        let mut bench = Bench::new();
        let two = "ImageId=ami-host&MinCount=1&MaxCount=2&PrivateIpAddress=172.31.0.9";
        assert_eq!(bench.refused("RunInstances", two), "InvalidParameterCombination");
        assert_eq!(refused(&mut bench, "&PrivateIpAddress=10.0.0.9"), "InvalidParameterValue");
        let id = pending_instance(&mut bench, "&PrivateIpAddress=172.31.0.9");
        assert_eq!(primary(&bench, id).ipv4[0].to_string(), "172.31.0.9");
        assert_eq!(refused(&mut bench, "&PrivateIpAddress=172.31.0.9"), "InvalidIPAddress.InUse");
    }

    #[test]
    fn zones_are_obeyed() {
        let mut bench = Bench::new();
        let elsewhere = subnet(&mut bench, 'c');
        let id = pending_instance(
            &mut bench,
            "&Placement.AvailabilityZone=us-east-1c&Placement.Tenancy=default&Placement.GroupName=",
        );
        assert_eq!((primary(&bench, id).subnet, instance_record(&bench, id).zone.as_str()), (elsewhere, "us-east-1c"));
        let id = pending_instance(&mut bench, "&Placement.AvailabilityZoneId=use1-az2");
        assert_eq!(instance_record(&bench, id).zone, "us-east-1b");
        let mismatch = format!("&SubnetId={elsewhere}&Placement.AvailabilityZone=us-east-1a");
        assert_eq!(refused(&mut bench, &mismatch), "InvalidParameterValue");
        assert_eq!(refused(&mut bench, "&Placement.AvailabilityZone=us-east-1z"), "InvalidParameterValue");
        assert_eq!(refused(&mut bench, "&Placement.Tenancy=dedicated"), "UnsupportedOperation");
        assert_eq!(refused(&mut bench, "&Placement.GroupName=g"), "UnsupportedOperation");
    }

    #[test]
    fn without_default_subnets_one_must_be_named() {
        // INST-6
        let mut bench = Bench::new();
        for zone in ['a', 'b', 'c'] {
            let id = subnet(&mut bench, zone);
            change_subnet(&mut bench, id, |record| record.default_for_zone = zone == 'c');
        }
        assert_eq!(refused(&mut bench, "&Placement.AvailabilityZone=us-east-1a"), "MissingInput");
        let id = subnet(&mut bench, 'c');
        change_subnet(&mut bench, id, |record| record.default_for_zone = false);
        assert_eq!(refused(&mut bench, ""), "MissingInput");
        let vpc = region(&bench).subnets.get(&id).unwrap().vpc;
        let mut record = (**region(&bench).vpcs.get(&vpc).unwrap()).clone();
        record.is_default = false;
        bench.work(|transaction, region, _| transaction.put(region, record));
        assert_eq!(refused(&mut bench, ""), "VPCIdNotSpecified");
        pending_instance(&mut bench, &format!("&SubnetId={id}"));
    }

    #[test]
    fn groups_are_named_by_id_or_in_the_default_vpc_by_name() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let id = pending_instance(&mut bench, "&SecurityGroup.1=default");
        let group = *primary(&bench, id).groups.first().unwrap();
        let id = pending_instance(&mut bench, &format!("&SubnetId={subnet}&SecurityGroupId.1={group}"));
        assert_eq!(primary(&bench, id).groups.first(), Some(&group));
        assert_eq!(refused(&mut bench, "&SecurityGroup.1=none"), "InvalidGroup.NotFound");
        let mixed = format!("&SubnetId={subnet}&SecurityGroup.1=default");
        assert_eq!(refused(&mut bench, &mixed), "InvalidParameterCombination");
        assert_eq!(refused(&mut bench, "&SecurityGroupId.1=sg-00000000000000001"), "InvalidGroup.NotFound");
    }

    #[test]
    fn what_is_said_of_the_instance_is_kept() {
        let mut bench = Bench::new();
        let id = pending_instance(
            &mut bench,
            "&UserData=IyEvYmluL3No&DisableApiTermination=true&DisableApiStop=true&InstanceInitiatedShutdownBehavior=terminate&PrivateDnsNameOptions.HostnameType=resource-name&ClientToken=t",
        );
        let record = instance_record(&bench, id);
        assert_eq!(record.user_data.as_deref(), Some("IyEvYmluL3No"));
        assert!(record.disable_api_termination && record.disable_api_stop);
        assert_eq!((record.client_token.as_deref(), record.instance_type.as_str()), (Some("t"), "m1.small"));
        assert_eq!((record.state, record.has_run), (InstanceState::Pending, false));
        let answer = bench.ok("DescribeInstances", "");
        // DNS-8
        assert_eq!(answer.get("privateDnsName"), format!("{id}.ec2.internal"));
        assert_eq!((answer.get("clientToken"), answer.get("hostnameType")), ("t".into(), "resource-name".into()));
    }

    #[test]
    fn the_same_token_launches_once() {
        // API-31
        let mut bench = Bench::new();
        let one = bench.ok("RunInstances", &format!("{ONE}&ClientToken=t"));
        let other = bench.ok("RunInstances", &format!("{ONE}&ClientToken=t"));
        assert_eq!((one.get("instanceId"), region(&bench).instances.len()), (other.get("instanceId"), 1));
        assert_eq!(refused(&mut bench, "&ClientToken=t&InstanceType=t3.nano"), "IdempotentParameterMismatch");
    }
}
