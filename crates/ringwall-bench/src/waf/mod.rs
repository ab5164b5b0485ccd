//! What inspecting a request costs: web ACLs of managed groups, compiled and by definition, and the Core Rule Set, asked by ModSecurity
//! and by Ringwall.
//!
//! All ways look at the same requests in one process, in turn, and are measured by the processor time of the thread. Ways that
//! disagree about what is to be blocked are not compared.

mod acl;
mod core_rules;
mod modsecurity;
mod requests;

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use modsecurity::ModSecurity;
use requests::{Sent, requests};
use ringwall_waf::document::WebAcl;
use ringwall_waf::environment::{Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::{Request, Resource};
use ringwall_waf::{Compiled, Scratch, inspect};

type Answer<T> = Result<T, Box<dyn Error>>;

type Blocks<'a> = Box<dyn FnMut(&Sent) -> Answer<bool> + 'a>;

/// A way to inspect requests: its name, and whether it blocks one.
struct Way<'a> {
    name: String,
    blocks: Blocks<'a>,
}

/// Measures all ways with all requests, each for so long, so many times. Writes a line for each: the request, the way, the median of
/// microseconds for a request, and the largest of them divided by the smallest, with tabs between. `counts` are numbers of
/// rules that cannot match; `library` and `rules` are ModSecurity's.
pub fn run(slice: Duration, rounds: usize, counts: &[usize], modsecurity: Option<(&str, &str)>) -> Answer<()> {
    let mut compiled = Vec::new();
    for count in counts {
        compiled.push((*count, Compiled::new(&acl::with_idle_rules(*count)?)));
    }
    let plain = acl::with_idle_rules(counts.first().copied().unwrap_or(0))?;
    let peer = modsecurity.map(|(library, rules)| ModSecurity::load(library, rules)).transpose()?;
    // Without the peer, its rules may be absent as well.
    let core_rules = modsecurity.map(|_| core_rules::read()).transpose()?;
    let mut ways = Vec::new();
    if let Some(peer) = &peer {
        ways.push(Way { name: "modsecurity, core rule set".to_owned(), blocks: Box::new(|sent| peer.blocks(sent)) });
    }
    if let Some(rules) = &core_rules {
        let mut scratch = ringwall_secrules::Scratch::new();
        let blocks = move |sent: &Sent| Ok(core_rules::blocks(rules, &mut scratch, sent));
        ways.push(Way { name: "core rule set".to_owned(), blocks: Box::new(blocks) });
    }
    let first = counts.first().copied().unwrap_or(0);
    ways.push(Way {
        name: format!("groups by definition, {first} idle rules"),
        blocks: Box::new(|sent| Ok(defined(&plain, sent))),
    });
    for (count, own) in &compiled {
        let mut scratch = Scratch::new();
        let blocks = move |sent: &Sent| Ok(fast(own, &mut scratch, sent));
        ways.push(Way { name: format!("groups, {count} idle rules"), blocks: Box::new(blocks) });
    }
    for sent in requests() {
        compare(&mut ways, &sent)?;
        for (name, mut costs) in measure(&mut ways, &sent, slice, rounds)? {
            costs.sort_by(f64::total_cmp);
            let (least, most) = (costs[0], costs[costs.len() - 1]);
            println!("{}\t{name}\t{:.3}\t{:.2}", sent.name, costs[costs.len() / 2], most / least);
        }
    }
    Ok(())
}

/// All ways must say of a request what it is.
fn compare(ways: &mut [Way], sent: &Sent) -> Answer<()> {
    for way in ways {
        let blocks = (way.blocks)(sent)?;
        if blocks != sent.is_attack {
            let said = if blocks { "blocks" } else { "lets through" };
            return Err(format!("{} {said} `{}`: there is nothing to compare", way.name, sent.name).into());
        }
    }
    Ok(())
}

/// The microseconds for a request that each way took in each round.
fn measure(ways: &mut [Way], sent: &Sent, slice: Duration, rounds: usize) -> Answer<Vec<(String, Vec<f64>)>> {
    let mut measured: Vec<(String, Vec<f64>)> = ways.iter().map(|way| (way.name.clone(), Vec::new())).collect();
    for _ in 0..rounds {
        for (way, (_, costs)) in ways.iter_mut().zip(&mut measured) {
            let (begin, mut spent, mut done) = (processor_time(), Duration::ZERO, 0_u32);
            while spent < slice {
                for _ in 0..4 {
                    black_box((way.blocks)(black_box(sent))?);
                }
                done += 4;
                spent = processor_time() - begin;
            }
            costs.push(spent.as_secs_f64() * 1e6 / f64::from(done));
        }
    }
    Ok(measured)
}

/// How long this thread has run.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there for the time of the call, and it is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn environment(counters: &LocalCounters) -> Environment<'_> {
    Environment { geography: None, detector: &OwnDetector, counters, token_key: None, now: 0 }
}

fn defined(acl: &WebAcl, sent: &Sent) -> bool {
    let counters = LocalCounters::default();
    sent.with(|request: &Request| {
        inspect(acl, request, Resource::CloudFront, environment(&counters)).action() == "BLOCK"
    })
}

fn fast(compiled: &Compiled, scratch: &mut Scratch, sent: &Sent) -> bool {
    let counters = LocalCounters::default();
    sent.with(|request: &Request| {
        compiled.inspect_with(scratch, request, Resource::CloudFront, environment(&counters)).action() == "BLOCK"
    })
}
