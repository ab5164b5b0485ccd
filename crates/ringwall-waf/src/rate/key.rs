//! What requests are counted by (WAF-49, WAF-52 … WAF-55).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sha2::{Digest, Sha256};

use crate::document::{Code, Context, Entry, Members, Refusal};
use crate::field::{Fallback, Fingerprint, cookies, fingerprint, pairs};
use crate::forwarded::{Claimed, Forwarded, Position};
use crate::inspection::Inspection;
use crate::label::{Namespace, is_of_label};
use crate::transformation::Chain;

/// A key: an address, or the digest of anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 17]);

impl Key {
    /// The key of an address.
    pub fn of_address(address: IpAddr) -> Key {
        let mut key = [0; 17];
        match address {
            IpAddr::V4(address) => {
                key[0] = 4;
                key[1..5].copy_from_slice(&address.octets());
            }
            IpAddr::V6(address) => {
                key[0] = 6;
                key[1..].copy_from_slice(&address.octets());
            }
        }
        Key(key)
    }

    /// The key of several texts in their order.
    pub fn of(texts: &[&[u8]]) -> Key {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text);
        }
        let mut key = [0; 17];
        key[1..].copy_from_slice(&digest.finalize()[..16]);
        Key(key)
    }

    /// The address that it is the key of, if it is.
    pub fn address(&self) -> Option<IpAddr> {
        let Key([kind, bytes @ ..]) = *self;
        match kind {
            4 => Some(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into()),
            6 => Some(Ipv6Addr::from(bytes).into()),
            _ => None,
        }
    }
}

/// `AggregateKeyType`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// the client's address
    Ip,
    /// the first address that a header claims
    ForwardedIp(Forwarded),
    /// several components together, with the header for those that need one
    Custom(Vec<Component>, Option<Forwarded>),
    /// all requests together
    Constant,
}

/// A component of a custom key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Component {
    /// the values of a header
    Header(String, Chain),
    /// the values of a cookie
    Cookie(String, Chain),
    /// the values of a query argument
    QueryArgument(String, Chain),
    /// the query string
    QueryString(Chain),
    /// the path
    UriPath(Chain),
    /// the method
    Method,
    /// the labels below a namespace
    LabelNamespace(String),
    /// the client's address
    Ip,
    /// the first address that the header claims
    ForwardedIp,
    /// JA3 or JA4
    Fingerprint(Fingerprint),
    /// the autonomous system
    Asn,
}

/// What log records say of a component: its kind, its name if it has one, and its value (WAF-131).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// `HEADER` or the like
    pub key: &'static str,
    /// the name of the header, cookie or argument
    pub name: String,
    /// the value
    pub value: Vec<u8>,
}

impl Aggregate {
    /// Reads `AggregateKeyType`, `CustomKeys` and `ForwardedIPConfig` of a rate-based statement.
    pub(crate) fn read(members: &mut Members, context: &Context) -> Result<Aggregate, Refusal> {
        let kind = members.require("AggregateKeyType")?;
        let forwarded = Forwarded::take(members)?;
        let custom = members.take("CustomKeys");
        if let Some(custom) = custom.as_ref().filter(|_| kind.text() != Ok("CUSTOM_KEYS")) {
            return Err(custom.invalid("goes with the key type CUSTOM_KEYS alone"));
        }
        match (kind.text()?, forwarded) {
            ("IP", None) => Ok(Aggregate::Ip),
            ("CONSTANT", None) => Ok(Aggregate::Constant),
            ("FORWARDED_IP", Some(forwarded)) => Ok(Aggregate::ForwardedIp(forwarded)),
            ("FORWARDED_IP", None) => Err(kind.invalid("needs ForwardedIPConfig")),
            ("CUSTOM_KEYS", forwarded) => {
                let custom = custom.ok_or_else(|| kind.invalid("needs CustomKeys"))?;
                Aggregate::read_custom(&custom, forwarded, context)
            }
            ("IP" | "CONSTANT", Some(_)) => Err(kind.invalid("uses no ForwardedIPConfig")),
            _ => Err(kind.invalid("must be one of IP, FORWARDED_IP, CUSTOM_KEYS, CONSTANT")),
        }
    }

    fn read_custom(entry: &Entry, forwarded: Option<Forwarded>, context: &Context) -> Result<Aggregate, Refusal> {
        let list = entry.list_of(1, 5)?;
        let components = list.iter().map(|own| Component::read(own, context)).collect::<Result<Vec<_>, _>>()?;
        let has = |own: &Component| components.contains(own);
        if components.len() == 1 && (has(&Component::Ip) || has(&Component::ForwardedIp)) {
            return Err(entry.invalid("must have another key beside an address; use AggregateKeyType for that alone"));
        }
        if has(&Component::Ip) && has(&Component::ForwardedIp) {
            return Err(entry.invalid("must not have both IP and ForwardedIP"));
        }
        if components.iter().enumerate().any(|(at, own)| components[..at].contains(own)) {
            return Err(entry.invalid("must not have a key twice"));
        }
        if has(&Component::ForwardedIp) && forwarded.is_none() {
            return Err(entry.invalid("needs ForwardedIPConfig for ForwardedIP"));
        }
        if forwarded.is_some() && !has(&Component::ForwardedIp) && !has(&Component::Asn) {
            return Err(entry.invalid("has no key that uses ForwardedIPConfig"));
        }
        Ok(Aggregate::Custom(components, forwarded))
    }

    /// The key of a request, and what log records say of it; none if it lacks a component (WAF-54).
    pub fn key(&self, inspection: &Inspection) -> Option<(Key, Vec<KeyValue>)> {
        let request = inspection.view.request;
        match self {
            Aggregate::Ip => Some((Key::of_address(request.client.to_canonical()), Vec::new())),
            Aggregate::Constant => Some((Key::of(&[]), Vec::new())),
            Aggregate::ForwardedIp(forwarded) => match claimed(forwarded, inspection)? {
                Some(address) => Some((Key::of_address(address), Vec::new())),
                None => Some((Key::of(&[b"nonsense"]), Vec::new())),
            },
            Aggregate::Custom(components, forwarded) => {
                let values = components.iter().map(|own| own.value(inspection, forwarded.as_ref()));
                let values: Vec<KeyValue> = values.collect::<Option<_>>()?;
                let texts: Vec<&[u8]> = values.iter().map(|own| own.value.as_slice()).collect();
                Some((Key::of(&texts), values))
            }
        }
    }

    /// What each component costs beyond the statement itself (WAF-28).
    pub fn capacity(&self) -> u64 {
        match self {
            Aggregate::Custom(components, _) => 30 * components.len() as u64,
            _ => 0,
        }
    }

    /// AWS's word in log records (WAF-131).
    pub fn log_name(&self) -> &'static str {
        match self {
            Aggregate::Ip => "IP",
            Aggregate::ForwardedIp(_) => "FORWARDED_IP",
            Aggregate::Custom(..) => "CUSTOMKEYS",
            Aggregate::Constant => "CONSTANT",
        }
    }
}

/// The first address that a header claims. What is none counts together with its like, or not at all (WAF-55).
fn claimed(forwarded: &Forwarded, inspection: &Inspection) -> Option<Option<IpAddr>> {
    match forwarded.claimed(inspection.view.request, Position::First) {
        Claimed::Nothing => None,
        Claimed::Nonsense => forwarded.fallback.matches().then_some(None),
        Claimed::Addresses(addresses) => Some(addresses.first().copied()),
    }
}

impl Component {
    fn read(entry: &Entry, context: &Context) -> Result<Component, Refusal> {
        let (form, entry) = entry.sole()?;
        let mut members = entry.members()?;
        let fingerprint = |kind| Fingerprint::read(&entry, kind).map(Component::Fingerprint);
        let component = match form {
            "JA3Fingerprint" => return fingerprint(fingerprint::Kind::Ja3),
            "JA4Fingerprint" => return fingerprint(fingerprint::Kind::Ja4),
            "Header" | "Cookie" | "QueryArgument" => {
                let name = members.require("Name")?.text_of(1..=64, |_| true)?.to_owned();
                let chain = Chain::read(&members.require("TextTransformations")?)?;
                match form {
                    "Header" => Component::Header(name.to_ascii_lowercase(), chain),
                    "Cookie" => Component::Cookie(name, chain),
                    _ => Component::QueryArgument(name.to_ascii_lowercase(), chain),
                }
            }
            "QueryString" => Component::QueryString(Chain::read(&members.require("TextTransformations")?)?),
            "UriPath" => Component::UriPath(Chain::read(&members.require("TextTransformations")?)?),
            "HTTPMethod" => Component::Method,
            "LabelNamespace" => {
                let namespace = members.require("Namespace")?;
                let text = namespace.text_of(1..=1024, is_of_label)?;
                if !text.ends_with(':') {
                    return Err(namespace.invalid("must end with `:`"));
                }
                Component::LabelNamespace(whole(text, &context.namespace))
            }
            "IP" => Component::Ip,
            "ForwardedIP" => Component::ForwardedIp,
            "ASN" if context.abilities.networks => Component::Asn,
            "ASN" => return Err(entry.refused(Code::Unsupported, "needs to know the autonomous system of an address")),
            _ => return Err(entry.invalid("is no key")),
        };
        members.finish()?;
        Ok(component)
    }

    /// The component of a request, if it has it. What a header, cookie or argument holds several times is one text, as many
    /// lines of a header are.
    fn value(&self, inspection: &Inspection, forwarded: Option<&Forwarded>) -> Option<KeyValue> {
        let request = inspection.view.request;
        let joined = |values: Vec<Vec<u8>>| (!values.is_empty()).then(|| values.join(&b','));
        let made = |chain: &Chain, text: &[u8]| chain.apply(text).into_owned();
        let (key, name, value) = match self {
            Component::Header(name, chain) => {
                ("HEADER", name.as_str(), joined(request.values_of(name).map(|own| made(chain, own)).collect())?)
            }
            Component::Cookie(name, chain) => {
                let values = cookies::cookies(request).filter(|(own, _)| *own == name.as_bytes());
                ("COOKIE", name.as_str(), joined(values.map(|(_, own)| made(chain, own)).collect())?)
            }
            Component::QueryArgument(name, chain) => {
                let values = pairs(request.query.unwrap_or_default());
                let values = values.filter(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
                ("QUERYARGUMENT", name.as_str(), joined(values.map(|(_, own)| made(chain, own)).collect())?)
            }
            Component::QueryString(chain) => ("QUERYSTRING", "", made(chain, request.query?)),
            Component::UriPath(chain) => ("URIPATH", "", made(chain, request.path)),
            Component::Method => ("HTTPMETHOD", "", request.method.to_vec()),
            Component::LabelNamespace(namespace) => {
                let below = inspection.labels.iter().filter(|label| label.starts_with(namespace.as_str()));
                ("LABELNAMESPACE", namespace.as_str(), joined(below.map(|label| label.as_bytes().to_vec()).collect())?)
            }
            Component::Ip => ("IP", "", request.client.to_canonical().to_string().into_bytes()),
            Component::ForwardedIp => {
                let address = claimed(forwarded?, inspection)?;
                ("FORWARDEDIP", "", address.map(|own| own.to_string().into_bytes()).unwrap_or_default())
            }
            Component::Fingerprint(own) => {
                let text = own.of(&inspection.view);
                let text = text.or_else(|| (own.fallback == Fallback::Match).then_some(""))?;
                let key = if own.kind == fingerprint::Kind::Ja3 { "JA3FINGERPRINT" } else { "JA4FINGERPRINT" };
                (key, "", text.as_bytes().to_vec())
            }
            Component::Asn => {
                let address = match forwarded {
                    None => Some(request.client.to_canonical()),
                    Some(forwarded) => claimed(forwarded, inspection)?,
                };
                let network = address.map_or(0, |address| inspection.environment.network(address));
                ("ASN", "", network.to_string().into_bytes())
            }
        };
        Some(KeyValue { key, name: name.to_owned(), value })
    }
}

/// A namespace written out.
fn whole(text: &str, context: &Namespace) -> String {
    if text.starts_with("awswaf:") { text.to_owned() } else { context.label(text) }
}
