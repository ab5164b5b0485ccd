//! Findings and refusals in words.

use ringwall_model::gate::{Gate, Reason};
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::{AclFinding, Findings, GroupFinding, GroupRule, Origin, RouteFinding, Sent};
use ringwall_model::session::Direction;
use ringwall_model::world::{Interface, Peer, RouteDestination, RouteTarget, Traffic, World};
use ringwall_net::frame::{Content, Frame, Packet, Transport};

use crate::explain::{Layer, ORDER, Refusal, layer_name};

/// What words are about.
pub struct Context<'a> {
    /// the network
    pub world: &'a World,
    /// where the packet entered
    pub origin: Origin,
    /// the packet
    pub frame: &'a Frame,
    /// what the gates found
    pub findings: &'a Findings,
}

/// A packet in a line: `tcp 10.0.0.4:40000 > 10.0.1.5:443`.
pub fn packet(frame: &Frame) -> String {
    let Content::Ip(packet) = &frame.content else { return "no IP packet".to_owned() };
    let with_port = |address: std::net::IpAddr, port: u16| match address {
        std::net::IpAddr::V4(address) => format!("{address}:{port}"),
        std::net::IpAddr::V6(address) => format!("[{address}]:{port}"),
    };
    let Packet { source, destination, protocol, .. } = packet;
    match &packet.transport {
        Transport::Tcp { source: from, destination: to, .. } | Transport::Udp { source: from, destination: to } => {
            format!("{protocol} {} > {}", with_port(*source, *from), with_port(*destination, *to))
        }
        Transport::Icmp { kind, code, .. } => format!("{protocol} type {kind} code {code} {source} > {destination}"),
        Transport::Other | Transport::Missing => format!("protocol {protocol} {source} > {destination}"),
    }
}

/// Where a packet arrives.
pub fn arrival(world: &World, to: NetworkInterfaceId, sent: &Sent) -> String {
    let _ = world;
    format!("{to}, as {} from {}", sent.destination, sent.source)
}

impl Context<'_> {
    fn interface(&self) -> Option<&Interface> {
        match self.origin {
            Origin::Interface(id) => self.world.interfaces.get(&id),
            Origin::Internet => None,
        }
    }

    /// Every layer that was asked, in order, up to the last one that could be.
    pub fn layers(&self, refusals: &[Reason]) -> Vec<Layer> {
        ORDER.iter().filter_map(|gate| self.layer(*gate, refusals)).collect()
    }

    fn layer(&self, gate: Gate, refusals: &[Reason]) -> Option<Layer> {
        let refusal = refusals.iter().find(|reason| reason.gate() == gate).map(|reason| self.refusal(*reason));
        if let Some(refusal) = refusal {
            return Some(Layer { layer: refusal.layer, passes: false, rule: refusal.rule, text: refusal.text });
        }
        let (rule, text) = match gate {
            Gate::SourceCheck => {
                let interface = self.interface()?;
                (
                    None,
                    if interface.source_dest_check {
                        "the source address is the interface's own"
                    } else {
                        "the check is off"
                    }
                    .to_owned(),
                )
            }
            Gate::SecurityGroupOut => self.group_words(self.findings.group_out?, Direction::Out),
            Gate::SecurityGroupIn => self.group_words(self.findings.group_in?, Direction::In),
            Gate::NetworkAclOut => self.acl_words(self.findings.acl_out?, Direction::Out),
            Gate::NetworkAclIn => self.acl_words(self.findings.acl_in?, Direction::In),
            Gate::RouteTable => route_words(self.findings.route?),
            Gate::InternetGateway => {
                let gateway = match self.findings.route {
                    Some(RouteFinding::Route { target: RouteTarget::InternetGateway(id), .. }) => Some(id.to_string()),
                    None if self.origin == Origin::Internet => None,
                    _ => return None,
                };
                (gateway, "translates between private and public addresses".to_owned())
            }
            Gate::EgressOnlyInternetGateway => match self.findings.route {
                Some(RouteFinding::Route { target: RouteTarget::EgressOnlyInternetGateway(id), .. }) => {
                    (Some(id.to_string()), "lets out, and answers in".to_owned())
                }
                _ => return None,
            },
            Gate::Frame | Gate::DestinationCheck | Gate::PathMtu | Gate::Tables => return None,
        };
        Some(Layer { layer: gate.to_string(), passes: true, rule, text })
    }

    /// Why a layer stops the packet.
    pub fn refusal(&self, reason: Reason) -> Refusal {
        let (rule, detail) = self.refusal_detail(reason);
        let text = match detail {
            Some(detail) => format!("{reason}: {detail}"),
            None => reason.to_string(),
        };
        Refusal {
            layer: layer_name(reason),
            reason: reason.slug(),
            text,
            explanation_code: reason.explanation_code(),
            see: rule.as_deref().and_then(see),
            rule,
        }
    }

    fn refusal_detail(&self, reason: Reason) -> (Option<String>, Option<String>) {
        let findings = self.findings;
        match reason {
            Reason::SecurityGroupOut | Reason::SecurityGroupIn => {
                let groups = self.groups_asked(reason == Reason::SecurityGroupOut);
                (groups.clone(), groups.map(|groups| format!("groups {groups}")))
            }
            Reason::NetworkAclOut => acl_detail(findings.acl_out),
            Reason::NetworkAclIn => acl_detail(findings.acl_in),
            Reason::NoConnectionOut | Reason::SessionTableFullOut => group_detail(findings.group_out),
            Reason::NoConnectionIn | Reason::SessionTableFullIn => group_detail(findings.group_in),
            reason if reason.gate() == Gate::RouteTable => match findings.route {
                Some(RouteFinding::Route { table, destination, .. }) => {
                    (Some(table.to_string()), Some(format!("route {} of {table}", destination_words(destination))))
                }
                Some(RouteFinding::None { table }) => (Some(table.to_string()), Some(table.to_string())),
                _ => (None, None),
            },
            Reason::SourceNotOfInterface => match self.origin {
                Origin::Interface(id) => (Some(id.to_string()), Some(id.to_string())),
                Origin::Internet => (None, None),
            },
            _ => (None, None),
        }
    }

    /// The groups of the sender or of the receiver, whichever was asked.
    fn groups_asked(&self, of_sender: bool) -> Option<String> {
        let interface = if of_sender { self.interface() } else { self.receiver() }?;
        Some(interface.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }

    fn receiver(&self) -> Option<&Interface> {
        let Content::Ip(packet) = &self.frame.content else { return None };
        let vpc = self.interface().map(|interface| interface.vpc);
        self.world.interfaces.values().find(|interface| {
            let is_private = vpc == Some(interface.vpc) && interface.owns(packet.destination);
            let public = interface.ipv4.iter().filter_map(|own| own.public).any(|public| packet.destination == public);
            is_private || public || (packet.destination.is_ipv6() && interface.owns(packet.destination))
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
        _ => return None,
    })
}
