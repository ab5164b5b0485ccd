//! Standard logs of distributions: W3C's extended format, with tabs, whose `#Fields` line says what a line holds.
//!
//! CloudFront writes agents, referrers and cookies percent-encoded, once or twice; path and query stand as they were sent.

use std::collections::BTreeMap;

use crate::quoted::{percent_decoded, there};
use crate::recorded::{Broken, Defaults, Origin, Recorded};
use crate::time;

/// Which field stands where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, usize>);

/// The fields of a file that does not list them: those that such logs begin with.
const USUAL: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) \
                     cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken \
                     x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version";

impl Default for Fields {
    fn default() -> Fields {
        Fields::of(USUAL)
    }
}

impl Fields {
    fn of(names: &str) -> Fields {
        Fields(names.split_ascii_whitespace().enumerate().map(|(at, name)| (name.to_ascii_lowercase(), at)).collect())
    }

    /// The fields that a line lists, if it is one that lists fields.
    pub fn listed(line: &[u8]) -> Option<Fields> {
        let names = std::str::from_utf8(line.strip_prefix(b"#Fields:")?).ok()?;
        Some(Fields::of(names))
    }

    /// Reads a line.
    pub fn read(&self, line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
        let columns: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
        let field = |name: &str| columns.get(*self.0.get(name)?).copied().and_then(there);
        let text = |name: &str| std::str::from_utf8(field(name)?).ok();
        let needed = |name: &str| field(name).ok_or_else(|| Broken(format!("has no field `{name}`")));
        let mut target = needed("cs-uri-stem")?.to_vec();
        if let Some(query) = field("cs-uri-query") {
            target.push(b'?');
            target.extend_from_slice(query);
        }
        let mut recorded = Recorded::new(origin, defaults, needed("cs-method")?, target);
        let client = text("c-ip").and_then(|own| own.parse().ok());
        recorded.client = client.ok_or("has no address of a client in `c-ip`")?;
        let when = text("date").zip(text("time")).and_then(|(date, clock)| time::of_date(date, clock, ""));
        recorded.time = when.ok_or("has no time in `date` and `time`")?;
        recorded.scheme = if matches!(text("cs-protocol"), Some("https" | "wss")) { "https" } else { "http" };
        if let Some(version) = text("cs-protocol-version") {
            recorded.version = version.to_owned();
        }
        if let Some(host) = field("x-host-header").or_else(|| field("cs(host)")) {
            recorded.header("Host", host);
        }
        for (name, header) in [
            ("cs(user-agent)", "User-Agent"),
            ("cs(referer)", "Referer"),
            ("cs(cookie)", "Cookie"),
            ("x-forwarded-for", "X-Forwarded-For"),
        ] {
            if let Some(value) = field(name) {
                recorded.header(header, decoded(value));
            }
        }
        Ok(recorded)
    }
}

/// A value as it was sent. Older logs encode twice: then blanks are still encoded after the first time.
fn decoded(value: &[u8]) -> Vec<u8> {
    let once = percent_decoded(value).into_owned();
    if !once.contains(&b' ') && memchr::memmem::find(&once, b"%20").is_some() {
        return percent_decoded(&once).into_owned();
    }
    once
}
