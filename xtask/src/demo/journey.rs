//! One request that goes through all three tiers, sent from the internet by a client that knows nothing of the network.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::crowd;
use super::daemon::Ringwall;
use super::network::{Network, Tier};
use super::probe::{BAD, GOOD, Outside};
use super::screen::Screen;

/// How long the servers may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for the servers, then asks each web server. Returns how many requests there were, and those that went wrong.
pub fn run(ringwall: &Ringwall, network: &Network, word: &str, screen: &Screen) -> Result<(usize, Vec<String>)> {
    let mut targets = Vec::new();
    for host in network.of(Tier::Web) {
        targets.push((host.public.clone().context("a web server without a public address")?, 0));
        targets.push((host.addresses[1].clone(), 1));
    }
    wait(ringwall, &targets, word, screen)?;
    screen.progress("curl, from good addresses and denied ones");
    let from = |outside: &'static Outside| targets.iter().map(move |target| (outside, target));
    let questions: Vec<_> = from(&GOOD).chain(from(&BAD)).collect();
    let answers = crowd::all(&questions, questions.len(), |(outside, (target, family))| {
        request(ringwall, outside.addresses[*family], target, 3)
    });
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for ((outside, (target, family)), said) in questions.iter().zip(answers) {
        let (source, must) = (outside.addresses[*family], *outside == &GOOD);
        let answered = said.as_ref().is_some_and(|text| text.contains(word));
        let shown = match &said {
            Some(text) if answered => screen.good(text),
            Some(text) => screen.bad(text),
            None => screen.refused("no answer"),
        };
        let mark = if answered == must { String::new() } else { screen.bad("  DISAGREES") };
        rows.push(vec![source.to_owned(), url(target), format!("{shown}{mark}")]);
        if answered != must {
            wrong.push(format!("curl from {source} to {}: {said:?}", url(target)));
        }
    }
    screen.table(&["FROM", "CURL", "ANSWER"], &rows);
    Ok((rows.len(), wrong))
}

/// Until each has answered four times in a row, so that every way behind it has been gone.
fn wait(ringwall: &Ringwall, targets: &[(String, usize)], word: &str, screen: &Screen) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    screen.progress("waiting for PostgreSQL, the application and the web servers");
    for (target, family) in targets {
        let mut in_a_row = 0;
        while in_a_row < 4 {
            let said = request(ringwall, GOOD.addresses[*family], target, 5);
            in_a_row = if said.as_ref().is_some_and(|text| text.contains(word)) { in_a_row + 1 } else { 0 };
            if in_a_row == 0 {
                if Instant::now() > end {
                    bail!("{} does not answer as it should: {said:?}", url(target));
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
    Ok(())
}

fn request(ringwall: &Ringwall, source: &str, target: &str, seconds: u32) -> Option<String> {
    let seconds = seconds.to_string();
    let words = ["curl", "--silent", "--insecure", "--max-time", &seconds, "--interface", source, &url(target)];
    let output = ringwall.exec("internet", &words).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn url(target: &str) -> String {
    if target.contains(':') { format!("https://[{target}]/") } else { format!("https://{target}/") }
}
