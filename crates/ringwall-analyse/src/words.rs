//! Findings and refusals in words.

use std::net::IpAddr;

use ringwall_model::gate::{Gate, Reason};
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::outcome::{AclFinding, GroupFinding, GroupRule, Origin, RouteFinding, Sent, Service};
use ringwall_model::session::Direction;
use ringwall_model::world::{Interface, Peer, RouteDestination, RouteTarget, Traffic, World};
use ringwall_net::frame::{Content, Frame, Packet, Transport};
use ringwall_spec::packet::edge::gateway_endpoint;
use ringwall_spec::packet::services;

use crate::explain::{Layer, Refusal};
use crate::walked::{Leg, Walked};

/// The gates in the order in which a packet meets them on one leg of its way.
pub const ORDER: [Gate; 14] = [
    Gate::Frame,
    Gate::SourceCheck,
    Gate::SecurityGroupOut,
    Gate::NetworkAclOut,
    Gate::RouteTable,
    Gate::LinkLocalServices,
    Gate::GatewayEndpoint,
    Gate::InternetGateway,
    Gate::EgressOnlyInternetGateway,
    Gate::NetworkAclIn,
    Gate::NatGateway,
    Gate::DestinationCheck,
    Gate::SecurityGroupIn,
    Gate::PathMtu,
];

/// What words are about: one leg of a packet's way.
pub struct Context<'a> {
    /// the network
    pub world: &'a World,
    /// the packet and its whole way
    pub walked: &'a Walked,
    /// the leg
    pub leg: Leg<'a>,
}

/// A packet in a line: `tcp 10.0.0.4:40000 > 10.0.1.5:443`.
pub fn packet(frame: &Frame) -> String {
    let Content::Ip(packet) = &frame.content else { return "no IP packet".to_owned() };
    let Packet { source, destination, protocol, .. } = packet;
    match &packet.transport {
        Transport::Tcp { source: from, destination: to, .. } | Transport::Udp { source: from, destination: to } => {
            format!("{protocol} {} > {}", with_port(*source, *from), with_port(*destination, *to))
        }
        Transport::Icmp { kind, code, .. } => format!("{protocol} type {kind} code {code} {source} > {destination}"),
        Transport::Other | Transport::Missing => format!("protocol {protocol} {source} > {destination}"),
    }
}

fn with_port(address: IpAddr, port: u16) -> String {
    match address {
        IpAddr::V4(address) => format!("{address}:{port}"),
        IpAddr::V6(address) => format!("[{address}]:{port}"),
    }
}

/// Where a packet arrives.
pub fn arrival(to: NetworkInterfaceId, sent: &Sent) -> String {
    format!("{to}, as {} from {}", sent.destination, sent.source)
}

/// At which service a packet arrives.
pub fn service_arrival(service: Service, sent: &Sent) -> String {
    let name = match service {
        Service::Resolver => "the resolver of the VPC".to_owned(),
        Service::Metadata => "instance metadata".to_owned(),
        Service::GatewayEndpoint(id) => format!("the service behind {id}"),
    };
    format!("{name}, as {} from {}", sent.destination, sent.source)
}

impl Context<'_> {
    fn interface(&self) -> Option<&Interface> {
        self.leg.sender_interface(self.world)
    }

    /// Every layer that was asked, in order, up to the last one that could be.
    pub fn layers(&self) -> Vec<Layer> {
        ORDER.iter().filter_map(|gate| self.layer(*gate)).collect()
    }

    fn layer(&self, gate: Gate) -> Option<Layer> {
        let refusal = self.leg.refusals.iter().find(|reason| reason.gate() == gate);
        if let Some(refusal) = refusal.map(|reason| self.refusal(*reason)) {
            return Some(Layer { layer: refusal.layer, passes: false, rule: refusal.rule, text: refusal.text });
        }
        let findings = self.leg.findings;
        let (rule, text) = match gate {
            Gate::SourceCheck => self.source_check_words()?,
            Gate::SecurityGroupOut => self.group_words(findings.group_out?, Direction::Out),
            Gate::SecurityGroupIn => self.group_words(findings.group_in?, Direction::In),
            Gate::NetworkAclOut => self.acl_words(findings.acl_out?, Direction::Out),
            Gate::NetworkAclIn => self.acl_words(findings.acl_in?, Direction::In),
            Gate::RouteTable => route_words(findings.route?),
            Gate::LinkLocalServices => self.services_words()?,
            Gate::NatGateway => self.translation_words()?,
            Gate::GatewayEndpoint => self.endpoint_words()?,
            Gate::InternetGateway => {
                let gateway = match findings.route {
                    Some(RouteFinding::Route { target: RouteTarget::InternetGateway(id), .. }) => Some(id.to_string()),
                    None if self.enters_from_internet() => None,
                    _ => return None,
                };
                (gateway, "translates between private and public addresses".to_owned())
            }
            Gate::EgressOnlyInternetGateway => match findings.route {
                Some(RouteFinding::Route { target: RouteTarget::EgressOnlyInternetGateway(id), .. }) => {
                    (Some(id.to_string()), "lets out, and answers in".to_owned())
                }
                _ => return None,
            },
            Gate::Frame | Gate::DestinationCheck | Gate::PathMtu | Gate::Tables => return None,
        };
        Some(Layer { layer: self.layer_name(gate), passes: true, rule, text })
    }

    /// The layer as people call it. What a NAT gateway's subnet asks is named so: its sender's subnet asks the same.
    fn layer_name(&self, gate: Gate) -> String {
        let is_its_subnets = match gate {
            Gate::NetworkAclIn => self.leg.to.is_some(),
            Gate::NetworkAclOut | Gate::RouteTable => self.leg.from.is_some(),
            _ => false,
        };
        match (gate, is_its_subnets) {
            (Gate::RouteTable, true) => format!("{gate} of the NAT gateway's subnet"),
            (_, true) => format!("{gate}, of the NAT gateway's subnet"),
            (_, false) => gate.to_string(),
        }
    }

    fn enters_from_internet(&self) -> bool {
        self.walked.origin == Origin::Internet && self.leg.from.is_none()
    }

    fn source_check_words(&self) -> Option<(Option<String>, String)> {
        let interface = self.interface().filter(|_| self.leg.from.is_none())?;
        let is_checked = interface.source_dest_check || self.service().is_some();
        let text = if is_checked { "the source address is the interface's own" } else { "the check is off" };
        Some((None, text.to_owned()))
    }

    /// The service that the packet is for, or comes from: past all rules.
    fn service(&self) -> Option<Service> {
        let packet = self.leg.packet;
        match self.walked.origin {
            Origin::Interface(_) if self.leg.findings.route.is_none() => {
                services::at(self.world, self.interface()?.vpc, packet.destination)
            }
            Origin::Services(vpc) => services::at(self.world, vpc, packet.source),
            Origin::Interface(_) | Origin::Internet => None,
        }
    }

    fn services_words(&self) -> Option<(Option<String>, String)> {
        self.service()?;
        let text = match self.walked.origin {
            Origin::Services(_) => "no security group and no ACL is asked about what the VPC's own services send",
            _ => {
                "no security group, no ACL and no route is asked about the VPC's own services; an interface may send 1,024 packets a second there"
            }
        };
        Some((None, text.to_owned()))
    }

    /// What the NAT gateway at the end of this leg makes of the packet.
    fn translation_words(&self) -> Option<(Option<String>, String)> {
        let (id, beyond) = (self.leg.to?, self.walked.beyond().filter(|_| self.leg.from.is_none())?);
        let has_ports = !beyond.protocol.is_icmp();
        let text = if beyond.destination == self.leg.packet.destination {
            let lent = if has_ports { "a port" } else { "an identifier" };
            format!("translates the source {} to {} and {lent} of its own", self.leg.packet.source, beyond.source)
        } else {
            let owner = match beyond.transport {
                Transport::Tcp { destination, .. } | Transport::Udp { destination, .. } => {
                    with_port(beyond.destination, destination)
                }
                _ => beyond.destination.to_string(),
            };
            format!("belongs to what {owner} began through it")
        };
        Some((Some(id.to_string()), text))
    }

    fn endpoint_words(&self) -> Option<(Option<String>, String)> {
        let id = match self.leg.findings.route {
            Some(RouteFinding::Route { target: RouteTarget::GatewayEndpoint(id), .. }) => id,
            None if matches!(self.walked.origin, Origin::Services(_)) => {
                let to = self.receiver()?;
                gateway_endpoint::toward(self.world, to, self.leg.packet.source)?
            }
            _ => return None,
        };
        Some((Some(id.to_string()), "leads to the service past the internet, from the private address".to_owned()))
    }

    /// Why a layer stops the packet.
    pub fn refusal(&self, reason: Reason) -> Refusal {
        let (rule, detail) = self.refusal_detail(reason);
        let text = match detail {
            Some(detail) => format!("{reason}: {detail}"),
            None => reason.to_string(),
        };
        Refusal {
            layer: self.layer_name(reason.gate()),
            reason: reason.slug(),
            text,
            explanation_code: reason.explanation_code(),
            see: rule.as_deref().and_then(see),
            rule,
        }
    }

    fn refusal_detail(&self, reason: Reason) -> (Option<String>, Option<String>) {
        let findings = self.leg.findings;
        match reason {
            Reason::SecurityGroupOut | Reason::SecurityGroupIn => {
                let groups = self.groups_asked(reason == Reason::SecurityGroupOut);
                (groups.clone(), groups.map(|groups| format!("groups {groups}")))
            }
            Reason::NetworkAclOut => acl_detail(findings.acl_out),
            Reason::NetworkAclIn => acl_detail(findings.acl_in),
            Reason::NoConnectionOut | Reason::SessionTableFullOut => group_detail(findings.group_out),
            Reason::NoConnectionIn | Reason::SessionTableFullIn => group_detail(findings.group_in),
            reason if reason.gate() == Gate::RouteTable => self.route_detail(reason),
            reason if reason.gate() == Gate::NatGateway => match self.leg.to.or(self.leg.from) {
                Some(id) => (Some(id.to_string()), Some(nat_detail(id, reason))),
                None => (None, None),
            },
            Reason::SourceWithoutPublicAddress => match self.leg.from {
                Some(id) => {
                    let address = self.leg.packet.source;
                    (Some(id.to_string()), Some(format!("{id} is private, {address} has no Elastic IP address")))
                }
                None => (None, None),
            },
            Reason::GatewayEndpointProtocol => match findings.route {
                Some(RouteFinding::Route { target, .. }) => (Some(target_words(target)), Some(target_words(target))),
                _ => (None, None),
            },
            Reason::NoGatewayEndpoint => {
                let subnet = self.receiver().and_then(|receiver| self.world.subnets.get(&receiver.subnet));
                let table = subnet.map(|subnet| subnet.route_table.to_string());
                (table.clone(), table)
            }
            Reason::SourceNotOfInterface if self.service().is_some() => {
                (self.leg.sender.map(|id| id.to_string()), Some("the VPC's services answer nobody else".to_owned()))
            }
            Reason::SourceNotOfInterface => {
                let sender = self.leg.sender.map(|id| id.to_string());
                (sender.clone(), sender)
            }
            _ => (None, None),
        }
    }

    fn route_detail(&self, reason: Reason) -> (Option<String>, Option<String>) {
        let (table, named) = match self.leg.findings.route {
            Some(RouteFinding::Route { table, destination, .. }) => {
                (table, format!("route {} of {table}", destination_words(destination)))
            }
            Some(RouteFinding::None { table }) => (table, table.to_string()),
            _ => return (None, None),
        };
        let why = match (self.leg.from, reason) {
            (Some(id), Reason::RouteToSender) => {
                format!(
                    "{named} leads from the subnet of {id} to {id} itself; that subnet needs a table of its own, with a route to an internet gateway"
                )
            }
            (Some(id), Reason::NoRoute | Reason::BlackholeRoute) => {
                format!(
                    "{named}, by which {id} sends on; a public NAT gateway needs a route to an internet gateway there"
                )
            }
            _ => named,
        };
        (Some(table.to_string()), Some(why))
    }

    /// The groups of the sender or of the receiver, whichever was asked.
    fn groups_asked(&self, of_sender: bool) -> Option<String> {
        let interface = if of_sender { self.interface() } else { self.receiver() }?;
        Some(interface.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }

    fn receiver(&self) -> Option<&Interface> {
        let destination = self.leg.packet.destination;
        let vpc = match self.walked.origin {
            Origin::Services(vpc) => Some(vpc),
            _ => self.interface().map(|interface| interface.vpc),
        };
        self.world.interfaces.values().find(|interface| {
            let is_private = vpc == Some(interface.vpc) && interface.owns(destination);
            let public = interface.ipv4.iter().filter_map(|own| own.public).any(|public| destination == public);
            is_private || public || (destination.is_ipv6() && interface.owns(destination))
        })
    }

    fn group_words(&self, finding: GroupFinding, direction: Direction) -> (Option<String>, String) {
        match finding {
            GroupFinding::Session => (None, "part of a session that was admitted before".to_owned()),
            GroupFinding::Related => (None, "an ICMP error about a session that was admitted before".to_owned()),
            GroupFinding::Untracked(rule) => (
                Some(rule.rule.to_string()),
                format!("{}, untracked: both directions are open to everybody", self.rule_words(rule, direction)),
            ),
            GroupFinding::Rule(rule) | GroupFinding::NoConnection(rule) | GroupFinding::TableFull(rule) => {
                (Some(rule.rule.to_string()), self.rule_words(rule, direction))
            }
            GroupFinding::NoRule => (None, "no rule admits it".to_owned()),
        }
    }

    fn rule_words(&self, name: GroupRule, direction: Direction) -> String {
        let rule = self.world.security_groups.get(&name.group).and_then(|group| {
            let rules = match direction {
                Direction::In => &group.ingress,
                Direction::Out => &group.egress,
            };
            rules.iter().find(|rule| rule.id == name.rule)
        });
        match rule {
            Some(rule) => format!("{} allows {} {}", name.group, traffic(rule.traffic), peer(rule.peer, direction)),
            None => name.group.to_string(),
        }
    }

    fn acl_words(&self, finding: AclFinding, direction: Direction) -> (Option<String>, String) {
        let AclFinding { acl, entry, .. } = finding;
        let Some(number) = entry else { return (Some(acl.to_string()), format!("{acl}: no entry selects it")) };
        let entry = self.world.network_acls.get(&acl).and_then(|content| {
            let entries = match direction {
                Direction::In => &content.ingress,
                Direction::Out => &content.egress,
            };
            entries.iter().find(|entry| entry.number == number)
        });
        let words = match entry {
            Some(entry) => {
                let verb = if entry.allow { "allows" } else { "denies" };
                let way = if direction == Direction::In { "from" } else { "to" };
                format!("{acl} entry {number} {verb} {} {way} {}", traffic(entry.traffic), entry.prefix)
            }
            None => format!("{acl} entry {number}"),
        };
        (Some(format!("{acl}/{number}")), words)
    }
}

fn acl_detail(finding: Option<AclFinding>) -> (Option<String>, Option<String>) {
    let Some(AclFinding { acl, entry, .. }) = finding else { return (None, None) };
    match entry {
        Some(number) => (Some(format!("{acl}/{number}")), Some(format!("{acl}, entry {number}"))),
        None => (Some(format!("{acl}/*")), Some(format!("{acl}, no entry selects it, so the final deny does"))),
    }
}

fn nat_detail(id: NatGatewayId, reason: Reason) -> String {
    match reason {
        Reason::NoNatMapping => format!("nothing outside begins anything through {id}, and no rule could admit it"),
        _ => id.to_string(),
    }
}

fn group_detail(finding: Option<GroupFinding>) -> (Option<String>, Option<String>) {
    match finding {
        Some(GroupFinding::NoConnection(rule) | GroupFinding::TableFull(rule)) => {
            (Some(rule.rule.to_string()), Some(format!("{} of {} would admit a new connection", rule.rule, rule.group)))
        }
        _ => (None, None),
    }
}

fn route_words(finding: RouteFinding) -> (Option<String>, String) {
    match finding {
        RouteFinding::Neighbour => (None, "sent straight to a neighbour in the subnet".to_owned()),
        RouteFinding::Route { table, destination, prefix, target } => {
            let by = match destination {
                RouteDestination::Prefix(_) => prefix.to_string(),
                RouteDestination::PrefixList(list) => format!("{prefix} of {list}"),
            };
            (Some(table.to_string()), format!("{table}: {by} to {}", target_words(target)))
        }
        RouteFinding::None { table } => (Some(table.to_string()), format!("{table}: no route")),
    }
}

fn destination_words(destination: RouteDestination) -> String {
    match destination {
        RouteDestination::Prefix(prefix) => prefix.to_string(),
        RouteDestination::PrefixList(list) => list.to_string(),
    }
}

/// Where a route leads, in words.
pub fn target_words(target: RouteTarget) -> String {
    match target {
        RouteTarget::Local => "local".to_owned(),
        RouteTarget::InternetGateway(id) => id.to_string(),
        RouteTarget::EgressOnlyInternetGateway(id) => id.to_string(),
        RouteTarget::NetworkInterface(id) => id.to_string(),
        RouteTarget::NatGateway(id) => id.to_string(),
        RouteTarget::GatewayEndpoint(id) => id.to_string(),
        RouteTarget::Blackhole => "blackhole".to_owned(),
    }
}

/// Protocol and ports, in words.
pub fn traffic(traffic: Traffic) -> String {
    match traffic {
        Traffic::All => "all traffic".to_owned(),
        Traffic::Protocol(protocol) => format!("{protocol}"),
        Traffic::Ports { protocol, ports } => format!("{protocol} {ports}"),
        Traffic::Icmp { family, kind, code } => {
            let protocol = ringwall_net::icmp::protocol(family);
            code.map_or_else(|| format!("{protocol} type {kind}"), |code| format!("{protocol} type {kind} code {code}"))
        }
    }
}

fn peer(peer: Peer, direction: Direction) -> String {
    let way = if direction == Direction::In { "from" } else { "to" };
    match peer {
        Peer::Prefix(prefix) => format!("{way} {prefix}"),
        Peer::PrefixList(list) => format!("{way} {list}"),
        Peer::Group(group) => format!("{way} members of {group}"),
    }
}

/// The AWS CLI command that shows what decided.
fn see(rule: &str) -> Option<String> {
    let first = rule.split([',', '/']).next()?.trim();
    let kind = first.split('-').next()?;
    Some(match kind {
        "sg" => format!("aws ec2 describe-security-group-rules --filters Name=group-id,Values={first}"),
        "sgr" => format!("aws ec2 describe-security-group-rules --security-group-rule-ids {first}"),
        "acl" => format!("aws ec2 describe-network-acls --network-acl-ids {first}"),
        "rtb" => format!("aws ec2 describe-route-tables --route-table-ids {first}"),
        "eni" => format!("aws ec2 describe-network-interfaces --network-interface-ids {first}"),
        "nat" => format!("aws ec2 describe-nat-gateways --nat-gateway-ids {first}"),
        "vpce" => format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {first}"),
        _ => return None,
    })
}
