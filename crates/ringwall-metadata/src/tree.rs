//! What there is to be asked for: a tree of names with texts at its ends.
//!
//! It holds what AWS documents and Ringwall knows. What would have to be made up (signatures, volumes, keys) is not there,
//! as it is not on an instance that has none.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ringwall_model::dns_name::{ip_name, public_name, resource_name};
use ringwall_model::resource::subnet::HostnameType;
use ringwall_model::services::InterfaceServices;
use ringwall_model::zone::zone_id;
use ringwall_wire::Blob;

use crate::answer::Asker;
use crate::document::document;

/// A place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// a text
    Leaf(Vec<u8>),
    /// bytes of the owner's
    Data(Vec<u8>),
    /// names
    Branch(Branch),
}

type Branch = BTreeMap<String, Node>;

/// What stands at a path below a version.
pub(crate) fn find(path: &str, asker: &Asker<'_>, account: &str) -> Option<Node> {
    let mut node = Node::Branch(root(asker, account));
    let path = path.strip_suffix('/').unwrap_or(path);
    for part in path.split('/').filter(|_| !path.is_empty()) {
        let Node::Branch(mut children) = node else { return None };
        // Names of tags may hold what paths may not.
        node = children.remove(&decode(part)?)?;
    }
    Some(node)
}

/// The names of a branch, a line each; those of branches end with a slash.
pub(crate) fn list(children: &Branch) -> String {
    let line = |(name, node): (&String, &Node)| match node {
        Node::Branch(_) => format!("{name}/"),
        _ => name.clone(),
    };
    children.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

/// Puts texts in a branch that are there.
fn leaves<const N: usize>(texts: [(&str, Option<String>); N]) -> Branch {
    texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Node::Leaf(text?.into_bytes())))).collect()
}

fn lines<T: ToString>(values: impl IntoIterator<Item = T>) -> Option<String> {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| values.join("\n"))
}

fn branch(name: &str, children: Branch) -> (String, Node) {
    (name.to_owned(), Node::Branch(children))
}

fn root(asker: &Asker<'_>, account: &str) -> Branch {
    let identity = Branch::from([("document".to_owned(), Node::Leaf(document(asker, account)))]);
    let mut root = Branch::from([
        branch("dynamic", Branch::from([branch("instance-identity", identity)])),
        branch("meta-data", metadata(asker, account)),
    ]);
    // Kept as it was given, which was checked.
    if let Some(data) = asker.instance.user_data.as_deref().and_then(|text| Blob::parse(text).ok()) {
        root.insert("user-data".to_owned(), Node::Data(data.0));
    }
    root
}

fn metadata(asker: &Asker<'_>, account: &str) -> Branch {
    let instance = asker.instance;
    let primary = instance.interfaces.first();
    let private = primary.and_then(|own| own.ipv4.first());
    let hostname = private.map(|(private, _)| hostname(asker, *private));
    let public = private.and_then(|(_, public)| *public);
    let text = |text: &str| Some(text.to_owned());
    let mut branches = leaves([
        ("ami-id", text(&instance.image)),
        ("ami-launch-index", Some(instance.launch_index.to_string())),
        ("hostname", hostname.clone()),
        ("instance-action", text("none")),
        ("instance-id", Some(asker.id.to_string())),
        ("instance-life-cycle", text("on-demand")),
        ("instance-type", text(&instance.instance_type)),
        ("ipv6", primary.and_then(|own| own.ipv6.first()).map(ToString::to_string)),
        ("local-hostname", hostname),
        ("local-ipv4", private.map(|(private, _)| private.to_string())),
        ("mac", primary.map(|own| own.mac.0.to_string())),
        ("public-hostname", public.and_then(|public| named(asker, public))),
        ("public-ipv4", public.map(|public| public.to_string())),
        ("reservation-id", Some(instance.reservation.to_string())),
        ("security-groups", primary.and_then(|own| lines(own.groups.iter().map(|(_, name)| name)))),
    ]);
    let macs = instance.interfaces.iter().map(|own| branch(&own.mac.0.to_string(), interface(asker, own, account)));
    let network = Branch::from([branch("interfaces", Branch::from([branch("macs", macs.collect())]))]);
    let placement = leaves([
        ("availability-zone", text(&instance.zone)),
        ("availability-zone-id", Some(zone_id(&asker.vpc.region, &instance.zone))),
        ("region", text(&asker.vpc.region)),
    ]);
    let (partition, domain) = match asker.vpc.region.split('-').collect::<Vec<_>>().as_slice() {
        ["cn", ..] => ("aws-cn", "amazonaws.com.cn"),
        [_, "gov", ..] => ("aws-us-gov", "amazonaws.com"),
        _ => ("aws", "amazonaws.com"),
    };
    let services = leaves([("domain", text(domain)), ("partition", text(partition))]);
    branches.extend([branch("network", network), branch("placement", placement), branch("services", services)]);
    if instance.options.tags && !instance.tags.is_empty() {
        let leaf = |(key, value): (&String, &String)| (key.clone(), Node::Leaf(value.clone().into_bytes()));
        let tags = instance.tags.iter().map(leaf).collect();
        branches.extend([branch("tags", Branch::from([branch("instance", tags)]))]);
    }
    branches
}

fn interface(asker: &Asker<'_>, own: &InterfaceServices, account: &str) -> Branch {
    let vpc = asker.vpc;
    let private = own.ipv4.first().map(|(private, _)| *private);
    let public = own.ipv4.iter().filter_map(|(_, public)| *public);
    let associations = own
        .ipv4
        .iter()
        .filter_map(|(private, public)| Some(((*public)?.to_string(), Node::Leaf(private.to_string().into_bytes()))));
    let mut branches = leaves([
        ("device-number", Some(own.device_index.to_string())),
        ("interface-id", Some(own.id.to_string())),
        ("ipv6s", lines(&own.ipv6)),
        ("local-hostname", private.map(|private| hostname(asker, private))),
        ("local-ipv4s", lines(own.ipv4.iter().map(|(private, _)| private))),
        ("mac", Some(own.mac.0.to_string())),
        ("owner-id", Some(account.to_owned())),
        ("public-hostname", public.clone().next().and_then(|public| named(asker, public))),
        ("public-ipv4s", lines(public)),
        ("security-group-ids", lines(own.groups.iter().map(|(id, _)| id))),
        ("security-groups", lines(own.groups.iter().map(|(_, name)| name))),
        ("subnet-id", Some(own.subnet.to_string())),
        ("subnet-ipv4-cidr-block", Some(own.subnet_ipv4.0.to_string())),
        ("subnet-ipv6-cidr-blocks", own.subnet_ipv6.map(|block| block.0.to_string())),
        ("vpc-id", Some(own.vpc.to_string())),
        ("vpc-ipv4-cidr-block", vpc.ipv4.first().map(|block| block.0.to_string())),
        ("vpc-ipv4-cidr-blocks", lines(vpc.ipv4.iter().map(|block| block.0))),
        ("vpc-ipv6-cidr-blocks", lines(vpc.ipv6.iter().map(|block| block.0))),
    ]);
    let associations: Branch = associations.collect();
    if !associations.is_empty() {
        branches.extend([branch("ipv4-associations", associations)]);
    }
    branches
}

/// The private name of an address of the instance: after the address, or after the instance (DNS-8, DNS-13).
fn hostname(asker: &Asker<'_>, private: Ipv4Addr) -> String {
    match asker.instance.hostname_type {
        HostnameType::IpName => ip_name(&asker.vpc.region, private),
        HostnameType::ResourceName => resource_name(&asker.vpc.region, asker.id),
    }
}

/// The public name of an address, if the VPC gives names (DNS-6).
fn named(asker: &Asker<'_>, public: Ipv4Addr) -> Option<String> {
    asker.vpc.has_names().then(|| public_name(&asker.vpc.region, public))
}
