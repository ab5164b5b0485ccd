//! Load for benchmarks. `cargo xtask bench` runs it in namespaces, as the client and the server of each measure.
//!
//! Every client prints one number: how many a second, or how many microseconds each. It ends by itself.

mod api;
mod names;
mod stream;
mod udp;
mod waf;

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

const USAGE: &str = "\
expected one of
  serve PORT                       echo on TCP, and count on UDP, until the parent ends
  stream ADDRESS SECONDS           gigabits a second over one TCP connection
  turns ADDRESS SECONDS            microseconds for a byte there and back
  connections ADDRESS SECONDS      connections a second, each with a byte there and back
  names ADDRESS SECONDS [FROM]     questions for names a second that were answered; FROM is the asking address
  packets ADDRESS SECONDS          UDP packets of 64 bytes a second that arrived
  api ENDPOINT CONNECTIONS SECONDS QUERY...
                                   calls a second; `{}` in a query becomes the number of the call
  waf SECONDS ROUNDS RULES,... [LIBRARY CONFIGURATION]
                                   microseconds to inspect a request, with so many idle rules, and by ModSecurity";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("ringwall-load: {error}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", port] => {
            end_with_the_parent();
            let port = port.parse()?;
            udp::count(port)?;
            stream::serve(port)?;
        }
        ["stream", address, seconds] => println!("{:.3}", stream::throughput(parse(address)?, time(seconds)?)?),
        ["turns", address, seconds] => println!("{:.2}", stream::turns(parse(address)?, time(seconds)?)?),
        ["connections", address, seconds] => println!("{:.0}", stream::connections(parse(address)?, time(seconds)?)?),
        ["packets", address, seconds] => println!("{:.0}", udp::packets(parse(address)?, time(seconds)?)?),
        ["names", address, seconds] => println!("{:.0}", names::questions(parse(address)?, time(seconds)?, None)?),
        ["names", address, seconds, from] => {
            println!("{:.0}", names::questions(parse(address)?, time(seconds)?, Some(from.parse()?))?);
        }
        ["api", endpoint, connections, seconds, queries @ ..] if !queries.is_empty() => {
            println!("{:.0}", api::calls(parse(endpoint)?, connections.parse()?, time(seconds)?, queries)?);
        }
        ["waf", seconds, rounds, counts, peer @ ..] => {
            let counts: Vec<usize> = counts.split(',').map(str::parse).collect::<Result<_, _>>()?;
            let peer = match peer {
                [] => None,
                [library, configuration] => Some((*library, *configuration)),
                _ => return Err(USAGE.into()),
            };
            waf::run(time(seconds)?, rounds.parse()?, &counts, peer)?;
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn parse(address: &str) -> Result<SocketAddr, Box<dyn Error>> {
    address.parse().map_err(|_| format!("`{address}` is no address with a port").into())
}

fn time(seconds: &str) -> Result<Duration, Box<dyn Error>> {
    Ok(Duration::try_from_secs_f64(seconds.parse()?)?)
}

/// A server that nobody waits for any more would stay behind in its namespace.
fn end_with_the_parent() {
    // SAFETY: the call takes numbers alone.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) };
}
