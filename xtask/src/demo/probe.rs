//! The packets: who sends what to whom, by which address, and what is predicted and seen.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::daemon::Ringwall;
use super::network::{Host, Network, Tier};

/// Hosts of the internet: of a good range, and of one that the public subnets' network ACL denies. IPv4 and IPv6.
pub const GOOD: Outside = Outside { label: "internet", addresses: ["192.0.2.10", "2001:db8:ffff::10"] };
/// See [`GOOD`].
pub const BAD: Outside = Outside { label: "bad range", addresses: ["192.0.2.70", "2001:db8:ffff:bad::70"] };

/// A host of the internet.
#[derive(Debug, PartialEq, Eq)]
pub struct Outside {
    /// what it is called
    pub label: &'static str,
    /// IPv4, IPv6
    pub addresses: [&'static str; 2],
}

/// Who sends or is sent to.
#[derive(Clone, Copy, Debug)]
pub enum End<'n> {
    /// an instance
    Host(&'n Host),
    /// a host of the internet
    Outside(&'static Outside),
}

impl End<'_> {
    /// The name of the one or of its like.
    pub fn kind(&self) -> &'static str {
        match self {
            End::Host(host) => host.tier.name(),
            End::Outside(outside) => outside.label,
        }
    }

    /// Its own name.
    fn name(&self) -> &str {
        match self {
            End::Host(host) => &host.name,
            End::Outside(outside) => outside.label,
        }
    }

    /// How `ringwall explain` calls it.
    fn word(&self, family: Family) -> String {
        match self {
            End::Host(host) => host.id.clone(),
            End::Outside(outside) => format!("internet:{}", outside.addresses[family as usize]),
        }
    }

    fn is(&self, other: &Host) -> bool {
        matches!(self, End::Host(host) if host.id == other.id)
    }
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// a TCP port
    Tcp(u16),
    /// an echo
    Echo,
}

impl Service {
    /// What is tried.
    pub const ALL: [Service; 5] =
        [Service::Tcp(443), Service::Tcp(8080), Service::Tcp(5432), Service::Tcp(22), Service::Echo];
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Service::Tcp(port) => write!(f, "{port}"),
            Service::Echo => f.write_str("echo"),
        }
    }
}

/// A packet that begins a conversation.
#[derive(Clone, Debug)]
pub struct Probe<'n> {
    /// who sends it
    pub from: End<'n>,
    /// whose address it says it comes from, if not the sender's own
    pub claim: Option<End<'n>>,
    /// whom it shall reach
    pub to: End<'n>,
    /// what it asks for
    pub service: Service,
    /// by which addresses
    pub family: Family,
    /// its source port or echo identifier: each has another, so that none passes as part of another's session
    number: u16,
}

/// What was predicted of a packet, and what became of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// whether it was to arrive
    pub arrives: bool,
    /// whether its answer was to come back, too
    pub reachable: bool,
    /// the layer that stops it or its answer, and the rule
    pub stopped: Option<(String, Option<String>)>,
    /// whether it arrived
    pub arrived: bool,
}

/// All probes: from the internet and every instance to every instance and the internet, by each service and family,
/// with honest addresses and with those that the receiver would let in.
pub fn all(network: &Network) -> Vec<Probe<'_>> {
    let mut probes = Vec::new();
    let outside = [End::Outside(&GOOD), End::Outside(&BAD)];
    let hosts: Vec<End> = network.hosts.iter().map(End::Host).collect();
    for from in outside.iter().chain(&hosts) {
        let is_outside = matches!(from, End::Outside(_));
        let receivers = hosts.iter().chain(&outside).filter(|to| match to {
            End::Host(host) => !from.is(host),
            End::Outside(_) => !is_outside,
        });
        for to in receivers {
            let claims = [None, admitted(network, from, to)];
            for claim in
                claims.iter().enumerate().filter(|(at, claim)| *at == 0 || claim.is_some()).map(|(_, claim)| claim)
            {
                for (service, family) in Service::ALL.iter().flat_map(|one| [(*one, Family::V4), (*one, Family::V6)]) {
                    let number = 33_000 + probes.len() as u16;
                    probes.push(Probe { from: *from, claim: *claim, to: *to, service, family, number });
                }
            }
        }
    }
    probes
}

/// Somebody else whom the receiver's groups let in: whom a liar would say that he is.
fn admitted<'n>(network: &'n Network, from: &End, to: &End) -> Option<End<'n>> {
    let End::Host(to) = to else { return None };
    let tier = match to.tier {
        Tier::Web => return matches!(from, End::Host(_)).then_some(End::Outside(&GOOD)),
        Tier::App => Tier::Web,
        Tier::Database => Tier::App,
    };
    network.of(tier).find(|host| !from.is(host)).map(End::Host)
}

impl Probe<'_> {
    /// The words of `ringwall explain` that ask for it.
    pub fn words(&self) -> Vec<String> {
        let mut words = vec!["--from".to_owned(), self.from.word(self.family)];
        words.extend(["--to".to_owned(), self.to.word(self.family)]);
        match self.service {
            Service::Tcp(port) => words.extend(["--port".to_owned(), port.to_string()]),
            Service::Echo => words.extend(["--protocol".to_owned(), "icmp".to_owned()]),
        }
        if let Some(claim) = &self.claim {
            words.extend(["--source".to_owned(), address(claim, self.family)]);
        }
        words.extend(["--family".to_owned(), ["4", "6"][self.family as usize].to_owned()]);
        words
    }

    /// It in a line.
    pub fn line(&self) -> String {
        let claim = self.claim.map(|claim| format!(" as if from {}", claim.name())).unwrap_or_default();
        let family = ["IPv4", "IPv6"][self.family as usize];
        format!("{} > {}, {}, {family}{claim}", self.from.name(), self.to.name(), self.service)
    }

    /// Predicts what happens to it, sends it, and looks.
    pub fn send(&self, ringwall: &Ringwall) -> Result<Finding> {
        let mut command = ringwall.command("explain");
        command.args(self.words()).args(["--output", "json", "--send", "--source-port", &self.number.to_string()]);
        let output = command.output()?;
        let document: Value = match output.status.code() {
            Some(0 | 1 | 3) => serde_json::from_slice(&output.stdout)?,
            _ => bail!(
                "`ringwall explain {}`: {}",
                self.words().join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            ),
        };
        finding(&document)
    }

    /// The address to which a socket of the sender would connect, if its place can reach it only through the network.
    pub fn socket_target(&self) -> Option<String> {
        if self.claim.is_some() {
            return None;
        }
        match (&self.from, &self.to, self.family) {
            // From outside, a private address is one of the internet's own.
            (End::Outside(_), End::Host(host), Family::V4) => host.public.clone(),
            (_, to, family) => Some(address(to, family)),
        }
    }
}

/// An end's address.
pub fn address(end: &End, family: Family) -> String {
    match end {
        End::Host(host) => host.addresses[family as usize].clone(),
        End::Outside(outside) => outside.addresses[family as usize].to_owned(),
    }
}

fn finding(document: &Value) -> Result<Finding> {
    let flag =
        |path: &str| document.pointer(path).and_then(Value::as_bool).with_context(|| format!("explain says no {path}"));
    let stopped = |way: &str, prefix: &str| {
        let refusal = document.pointer(&format!("/{way}/stopped_by")).filter(|refusal| !refusal.is_null())?;
        let layer = format!("{prefix}{}", refusal["layer"].as_str()?);
        Some((layer, refusal["rule"].as_str().map(str::to_owned)))
    };
    Ok(Finding {
        arrives: flag("/sent/expected")?,
        reachable: flag("/reachable")?,
        stopped: stopped("request", "").or_else(|| stopped("answer", "its answer: ")),
        arrived: flag("/sent/arrived")?,
    })
}
