//! Questions as people ask them: names of instances, interfaces and addresses, and the packet that they mean.

use std::net::IpAddr;

use ringwall_analyse::question::End;
use ringwall_analyse::{Question, explain};
use ringwall_model::id::{InstanceId, NetworkInterfaceId};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::world::World;
use ringwall_net::{Family, Protocol};
use ringwall_store::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// who begins: `i-…`, `eni-…`, a Name tag, an address, `internet` or `internet:ADDRESS`
    pub from: String,
    /// whom it wants to reach
    pub to: String,
    /// `tcp`, `udp`, `icmp` or a number
    pub protocol: String,
    /// destination port
    pub port: Option<u16>,
    /// source port
    pub source_port: Option<u16>,
    /// a source address that is not the sender's own
    pub source: Option<IpAddr>,
    /// 4 or 6
    pub family: Option<u8>,
}

/// The source port of a question that names none: one of the ephemeral ones.
pub const SOURCE_PORT: u16 = 40_000;

impl Asked {
    /// The answer, with what is needed to send the packet for real.
    pub fn answer(&self, world: &World, snapshot: &Snapshot) -> Result<Value, String> {
        let question = self.question(snapshot)?;
        let explanation = explain(world, &question).map_err(|error| error.to_string())?;
        let mut document = serde_json::to_value(&explanation).map_err(|error| error.to_string())?;
        let request = &explanation.request;
        // by this the packet is known again where a NAT gateway has lent it another port
        let mark = format!("ringwall explain {}", question.source_port);
        let frame = ringwall_net::frame::encode(&request.frame, mark.as_bytes());
        let expected = match &request.outcome.verdict {
            Verdict::Delivered { to, .. } => Some(place(snapshot, Origin::Interface(*to))),
            Verdict::LeftToInternet { .. } => Some(place(snapshot, Origin::Internet)),
            Verdict::ToService { .. } => Some(json!({ "service": true })),
            Verdict::Answered(_) | Verdict::Dropped { .. } => None,
        };
        document["send"] = json!({
            "from": place(snapshot, request.origin),
            "frame": frame.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            "expect": expected,
            "mark": mark,
            "translated": request.outcome.through.is_some(),
        });
        Ok(document)
    }

    fn question(&self, snapshot: &Snapshot) -> Result<Question, String> {
        let protocol = match self.protocol.as_str() {
            "tcp" => Protocol::TCP,
            "udp" => Protocol::UDP,
            "icmp" => Protocol::ICMP,
            "icmpv6" => Protocol::ICMPV6,
            number => number.parse().map(Protocol).map_err(|_| {
                format!("`{number}` is no protocol: expected tcp, udp, icmp, icmpv6 or a number from 0 to 255")
            })?,
        };
        let port = match self.port {
            None if protocol.has_ports() => return Err(format!("{protocol} needs a port")),
            port => port.unwrap_or(0),
        };
        Ok(Question {
            from: end(&self.from, snapshot)?,
            to: end(&self.to, snapshot)?,
            protocol,
            port,
            source_port: self.source_port.unwrap_or(SOURCE_PORT),
            family: match self.family {
                None => None,
                Some(4) => Some(Family::V4),
                Some(6) => Some(Family::V6),
                Some(other) => return Err(format!("`{other}` is no family: expected 4 or 6")),
            },
            spoofed: self.source,
        })
    }
}

fn end(text: &str, snapshot: &Snapshot) -> Result<End, String> {
    if text == "internet" {
        return Ok(End::Internet(None));
    }
    if let Some(address) = text.strip_prefix("internet:") {
        let address = address.parse().map_err(|_| format!("`{address}` is no address"))?;
        return Ok(End::Internet(Some(address)));
    }
    if let Ok(address) = text.parse() {
        return Ok(End::Address(address));
    }
    if let Ok(interface) = text.parse::<NetworkInterfaceId>() {
        return Ok(End::Interface(interface, None));
    }
    instance(text, snapshot).map(|interface| End::Interface(interface, None))
}

/// The primary interface of an instance, by id or by its Name tag.
fn instance(text: &str, snapshot: &Snapshot) -> Result<NetworkInterfaceId, String> {
    let mut found = Vec::new();
    for region in snapshot.regions.values() {
        for instance in region.instances.iter().filter(|instance| instance.state.has_links()) {
            let is_meant = match text.parse::<InstanceId>() {
                Ok(id) => instance.id == id,
                Err(_) => instance.tags.get("Name").is_some_and(|name| name == text),
            };
            let primary = region.network_interfaces.iter().find(|interface| {
                interface.attachment.is_some_and(|own| own.instance == instance.id && own.device_index == 0)
            });
            found.extend(primary.filter(|_| is_meant).map(|interface| interface.id));
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!(
            "`{text}` is nobody: expected an instance (i-… or its Name tag), an interface (eni-…), an address, `internet` or \
             `internet:ADDRESS`; `ringwall status` lists the instances"
        )),
        _ => Err(format!("`{text}` is the name of several instances: say which by its id")),
    }
}

/// Where a packet is sent or arrives: an instance's device, or the internet.
fn place(snapshot: &Snapshot, origin: Origin) -> Value {
    let Origin::Interface(id) = origin else { return json!({ "internet": true }) };
    let found = snapshot.regions.values().find_map(|region| region.network_interfaces.get(&id).cloned());
    let attachment = found.and_then(|interface| interface.attachment);
    json!({
        "interface": id,
        "instance": attachment.map(|attachment| attachment.instance),
        "device": attachment.map(|attachment| format!("eth{}", attachment.device_index)),
    })
}
