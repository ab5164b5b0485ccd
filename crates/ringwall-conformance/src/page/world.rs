//! Worlds as pages write them: a line for each thing, and indented below it what it holds.
//!
//! ```text
//! vpc home: internet gateway door, resolver 10.0.0.2
//! list offices: 203.0.113.0/24, 192.0.2.0/24
//! acl open
//!     in 100 allow all from 0.0.0.0/0
//! table plain
//!     10.0.0.0/16 local
//!     0.0.0.0/0 internet gateway door
//! subnet red of home: 10.0.1.0/24, table plain, acl open
//! group web
//!     in 1 tcp 80-81 from list offices
//! interface client of red: 10.0.1.5 as 198.51.100.5, group web
//! nat out of red: 10.0.1.13 as 198.51.100.13, limit 2
//! endpoint s3 of home: tracked
//! ```
//!
//! A thing that is written again is replaced. Nothing is there unless it is written: no local route, no open ACL.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::sync::Arc;

use ringwall_model::id::{
    InternetGatewayId, NatGatewayId, NetworkAclId, NetworkInterfaceId, PrefixListId, RouteTableId, SecurityGroupId,
    SecurityGroupRuleId, SubnetId, VpcEndpointId, VpcId,
};
use ringwall_model::limits::NAT_CONNECTIONS_PER_DESTINATION;
use ringwall_model::session::Timeouts;
use ringwall_model::world::{
    AclEntry, GatewayEndpoint, Interface, NatGateway, NetworkAcl, Peer, PrefixList, PrivateAddress, Route,
    RouteDestination, RouteTable, RouteTarget, SecurityGroup, SecurityGroupRule, Subnet, Traffic, Vpc, World,
};
use ringwall_net::{Family, MacAddress, PortRange, Prefix, Protocol};

use super::names::Names;
use super::{Line, Unreadable, at};

/// Writes the things that the lines name into the world.
pub fn change(world: &mut World, names: &mut Names, lines: &[Line]) -> Result<(), Unreadable> {
    world.revision += 1;
    // rules name groups that are only written further down
    for (line, header) in lines.iter().filter(|line| !line.is_indented()).map(|line| (line, Header::read(&line.text))) {
        declare(names, &at(line, header)?);
    }
    for thing in lines.chunk_by(|_, next| next.is_indented()) {
        let (line, inside) = thing.split_first().expect("a chunk is never empty");
        let header = at(line, Header::read(&line.text))?;
        match header.kind {
            "vpc" => at(line, vpc(world, names, &header))?,
            "list" => at(line, list(world, names, &header))?,
            "subnet" => at(line, subnet(world, names, &header))?,
            "interface" => at(line, interface(world, names, &header))?,
            "nat" => at(line, nat_gateway(world, names, &header))?,
            "endpoint" => at(line, endpoint(world, names, &header))?,
            "acl" => acl(world, names, &header, inside)?,
            "table" => table(world, names, &header, inside)?,
            "group" => group(world, names, &header, inside)?,
            other => return Err(format!("line {}: nothing is called `{other}`", line.number)),
        }
    }
    Ok(())
}

/// The line that names a thing: `KIND NAME [of PARENT][: ITEM, ITEM]`.
struct Header<'a> {
    kind: &'a str,
    name: &'a str,
    parent: Option<&'a str>,
    items: Vec<&'a str>,
}

impl<'a> Header<'a> {
    fn read(text: &'a str) -> Result<Header<'a>, String> {
        let (head, items) = text.split_once(": ").unwrap_or((text, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let (kind, name, parent) = match words[..] {
            [kind, name] => (kind, name, None),
            [kind, name, "of", parent] => (kind, name, Some(parent)),
            _ => return Err("expected a kind and a name".to_owned()),
        };
        let items = items.split(", ").map(str::trim).filter(|item| !item.is_empty()).collect();
        Ok(Header { kind, name, parent, items })
    }

    fn parent(&self) -> Result<&'a str, String> {
        self.parent.ok_or_else(|| "what is it part of?".to_owned())
    }
}

fn declare(names: &mut Names, header: &Header) {
    match header.kind {
        "vpc" => drop(names.declare::<VpcId>(header.name)),
        "list" => drop(names.declare::<PrefixListId>(header.name)),
        "subnet" => drop(names.declare::<SubnetId>(header.name)),
        "interface" => drop(names.declare::<NetworkInterfaceId>(header.name)),
        "nat" => {
            names.declare::<NatGatewayId>(header.name);
            names.declare::<NetworkInterfaceId>(header.name);
        }
        "endpoint" => drop(names.declare::<VpcEndpointId>(header.name)),
        "acl" => drop(names.declare::<NetworkAclId>(header.name)),
        "table" => drop(names.declare::<RouteTableId>(header.name)),
        "group" => drop(names.declare::<SecurityGroupId>(header.name)),
        _ => {}
    }
}

pub(super) fn value<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` cannot be read"))
}

fn vpc(world: &mut World, names: &mut Names, header: &Header) -> Result<(), String> {
    let mut content = Vpc { internet_gateway: None, resolver: None };
    for item in &header.items {
        match item.rsplit_once(' ') {
            Some(("internet gateway", name)) => content.internet_gateway = Some(names.declare(name)),
            Some(("resolver", address)) => content.resolver = Some(value(address)?),
            _ => return Err("a VPC has a gateway and a resolver at most".to_owned()),
        }
    }
    world.vpcs.insert(names.id(header.name)?, content);
    Ok(())
}

fn list(world: &mut World, names: &Names, header: &Header) -> Result<(), String> {
    let prefixes = header.items.iter().map(|item| value(item)).collect::<Result<_, _>>()?;
    let content = PrefixList { changed: world.revision, prefixes };
    world.prefix_lists.insert(names.id(header.name)?, Arc::new(content));
    Ok(())
}

/// The last part of a hardware address: things have few enough names for one byte.
fn number(names_before: usize) -> Result<u8, String> {
    u8::try_from(names_before + 1).map_err(|_| "too many things for one page".to_owned())
}

fn subnet(world: &mut World, names: &Names, header: &Header) -> Result<(), String> {
    let id: SubnetId = names.id(header.name)?;
    let (mut ipv4, mut ipv6, mut acl, mut table) = (None, None, None, None);
    for item in &header.items {
        match item.split_once(' ') {
            Some(("acl", name)) => acl = Some(names.id(name)?),
            Some(("table", name)) => table = Some(names.id(name)?),
            Some(_) => return Err(format!("`{item}` cannot be read")),
            None if item.contains(':') => ipv6 = Some(value(item)?),
            None => ipv4 = Some(value(item)?),
        }
    }
    let router = match world.subnets.get(&id) {
        Some(before) => before.router,
        None => MacAddress([2, 0, 0, 1, 0, number(world.subnets.len())?]),
    };
    let content = Subnet {
        vpc: names.id(header.parent()?)?,
        ipv4: ipv4.ok_or("a subnet has an IPv4 block")?,
        ipv6,
        route_table: table.ok_or("a subnet has a route table")?,
        network_acl: acl.ok_or("a subnet has an ACL")?,
        router,
    };
    world.subnets.insert(id, content);
    Ok(())
}

fn interface(world: &mut World, names: &Names, header: &Header) -> Result<(), String> {
    let id: NetworkInterfaceId = names.id(header.name)?;
    let mut content = bare_interface(world, names, header, id)?;
    for item in &header.items {
        of_interface(names, &mut content, item)?;
    }
    world.interfaces.insert(id, content);
    Ok(())
}

/// An interface without an address or a group.
fn bare_interface(world: &World, names: &Names, header: &Header, id: NetworkInterfaceId) -> Result<Interface, String> {
    let subnet: SubnetId = names.id(header.parent()?)?;
    let mac = match world.interfaces.get(&id) {
        Some(before) => before.mac,
        None => MacAddress([2, 0, 0, 2, 0, number(world.interfaces.len())?]),
    };
    Ok(Interface {
        vpc: world.subnets.get(&subnet).ok_or("its subnet stands further up")?.vpc,
        subnet,
        mac,
        up: true,
        ipv4: Vec::new(),
        ipv6: Vec::new(),
        groups: Arc::default(),
        source_dest_check: true,
        timeouts: Timeouts::default(),
        session_limit: 1_000,
    })
}

/// The number by which the NAT gateways of pages scatter ports: their ports are the same whenever a page is read.
const PORT_SEED: u32 = 7;

fn nat_gateway(world: &mut World, names: &Names, header: &Header) -> Result<(), String> {
    let interface: NetworkInterfaceId = names.id(header.name)?;
    let mut content = bare_interface(world, names, header, interface)?;
    content.source_dest_check = false;
    let mut connection_limit = NAT_CONNECTIONS_PER_DESTINATION;
    for item in &header.items {
        match item.split_once(' ') {
            Some(("limit", number)) => connection_limit = value(number)?,
            _ => of_interface(names, &mut content, item)?,
        }
    }
    let addresses = content.ipv4.iter().map(|own| own.address).collect();
    world.interfaces.insert(interface, content);
    let gateway = NatGateway { interface, addresses, connection_limit, port_seed: PORT_SEED };
    world.nat_gateways.insert(names.id(header.name)?, gateway);
    Ok(())
}

fn endpoint(world: &mut World, names: &Names, header: &Header) -> Result<(), String> {
    let always_tracked = match header.items[..] {
        [] => false,
        ["tracked"] => true,
        _ => return Err("an endpoint is tracked or nothing".to_owned()),
    };
    let content = GatewayEndpoint { vpc: names.id(header.parent()?)?, always_tracked };
    world.gateway_endpoints.insert(names.id(header.name)?, content);
    Ok(())
}

fn of_interface(names: &Names, interface: &mut Interface, item: &str) -> Result<(), String> {
    let words: Vec<&str> = item.split(' ').collect();
    match words[..] {
        ["down"] => interface.up = false,
        ["unchecked"] => interface.source_dest_check = false,
        ["group" | "groups", ref groups @ ..] => {
            interface.groups = Arc::new(groups.iter().map(|name| names.id(name)).collect::<Result<BTreeSet<_>, _>>()?);
        }
        ["sessions", most] => interface.session_limit = value(most)?,
        ["established", seconds] => interface.timeouts.tcp_established = value(seconds)?,
        ["udp", seconds] => interface.timeouts.udp = value(seconds)?,
        ["stream", seconds] => interface.timeouts.udp_stream = value(seconds)?,
        [private, "as", public] => {
            interface.ipv4.push(PrivateAddress { address: value(private)?, public: Some(value::<Ipv4Addr>(public)?) });
        }
        [address] => match value(address)? {
            IpAddr::V4(address) => interface.ipv4.push(PrivateAddress { address, public: None }),
            IpAddr::V6(address) => interface.ipv6.push(address),
        },
        _ => return Err(format!("`{item}` cannot be read")),
    }
    Ok(())
}

fn acl(world: &mut World, names: &Names, header: &Header, inside: &[Line]) -> Result<(), Unreadable> {
    let mut content = NetworkAcl { changed: world.revision, ingress: Vec::new(), egress: Vec::new() };
    for line in inside {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let read = || match words[..] {
            [way @ ("in" | "out"), number, verb @ ("allow" | "deny"), ref traffic @ .., "from" | "to", prefix] => {
                let traffic = self::traffic(traffic)?;
                Ok((way, AclEntry { number: value(number)?, allow: verb == "allow", prefix: value(prefix)?, traffic }))
            }
            _ => Err("expected `in NUMBER allow TRAFFIC from BLOCK`".to_owned()),
        };
        let (way, entry) = at(line, read())?;
        if way == "in" { content.ingress.push(entry) } else { content.egress.push(entry) }
    }
    world.network_acls.insert(names.id(header.name)?, Arc::new(content));
    Ok(())
}

fn group(world: &mut World, names: &mut Names, header: &Header, inside: &[Line]) -> Result<(), Unreadable> {
    let mut content = SecurityGroup { changed: world.revision, ingress: Vec::new(), egress: Vec::new() };
    for line in inside {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let place = words.iter().position(|word| matches!(*word, "from" | "to")).unwrap_or(words.len());
        let mut read = || match (&words[..place], words.get(place + 1..)) {
            ([way @ ("in" | "out"), label, traffic @ ..], Some(peer)) => {
                let id: SecurityGroupRuleId = names.declare(&format!("{}/{way} {label}", header.name));
                Ok((*way, SecurityGroupRule { id, peer: self::peer(names, peer)?, traffic: self::traffic(traffic)? }))
            }
            _ => Err("expected `in LABEL TRAFFIC from PEER`".to_owned()),
        };
        let (way, rule) = at(line, read())?;
        if way == "in" { content.ingress.push(rule) } else { content.egress.push(rule) }
    }
    world.security_groups.insert(names.id(header.name)?, Arc::new(content));
    Ok(())
}

fn peer(names: &Names, words: &[&str]) -> Result<Peer, String> {
    Ok(match words {
        ["group", name] => Peer::Group(names.id(name)?),
        ["list", name] => Peer::PrefixList(names.id(name)?),
        [prefix] => Peer::Prefix(value(prefix)?),
        _ => return Err("expected a block, `group NAME` or `list NAME`".to_owned()),
    })
}

fn traffic(words: &[&str]) -> Result<Traffic, String> {
    let icmp = |family, text: &str| {
        let (kind, code) = text.split_once('/').map_or((text, None), |(kind, code)| (kind, Some(code)));
        Ok(Traffic::Icmp { family, kind: value(kind)?, code: code.map(value).transpose()? })
    };
    match words {
        ["all"] => Ok(Traffic::All),
        ["protocol", number] => Ok(Traffic::Protocol(Protocol(value(number)?))),
        ["tcp", range] => Ok(Traffic::Ports { protocol: Protocol::TCP, ports: ports(range)? }),
        ["udp", range] => Ok(Traffic::Ports { protocol: Protocol::UDP, ports: ports(range)? }),
        ["icmp", text] => icmp(Family::V4, text),
        ["icmpv6", text] => icmp(Family::V6, text),
        _ => Err("expected `all`, `tcp 80`, `udp 53`, `icmp 8`, `icmp 3/4` or `protocol 47`".to_owned()),
    }
}

fn ports(text: &str) -> Result<PortRange, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    PortRange::new(value(first)?, value(last)?).ok_or_else(|| "the ports are in the wrong order".to_owned())
}

fn table(world: &mut World, names: &mut Names, header: &Header, inside: &[Line]) -> Result<(), Unreadable> {
    let mut routes = Vec::new();
    for line in inside {
        routes.push(at(line, route(names, &line.text))?);
    }
    let content = RouteTable { changed: world.revision, routes };
    world.route_tables.insert(names.id(header.name)?, Arc::new(content));
    Ok(())
}

fn route(names: &mut Names, text: &str) -> Result<Route, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (destination, target) = match words[..] {
        ["list", name, ref target @ ..] => (RouteDestination::PrefixList(names.id(name)?), target),
        [prefix, ref target @ ..] => (RouteDestination::Prefix(value::<Prefix>(prefix)?), target),
        [] => return Err("expected a destination and a target".to_owned()),
    };
    let target = match target {
        ["local"] => RouteTarget::Local,
        ["blackhole"] => RouteTarget::Blackhole,
        ["interface", name] => RouteTarget::NetworkInterface(names.id(name)?),
        ["internet", "gateway", name] => RouteTarget::InternetGateway(names.declare::<InternetGatewayId>(name)),
        ["NAT", "gateway", name] => RouteTarget::NatGateway(names.id(name)?),
        ["gateway", "endpoint", name] => RouteTarget::GatewayEndpoint(names.id(name)?),
        ["egress-only", "gateway", name] => RouteTarget::EgressOnlyInternetGateway(names.declare(name)),
        _ => return Err("no route leads there".to_owned()),
    };
    Ok(Route { destination, target })
}
