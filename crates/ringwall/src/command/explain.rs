//! `ringwall explain`: what happens to a packet and its answer, and why; and whether that is true.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_fabric::{Name, Namespace, PacketSocket, Place, network_namespace};
use ringwall_net::frame::{Content, Frame, Packet, Transport, parse};
use ringwalld::question::Asked;
use serde_json::{Value, json};

use super::exec::process_of;
use super::{Entry, Failure, format, name_argument, output_argument, text};
use crate::client::{Lines, ask};
use crate::output::{Format, Style, line, table};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let end = "i-…, eni-…, a Name tag, an address, `internet`, or `internet:ADDRESS`";
    Command::new("explain")
        .about("Say what happens to a packet and to its answer, layer by layer")
        .after_help("Exit status: 0 if both get through, 1 if not; with --send, 3 if the network did something else.")
        .arg(name_argument())
        .arg(output_argument())
        .arg(option("from", "WHO", end).required(true))
        .arg(option("to", "WHO", end).required(true))
        .arg(option("protocol", "PROTOCOL", "tcp, udp, icmp, icmpv6 or a number").default_value("tcp"))
        .arg(option("port", "PORT", "Destination port of tcp and udp").value_parser(clap::value_parser!(u16)))
        .arg(option("source-port", "PORT", "Source port").value_parser(clap::value_parser!(u16)))
        .arg(option("source", "ADDRESS", "A source address that is not the sender's own"))
        .arg(
            option("family", "4|6", "The family, where both ends have both")
                .value_parser(clap::value_parser!(u8).range(4..=6)),
        )
        .arg(Arg::new("send").long("send").action(ArgAction::SetTrue).help("Send the packet for real, and compare"))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name: Name = text(matches, "name").parse()?;
    let source =
        matches.get_one::<String>("source").map(|text| text.parse().map_err(|_| format!("`{text}` is no address")));
    let sends = matches.get_flag("send");
    let asked = Asked {
        from: text(matches, "from").to_owned(),
        to: text(matches, "to").to_owned(),
        protocol: text(matches, "protocol").to_owned(),
        port: matches.get_one("port").copied(),
        source_port: matches.get_one("source-port").copied().or_else(|| sends.then(any_port)),
        source: source.transpose()?,
        family: matches.get_one("family").copied(),
    };
    let mut answer = ask(name.as_str(), "POST", "/explain", Some(&serde_json::to_value(&asked)?))?;
    let agrees = if sends {
        let (arrived, dropped) = send(&Place::new(name), &answer["send"])?;
        let expected = !answer["send"]["expect"].is_null();
        let reason = |stopped: &Value| stopped["reason"].as_str().map(str::to_owned);
        // The kernel tells why as well, unless it was asked by more than it can report to.
        let agrees = arrived == expected
            && dropped.as_ref().is_none_or(|why| reason(why) == reason(&answer["request"]["stopped_by"]));
        answer["sent"] = json!({ "arrived": arrived, "expected": expected, "stopped_by": dropped, "agrees": agrees });
        agrees
    } else {
        true
    };
    if let Some(object) = answer.as_object_mut() {
        object.remove("send");
    }
    match format(matches) {
        Format::Json => {
            line(&answer.to_string());
        }
        Format::Text => print(&answer),
    }
    Ok(ExitCode::from(match (agrees, answer["reachable"].as_bool()) {
        (false, _) => 3,
        (true, Some(true)) => 0,
        (true, _) => 1,
    }))
}

fn print(answer: &Value) {
    let style = Style::of_stdout();
    let reachable = answer["reachable"] == true;
    line(&if reachable { style.good("reachable") } else { style.bad("not reachable") });
    print_way("request", &answer["request"], style);
    if !answer["answer"].is_null() {
        print_way("answer", &answer["answer"], style);
    }
    let commands = answer["remedy"]["commands"].as_array().cloned().unwrap_or_default();
    if !commands.is_empty() {
        line("");
        line(&style.strong("what would open it"));
        for command in commands.iter().filter_map(Value::as_str) {
            line(&format!("  {command}"));
        }
    }
    if let Some(sent) = answer["sent"].as_object() {
        let word = |value: &Value| if *value == true { "arrived" } else { "did not arrive" };
        let why = sent["stopped_by"]["layer"].as_str().map(|layer| format!(": {layer}")).unwrap_or_default();
        let text = format!("sent for real: the packet {}{why}", word(&sent["arrived"]));
        line("");
        line(&if sent["agrees"] == true {
            style.good(&text)
        } else {
            style.bad(&format!("{text}, which is not what was expected"))
        });
    }
}

/// An ephemeral port for a packet that is really sent: not the same each time, so that the session of an earlier one does not
/// let this one pass.
fn any_port() -> u16 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let number = (now.subsec_micros()).wrapping_add(std::process::id().wrapping_mul(7_919));
    32_768 + (number % 28_000) as u16
}

fn print_way(what: &str, way: &Value, style: Style) {
    let string = |value: &Value| value.as_str().unwrap_or("").to_owned();
    line("");
    let end = way["arrives"]
        .as_str()
        .map(|arrives| format!("  {}", style.faint(&format!("arrives at {arrives}"))))
        .unwrap_or_default();
    line(&format!("{}  {}{end}", style.strong(what), string(&way["packet"])));
    let mut rows = Vec::new();
    for layer in way["layers"].as_array().into_iter().flatten() {
        let mark = if layer["passes"] == true { style.good("pass") } else { style.bad("STOP") };
        rows.push(vec![format!("  {mark}"), string(&layer["layer"]), string(&layer["text"])]);
    }
    table(&rows).iter().for_each(|row| {
        line(row);
    });
    if let Some(see) = way["stopped_by"]["see"].as_str() {
        line(&format!("  {}", style.faint(&format!("see it with: {see}"))));
    }
    let others: Vec<String> =
        way["also_stopped_by"].as_array().into_iter().flatten().map(|other| string(&other["layer"])).collect();
    if !others.is_empty() {
        line(&format!("  {}", style.faint(&format!("would have stopped it as well: {}", others.join(", ")))));
    }
}

/// How long a packet may be under way.
const PATIENCE: Duration = Duration::from_millis(700);

/// How long after the word that it was dropped a packet would still be noticed.
const AFTERWARDS: Duration = Duration::from_millis(30);

/// Sends the packet where it begins, and looks whether it comes out at any place where it could. And if it was dropped, what
/// the kernel says about that.
fn send(network: &Place, plan: &Value) -> Result<(bool, Option<Value>), Failure> {
    let bytes = unhex(plan["frame"].as_str().unwrap_or_default()).ok_or("the daemon's answer cannot be read")?;
    let (namespace, device) = open(network, &plan["from"])?;
    let sender = PacketSocket::open(&namespace, &device)?;
    if !sender.is_running(&device)? {
        return Err(format!("the packet cannot be sent: the link of `{device}` is down").into());
    }
    let listeners = listeners(network, &plan["expect"], &plan["from"])?;
    // nobody can listen at a service of the network: there the kernel's word that the packet passed must do
    let is_to_service = plan["expect"]["service"] == true;
    let watched = if is_to_service { "/watch?packets" } else { "/watch" };
    let mut reports = Lines::open(network.name().as_str(), watched)?;
    reports.set_patience(Some(Duration::from_millis(1)))?;
    sender.send(&bytes)?;
    let wanted = Wanted {
        content: parse(&bytes)?.content,
        mark: plan["mark"].as_str().unwrap_or_default().as_bytes(),
        is_translated: plan["translated"] == true,
    };
    let (mut end, mut dropped) = (Instant::now() + PATIENCE, None);
    while Instant::now() < end {
        for listener in &listeners {
            while let Some(frame) = listener.receive(Duration::from_millis(1))? {
                if wanted.is_it(&frame) {
                    return Ok((true, None));
                }
            }
        }
        while let Some(report) = reports.next()? {
            if !is_about(&report, &wanted.content) {
                continue;
            }
            if is_to_service && report["verdict"] == "passed" {
                return Ok((true, None));
            }
            if dropped.is_none() && report["verdict"] == "dropped" {
                dropped = Some(json!({
                    "layer": report["layer"], "reason": report["reason"], "rule": report["rule"], "text": report["text"],
                }));
                end = Instant::now() + AFTERWARDS;
            }
        }
    }
    Ok((false, dropped))
}

/// Whether a report is about the packet.
fn is_about(report: &Value, content: &Content) -> bool {
    let Content::Ip(packet) = content else { return false };
    let ports = match packet.transport {
        Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination } => {
            [json!(source), json!(destination)]
        }
        _ => [Value::Null, Value::Null],
    };
    report["source"] == json!(packet.source)
        && report["destination"] == json!(packet.destination)
        && report["protocol"] == json!(packet.protocol.to_string())
        && [&report["source_port"], &report["destination_port"]] == [&ports[0], &ports[1]]
}

/// Where to listen: at the place where the packet is expected, or else everywhere.
fn listeners(network: &Place, expected: &Value, from: &Value) -> Result<Vec<PacketSocket>, Failure> {
    if expected["service"] == true {
        return Ok(Vec::new());
    }
    if !expected.is_null() {
        let (namespace, device) = open(network, expected)?;
        return Ok(vec![PacketSocket::open(&namespace, &device)?]);
    }
    let mut sockets = Vec::new();
    let status = ask(network.name().as_str(), "GET", "/status", None)?;
    for instance in status["instances"].as_array().into_iter().flatten() {
        for interface in instance["interfaces"].as_array().into_iter().flatten() {
            let place = json!({ "instance": instance["id"], "device": interface["device"] });
            let is_sender = place["instance"] == from["instance"] && place["device"] == from["device"];
            if let (false, Ok((namespace, device))) = (is_sender, open(network, &place)) {
                sockets.push(PacketSocket::open(&namespace, &device)?);
            }
        }
    }
    if from["internet"] != true {
        let (namespace, device) = open(network, &json!({ "internet": true }))?;
        sockets.push(PacketSocket::open(&namespace, &device)?);
    }
    Ok(sockets)
}

fn open(network: &Place, place: &Value) -> Result<(Namespace, String), Failure> {
    if place["internet"] == true {
        let path = network.internet_namespace();
        return match Namespace::open(&path)? {
            Some(namespace) => Ok((namespace, "internet0".to_owned())),
            None => Ok((Namespace::current()?, network.host_device())),
        };
    }
    let process = process_of(network, place)?;
    let device = place["device"].as_str().ok_or("the interface is not attached")?;
    Ok((network_namespace(process)?, device.to_owned()))
}

/// The packet that is looked for.
struct Wanted<'a> {
    content: Content,
    /// what it carries
    mark: &'a [u8],
    /// whether a NAT gateway lends it another source port, which nobody knows beforehand
    is_translated: bool,
}

impl Wanted<'_> {
    /// Whether what arrived is what was sent, whatever gateways made of its addresses.
    fn is_it(&self, frame: &[u8]) -> bool {
        let Ok(Frame { content: Content::Ip(arrived), .. }) = parse(frame) else { return false };
        let Content::Ip(sent) = &self.content else { return false };
        let source = |port: u16| (!self.is_translated).then_some(port);
        let known = |packet: &Packet| match packet.transport {
            Transport::Tcp { source: from, destination, flags } => Some((source(from), destination, flags.0)),
            Transport::Udp { source: from, destination } => Some((source(from), destination, 0)),
            Transport::Icmp { kind, identifier, .. } => Some((source(identifier), u16::from(kind), 0)),
            Transport::Other | Transport::Missing => None,
        };
        sent.protocol == arrived.protocol
            && known(sent) == known(&arrived)
            && sent.length == arrived.length
            && frame.ends_with(self.mark)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}
