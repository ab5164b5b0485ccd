//! `cargo xtask demo`: the three-tier network, for real. Made by the AWS CLI, with a PostgreSQL behind application servers
//! behind web servers; what happens to each packet is predicted, sent and compared.

mod aws;
mod crowd;
mod daemon;
mod journey;
mod live;
mod matrix;
mod network;
mod probe;
mod remains;
mod screen;
mod servers;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::aws::Aws;
use self::daemon::Ringwall;
use self::network::{BAD_RANGES, Network};
use self::screen::Screen;
use self::servers::Servers;
use crate::{setup, shell};

/// Installs, builds, starts, shows, and takes down again. Fails if anything was not as predicted.
pub fn run() -> Result<()> {
    if !crate::test::is_root() {
        bail!("the demo builds networks in namespaces and loads a kernel program: run it as root");
    }
    let screen = Screen::new();
    setup::run()?;
    screen.progress("building Ringwall, which takes minutes when it is done for the first time");
    shell::run(&shell::cargo(), &["build", "--quiet", "--release", "--package", "ringwall"])?;
    let begin = Instant::now();
    let ringwall = Ringwall::start()?;
    screen.line(&format!("Ringwall `{}` answers at {}", ringwall.name, ringwall.endpoint));
    let shown = show(&ringwall, &screen);
    screen.progress("taking it down");
    let (said, left) = ringwall.down()?;
    screen.heading("The end", &said);
    if left.is_empty() {
        screen.line(&format!(
            "  {}",
            screen.good("nothing is left on the host: no process, namespace, link, mount or program")
        ));
    }
    for thing in &left {
        screen.line(&format!("  {}", screen.bad(&format!("left on the host: {thing}"))));
    }
    let tally = shown?;
    tally.report(&screen, begin.elapsed());
    if !tally.wrong.is_empty() || !left.is_empty() {
        bail!("{} comparisons disagree, {} things are left on the host", tally.wrong.len(), left.len());
    }
    Ok(())
}

/// How much was compared, and what did not agree.
struct Tally {
    requests: usize,
    packets: usize,
    sockets: usize,
    changes: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn report(&self, screen: &Screen, time: Duration) {
        screen.line("");
        for line in &self.wrong {
            screen.line(&screen.bad(&format!("DISAGREES  {line}")));
        }
        let Tally { requests, packets, sockets, changes, wrong } = self;
        let all = requests + packets + sockets + changes;
        let words = format!(
            "{} of {all} comparisons agree: {packets} packets, {sockets} sockets, {requests} requests, {changes} during changes; {:.0} s",
            all - wrong.len(),
            time.as_secs_f64()
        );
        screen.line(&if wrong.is_empty() { screen.good(&words) } else { screen.bad(&words) });
    }
}

fn show(ringwall: &Ringwall, screen: &Screen) -> Result<Tally> {
    let begin = Instant::now();
    let servers = Servers::write()?;
    let aws = Aws::new(ringwall.endpoint.clone(), daemon::directory()?, screen);
    let network = network::build(&aws)?;
    let made = format!("made by {} calls of the AWS CLI in {:.0} s", aws.calls(), begin.elapsed().as_secs_f64());
    screen.heading("The network", &made);
    describe(&network, screen);
    let begin = Instant::now();
    screen
        .heading("Through all three tiers", "HTTPS > HTTP > PostgreSQL; the word is one that only the database knows");
    let (requests, mut wrong) = journey::run(ringwall, &network, &servers.word, screen)?;
    screen.line(&format!("  {}", screen.faint(&format!("{:.0} s", begin.elapsed().as_secs_f64()))));
    let begin = Instant::now();
    screen.heading("Everybody to everybody", "each packet predicted by the specification, sent for real, compared");
    let compared = matrix::run(ringwall, &network, screen)?;
    wrong.extend(compared.wrong);
    let (packets, sockets) = (compared.packets, compared.sockets);
    let words = format!("{packets} packets sent, {sockets} sockets tried, {:.0} s", begin.elapsed().as_secs_f64());
    screen.line(&format!("  {}", screen.faint(&words)));
    screen.heading("Changes under live connections", "");
    let (changes, disagreeing) = live::run(ringwall, &aws, &network, screen)?;
    wrong.extend(disagreeing);
    Ok(Tally { requests, packets, sockets, changes, wrong })
}

fn describe(network: &Network, screen: &Screen) {
    screen.line(&format!(
        "  10.0.0.0/16 and {}; the public subnets' ACL denies {}",
        network.ipv6_block,
        BAD_RANGES.join(" and ")
    ));
    let row = |host: &network::Host| {
        let runs = ["HTTPS", "HTTP", "PostgreSQL"][host.tier as usize];
        let [v4, v6] = &host.addresses;
        let public = host.public.as_deref().unwrap_or("-");
        let runs = format!("{runs} on {}", host.tier.port());
        let group = &network.groups[host.tier as usize];
        [&host.name, host.zone, v4, v6, public, &runs, group].iter().map(|cell| (*cell).to_owned()).collect()
    };
    let rows: Vec<Vec<String>> = network.hosts.iter().map(row).collect();
    screen.table(&["INSTANCE", "ZONE", "IPV4", "IPV6", "PUBLIC", "RUNS", "GROUP"], &rows);
}
