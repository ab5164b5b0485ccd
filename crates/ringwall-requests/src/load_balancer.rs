//! Access logs of Application Load Balancers.
//!
//! Of a request they have its client, target and agent; the time is that of its creation where the line has it.

use std::net::IpAddr;

use crate::combined::of_request;
use crate::quoted::{there, unescaped, word};
use crate::recorded::{Broken, Defaults, Origin, Recorded};
use crate::time;

/// What the first word of a line may be.
pub(crate) const KINDS: &[&[u8]] = &[b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];

/// Reads a line.
pub fn read(line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
    let mut rest = line;
    let mut words: Vec<&[u8]> = Vec::with_capacity(24);
    while words.len() < 22
        && let Some(own) = word(&mut rest)
    {
        words.push(own);
    }
    let [kind, responded, _, client, _, _, _, _, _, _, _, _, request, agent, ..] = words[..] else {
        return Err("has fewer than the 14 fields up to the user agent".into());
    };
    if !KINDS.contains(&kind) {
        return Err("does not begin with http, https, h2, grpcs, ws or wss".into());
    }
    let mut recorded = of_request(&unescaped(request), origin, defaults)?;
    recorded.client = address(client).ok_or("has no address and port of a client in its fourth field")?;
    let created = words.get(21).and_then(|own| moment(own));
    recorded.time = created.or_else(|| moment(responded)).ok_or("has no time in its second field")?;
    recorded.scheme = if matches!(kind, b"http" | b"ws") { "http" } else { "https" };
    if let Some(agent) = there(agent) {
        recorded.header("User-Agent", &*unescaped(agent));
    }
    Ok(recorded)
}

fn address(word: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(word).ok()?;
    let (address, _port) = text.rsplit_once(':')?;
    address.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn moment(word: &[u8]) -> Option<u64> {
    time::of_iso(std::str::from_utf8(word).ok()?)
}
