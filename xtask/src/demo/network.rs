//! The three-tier network, made by the AWS CLI call by call.

use anyhow::{Context, Result};
use serde_json::Value;

use super::aws::{Aws, text};

/// A tier: what its instances are, and who may talk to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// answers the internet
    Web,
    /// answers the web servers
    App,
    /// answers the application servers
    Database,
}

impl Tier {
    /// From the outside in.
    pub const ALL: [Tier; 3] = [Tier::Web, Tier::App, Tier::Database];

    /// The name of its group, and what the names of its instances begin with.
    pub fn name(self) -> &'static str {
        ["web", "app", "db"][self as usize]
    }

    /// The port that it answers on.
    pub fn port(self) -> u16 {
        [443, 8080, 5432][self as usize]
    }

    fn third_octet(self) -> usize {
        [0, 10, 20][self as usize]
    }
}

/// The zones.
const ZONES: [&str; 2] = ["us-east-1a", "us-east-1b"];
/// Addresses that the public subnets' network ACL denies.
pub const BAD_RANGES: [&str; 2] = ["192.0.2.64/26", "2001:db8:ffff:bad::/64"];

/// An instance.
#[derive(Clone, Debug)]
pub struct Host {
    /// what it is for
    pub tier: Tier,
    /// its Name tag
    pub name: String,
    /// its zone
    pub zone: &'static str,
    /// its own addresses: IPv4, IPv6
    pub addresses: [String; 2],
    /// its public IPv4 address
    pub public: Option<String>,
    /// its id
    pub id: String,
    /// the id of its interface
    pub interface: String,
}

/// The network.
pub struct Network {
    /// the VPC's IPv6 block
    pub ipv6_block: String,
    /// the groups, by tier
    pub groups: [String; 3],
    /// the network ACL of the database subnets
    pub database_acl: String,
    /// the instances
    pub hosts: Vec<Host>,
}

impl Network {
    /// The hosts of a tier.
    pub fn of(&self, tier: Tier) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(move |host| host.tier == tier)
    }

    /// The address that the host of a tier in a zone has. It is known beforehand, so that servers can be told.
    pub fn address(tier: Tier, zone: usize) -> String {
        format!("10.0.{}.10", tier.third_octet() + zone + 1)
    }
}

/// Makes it. The servers' scripts lie where the CLI looks for files.
pub fn build(aws: &Aws) -> Result<Network> {
    let made = aws.together(&[
        "create-vpc --cidr-block 10.0.0.0/16 --amazon-provided-ipv6-cidr-block".to_owned(),
        "create-internet-gateway".to_owned(),
    ])?;
    let vpc = text(&made[0], "/Vpc/VpcId")?;
    let gateway = text(&made[1], "/InternetGateway/InternetGatewayId")?;
    let described = aws.ec2(&format!("describe-vpcs --vpc-ids {vpc}"))?;
    let ipv6_block = text(&described, "/Vpcs/0/Ipv6CidrBlockAssociationSet/0/Ipv6CidrBlock")?;
    let parts = parts(aws, &vpc, &gateway, &ipv6_block)?;
    join(aws, &parts, &gateway, &ipv6_block)?;
    let hosts = launch(aws, &parts)?;
    Ok(Network { ipv6_block, groups: parts.groups, database_acl: parts.acls[1].clone(), hosts })
}

/// What stands in the VPC by itself.
struct Parts {
    /// by tier and zone
    subnets: Vec<String>,
    /// route tables, by tier
    tables: Vec<String>,
    groups: [String; 3],
    /// of the public and of the database subnets
    acls: [String; 2],
    /// the egress-only internet gateway
    egress_only: String,
}

fn parts(aws: &Aws, vpc: &str, gateway: &str, ipv6_block: &str) -> Result<Parts> {
    let block = ipv6_block.strip_suffix("00::/56").context("the IPv6 block is no /56")?;
    let mut calls = Vec::new();
    for tier in Tier::ALL {
        for (place, zone) in ZONES.iter().enumerate() {
            let number = tier.third_octet() + place + 1;
            calls.push(format!(
                "create-subnet --vpc-id {vpc} --availability-zone {zone} --cidr-block 10.0.{number}.0/24 --ipv6-cidr-block {block}{number:02}::/64"
            ));
        }
    }
    for tier in Tier::ALL {
        calls.push(format!("create-route-table --vpc-id {vpc}"));
        calls.push(format!(
            "create-security-group --vpc-id {vpc} --group-name {0} --description {0}-servers",
            tier.name()
        ));
    }
    calls.push(format!("create-network-acl --vpc-id {vpc}"));
    calls.push(format!("create-network-acl --vpc-id {vpc}"));
    calls.push(format!("create-egress-only-internet-gateway --vpc-id {vpc}"));
    calls.push(format!("attach-internet-gateway --vpc-id {vpc} --internet-gateway-id {gateway}"));
    let made = aws.together(&calls)?;
    let all = |path: &str| -> Vec<String> { made.iter().filter_map(|answer| text(answer, path).ok()).collect() };
    let acls = all("/NetworkAcl/NetworkAclId");
    Ok(Parts {
        subnets: all("/Subnet/SubnetId"),
        tables: all("/RouteTable/RouteTableId"),
        groups: all("/GroupId").try_into().ok().context("three groups were to be made")?,
        acls: acls.try_into().ok().context("two network ACLs were to be made")?,
        egress_only: all("/EgressOnlyInternetGateway/EgressOnlyInternetGatewayId").pop().context("no gateway")?,
    })
}

/// Lets the parts know each other: routes, rules, entries, and which subnet asks which.
fn join(aws: &Aws, parts: &Parts, gateway: &str, ipv6_block: &str) -> Result<()> {
    let Parts { subnets, tables, groups: [web, app, database], acls: [public_acl, database_acl], .. } = parts;
    let mut calls = vec![
        format!(
            "create-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}",
            tables[0]
        ),
        format!(
            "create-route --route-table-id {} --destination-ipv6-cidr-block ::/0 --gateway-id {gateway}",
            tables[0]
        ),
        format!(
            "create-route --route-table-id {} --destination-ipv6-cidr-block ::/0 --egress-only-internet-gateway-id {}",
            tables[1], parts.egress_only
        ),
        format!(
            "authorize-security-group-ingress --group-id {web} --ip-permissions \
             IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{{CidrIp=0.0.0.0/0}}],Ipv6Ranges=[{{CidrIpv6=::/0}}]"
        ),
        format!(
            "authorize-security-group-ingress --group-id {app} --ip-permissions \
             IpProtocol=tcp,FromPort=8080,ToPort=8080,UserIdGroupPairs=[{{GroupId={web}}}] \
             IpProtocol=icmp,FromPort=-1,ToPort=-1,UserIdGroupPairs=[{{GroupId={app}}}] \
             IpProtocol=icmpv6,FromPort=-1,ToPort=-1,UserIdGroupPairs=[{{GroupId={app}}}]"
        ),
        format!(
            "authorize-security-group-ingress --group-id {database} --ip-permissions \
             IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{{GroupId={app}}}]"
        ),
    ];
    for (place, subnet) in subnets.iter().enumerate() {
        calls.push(format!("associate-route-table --route-table-id {} --subnet-id {subnet}", tables[place / 2]));
    }
    calls.extend(public_entries(public_acl));
    calls.extend(database_entries(database_acl, ipv6_block));
    aws.together(&calls)?;
    let described = aws.ec2("describe-network-acls --filters Name=default,Values=true")?;
    let mut moves = Vec::new();
    for (subnets, acl) in [(&subnets[..2], public_acl), (&subnets[4..], database_acl)] {
        for subnet in subnets {
            let association = association(&described, subnet).context("a subnet asks no network ACL")?;
            moves
                .push(format!("replace-network-acl-association --association-id {association} --network-acl-id {acl}"));
        }
    }
    aws.together(&moves)?;
    Ok(())
}

/// Everything, but not from the bad ranges.
fn public_entries(acl: &str) -> Vec<String> {
    let [bad_v4, bad_v6] = BAD_RANGES;
    vec![
        entry(acl, "--ingress --rule-number 50 --rule-action deny --protocol=-1", bad_v4),
        entry(acl, "--ingress --rule-number 51 --rule-action deny --protocol=-1", bad_v6),
        entry(acl, "--ingress --rule-number 100 --rule-action allow --protocol=-1", "0.0.0.0/0"),
        entry(acl, "--ingress --rule-number 101 --rule-action allow --protocol=-1", "::/0"),
        entry(acl, "--egress --rule-number 100 --rule-action allow --protocol=-1", "0.0.0.0/0"),
        entry(acl, "--egress --rule-number 101 --rule-action allow --protocol=-1", "::/0"),
    ]
}

/// Questions for the database from within the VPC, and its answers.
fn database_entries(acl: &str, ipv6_block: &str) -> Vec<String> {
    let question = "--ingress --rule-action allow --protocol tcp --port-range From=5432,To=5432";
    let answer = "--egress --rule-action allow --protocol tcp --port-range From=1024,To=65535";
    vec![
        entry(acl, &format!("{question} --rule-number 100"), "10.0.0.0/16"),
        entry(acl, &format!("{question} --rule-number 101"), ipv6_block),
        entry(acl, &format!("{answer} --rule-number 100"), "10.0.0.0/16"),
        entry(acl, &format!("{answer} --rule-number 101"), ipv6_block),
    ]
}

/// The call that makes an entry of a network ACL.
pub fn entry(acl: &str, what: &str, block: &str) -> String {
    let option = if block.contains(':') { "--ipv6-cidr-block" } else { "--cidr-block" };
    format!("create-network-acl-entry --network-acl-id {acl} {what} {option} {block}")
}

fn association(acls: &Value, subnet: &str) -> Option<String> {
    let acls = acls["NetworkAcls"].as_array()?;
    let mut all = acls.iter().filter_map(|acl| acl["Associations"].as_array()).flatten();
    let own = all.find(|association| association["SubnetId"] == subnet)?;
    own["NetworkAclAssociationId"].as_str().map(str::to_owned)
}

fn launch(aws: &Aws, parts: &Parts) -> Result<Vec<Host>> {
    let mut calls = Vec::new();
    // The innermost first: its servers take the longest to start.
    for tier in Tier::ALL.into_iter().rev() {
        for (place, zone) in ZONES.iter().enumerate() {
            let name = format!("{}-{}", tier.name(), &zone[zone.len() - 1..]);
            calls.push(format!(
                "run-instances --image-id ami-host --instance-type t3.micro --user-data file://{name}.sh \
                 --network-interfaces DeviceIndex=0,SubnetId={},Groups={},PrivateIpAddress={},Ipv6AddressCount=1,AssociatePublicIpAddress={} \
                 --tag-specifications ResourceType=instance,Tags=[{{Key=Name,Value={name}}}]",
                parts.subnets[tier as usize * 2 + place],
                parts.groups[tier as usize],
                Network::address(tier, place),
                tier == Tier::Web,
            ));
        }
    }
    let made = aws.together(&calls)?;
    let ids: Result<Vec<String>> = made.iter().map(|answer| text(answer, "/Instances/0/InstanceId")).collect();
    let ids = ids?.join(" ");
    aws.ec2(&format!("wait instance-running --instance-ids {ids}"))?;
    let described = aws.ec2(&format!("describe-instances --instance-ids {ids}"))?;
    let reservations = described["Reservations"].as_array().into_iter().flatten();
    let instances = reservations.filter_map(|reservation| reservation["Instances"].as_array()).flatten();
    let mut hosts = instances.map(host).collect::<Result<Vec<Host>>>()?;
    hosts.sort_by(|one, other| (one.tier, &one.name).cmp(&(other.tier, &other.name)));
    Ok(hosts)
}

fn host(instance: &Value) -> Result<Host> {
    let name = text(instance, "/Tags/0/Value")?;
    let tier = Tier::ALL.into_iter().find(|tier| name.starts_with(tier.name())).context("an instance of no tier")?;
    let zone = text(instance, "/Placement/AvailabilityZone")?;
    Ok(Host {
        tier,
        name,
        zone: ZONES.into_iter().find(|own| *own == zone).context("an instance in no zone")?,
        addresses: [
            text(instance, "/PrivateIpAddress")?,
            text(instance, "/NetworkInterfaces/0/Ipv6Addresses/0/Ipv6Address")?,
        ],
        public: text(instance, "/PublicIpAddress").ok(),
        id: text(instance, "/InstanceId")?,
        interface: text(instance, "/NetworkInterfaces/0/NetworkInterfaceId")?,
    })
}
